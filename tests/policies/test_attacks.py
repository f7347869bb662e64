"""Ways to get a bad stack past the pack, or a good one blocked, that once worked.

Each starts from a good flat stack, in its first preview (no id is known) or in a later one (every id is).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support import flat
from tests.support.aws_names import BUCKETS
from tests.support.graph import UNKNOWN_STRING, JsonObject, RecordedGraph
from tests.support.pack import Pack
from tools.analyzer import Diagnostic

HTTPS = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
FULL_ACCESS = (
    '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2012-10-17"}'
)


def policy(*buckets: str, **elements: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{bucket}/*" for bucket in buckets or BUCKETS],
        **elements,
    }
    statement = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Stack:
    """A good flat stack, to be spoilt."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        endpoint = {"vpcId": "${net}", "vpcEndpointType": "Interface", "privateDnsEnabled": True}
        attached = {"subnetIds": ["${Subnet.a}", "${Subnet.b}"], "securityGroupIds": ["${https}"]}
        self.items: list[JsonObject] = [
            {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True},
            *(
                {
                    "Subnet": zone,
                    "vpcId": "${net}",
                    "cidrBlock": f"10.0.{number}.0/24",
                    "availabilityZone": f"eu-west-1{zone}",
                }
                for number, zone in enumerate("ab", start=1)
            ),
            {"RouteTable": "table", "vpcId": "${net}"},
            *(
                {
                    "RouteTableAssociation": f"to-{zone}",
                    "subnetId": f"${{Subnet.{zone}}}",
                    "routeTableId": "${table}",
                }
                for zone in "ab"
            ),
            {
                "SecurityGroup": "https",
                "vpcId": "${net}",
                "ingress": [{**HTTPS, "cidrBlocks": ["10.0.0.0/16"]}],
            },
            *(
                {
                    "VpcEndpoint": service,
                    "serviceName": f"com.amazonaws.eu-west-1.{service}",
                    **endpoint,
                    **attached,
                }
                for service in ("ssm", "ssmmessages", "ec2messages", "ec2")
            ),
            {
                "VpcEndpoint": "s3",
                "vpcId": "${net}",
                "serviceName": "com.amazonaws.eu-west-1.s3",
                "vpcEndpointType": "Gateway",
                "routeTableIds": ["${table}"],
                "policy": policy(),
            },
        ]

    def put(self, name: str, **props: Any) -> Stack:
        """Set properties of a resource; None takes one out."""
        item = next(item for item in self.items if next(iter(item.values())) == name)
        item.update(props)
        for key in [key for key, value in props.items() if value is None]:
            del item[key]
        return self

    def add(self, *items: JsonObject) -> Stack:
        self.items += items
        return self

    def first(self, change: Callable[[RecordedGraph], object] = lambda _: None) -> list[Diagnostic]:
        """What the pack says in the first preview."""
        graph = flat.build(self.items)
        change(graph)
        return self._said(graph)

    def later(self, change: Callable[[RecordedGraph], object] = lambda _: None) -> list[Diagnostic]:
        """What the pack says once every id is known and state was refreshed."""
        graph = flat.known(flat.build(self.items))
        change(graph)
        return self._said(graph)

    def _said(self, graph: RecordedGraph) -> list[Diagnostic]:
        self.pack.configure({})
        return [d for d in self.pack.judge(graph) if d.level == "MANDATORY"]


@pytest.fixture
def stack(plain_pack: Pack) -> Stack:
    return Stack(plain_pack)


def read_back(name: str, **props: Any) -> Callable[[RecordedGraph], object]:
    """Outputs that the provider read back in an earlier run and the program does not give."""
    return lambda graph: graph.resource(name)["properties"].update(props)


def sources(of: str, key: str, *names: str) -> Callable[[RecordedGraph], object]:
    """Say what a property was computed from."""

    def change(graph: RecordedGraph) -> None:
        found = [graph.resource(name)["urn"] for name in names]
        graph.resource(of)["propertyDependencies"][key] = {"urns": found}

    return change


