"""Hubs, spokes, hybrid nodes, presets: what the components register for each, and that the pack takes it, or not."""

from __future__ import annotations

import json
import re
from typing import Any

import pulumi
import pytest
from syrupy.assertion import SnapshotAssertion

from blueprint.plan import Plan
from components import managed_nodes
from tests.blueprint.test_plan import make, unpublished
from tests.components.test_components import GIVEN, build, of_type
from tests.support.graph import RecordedGraph
from tests.support.pack import Pack, here

ACCOUNT = "123456789012"
VPC = GIVEN["vpcId"]
SERVICES = ["ssm", "ssmmessages", "ec2messages", "ec2"]
SPOKES = [
    {"vpcId": "vpc-0000000a", "cidrs": ["10.7.1.0/24"]},
    {"vpcId": "vpc-0000000b", "cidrs": ["10.8.1.0/24"], "accountId": "210987654321"},
]
HUB = {"accountId": ACCOUNT, "network": GIVEN, "topology": {"kind": "hub", "spokes": SPOKES}}
SPOKE = {"network": GIVEN, "topology": {"kind": "spoke", "zones": {s: f"Z{s.upper()}0000" for s in SERVICES}}}
NODES = {"accountId": ACCOUNT, "nodes": {"instanceRole": True, "hybridRole": True, "securityGroup": True}}
HYBRID = {
    **NODES,
    "network": {**GIVEN, "clientCidrs": ["192.168.0.0/16"]},
    "hybrid": {"s3InterfaceEndpoint": True},
    "dns": {"inboundResolver": {"clientCidrs": ["192.168.53.0/24"]}},
}
WITH_ZONES = {"hostedZones": [{"vpc": VPC, "services": SERVICES, "where": "this stack"}]}
WITH_HUB = {"sharedEndpoints": [{"vpc": VPC, "services": SERVICES, "where": "hub"}]}


def node_subnets() -> dict[str, Any]:
    return {"nodeSubnets": [{"vpcId": VPC, **subnet} for subnet in GIVEN["nodeSubnets"]]}


def judged(plan: Plan, **config: Any) -> list[tuple[str, str]]:
    return said(build(plan).graph(plan.region), **config)


def said(graph: RecordedGraph, **config: Any) -> list[tuple[str, str]]:
    pack: Pack = here()
    pack.configure({"scope": "always", **node_subnets(), **config})
    return [(d.policy, d.message) for d in pack.judge(graph)]


def without(graph: RecordedGraph, name: str) -> RecordedGraph:
    """The same graph without a resource, wherever it is spoken of."""
    graph = graph.copy()
    found = next(each["urn"] for each in graph.resources if each["name"] == name)
    graph.inputs = [each for each in graph.inputs if each["urn"] != found]
    graph.resources = [each for each in graph.resources if each["urn"] != found]
    return graph


@pytest.mark.parametrize("config", [HUB, SPOKE, HYBRID, NODES], ids=["hub", "spoke", "hybrid", "nodes"])
def test_the_names_of_all_resources_are_the_reviewed_ones(
    config: dict[str, Any], snapshot: SnapshotAssertion
) -> None:
    assert "\n".join(build(make("eu-west-1", **config)).lines()) == snapshot


@pytest.mark.parametrize("preset", ["account", "organization"])
@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1", "us-gov-west-1"])
@pytest.mark.parametrize("shape", [NODES, HYBRID], ids=["nodes", "hybrid"])
def test_the_pack_takes_roles_groups_and_presets_in_every_partition(
    region: str, preset: str, shape: dict[str, Any]
) -> None:
    policies = {"preset": preset, **({"organizationId": "o-abcdefghij"} if preset == "organization" else {})}
    given = unpublished(region)
    network = json.loads(json.dumps(shape.get("network", GIVEN)).replace("eu-west-1", region))
    plan = make(
        region,
        **{**shape, "network": network},
        endpointPolicies=policies,
        buckets={"awsManaged": given},
    )
    subnets = json.loads(json.dumps(node_subnets()).replace("eu-west-1", region))
    assert judged(plan, **subnets, awsManaged=given) == []
    for endpoint in plan.interface_endpoints:
        if endpoint.service != "ec2messages":
            assert ACCOUNT in endpoint.policy or "o-abcdefghij" in endpoint.policy


