"""Assembles dist/policy-pack: the pack with the facts it reads, in one folder that works anywhere.

`pulumi policy publish` ships only the pack's own folder, and a team without this repository wants just that. The same
sources make the same folder, byte for byte: its digest says whether a pack that somebody has is that of a release.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What an engine starts: the one itself, the other with the environment's Python.
ENTRIES = ("run", "__main__.py")
# What a clone says of a file besides its content differs from clone to clone, so the pack's files say what stands here.
# 1980-01-01 00:00 UTC is the oldest time that every kind of archive can hold.
TIME = 315532800
# What belongs into the pack, by folder: an editor's leftovers and compiled files do not.
SOURCES = (
    ("policies", "*.py", "policies"),
    ("policies/config", "*.json", "config"),
    ("blueprint/facts", "*.toml", "blueprint/facts"),
    ("blueprint/facts", "*.md", "blueprint/facts"),
)
SHARED = ("__init__.py", "announced.py", "catalog.py", "prices.py")


def assemble(target: Path) -> str:
    """Write the pack to `target`, which is emptied first; returns its digest (`digest`)."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for source, pattern, folder in SOURCES:
        for file in (ROOT / source).rglob(pattern):
            name = file.relative_to(ROOT / source)
            if str(name) not in ENTRIES:
                _copy(file, target / folder / name)
    for entry in ENTRIES:
        _copy(ROOT / "policies" / entry, target / entry)
    for shared in SHARED:
        _copy(ROOT / "blueprint" / shared, target / "blueprint" / shared)
    # In the repository the pack shares the program's environment; elsewhere it has its own, in `venv`: that is also where
    # the engine installs a published pack's requirements.
    description = (ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8")
    (target / "PulumiPolicy.yaml").write_text(
        description.replace("virtualenv: ../.venv", "virtualenv: venv"), encoding="utf-8"
    )
    # `pulumi policy publish` uploads what git would: the environment stays here.
    (target / ".gitignore").write_text("venv/\n.venv/\n__pycache__/\n", encoding="utf-8")
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    (target / "requirements.txt").write_text(_without(locked, ("pulumi-aws",)), encoding="utf-8")
    # Folders after what lies in them: a new file changes its folder's time.
    for path in (*sorted(target.rglob("*"), reverse=True), target):
        path.chmod(0o755 if path.is_dir() or path == target / "run" else 0o644)
        os.utime(path, (TIME, TIME))
    return digest(target)


def digest(folder: Path) -> str:
    """SHA-256 of what `find . -type f | LC_ALL=C sort | xargs sha256sum` prints in the folder: anybody can take it."""
    files = sorted(f"./{path.relative_to(folder)}" for path in folder.rglob("*") if path.is_file())
    lines = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _without(lock: str, packages: tuple[str, ...]) -> str:
    """A lock file without some packages: the pack never imports the AWS SDK, which is most of the installation."""
    kept, keep = [], True
    for line in lock.splitlines(keepends=True):
        if not line.startswith((" ", "#")):
            keep = line.split("==")[0] not in packages
        if keep:
            kept.append(line)
    return "".join(kept)


if __name__ == "__main__":
    folder = ROOT / "dist" / "policy-pack"
    made = assemble(folder)
    sys.stdout.write(
        f"{folder.relative_to(ROOT)}: the pack and its facts in one folder\n"
        f"sha256 of its files' list: {made}\n"
        "next: copy it to where you want it, and in that folder, once:\n"
        "        python3 -m venv venv && venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt\n"
        "      then, from anywhere: pulumi preview --policy-pack <that folder>\n"
        "      an engine that wants an executable: pulumi preview --policy-pack <that folder>/run\n"
        "      for an organisation, in that folder: pulumi policy publish <organisation>\n"
    )
