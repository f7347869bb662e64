"""A stack's file as the program would get it, without the engine: its own keys over Pulumi.yaml's for all stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from blueprint import plan as planner
from blueprint.plan import Plan
from blueprint.settings import Settings, parse
from cli.errors import CannotAnswerError
from sandbox import stack_config
from sandbox.layout import PROJECT_FILE, Layout


def complete(incomplete: str) -> list[str]:
    """Stacks with a file here whose names begin so."""
    return [name for name in Layout().stacks() if name.startswith(incomplete)]


Stack = Annotated[
    str,
    typer.Option(
        "--stack", metavar="STACK", help="Such as dev: Pulumi.<STACK>.yaml.", autocompletion=complete
    ),
]


@dataclass(frozen=True)
class Read:
    """A stack's configuration: full key to value. `sandboxed`: its own endpoints are the sandbox's."""

    name: str
    file: str
    config: Mapping[str, Any]
    project: str
    sandboxed: bool

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


def read(stack: str, layout: Layout | None = None) -> Read:
    """Raises: SandboxError for a file that is not there or is not a stack's, CannotAnswerError for an empty name."""
    layout = layout or Layout()
    if not stack:
        raise CannotAnswerError(f"no stack is named\n  fix: --stack, one of {', '.join(layout.stacks())}")
    file = layout.stack_file(stack)
    own = _loaded(file) if file.exists() else {}
    node = stack_config.read(layout, stack)
    shared = yaml.safe_load((layout.repository / PROJECT_FILE).read_text(encoding="utf-8"))
    defaults = {key: entry["value"] for key, entry in shared["config"].items() if "value" in entry}
    project = str(shared["name"])
    config = {**_full(defaults, project), **_full(own.get("config") or {}, project)}
    return Read(stack.rsplit("/", 1)[-1], file.name, config, project, stack_config.is_for_sandbox(node))


def _loaded(file: Path) -> dict[str, Any]:
    """A stack file's content. What is no YAML or no mapping is for stack_config to say. Raises: CannotAnswerError."""
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = f"this cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        why = "this is not text in UTF-8"
    except yaml.MarkedYAMLError as error:
        if not isinstance(error, yaml.constructor.ConstructorError):
            return {}
        why = f"this is no configuration: {error}"
    except yaml.YAMLError:
        return {}
    except ValueError as error:
        why = f"this is no configuration: {error}"
    else:
        return said if isinstance(said, dict) else {}
    raise CannotAnswerError(f"{file.name}: {why}\n  fix: see Pulumi.dev.yaml")


def _full(config: Mapping[str, Any], project: str) -> dict[str, Any]:
    """As the engine does it: a key without a namespace is the project's."""
    return {str(key) if ":" in str(key) else f"{project}:{key}": value for key, value in config.items()}
