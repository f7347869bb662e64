"""One cell of the table: a Python, a set of versions, an environment of its own, and the tests that run in it."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import cache_folder, child_environment
from tests.compat import sets
from tests.e2e.house import House
from tests.e2e.test_policy_pack import environment_folder
from tools.lock import RESOLVER

# What runs in Pulumi's SDKs, and the story with the real engine: the dev stack up, previewed, down, and blocked; the pack in
# the program's environment, and in one of its own.
STORY = "tests/e2e/test_story.py"
SELECTION = (
    "tests/components/test_components.py",
    "tests/package",
    "tests/policies/test_server.py",
    f"{STORY}::test_up_again_without_changes_and_down_to_nothing",
    f"{STORY}::test_a_stack_that_leaves_an_endpoint_out_is_blocked_before_anything_is_created",
    "tests/e2e/test_policy_pack.py",
)
LIMIT = 1800.0


@dataclass(frozen=True)
class Result:
    """What a cell's tests said."""

    python: str
    set: str
    versions: dict[str, str] = field(default_factory=dict)
    passed: int = 0
    failed: int = 0
    ended: int = 0
    seconds: float = 0.0
    day: str = ""

    @property
    def good(self) -> bool:
        """True if tests ran and all of them passed."""
        return self.ended == 0 and self.passed > 0 and self.failed == 0


def run(python: Path, name: str, chosen: str, uv: Path, logs: Path) -> Result:
    """Run the selection with this Python and this set. Raises: CalledProcessError if there is no such environment."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="compat-") as made:
        folder = Path(made)
        # Port 0: every test of the selection that needs one finds a free one by itself.
        House(folder, 0)
        sets.write(uv, chosen, name, folder)
        (folder / ".venv").unlink()
        (folder / ".venv").symlink_to(_environment(uv, python, folder / "requirements-dev.txt"))
        _as_a_clone(folder)
        own = folder / ".venv" / "bin" / "python"
        subprocess.run([own, "tools/policy_pack.py"], cwd=folder, check=True, capture_output=True)
        _pack_environment(uv, own, folder / "dist" / "policy-pack" / "requirements.txt")
        log = logs / f"{name}-{chosen}.txt"
        with log.open("w", encoding="utf-8") as out:
            ended = subprocess.run(
                [
                    own,
                    "-m",
                    "pytest",
                    "-q",
                    "-n",
                    "2",
                    "--dist",
                    "loadgroup",
                    *SELECTION,
                ],
                cwd=folder,
                env=child_environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=LIMIT,
                check=False,
            ).returncode
        versions = sets.locked(folder / "requirements.txt")
    said = log.read_text(encoding="utf-8").rsplit("\n", 2)[-2:]
    return Result(
        name,
        chosen,
        {package: versions[package] for package in sets.NAMED},
        counted(said, "passed"),
        counted(said, "failed") + counted(said, "errors?"),
        ended,
        time.monotonic() - started,
        datetime.datetime.now(datetime.UTC).date().isoformat(),
    )


def keep(result: Result, folder: Path) -> None:
    """Note a result for a later `--write`."""
    file = folder / f"{result.python}-{result.set}.json"
    file.write_text(json.dumps(dataclasses.asdict(result)), encoding="utf-8")


def kept(folder: Path) -> dict[tuple[str, str], Result]:
    """The results that were noted, by Python and set."""
    found = (Result(**json.loads(file.read_text(encoding="utf-8"))) for file in folder.glob("*.json"))
    return {(each.python, each.set): each for each in found}


def counted(lines: list[str], word: str) -> int:
    """The number before a word in pytest's last line."""
    found = re.search(rf"(\d+) {word}\b", "\n".join(lines))
    return int(found[1]) if found else 0


def _environment(uv: Path, python: Path, lock: Path) -> Path:
    """An environment of that lock file, kept in the user's cache: a second run takes what the first made."""
    version = subprocess.run(
        [python, "-c", "import sys; print(sys.version)"], capture_output=True, check=True
    ).stdout
    key = hashlib.sha256(lock.read_bytes() + RESOLVER.read_bytes() + version).hexdigest()[:12]
    return _made(uv, python, cache_folder() / "compat" / key, lock)


def _pack_environment(uv: Path, python: Path, requirements: Path) -> None:
    """Where tests/e2e/test_policy_pack.py looks for one: `python -m venv` of an unpacked Python has no pip to bring."""
    version = subprocess.run(
        [python, "-c", "import sys; print(sys.version, end='')"], capture_output=True, text=True, check=True
    ).stdout
    _made(uv, python, environment_folder(requirements, version), requirements)


def _made(uv: Path, python: Path, home: Path, lock: Path) -> Path:
    with exclusive(home.with_name(f"{home.name}.lock")):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            environment = {**child_environment(), "UV_HTTP_TIMEOUT": "300"}
            subprocess.run(
                [uv, "venv", "--quiet", "--no-config", "--python", python.resolve(), home],
                check=True,
                env=environment,
            )
            install: list[str | Path] = [
                uv,
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "--python",
                home / "bin" / "python",
            ]
            for each in (RESOLVER, lock):
                subprocess.run([*install, "-r", each], check=True, env=environment)
            (home / "complete").touch()
    return home


def _as_a_clone(folder: Path) -> None:
    """Tests ask git for the project's files."""
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for command in (["init", "--quiet", "."], ["add", "--all", "."]):
        subprocess.run(["git", *command], cwd=folder, env=settings, check=True, capture_output=True)
