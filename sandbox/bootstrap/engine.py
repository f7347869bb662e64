"""Step 2: a Pulumi engine: from PATH, the user's cache, Pulumi's archive, or built from source."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.bootstrap import build, download, links
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import ENGINES, TOOLS, SetupError, cache_folder, child_environment, system

LANGUAGE_HOST = "pulumi-language-python"
NAMES = (
    "pulumi",
    LANGUAGE_HOST,
    "pulumi-language-python-exec",
    "pulumi-analyzer-policy-python",
    "pulumi-resource-pulumi-python",
)
URL_SETTING = "SANDBOX_ENGINE_URL"


@dataclass(frozen=True)
class Pin:
    """The release that tools/engine.toml pins."""

    version: str
    url: str
    sha256: str | None


def read_pin(file: Path = TOOLS / "engine.toml") -> Pin:
    """The pinned release for this machine; `sha256` is None where Pulumi publishes no archive for it."""
    facts = tomllib.loads(file.read_text(encoding="utf-8"))
    system_name, processor = system()
    # A mirror may stand in for Pulumi's server: the checksum stays the one in git.
    template = os.environ.get(URL_SETTING) or facts["url"]
    url = (
        template.replace("{version}", facts["version"])
        .replace("{os}", system_name)
        .replace("{arch}", processor)
    )
    return Pin(facts["version"], url, facts["sha256"].get(f"{system_name}-{processor}"))


def version_of(pulumi: str | Path) -> str | None:
    """What `pulumi version` answers, without the v; None if it does not answer."""
    try:
        answer = subprocess.run(  # noqa: S603
            [pulumi, "version"],
            env=child_environment(PULUMI_SKIP_UPDATE_CHECK="true"),
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"v?(\d+\.\d+\.\d+)", answer.stdout)
    return found[1] if found else None


def on_path(minimum: str, environment: Mapping[str, str] = os.environ) -> tuple[Path | None, str]:
    """The folder of the user's own engine if it will do, and one sentence about it."""
    path = links.without(environment.get("PATH", ""))
    pulumi = shutil.which("pulumi", path=path)
    if pulumi is None:
        return None, "no pulumi on PATH"
    version = version_of(pulumi)
    if version is None:
        return None, f"{pulumi} does not answer `pulumi version`"
    if _numbers(version) < _numbers(minimum):
        return None, f"{pulumi} is {version}, older than {minimum}"
    beside = Path(pulumi).resolve().parent / LANGUAGE_HOST
    if not beside.exists() and shutil.which(LANGUAGE_HOST, path=path) is None:
        return None, f"{pulumi} has no {LANGUAGE_HOST} beside it"
    return Path(pulumi).parent, f"pulumi {version} from PATH"


def cached() -> Path:
    """Where the pinned engine lies or will lie: other versions, sources and processors have other keys."""
    sources = [
        TOOLS / module / name for module in ("pulumi", "language-python") for name in ("go.mod", "go.sum")
    ]
    digest = hashlib.sha256()
    for file in [TOOLS / "engine.toml", *sources]:
        digest.update(file.read_bytes())
    return cache_folder() / ENGINES / "-".join([read_pin().version, *system(), digest.hexdigest()[:12]])


def is_complete(folder: Path) -> bool:
    """True if every program of the engine is there."""
    return all(os.access(folder / name, os.X_OK) for name in NAMES)


def find() -> Path | None:
    """The folder of the engine to run with, or None before set-up. Fast: downloads and builds nothing."""
    folder, _ = on_path(read_pin().version)
    if folder is None and is_complete(cached()):
        return cached()
    return folder


def ensure(note: Callable[[str], None], python: Path) -> str:
    """Finds or brings an engine; says which one it is."""
    pin = read_pin()
    folder, why = on_path(pin.version)
    if folder is not None:
        return why
    home = cached()
    if is_complete(home):
        return f"pulumi {pin.version} from the cache"
    with exclusive(home.parent / f"{home.name}.lock"):
        if is_complete(home):
            return f"pulumi {pin.version} from the cache, brought there by another set-up just now"
        note(f"{why}; bringing pulumi {pin.version} to {home}")
        for leftover in home.parent.glob(f"{home.name}.new-*"):
            build.remove(leftover)
        new = Path(tempfile.mkdtemp(prefix=f"{home.name}.new-", dir=home.parent))
        try:
            how = _bring(pin, new, note, python)
            _prove(new, pin)
            new.chmod(0o755)
            build.remove(home)
            new.rename(home)
        finally:
            build.remove(new)
    return f"pulumi {pin.version} {how}"


def _bring(pin: Pin, folder: Path, note: Callable[[str], None], python: Path) -> str:
    if pin.sha256 is None:
        note(f"Pulumi publishes no archive for {'-'.join(system())}; building it from source")
    else:
        archive = folder / "archive.tar.gz"
        try:
            download.fetch(pin.url, archive, f"downloading pulumi {pin.version}")
            download.verify(archive, pin.sha256, pin.url)
            download.unpack(archive, folder, NAMES)
            archive.unlink()
            return "downloaded and verified"
        except download.NotReachableError as error:
            archive.unlink(missing_ok=True)
            note(f"Pulumi's archive cannot be downloaded ({error}); building the same version from source")
    build.build(folder, pin.version, note, python)
    return "built from source"


def _prove(folder: Path, pin: Pin) -> None:
    found = version_of(folder / "pulumi")
    if found != pin.version or not is_complete(folder):
        raise SetupError(
            f"engine: what was brought does not run as {pin.version} (it answers {found or 'nothing'})\n"
            f"  fix: install Pulumi {pin.version} or newer yourself and put it on PATH"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
