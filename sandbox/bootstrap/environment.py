"""Step 1: the project's virtual environment, exactly as the lock file says."""

import contextlib
import hashlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

from sandbox.bootstrap import progress
from sandbox.bootstrap.places import SetupError, child_environment

STAMP = "installed-from"
# pip would compile all 3,000 modules of the AWS SDK, half a minute of work; only these services' are ever imported.
NOT_COMPILED = r"/pulumi_aws/(?!(ec2|vpc|config|iam|route53)/)[^/]+/"


def wanted_stamp(venv: Path, lock_file: Path) -> str:
    """What the stamp says when all is right: the lock file and the Python it was installed for."""
    text = (venv / "pyvenv.cfg").read_text(encoding="utf-8")
    version = re.search(r"^version\s*=\s*(\S+)", text, re.MULTILINE)
    digest = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    return f"{lock_file.name} sha256={digest} python={version[1] if version else 'unknown'}\n"


def is_usable(venv: Path) -> bool:
    """True if the environment has a Python that is new enough and still exists (upgrades remove it)."""
    if not (venv / "bin" / "python").exists() or not (venv / "pyvenv.cfg").exists():
        return False
    version = re.search(
        r"^version\s*=\s*(\d+)\.(\d+)", (venv / "pyvenv.cfg").read_text(encoding="utf-8"), re.MULTILINE
    )
    return version is not None and (int(version[1]), int(version[2])) >= (3, 11)


def is_right(venv: Path, lock_file: Path) -> bool:
    """True if nothing has to be done."""
    stamp = venv / STAMP
    return (
        is_usable(venv)
        and stamp.exists()
        and stamp.read_text(encoding="utf-8") == wanted_stamp(venv, lock_file)
    )


def ensure(venv: Path, lock_file: Path) -> str:
    """Creates or repairs the environment; says what it did."""
    if is_right(venv, lock_file):
        return f"{venv.name} is right"
    action = "repaired" if is_usable(venv) else "created"
    stamp = venv / STAMP
    stamp.unlink(missing_ok=True)
    environment = child_environment(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    if action == "created":
        _create(venv, environment)
    packages = len(re.findall(r"^[A-Za-z0-9][^=\s]*==", lock_file.read_text(encoding="utf-8"), re.MULTILINE))
    python = str(venv / "bin" / "python")
    # Without --only-binary pip would build a source distribution, and fetch what builds it without any hash.
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-deps",
        "--no-compile",
        "-r",
        str(lock_file),
    ]
    try:
        progress.run(
            install, f"installing {packages} packages", environment=environment, summarise=_pip_progress()
        )
    except SetupError as error:
        raise SetupError(
            f"{error}\n  fix: see the lines above; `make setup` goes on where it stopped"
        ) from None
    # Some packages ship files for other Pythons, which do not compile: that is no reason to stop.
    with contextlib.suppress(SetupError):
        compile_all = [python, "-m", "compileall", "-q", "-j", "0", "-x", NOT_COMPILED, str(venv / "lib")]
        progress.run(compile_all, "compiling them", environment=environment)
    stamp.write_text(wanted_stamp(venv, lock_file), encoding="utf-8")
    return f"{venv.name} {action} from {lock_file.name}, {packages} packages"


def _create(venv: Path, environment: dict[str, str]) -> None:
    try:
        progress.run(
            [sys.executable, "-m", "venv", "--clear", venv], f"creating {venv.name}", environment=environment
        )
    except SetupError as error:
        raise SetupError(
            f"{error}\n  fix: this Python makes no virtual environments; on Debian: apt install python3-venv"
        ) from None


def _pip_progress() -> Callable[[str], str | None]:
    """Counts what pip says it collects; once it says that it installs, there is nothing more to count."""
    collected = 0

    def summarise(line: str) -> str | None:
        nonlocal collected
        if line.startswith("Collecting "):
            collected += 1
            return f"{collected} collected"
        return "unpacking" if line.startswith("Installing collected") else None

    return summarise
