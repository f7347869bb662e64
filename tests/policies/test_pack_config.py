"""The pack's configuration: every wrong value is named with what is allowed, all in one message."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from policies import pack_config
from policies.pack_config import Elsewhere, NodeSubnet, PackConfig, PackConfigError, names, read


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"scop": "auto"}, "'scop' is not a property; did you mean scope?; allowed: profile, features"),
        ({"scope": "allways"}, "scope is 'allways'; did you mean always?; allowed: auto, always"),
        ({"profile": 7}, "profile is 7; allowed is a string"),
        ({"features": []}, r"features is []; allowed is an object with vssSnapshots"),
        ({"features": {"windows": "yes"}}, "features.windows is 'yes'; allowed is true or false"),
        ({"minimumZones": 1.5}, "minimumZones is 1.5; allowed is a number from 1 on"),
        ({"minimumZones": 0}, "minimumZones is 0; allowed is a number from 1 on"),
        ({"minimumZones": True}, "minimumZones is True"),
        ({"maxMonthlyUsd": -1}, "maxMonthlyUsd is -1; allowed is US dollars a month, like 250"),
        ({"maxMonthlyUsd": "50"}, "maxMonthlyUsd is '50'"),
        ({"maxMonthlyUsd": float("nan")}, "maxMonthlyUsd is nan"),
        ({"endpointHourUsd": float("inf")}, "endpointHourUsd is inf"),
        ({"endpointHourUsd": False}, "endpointHourUsd is False"),
        (
            {"endpointHourUsd": 0},
            "endpointHourUsd is 0; allowed is US dollars per endpoint, zone and hour, like 0.011",
        ),
        (
            {"minimumAgentVersion": "3.3"},
            "minimumAgentVersion is '3.3'; allowed is four numbers, like \"3.3.40.0\"",
        ),
        ({"minimumAgentVersion": "3.3.40.0\n"}, "allowed is four numbers"),
        (
            {"awsManaged": {"aws-ssm": "a*"}},
            "awsManaged.aws-ssm is 'a*'; allowed is one exact bucket name, no wildcard",
        ),
        (
            {"requiredBuckets": ["Bad_Name"]},
            "requiredBuckets[0] is 'Bad_Name'; allowed is one exact bucket name",
        ),
        (
            {"trustedSecurityGroups": ["sg-1"]},
            "trustedSecurityGroups[0] is 'sg-1'; allowed is a security group's id",
        ),
        ({"sharedEndpoints": [{"vpc": "*", "services": ["ssm"]}]}, "sharedEndpoints[0] has no where"),
        (
            {"sharedEndpoints": [{"vpc": "*", "services": ["s3"], "where": "hub"}]},
            "does not extend out of its VPC",
        ),
        (
            {"nodeSubnets": [{"vpcId": "*", "id": "s", "cidr": "ten"}]},
            "nodeSubnets[0].cidr is 'ten'; allowed is an IPv4",
        ),
        ({"waivers": [{}]}, "waivers[0] has no owner; allowed is who answers for it"),
        (
            {"waivers": [{"urn": "net"}]},
            "waivers[0].urn is 'net'; allowed is a URN, or a pattern of URNs with *",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(config: dict[str, Any], said: str) -> None:
    with pytest.raises(PackConfigError) as caught:
        read(config)
    assert said in str(caught.value)


def test_everything_that_is_wrong_is_one_message() -> None:
    with pytest.raises(PackConfigError) as caught:
        read({"scop": "auto", "onUnknown": "ignore", "minimumZones": 0})
    for said in ("'scop'", "onUnknown is 'ignore'", "minimumZones is 0"):
        assert said in str(caught.value)


def test_integers_arrive_as_floats() -> None:
    assert read({"minimumZones": 3.0}).minimum_zones == 3


def test_a_node_subnet_is_told_once() -> None:
    one, two = {"vpcId": "vpc-1", "id": "subnet-1"}, {"vpcId": "vpc-1", "id": "subnet-2"}
    assert len(read({"nodeSubnets": [one, two]}).node_subnets) == 2
    with pytest.raises(PackConfigError, match=r"nodeSubnets\[2\] is nodeSubnets\[0\] again"):
        read({"nodeSubnets": [one, two, {**one, "cidr": "10.0.1.0/24"}]})
    # A subnet is in one VPC, however that is named; a pattern stands for another subnet in each VPC.
    with pytest.raises(PackConfigError, match=r"nodeSubnets\[1\] is nodeSubnets\[0\] again"):
        read({"nodeSubnets": [one, {**one, "vpcId": "*"}]})
    pattern = {"vpcId": "vpc-1", "id": "urn:*private*"}
    assert len(read({"nodeSubnets": [pattern, {**pattern, "vpcId": "vpc-2"}]}).node_subnets) == 2


def test_features_that_are_turned_off_are_remembered_as_such() -> None:
    config = read({"features": {"windows": False, "kmsEncryption": True}})
    assert config.features_off == {"windows"}
    assert "kmsEncryption" in config.features
    assert "windows" not in config.features
    assert "vssSnapshots" in config.features


def test_the_schema_says_what_an_owner_may_write(snapshot: SnapshotAssertion) -> None:
    """The engine shows it, and refuses what does not fit; owners' files are written against it."""
    pack_config.schema.cache_clear()
    assert pack_config.schema().properties == snapshot
    pack_config.schema.cache_clear()


