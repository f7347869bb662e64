"""A proxy on loopback in front of the sandbox's AWS. What it does to a call is up to a `Behaviour`."""

from __future__ import annotations

import http.client
import itertools
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from sandbox.layout import HOST

_HOP = frozenset(("connection", "keep-alive", "transfer-encoding", "content-length", "host"))
_SCOPE = re.compile(r"Credential=(?P<key>[^/,]+)/\d+/(?P<region>[^/]*)/(?P<service>[^/]*)/aws4_request")
_READS = ("Describe", "Get", "List", "AssumeRole", "Head", "Search")


@dataclass(frozen=True)
class Call:
    """A call of an AWS API. `number`: from 1, in the order in which calls came. `service`: as signatures name it, "" where
    nothing was signed. `operation`: AWS's name, or method and path where the protocol has no names (Route 53, S3).
    `headers`: by their names in small letters."""

    number: int
    service: str
    region: str
    access_key: str
    operation: str
    method: str
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def mutates(self) -> bool:
        """Whether it can change something."""
        if " " in self.operation:
            return self.method not in ("GET", "HEAD")
        return not self.operation.startswith(_READS)


@dataclass(frozen=True)
class Reply:
    """What the caller is told. `status` 0: nothing, the connection is closed without an answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""


LOST = Reply(0)


class Behaviour:
    """What becomes of calls: here, they go on and come back as they are. Both are called in a thread for each connection."""

    def before(self, call: Call) -> Reply | None:  # noqa: ARG002 - what others make of it
        """Before a call goes on: an answer instead, or None to let it go on."""
        return None

    def after(self, call: Call, reply: Reply) -> Reply:  # noqa: ARG002
        """After AWS has done it: what the caller is told."""
        return reply


@contextmanager
def proxy(port: int, behaviour: Behaviour) -> Iterator[int]:
    """Serve at a free port of loopback, before the AWS API at `port`; yields the free port."""
    numbers = itertools.count(1)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = _call(next(numbers), self.command, self.path, dict(self.headers.items()), body)
            reply = behaviour.before(call)
            if reply is None:
                reply = behaviour.after(call, _ask(port, self, body))
            # Who asked may have been killed meanwhile.
            with suppress(ConnectionError):
                self._answer(reply)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _forward  # noqa: N815 - http.server's names

        def _answer(self, reply: Reply) -> None:
            if not reply.status:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers:
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """Says nothing: callers that are killed in the middle of a request are what this is for."""

    with Server((HOST, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _ask(port: int, handler: BaseHTTPRequestHandler, body: bytes) -> Reply:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in _HOP}
        host = handler.headers.get("Host", "")
        connection.request(handler.command, handler.path, body, {**headers, "Host": host})
        answer = connection.getresponse()
        return Reply(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()


def _call(number: int, method: str, path: str, headers: dict[str, str], body: bytes) -> Call:
    lower = {name.lower(): value for name, value in headers.items()}
    scope = _SCOPE.search(lower.get("authorization", ""))
    target = lower.get("x-amz-target", "").rpartition(".")[2]
    form = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    key, region, service = (scope["key"], scope["region"], scope["service"]) if scope else ("", "", "")
    plain = f"{method} {path.partition('?')[0]}"
    return Call(number, service, region, key, target or form or plain, method, path, body, lower)