def test_the_good_stack_passes_first_and_later(stack: Stack) -> None:
    assert stack.first() == []
    assert stack.later() == []


# --- What an earlier run left behind is not what the program gives ----------------------------------------------------
def test_a_rule_taken_out_of_the_program_no_longer_admits(stack: Stack) -> None:
    stack.put("https", ingress=None)
    assert stack.later(read_back("https", ingress=[{**HTTPS, "cidrBlocks": ["10.0.0.0/16"]}]))


def test_an_association_taken_out_of_the_program_no_longer_attaches(stack: Stack) -> None:
    stack.put("ssm", subnetIds=None)
    assert stack.later(read_back("ssm", subnetIds=["subnet-0123456789abcdef0"]))


def test_a_route_table_association_taken_out_no_longer_attaches(stack: Stack) -> None:
    stack.put("s3", routeTableIds=None)
    assert stack.later(read_back("s3", routeTableIds=["rtb-0123456789abcdef0"]))


def test_private_dns_taken_out_of_the_program_is_off(stack: Stack) -> None:
    stack.put("ssm", privateDnsEnabled=None)
    assert stack.later(read_back("ssm", privateDnsEnabled=True))


def test_a_policy_taken_out_of_the_program_stays_at_aws(stack: Stack) -> None:
    stack.put("s3", policy=None)
    assert stack.later(read_back("s3", policy=policy(*BUCKETS[1:])))


def test_the_way_out_of_a_rule_from_everywhere_is_not_blocked_by_it(stack: Stack) -> None:
    stack.put("https", ingress=None)
    narrow = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/16"}
    stack.add({"SecurityGroupIngressRule": "in", "securityGroupId": "${https}", **narrow})
    assert stack.later(read_back("https", ingress=[{**HTTPS, "cidrBlocks": ["0.0.0.0/0"]}])) == []


def test_the_way_out_of_a_bad_detached_policy_is_not_blocked_by_it(stack: Stack) -> None:
    stack.put("s3", policy=None).add({"VpcEndpointPolicy": "p", "vpcEndpointId": "${s3}", "policy": policy()})
    assert stack.later(read_back("s3", policy=policy(*BUCKETS[1:]))) == []


def test_an_input_that_is_null_was_not_given(stack: Stack) -> None:
    stack.put("s3", policy=None)
    assert stack.first(lambda graph: graph.input("s3")["properties"].update(policy=None)) == []


# --- Who is meant -----------------------------------------------------------------------------------------------------
def test_a_bad_detached_policy_is_read_also_when_ids_are_known(stack: Stack) -> None:
    bad = {"VpcEndpointPolicy": "p", "vpcEndpointId": "${s3}", "policy": policy(*BUCKETS[1:])}
    stack.put("s3", policy=None).add(bad)
    assert stack.first()
    assert stack.later(read_back("s3", policy=FULL_ACCESS))


def test_detached_resources_of_one_endpoint_do_not_hide_each_other(stack: Stack) -> None:
    stack.put("s3", policy=None, routeTableIds=None).add(
        {"VpcEndpointPolicy": "p", "vpcEndpointId": "${s3}", "policy": policy()},
        {"VpcEndpointRouteTableAssociation": "t", "vpcEndpointId": "${s3}", "routeTableId": "${table}"},
    )
    assert stack.first() == []
    assert stack.later(read_back("s3", policy=FULL_ACCESS)) == []


def test_a_component_that_shows_the_vpcs_id_is_not_the_vpc(stack: Stack) -> None:
    def change(graph: RecordedGraph) -> None:
        urn = "urn:pulumi:dev::flat::zz:index:Network::net"
        props = {"id": graph.resource("net")["properties"]["id"]}
        graph.resources.append({"type": "zz:index:Network", "name": "z", "urn": urn, "properties": props})

    assert stack.later(change) == []


def test_a_vpc_that_was_read_twice_is_one_vpc(stack: Stack) -> None:
    def change(graph: RecordedGraph) -> None:
        twin = dict(graph.resource("net"))
        graph.resources.append({**twin, "name": "again", "urn": f"{twin['urn']}-again"})

    assert stack.later(change) == []


