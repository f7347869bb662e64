"""A stack of this project that is up, and `verify` asked about it from its export: the whole command, in this process."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli import app, verify
from sandbox.layout import Layout
from tests.e2e.own_stack import OwnStack
from tests.support.aws_api import client
from tests.support.pack import ROOT
from tools.policy_config import of_policies
from verification import look as looks
from verification.access import Access


@dataclass(frozen=True)
class Verified:
    """How the command ended, its JSON and what it said beside it. `calls` are the operations that AWS was asked."""

    code: int
    document: dict[str, Any]
    err: str
    calls: list[tuple[str, str]]

    def policies(self) -> set[str]:
        return {
            each["policy"] for each in self.document["findings"] if each["enforcementLevel"] == "mandatory"
        }

    def messages(self, policy: str) -> str:
        return "\n".join(e["message"] for e in self.document["findings"] if e["policy"] == policy)

    def deleted(self) -> list[str]:
        return [each["what"] for each in self.document["deleted"]]


class Deployed:
    """The stack, its export and its settings."""

    def __init__(self, folder: Path, port: int, settings: Mapping[str, Any], **pack: Any) -> None:
        self.port, self.folder = port, folder
        stack = OwnStack(folder / "own", port)
        up = stack.run("up", settings, "--yes", "--skip-preview")
        assert up.code == 0, up.text
        self.export = folder / "export.json"
        self.export.write_text(self._export(stack), encoding="utf-8")
        self.config = folder / "pack.json"
        self.config.write_text(json.dumps(of_policies({"scope": "always", **pack})), encoding="utf-8")
        self.project = folder / "project"
        self.project.mkdir()
        shutil.copy(ROOT / "Pulumi.yaml", self.project)
        shutil.copy(stack.file, self.project / "Pulumi.dev.yaml")
        self.outputs = stack.outputs()
        self.ec2 = client(port, "ec2")

    def verify(self, *more: str) -> Verified:
        """`ssm-endpoints verify --json` with the stack's export."""
        calls: list[tuple[str, str]] = []

        def look(overlay: Any, access: Access, *rest: Any) -> looks.Found:
            try:
                return looks.look(overlay, access, *rest)
            finally:
                calls.extend(access.calls)

        asked = ["--stack", "dev", "--state", str(self.export), "--config", str(self.config), "--json", *more]
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
            patched.setattr(verify, "Layout", lambda: Layout(self.project, self.folder / "none"))
            patched.setattr(verify, "look", look)
            code = app.main(["verify", "--no-network", *asked])
        return Verified(code, json.loads(out.getvalue() or "{}"), err.getvalue(), calls)

    def endpoint(self, service: str) -> str:
        """The id of the stack's endpoint for a service."""
        return str(self.outputs["endpointIds"][service])

    def resource(self, type_: str) -> dict[str, Any]:
        """The stack's one resource of a type."""
        listed = json.loads(self.export.read_text(encoding="utf-8"))["deployment"]["resources"]
        (found,) = [each for each in listed if each["type"] == type_]
        return dict(found)

    def _export(self, stack: OwnStack) -> str:
        done = subprocess.run(
            ["pulumi", "stack", "export", "--stack", stack.name],
            cwd=ROOT,
            env=stack.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout
