"""Nodes get out on 443, to the endpoints and to S3."""

from __future__ import annotations

import pytest

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.graph import UNKNOWN_STRING, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
SUBNET: JsonObject = {
    "Subnet": "a",
    "vpcId": "${net}",
    "cidrBlock": "10.0.1.0/24",
    "availabilityZone": "eu-west-1a",
}
SSM: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["${a}"],
    "securityGroupIds": ["${https}"],
}
S3: JsonObject = {
    "VpcEndpoint": "s3",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.s3",
    "routeTableIds": ["${net}"],
}
ENDS: JsonObject = {"SecurityGroup": "https", "vpcId": "${net}"}
WEB: JsonObject = {"Instance": "web", "subnetId": "${a}", "vpcSecurityGroupIds": ["${node}"]}
NETWORK = (VPC, SUBNET, SSM, S3, ENDS)
HTTPS = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
ANY = "0.0.0.0/0"


def node(*egress: JsonObject) -> JsonObject:
    rules = {"egress": [{**HTTPS, **each} for each in egress]} if egress else {}
    return {"SecurityGroup": "node", "vpcId": "${net}", **rules}


def out(name: str, **more: object) -> JsonObject:
    own = {"securityGroupId": "${node}", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    return {"SecurityGroupEgressRule": name, **own, **more}


TO_ENDS = out("ends", referencedSecurityGroupId="${https}")
TO_S3 = out("to-s3", prefixListId="${s3}")
GOOD: dict[str, tuple[JsonObject, ...]] = {
    "everything": (node({"cidrBlocks": [ANY], "protocol": "-1", "fromPort": 0, "toPort": 0}),),
    "443 to everywhere": (node({"cidrBlocks": [ANY]}),),
    "group and prefix list": (node(), TO_ENDS, TO_S3),
    "the endpoints' subnet and the prefix list": (node(), out("ends", cidrIpv4="10.0.1.0/24"), TO_S3),
    "the whole VPC and the prefix list": (node(), out("ends", cidrIpv4="10.0.0.0/16"), TO_S3),
    "the block of the VPC": (node(), out("ends", cidrIpv4="${net}"), TO_S3),
    "a prefix list that was looked up": (node(), TO_ENDS, out("to-s3", prefixListId="pl-6da54004")),
    "old rules": (
        node(),
        {
            "SecurityGroupRule": "o",
            "type": "egress",
            "securityGroupId": "${node}",
            **HTTPS,
            "cidrBlocks": [ANY],
        },
    ),
    "inline group and prefix list": (
        node({"securityGroups": ["${https}"]}, {"prefixListIds": ["pl-6da54004"]}),
    ),
    "a range": (node({"cidrBlocks": [ANY], "fromPort": 1, "toPort": 65535}),),
}
BAD: dict[str, tuple[tuple[JsonObject, ...], str]] = {
    "no rule at all": ((node(),), "'ssm', S3"),
    "no way to S3": ((node(), TO_ENDS), "S3"),
    "no way to the endpoints": ((node(), TO_S3), "'ssm'"),
    "another port": ((node({"cidrBlocks": [ANY], "fromPort": 80, "toPort": 80}),), "'ssm', S3"),
    "UDP": ((node({"cidrBlocks": [ANY], "protocol": "udp"}),), "'ssm', S3"),
    "private addresses alone": ((node({"cidrBlocks": ["10.0.0.0/8"]}),), "S3"),
    "a rule into the nodes": (
        (
            node(),
            {
                "SecurityGroupRule": "i",
                "type": "ingress",
                "securityGroupId": "${node}",
                **HTTPS,
                "cidrBlocks": [ANY],
            },
        ),
        "'ssm', S3",
    ),
    "a rule out of the endpoints": (
        (node(), out("x", cidrIpv4=ANY, securityGroupId="${https}")),
        "'ssm', S3",
    ),
    "another group": (
        (
            node(),
            {"SecurityGroup": "db", "vpcId": "${net}"},
            out("x", referencedSecurityGroupId="${db}"),
            TO_S3,
        ),
        "'ssm'",
    ),
}


def later(judge: Judge, *resources: JsonObject) -> list[str]:
    return judge.graph(flat.known(flat.build(list(resources))))


@pytest.mark.parametrize("how", GOOD)
def test_every_way_out_passes(judge: Judge, how: str) -> None:
    assert judge.resources(*NETWORK, *GOOD[how], WEB) == []


@pytest.mark.parametrize("how", BAD)
def test_what_is_shut_off_is_named(judge: Judge, how: str) -> None:
    resources, what = BAD[how]
    (message,) = judge.resources(*NETWORK, *resources, WEB)
    assert f"the security groups of Instance 'web' ('node') do not let tcp/443 out to {what}." in message
    (message,) = later(judge, *NETWORK, *resources, WEB)
    assert f"do not let tcp/443 out to {what.split(',')[0]}" in message


def test_the_fix_names_the_endpoints_group_and_the_prefix_list(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, node(), WEB)
    assert "security_group_id=<'node'>" in said
    assert "referenced_security_group_id=<'https'>" in said
    assert "prefix_list_id=<the S3 gateway endpoint>.prefix_list_id" in said


def test_a_stack_that_starts_nothing_is_not_judged(judge: Judge) -> None:
    assert judge.resources(*NETWORK, node()) == []


def test_two_groups_of_a_machine_are_a_union(judge: Judge) -> None:
    other = {"SecurityGroup": "other", "vpcId": "${net}", "egress": [{**HTTPS, "cidrBlocks": [ANY]}]}
    both = {**WEB, "vpcSecurityGroupIds": ["${node}", "${other}"]}
    assert judge.resources(*NETWORK, node(), other, both) == []


def test_a_machine_without_a_group_is_in_the_default_one(judge: Judge) -> None:
    bare = {"Instance": "web", "subnetId": "${a}"}
    assert judge.resources(*NETWORK, bare) == []


@pytest.mark.parametrize("kind", ["template", "group"])
def test_launch_templates_and_auto_scaling_groups_are_judged(judge: Judge, kind: str) -> None:
    template: JsonObject = {"LaunchTemplate": "t", "vpcSecurityGroupIds": ["${node}"]}
    interface = [{"subnetId": "${a}", "securityGroups": ["${node}"]}]
    starts: tuple[JsonObject, ...] = ({"LaunchTemplate": "t", "networkInterfaces": interface},)
    if kind == "group":
        starts = (
            template,
            {"AutoScalingGroup": "g", "vpcZoneIdentifiers": ["${a}"], "launchTemplate": {"id": "${t}"}},
        )
    (said,) = judge.resources(*NETWORK, node(), *starts)
    assert "do not let tcp/443 out" in said
    assert judge.resources(*NETWORK, *GOOD["443 to everywhere"], *starts) == []


def test_machines_with_the_same_groups_are_one_finding(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, node(), WEB, {**WEB, "Instance": "api"})
    assert "Instance 'api', Instance 'web'" in said


@pytest.mark.parametrize("change", [{"ipProtocol": UNKNOWN_STRING}, {"cidrIpv4": UNKNOWN_STRING}])
def test_a_rule_that_cannot_be_read_proves_nothing(judge: Judge, change: JsonObject) -> None:
    (said,) = judge.resources(*NETWORK, node(), out("x", **{"cidrIpv4": ANY, **change}), WEB)
    assert "cannot be shown to let" in said
    assert (
        judge.resources(
            *NETWORK, node(), out("x", **{"cidrIpv4": ANY, **change}), out("y", cidrIpv4=ANY), WEB
        )
        == []
    )


def test_a_group_known_by_id_is_taken_on_a_word(judge: Judge) -> None:
    stranger = {**WEB, "vpcSecurityGroupIds": ["sg-0123456789abcdef0"]}
    (said,) = judge.resources(*NETWORK, stranger)
    assert '{"trustedSecurityGroups": ["sg-0123456789abcdef0"]}' in said
    assert (
        judge.resources(*NETWORK, stranger, config={"trustedSecurityGroups": ["sg-0123456789abcdef0"]}) == []
    )


def test_endpoints_in_a_hub_need_some_way_out(judge: Judge) -> None:
    hub = {"sharedEndpoints": [{"vpc": "*", "services": ["ssm"], "where": "hub"}]}
    network = (VPC, SUBNET, S3)
    (said,) = judge.resources(*network, node(), WEB, config=hub)
    assert "to S3, ssm" in said
    far = out("hub", cidrIpv4="10.9.0.0/16")
    assert judge.resources(*network, node(), far, TO_S3, WEB, config=hub) == []


def test_the_fixtures(judge: Judge) -> None:
    assert judge.fixture("pass-to-the-group-and-the-prefix-list") == []
    assert len(judge.fixture("fail-no-way-to-s3")) == 1