@pytest.mark.parametrize("targets", [(), ("s3", "ssm")])
def test_a_detached_policy_of_an_endpoint_that_cannot_be_told_may_be_anyones(
    stack: Stack, targets: tuple[str, ...]
) -> None:
    stack.put("s3", policy=None)
    stack.add({"VpcEndpointPolicy": "p", "vpcEndpointId": "${?}", "policy": policy(*BUCKETS[1:])})
    assert stack.first(sources("p", "vpcEndpointId", *targets))


def test_private_dns_off_on_an_endpoint_that_cannot_be_told_may_be_anyones(stack: Stack) -> None:
    assert stack.add({"EndpointPrivateDns": "d", "vpcEndpointId": "${?}", "privateDnsEnabled": False}).first()


def test_contradicting_private_dns_proves_nothing(stack: Stack) -> None:
    for name, on in (("d", True), ("e", False)):
        stack.add(
            {"EndpointPrivateDns": name, "vpcEndpointId": "${VpcEndpoint.ssm}", "privateDnsEnabled": on}
        )
    assert stack.first()


def test_another_vpc_that_the_preview_does_not_know_is_not_waved_through(stack: Stack) -> None:
    (said,) = stack.add({"Subnet": "x", "vpcId": "${?}"}).first()
    assert "'x' is in a VPC that the preview does not know" in said.message


def test_a_peers_vpc_is_not_ones_own(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        flat.MODULES, "VpcPeeringConnection", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
    )
    stack.add({"VpcPeeringConnection": "peer", "vpcId": "${net}", "peerVpcId": "vpc-0123456789abcdef0"})
    assert stack.put("ssm", vpcId="${VpcPeeringConnection.peer}").first()


def test_the_vpc_may_come_from_a_subnet_and_something_else(stack: Stack) -> None:
    stack.add({"KeyPair": "key"})
    assert stack.first(sources("ssm", "vpcId", "a", "key")) == []


@pytest.mark.parametrize("key", ["region", "serviceRegion"])
def test_a_region_that_is_given_and_unknown_is_not_the_providers(stack: Stack, key: str) -> None:
    assert stack.put("ssm", **{key: "${?}"}).first()


def test_a_vpcs_main_route_table_counts(stack: Stack) -> None:
    stack.items = [item for item in stack.items if "RouteTableAssociation" not in item]
    stack.put("s3", routeTableIds=["${net}"])
    assert stack.first() == []


def test_two_groups_whose_ids_nothing_shows_are_both_known(stack: Stack) -> None:
    stack.add({"SecurityGroup": "second", "vpcId": "${net}"})
    for service in ("ssm", "ssmmessages", "ec2messages", "ec2"):
        stack.put(service, securityGroupIds=["${https}", "${second}"])

    def without_ids(graph: RecordedGraph) -> None:
        for resource in graph.resources:
            resource["properties"].pop("id", None)

    assert stack.later() == []
    assert stack.later(without_ids) == []


# --- What a policy admits ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("part", ["?/?", "*/*", "*/?", "?/*", "??*"])
def test_part_of_a_buckets_objects_is_not_all_of_them(stack: Stack, part: str) -> None:
    arns = [f"arn:aws:s3:::{bucket}/{part}" for bucket in BUCKETS]
    assert stack.put("s3", policy=policy(Resource=arns)).first()


def test_everything_except_part_of_a_bucket_is_not_all_of_it(stack: Stack) -> None:
    except_part = policy(Resource=None, NotResource="arn:aws:s3:::aws-ssm-eu-west-1/windows/*")
    assert stack.put("s3", policy=except_part).first()


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": ["s3:Get*"]},
        {"Action": "*"},
        {"Resource": "*"},
        {"Resource": "arn:aws:s3:::*/*"},
        {"Resource": None, "NotResource": "arn:aws:s3:::secret/*"},
        {"Action": None, "NotAction": "s3:DeleteObject"},
        {"Principal": {"AWS": ["*"]}},
        {"Resource": [f"arn:aws:s3:::{bucket}/?*" for bucket in BUCKETS]},
    ],
)
def test_every_way_of_admitting_all_objects_passes(stack: Stack, elements: dict[str, Any]) -> None:
    assert stack.put("s3", policy=policy(**elements)).first() == []