def test_a_hub_is_blocked_until_its_zones_are_declared_and_then_proven() -> None:
    graph = build(make("eu-west-1", **HUB)).graph("eu-west-1")
    assert {policy for policy, _ in said(graph)} == {"interface-private-dns"}
    assert said(graph, **WITH_ZONES) == []
    for service in SERVICES:
        for missing in (f"hub-{service}", f"hub-{service}-a"):
            ((policy, message),) = said(without(graph, missing), **WITH_ZONES)
            assert policy == "interface-private-dns"
            assert f"private DNS of 'ssm-{service}'" in message


def test_a_hub_authorizes_the_spokes_of_other_accounts_alone() -> None:
    authorized = of_type(build(make("eu-west-1", **HUB)), "VpcAssociationAuthorization")
    assert {name: each["vpcId"] for name, each in authorized.items()} == {
        f"hub-{service}-vpc-0000000b": "vpc-0000000b" for service in SERVICES
    }


def test_a_hub_admits_its_spokes_and_has_private_dns_off() -> None:
    recording = build(make("eu-west-1", **HUB))
    rules = of_type(recording, "SecurityGroupIngressRule")
    assert {rule["cidrIpv4"] for rule in rules.values()} == {
        "10.0.1.0/24",
        "10.0.2.0/24",
        "10.7.1.0/24",
        "10.8.1.0/24",
    }
    interfaces = [
        e for e in of_type(recording, "VpcEndpoint").values() if e["vpcEndpointType"] == "Interface"
    ]
    assert [each["privateDnsEnabled"] for each in interfaces] == [False] * 4
    zones = of_type(recording, "Zone")
    assert {each["name"] for each in zones.values()} == {
        f"{service}.eu-west-1.amazonaws.com" for service in SERVICES
    }


def test_a_spoke_makes_its_s3_gateway_and_joins_the_hubs_zones() -> None:
    recording = build(make("eu-west-1", **SPOKE))
    assert set(of_type(recording, "VpcEndpoint")) == {"ssm-s3"}
    assert of_type(recording, "SecurityGroup") == {}
    joined = of_type(recording, "ZoneAssociation")
    assert {each["zoneId"] for each in joined.values()} == set(SPOKE["topology"]["zones"].values())
    graph = recording.graph("eu-west-1")
    assert {policy for policy, _ in said(graph)} >= {"ssm-endpoints-complete", "ssm-endpoints-declared"}
    assert said(graph, **WITH_HUB) == []


def test_nodes_may_open_https_to_the_endpoints_and_to_s3_and_nothing_else() -> None:
    recording = build(make("eu-west-1", network=GIVEN, **NODES))
    group = of_type(recording, "SecurityGroup")["nodes"]
    assert group.keys().isdisjoint({"ingress", "egress"})
    rules = of_type(recording, "SecurityGroupEgressRule")
    assert set(rules) == {"nodes-s3", "nodes-endpoints"}
    assert "prefixListId" in rules["nodes-s3"]
    assert "referencedSecurityGroupId" in rules["nodes-endpoints"]
    for rule in rules.values():
        assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)
        assert rule.keys().isdisjoint({"cidrIpv4", "cidrIpv6"})


def test_a_group_that_is_there_gets_the_same_rules_and_roles_their_statement() -> None:
    nodes = {"existingRoles": ["web"], "existingSecurityGroups": ["sg-0000000a"]}
    plan = make("eu-west-1", network=GIVEN, nodes=nodes)
    recording = build(plan)
    assert set(of_type(recording, "SecurityGroupEgressRule")) == {
        "nodes-sg-0000000a-s3",
        "nodes-sg-0000000a-endpoints",
    }
    (policy,) = of_type(recording, "RolePolicy").values()
    assert (policy["role"], policy["policy"]) == ("web", plan.nodes.s3_policy)
    # IAM is global, and a policy of one name takes the other's place: the VPC tells stacks of one name apart.
    assert policy["name"] == f"nodes-buckets-{GIVEN['vpcId']}@ssm-vpc-endpoints@dev"
    assert of_type(recording, "Role") == {}
    for tags in ({}, {"Name": "ours"}):
        named = build(make("eu-west-1", network=GIVEN, nodes=nodes, tags=tags))
        for name, rule in of_type(named, "SecurityGroupEgressRule").items():
            assert rule["tags"]["Name"] == f"{name} ssm-vpc-endpoints/dev"


