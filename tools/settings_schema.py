"""Writes schema/*.schema.json: what an editor knows of a stack file and of fleet.yaml. `make schema`.

`--check` writes nothing and fails if a file is not what it would write: after a change of the models or of the facts.
"""

import json
import sys
from pathlib import Path

from blueprint.stack_schema import Schema, stack_schema
from fleet.schema import fleet_schema

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "schema"
FILE, FLEET_FILE = FOLDER / "stack.schema.json", FOLDER / "fleet.schema.json"


def text(schema: Schema | None = None) -> str:
    """The text of a schema's file, of stack files' by default."""
    return json.dumps(stack_schema() if schema is None else schema, indent=2, ensure_ascii=False) + "\n"


def main(file: Path = FILE, schema: Schema | None = None, *, check: bool = False) -> int:
    """Write (or check) a file; returns the exit code."""
    if file.exists() and file.read_text(encoding="utf-8") == text(schema):
        sys.stdout.write(f"{file.name} is right\n")
        return 0
    if check:
        sys.stderr.write(f"{file.name} is not what the settings and the facts say: run `make schema`\n")
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text(schema), encoding="utf-8")
    sys.stdout.write(f"{file.name} written\n")
    return 0


if __name__ == "__main__":
    is_check = "--check" in sys.argv
    sys.exit(main(check=is_check) | main(FLEET_FILE, fleet_schema(), check=is_check))
