"""An account that has what stack files name: the sandbox's AWS, filled, and the ids that it gave.

A page names ids that are made up. Here, somebody builds the networks that its stack files describe, and every made-up id
stands for the id that this AWS gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.support.aws_api import client, provider_keys

PREFIX = "ssm-vpc-endpoints:"


class Account:
    """What is in the AWS API on `port`; `ids` is its id by the page's."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ids: dict[str, str] = {}

    def build(self, file: Path, trusted: Sequence[str] = ()) -> None:
        """The VPC, subnets, route tables, buckets and endpoints that a stack file names, where they are not there yet.

        `trusted`: by which id the pack's configuration knows the group of endpoints that are there.
        """
        config = yaml.safe_load(file.read_text(encoding="utf-8"))["config"]
        region = config["aws:region"]
        network = config[f"{PREFIX}network"]
        ec2: Any = client(self.port, "ec2", region)
        nodes = network["nodeSubnets"]
        vpc = self.ids.get(network["vpcId"]) or self._vpc(ec2, network)
        for node in nodes:
            if node["id"] in self.ids:
                continue
            made = ec2.create_subnet(
                VpcId=vpc, CidrBlock=node["cidr"], AvailabilityZone=node["availabilityZone"]
            )
            self.ids[node["id"]] = made["Subnet"]["SubnetId"]
            if node["routeTableId"] not in self.ids:
                table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
                self.ids[node["routeTableId"]] = table
            ec2.associate_route_table(
                SubnetId=self.ids[node["id"]], RouteTableId=self.ids[node["routeTableId"]]
            )
        s3: Any = client(self.port, "s3", region)
        there = {each["Name"] for each in s3.list_buckets()["Buckets"]}
        for bucket in config.get(f"{PREFIX}buckets", {}).get("own", ()):
            if bucket["name"] not in there:
                s3.create_bucket(
                    Bucket=bucket["name"], CreateBucketConfiguration={"LocationConstraint": region}
                )
        existing = config.get(f"{PREFIX}topology", {}).get("existing", {})
        if existing:
            made = ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=vpc)
            self.ids.update(dict.fromkeys(trusted, made["GroupId"]))
            for service, id in existing.items():
                self.ids[id] = self._endpoint(
                    ec2, vpc, f"com.amazonaws.{region}.{service}", nodes, made["GroupId"]
                )

    def _vpc(self, ec2: Any, network: dict[str, Any]) -> str:
        block = network.get("vpcCidrs", [network["nodeSubnets"][0]["cidr"].rsplit(".", 2)[0] + ".0.0/16"])[0]
        vpc = str(ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"])
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.ids[network["vpcId"]] = vpc
        return vpc

    def _endpoint(self, ec2: Any, vpc: str, name: str, nodes: list[dict[str, str]], group: str) -> str:
        """As somebody makes one by hand, with full access."""
        more: dict[str, Any] = {
            "VpcEndpointType": "Interface",
            "SubnetIds": [self.ids[node["id"]] for node in nodes],
            "SecurityGroupIds": [group],
            "PrivateDnsEnabled": True,
        }
        if name.endswith(".s3"):
            tables = sorted({self.ids[node["routeTableId"]] for node in nodes})
            more = {"VpcEndpointType": "Gateway", "RouteTableIds": tables}
        made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=name, **more)
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def of_here(self, text: str) -> str:
        """The same with this AWS's ids."""
        for written, real in self.ids.items():
            text = text.replace(written, real)
        return text

    def lead(self, file: Path) -> None:
        """Has a stack file's provider talk to this AWS."""
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        document["config"] = {**provider_keys(self.port), **document["config"]}
        file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