def test_projects_and_stacks_of_one_spelling_together_have_two_policies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = set()
    for project, stack in (("net", "prod-eu"), ("net-prod", "eu")):
        monkeypatch.setattr(pulumi, "get_project", lambda project=project: project)
        monkeypatch.setattr(pulumi, "get_stack", lambda stack=stack: stack)
        names.add(managed_nodes.policy_name("nodes-buckets", "vpc-0a1b2c3d4e5f60718"))
    assert len(names) == 2


def test_the_name_of_a_policy_fits_whatever_project_and_stack_are_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vpcs = ("vpc-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60719")
    monkeypatch.setattr(pulumi, "get_project", lambda: "p" * 100)
    names = set()
    for stack in ("s" * 100, "s" * 99 + "t"):
        monkeypatch.setattr(pulumi, "get_stack", lambda stack=stack: stack)
        names |= {managed_nodes.policy_name("nodes-buckets", vpc) for vpc in vpcs}
    assert len(names) == 4, "each is another's"
    assert all(re.fullmatch(r"[\w+=,.@-]{1,128}", name) for name in names)


BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/team/nodes-boundary"


def test_both_roles_get_the_boundary_and_nothing_else_changes() -> None:
    nodes = {"instanceRole": True, "hybridRole": True, "existingRoles": ["web"]}
    without, limited = (
        build(make("eu-west-1", network=GIVEN, accountId=ACCOUNT, nodes={**nodes, **more}))
        for more in ({}, {"permissionsBoundary": BOUNDARY})
    )
    plain, bound = of_type(without, "Role"), of_type(limited, "Role")
    assert set(bound) == {"nodes-instance", "nodes-hybrid"}
    assert all("permissionsBoundary" not in each for each in plain.values())
    assert bound == {name: {**each, "permissionsBoundary": BOUNDARY} for name, each in plain.items()}
    for type_ in ("RolePolicy", "RolePolicyAttachment", "InstanceProfile"):
        assert of_type(limited, type_) == of_type(without, type_)


def test_the_pack_takes_a_boundary_that_is_the_accounts_own() -> None:
    plan = make(
        "eu-west-1",
        network=GIVEN,
        accountId=ACCOUNT,
        nodes={"instanceRole": True, "hybridRole": True, "permissionsBoundary": BOUNDARY},
    )
    assert judged(plan) == []


