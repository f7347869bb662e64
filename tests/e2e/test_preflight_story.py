"""The preflight with the real engine: what a preview refuses before anything is created, and what it lets pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses import EC2Response
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS

from tests.e2e.own_stack import Network, OwnStack
from tests.support.aws_api import serving

NETWORK = "ssm-vpc-endpoints:network"
EXISTING = "ssm-vpc-endpoints:topology.existing"
PRIVATE = {"PrivateZone": True}


class Moto:
    """Lets moto, which runs in this process, answer differently until the test ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    def service(self, name: str, **different: Any) -> None:
        """An endpoint service with other properties; without any, one that is not offered."""
        collect = VPCBackend._collect_default_endpoint_services

        def collected(account: str, region: str) -> list[dict[str, Any]]:
            listed = [
                {**each, **different} if each["ServiceName"] == name else each
                for each in collect(account, region)
            ]
            return [each for each in listed if different or each["ServiceName"] != name]

        self.patch.setattr(VPCBackend, "_collect_default_endpoint_services", staticmethod(collected))

    def quota(self, code: str, value: int) -> None:
        """Another value of a quota."""
        row = next(each for each in VPC_DEFAULT_QUOTAS if each["QuotaCode"] == code)
        self.patch.setitem(row, "Value", value)

    def deny(self, operation: str, action: str) -> None:
        """An operation of EC2 that the caller may not use."""

        def denied(_: object) -> None:
            text = f"You are not authorized to perform this operation. User: x is not authorized to perform: {action}"
            raise EC2ClientError("UnauthorizedOperation", text)

        self.patch.setattr(EC2Response, operation, denied)


@pytest.fixture(scope="module")
def aws() -> Iterator[int]:
    """The port of an AWS API of this module's own: it counts what is made in it."""
    with serving() as port:
        yield port


@pytest.fixture
def own(tmp_path: Path, aws: int) -> OwnStack:
    return OwnStack(tmp_path, aws)


def refused(
    own: OwnStack, network: Network, settings: dict[str, Any], *expected: str, verb: str = "preview"
) -> None:
    """The preview, or that of an update, refuses with one report that says each of these; nothing is created."""
    before = network.endpoints()
    answer = own.run(verb, settings, *(["--yes"] if verb == "up" else []))
    assert answer.code != 0, answer.text
    count = len([part for part in expected if part.startswith(("ssm-vpc-endpoints:", "aws:"))])
    assert f"Pulumi.dev.yaml: {count} problem{'s' * (count > 1)}, nothing was created." in answer.text, (
        answer.text
    )
    for part in expected:
        assert part in answer.text, f"{part!r} is not in {answer.text}"
    assert "Traceback" not in answer.text
    assert network.endpoints() == before


