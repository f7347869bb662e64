"""How many stacks run at once, and how long to wait before another attempt.

AWS limits PrivateLink's calls for an account and for all accounts of an organisation together
(https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html, 2026-11-30), so being throttled halves what
may run, in the account and in all; each run that AWS had time for gives one back.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from fleet.settings import Concurrency
from fleet.shapes import PASSING, Stack, Status

# Seconds: the most that the first pause may last, and any. Each attempt doubles it; the pause is drawn between nothing and
# that (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "Full Jitter", 2026-11-30).
PAUSES: dict[Status, tuple[float, float]] = {
    "throttled": (4.0, 120.0),
    "locked": (2.0, 30.0),
    "lost": (1.0, 10.0),
}


def pause(status: Status, attempt: int, lot: random.Random) -> float:
    """Seconds to wait after attempt number `attempt`, from 1 on, ended with `status`."""
    first, most = PAUSES[status]
    return lot.uniform(0, min(most, first * 2 ** min(attempt - 1, 10)))


@dataclass
class Pace:
    """Counts what runs. `limit` of an account and in all go down when AWS throttles, and come back."""

    concurrency: Concurrency
    running: list[Stack] = field(default_factory=list)
    overall: int = 0
    accounts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.overall = self.concurrency.overall

    def admits(self, stack: Stack) -> bool:
        """Whether this stack may start now."""
        at_once = Counter(each.account_id for each in self.running)
        regions = Counter(each.region for each in self.running)
        return (
            len(self.running) < self.overall
            and at_once[stack.account_id] < self._of_account(stack)
            and regions[stack.region] < self.concurrency.per_region
        )

    def started(self, stack: Stack) -> None:
        """Note that it runs."""
        self.running.append(stack)

    def ended(self, stack: Stack, status: Status) -> None:
        """Note that it does not run any more, and how it ended."""
        self.running.remove(stack)
        own = self._of_account(stack)
        if status == "throttled":
            self.accounts[stack.account_id] = max(1, own // 2)
            self.overall = max(1, self.overall // 2)
        elif status not in PASSING:
            self.accounts[stack.account_id] = min(self.concurrency.per_account, own + 1)
            self.overall = min(self.concurrency.overall, self.overall + 1)

    def _of_account(self, stack: Stack) -> int:
        return self.accounts.get(stack.account_id, self.concurrency.per_account)
