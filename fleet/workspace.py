"""A folder in which the engine sees one stack of the fleet and nothing else: the clone's program, this stack's settings."""

from __future__ import annotations

import json
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


def write(job: Job, folder: Path) -> None:
    """Pulumi.yaml, the stack's file and the pack's configuration. Raises: OSError."""
    project = yaml.safe_load((ROOT / PROJECT_FILE).read_text(encoding="utf-8"))
    project["main"] = str(ROOT)
    project["runtime"]["options"]["virtualenv"] = str(ROOT / ".venv")
    config = dict(job.config) | (_sandbox(job.sandbox_port) if job.sandbox_port is not None else {})
    for name, content in ((PROJECT_FILE, project), (file_name(job.stack), {"config": config})):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (folder / POLICIES).write_text(json.dumps(job.policies), encoding="utf-8")


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
