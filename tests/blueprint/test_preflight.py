"""What the preflight refuses: each condition alone, with the key, the cause and the text to paste."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.preflight import check
from blueprint.preflight.shapes import Absent, Bucket, Denied, Failed, Several, Subnet, Zone
from blueprint.problems import SettingsError
from tests.blueprint.aws_says import OTHER, S3, SSM, ZONES, endpoint, right, stack, with_
from tests.blueprint.right_settings import RIGHT

NETWORK = "ssm-vpc-endpoints:network"
EXISTING = "ssm-vpc-endpoints:topology.existing"
DUAL = {
    "dns.ipAddressType": "dualstack",
    "network.nodeSubnets.0.ipv6Cidr": "2001:db8:0:1::/64",
    "network.nodeSubnets.1.ipv6Cidr": "2001:db8:0:2::/64",
}
SPOKE = {
    "topology.kind": "spoke",
    "topology.zones": {
        "ssm": "Z0000001",
        "ssmmessages": "Z0000002",
        "ec2messages": "Z0000003",
        "ec2": "Z0000004",
    },
}
SPARE = {
    "id": "subnet-0a1b2c3d4e5f60703",
    "cidr": "10.0.3.0/24",
    "availabilityZone": "eu-west-1a",
    "routeTableId": "rtb-0a1b2c3d4e5f60701",
}
OUTSIDE = Subnet(
    id="subnet-0a1b2c3d4e5f60709",
    vpc="vpc-0a1b2c3d4e5f60718",
    owner="123456789012",
    cidr="10.0.9.0/24",
    ipv6_cidr="",
    zone="eu-west-1a",
    free_addresses=1,
)
NEW_VPC = {"network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}}


def problems(changes: dict[str, Any], *differences: tuple[str, Any]) -> list[tuple[str, str]]:
    """The keys and messages of what is refused of a right stack with these changes, before an AWS that differs so."""
    settings, plan, asked = stack(changes)
    answers = right(settings, asked)
    for path, value in differences:
        answers = with_(answers, path, value)
    return [(each.key, each.message) for each in check(settings, plan, answers).problems]


CONDITIONS: dict[str, tuple[dict[str, Any], list[tuple[str, Any]], str, list[str]]] = {
    # name: (changes of the settings, AWS's different answers, the key, what the message says)
    "vpc-not-found": (
        {},
        [("vpc", Absent())],
        f"{NETWORK}.vpcId",
        ["is no VPC of account 123456789012 in eu-west-1"],
    ),
    "vpc-of-another-account": (
        {},
        [("vpc/owner", "999999999999")],
        f"{NETWORK}.vpcId",
        ["belongs to account 999999999999", "only the owner of a VPC"],
    ),
    "dns-support-off": (
        {},
        [("vpc/dns_support", False)],
        f"{NETWORK}.vpcId",
        [
            "has enableDnsSupport off",
            "aws ec2 modify-vpc-attribute --vpc-id vpc-0a1b2c3d4e5f60718 --enable-dns-support Value=true",
            "enable_dns_support=True",
        ],
    ),
    "dns-hostnames-off": (
        {},
        [("vpc/dns_hostnames", False)],
        f"{NETWORK}.vpcId",
        ["has enableDnsHostnames off", "--enable-dns-hostnames Value=true"],
    ),
    "vpc-cidrs-differ": (
        {"network.vpcCidrs": ["10.0.0.0/16"]},
        [("vpc/cidrs", ("10.0.0.0/16", "10.1.0.0/16"))],
        f"{NETWORK}.vpcCidrs",
        ["are not the VPC's blocks", "vpcCidrs: [10.0.0.0/16, 10.1.0.0/16]"],
    ),
    "vpc-cidrs-in-another-order": (
        {"network.vpcCidrs": ["10.0.0.0/16", "10.1.0.0/16"]},
        [("vpc/cidrs", ("10.1.0.0/16", "10.0.0.0/16"))],
        f"{NETWORK}.vpcCidrs",
        ["primary one, 10.1.0.0/16", "vpcCidrs: [10.1.0.0/16, 10.0.0.0/16]"],
    ),
    "subnet-not-found": (
        {},
        [("subnets/1", Absent())],
        f"{NETWORK}.nodeSubnets[1].id",
        ["is no subnet of account 123456789012 in eu-west-1"],
    ),
    "subnet-of-another-vpc": (
        {},
        [("subnets/0/vpc", "vpc-0fffffffffffffff0")],
        f"{NETWORK}.nodeSubnets[0].id",
        ["is a subnet of vpc-0fffffffffffffff0, not of vpc-0a1b2c3d4e5f60718"],
    ),
    "subnet-shared": (
        {},
        [("subnets/0/owner", "999999999999")],
        f"{NETWORK}.nodeSubnets[0].id",
        ["is shared by account 999999999999", "only the owner of a VPC"],
    ),
    "subnet-cidr-differs": (
        {},
        [("subnets/0/cidr", "10.0.1.0/25")],
        f"{NETWORK}.nodeSubnets[0].cidr",
        ["is not the block of subnet-0a1b2c3d4e5f60701", "cidr: 10.0.1.0/25"],
    ),
    "subnet-zone-differs": (
        {},
        [("subnets/1/zone", "eu-west-1c")],
        f"{NETWORK}.nodeSubnets[1].availabilityZone",
        ["availabilityZone: eu-west-1c"],
    ),
    "subnet-route-table-differs": (
        {},
        [("route_tables/1", "rtb-0fffffffffffffff1")],
        f"{NETWORK}.nodeSubnets[1].routeTableId",
        ["which is rtb-0fffffffffffffff1 (associated)", "routeTableId: rtb-0fffffffffffffff1"],
    ),
    "subnet-has-the-main-route-table": (
        {},
        [("route_tables/1", Absent())],
        f"{NETWORK}.nodeSubnets[1].routeTableId",
        ["which is rtb-0fffffffffffffff0 (the VPC's main one", "routeTableId: rtb-0fffffffffffffff0"],
    ),
    "subnet-without-ipv6": (
        DUAL,
        [("subnets/0/ipv6_cidr", "")],
        f"{NETWORK}.nodeSubnets[0].ipv6Cidr",
        ["is not the IPv6 block of subnet-0a1b2c3d4e5f60701, which is none"],
    ),
    "subnet-with-another-ipv6": (
        DUAL,
        [("subnets/0/ipv6_cidr", "2001:db8:0:9::/64")],
        f"{NETWORK}.nodeSubnets[0].ipv6Cidr",
        ["ipv6Cidr: 2001:db8:0:9::/64"],
    ),
    "subnet-full": (
        {},
        [("subnets/0/free_addresses", 3)],
        f"{NETWORK}.endpointSubnets[0]",
        ["has 3 free address(es), and this stack takes 4"],
    ),
    "subnet-full-with-s3-and-resolver": (
        {"hybrid.s3InterfaceEndpoint": True, "dns.inboundResolver": {"clientCidrs": ["192.168.0.0/24"]}},
        [("subnets/0/free_addresses", 5)],
        f"{NETWORK}.endpointSubnets[0]",
        ["this stack takes 6", "and one for the resolver"],
    ),
    "subnet-full-beside-a-roomier-one": (
        {"network.nodeSubnets": [SPARE, {**SPARE, "id": "subnet-0a1b2c3d4e5f60704", "cidr": "10.0.4.0/24"}]},
        [("subnets/2/free_addresses", 0)],
        f"{NETWORK}.endpointSubnets[0]",
        ["endpointSubnets: [subnet-0a1b2c3d4e5f60704]"],
    ),
    "service-not-offered": (
        {},
        [("services/ssm", Absent())],
        "aws:region",
        ["has no endpoint service com.amazonaws.eu-west-1.ssm (AWS: InvalidServiceName)"],
    ),
    "service-not-offered-that-a-feature-needs": (
        {},
        [("services/ec2", Absent())],
        "aws:region",
        ["features: {vssSnapshots: false}"],
    ),
    "service-not-offered-that-newer-agents-do-without": (
        {},
        [("services/ec2messages", Absent())],
        "aws:region",
        ['minimumAgentVersion: "3.3.40.0"'],
    ),
    "fips-service-not-offered": (
        {"topology.fips": ["ec2"]},
        [("services/ec2-fips", Absent())],
        "aws:region",
        ["has no endpoint service com.amazonaws.eu-west-1.ec2-fips", "take ec2 out of topology.fips"],
    ),
    "s3-interface-not-offered": (
        {"hybrid.s3InterfaceEndpoint": True},
        [("services/s3-interface", Absent())],
        "aws:region",
        ["hybrid: {s3InterfaceEndpoint: false}"],
    ),
    "service-not-in-the-zone": (
        {
            "network.nodeSubnets": [
                *RIGHT["network"]["nodeSubnets"],
                {**SPARE, "availabilityZone": "eu-west-1c"},
            ]
        },
        [("services/ssm/zones", ZONES - {"eu-west-1b"})],
        f"{NETWORK}.endpointSubnets[1]",
        [
            "is in eu-west-1b, where AWS has no com.amazonaws.eu-west-1.ssm",
            "all services of this stack are in: eu-west-1a, eu-west-1c",
            "endpointSubnets: [subnet-0a1b2c3d4e5f60701, subnet-0a1b2c3d4e5f60703]",
        ],
    ),
    "service-not-in-a-new-zone": (
        NEW_VPC,
        [("services/ssm/zones", ZONES - {"eu-west-1b"})],
        f"{NETWORK}.create.availabilityZones[1]",
        ["availabilityZones: [eu-west-1a]"],
    ),
    "service-of-another-type": (
        {},
        [("services/ssm/type", "GatewayLoadBalancer")],
        "aws:region",
        ["as GatewayLoadBalancer only", "Endpoint type (Interface) does not match available service types"],
    ),
    "service-without-ipv6": (
        DUAL,
        [("services/ssm/address_types", frozenset({"ipv4"}))],
        "ssm-vpc-endpoints:dns.ipAddressType",
        ["com.amazonaws.eu-west-1.ssm has here: it has ipv4", "dns: {ipAddressType: ipv4}"],
    ),
    "bucket-not-there": (
        {"buckets.own": [{"name": "acme-logs", "access": "read"}]},
        [("buckets/acme-logs", Absent())],
        "ssm-vpc-endpoints:buckets.own[0].name",
        ["is no bucket that is there"],
    ),
    "bucket-in-another-region": (
        {"buckets.own": [{"name": "acme-logs", "access": "read"}]},
        [("buckets/acme-logs", Bucket(name="acme-logs", region="eu-west-2"))],
        "ssm-vpc-endpoints:buckets.own[0].name",
        ["is in eu-west-2", "only buckets in its own Region, eu-west-1"],
    ),
    "subnet-not-admitted": (
        {"network.clientCidrs": ["192.168.0.0/24"]},
        [("subnets/subnet-0a1b2c3d4e5f60709", OUTSIDE), ("every_subnet", (OUTSIDE.id,))],
        f"{NETWORK}.clientCidrs",
        [
            "subnet-0a1b2c3d4e5f60709 (10.0.9.0/24)",
            "clientCidrs: [192.168.0.0/24, 10.0.9.0/24]",
            "acceptUnadmittedSubnets: true",
        ],
    ),
    "private-dns-taken": (
        {},
        [("endpoints/ssm", endpoint(OTHER, SSM))],
        f"{EXISTING}.ssm",
        [f"{OTHER} answers for {SSM}", f"topology: {{existing: {{ssm: {OTHER}}}}}", "pulumi import"],
    ),
    "fips-name-taken": (
        {"topology.fips": ["ec2"]},
        [("endpoints/ec2-fips", endpoint(OTHER, "com.amazonaws.eu-west-1.ec2-fips"))],
        "ssm-vpc-endpoints:topology.fips",
        [f"{OTHER} answers for com.amazonaws.eu-west-1.ec2-fips", "take ec2 out of topology.fips"],
    ),
    "private-dns-taken-in-a-spoke": (
        SPOKE,
        [("endpoints/ssm", endpoint(OTHER, SSM))],
        f"{EXISTING}.ssm",
        ["take ssm out of topology.zones", f"existing: {{ssm: {OTHER}}}"],
    ),
    "route-taken": (
        {},
        [("endpoints/s3", endpoint(OTHER, S3, "Gateway", route_tables=frozenset({"rtb-0a1b2c3d4e5f60701"})))],
        f"{EXISTING}.s3",
        [
            "is on rtb-0a1b2c3d4e5f60701 already",
            "RouteAlreadyExists",
            f"topology: {{existing: {{s3: {OTHER}}}}}",
        ],
    ),
    "another-account": (
        {"=accountId": "111122223333"},
        [],
        "ssm-vpc-endpoints:accountId",
        ["is not the account of the credentials in use, 123456789012", 'accountId: "123456789012"'],
    ),
    "another-region": (
        {},
        [("region", "eu-west-2")],
        "aws:region",
        ["is not the Region that the aws provider works in"],
    ),
    "too-many-interface-endpoints": (
        {},
        [("interface_endpoints", 48)],
        f"{NETWORK}.vpcId",
        [
            "has 48 interface endpoints, this stack makes 4 more",
            "quota is 50",
            "--quota-code L-29B6F2EB --desired-value 52",
        ],
    ),
    "no-gateway-endpoint-allowed": (
        {},
        [("quotas/L-1B52E74A", 0)],
        NETWORK,
        [
            "more than the 0 in eu-west-1",
            "quota is 0 per Region",
            "--quota-code L-1B52E74A --desired-value 1",
        ],
    ),
    "too-many-gateway-endpoints": (
        {},
        [("quotas/L-1B52E74A", 2), ("gateway_endpoints", Several())],
        NETWORK,
        ["more than the 2 in eu-west-1", "--quota-code L-1B52E74A --desired-value 3"],
    ),
    "too-many-rules": (
        {"network.clientCidrs": ["192.168.0.0/24", "192.168.2.0/24"]},
        [("quotas/L-0EA8095F", 3)],
        f"{NETWORK}.clientCidrs",
        ["make 4 rules in one security group", "quota is 3", "--quota-code L-0EA8095F --desired-value 4"],
    ),
    "too-many-resolver-rules": (
        {"dns.inboundResolver": {"clientCidrs": ["192.168.0.0/24", "192.168.2.0/24"]}},
        [("quotas/L-0EA8095F", 3)],
        "ssm-vpc-endpoints:dns.inboundResolver.clientCidrs",
        ["make 4 rules in one security group"],
    ),
    "zone-in-the-way": (
        {},
        [
            (
                "conflicting_zones/ssm.eu-west-1.amazonaws.com",
                Zone(id="Z9", name="ssm.eu-west-1.amazonaws.com", private=True),
            )
        ],
        f"{NETWORK}.vpcId",
        ["has the private hosted zone Z9 for ssm.eu-west-1.amazonaws.com", "ConflictingDomainExists"],
    ),
    "adopted-not-there": (
        {"topology.existing": {"ssm": OTHER}},
        [(f"adopted/{OTHER}", Absent())],
        f"{EXISTING}.ssm",
        ["is no VPC endpoint in eu-west-1"],
    ),
    "adopted-of-another-service": (
        {"topology.existing": {"ssm": OTHER}},
        [(f"adopted/{OTHER}/service", S3)],
        f"{EXISTING}.ssm",
        [f"is an endpoint of {S3}, not of {SSM}"],
    ),
    "adopted-of-another-type": (
        {"topology.existing": {"s3": OTHER}},
        [(f"adopted/{OTHER}/type", "Interface")],
        f"{EXISTING}.s3",
        ["is a Interface endpoint; nodes need the Gateway endpoint"],
    ),
    "adopted-in-another-vpc": (
        {"topology.existing": {"ssm": OTHER}},
        [(f"adopted/{OTHER}/vpc", "vpc-0fffffffffffffff0")],
        f"{EXISTING}.ssm",
        ["is in vpc-0fffffffffffffff0, not in vpc-0a1b2c3d4e5f60718"],
    ),
    "adopted-not-available": (
        {"topology.existing": {"ssm": OTHER}},
        [(f"adopted/{OTHER}/state", "pendingAcceptance")],
        f"{EXISTING}.ssm",
        ["is pendingAcceptance, not available"],
    ),
    "hubs-zone-of-another-name": (
        SPOKE,
        [("zones/Z0000001/name", "ec2.eu-west-1.amazonaws.com")],
        "ssm-vpc-endpoints:topology.zones.ssm",
        ["is the hosted zone of ec2.eu-west-1.amazonaws.com, and ssm is called ssm.eu-west-1.amazonaws.com"],
    ),
    "hubs-zone-is-public": (
        SPOKE,
        [("zones/Z0000001/private", False)],
        "ssm-vpc-endpoints:topology.zones.ssm",
        ["is a public hosted zone"],
    ),
    "denied": (
        {},
        [("vpc", Denied(("ec2:DescribeVpcs",))), ("subnets/0", Denied(("ec2:DescribeSubnets",)))],
        "ssm-vpc-endpoints:preflight",
        ["ec2:DescribeVpcs, ec2:DescribeSubnets", "preflight: off"],
    ),
    "failed": (
        {},
        [
            ("vpc", Failed("getVpc(vpc-1)", "ExpiredToken: expired")),
            ("region", Failed("getRegion()", "ExpiredToken: expired")),
        ],
        "ssm-vpc-endpoints:preflight",
        ["could not ask AWS for getRegion() (and 1 more): ExpiredToken: expired", "preflight: off"],
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_each_condition_is_one_problem_with_its_cause_and_fix(name: str) -> None:
    changes, differences, key, says = CONDITIONS[name]
    assert problems(changes) == [] or not differences, "wrong before AWS differs"
    (found,) = problems(changes, *differences)
    assert found[0] == key
    for part in says:
        assert part in found[1]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        DUAL,
        SPOKE,
        NEW_VPC,
        {"topology.kind": "hub"},
        {"topology.existing": {"ssm": OTHER, "s3": "vpce-0fffffffffffffff1"}},
        {"hybrid.s3InterfaceEndpoint": True, "dns.inboundResolver": {"clientCidrs": ["192.168.0.0/24"]}},
    ],
)
def test_a_right_stack_is_refused_nothing(changes: dict[str, Any]) -> None:
    assert problems(changes) == []


def test_a_stacks_own_endpoints_are_not_in_its_way() -> None:
    gateway = endpoint("vpce-01", S3, "Gateway", route_tables=frozenset({"rtb-0a1b2c3d4e5f60701"}))
    own = endpoint("vpce-02", SSM, subnets=frozenset({"subnet-0a1b2c3d4e5f60701"}))
    there = [("endpoints/s3", gateway), ("endpoints/ssm", own)]
    assert len(problems({}, *there)) == 2
    ids = {"s3": "vpce-01", "ssm": "vpce-02"}
    assert problems({}, *there, ("own_endpoints", ids)) == []
    # It has its address in the one subnet already, and takes one more in the other.
    addresses = [("subnets/0/free_addresses", 3), ("subnets/1/free_addresses", 3)]
    (full,) = problems({}, *there, ("own_endpoints", ids), *addresses)
    assert full[0] == f"{NETWORK}.endpointSubnets[1]"
    # Its own hosted zone, and the addresses of its own resolver.
    zone = Zone(id="Z1", name="ssm.eu-west-1.amazonaws.com", private=True)
    conflict = ("conflicting_zones/ssm.eu-west-1.amazonaws.com", zone)
    assert len(problems({"topology.kind": "hub"}, conflict)) == 1
    assert problems({"topology.kind": "hub"}, conflict, ("own_zones", {"ssm": "Z1"})) == []


def test_what_is_no_conflict() -> None:
    assert problems({}, ("endpoints/ssm", endpoint(OTHER, SSM, private_dns=False))) == []
    elsewhere = endpoint(OTHER, S3, "Gateway", route_tables=frozenset({"rtb-0fffffffffffffff1"}))
    assert problems({}, ("endpoints/s3", elsewhere)) == []
    joined = Zone(id="Z0000001", name="ssm.eu-west-1.amazonaws.com", private=True)
    assert problems(SPOKE, ("conflicting_zones/ssm.eu-west-1.amazonaws.com", joined)) == []
    assert problems({"network.acceptUnadmittedSubnets": True}, ("every_subnet", (OUTSIDE.id,))) == []
    # An account without IPv6 services, and a stack without IPv6.
    assert problems({}, ("services/ssm/address_types", frozenset({"ipv4"}))) == []
    # Before the engine was asked what is the stack's own.
    full = ("subnets/0/free_addresses", 0)
    taken = ("endpoints/ssm", endpoint(OTHER, SSM))
    assert problems({}, ("own_known", False), full, taken, ("interface_endpoints", 50)) == []


def test_a_client_block_around_a_subnet_admits_it() -> None:
    there = [("subnets/subnet-0a1b2c3d4e5f60709", OUTSIDE), ("every_subnet", (OUTSIDE.id,))]
    assert problems({"network.clientCidrs": ["10.0.8.0/23"]}, *there) == []
    # Two halves admit the whole.
    assert problems({"network.clientCidrs": ["10.0.9.0/25", "10.0.9.128/25"]}, *there) == []


def test_a_service_without_policies_takes_full_access_alone() -> None:
    settings, plan, asked = stack()
    answers = with_(right(settings, asked), "services/ssm/policy", False)
    assert check(settings, plan, answers).problems == ()
    endpoints = tuple(
        each if each.service != "ssm" else _with_policy(each) for each in plan.interface_endpoints
    )
    scoped = type(plan)(**{**vars(plan), "interface_endpoints": endpoints})
    (found,) = check(settings, scoped, answers).problems
    assert found.key == "ssm-vpc-endpoints:endpointPolicies"
    assert "com.amazonaws.eu-west-1.ssm, which only supports the full-access endpoint policy" in found.message
    assert "preset: fullAccess" in found.message


def _with_policy(planned: Any) -> Any:
    return type(planned)(**{**vars(planned), "policy": '{"Version":"2012-10-17","Statement":[]}'})


@pytest.mark.parametrize(
    ("changes", "differences", "says"),
    [
        ({}, [("endpoints/ssm", Several())], f"several endpoints of {SSM}"),
        ({}, [("endpoints/s3", Several())], f"several gateway endpoints of {S3}"),
        (
            {},
            [("gateway_endpoints", Several())],
            "may have 20 gateway endpoints in the Region and has several",
        ),
        ({}, [("quotas/L-29B6F2EB", Absent())], "no answer on quota L-29B6F2EB"),
        (SPOKE, [("zones/Z0000001", Absent())], "hosted zone Z0000001 for ssm cannot be read from here"),
    ],
)
def test_what_cannot_be_told_is_said_and_is_no_reason_to_refuse(
    changes: dict[str, Any], differences: list[tuple[str, Any]], says: str
) -> None:
    settings, plan, asked = stack(changes)
    answers = right(settings, asked)
    for path, value in differences:
        answers = with_(answers, path, value)
    findings = check(settings, plan, answers)
    assert findings.problems == ()
    assert any(says in note for note in findings.notes)
    assert findings.report("Pulumi.dev.yaml")[0] == ""


def test_the_report_is_that_of_the_settings() -> None:
    settings, plan, asked = stack()
    answers = with_(with_(right(settings, asked), "subnets/0/zone", "eu-west-1c"), "vpc/dns_hostnames", False)
    findings = check(settings, plan, answers)
    report, _ = findings.report("Pulumi.dev.yaml")
    assert report == str(SettingsError(findings.problems, stack_file="Pulumi.dev.yaml"))
    assert report.startswith("Pulumi.dev.yaml: 2 problems, nothing was created.\n")
    assert '  ssm-vpc-endpoints:network.nodeSubnets[0].availabilityZone: "eu-west-1a"\n' in report
    assert "did you mean eu-west-1c?" in report


def test_each_thing_is_asked_once_and_only_what_applies() -> None:
    _, _, asked = stack({"buckets.own": [{"name": "acme-logs", "access": "read"}]})
    assert (asked.vpc_id, asked.every_subnet, asked.buckets) == (
        "vpc-0a1b2c3d4e5f60718",
        True,
        ("acme-logs",),
    )
    assert asked.endpoints == (
        *(
            (f"com.amazonaws.eu-west-1.{each}", "Interface")
            for each in ("ssm", "ssmmessages", "ec2messages", "ec2")
        ),
        (S3, "Gateway"),
    )
    _, _, new = stack(NEW_VPC)
    assert (new.vpc_id, new.subnets, new.endpoints, new.zone_names, new.count_endpoints) == (
        "",
        (),
        (),
        {},
        False,
    )
    assert len(new.services) == 5
    _, _, spoke = stack(SPOKE)
    assert [type_ for _, type_ in spoke.services] == ["Gateway"]
    assert spoke.zones == ("Z0000001", "Z0000002", "Z0000003", "Z0000004")
    assert len(spoke.endpoints) == 5
