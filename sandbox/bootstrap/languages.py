"""Step 5, for the tests alone: the language hosts of YAML and TypeScript programs."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from sandbox.bootstrap import build, engine, links
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import TOOLS, VENV_PYTHON, SetupError, cache_folder, child_environment, system

# Each with its folder of tools/ and its Go package. Older than the engine: see the go.mod files. They run programs, and
# generate no SDK that this engine takes.
PROGRAMS = {
    "pulumi-language-yaml": ("language-yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"),
    "pulumi-language-nodejs": ("language-nodejs", f"{build.SDK}/nodejs/cmd/pulumi-language-nodejs"),
}
CACHE = "language-hosts"
# What @pulumi/pulumi asks for (`engines` in its package.json, https://www.npmjs.com/package/@pulumi/pulumi, 2026-11-25).
OLDEST_NODE = 20
FIX = f"install Node.js {OLDEST_NODE} or newer with npm, and put both on PATH: https://nodejs.org/en/download"


def find(program: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The host that belongs to the engine in use: the user's own, else from the cache; None before set-up."""
    own, _ = engine.on_path(engine.read_pin().version, environment)
    if own is not None:
        folders = [
            str(own),
            str((own / "pulumi").resolve().parent),
            links.without(environment.get("PATH", "")),
        ]
        found = shutil.which(program, path=os.pathsep.join(folders))
        if found is not None:
            return Path(found)
    cached_file = cached() / program
    return cached_file if os.access(cached_file, os.X_OK) else None


def cached() -> Path:
    """The folder of the cache for these sources, this system and this processor."""
    digest = hashlib.sha256()
    for module, _ in PROGRAMS.values():
        for name in ("go.mod", "go.sum"):
            digest.update((TOOLS / module / name).read_bytes())
    return cache_folder() / CACHE / "-".join([*system(), digest.hexdigest()[:12]])


def ensure(note: Callable[[str], None]) -> str:
    """Finds or builds the hosts; says where they come from. Raises: SetupError, with what to install."""
    node = _node()
    if all(map(find, PROGRAMS)):
        return f"YAML, TypeScript ({node})"
    home = cached()
    with exclusive(home.with_name(f"{home.name}.lock")):
        missing = {name: source for name, source in PROGRAMS.items() if find(name) is None}
        if missing:
            note(f"no {', '.join(missing)} that belongs to the engine; building from source in {home}")
            for leftover in home.parent.glob(f"{home.name}.new-*"):
                build.remove(leftover)
            new = Path(tempfile.mkdtemp(prefix=f"{home.name}.new-", dir=home.parent))
            try:
                build.programs(new, missing, note, VENV_PYTHON)
                new.chmod(0o755)
                build.remove(home)
                new.rename(home)
            finally:
                build.remove(new)
    return f"YAML, TypeScript ({node}), built from source"


def _node() -> str:
    """The version of Node.js, which runs TypeScript programs."""
    try:
        answer = subprocess.run(
            ["node", "--version"],  # noqa: S607
            env=child_environment(),
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        raise SetupError(f"language hosts: node does not answer `node --version`\n  fix: {FIX}") from None
    found = re.match(r"v(\d+)\.", answer)
    if found is None or int(found[1]) < OLDEST_NODE or shutil.which("npm") is None:
        raise SetupError(f"language hosts: Node.js is {answer}, or has no npm\n  fix: {FIX}")
    return f"Node.js {answer.removeprefix('v')}"
