"""The stand-in for the `aws` plugin: what it refuses, what it calls a change, and its table against the SDK."""

import inspect
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import grpc
import pulumi_aws
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc as rpc

from sandbox.aws_plugin.resources import HANDLERS
from sandbox.aws_plugin.types import TYPES
from sandbox.aws_plugin.values import UNKNOWN
from tests.sandbox.plugin import SANDBOX, AbortedError, Context, Plugin, urn

EXECUTABLE = Path(__file__).parents[2] / "sandbox" / "bin" / "pulumi-resource-aws"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ROLE = "aws:iam/role:Role"
ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
RESOLVER = "aws:route53/resolverEndpoint:ResolverEndpoint"
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"]}]}'
SAME_POLICY = (
    '{"Statement": {"Action": "s3:GetObject", "Principal": "*", "Effect": "Allow"}, "Version": "2012-10-17"}'
)
INTERFACE = {
    "vpcId": "vpc-1",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "region": "eu-west-1",
}


@pytest.fixture(scope="module")
def plugin() -> Plugin:
    """Configured for an address where nothing answers: these tests make no call to AWS."""
    return Plugin(SANDBOX)


# --- configuration ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5577",
        "http://127.8.9.10",
        "https://localhost:1",
        "http://[::1]:5577",
    ],
)
def test_a_loopback_endpoint_is_accepted(url: str) -> None:
    assert Plugin().check_config({**SANDBOX, "endpoints": json.dumps([{"ec2": url}])}) == ""
    Plugin({**SANDBOX, "endpoints": [{"ec2": url}]})


@pytest.mark.parametrize(
    ("endpoints", "said"),
    [
        (None, "aws:endpoints is missing"),
        ("nonsense", "'nonsense'"),
        ("[]", "no ec2 URL"),
        ('[{"sts": "http://127.0.0.1:1"}]', "no ec2 URL"),
        ('[{"ec2": "https://ec2.eu-west-1.amazonaws.com"}]', "'https://ec2.eu-west-1.amazonaws.com'"),
        ('[{"ec2": "http://10.0.0.1:5000"}]', "loopback"),
        ('[{"ec2": "http://0.0.0.0:5000"}]', "loopback"),
        ('[{"ec2": "http://127.0.0.1.example.com"}]', "loopback"),
        ('[{"ec2": "http://localhost.example.com"}]', "loopback"),
        ('[{"ec2": "http://127.0.0.1@example.com"}]', "loopback"),
        ('[{"ec2": "127.0.0.1:5000"}]', "loopback"),
        ('[{"ec2": "http://127.0.0.1:1", "s3": "https://s3.amazonaws.com"}]', "endpoints.s3"),
        ('[{"ec2": "http://127.0.0.1:1"}, {"sts": "http://192.168.1.1"}]', "endpoints.sts"),
        ('[{"ec2": "http://127.0.0.1:1", "route53": "https://route53.amazonaws.com"}]', "endpoints.route53"),
    ],
)
def test_any_other_endpoint_is_refused(endpoints: str | None, said: str) -> None:
    config = {**SANDBOX, "endpoints": endpoints}
    assert said in Plugin().check_config(config)
    with pytest.raises(AbortedError, match="stand-in") as refused:
        Plugin(config)
    assert "not the official one" in str(refused.value)
    assert "pulumi plugin install resource aws 7." in str(refused.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"accessKey": "AKIAIOSFODNN7EXAMPLE"}, "accessKey"),
        ({"secretKey": "wJalrXUtnFEMI"}, "secretKey"),
        ({"accessKey": None}, "accessKey"),
        ({"region": None}, "region"),
        ({"profile": "work"}, "profile"),
        ({"token": "session"}, "token"),
        ({"defaultTags": '{"tags": {"a": "b"}}'}, "defaultTags"),
        ({"assumeRoles": '[{"roleArn": "arn:aws:iam::1:role/x"}]'}, "assumeRoles"),
        ({"region": UNKNOWN}, "region"),
    ],
)
def test_settings_that_are_not_the_sandbox_s_are_refused_by_name(change: dict[str, Any], named: str) -> None:
    config = {**SANDBOX, **change}
    refused = Plugin().check_config(config)
    assert named in refused
    assert refused.count("\n  - ") == 1
    with pytest.raises(AbortedError, match=named) as error:
        Plugin(config)
    for secret in ("AKIA", "wJalr"):
        assert secret not in refused + str(error.value)


def test_configuration_as_variables_of_older_engines() -> None:
    plugin = Plugin()
    variables = {f"aws:config:{key}": str(value) for key, value in SANDBOX.items()}
    plugin.servicer.Configure(pb.ConfigureRequest(variables=variables), plugin.context)
    assert plugin.servicer.target is not None


def test_secret_configuration_is_looked_into() -> None:
    """The engine marks the keys of an explicit provider as secrets."""
    marks = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    keys = {name: {**marks, "value": "test"} for name in ("accessKey", "secretKey")}
    assert Plugin({**SANDBOX, **keys}).servicer.target is not None
    assert "accessKey" in Plugin().check_config({**SANDBOX, "accessKey": {**marks, "value": "AKIA"}})
    unknown = {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    assert "region" in Plugin().check_config({**SANDBOX, "region": unknown})


def test_it_says_what_it_is() -> None:
    version = Plugin().servicer.GetPluginInfo(None, None).version
    assert version.startswith("7.")
    assert "stand-in" in version


def test_another_region_replaces_everything() -> None:
    plugin = Plugin()
    moved = {**SANDBOX, "region": "us-east-1"}
    answer = plugin.servicer.DiffConfig(_diff_request(SANDBOX, moved), plugin.context)
    assert list(answer.replaces) == ["region"]
    still = plugin.servicer.DiffConfig(_diff_request(SANDBOX, {**SANDBOX, "maxRetries": "2"}), plugin.context)
    assert still.changes == pb.DiffResponse.DIFF_NONE


def _diff_request(olds: dict[str, Any], news: dict[str, Any]) -> pb.DiffRequest:
    request = pb.DiffRequest()
    request.olds.update(olds)
    request.news.update(news)
    return request


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["Check", "Diff", "Create", "Read", "Update", "Delete"])
def test_an_unknown_type_is_refused_by_name(plugin: Plugin, method: str) -> None:
    request = {"Check": pb.CheckRequest, "Diff": pb.DiffRequest, "Create": pb.CreateRequest}.get(
        method, getattr(pb, f"{method}Request")
    )(urn=urn("aws:s3/bucket:Bucket"))
    with pytest.raises(AbortedError, match="resource type aws:s3/bucket:Bucket; known: aws:ec2/") as refused:
        getattr(plugin.servicer, method)(request, Context())
    assert refused.value.code == grpc.StatusCode.INVALID_ARGUMENT


def test_an_unknown_function_is_refused_by_name(plugin: Plugin) -> None:
    with pytest.raises(AbortedError, match="function aws:index/getPartition:getPartition"):
        plugin.servicer.Invoke(pb.InvokeRequest(tok="aws:index/getPartition:getPartition"), plugin.context)


@pytest.mark.parametrize("token", sorted(TYPES))
def test_an_unknown_property_is_refused_by_name(plugin: Plugin, token: str) -> None:
    _, failures = plugin.check(token, {"surprise": 1})
    assert f"property surprise of {token}; known: " in failures["surprise"]
    assert "stand-in" in failures["surprise"]


def test_an_output_is_no_input(plugin: Plugin) -> None:
    assert "state" in plugin.check(ENDPOINT, {**INTERFACE, "state": "x"})[1]


def test_nothing_is_done_before_it_is_configured() -> None:
    with pytest.raises(AbortedError, match="before it was configured"):
        Plugin().check(VPC, {})


