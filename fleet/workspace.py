"""A folder in which the engine sees one stack of the fleet and nothing else: the clone's program, this stack's settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from fleet.content import ROOT
from fleet.shapes import Job
from sandbox import environments, stack_config
from sandbox.bootstrap import engine
from sandbox.layout import Layout
from tools.stack_file import PROJECT_FILE, file_name

POLICIES = "policies.json"
# Who encrypts without a key of one's own.
KEYLESS = ("passphrase", "default")


def write(job: Job, folder: Path) -> None:
    """Pulumi.yaml, the stack's file and the pack's configuration. Raises: OSError."""
    project = yaml.safe_load((ROOT / PROJECT_FILE).read_text(encoding="utf-8"))
    project["main"] = str(ROOT)
    project["runtime"]["options"]["virtualenv"] = str(ROOT / ".venv")
    config = dict(job.config) | (_sandbox(job.sandbox_port) if job.sandbox_port is not None else {})
    for name, content in ((PROJECT_FILE, project), (file_name(job.stack), {"config": config})):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (folder / POLICIES).write_text(json.dumps(job.policies), encoding="utf-8")


def keep_key(file: Path, providers: Mapping[str, Any] | None, wanted: str) -> None:
    """Write into a stack's file who encrypts its secrets: as its state says (`secrets_providers` of an export), or where
    that says nothing, as the inventory does. Where a file does not say it, the engine takes a passphrase.

    The keys: https://github.com/pulumi/pulumi/blob/v3.220.0/sdk/go/common/workspace/project.go (ProjectStack); the state's:
    pkg/secrets/cloud/manager.go and pkg/secrets/passphrase/manager.go there (read 2026-11-30). Raises: OSError."""
    state = dict((providers or {}).get("state") or {})
    match (providers or {}).get("type"):
        case "cloud":
            keys = {"secretsprovider": state.get("url"), "encryptedkey": state.get("encryptedkey")}
        case "passphrase":
            keys = {"encryptionsalt": state.get("salt")}
        case None if wanted not in KEYLESS:
            keys = {"secretsprovider": wanted}
        case _:
            return
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**content, **keys}, sort_keys=False), encoding="utf-8")


def is_weaker(providers: Mapping[str, Any] | None, wanted: str) -> bool:
    """Whether a state is encrypted by a passphrase, where the inventory says a key of somebody's."""
    return (providers or {}).get("type") == "passphrase" and wanted not in KEYLESS


def environment(job: Job) -> dict[str, str]:
    """What the engine may see. In the sandbox that is no credential of anybody's; else all that the user has. Raises:
    SandboxError where there is no engine."""
    if job.sandbox_port is None:
        found = environments.for_real(engine.find())
    else:
        found = environments.in_sandbox(Layout(), job.sandbox_port)
    return {**found, "PULUMI_BACKEND_URL": job.backend, "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true"}


def _sandbox(port: int) -> dict[str, Any]:
    """The provider's keys that lead it to an AWS API on loopback, whatever else the stack says. It has to ask there whose
    account it is: another than the stack's is refused."""
    keys = stack_config.provider_keys(port)
    return {key: value for key, value in keys.items() if key != "aws:skipRequestingAccountId"}
