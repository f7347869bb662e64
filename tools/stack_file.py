"""A stack's configuration as the program gets it, without the engine: its own keys over Pulumi.yaml's for all stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprint import plan as planner
from blueprint.plan import Plan
from blueprint.settings import Settings, parse
from sandbox import documents

PROJECT_FILE = "Pulumi.yaml"


@dataclass(frozen=True)
class StackFile:
    """A stack's configuration: full key to value, as its file `file` and Pulumi.yaml say it."""

    name: str
    file: str
    config: Mapping[str, Any]
    project: str

    def text(self, key: str) -> str:
        """A provider's setting; "" where it is not given or encrypted."""
        value = self.config.get(key)
        return value if isinstance(value, str) else ""

    def settings(self) -> Settings:
        """What the owner says. Raises: SettingsError."""
        secret = [key for key, value in self.config.items() if isinstance(value, dict) and "secure" in value]
        return parse(self.config, stack_file=self.file, secret_keys=secret, project=self.project)

    def plan(self) -> Plan:
        """What will be built. Raises: SettingsError."""
        return planner.make(self.settings(), stack_file=self.file)


def short(stack: str) -> str:
    """A stack's own name, without organisation and project."""
    return stack.rsplit("/", 1)[-1]


def file_name(stack: str) -> str:
    """The name of a stack's file."""
    return f"Pulumi.{short(stack)}.yaml"


def merged(root: Path, stack: str, own: Mapping[str, Any]) -> StackFile:
    """A stack whose file holds `own`, over what `root`/Pulumi.yaml says for all. Raises: OSError, DocumentError."""
    shared = documents.data(documents.compose((root / PROJECT_FILE).read_text(encoding="utf-8")))
    shared = shared if isinstance(shared, dict) else {}
    declared = shared.get("config")
    defaults = {
        key: entry["value"]
        for key, entry in (declared if isinstance(declared, dict) else {}).items()
        if isinstance(entry, Mapping) and "value" in entry
    }
    project = str(shared.get("name", ""))
    config = {**_full(defaults, project), **_full(own.get("config") or {}, project)}
    return StackFile(short(stack), file_name(stack), config, project)


def _full(config: Mapping[str, Any], project: str) -> dict[str, Any]:
    """As the engine does it: a key without a namespace is the project's."""
    return {str(key) if ":" in str(key) else f"{project}:{key}": value for key, value in config.items()}
