"""A lock between processes: two set-ups at once wait for each other instead of corrupting one cache."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import TextIO

from sandbox.bootstrap.progress import Ticker


@contextmanager
def exclusive(path: Path, label: str = "waiting for another set-up that is under way") -> Iterator[TextIO]:
    """Holds the lock file at `path`; waits, visibly, while another does. The system frees it if we die.

    Yields the open file: a child that inherits it goes on holding the lock for as long as it lives.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        ticker = Ticker(label)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                ticker.tick()
                sleep(0.2)
        yield handle
