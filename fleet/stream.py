"""A stream for what is said along the way: that nobody reads it any more ends nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TextIO

# A closed pipe, a terminal that is gone; a stream that was closed.
_GONE = (OSError, ValueError)


class Patient:
    """A text stream around another. What cannot be written goes nowhere, what the other's encoding lacks is spelled out."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.encoding = stream.encoding or "utf-8"

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def write(self, text: str) -> int:
        """Writes, as far as somebody reads."""
        with suppress(*_GONE):
            self._stream.write(text.encode(self.encoding, "backslashreplace").decode(self.encoding))
        return len(text)

    def flush(self) -> None:
        """Hands on what was written."""
        with suppress(*_GONE):
            self._stream.flush()
