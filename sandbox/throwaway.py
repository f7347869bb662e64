"""A sandbox of its own for one preview. It is gone afterwards, even if this process is killed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import moto
from sandbox.layout import Layout

ATTEMPTS = 5


@contextmanager
def throwaway(layout: Layout, port: int | None) -> Iterator[tuple[Layout, moto.Server]]:
    """Starts it on `port`, or on any free one if none is asked for or our own sandbox is there already."""
    layout.root.mkdir(parents=True, exist_ok=True)
    box = Layout(layout.repository, Path(tempfile.mkdtemp(prefix="preview-", dir=layout.root)))
    try:
        yield box, start(box, port, parent=os.getpid())
    finally:
        moto.stop(box)
        shutil.rmtree(box.root, ignore_errors=True)


def start(box: Layout, port: int | None, *, parent: int | None = None) -> moto.Server:
    """Starts it on `port`, or on any free one; with a `parent` it ends when that process does."""
    if port is not None:
        try:
            return moto.start(box, port, parent=parent)
        except moto.PortTakenError:
            if not moto.is_own(box, moto.identity(port)):
                raise
    for _ in range(ATTEMPTS - 1):
        try:
            return moto.start(box, moto.any_free_port(), parent=parent)
        except moto.PortTakenError:
            continue  # somebody was quicker, another preview as a rule
    return moto.start(box, moto.any_free_port(), parent=parent)