def test_an_api_that_does_not_answer_is_one_readable_message(plugin: Plugin) -> None:
    inputs = plugin.inputs(VPC, {"cidrBlock": "10.0.0.0/16"})
    with pytest.raises(
        AbortedError, match=r"nothing answers at http://127\.0\.0\.1:1/?; is the sandbox's AWS API"
    ):
        plugin.create(VPC, inputs)


# --- the executable -------------------------------------------------------------------------------------------


def test_the_executable_serves_from_any_directory(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, str(EXECUTABLE)], stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            info = rpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty(), timeout=10)
        process.terminate()
    assert "stand-in" in info.version
    assert os.access(EXECUTABLE, os.X_OK)


def test_the_executable_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """The shell in between plays an engine that dies without ending its plugins."""
    script = f'"{sys.executable}" "{EXECUTABLE}" >port & while [ ! -s port ]; do sleep 0.1; done'
    shell = subprocess.run(["sh", "-c", script], cwd=tmp_path, timeout=30)
    port = int((tmp_path / "port").read_text())
    assert shell.returncode == 0
    deadline = time.monotonic() + 10
    while _answers(port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _answers(port)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# --- check --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "news", "expected"),
    [
        (VPC, {}, {"instanceTenancy": "default", "enableDnsSupport": True}),
        (VPC, {"enableDnsSupport": False}, {"enableDnsSupport": False}),
        (SUBNET, {"vpcId": "vpc-1"}, {"mapPublicIpOnLaunch": False, "ipv6Native": False}),
        (ENDPOINT, {"vpcId": "vpc-1"}, {"vpcEndpointType": "Gateway"}),
        (GROUP, {}, {"description": "Managed by Pulumi", "revokeRulesOnDelete": False}),
        (ROLE, {"assumeRolePolicy": POLICY}, {"maxSessionDuration": 3600, "path": "/"}),
        (ZONE, {}, {"comment": "Managed by Pulumi", "forceDestroy": False}),
    ],
)
def test_defaults(plugin: Plugin, token: str, news: dict[str, Any], expected: dict[str, Any]) -> None:
    inputs = plugin.inputs(token, news)
    assert expected.items() <= inputs.items()
    assert set(expected) - set(news) <= set(inputs["__defaults"])
    assert not set(news) & set(inputs["__defaults"])


def test_the_region_is_an_input_of_every_resource_that_has_one(plugin: Plugin) -> None:
    assert "region" not in plugin.inputs(ZONE, {})
    assert plugin.inputs(VPC, {})["region"] == "eu-west-1"
    assert plugin.inputs(VPC, {"region": "us-east-1"})["region"] == "us-east-1"


def test_a_required_property_is_asked_for(plugin: Plugin) -> None:
    _, failures = plugin.check(INGRESS, {"securityGroupId": "sg-1"})
    assert failures == {"ipProtocol": f"missing required property ipProtocol of {INGRESS}"}


@pytest.mark.parametrize("policy", ["{", "[]", '"*"'])
def test_a_policy_must_be_a_json_object(plugin: Plugin, policy: str) -> None:
    assert "invalid JSON" in plugin.check(ENDPOINT, {**INTERFACE, "policy": policy})[1]["policy"]


def test_a_name_cannot_begin_like_an_id(plugin: Plugin) -> None:
    assert "cannot begin with sg-" in plugin.check(GROUP, {"name": "sg-web"})[1]["name"]


def test_automatic_names(plugin: Plugin) -> None:
    first = plugin.inputs(GROUP, {})
    assert first["name"].startswith("thing-")
    assert len(first["name"]) == len("thing-") + 7
    assert first["name"] == plugin.inputs(GROUP, {})["name"]
    assert first["name"] != plugin.check(GROUP, {}, seed=b"other")[0]["name"]
    assert plugin.check(GROUP, {}, first, seed=b"other")[0]["name"] == first["name"]
    given = plugin.inputs(GROUP, {"name": "mine"})
    assert "name" not in given["__defaults"]
    assert plugin.inputs(GROUP, {}, given)["name"] != "mine"