def test_the_roles_of_china_are_of_its_partition() -> None:
    given = unpublished("cn-north-1")
    network = json.loads(json.dumps(GIVEN).replace("eu-west-1", "cn-north-1"))
    plan = make("cn-north-1", network=network, buckets={"awsManaged": given}, **NODES)
    (hybrid, instance) = (plan.nodes.hybrid_role, plan.nodes.instance_role)
    assert hybrid is not None
    assert instance is not None
    assert hybrid.managed_policies == ("arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore",)
    assert json.loads(hybrid.trust)["Statement"][0] == {
        "Effect": "Allow",
        "Principal": {"Service": "ssm.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnEquals": {"aws:SourceArn": f"arn:aws-cn:ssm:cn-north-1:{ACCOUNT}:*"},
        },
    }
    assert json.loads(instance.trust)["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_s3_for_hybrid_nodes_comes_after_the_gateway_with_its_policy() -> None:
    plan = make("eu-west-1", **HYBRID)
    endpoints = of_type(build(plan), "VpcEndpoint")
    s3 = endpoints["ssm-s3-interface"]
    assert s3["policy"] == endpoints["ssm-s3"]["policy"]
    assert s3["dnsOptions"] == {"privateDnsOnlyForInboundResolverEndpoint": True}
    assert (s3["privateDnsEnabled"], s3["vpcEndpointType"]) == (True, "Interface")


def test_china_names_s3s_two_types_differently() -> None:
    given = unpublished("cn-north-1")
    network = json.loads(json.dumps(GIVEN).replace("eu-west-1", "cn-north-1"))
    plan = make(
        "cn-north-1", network=network, buckets={"awsManaged": given}, hybrid={"s3InterfaceEndpoint": True}
    )
    assert plan.gateway_endpoint.service_name == "com.amazonaws.cn-north-1.s3"
    assert plan.s3_interface_endpoint is not None
    assert plan.s3_interface_endpoint.service_name == "cn.com.amazonaws.cn-north-1.s3"


def test_dual_stack_endpoints_admit_the_nodes_ipv6_blocks() -> None:
    subnets = [
        {**each, "ipv6Cidr": f"2001:db8:0:{n}::/64"} for n, each in enumerate(GIVEN["nodeSubnets"], start=1)
    ]
    plan = make("eu-west-1", network={**GIVEN, "nodeSubnets": subnets}, dns={"ipAddressType": "dualstack"})
    recording = build(plan)
    rules = of_type(recording, "SecurityGroupIngressRule").values()
    assert {rule.get("cidrIpv6") for rule in rules} == {None, "2001:db8:0:1::/64", "2001:db8:0:2::/64"}
    ssm = of_type(recording, "VpcEndpoint")["ssm-ssm"]
    assert (ssm["ipAddressType"], ssm["dnsOptions"]) == ("dualstack", {"dnsRecordIpType": "dualstack"})
    assert plan.forwarded_zones == ("amazonaws.com", "api.aws")
    assert said(recording.graph("eu-west-1")) == []


def test_an_address_type_that_nobody_gave_is_not_sent() -> None:
    ssm = of_type(build(make("eu-west-1")), "VpcEndpoint")["ssm-ssm"]
    assert ssm.keys().isdisjoint({"ipAddressType", "dnsOptions"})
    said_so = of_type(build(make("eu-west-1", dns={"ipAddressType": "ipv4"})), "VpcEndpoint")["ssm-ssm"]
    assert said_so["ipAddressType"] == "ipv4"


def test_an_adopted_endpoint_is_imported_and_nothing_of_it_is_asked_for() -> None:
    plan = make(
        "eu-west-1", network=GIVEN, topology={"existing": {"ssm": "vpce-0000000a", "s3": "vpce-0000000b"}}
    )
    endpoints = of_type(build(plan), "VpcEndpoint")
    for name, type_ in (("ssm-ssm", "Interface"), ("ssm-s3", "Gateway")):
        assert endpoints[name] == {
            "vpcId": VPC,
            "serviceName": f"com.amazonaws.eu-west-1.{name.removeprefix('ssm-')}",
            "vpcEndpointType": type_,
        }


def test_a_fips_endpoint_stands_beside_the_one_that_nodes_need() -> None:
    plan = make("us-east-1", features={"kmsEncryption": True}, topology={"fips": ["kms"]})
    recording = build(plan)
    endpoints = of_type(recording, "VpcEndpoint")
    names = {name: each["serviceName"] for name, each in endpoints.items()}
    assert names["ssm-kms"] == "com.amazonaws.us-east-1.kms"
    assert names["ssm-kms-fips"] == "com.amazonaws.us-east-1.kms-fips"
    assert endpoints["ssm-kms-fips"]["privateDnsEnabled"] is True
    assert "kms-fips.us-east-1.amazonaws.com" in plan.firewall_hosts
    assert not any("fips" in name for name in names if "kms" not in name)
    assert said(recording.graph("us-east-1"), features={"kmsEncryption": True}, nodeSubnets=[]) == []


def test_a_hub_answers_the_fips_name_too() -> None:
    plan = make(
        "us-east-1",
        network=json.loads(json.dumps(GIVEN).replace("eu-west-1", "us-east-1")),
        topology={"kind": "hub", "fips": ["ec2"]},
    )
    assert "ec2-fips.us-east-1.amazonaws.com" in {zone.name for zone in plan.hosted_zones}
