"""What decides whether a run has to be made: hashes of the program and of what one stack is made from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from fleet.shapes import Job, fields

ROOT = Path(__file__).resolve().parents[1]
# The program with its facts, and the pack. Its configuration is part of each job.
_FILES = ("__main__.py", "Pulumi.yaml", "Pulumi.README.md", "requirements.txt")
_FOLDERS = ("blueprint", "components", "policies")
_NOT = ("__pycache__", "config")


def program(root: Path = ROOT) -> str:
    """The hash of program, facts, pack and locked versions in a clone: 64 hexadecimal digits."""
    files = [root / name for name in _FILES]
    for folder in _FOLDERS:
        found = (path for path in (root / folder).rglob("*") if path.is_file())
        files += [path for path in found if not set(path.relative_to(root).parts) & set(_NOT)]
    hashed = hashlib.sha256()
    for file in sorted(files):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        hashed.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    return hashed.hexdigest()


def of_job(job: Job, world: str = "") -> str:
    """The hash of everything that a run is made from, whatever its verb and attempt. `world` is the AWS that it is for,
    where there is more than one: each sandbox is another."""
    kept = {
        key: value
        for key, value in fields(job).items()
        if key not in ("verb", "attempt", "timeout", "sandboxPort")
    }
    text = json.dumps({**kept, "world": world}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
