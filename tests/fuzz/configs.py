"""Right stack configurations by construction: every Region and partition, every key of docs/reference/configuration.md.

Shape: short key to plain value, as YAML gives it: {"aws:region": "eu-west-1", "network": {...}, ...}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from blueprint import needs
from blueprint.catalog import Region, load
from blueprint.settings import NAMESPACE, Features

Config = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

FEATURES = tuple(Features().model_dump(by_alias=True))
ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
VPC, SPOKE_VPC = "vpc-0a1b2c3d4e5f60718", "vpc-0b1b2c3d4e5f60718"
GROUP = "sg-0a1b2c3d4e5f60718"
SOMETIMES = st.sampled_from([True, False, False])
CONDITIONS = {
    "StringEquals": {"aws:ResourceTag/team": ["platform"]},
    "Bool": {"aws:SecureTransport": ["true"]},
}


def full(config: Config) -> Config:
    """The same under full keys, as in a stack file. A spoilt one may have keys that are no text; to the engine all are."""
    texts = {str(key): value for key, value in config.items()}
    return {key if ":" in key else f"{NAMESPACE}:{key}": value for key, value in texts.items()}


@st.composite
def right(draw: Draw) -> Config:
    """A configuration that has to be taken."""
    region = load().region(draw(st.sampled_from(list(load().regions))))
    features = {name: draw(st.booleans()) for name in FEATURES if draw(SOMETIMES)}
    on = {name for name, value in {**Features().model_dump(by_alias=True), **features}.items() if value}
    # Of Regions of which nobody could verify it, ec2messages must not be needed.
    unverified = region.has_service("ec2messages") is None
    agent = "3.3.40.0" if unverified else draw(st.sampled_from(["", "3.2.0.0", "3.3.40.0", "4.0.0.1"]))
    needed = [each.id for each in needs.services(load(), region, on, agent) if each.type == "Interface"]
    kind = draw(st.sampled_from(["private", "private", "hub", "spoke"]))
    create = kind == "private" and draw(st.booleans())
    config: Config = {"aws:region": region.id}
    config["network"] = _new(draw, region) if create else _existing(draw, region)
    if features or draw(SOMETIMES):
        config["features"] = features
    if agent:
        config["minimumAgentVersion"] = agent
    config["buckets"] = _buckets(draw, region, on)
    config["accountId"] = ACCOUNT
    config["nodes"] = nodes = _nodes(draw, region)
    config["topology"] = topology = _topology(draw, kind, needed, create)
    elsewhere = kind == "spoke" or set(topology.get("existing", ())) - {"s3"}
    if elsewhere and (nodes.get("securityGroup") or nodes.get("existingSecurityGroups")):
        topology["endpointCidrs"] = ["10.99.1.0/24"]
    config["endpointPolicies"] = _endpoint_policies(draw, region, needed)
    config["hybrid"] = {"s3InterfaceEndpoint": draw(st.booleans())} if draw(SOMETIMES) else {}
    config["dns"] = _dns(draw, config["network"])
    for key, values in (("preflight", ["on", "off"]), ("protect", [True, False])):
        if draw(SOMETIMES):
            config[key] = draw(st.sampled_from(values))
    if draw(SOMETIMES):
        config["tags"] = draw(st.sampled_from([{"team": "platform"}, {"Größe": "x/y=z @1"}, {"a b": ""}]))
    account_needed = nodes.get("hybridRole") or config["endpointPolicies"].get("preset") == "account"
    if not account_needed and kind != "hub" and draw(SOMETIMES):
        del config["accountId"]
    return {key: value for key, value in config.items() if value != {} or draw(SOMETIMES)}


def _existing(draw: Draw, region: Region) -> Config:
    tables = draw(st.integers(1, 2))
    count = draw(st.integers(1, 4))
    ipv6 = draw(SOMETIMES)
    subnets = []
    for number in range(count):
        subnet = {
            "id": f"subnet-{number:017x}",
            "cidr": f"10.20.{number}.0/24",
            "availabilityZone": f"{region.id}{'abc'[number % draw(st.integers(1, 3))]}",
            "routeTableId": f"rtb-{number % tables:08x}",
        }
        subnets.append({**subnet, "ipv6Cidr": f"2001:db8:0:{number + 1}::/64"} if ipv6 else subnet)
    network: Config = {"vpcId": VPC, "nodeSubnets": subnets}
    if draw(SOMETIMES):
        network["vpcCidrs"] = ["10.20.0.0/16", *(["100.64.0.0/16"] if draw(SOMETIMES) else [])]
    if draw(SOMETIMES):
        network["endpointSubnets"] = list({each["availabilityZone"]: each["id"] for each in subnets}.values())
    if draw(SOMETIMES):
        network["clientCidrs"] = ["192.168.0.0/16", "172.16.0.1/32"][: draw(st.integers(0, 2))]
    if draw(SOMETIMES):
        network["acceptUnadmittedSubnets"] = draw(st.booleans())
    return network


def _new(draw: Draw, region: Region) -> Config:
    letters = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True))
    create = {
        "cidr": f"10.20.0.0/{draw(st.integers(16, 25))}",
        "availabilityZones": [f"{region.id}{letter}" for letter in letters],
    }
    return {"create": create, **({"clientCidrs": ["192.168.0.0/24"]} if draw(SOMETIMES) else {})}


def _buckets(draw: Draw, region: Region, on: set[str]) -> Config:
    managed = {
        family.id: f"given-{family.id}-{region.id}"
        for family in load().buckets.values()
        if not (region.bucket(family) or family.legacy) and on.issuperset(family.features)
    }
    found: Config = {"awsManaged": managed} if managed else {}
    if draw(SOMETIMES):
        own = {"name": "acme-session-logs", "access": draw(st.sampled_from(["read", "readWrite"]))}
        found["own"] = [{**own, "region": region.id} if draw(st.booleans()) else own]
    if draw(SOMETIMES):
        found["otherAwsManaged"] = ["amazoncloudwatch-agent", f"prod-{region.id}-starport-layer-bucket"]
    return found


def _nodes(draw: Draw, region: Region) -> Config:
    nodes: Config = {
        key: draw(st.booleans()) for key in ("instanceRole", "hybridRole", "securityGroup") if draw(SOMETIMES)
    }
    if (nodes.get("instanceRole") or nodes.get("hybridRole")) and draw(SOMETIMES):
        owner = draw(st.sampled_from([ACCOUNT, "aws"]))
        nodes["permissionsBoundary"] = f"arn:{region.partition.id}:iam::{owner}:policy/team/nodes-boundary"
    if draw(SOMETIMES):
        nodes["existingRoles"] = ["web-servers"]
    if draw(SOMETIMES):
        nodes["existingSecurityGroups"] = [GROUP]
    return nodes


def _topology(draw: Draw, kind: str, needed: list[str], create: bool) -> Config:
    topology: Config = {} if kind == "private" and draw(st.booleans()) else {"kind": kind}
    if not create and draw(SOMETIMES):
        # A hub answers for what it makes alone.
        choice = ["s3"] if kind == "hub" else [*needed, "s3"]
        taken = draw(st.lists(st.sampled_from(choice), max_size=2, unique=True))
        topology["existing"] = {service: f"vpce-{at:017x}" for at, service in enumerate(taken)}
    existing = topology.get("existing", {})
    if kind == "hub":
        spokes = [{"vpcId": SPOKE_VPC, "cidrs": ["10.30.1.0/24"]}]
        spokes += [{"vpcId": "vpc-0c1b2c3d", "cidrs": ["10.31.0.0/24"], "accountId": OTHER_ACCOUNT}]
        topology["spokes"] = spokes[: draw(st.integers(0, 2))]
    if kind == "spoke":
        topology["zones"] = {each: f"Z{each.upper()}00000" for each in needed if each not in existing}
    if kind != "spoke" and draw(SOMETIMES):
        verified = {"ec2", "kms"} & set(needed) - existing.keys()
        topology["fips"] = sorted(verified)
    if draw(SOMETIMES):
        via = draw(st.sampled_from(["peering", "transitGateway", "vpn", "directConnect"]))
        peer = {"via": via, "cidrs": ["10.40.0.0/16"]}
        topology["peers"] = [{**peer, "services": ["ssm", "ec2"]} if draw(st.booleans()) else peer]
    return topology


def _endpoint_policies(draw: Draw, region: Region, needed: list[str]) -> Config:
    preset = draw(st.sampled_from(["", "fullAccess", "account", "organization"]))
    found: Config = {"preset": preset} if preset else {}
    partition = region.partition.id
    if preset == "organization":
        found["organizationId"] = "o-a1b2c3d4e5"
    if preset in ("account", "organization"):
        if draw(SOMETIMES):
            found["accountIds"] = [OTHER_ACCOUNT]
        if draw(SOMETIMES):
            found["kmsKeys"] = [f"arn:{partition}:kms:{region.id}:{ACCOUNT}:key/0a1b"]
        if draw(SOMETIMES):
            found["logGroups"] = ["/ssm/sessions"]
    taking = [each for each in needed if load().services[each].takes_policy]
    if draw(SOMETIMES):
        service = draw(st.sampled_from(taking))
        statement: Config = {"effect": "Allow", "actions": [f"{service}:*"]}
        if draw(st.booleans()):
            statement["resources"] = ["*"]
        if draw(st.booleans()):
            statement["principals"] = [ACCOUNT]
        if draw(st.booleans()):
            statement["conditions"] = CONDITIONS
        found["statements"] = {service: [statement]}
    return found


def _dns(draw: Draw, network: Config) -> Config:
    subnets = network.get("nodeSubnets", [])
    types = ["", "ipv4"] + ["dualstack", "ipv6"] * bool(subnets and "ipv6Cidr" in subnets[0])
    address = draw(st.sampled_from(types))
    found: Config = {"ipAddressType": address} if address else {}
    if draw(SOMETIMES):
        any_record = ["ipv4", "dualstack", "ipv6"] if address == "dualstack" else [address or "ipv4"]
        found["dnsRecordIpType"] = draw(st.sampled_from([*any_record, "service-defined"]))
    zones = {each["availabilityZone"] for each in subnets} or network["create"]["availabilityZones"]
    if len(zones) > 1 and draw(SOMETIMES):
        found["inboundResolver"] = {"clientCidrs": ["192.168.53.0/28"]}
    return found
