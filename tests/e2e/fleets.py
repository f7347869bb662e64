"""A fleet in the sandbox of a copy of the project, by the command, and what the API says of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.house import Answer, House
from tests.support.aws_api import client

ACCOUNTS = {"dev": "111111111111", "prod": "222222222222"}
ROLES = {name: f"arn:aws:iam::{id}:role/deployer" for name, id in ACCOUNTS.items()}
# The interface endpoints of a stack whose agents are new, and the gateway.
ENDPOINTS = 4
_PATIENCE = 60.0


def inventory(**more: Any) -> dict[str, Any]:
    """Three stacks in two accounts: dev-eu-west-1, dev-us-east-1, prod-eu-west-1."""
    return {
        "name": "three",
        "backend": {"url": "file:///nowhere"},
        "concurrency": {"overall": 2, "perAccount": 2, "perRegion": 2},
        "settings": {
            "minimumAgentVersion": "3.3.40.0",
            "network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["{region}a", "{region}b"]}},
        },
        "requirements": {"minimumAgentVersion": "3.3.40.0"},
        "accounts": [
            {
                "name": name,
                "accountId": ACCOUNTS[name],
                "roleArn": ROLES[name],
                "regions": [{"region": region} for region in regions],
            }
            for name, regions in (("dev", ("eu-west-1", "us-east-1")), ("prod", ("eu-west-1",)))
        ],
        **more,
    }


class FleetHouse:
    """A copy of the project with an inventory, and the sandbox that its command starts."""

    def __init__(self, folder: Path, data: dict[str, Any]) -> None:
        self.house = House(folder, 0)
        self.folder = folder
        self.name = data["name"]
        (folder / "fleet.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")

    def run(self, verb: str, *more: str) -> Answer:
        """A verb of the command, to its end. Its messages come before what it answers."""
        return self.house.run(*self.words(verb, *more))

    def start(self, verb: str, *more: str) -> subprocess.Popen[str]:
        """The same, without waiting."""
        return subprocess.Popen(
            [self.folder / ".venv" / "bin" / "python", *self.words(verb, *more)],
            cwd=self.folder,
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def words(self, verb: str, *more: str) -> list[str]:
        yes = ["--yes"] if verb in ("up", "destroy") else []
        return ["-m", "cli", "fleet", verb, "fleet.yaml", "--sandbox", *yes, *more]

    @property
    def box(self) -> Path:
        return Path(self.folder, ".fleet", self.name, "sandbox")

    @property
    def port(self) -> int:
        return int(json.loads((self.box / "moto.json").read_text(encoding="utf-8"))["port"])

    @property
    def locks(self) -> list[str]:
        """What locks the backend has."""
        return [file.name for file in (self.box / "state" / ".pulumi" / "locks").rglob("*.json")]

    @property
    def engines(self) -> list[str]:
        """Runs of this fleet that are alive, as the words of their processes."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    here = (folder / "cwd").resolve()
                    words = (
                        (folder / "cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
                    )
                except OSError:
                    continue  # it ended meanwhile
                if "fleet.job" in words and here == self.folder.resolve():
                    found.append(words)
        return found

    def endpoints(self, account: str, region: str) -> Counter[str]:
        """How often an account has an endpoint for each service there."""
        listed = client(self.port, "ec2", region, ROLES[account]).describe_vpc_endpoints()["VpcEndpoints"]
        return Counter(each["ServiceName"] for each in listed if each["State"] != "deleted")

    def each_once(self) -> None:
        """Every stack has its endpoints, and none of them twice."""
        for account, region in (("dev", "eu-west-1"), ("dev", "us-east-1"), ("prod", "eu-west-1")):
            found = self.endpoints(account, region)
            assert len(found) == ENDPOINTS, (account, region, found)
            assert set(found.values()) == {1}, (account, region, found)

    def end(self) -> None:
        """Stop the sandbox, whatever is in it: its server goes when its record does."""
        (self.box / "moto.json").unlink(missing_ok=True)


def until(what: Any, seconds: float = _PATIENCE) -> None:
    """Wait until something is so. Raises: TimeoutError."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come to that")
        time.sleep(0.1)


def interrupted(process: subprocess.Popen[str], number: int = signal.SIGINT) -> Answer:
    """Send a signal to a command, and wait for what it says last."""
    process.send_signal(number)
    said, _ = process.communicate(timeout=_PATIENCE)
    return Answer(process.returncode, said)
