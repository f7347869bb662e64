"""The sandbox's AWS: moto behind a small HTTP server on loopback that can say whose it is.

It stops by itself when its record file goes away or names another instance (the clone was deleted, the
sandbox was reset), and when the process that it was started for ends.
"""

import argparse
import json
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox import moto_gaps
from sandbox.layout import HOST, IDENTITY_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WATCH_SECONDS = 1.0


class QuietHandler(WSGIRequestHandler):
    """Reports errors only: a line per request would drown them."""

    def log_request(self, *_: Any, **__: Any) -> None:
        """Says nothing."""


class Identified:
    """Moto, and one path of our own that answers with the server's identity."""

    def __init__(self, identity: dict[str, str]) -> None:
        self._answer = json.dumps(identity).encode()
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answers one request."""
        if environ.get("PATH_INFO") == IDENTITY_PATH:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [self._answer]
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer


def is_wanted(record: Path, instance: str, parent: int | None) -> bool:
    """False as soon as nobody can want this server any more."""
    try:
        named = json.loads(record.read_text(encoding="utf-8")).get("instance")
    except (OSError, ValueError):
        return False
    if named != instance:
        return False
    if parent is None:
        return True
    try:
        os.kill(parent, 0)
    except OSError:
        return False
    return True


def main() -> None:
    """Serves until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--instance", required=True)
    parser.add_argument("--clone", required=True)
    parser.add_argument("--parent", type=int)
    options = parser.parse_args()
    identity = {
        "instance": options.instance,
        "pid": str(os.getpid()),
        "clone": options.clone,
        "parent": str(options.parent or ""),
    }
    moto_gaps.fill()
    server = make_server(
        HOST, options.port, Identified(identity), threaded=True, request_handler=QuietHandler
    )

    def watch() -> None:
        misses = 0
        while misses < 2:  # one miss may be the moment in which the record is written
            time.sleep(WATCH_SECONDS)
            misses = 0 if is_wanted(options.record, options.instance, options.parent) else misses + 1
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
