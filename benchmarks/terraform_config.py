"""The same resources as a Terraform configuration, the command that plans it, and what Terraform says that it would create.

The provider is a binary that the caller names: `dev_overrides` makes Terraform use it as it is, without a registry.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import process_tree
from benchmarks.formats import TYPES
from benchmarks.process_tree import Cost
from benchmarks.same import RANDOM, Resource, is_unknown
from sandbox.layout import SERVICES, endpoint

# What Pulumi's provider fills in for itself: the 5.x provider has no Region per resource.
NOT_WRITTEN = frozenset({"region"})
CHECKS = ("credentials_validation", "requesting_account_id", "metadata_api_check", "region_validation")


@dataclass(frozen=True)
class Terraform:
    """A folder with a configuration, ready to be planned with one binary of the provider."""

    folder: Path
    environment: Mapping[str, str]
    program: str

    def plan(self, *more: str) -> Cost:
        """Plan it. Raises: process_tree.RunError."""
        words = [self.program, "plan", "-input=false", "-no-color", *more]
        return process_tree.run(words, self.environment, self.folder, self.folder / "said.txt")

    def planned(self) -> dict[str, dict[str, Any]]:
        """What it would create, by address: the known arguments, and True for those that are known afterwards."""
        self.plan("-out=plan.bin")
        shown = subprocess.run(  # noqa: S603 (the Terraform on PATH)
            [self.program, "show", "-json", "plan.bin"],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=True,
        )
        changes = json.loads(shown.stdout)["resource_changes"]
        return {
            each["address"]: each["change"]["after_unknown"] | _given(each["change"]["after"])
            for each in changes
        }


def prepare(
    folder: Path, provider: Path, made: Mapping[str, Resource], region: str, port: int
) -> Terraform | str:
    """Write the configuration of what a program makes. Returns why not, where there is no Terraform."""
    program = shutil.which("terraform")
    if program is None:
        return "no terraform on PATH"
    folder.mkdir()
    (folder / "provider").mkdir()
    (folder / "provider" / "terraform-provider-aws").symlink_to(provider.resolve())
    settings = folder / "terraform.rc"
    settings.write_text(
        f'provider_installation {{\n  dev_overrides {{ "hashicorp/aws" = "{folder / "provider"}" }}\n  direct {{}}\n}}\n',
        encoding="utf-8",
    )
    document = json.dumps(configuration(made, region, port), indent=1)
    (folder / "main.tf.json").write_text(document, encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
    ours = {
        "TF_CLI_CONFIG_FILE": str(settings),
        "CHECKPOINT_DISABLE": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return Terraform(folder, kept | ours, program)


def configuration(made: Mapping[str, Resource], region: str, port: int) -> dict[str, Any]:
    """A configuration in Terraform's JSON syntax."""
    addresses = {key: address(resource) for key, resource in made.items()}
    resources: dict[str, dict[str, Any]] = {}
    for key, resource in made.items():
        type_, _, name = addresses[key].partition(".")
        resources.setdefault(type_, {})[name] = {
            snake(argument): _written(
                value, [addresses[source] for source in resource.sources.get(argument, ())]
            )
            for argument, value in resource.inputs.items()
            if argument not in NOT_WRITTEN and argument != RANDOM.get(resource.type)
        }
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {
            "aws": {
                "region": region,
                "access_key": "test",
                "secret_key": "test",
                **{f"skip_{check}": True for check in CHECKS},
                "endpoints": [dict.fromkeys(SERVICES, endpoint(port))],
            }
        },
        "resource": resources,
    }


def differences(made: Mapping[str, Resource], planned: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What Terraform would create otherwise than a program, a sentence each; nothing where both are the same."""
    addresses = {address(resource): resource for resource in made.values()}
    told = [f"only the program makes {each}" for each in sorted(addresses.keys() - planned.keys())]
    told += [f"only Terraform makes {each}" for each in sorted(planned.keys() - addresses.keys())]
    for each in sorted(addresses.keys() & planned.keys()):
        resource = addresses[each]
        for argument, value in resource.inputs.items():
            if argument in NOT_WRITTEN or argument == RANDOM.get(resource.type):
                continue
            found = planned[each].get(snake(argument))
            if is_unknown(value):
                # A list of unknown items is a list of True.
                same = found is True or (isinstance(found, list) and all(item is True for item in found))
            else:
                same = _plain(found) == _plain(value)
            if not same:
                told.append(f"{each}: {snake(argument)}: {value!r} and {found!r}")
    return told


def address(resource: Resource) -> str:
    """A resource's address in Terraform: `aws_vpc.private`. Raises: KeyError for a type that has no translation."""
    return f"{TYPES[resource.type][1]}.{re.sub(r'[^A-Za-z0-9_-]', '_', resource.name)}"


def snake(name: str) -> str:
    """Pulumi's name of an argument as Terraform's."""
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


def _written(value: Any, sources: list[str]) -> Any:
    if sources:
        references = [f"${{{source}.id}}" for source in sources]
        return references if isinstance(value, list) else references[0]
    # Terraform would take ${...} and %{...} for expressions of its own.
    return value.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else value


def _given(after: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in after.items() if value is not None}


def _plain(value: Any) -> Any:
    """A value that is the same for what means the same: JSON text as what it says."""
    if isinstance(value, str) and value.startswith("{"):
        return json.loads(value)
    return value
