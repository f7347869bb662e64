"""A proxy on loopback in front of the sandbox's AWS: every answer takes its time, and some calls are throttled."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from sandbox.layout import HOST

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response (2026-11-30)
_THROTTLED = (
    b'<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>RequestLimitExceeded</Code>'
    b"<Message>Request limit exceeded.</Message></Error></Errors><RequestID>0</RequestID></Response>"
)
_HOP = frozenset(("connection", "keep-alive", "transfer-encoding", "content-length", "host"))


class SlowApi:
    """What the proxy does and has seen. `latency`: seconds before each call goes on. `throttle`: how many calls of an
    operation are refused before the first goes on. `calls`: operations and how often each came."""

    def __init__(self, port: int, latency: float = 0.0) -> None:
        self.target = port
        self.latency = latency
        self.throttle: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.port = 0
        self._lock = threading.Lock()

    def refuses(self, operation: str) -> bool:
        """Note a call; whether it is one too many."""
        with self._lock:
            self.calls[operation] += 1
            self.throttle[operation] -= 1
            return self.throttle[operation] >= 0


@contextmanager
def slow_api(port: int, latency: float = 0.0) -> Iterator[SlowApi]:
    """Serve at a free port of loopback, before the AWS API at `port`."""
    api = SlowApi(port, latency)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(api.latency)
            operation = parse_qs(body.decode("utf-8", "replace")).get("Action", [self.path.split("?")[0]])[0]
            if api.refuses(operation):
                self._answer(503, [("Content-Type", "text/xml")], _THROTTLED)
                return
            connection = http.client.HTTPConnection(HOST, api.target, timeout=60)
            try:
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
                connection.request(
                    self.command, self.path, body, {**headers, "Host": self.headers.get("Host", "")}
                )
                answer = connection.getresponse()
                content = answer.read()
                self._answer(answer.status, answer.getheaders(), content)
            finally:
                connection.close()

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _forward  # noqa: N815 - http.server's names

        def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server((HOST, 0), Handler) as server:
        api.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
