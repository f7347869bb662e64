"""Machines to try the set-up and the runner on: fake programs, archives, bad servers, stale state."""

import contextlib
import io
import json
import socket
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sandbox.bootstrap import engine
from sandbox.layout import Layout

VERSION = "3.220.0"
# A real stack's file with all that must not reach the sandbox.
REAL = """
encryptionsalt: v1:abc
config:
  aws:region: me-south-1
  aws:profile: production
  aws:assumeRoles: [{roleArn: "arn:aws:iam::111122223333:role/deploy"}]
  aws:allowedAccountIds: ["111122223333"]
  aws:defaultTags: {tags: {team: platform}}
  ssm-vpc-endpoints:minimumAgentVersion: "3.3.40.0"
  ssm-vpc-endpoints:network: {vpcId: vpc-0abc, zip: 0123}
"""


# A Go whose build copies the program that it is told of.
FAKE_GO = """
case "$1" in
  version) echo "go version go1.26.1 linux/amd64" ;;
  build) echo "$PWD $@" >> "$GO_LOG"; while [ "$1" != -o ]; do shift; done; cp "$GO_PROGRAM" "$2" ;;
esac
"""


def silent(_: str) -> None:
    """Says nothing of a set-up's progress."""


def script(file: Path, *lines: str) -> Path:
    """An executable shell script."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    file.chmod(0o755)
    return file


def archive(names: tuple[str, ...] = engine.NAMES, version: str = VERSION, extra: Any = None) -> bytes:
    """A release archive whose programs only say their version."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name in (*names, "pulumi-language-go"):
            body = f"#!/bin/sh\necho v{version}\n".encode()
            member = tarfile.TarInfo(f"pulumi/{name}")
            member.size, member.mode = len(body), 0o755
            tar.addfile(member, io.BytesIO(body))
        if extra is not None:
            tar.addfile(extra)
    return content.getvalue()


class Server:
    """A web server on loopback that behaves as badly as a test wants."""

    def __init__(self, body: bytes, status: int = 200, manner: str = "good") -> None:
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests += 1
                if manner == "silent":
                    outer.over.wait(20)
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(body) + (10 if manner == "short" else 0)))
                self.end_headers()
                for part in [body] if manner != "trickle" else [body[i : i + 1] for i in range(len(body))]:
                    with contextlib.suppress(OSError):
                        self.wfile.write(part)
                        self.wfile.flush()
                    if manner == "trickle" and outer.over.wait(0.05):
                        return

            def log_message(self, *_: Any) -> None:
                pass

        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/pulumi.tar.gz"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Any, seconds: float = 10) -> bool:
    """True as soon as the condition holds; False if it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def fake_state(layout: Layout, owner: str, resources: int = 3) -> Path:
    """A Pulumi state that some moto instance owned."""
    file = layout.state / ".pulumi/stacks/ssm-vpc-endpoints/dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"checkpoint": {"latest": {"resources": [{}] * resources}}}))
    layout.state_owner.write_text(owner)
    return file


def fake_pulumi(folder: Path, *lines: str) -> Path:
    """An engine that notes its arguments and does as it is told."""
    for name in engine.NAMES:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(["#!/bin/sh", '[ "$1" = version ] && echo v9.9.9 && exit', *lines, ""]))
        file.chmod(0o755)
    return folder