HUB = {"vpc": "vpc-0123456789abcdef0", "services": ["ssm", "com.amazonaws.eu-west-1.sts"], "where": "the hub"}
OTHER = {"vpc": "urn:pulumi:*::net", "services": ["s3"], "where": "the network stack"}


def test_what_is_not_said_is_the_default() -> None:
    said = read({})
    assert said == PackConfig()
    assert (said.profile, said.scope, said.on_unknown) == ("current", "auto", "fail")
    assert said.features == {"patchManager", "distributor", "vssSnapshots", "windows"}
    assert said.minimum_zones == 2
    assert (said.max_monthly_usd, said.endpoint_hour_usd) == (None, None)
    assert said.minimum_agent_version == ""
    assert (said.seen, said.perhaps, said.aws_managed) == ({}, {}, {})


def test_everything_that_is_said_is_read() -> None:
    config = {
        "profile": "seed",
        "features": {"macos": True, "windows": False},
        "minimumAgentVersion": "3.3.40.0",
        "requiredServices": ["kms", "com.amazonaws.eu-west-1.sts"],
        "requiredBuckets": ["acme-agents"],
        "awsManaged": {"aws-ssm": "acme-found-this-one"},
        "sharedEndpoints": [HUB],
        "existingEndpoints": [OTHER],
        "hostedZones": [HUB, OTHER],
        "nodeSubnets": [
            {
                "vpcId": "*",
                "id": "subnet-0123456789abcdef0",
                "cidr": "10.0.1.0/24",
                "ipv6Cidr": "2001:db8::/64",
                "availabilityZone": "eu-west-1a",
                "routeTableId": "rtb-0123456789abcdef0",
            },
            {"vpcId": "vpc-0123456789abcdef0", "id": "subnet-0123456789abcdef1"},
        ],
        "minimumZones": 3,
        "maxMonthlyUsd": 87.6,
        "endpointHourUsd": 0.0117,
        "trustedSecurityGroups": ["sg-0123456789abcdef0"],
        "scope": "always",
        "onUnknown": "warn",
    }
    hub = Elsewhere("vpc-0123456789abcdef0", ("ssm", "com.amazonaws.eu-west-1.sts"), "the hub")
    other = Elsewhere("urn:pulumi:*::net", ("s3",), "the network stack")
    assert read(config) == PackConfig(
        profile="seed",
        features=frozenset({"patchManager", "distributor", "vssSnapshots", "macos"}),
        features_off=frozenset({"windows"}),
        minimum_agent_version="3.3.40.0",
        required_services=("kms", "com.amazonaws.eu-west-1.sts"),
        required_buckets=("acme-agents",),
        aws_managed={"aws-ssm": "acme-found-this-one"},
        shared_endpoints=(hub,),
        existing_endpoints=(other,),
        hosted_zones=(hub, other),
        node_subnets=(
            NodeSubnet(
                "*",
                "subnet-0123456789abcdef0",
                "10.0.1.0/24",
                "2001:db8::/64",
                "eu-west-1a",
                "rtb-0123456789abcdef0",
            ),
            NodeSubnet("vpc-0123456789abcdef0", "subnet-0123456789abcdef1", "", "", "", ""),
        ),
        minimum_zones=3,
        max_monthly_usd=Decimal("87.6"),
        endpoint_hour_usd=Decimal("0.0117"),
        trusted_security_groups=frozenset({"sg-0123456789abcdef0"}),
        scope="always",
        on_unknown="warn",
    )
    assert replace(read({"minimumZones": 3.0}), minimum_zones=2) == PackConfig()


def test_a_hub_cannot_share_a_gateway_endpoint_by_whichever_name() -> None:
    wrong = [HUB, {**HUB, "services": ["ssm", "com.amazonaws.eu-west-1.s3"]}, {**HUB, "services": ["s3"]}]
    with pytest.raises(PackConfigError) as caught:
        read({"sharedEndpoints": wrong})
    why = (
        "names s3: a gateway endpoint does not extend out of its VPC, so every VPC needs its own; "
        "one that another stack has put into this VPC belongs to existingEndpoints"
    )
    assert str(caught.value) == f"sharedEndpoints[1].services {why}; sharedEndpoints[2].services {why}"
    # Its name does not end in a label of its own.
    assert read(
        {"sharedEndpoints": [{**HUB, "services": ["com.amazonaws.eu-west-1.my-s3"]}]}
    ).shared_endpoints


@pytest.mark.parametrize(
    ("pattern", "keys", "named"),
    [
        ("*", (), True),
        ("*", (None,), True),
        ("vpc-1", ("urn:pulumi:dev::net", "vpc-1"), True),
        ("vpc-1", ("urn:pulumi:dev::net", "vpc-12"), False),
        ("urn:*::net", ("urn:pulumi:dev::net", None), True),
        ("urn:*::net", ("urn:pulumi:dev::net2", None), False),
        ("None", (None,), False),
        ("vpc-1", (), False),
    ],
)
def test_a_thing_is_named_by_its_id_its_urn_or_a_pattern_of_urns(
    pattern: str, keys: tuple[object, ...], named: bool
) -> None:
    assert names(pattern, *keys) is named
