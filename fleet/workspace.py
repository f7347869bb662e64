"""A folder in which the engine sees one stack of the fleet and nothing else: the clone's program, this stack's settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from fleet.content import ROOT
from fleet.shapes import Job
from sandbox import environments
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import SERVICES, Layout, SandboxError, endpoint
from sandbox.stack_config import SKIPPED_CHECKS

PROJECT = "Pulumi.yaml"
POLICIES = "policies.json"


def write(job: Job, folder: Path) -> None:
    """Pulumi.yaml, the stack's file and the pack's configuration. Raises: OSError."""
    project = yaml.safe_load((ROOT / PROJECT).read_text(encoding="utf-8"))
    project["main"] = str(ROOT)
    project["runtime"]["options"]["virtualenv"] = str(ROOT / ".venv")
    config = dict(job.config) | (_sandbox(job.sandbox_port) if job.sandbox_port is not None else {})
    for name, content in ((PROJECT, project), (f"Pulumi.{job.stack}.yaml", {"config": config})):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (folder / POLICIES).write_text(json.dumps(job.policies), encoding="utf-8")


def environment(job: Job) -> dict[str, str]:
    """What the engine may see. In the sandbox that is no credential of anybody's; else all that the user has. Raises:
    SandboxError where there is no engine."""
    folder = engine.find()
    if job.sandbox_port is None:
        found = environments.for_real(folder)
    elif folder is None:
        raise SandboxError("engine: there is no pulumi yet\n  fix: make setup")
    else:
        stand_in = aws_plugin.sandbox_needs_stand_in()
        found = environments.for_sandbox(Layout(), folder, job.sandbox_port, stand_in=stand_in)
    return {**found, "PULUMI_BACKEND_URL": job.backend, "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true"}


def _sandbox(port: int) -> dict[str, Any]:
    """The provider's keys that lead it to an AWS API on loopback, whatever else the stack says."""
    checks = {f"aws:skip{check}": True for check in SKIPPED_CHECKS if check != "RequestingAccountId"}
    urls = {service: endpoint(port) for service in SERVICES}
    return {"aws:accessKey": "test", "aws:secretKey": "test", **checks, "aws:endpoints": [urls]}
