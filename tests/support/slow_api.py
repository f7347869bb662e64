"""The sandbox's AWS behind a proxy: every answer takes its time, and some calls are throttled."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.aws_proxy import Behaviour, Call, Reply, proxy

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response (2026-11-30)
THROTTLED = Reply(
    503,
    (("Content-Type", "text/xml"),),
    b'<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>RequestLimitExceeded</Code>'
    b"<Message>Request limit exceeded.</Message></Error></Errors><RequestID>0</RequestID></Response>",
)


class SlowApi(Behaviour):
    """What the proxy does and has seen. `latency`: seconds before each call goes on; `more`: further ones of an operation.
    `throttle`: how many calls of an operation are refused before the first goes on. `calls`: operations and how often each
    came. `port`: where it is."""

    def __init__(self, latency: float = 0.0) -> None:
        self.latency = latency
        self.more: dict[str, float] = {}
        self.throttle: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.port = 0
        self._lock = threading.Lock()

    def before(self, call: Call) -> Reply | None:
        """Wait; refuse a call that is one too many."""
        time.sleep(self.latency + self.more.get(call.operation, 0.0))
        with self._lock:
            self.calls[call.operation] += 1
            self.throttle[call.operation] -= 1
            return THROTTLED if self.throttle[call.operation] >= 0 else None


@contextmanager
def slow_api(port: int, latency: float = 0.0) -> Iterator[SlowApi]:
    """Serve at a free port of loopback, before the AWS API at `port`."""
    api = SlowApi(latency)
    with proxy(port, api) as api.port:
        yield api
