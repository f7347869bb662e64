"""As much of Pulumi Cloud's API as `pulumi policy publish` speaks to, on loopback: it keeps what is published.

https://github.com/pulumi/pulumi/blob/v3.220.0/pkg/backend/httpstate/client/client.go, PublishPolicyPack (read 2026-11-25)
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "pul-0000000000000000000000000000000000000000"


class Cloud(ThreadingHTTPServer):
    """What was published: the description, the archive, and whether the client said that it is complete."""

    described: dict[str, Any] | None = None
    archive = b""
    complete = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Cloud

    def do_GET(self) -> None:
        user = {"githubLogin": "someone", "name": "Someone", "organizations": [{"githubLogin": "acme"}]}
        self._answer(
            {"/api/user": user, "/api/capabilities": {"capabilities": []}}.get(self.path.split("?")[0])
        )

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/api/orgs/acme/policypacks":
            self.server.described = json.loads(body)
            self._answer({"version": 1, "uploadURI": f"{self.server.url}/upload", "requiredHeaders": {}})
        elif self.path.endswith("/complete"):
            self.server.complete = self.path
            self._answer({})
        else:
            self._answer(None)

    def do_PUT(self) -> None:
        self.server.archive = self._body()
        self._answer({})

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            return b"".join(parts)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            return gzip.decompress(body)
        return body

    def _answer(self, body: object) -> None:
        data = json.dumps(body or {}).encode()
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def running() -> Iterator[Cloud]:
    """The API, up."""
    cloud = Cloud(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=cloud.serve_forever, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        cloud.shutdown()
        cloud.server_close()
