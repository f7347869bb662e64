"""What the engine showed the policies of a preview: the same resources, read with the same eyes.

The engine's events hold no dependencies, and in the preview of a new VPC these are all that joins an endpoint to its VPC. So
the preview runs a second pack, `review/recorder`, that judges nothing and writes down what a pack is shown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2

from policies import redaction, telling, wire
from policies.graph import Graph
from policies.memory import Memory

_NO_RECORDING = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError),
    json_format.ParseError,
)
_LONGEST_REASON = 300


class RecordingError(Exception):
    """The recording cannot be read; the text says why."""


@dataclass(frozen=True)
class Recording:
    """The whole stack as the stack policies saw it, and the secrets that no page may show."""

    graph: Graph
    secrets: frozenset[str]

    def without_secrets(self, text: str) -> str:
        """A text in which no secret of the program stands."""
        return redaction.hidden(text, set(self.secrets))


def read(path: Path) -> Recording | None:
    """The recording of a preview, the last one of the file; None where it did not come as far as the stack policies.

    Raises: RecordingError for anything that the recorder did not write.
    """
    if not path.exists():
        return None
    memory, whole = Memory(), None
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            if "resource" in said:
                request = json_format.ParseDict(said["resource"], analyzer_pb2.AnalyzeRequest())
                memory.inputs(request.urn, wire.keys(request))
                whole = None
            else:
                whole = json_format.ParseDict(said["stack"], analyzer_pb2.AnalyzeStackRequest())
                memory.stack()
    except _NO_RECORDING as error:
        why = telling.printable(str(error)[:_LONGEST_REASON]) or type(error).__name__
        raise RecordingError(f"{path} is no recording of review/recorder: {why}") from None
    if whole is None:
        return None
    graph = wire.graph(whole, memory)
    return Recording(graph, frozenset(memory.secrets))
