"""Step 3: the `aws` plugin. The official one where it can be had; else sandbox runs use the stand-in."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from sandbox.bootstrap import download, plugin_archive, progress
from sandbox.bootstrap.places import (
    RUNTIME_LOCK_FILE,
    STAND_IN_FOLDER,
    SetupError,
    cache_folder,
    child_environment,
    pulumi_home,
)

PROGRAM = "pulumi-resource-aws"
SERVER = "https://get.pulumi.com"
PROBE_SECONDS = 3.0
# After a failed attempt the next waits a day, or every `make up` would pay for it. `make setup` always tries.
RETRY_SECONDS = 24 * 3600.0
INSTALL_LIMIT = 600.0
FORCE_SETTING = "SANDBOX_AWS_PLUGIN"
BRIEF = "the sandbox's stand-in"


def locked_version(lock_file: Path = RUNTIME_LOCK_FILE) -> str:
    """The version of the `aws` SDK in the lock file: the plugin has to be the same."""
    found = re.search(r"^pulumi-aws==([^\s;\\]+)", lock_file.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"aws plugin: {lock_file} pins no pulumi-aws\n  fix: make lock")
    return found[1]


def installed(version: str) -> Path | None:
    """The official plugin of that version in the user's Pulumi home."""
    program = pulumi_home() / "plugins" / f"resource-aws-v{version}" / PROGRAM
    return program if os.access(program, os.X_OK) else None


def on_users_path(environment: Mapping[str, str] = os.environ) -> Path | None:
    """A plugin that the user put on PATH; the stand-in does not count."""
    folders = environment.get("PATH", "").split(os.pathsep)
    real = [folder for folder in folders if folder and Path(folder).resolve() != STAND_IN_FOLDER.resolve()]
    found = shutil.which(PROGRAM, path=os.pathsep.join(real))
    return Path(found) if found else None


def sandbox_needs_stand_in(environment: Mapping[str, str] = os.environ) -> bool:
    """True if a sandbox run has no official plugin to use, or was told to leave it alone."""
    return environment.get(FORCE_SETTING) == "stand-in" or installed(locked_version()) is None


def ensure(engine: Path, *, retry: bool, brief: bool = False) -> str:
    """Uses or installs the official plugin, or says honestly what takes its place.

    `brief`: in a few words where nothing was tried, for commands that are typed again and again.
    """
    version = locked_version()
    if os.environ.get(FORCE_SETTING) == "stand-in":
        return f"{BRIEF if brief else _stand_in()} ({FORCE_SETTING}=stand-in)"
    if installed(version) is not None:
        return f"the official plugin {version} is installed"
    memo = cache_folder() / f"aws-plugin-{version}-unreachable"
    if not retry and memo.exists() and 0 <= time.time() - memo.stat().st_mtime < RETRY_SECONDS:
        if brief:
            return BRIEF
        return _cannot(version, "tried within the last day; `make setup` tries again")
    why = _install(engine, version)
    if why:
        memo.parent.mkdir(parents=True, exist_ok=True)
        memo.touch()
        return _cannot(version, why)
    memo.unlink(missing_ok=True)
    return f"the official plugin {version} was downloaded, verified and installed"


def _install(engine: Path, version: str) -> str:
    """Installs the official plugin; says why if that is not possible. Raises: SetupError for an archive that was changed.

    `pulumi plugin install` alone would take whatever a server sends: the engine is handed a file that was verified.
    """
    if not download.can_connect(SERVER, PROBE_SECONDS):
        return "no connection to Pulumi's plugin server"
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="aws-plugin-", dir=cache_folder()) as folder:
        try:
            archive = plugin_archive.bring(version, Path(folder))
        except download.NotReachableError as error:
            return str(error)
        try:
            progress.run(
                [engine / "pulumi", "plugin", "install", "resource", "aws", version, "--file", archive],
                f"installing the aws plugin {version}",
                environment=child_environment(PULUMI_SKIP_UPDATE_CHECK="true"),
                limit=INSTALL_LIMIT,
            )
        except SetupError as error:
            return str(error)
    return "" if installed(version) else "`pulumi plugin install` ended well but the plugin is not there"


def _cannot(version: str, why: str) -> str:
    return (
        f"the official plugin {version} cannot be downloaded here ({why}); {_stand_in()}. "
        f"Real stacks need the official one"
    )


def _stand_in() -> str:
    return (
        "sandbox runs use the stand-in, a test double of this project's resource types on moto. "
        "It proves wiring, not AWS"
    )
