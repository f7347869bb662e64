"""The stand-in's IAM, Route 53 and resolver types against moto, and what an endpoint says of its DNS."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from sandbox.aws_plugin import resources
from sandbox.aws_plugin.types import TYPES
from sandbox.aws_plugin.values import UNKNOWN, Values
from tests.sandbox.plugin import AbortedError, Plugin, filled, on_moto, round_trip

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"
ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
ASSOCIATION = "aws:route53/zoneAssociation:ZoneAssociation"
AUTHORIZATION = "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization"
RESOLVER = "aws:route53/resolverEndpoint:ResolverEndpoint"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
READ = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]}
)
ALIAS = {"name": "VPCE-1.ssm.eu-west-1.vpce.amazonaws.com.", "zoneId": "Z1", "evaluateTargetHealth": False}


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    """Configured for a moto server of its own."""
    with on_moto() as made:
        yield made


@pytest.fixture(scope="module")
def world(plugin: Plugin) -> dict[str, str]:
    """What the resources under test refer to, by short names."""
    ids: dict[str, str] = {}
    for n in ("1", "2"):
        vpc = plugin.make("aws:ec2/vpc:Vpc", {"cidrBlock": f"10.{n}.0.0/16"})["id"]
        ids[f"vpc{n}"] = vpc
    for n, letter in (("1", "a"), ("2", "b"), ("3", "c")):
        place = {
            "vpcId": ids["vpc1"],
            "cidrBlock": f"10.1.{n}.0/24",
            "availabilityZone": f"eu-west-1{letter}",
        }
        ids[f"subnet{n}"] = plugin.make("aws:ec2/subnet:Subnet", place)["id"]
    group = {"vpcId": ids["vpc1"], "name": "resolver"}
    ids["group"] = plugin.make("aws:ec2/securityGroup:SecurityGroup", group)["id"]
    for n in ("1", "2"):
        ids[f"role{n}"] = plugin.make(ROLE, {"name": f"node{n}", "assumeRolePolicy": TRUST})["id"]
        made = plugin.api("iam").create_policy(PolicyName=f"read{n}", PolicyDocument=READ)
        ids[f"arn{n}"] = made["Policy"]["Arn"]
    zone = {"name": "shared.example.com", "vpcs": [{"vpcId": ids["vpc1"]}]}
    return ids | {"zone": plugin.make(ZONE, zone)["id"]}


# token, inputs, what an update in place changes (None: nothing can be changed in place)
CASES: list[tuple[str, Values, Values | None]] = [
    (ROLE, {"assumeRolePolicy": TRUST}, {"description": "nodes", "tags": {"a": "b"}}),
    (
        ROLE,
        {
            "name": "managed",
            "path": "/nodes/",
            "assumeRolePolicy": TRUST,
            "managedPolicyArns": ["@arn1"],
            "permissionsBoundary": "@arn1",
            "description": "one",
            "tags": {"a": "b", "c": "d"},
        },
        {
            "assumeRolePolicy": TRUST.replace("ec2", "ssm"),
            "managedPolicyArns": ["@arn2"],
            "maxSessionDuration": 7200,
            "tags": {"a": "c"},
        },
    ),
    (POLICY, {"role": "@role1", "policy": READ}, {"policy": READ.replace("Get", "Put")}),
    (ATTACHMENT, {"role": "@role1", "policyArn": "@arn1"}, None),
    (
        PROFILE,
        {"role": "@role1", "path": "/nodes/", "tags": {"a": "b"}},
        {"role": "@role2", "tags": {"a": "c"}},
    ),
    (PROFILE, {"name": "empty"}, {"role": "@role1"}),
    (
        ZONE,
        {"name": "Ssm.Eu-West-1.amazonaws.com.", "vpcs": [{"vpcId": "@vpc1"}], "tags": {"a": "b"}},
        {"vpcs": [{"vpcId": "@vpc2", "vpcRegion": "eu-west-1"}], "comment": "hub", "tags": {"a": "c"}},
    ),
    (
        ZONE,
        {"name": "two.example.com", "vpcs": [{"vpcId": "@vpc1"}, {"vpcId": "@vpc2"}]},
        {"vpcs": [{"vpcId": "@vpc2"}], "forceDestroy": True},
    ),
    (ZONE, {"name": "public.example.com"}, {"comment": "everybody"}),
    (
        RECORD,
        {"zoneId": "@zone", "name": "shared.example.com", "type": "A", "aliases": [ALIAS]},
        {"aliases": [{**ALIAS, "zoneId": "Z2"}]},
    ),
    (
        RECORD,
        {"zoneId": "@zone", "name": "plain", "type": "A", "ttl": 60, "records": ["10.0.0.2", "10.0.0.1"]},
        {"ttl": 30, "records": ["10.0.0.3"]},
    ),
    (
        RECORD,
        {"zoneId": "@zone", "name": "*.Shared.example.com.", "type": "A", "ttl": 60, "records": ["10.0.0.1"]},
        {"type": "TXT", "records": ["some text"]},
    ),
    (ASSOCIATION, {"zoneId": "@zone", "vpcId": "@vpc2"}, None),
    (
        RESOLVER,
        {
            "direction": "INBOUND",
            "ipAddresses": [{"subnetId": "@subnet1"}, {"subnetId": "@subnet2", "ip": "10.1.2.10"}],
            "securityGroupIds": ["@group"],
            "tags": {"a": "b"},
        },
        {
            "name": "inbound",
            "ipAddresses": [{"subnetId": "@subnet1"}, {"subnetId": "@subnet3", "ip": "10.1.3.10"}],
            "tags": {"c": "d"},
        },
    ),
]


def test_every_other_type_has_a_round_trip() -> None:
    tested = {token for token, _, _ in CASES} | {AUTHORIZATION}
    assert tested == {each for each in TYPES if each[:8] not in ("aws:ec2/", "aws:vpc/")}


@pytest.mark.parametrize(
    ("token", "news", "change"), CASES, ids=[f"{case[0].split(':')[2]}-{n}" for n, case in enumerate(CASES)]
)
def test_round_trip(
    plugin: Plugin, world: dict[str, str], token: str, news: Values, change: Values | None
) -> None:
    news = filled(news, world)
    round_trip(plugin, token, news, change and {**news, **filled(change, world)})


def _imported(plugin: Plugin, token: str, id_: str) -> tuple[Values, Values]:
    found = plugin.read(token, id_, {}, {})
    assert found is not None
    outputs, inputs = found
    assert set(inputs) - {"__defaults"} <= set(TYPES[token].inputs)
    checked = plugin.inputs(token, {name: value for name, value in inputs.items() if name != "__defaults"})
    assert plugin.diff(token, outputs, checked, inputs).changes == pb.DiffResponse.DIFF_NONE
    return outputs, inputs


# --- IAM ----------------------------------------------------------------------------------------------------


def test_iam_is_imported_by_name(plugin: Plugin, world: dict[str, str]) -> None:
    plugin.make(POLICY, {"role": "node2", "name": "inline", "policy": READ})
    plugin.make(ATTACHMENT, {"role": "node2", "policyArn": world["arn2"]})
    profile = plugin.make(PROFILE, {"name": "node2", "role": "node2"})
    role, _ = _imported(plugin, ROLE, "node2")
    assert role["arn"] == "arn:aws:iam::123456789012:role/node2"
    assert json.loads(role["assumeRolePolicy"]) == json.loads(TRUST)
    assert role["managedPolicyArns"] == [world["arn2"]]
    assert [each["name"] for each in role["inlinePolicies"]] == ["inline"]
    policy, _ = _imported(plugin, POLICY, "node2:inline")
    assert policy["policy"].startswith('{"Version":"2012-10-17","Statement":[{"Action":')
    assert json.loads(policy["policy"]) == json.loads(READ)
    assert _imported(plugin, ATTACHMENT, f"node2/{world['arn2']}")[0]["role"] == "node2"
    assert _imported(plugin, PROFILE, "node2")[0]["arn"] == profile["arn"]
    with pytest.raises(AbortedError, match="'node2' should have the form role:policy"):
        plugin.read(POLICY, "node2", {}, {})


@pytest.mark.parametrize("kind", [ATTACHMENT, POLICY])
def test_a_role_with_policies_of_others_is_deleted_by_force_only(
    plugin: Plugin, world: dict[str, str], kind: str
) -> None:
    state = plugin.make(ROLE, {"name": "kept", "assumeRolePolicy": TRUST})
    more = {ATTACHMENT: {"policyArn": world["arn1"]}, POLICY: {"name": "inline", "policy": READ}}[kind]
    plugin.make(kind, {"role": "kept", **more})
    with pytest.raises(AbortedError, match="DeleteConflict"):
        plugin.delete(ROLE, state)
    plugin.delete(ROLE, {**state, "forceDetachPolicies": True})
    assert plugin.read(ROLE, "kept", state, {}) is None


def test_an_attached_policy_must_exist(plugin: Plugin, world: dict[str, str]) -> None:
    with pytest.raises(AbortedError, match=r"NoSuchEntity.*policy/none does not exist"):
        plugin.make(ATTACHMENT, {"role": world["role1"], "policyArn": "arn:aws:iam::aws:policy/none"})


def test_a_profile_whose_role_is_missing_leaves_nothing_behind(plugin: Plugin) -> None:
    with pytest.raises(AbortedError, match="NoSuchEntity"):
        plugin.make(PROFILE, {"name": "orphan", "role": "nobody"})
    assert plugin.read(PROFILE, "orphan", {}, {}) is None


def test_a_profile_whose_deletion_was_interrupted_is_deleted(plugin: Plugin, world: dict[str, str]) -> None:
    state = plugin.make(PROFILE, {"name": "halfway", "role": world["role1"]})
    plugin.api("iam").remove_role_from_instance_profile(
        InstanceProfileName="halfway", RoleName=world["role1"]
    )
    plugin.delete(PROFILE, state)
    assert plugin.read(PROFILE, "halfway", state, {}) is None


# --- Route 53 -----------------------------------------------------------------------------------------------


def test_a_private_zone_answers_the_vpcs_it_names(plugin: Plugin, world: dict[str, str]) -> None:
    inputs = plugin.inputs(ZONE, {"name": "in.example.com", "vpcs": [{"vpcId": world["vpc1"]}]})
    promised = plugin.create(ZONE, inputs, preview=True)
    assert promised["vpcs"] == [{"vpcId": world["vpc1"], "vpcRegion": UNKNOWN}]
    state = plugin.create(ZONE, inputs)
    assert state["vpcs"] == [{"vpcId": world["vpc1"], "vpcRegion": "eu-west-1"}]
    assert state["arn"] == f"arn:aws:route53:::hostedzone/{state['id']}"
    assert (state["zoneId"], state["comment"]) == (state["id"], "Managed by Pulumi")
    assert state["nameServers"]
    plugin.make(ASSOCIATION, {"zoneId": state["id"], "vpcId": world["vpc2"]})
    outputs, refreshed = plugin.read(ZONE, state["id"], state, inputs) or ({}, {})
    assert {each["vpcId"] for each in outputs["vpcs"]} == {world["vpc1"], world["vpc2"]}
    assert list(plugin.diff(ZONE, outputs, inputs, refreshed).diffs) == ["vpcs"]
    plugin.delete(ZONE, outputs)  # as with AWS, associations do not keep a zone
    assert plugin.read(ZONE, state["id"], state, {}) is None


def test_a_vpc_is_associated_once(plugin: Plugin, world: dict[str, str]) -> None:
    with pytest.raises(AbortedError, match=r"ConflictingDomainExists: .* already been associated"):
        plugin.make(ASSOCIATION, {"zoneId": world["zone"], "vpcId": world["vpc1"]})


def test_the_last_vpc_of_a_zone_stays(plugin: Plugin, world: dict[str, str]) -> None:
    state = plugin.make(ZONE, {"name": "last.example.com", "vpcs": [{"vpcId": world["vpc1"]}]})
    made = {"id": f"{state['id']}:{world['vpc1']}", "zoneId": state["id"], "vpcId": world["vpc1"]}
    with pytest.raises(AbortedError, match="LastVPCAssociation"):
        plugin.delete(ASSOCIATION, made)
    plugin.delete(ZONE, state)
    plugin.delete(ASSOCIATION, made)


def test_records_keep_a_zone_unless_it_is_forced(plugin: Plugin, world: dict[str, str]) -> None:
    state = plugin.make(ZONE, {"name": "full.example.com", "vpcs": [{"vpcId": world["vpc1"]}]})
    plugin.make(RECORD, {"zoneId": state["id"], "name": "a", "type": "A", "aliases": [ALIAS]})
    plugin.make(RECORD, {"zoneId": state["id"], "name": "b", "type": "A", "ttl": 1, "records": ["10.0.0.1"]})
    with pytest.raises(AbortedError, match="HostedZoneNotEmpty"):
        plugin.delete(ZONE, state)
    plugin.delete(ZONE, {**state, "forceDestroy": True})
    assert plugin.read(ZONE, state["id"], state, {}) is None


def test_route_53_is_imported_by_id(plugin: Plugin, world: dict[str, str]) -> None:
    zone, _ = _imported(plugin, ZONE, world["zone"])
    assert zone["name"] == "shared.example.com"
    record = plugin.make(
        RECORD, {"zoneId": world["zone"], "name": "shared.example.com", "type": "A", "aliases": [ALIAS]}
    )
    assert record["id"] == f"{world['zone']}_shared.example.com_A"
    outputs, _ = _imported(plugin, RECORD, record["id"])
    assert outputs["aliases"] == [{**ALIAS, "name": "vpce-1.ssm.eu-west-1.vpce.amazonaws.com"}]
    with pytest.raises(AbortedError, match="should have the form zone_name_type"):
        plugin.read(RECORD, "nonsense", {}, {})
    plugin.delete(RECORD, record)
    association = plugin.make(ASSOCIATION, {"zoneId": world["zone"], "vpcId": world["vpc2"]})
    assert association["id"] == f"{world['zone']}:{world['vpc2']}:eu-west-1"
    assert association["owningAccount"] == "123456789012"
    outputs, _ = _imported(plugin, ASSOCIATION, f"{world['zone']}:{world['vpc2']}")
    assert outputs["vpcRegion"] == "eu-west-1"
    plugin.delete(ASSOCIATION, association)


def test_a_record_is_not_overwritten_unasked(plugin: Plugin, world: dict[str, str]) -> None:
    news = {"zoneId": world["zone"], "name": "once", "type": "A", "ttl": 60, "records": ["10.0.0.1"]}
    plugin.make(RECORD, news)
    for records in (["10.0.0.1"], ["10.0.0.2"]):
        with pytest.raises(AbortedError, match=r"name='once.shared.example.com.', type='A'\] but it already"):
            plugin.make(RECORD, {**news, "records": records})
    state = plugin.make(RECORD, {**news, "records": ["10.0.0.2"], "allowOverwrite": True})
    assert state["records"] == ["10.0.0.2"]
    plugin.delete(RECORD, state)


@pytest.mark.parametrize("more", [{}, {"aliases": [ALIAS], "records": ["10.0.0.1"]}])
def test_a_record_is_an_alias_or_has_values(plugin: Plugin, world: dict[str, str], more: Values) -> None:
    with pytest.raises(AbortedError, match='"aliases" or "records"'):
        plugin.make(RECORD, {"zoneId": world["zone"], "name": "x", "type": "A", **more})


def test_an_authorization_can_be_previewed_and_is_refused(plugin: Plugin, world: dict[str, str]) -> None:
    inputs = plugin.inputs(AUTHORIZATION, {"zoneId": world["zone"], "vpcId": world["vpc2"]})
    promised = plugin.create(AUTHORIZATION, inputs, preview=True)
    known = {"zoneId": world["zone"], "vpcId": world["vpc2"]}
    assert promised == {**known, "id": UNKNOWN, "vpcRegion": UNKNOWN}
    with pytest.raises(AbortedError, match=r"no CreateVPCAssociationAuthorization: .* can be previewed"):
        plugin.create(AUTHORIZATION, inputs)
    with pytest.raises(AbortedError, match="no CreateVPCAssociationAuthorization"):
        plugin.read(AUTHORIZATION, "zone:vpc", {}, {})


# --- the resolver -------------------------------------------------------------------------------------------


def test_a_resolver_endpoint_tells_its_addresses(plugin: Plugin, world: dict[str, str]) -> None:
    news = {
        "direction": "INBOUND",
        "ipAddresses": [{"subnetId": world["subnet1"]}, {"subnetId": world["subnet2"], "ip": "10.1.2.20"}],
        "securityGroupIds": [world["group"]],
    }
    inputs = plugin.inputs(RESOLVER, news)
    unknown = dict.fromkeys(("ip", "ipId", "ipv6"), UNKNOWN)
    assert plugin.create(RESOLVER, inputs, preview=True)["ipAddresses"] == [
        {**unknown, "subnetId": world["subnet1"]},
        {**unknown, "subnetId": world["subnet2"], "ip": "10.1.2.20"},
    ]
    state = plugin.create(RESOLVER, inputs)
    assert state["hostVpcId"] == world["vpc1"]
    assert state["arn"].endswith(f":resolver-endpoint/{state['id']}")
    assert all(
        set(each) == {"subnetId", "ip", "ipId", "ipv6"} and each["ip"] and each["ipId"]
        for each in state["ipAddresses"]
    )
    by_subnet = {each["subnetId"]: each["ip"] for each in state["ipAddresses"]}
    assert by_subnet[world["subnet2"]] == "10.1.2.20"
    assert by_subnet[world["subnet1"]].startswith("10.1.1.")
    moved = plugin.inputs(RESOLVER, {**news, "direction": "OUTBOUND"}, inputs)
    assert list(plugin.diff(RESOLVER, state, moved, inputs).replaces) == ["direction"]
    kept = plugin.update(RESOLVER, state, inputs, inputs, preview=True)
    assert kept["ipAddresses"] == state["ipAddresses"]
    outputs, _ = _imported(plugin, RESOLVER, state["id"])
    assert outputs == state
    plugin.delete(RESOLVER, state)


def test_what_moto_ignores_of_a_resolver_endpoint_is_an_error(
    plugin: Plugin, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "AS_BEFORE_SECONDS", 0.0)
    news = {
        "direction": "INBOUND",
        "ipAddresses": [{"subnetId": world["subnet1"]}, {"subnetId": world["subnet2"]}],
        "securityGroupIds": [world["group"]],
        "protocols": ["DoH"],
    }
    with pytest.raises(AbortedError, match=r"ignored property protocols: asked \['DoH'\], got \[\]"):
        plugin.make(RESOLVER, news)
    assert not plugin.api("route53resolver").list_resolver_endpoints()["ResolverEndpoints"]


# --- an endpoint's DNS --------------------------------------------------------------------------------------

OPTIONS = {"dnsRecordIpType": "ipv4", "privateDnsOnlyForInboundResolverEndpoint": True}


def _interface(world: dict[str, str], service: str, **more: Any) -> Values:
    name = f"com.amazonaws.eu-west-1.{service}"
    return {"vpcId": world["vpc1"], "serviceName": name, "vpcEndpointType": "Interface", **more}


def test_dns_options_and_address_type_stay_as_they_were_given(plugin: Plugin, world: dict[str, str]) -> None:
    news = _interface(world, "s3", dnsOptions=OPTIONS, ipAddressType="ipv4")
    changed = {
        **news,
        "dnsOptions": {**OPTIONS, "dnsRecordIpType": "dualstack"},
        "ipAddressType": "dualstack",
    }
    round_trip(plugin, ENDPOINT, news, changed)


def test_without_them_nothing_is_claimed(plugin: Plugin, world: dict[str, str]) -> None:
    inputs = plugin.inputs(ENDPOINT, _interface(world, "ssm"))
    promised = plugin.create(ENDPOINT, inputs, preview=True)
    assert promised["dnsOptions"] == promised["ipAddressType"] == UNKNOWN
    state = plugin.create(ENDPOINT, inputs)
    assert "dnsOptions" not in state
    assert state["ipAddressType"] == ""
    plugin.delete(ENDPOINT, state)


def test_only_s3_hears_of_inbound_resolver_endpoints(
    plugin: Plugin, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ec2 = plugin.servicer.clients["eu-west-1"]("ec2")
    heard: list[Values] = []
    create = ec2.create_vpc_endpoint

    def listen(**request: Any) -> Any:
        heard.append(request)
        return create(**request)

    monkeypatch.setattr(ec2, "create_vpc_endpoint", listen)
    for service in ("s3", "ssm"):
        plugin.delete(ENDPOINT, plugin.make(ENDPOINT, _interface(world, service, dnsOptions=OPTIONS)))
    s3, ssm = (request["DnsOptions"] for request in heard)
    assert s3 == {"DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolverEndpoint": True}
    assert ssm == {"DnsRecordIpType": "ipv4"}


def test_an_endpoint_that_exists_is_read_by_its_id_alone(plugin: Plugin, world: dict[str, str]) -> None:
    news = _interface(
        world, "ssm", subnetIds=[world["subnet1"]], securityGroupIds=[world["group"]], privateDnsEnabled=True
    )
    state = plugin.make(ENDPOINT, news)
    found = plugin.read(ENDPOINT, state["id"], {}, {})
    assert found is not None
    assert found[0] == state
    assert state["dnsEntries"][0]["hostedZoneId"]
    assert len(state["networkInterfaceIds"]) == 1
    plugin.delete(ENDPOINT, state)