def test_a_right_stack_passes_comes_up_and_is_not_in_its_own_way(own: OwnStack, aws: int) -> None:
    network = Network(aws)
    settings = {
        **network.settings,
        "accountId": "123456789012",
        "features": {"kmsEncryption": True, "cloudwatchLogs": True},
        "hybrid": {"s3InterfaceEndpoint": True},
    }
    first = own.run("preview", settings)
    assert first.code == 0, first.text
    assert network.endpoints() == []
    up = own.run("up", settings, "--yes")
    assert up.code == 0, up.text
    assert len(network.endpoints()) == 8
    again = own.run("preview", settings, "--expect-no-changes")
    assert again.code == 0, again.text

    # Another stack's owner meets those endpoints, and is told how to use them.
    ids = own.outputs()["endpointIds"]
    other = OwnStack(own.layout.root / "other", aws)
    conflicts = [
        part
        for service in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")
        for part in (
            f"{EXISTING}.{service}: (not given)",
            f"topology: {{existing: {{{service}: {ids[service]}}}}}",
        )
    ]
    refused(other, network, network.settings, *conflicts, f"is on {network.table} already", "pulumi import")
    # And following that is right.
    followed = {service: ids[service] for service in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")}
    adopting = other.run("preview", {**network.settings, "topology": {"existing": followed}})
    assert adopting.code == 0, adopting.text
    # Adopting the wrong ones is not.
    elsewhere = Network(aws, "10.30.0.0/16")
    wrong = {"ssm": ids["ec2"], "ec2": "vpce-0a1b2c3d4e5f60718", "s3": ids["s3-interface"]}
    refused(
        other,
        elsewhere,
        {**elsewhere.settings, "topology": {"existing": wrong}},
        f"{EXISTING}.ssm",
        "is an endpoint of com.amazonaws.eu-west-1.ec2, not of com.amazonaws.eu-west-1.ssm",
        f"{EXISTING}.ssm",
        f"is in {network.vpc}, not in {elsewhere.vpc}",
        f"{EXISTING}.ec2",
        "is no VPC endpoint in eu-west-1",
        f"{EXISTING}.s3",
        "is a Interface endpoint; nodes need the Gateway endpoint",
        f"{EXISTING}.s3",
    )


def test_a_network_that_is_not_as_declared(own: OwnStack, aws: int) -> None:
    network = Network(aws)
    network.switch("EnableDnsHostnames", on=False)
    network.switch("EnableDnsSupport", on=False)
    main = network.subnet("10.20.3.0/24", "c")
    forgotten = network.subnet("10.20.9.0/24", "a")
    there = Network(aws, "10.30.0.0/16").nodes[0]
    first, second = network.nodes
    nodes = [
        {**first, "cidr": "10.20.1.0/25"},
        {**second, "availabilityZone": "eu-west-1a"},
        {**first, "id": main, "cidr": "10.20.3.0/24", "availabilityZone": "eu-west-1c"},
        {**there, "cidr": "10.20.4.0/24"},
        {**first, "id": "subnet-0a1b2c3d4e5f60718", "cidr": "10.20.5.0/24"},
    ]
    refused(
        own,
        network,
        {
            "network": {"vpcId": network.vpc, "vpcCidrs": ["10.20.0.0/17"], "nodeSubnets": nodes},
            "accountId": "111122223333",
        },
        f"{NETWORK}.vpcId",
        "has enableDnsSupport off",
        f"aws ec2 modify-vpc-attribute --vpc-id {network.vpc} --enable-dns-support Value=true",
        f"{NETWORK}.vpcId",
        "has enableDnsHostnames off",
        f"{NETWORK}.vpcCidrs",
        "vpcCidrs: [10.20.0.0/16]",
        f"{NETWORK}.nodeSubnets[0].cidr",
        "cidr: 10.20.1.0/24",
        f"{NETWORK}.nodeSubnets[1].availabilityZone",
        "availabilityZone: eu-west-1b",
        f"{NETWORK}.nodeSubnets[2].routeTableId",
        "(the VPC's main one, for nobody associated another)",
        f"{NETWORK}.nodeSubnets[3].id",
        f"not of {network.vpc}",
        f"{NETWORK}.nodeSubnets[4].id",
        "is no subnet of account 123456789012 in eu-west-1",
        f"{NETWORK}.clientCidrs",
        f"{forgotten} (10.20.9.0/24)",
        "clientCidrs: [10.20.9.0/24]",
        "ssm-vpc-endpoints:accountId",
        'accountId: "123456789012"',
    )


def test_a_vpc_of_elsewhere_and_buckets_out_of_reach(own: OwnStack, aws: int) -> None:
    network = Network(aws)
    place = {"LocationConstraint": "eu-west-2"}
    network.client("s3", "eu-west-2").create_bucket(Bucket="acme-london", CreateBucketConfiguration=place)
    buckets = [{"name": "acme-london", "access": "read"}, {"name": "acme-nowhere", "access": "readWrite"}]
    settings = {
        "network": {"vpcId": "vpc-0a1b2c3d4e5f60718", "nodeSubnets": network.nodes},
        "buckets": {"own": buckets},
    }
    refused(
        own,
        network,
        settings,
        f"{NETWORK}.vpcId",
        "is no VPC of account 123456789012 in eu-west-1",
        f"{NETWORK}.nodeSubnets[0].id",
        f"is a subnet of {network.vpc}, not of vpc-0a1b2c3d4e5f60718",
        f"{NETWORK}.nodeSubnets[1].id",
        "ssm-vpc-endpoints:buckets.own[0].name",
        "is in eu-west-2: a gateway endpoint reaches only buckets in its own Region",
        "ssm-vpc-endpoints:buckets.own[1].name",
        "is no bucket that is there",
    )
    # The way out: nothing is asked, and the plan is as it was.
    off = own.run("preview", {**settings, "preflight": "off"})
    assert off.code == 0, off.text
    assert "Preflight" not in off.text


def test_zones_in_the_way_and_a_hubs_zone_of_another_name(own: OwnStack, aws: int) -> None:
    network = Network(aws)
    route53 = network.client("route53")

    def zone(name: str) -> str:
        vpc = {"VPCRegion": "eu-west-1", "VPCId": network.vpc}
        made = route53.create_hosted_zone(Name=name, CallerReference=name, VPC=vpc, HostedZoneConfig=PRIVATE)
        return str(made["HostedZone"]["Id"].rpartition("/")[2])

    taken, ec2 = zone("ssm.eu-west-1.amazonaws.com"), zone("ec2.eu-west-1.amazonaws.com")
    settings = {**network.settings, "features": {"vssSnapshots": False}, "minimumAgentVersion": "3.3.40.0"}
    refused(
        own,
        network,
        settings,
        f"{NETWORK}.vpcId",
        f"has the private hosted zone {taken} for ssm.eu-west-1.amazonaws.com",
        "ConflictingDomainExists",
    )
    hub = {"kind": "spoke", "zones": {"ssm": ec2, "ssmmessages": "Z0123456789ABCDEFGHIJ"}}
    answer = own.run("preview", {**settings, "topology": hub})
    assert answer.code != 0
    assert "ssm-vpc-endpoints:topology.zones.ssm" in answer.text
    assert "is the hosted zone of ec2.eu-west-1.amazonaws.com" in answer.text
    assert "hosted zone Z0123456789ABCDEFGHIJ for ssmmessages cannot be read from here" in answer.text


def test_subnets_without_room_services_and_quotas(
    own: OwnStack, aws: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(aws)
    small = network.node("10.20.6.0/28", "c")
    for number in range(9):
        network.ec2.create_network_interface(SubnetId=small["id"], Description=f"somebody's {number}")
    moto = Moto(monkeypatch)
    moto.service("com.amazonaws.eu-west-1.ssm", AvailabilityZones=["eu-west-1a", "eu-west-1c"])
    moto.service("com.amazonaws.eu-west-1.ssmmessages", ServiceType=[{"ServiceType": "Gateway"}])
    moto.service("com.amazonaws.eu-west-1.ec2messages")
    moto.quota("L-0EA8095F", 2)
    settings = {"network": {"vpcId": network.vpc, "nodeSubnets": [*network.nodes, small]}}
    refused(
        own,
        network,
        settings,
        "aws:region",
        "has com.amazonaws.eu-west-1.ssmmessages as Gateway only",
        "aws:region",
        "has no endpoint service com.amazonaws.eu-west-1.ec2messages (AWS: InvalidServiceName)",
        'minimumAgentVersion: "3.3.40.0"',
        f"{NETWORK}.endpointSubnets[1]",
        "is in eu-west-1b, where AWS has no com.amazonaws.eu-west-1.ssm",
        f"endpointSubnets: [{network.nodes[0]['id']}, {small['id']}]",
        f"{NETWORK}.endpointSubnets[2]",
        "and this stack takes 4",
        f"{NETWORK}.clientCidrs",
        "make 3 rules in one security group",
        "--quota-code L-0EA8095F --desired-value 3",
    )


def test_a_denied_call_names_the_permission_and_the_way_out(
    own: OwnStack, aws: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(aws)
    Moto(monkeypatch).deny("describe_vpc_endpoint_services", "ec2:DescribeVpcEndpointServices")
    refused(
        own,
        network,
        network.settings,
        "ssm-vpc-endpoints:preflight",
        "AWS denies the credentials in use what the preflight reads: ec2:DescribeVpcEndpointServices",
        "or set ssm-vpc-endpoints:preflight: off",
        verb="up",
    )