# --- Who gets in ------------------------------------------------------------------------------------------------------
def test_members_of_the_endpoints_own_group_are_no_nodes(stack: Stack) -> None:
    out = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}]
    stack.put("https", ingress=[{**HTTPS, "self": True}], egress=out)
    assert stack.first()
    stack.add({"Instance": "node", "subnetId": "${Subnet.a}", "vpcSecurityGroupIds": ["${https}"]})
    assert stack.first() == []


def test_two_halves_are_every_address(stack: Stack) -> None:
    (said,) = stack.put("https", ingress=[{**HTTPS, "cidrBlocks": ["0.0.0.0/1", "128.0.0.0/1"]}]).first()
    assert "admits every address" in said.message
    halves = [{**HTTPS, "cidrBlocks": [half]} for half in ("0.0.0.0/1", "128.0.0.0/1")]
    (said,) = stack.put("https", ingress=halves).first()
    assert "its rules together admit every address" in said.message


def test_an_empty_source_is_none(stack: Stack) -> None:
    assert stack.put("https", ingress=[{**HTTPS, "prefixListIds": [""]}]).first()


def test_a_known_group_beside_an_unknown_one_proves_nothing(stack: Stack) -> None:
    assert stack.put("ssm", securityGroupIds=["${https}", "${?}"]).first()


def test_a_rule_from_everywhere_on_a_group_that_cannot_be_told_may_be_this_ones(stack: Stack) -> None:
    rule = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
    assert stack.add({"SecurityGroupIngressRule": "w", "securityGroupId": "${?}", **rule}).first()


# --- What is said -----------------------------------------------------------------------------------------------------
def test_no_terminal_escape_reaches_a_message(stack: Stack) -> None:
    said = stack.put("ssm", serviceName="com.amazonaws.\x1b[2J\nall good\n.ssm").first()
    assert said
    assert "\x1b" not in "".join(d.message for d in said)


def test_the_fix_changes_what_is_there_and_adds_no_second_one(stack: Stack) -> None:
    said = next(
        d for d in stack.put("ssm", vpcEndpointType="Gateway").first() if d.policy == "ssm-endpoints-complete"
    )
    assert said.message.endswith("fix: vpc_endpoint_type=\"Interface\" on 'ssm'\ncontrol: EC2.57")


def test_a_wrong_configuration_is_not_said_of_every_resource(stack: Stack) -> None:
    stack.add(*({"Instance": f"i{number}", "subnetId": "${Subnet.a}"} for number in range(50)))
    stack.pack.configure({"fetures": {}})
    said = stack.pack.judge(flat.build(stack.items))
    policies = {d.policy for d in said}
    assert policies == stack.pack.policies.keys()
    assert len(said) <= 2 * len(policies)


def test_a_stack_of_account_settings_is_not_judged(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    types = (
        "instanceMetadataDefaults",
        "imageBlockPublicAccess",
        "vpcEndpointService",
        "availabilityZoneGroup",
    )
    for name in types:
        monkeypatch.setitem(flat.MODULES, name, f"aws:ec2/{name}:{name[0].upper()}{name[1:]}")
    stack.items = [{name: name} for name in types]
    assert stack.first() == []


def test_values_of_every_wrong_type_are_judged_and_never_a_crash(stack: Stack) -> None:
    for key in (
        "serviceName",
        "vpcEndpointType",
        "vpcId",
        "subnetIds",
        "securityGroupIds",
        "privateDnsEnabled",
    ):
        for value in (1, True, {"a": ["b"]}, [[1]], "", [""], [None], UNKNOWN_STRING):
            spoilt = Stack(stack.pack).put("ssm", **{key: value})
            if not (key == "privateDnsEnabled" and value is True):
                assert spoilt.first(), (key, value)
