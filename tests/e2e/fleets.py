"""A fleet in the sandbox of a copy of the project, by the command, and what the API says of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from fleet.progress import Quiet
from fleet.runner import Executor
from fleet.session import Session
from fleet.shapes import Result
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

    def lines(self, verb: str, *more: str) -> tuple[int, list[dict[str, Any]], str]:
        """A verb with --json: how it ended, a line for each stack, and what it said beside. Raises: ValueError where stdout
        has anything else."""
        done = self._json(verb, *more)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def expanded(self) -> list[dict[str, Any]]:
        """The stacks that the inventory stands for."""
        done = self._json("expand")
        assert done.returncode == 0, done.stderr
        stacks: list[dict[str, Any]] = json.loads(done.stdout)["stacks"]
        return stacks

    def _json(self, verb: str, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / ".venv" / "bin" / "python", *self.words(verb, "--json", *more)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

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
        here = self.folder.resolve()
        return [each.words for each in processes() if "fleet.job" in each.words and each.folder == here]

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


@dataclass(frozen=True)
class Process:
    """A process that is alive. `session`: who led it when its session began; `folder`: where it is."""

    id: int
    parent: int
    session: int
    words: str
    folder: Path


def processes() -> list[Process]:
    """All that are alive and that we may look at."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (
                    (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                )
                words = (folder / "cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
                here = (folder / "cwd").resolve()
            except OSError:
                continue  # it ended meanwhile
            if stat[0] != "Z":
                found.append(Process(int(folder.name), int(stat[1]), int(stat[3]), words, here))
    return found


def of_runs(runs: Collection[int]) -> list[str]:
    """What is alive of these runs: they, their engines, and all that those started."""
    return [each.words for each in processes() if each.session in runs]


def until(what: Callable[[], object], seconds: float = _PATIENCE) -> None:
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


def up(session: Session, executor: Executor) -> list[Result]:
    """Take a fleet's stacks up, without the command."""
    try:
        return session.runner("up", executor, Quiet()).run(session.stacks)
    finally:
        executor.close()


def behind(session: Session, port: int) -> Session:
    """The same fleet, whose AWS is at another port: behind a proxy."""
    assert session.server is not None
    return replace(session, server=replace(session.server, port=port))