def test_unknowns_and_empty_values_survive(plugin: Plugin) -> None:
    news = {
        "vpcId": UNKNOWN,
        "subnetIds": ["subnet-1", UNKNOWN],
        "policy": UNKNOWN,
        "tags": {},
        "routeTableIds": [],
    }
    assert news.items() <= plugin.inputs(ENDPOINT, news).items()


# --- preview ------------------------------------------------------------------------------------------------


def test_a_preview_knows_the_inputs_and_nothing_that_aws_fills_in(plugin: Plugin) -> None:
    outputs = plugin.create(ENDPOINT, plugin.inputs(ENDPOINT, {**INTERFACE, "vpcId": UNKNOWN}), preview=True)
    assert outputs["serviceName"] == INTERFACE["serviceName"]
    assert outputs["vpcEndpointType"] == "Interface"
    assert outputs["region"] == "eu-west-1"
    unknown = {name for name, value in outputs.items() if value == UNKNOWN}
    assert unknown >= {
        "id",
        "arn",
        "policy",
        "privateDnsEnabled",
        "dnsEntries",
        "prefixListId",
        "vpcId",
        "state",
    }
    assert unknown >= {"subnetIds", "routeTableIds", "securityGroupIds", "cidrBlocks", "networkInterfaceIds"}
    assert unknown >= {"tagsAll"}
    assert {"__defaults", "tags", "serviceNetworkArn"}.isdisjoint(outputs)


def test_a_preview_knows_no_member_of_a_set_with_an_unknown_one(plugin: Plugin) -> None:
    news = {**INTERFACE, "subnetIds": ["subnet-1", UNKNOWN], "tags": {"a": UNKNOWN}, "policy": SAME_POLICY}
    outputs = plugin.create(ENDPOINT, plugin.inputs(ENDPOINT, news), preview=True)
    assert outputs["subnetIds"] == UNKNOWN
    assert outputs["tags"] == outputs["tagsAll"] == {"a": UNKNOWN}
    assert outputs["policy"] == json.dumps(json.loads(SAME_POLICY), sort_keys=True, separators=(",", ":"))


def test_a_preview_of_an_update_keeps_what_stays(plugin: Plugin) -> None:
    olds = {**INTERFACE, "id": "vpce-1", "arn": "arn:1", "policy": POLICY, "subnetIds": ["subnet-1"]}
    news = plugin.inputs(ENDPOINT, {**INTERFACE, "subnetIds": ["subnet-1", UNKNOWN], "tags": {"a": "b"}})
    outputs = plugin.update(ENDPOINT, olds, news, INTERFACE, preview=True)
    assert outputs["arn"] == "arn:1"
    assert outputs["policy"] == olds["policy"]
    assert outputs["tagsAll"] == {"a": "b"}
    assert outputs["networkInterfaceIds"] == UNKNOWN


# --- diff ---------------------------------------------------------------------------------------------------

