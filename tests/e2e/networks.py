"""The project's own program with any configuration, several stacks on one AWS API, under the policy pack."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox import environments
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import Layout
from tests.e2e.house import Answer
from tests.support.aws_api import REGION, client, provider_keys
from tests.support.pack import ROOT
from tools.policy_config import of_policies

PROGRAM = ("__main__.py", "Pulumi.yaml", "blueprint", "components")


@dataclass(frozen=True)
class Steps:
    """What a preview would do: how many resources each operation, and (operation, URN) of all that is not `same`."""

    summary: dict[str, int]
    changed: list[tuple[str, str]]


@dataclass(frozen=True)
class Vpc:
    """A VPC that somebody else made: two private subnets with a route table each."""

    id: str
    cidr: str
    subnets: tuple[str, str]
    tables: tuple[str, str]

    @property
    def cidrs(self) -> tuple[str, str]:
        head = self.cidr.rsplit(".", 2)[0]
        return f"{head}.1.0/24", f"{head}.2.0/24"

    def network(self, **more: Any) -> dict[str, Any]:
        """The stack's `network` key for it."""
        return {"vpcId": self.id, "vpcCidrs": [self.cidr], "nodeSubnets": self.node_subnets(), **more}

    def node_subnets(self, **more: Any) -> list[dict[str, Any]]:
        rows = zip("ab", self.subnets, self.cidrs, self.tables, strict=True)
        return [
            {"id": id, "cidr": cidr, "availabilityZone": f"{REGION}{zone}", "routeTableId": table, **more}
            for zone, id, cidr, table in rows
        ]


class Project:
    """The project in a folder of its own, and the AWS API that it runs against."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        for name in PROGRAM:
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        found = engine.find()
        assert found is not None
        layout = Layout(ROOT, folder / "sandbox")
        layout.state.mkdir(parents=True)
        self.environment = environments.for_sandbox(
            layout, found, port, stand_in=aws_plugin.sandbox_needs_stand_in()
        )
        self.aws = provider_keys(port)
        # moto has one memory for all of a process: other tests may have left something there.
        self.before = self.tagged_endpoints()

    def client(self, service: str) -> Any:
        """A client of the AWS API, for what other people do there."""
        return client(self.port, service)

    def tagged_endpoints(self) -> set[str]:
        """The ids of the endpoints that are there and have tags, as all of the project's have."""
        listed = self.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
        return {e["VpcEndpointId"] for e in listed if e["State"].lower() != "deleted" and e.get("Tags")}

    def vpc(self, cidr: str = "10.20.0.0/16") -> Vpc:
        """Make a VPC as somebody else would have."""
        ec2 = self.client("ec2")
        id = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=id, EnableDnsHostnames={"Value": True})
        head, subnets, tables = cidr.rsplit(".", 2)[0], [], []
        for n, zone in enumerate("ab", start=1):
            block = f"{head}.{n}.0/24"
            subnet = ec2.create_subnet(VpcId=id, CidrBlock=block, AvailabilityZone=f"{REGION}{zone}")[
                "Subnet"
            ]
            table = ec2.create_route_table(VpcId=id)["RouteTable"]["RouteTableId"]
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])
            subnets.append(subnet["SubnetId"])
            tables.append(table)
        return Vpc(id, cidr, (subnets[0], subnets[1]), (tables[0], tables[1]))

    def stack(self, name: str, **config: Any) -> None:
        """Write the stack's file, and create the stack if it is not there."""
        keys = {f"ssm-vpc-endpoints:{key}": value for key, value in config.items()}
        path = self.folder / f"Pulumi.{name}.yaml"
        salt = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        text = {**salt, "config": {"aws:region": REGION, **self.aws, **keys}}
        path.write_text(yaml.safe_dump(text), encoding="utf-8")
        if not salt:
            assert self.pulumi("stack", "init", name).code == 0

    def run(self, verb: str, stack: str, *options: str, pack: dict[str, Any] | None = None) -> Answer:
        """`pulumi <verb>` under the pack; `pack` is the pack's configuration."""
        config = self.folder / f"{stack}.json"
        config.write_text(json.dumps(of_policies({"scope": "always", **(pack or {})})), encoding="utf-8")
        policies = ["--policy-pack", str(ROOT / "policies"), "--policy-pack-config", str(config)]
        yes = [] if verb == "preview" else ["--yes", "--skip-preview"] if verb == "destroy" else ["--yes"]
        return self.pulumi(verb, "--stack", stack, *([] if verb == "destroy" else policies), *yes, *options)

    def steps(self, stack: str, *, pack: dict[str, Any] | None = None) -> Steps:
        """What a preview under the pack would do, in the engine's order."""
        answer = self.run("preview", stack, "--json", pack=pack)
        shown = json.loads(answer.text)
        assert answer.code == 0, shown.get("diagnostics")
        listed = [(step["op"], step["urn"].split("::", 2)[2]) for step in shown.get("steps", ())]
        return Steps(shown["changeSummary"], [each for each in listed if each[0] != "same"])

    def outputs(self, stack: str) -> dict[str, Any]:
        answer = self.pulumi("stack", "output", "--stack", stack, "--json")
        assert answer.code == 0, answer.text
        return dict(json.loads(answer.text))

    def pulumi(self, *arguments: str) -> Answer:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if "--json" in arguments else subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        return Answer(done.returncode, done.stdout)
