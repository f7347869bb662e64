"""Writes blueprint/facts/iam_actions.toml: the IAM actions of the services that endpoints lead to.

Most actions are named after an operation of the API, and botocore (a development dependency) lists those. Where IAM's
names differ, `blueprint/facts/iam_services.toml` says so: `no_action` for operations without an action of that name,
`more_actions` for the rest. `--check` writes nothing and fails if the file is not what it would write: after an upgrade of
botocore, look at the difference, and for new operations at AWS's Service Authorization Reference.
"""

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import botocore
import botocore.session

FACTS = Path(__file__).resolve().parents[1] / "blueprint" / "facts"
WIDTH = 124


def main(facts: Path = FACTS, *, check: bool = False) -> int:
    """Write (or check) the file; returns the exit code."""
    services = tomllib.loads((facts / "iam_services.toml").read_text(encoding="utf-8"))
    wrong = [f"[{id}] {problem}" for id, row in services.items() for problem in problems(row)]
    for line in wrong:
        sys.stderr.write(f"iam_services.toml: {line}\n")
    if wrong:
        return 1
    path, text = facts / "iam_actions.toml", written(services)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        sys.stdout.write("iam_actions.toml is right\n")
        return 0
    if check:
        sys.stderr.write(
            "iam_actions.toml is not what botocore and iam_services.toml say: run `make facts-actions`\n"
        )
        return 1
    path.write_text(text, encoding="utf-8")
    sys.stdout.write("iam_actions.toml written\n")
    return 0


def problems(row: dict[str, Any]) -> list[str]:
    """Corrections that correct nothing: botocore has changed, or somebody mistyped a name."""
    known = operations(row)
    found = [f"no_action: {name} is no operation" for name in row.get("no_action", ()) if name not in known]
    return found + [f"more_actions: {name} is an operation" for name in row["more_actions"] if name in known]


def actions(row: dict[str, Any]) -> list[str]:
    """The service's actions, by the alphabet."""
    return sorted((operations(row) - set(row.get("no_action", ()))) | set(row["more_actions"]))


def operations(row: dict[str, Any]) -> set[str]:
    """The service's operations; none where AWS publishes no such API."""
    if "operations" not in row:
        return set()
    model = botocore.session.get_session().get_service_model(row["operations"])
    return set(model.operation_names)


def written(services: dict[str, Any]) -> str:
    """The file's text."""
    head = (
        "# IAM's actions, a row per service. Made by `make facts-actions`; do not edit. "
        f"From botocore {botocore.__version__} and\n"
        "# iam_services.toml. Schema, evidence and how to refresh: README.md beside this file.\n"
    )
    return head + "".join(_row(id, row) for id, row in services.items())


def _row(id: str, row: dict[str, Any]) -> str:
    source = "botocore-operations" if "operations" in row else row["source"]
    names = "\n".join(_lines(f'"{name}",' for name in actions(row)))
    return f'\n[{id}]\nactions = [\n{names}\n]\nsource = "{source}"\n'


def _lines(pieces: Iterable[str]) -> Iterable[str]:
    line = "   "
    for piece in pieces:
        if len(line) + 1 + len(piece) > WIDTH:
            yield line
            line = "   "
        line += f" {piece}"
    yield line


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
