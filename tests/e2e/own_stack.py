"""A VPC in the AWS API on loopback, made by somebody else, and a stack of this project in front of it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sandbox import engine_run, environments
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import Layout
from tests.e2e.house import Answer
from tests.support.aws_api import REGION, client, provider_keys
from tests.support.pack import ROOT


def flat(text: str) -> str:
    """The text in one line: where the engine breaks lines is of no interest."""
    return re.sub(r"\s+", " ", text)


class Network:
    """A VPC with a private subnet in each of two zones and a route table for both, all as a stack file says it."""

    def __init__(self, port: int, block: str = "10.20.0.0/16") -> None:
        self.port = port
        self.ec2: Any = self.client("ec2")
        self.vpc: str = self.ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        self.switch("EnableDnsHostnames", on=True)
        self.table: str = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        base = block.rsplit(".", 2)[0]
        self.nodes = [self.node(f"{base}.{n}.0/24", zone) for n, zone in enumerate("ab", start=1)]
        self.settings: dict[str, Any] = {"network": {"vpcId": self.vpc, "nodeSubnets": self.nodes}}

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of the same API."""
        return client(self.port, service, region)

    def switch(self, attribute: str, *, on: bool) -> None:
        """One of the VPC's two DNS attributes."""
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, **{attribute: {"Value": on}})

    def subnet(self, cidr: str, zone: str) -> str:
        """A further subnet of the VPC, which has the main route table."""
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}")
        return str(made["Subnet"]["SubnetId"])

    def node(self, cidr: str, zone: str) -> dict[str, str]:
        """A further subnet with the private route table, as a stack file says it."""
        id = self.subnet(cidr, zone)
        self.ec2.associate_route_table(SubnetId=id, RouteTableId=self.table)
        return {"id": id, "cidr": cidr, "availabilityZone": f"{REGION}{zone}", "routeTableId": self.table}

    def endpoint(self, service: str, **more: Any) -> str:
        """Somebody's endpoint in the VPC."""
        name = f"com.amazonaws.{REGION}.{service}"
        made = self.ec2.create_vpc_endpoint(VpcId=self.vpc, ServiceName=name, **more)
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def endpoints(self) -> list[str]:
        """The ids of all endpoints of the VPC."""
        listed = self.ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])
        return sorted(each["VpcEndpointId"] for each in listed["VpcEndpoints"] if each["State"] != "deleted")


class OwnStack:
    """A stack of this repository with a state of its own, in front of the AWS API on `port`."""

    def __init__(self, folder: Path, port: int, name: str = "dev") -> None:
        self.name, self.port = name, port
        self.layout = Layout(ROOT, folder)
        found = engine.find()
        assert found is not None
        stand_in = aws_plugin.sandbox_needs_stand_in()
        self.environment = environments.for_sandbox(self.layout, found, port, stand_in=stand_in)
        self.file = self.layout.config / f"Pulumi.{name}.yaml"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        (self.file.parent / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
        self.write({})
        engine_run.ensure_stack(self.layout, name, self.environment)

    def write(self, settings: Mapping[str, Any], provider: Mapping[str, Any] | None = None) -> None:
        """The stack file: the sandbox's provider settings, and these keys of the project's."""
        config = provider_keys(self.port)
        config |= {f"ssm-vpc-endpoints:{key}": value for key, value in settings.items()}
        config |= provider or {}
        kept = yaml.safe_load(self.file.read_text(encoding="utf-8")) if self.file.exists() else {}
        text = yaml.safe_dump({**kept, "config": config}, sort_keys=False)
        self.file.write_text(text, encoding="utf-8")

    def run(self, verb: str, settings: Mapping[str, Any], *options: str, **provider: Any) -> Answer:
        """`pulumi <verb>` with these settings; a preview's report with its line breaks taken out."""
        self.write(settings, {f"aws:{key}": value for key, value in provider.items()})
        done = subprocess.run(
            ["pulumi", verb, "--stack", self.name, "--config-file", self.file, "--non-interactive", *options],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=100,
            check=False,
        )
        return Answer(done.returncode, flat(done.stdout))

    @property
    def state(self) -> Path:
        """The file of its state."""
        return self.layout.state / ".pulumi" / "stacks" / "ssm-vpc-endpoints" / f"{self.name}.json"

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        resources = json.loads(self.state.read_text(encoding="utf-8"))["checkpoint"]["latest"]["resources"]
        found: dict[str, Any] = resources[0]["outputs"]
        return found
