"""Where the sandbox keeps what it makes, and the constants that its parts share. All of it is git-ignored."""

import os
from dataclasses import dataclass
from pathlib import Path

from sandbox.bootstrap.places import REPOSITORY, SANDBOX

DEFAULT_PORT = 5577
DEFAULT_STACK = "dev"
PORT_SETTING = "SANDBOX_PORT"
HOST = "127.0.0.1"
# The services that stacks may talk to, by the names of `aws:endpoints`: moto plays all of them.
SERVICES = ("ec2", "sts", "iam", "route53", "route53resolver", "s3", "servicequotas", "ram", "ssm", "kms")
PROJECT_FILE = "Pulumi.yaml"
# Where our moto says who it is; no AWS API has such a path.
IDENTITY_PATH = "/ssm-vpc-endpoints-sandbox"


def named(stack: str) -> str:
    """What stands behind a target of make to mean a stack: " STACK=prod", and "" for the one that is meant without it."""
    return f" STACK={stack}" if stack != DEFAULT_STACK else ""


class SandboxError(Exception):
    """Something that the user has to know about: what, where, fix."""


@dataclass(frozen=True)
class Layout:
    """The files of one sandbox."""

    repository: Path = REPOSITORY
    root: Path = SANDBOX

    @property
    def server_record(self) -> Path:
        """Which moto server is ours. The server stops by itself when this file goes away."""
        return self.root / "moto.json"

    @property
    def server_log(self) -> Path:
        """What moto says; seldom anything."""
        return self.root / "moto.log"

    @property
    def state(self) -> Path:
        """Pulumi's file backend."""
        return self.root / "state"

    @property
    def state_owner(self) -> Path:
        """The moto instance that the state belongs to."""
        return self.root / "state-of"

    @property
    def config(self) -> Path:
        """Copies of the stack files, beside a copy of Pulumi.yaml."""
        return self.root / "config"

    def stack_file(self, stack: str) -> Path:
        """The stack file in git. `org/project/stack` names the same file as `stack`."""
        return self.repository / f"Pulumi.{stack.rsplit('/', 1)[-1]}.yaml"

    def stacks(self) -> list[str]:
        """The stacks that have a file in git."""
        return sorted(
            file.name[len("Pulumi.") : -len(".yaml")] for file in self.repository.glob("Pulumi.*.yaml")
        )


def endpoint(port: int) -> str:
    """The URL of a moto server on this machine."""
    return f"http://{HOST}:{port}"


def port_setting() -> int | None:
    """The port that the user chose for the sandbox; None where nothing is said. Raises: SandboxError."""
    text = os.environ.get(PORT_SETTING, "")
    if not text:
        return None
    if text.isdecimal() and 1024 <= int(text) <= 65535:
        return int(text)
    raise SandboxError(
        f"{PORT_SETTING}={text}: a port is a number from 1024 to 65535\n  fix: {PORT_SETTING}=5601"
    )