# token, property, old value, new value, replaces
CHANGES = [
    (ENDPOINT, "vpcId", "vpc-1", "vpc-2", True),
    (ENDPOINT, "vpcId", "vpc-1", UNKNOWN, True),
    (ENDPOINT, "serviceName", "com.amazonaws.eu-west-1.ssm", "com.amazonaws.eu-west-1.ec2", True),
    (ENDPOINT, "vpcEndpointType", "Interface", "GatewayLoadBalancer", True),
    (ENDPOINT, "serviceRegion", "eu-west-1", "us-east-1", True),
    (ENDPOINT, "region", "eu-west-1", "us-east-1", True),
    (ENDPOINT, "subnetIds", ["subnet-1"], ["subnet-1", "subnet-2"], False),
    (ENDPOINT, "subnetIds", ["subnet-1"], [UNKNOWN], False),
    (ENDPOINT, "securityGroupIds", ["sg-1"], ["sg-2"], False),
    (ENDPOINT, "routeTableIds", ["rtb-1"], [], False),
    (ENDPOINT, "policy", POLICY, POLICY.replace("Get", "Put"), False),
    (ENDPOINT, "policy", POLICY, UNKNOWN, False),
    (ENDPOINT, "privateDnsEnabled", True, False, False),
    (ENDPOINT, "tags", {"a": "b"}, {"a": "c"}, False),
    (VPC, "cidrBlock", "10.0.0.0/16", "10.1.0.0/16", True),
    (VPC, "enableDnsHostnames", True, False, False),
    (VPC, "instanceTenancy", "default", "dedicated", True),
    (VPC, "instanceTenancy", "dedicated", "default", False),
    (SUBNET, "vpcId", "vpc-1", "vpc-2", True),
    (SUBNET, "cidrBlock", "10.0.1.0/24", "10.0.2.0/24", True),
    (SUBNET, "availabilityZone", "eu-west-1a", "eu-west-1b", True),
    (SUBNET, "mapPublicIpOnLaunch", False, True, False),
    ("aws:ec2/routeTable:RouteTable", "vpcId", "vpc-1", "vpc-2", True),
    ("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", "subnet-1", "subnet-2", True),
    ("aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId", "rtb-1", "rtb-2", False),
    (GROUP, "name", "a", "b", True),
    (GROUP, "description", "a", "b", True),
    (GROUP, "vpcId", "vpc-1", "vpc-2", True),
    (GROUP, "revokeRulesOnDelete", False, True, False),
    (INGRESS, "securityGroupId", "sg-1", "sg-2", True),
    (INGRESS, "cidrIpv4", "10.0.0.0/8", "10.0.1.0/24", False),
    (INGRESS, "fromPort", 443, 80, False),
    (LEGACY, "cidrBlocks", ["10.0.0.0/8"], ["10.0.1.0/24"], True),
    (LEGACY, "fromPort", 443, 80, True),
    (LEGACY, "description", "a", "b", False),
    ("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "policy", POLICY, "", False),
    ("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "vpcEndpointId", "vpce-1", "vpce-2", True),
    ("aws:ec2/securityGroupAssociation:SecurityGroupAssociation", "securityGroupId", "sg-1", "sg-2", True),
    (ENDPOINT, "dnsOptions", {"dnsRecordIpType": "ipv4"}, {"dnsRecordIpType": "dualstack"}, False),
    (ENDPOINT, "ipAddressType", "ipv4", "dualstack", False),
    (ROLE, "name", "a", "b", True),
    (ROLE, "path", "/", "/nodes/", True),
    (ROLE, "assumeRolePolicy", POLICY, POLICY.replace("Get", "Put"), False),
    (ROLE, "managedPolicyArns", ["arn:1"], ["arn:2"], False),
    (ROLE, "maxSessionDuration", 3600, 7200, False),
    ("aws:iam/rolePolicy:RolePolicy", "role", "a", "b", True),
    ("aws:iam/rolePolicy:RolePolicy", "name", "a", "b", True),
    ("aws:iam/rolePolicy:RolePolicy", "policy", POLICY, UNKNOWN, False),
    ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", "a", "b", True),
    ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn", "arn:1", "arn:2", True),
    ("aws:iam/instanceProfile:InstanceProfile", "role", "a", "b", False),
    ("aws:iam/instanceProfile:InstanceProfile", "path", "/", "/nodes/", True),
    (ZONE, "name", "a.example.com", "b.example.com", True),
    (ZONE, "vpcs", [{"vpcId": "vpc-1", "vpcRegion": "eu-west-1"}], [{"vpcId": "vpc-2"}], False),
    (ZONE, "vpcs", [{"vpcId": "vpc-1"}], [{"vpcId": "vpc-1"}, {"vpcId": UNKNOWN}], False),
    (ZONE, "comment", "a", "b", False),
    (ZONE, "forceDestroy", False, True, False),
    (RECORD, "zoneId", "Z1", "Z2", True),
    (RECORD, "name", "a.example.com", "b.example.com", True),
    (RECORD, "type", "A", "AAAA", False),
    (RECORD, "ttl", 60, 30, False),
    (RECORD, "records", ["10.0.0.1"], ["10.0.0.2"], False),
    (RECORD, "aliases", [{"name": "a.aws", "zoneId": "Z1"}], [{"name": "b.aws", "zoneId": "Z1"}], False),
    ("aws:route53/zoneAssociation:ZoneAssociation", "vpcId", "vpc-1", "vpc-2", True),
    ("aws:route53/zoneAssociation:ZoneAssociation", "vpcRegion", "eu-west-1", "eu-west-2", True),
    ("aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization", "zoneId", "Z1", "Z2", True),
    (RESOLVER, "direction", "INBOUND", "OUTBOUND", True),
    (RESOLVER, "securityGroupIds", ["sg-1"], ["sg-2"], True),
    (RESOLVER, "ipAddresses", [{"subnetId": "a", "ip": "10.0.0.4"}], [{"subnetId": "b"}], False),
    (RESOLVER, "name", "a", "b", False),
]


@pytest.mark.parametrize(("token", "name", "old", "new", "replaces"), CHANGES)
def test_what_a_change_replaces(
    plugin: Plugin, token: str, name: str, old: Any, new: Any, replaces: bool
) -> None:
    base = {"vpcEndpointType": "Interface"} if token == ENDPOINT else {}
    old_inputs, new_inputs = {**base, name: old}, {**base, name: new}
    answer = plugin.diff(token, old_inputs, new_inputs, old_inputs)
    assert answer.changes == pb.DiffResponse.DIFF_SOME
    consequence = {"tags": ["tagsAll"], "subnetIds": ["networkInterfaceIds"]}.get(name, [])
    assert list(answer.diffs) == [name, *consequence]
    assert list(answer.replaces) == ([name] if replaces else [])
    kind = pb.PropertyDiff.UPDATE_REPLACE if replaces else pb.PropertyDiff.UPDATE
    assert answer.detailedDiff[name].kind == kind


@pytest.mark.parametrize(
    ("token", "name", "old", "new"),
    [
        (ENDPOINT, "policy", POLICY, SAME_POLICY),
        (ENDPOINT, "subnetIds", ["subnet-1", "subnet-2"], ["subnet-2", "subnet-1"]),
        (ENDPOINT, "tags", None, {}),
        (
            GROUP,
            "ingress",
            [{"protocol": "tcp", "self": False, "fromPort": 1}],
            [{"protocol": "tcp", "fromPort": 1}],
        ),
        (ROLE, "assumeRolePolicy", POLICY, SAME_POLICY),
        (ZONE, "name", "ssm.example.com", "SSM.example.com."),
        (ZONE, "vpcs", [{"vpcId": "vpc-1", "vpcRegion": "eu-west-1"}], [{"vpcId": "vpc-1"}]),
        (RECORD, "name", "ssm.example.com", "SSM.example.com."),
        (
            RECORD,
            "aliases",
            [{"name": "vpce-1.aws", "zoneId": "Z1"}],
            [{"name": "dualstack.VPCE-1.aws.", "zoneId": "Z1"}],
        ),
        (
            RESOLVER,
            "ipAddresses",
            [
                {"subnetId": "a", "ip": "10.0.0.4", "ipId": "rni-1"},
                {"subnetId": "a", "ip": "10.0.0.5", "ipId": "rni-2"},
            ],
            [{"subnetId": "a"}, {"subnetId": "a", "ip": "10.0.0.4"}],
        ),
    ],
)
def test_what_is_no_change(plugin: Plugin, token: str, name: str, old: Any, new: Any) -> None:
    answer = plugin.diff(token, {name: old}, {name: new}, {name: old})
    assert answer.changes == pb.DiffResponse.DIFF_NONE


def test_a_removed_property_that_aws_fills_in_keeps_its_value(plugin: Plugin) -> None:
    old = {
        **INTERFACE,
        "policy": POLICY,
        "privateDnsEnabled": True,
        "subnetIds": ["subnet-1"],
        "tags": {"a": "b"},
    }
    answer = plugin.diff(ENDPOINT, old, INTERFACE, old)
    assert list(answer.diffs) == ["tags", "tagsAll"]
    assert answer.detailedDiff["tags"].kind == pb.PropertyDiff.DELETE


def test_private_dns_of_another_type_than_interface_replaces(plugin: Plugin) -> None:
    answer = plugin.diff(ENDPOINT, {"privateDnsEnabled": False}, {"privateDnsEnabled": True})
    assert list(answer.replaces) == ["privateDnsEnabled"]


def test_another_kind_of_source_replaces_a_rule(plugin: Plugin) -> None:
    old, new = {"ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}, {"ipProtocol": "tcp", "prefixListId": "pl-1"}
    assert set(plugin.diff(INGRESS, old, new, old).replaces) == {"cidrIpv4", "prefixListId"}


def test_what_is_deleted_before_it_is_replaced(plugin: Plugin) -> None:
    def first(token: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
        return plugin.diff(token, old, new, old).deleteBeforeReplace

    assert first(LEGACY, {"toPort": 1}, {"toPort": 2})
    assert not first(LEGACY, {"description": "a"}, {"description": "b"})
    assert not first(ENDPOINT, {"vpcId": "vpc-1"}, {"vpcId": "vpc-2"})
    named = {"name": "web", "description": "a"}
    assert first(GROUP, named, {**named, "description": "b", "__defaults": []})
    assert first(GROUP, named, {"name": "other", "description": "a", "__defaults": []}), (
        "also under another name"
    )
    assert not first(GROUP, named, {**named, "description": "b", "__defaults": ["name"]}), "it was drawn"
    assert not first(GROUP, named, {**named, "description": "b"}), "from before there was such a list"


# --- the table is the SDK's ---------------------------------------------------------------------------------


def _sdk_class(token: str) -> Any:
    module, name = token.split(":")[1].split("/")[0], token.split(":")[2]
    return getattr(getattr(pulumi_aws, module), name)


def _property_names(cls: Any) -> dict[str, str]:
    """Python's names of a class's properties -> Pulumi's."""
    members = {name: member for name, member in vars(cls).items() if isinstance(member, property)}
    return {name: vars(member.fget)["_pulumi_name"] for name, member in members.items()}


@pytest.mark.parametrize("token", sorted(TYPES))
def test_the_table_uses_the_sdk_s_names(token: str) -> None:
    cls = _sdk_class(token)
    args = vars(sys.modules[cls.__module__])[f"{cls.__name__}Args"]
    assert cls.pulumi_type == token
    assert set(TYPES[token].properties) <= set(_property_names(cls).values())
    assert set(TYPES[token].inputs) <= set(_property_names(args).values())


@pytest.mark.parametrize("token", sorted(TYPES))
def test_the_table_requires_what_the_sdk_requires(token: str) -> None:
    cls = _sdk_class(token)
    args = vars(sys.modules[cls.__module__])[f"{cls.__name__}Args"]
    parameters = list(inspect.signature(args.__init__).parameters.values())[1:]
    names = _property_names(args)
    required = {names[each.name] for each in parameters if each.default is inspect.Parameter.empty}
    # The stand-in associates route tables with subnets only, so there the subnet is required too.
    extra = {"subnetId"} if token.endswith(":RouteTableAssociation") else set()
    assert {name for name, prop in TYPES[token].inputs.items() if prop.required} == required | extra


def test_every_type_has_a_handler() -> None:
    assert set(HANDLERS) == set(TYPES)
