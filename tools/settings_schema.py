"""Writes schema/stack.schema.json: what an editor knows of a stack file. `make schema`.

`--check` writes nothing and fails if the file is not what it would write: after a change of the models or of the facts.
"""

import json
import sys
from pathlib import Path

from blueprint.stack_schema import stack_schema

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "schema" / "stack.schema.json"


def text() -> str:
    """The file's text."""
    return json.dumps(stack_schema(), indent=2, ensure_ascii=False) + "\n"


def main(file: Path = FILE, *, check: bool = False) -> int:
    """Write (or check) the file; returns the exit code."""
    if file.exists() and file.read_text(encoding="utf-8") == text():
        sys.stdout.write(f"{file.name} is right\n")
        return 0
    if check:
        sys.stderr.write(f"{file.name} is not what blueprint/settings and the facts say: run `make schema`\n")
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{file.name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
