"""What keeps a command from answering, as one message on stderr."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from blueprint.catalog import UnknownRegionError
from blueprint.problems import SettingsError
from fleet.discovery import DiscoveryError
from fleet.export.pko import ExportError
from fleet.inventory import InventoryError
from fleet.session import SessionError
from policies.telling import printable
from review.model import ReviewError
from review.recording import RecordingError
from sandbox.bootstrap.places import SetupError
from sandbox.layout import SandboxError
from tools.analyzer import AnalyzerError
from tools.outcome import EventsError
from tools.state import StateError
from verification.access import AccessError

WELL, FOUND, CANNOT_BE_ANSWERED = 0, 1, 2


class CannotAnswerError(Exception):
    """What was asked cannot be answered; the text says why and how to go on."""


EXPECTED = (
    *(CannotAnswerError, SettingsError, UnknownRegionError, StateError, AnalyzerError),
    *(
        SandboxError,
        SetupError,
        AccessError,
        BotoCoreError,
        ClientError,
        ReviewError,
        RecordingError,
        EventsError,
    ),
    *(InventoryError, DiscoveryError, SessionError, ExportError, UnicodeDecodeError, OSError),
)


def message(error: BaseException) -> str:
    """What to say of it, as a terminal can show it: it may quote files and arguments."""
    if isinstance(error, UnicodeDecodeError):
        return "a file that it was to read is not text"
    if isinstance(error, OSError):
        return printable(f"{error.filename or 'a file'}: {error.strerror or error}")
    return printable(str(error.args[0] if isinstance(error, LookupError) and error.args else error))
