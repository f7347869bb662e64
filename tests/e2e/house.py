"""A copy of the project to run in, so that no test touches the sandbox or the files of whoever runs it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.aws_api import client
from tests.support.pack import ROOT


@dataclass(frozen=True)
class Answer:
    """How a command ended and all it said."""

    code: int
    text: str


class House:
    """The project in a folder of its own, with a sandbox on a port of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(ROOT / ".venv")

    def sandbox(self, verb: str, *options: str, stack: str = "dev") -> Answer:
        """What `make <verb>` runs after its set-up."""
        named = () if verb == "down" else ("--stack", stack)
        return self.run("-m", "sandbox", verb, *named, *options)

    def run(self, *arguments: str) -> Answer:
        """Run the environment's Python in the project's folder."""
        done = subprocess.run(
            [self.folder / ".venv" / "bin" / "python", *arguments],
            cwd=self.folder,
            env={**os.environ, "SANDBOX_PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return Answer(done.returncode, done.stdout)

    def export(self, stack: str = "dev") -> dict[str, Any]:
        """The stack's state, as `pulumi stack export` gives it."""
        path = (
            self.folder / ".sandbox" / "state" / ".pulumi" / "stacks" / "ssm-vpc-endpoints" / f"{stack}.json"
        )
        return {"deployment": json.loads(path.read_text(encoding="utf-8"))["checkpoint"]["latest"]}

    def fingerprint(self) -> str:
        """A digest of every file that git would track."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            parts = path.relative_to(self.folder).parts
            if path.is_file() and not {".venv", ".sandbox", "__pycache__"} & set(parts):
                digest.update("/".join(parts).encode() + path.read_bytes())
        return digest.hexdigest()

    def alive(self) -> list[str]:
        """Ids of all endpoints and non-default VPCs in the sandbox's AWS."""
        ec2 = client(self.port, "ec2")
        endpoints = ec2.describe_vpc_endpoints()["VpcEndpoints"]
        vpcs = ec2.describe_vpcs()["Vpcs"]
        return [
            *(e["VpcEndpointId"] for e in endpoints if e["State"] != "deleted"),
            *(v["VpcId"] for v in vpcs if not v["IsDefault"]),
        ]
