"""Where things are: the repository, its virtual environment, and the user's cache."""

import os
import platform
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
VENV = REPOSITORY / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
SANDBOX = REPOSITORY / ".sandbox"
STAND_IN_FOLDER = REPOSITORY / "sandbox" / "bin"
LOCK_FILE = REPOSITORY / "requirements-dev.txt"
RUNTIME_LOCK_FILE = REPOSITORY / "requirements.txt"
TOOLS = REPOSITORY / "tools"
PROJECT = "ssm-vpc-endpoints"
# The folder of the cache that holds engines, one per key.
ENGINES = "engine"


class SetupError(Exception):
    """A problem of the machine or the network that the user has to know about: what, where, fix."""


def cache_folder() -> Path:
    """The user's cache for this project: shared by all clones, safe to delete."""
    chosen = os.environ.get("XDG_CACHE_HOME")
    if chosen:
        base = Path(chosen)
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path.home() / ".cache"
    return base / PROJECT


def pulumi_home() -> Path:
    """Where Pulumi keeps its plugins and its login."""
    chosen = os.environ.get("PULUMI_HOME")
    return Path(chosen) if chosen else Path.home() / ".pulumi"


def system() -> tuple[str, str]:
    """The operating system and processor, as Pulumi's archives spell them: ("linux", "x64")."""
    machine = platform.machine().lower()
    processor = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(machine, machine)
    return sys.platform, processor


def child_environment(**changes: str) -> dict[str, str]:
    """This process's environment for a child, without what would point Python elsewhere or slow it."""
    dropped = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_REQUIRE_VIRTUALENV"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | changes
