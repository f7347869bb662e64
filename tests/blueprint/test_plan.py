"""The plan: what is built in every Region, and laws that hold for every plan."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from blueprint import plan as planner
from blueprint.catalog import load
from blueprint.plan import GivenNetwork, Plan, PlannedNetwork
from blueprint.settings import SettingsError, parse
from tests.blueprint.aws_table import TABLE

CATALOG = load()
ALL_FEATURES = dict.fromkeys(CATALOG.features, True)
STACK = "Pulumi.test.yaml"


def stack(region: str, **config: Any) -> dict[str, Any]:
    """A stack's configuration with a network to create in `region`."""
    network = {"create": {"cidr": "10.0.0.0/16", "availabilityZones": [f"{region}a", f"{region}b"]}}
    own = {"network": network, **config}
    # Pulumi hands plain strings over as they are and everything else as JSON.
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in own.items()}
    return {"aws:region": region, **{f"ssm-vpc-endpoints:{key}": text for key, text in texts.items()}}


def make(region: str, **config: Any) -> Plan:
    return planner.make(parse(stack(region, **config), stack_file=STACK), stack_file=STACK)


def unpublished(region: str) -> dict[str, str]:
    """Names for the families that AWS does not publish in `region`, which the owner has to give."""
    families = [f for f in CATALOG.buckets.values() if not f.legacy]
    return {f.id: f"given-{f.id}" for f in families if CATALOG.region(region).bucket(f) is None}


def described(plan: Plan) -> str:
    """A plan as text that a reviewer can read."""
    statements = json.loads(plan.gateway_endpoint.policy)["Statement"]
    arns = [f"  {statement['Action']} {arn}" for statement in statements for arn in statement["Resource"]]
    return "\n".join([*plan.services, *arns])


@pytest.mark.parametrize("region", CATALOG.regions)
def test_the_plan_with_every_feature_is_the_reviewed_one(region: str, snapshot: SnapshotAssertion) -> None:
    config = {"minimumAgentVersion": "3.3.40.0"} if CATALOG.region(region).services_unknown else {}
    plan = make(region, features=ALL_FEATURES, buckets={"awsManaged": unpublished(region)}, **config)
    assert described(plan) == snapshot


@pytest.mark.parametrize("region", TABLE)
def test_the_default_plan_has_the_seeds_endpoints_and_the_buckets_of_aws_table(region: str) -> None:
    patch, snapshot_suffix, ec2messages = TABLE[region]
    plan = make(region)
    services = ["ssm", "ssmmessages", *(["ec2messages"] if ec2messages else []), "ec2", "s3"]
    assert plan.services == tuple(f"com.amazonaws.{region}.{service}" for service in services)
    assert set(plan.buckets) == {
        f"aws-ssm-{region}",
        f"amazon-ssm-{region}",
        f"aws-windows-downloads-{region}",
        f"patch-baseline-snapshot-{region}" + (f"-{snapshot_suffix}" if snapshot_suffix else ""),
        f"aws-patch-manager-{region}-{patch}",
        f"{region}-birdwatcher-prod",
    }


def test_new_agents_need_no_ec2messages_and_the_one_before_does() -> None:
    assert (
        "com.amazonaws.eu-west-1.ec2messages"
        not in make("eu-west-1", minimumAgentVersion="3.3.40.0").services
    )
    assert (
        "com.amazonaws.eu-west-1.ec2messages"
        not in make("eu-west-1", minimumAgentVersion="10.0.0.0").services
    )
    assert (
        "com.amazonaws.eu-west-1.ec2messages" in make("eu-west-1", minimumAgentVersion="3.3.39.999").services
    )


@pytest.mark.parametrize(
    ("feature", "service"), [("kmsEncryption", "kms"), ("cloudwatchLogs", "logs"), ("vssSnapshots", "ec2")]
)
def test_a_feature_brings_its_endpoint(feature: str, service: str) -> None:
    name = f"com.amazonaws.eu-west-1.{service}"
    assert name in make("eu-west-1", features={feature: True}).services
    assert name not in make("eu-west-1", features={feature: False}).services


@pytest.mark.parametrize(
    ("features", "bucket"),
    [
        ({"macos": True}, "aws-patchmanager-macos-eu-west-1-5522fb710"),
        ({"amazonLinux": True}, "al2023-repos-eu-west-1-de612dc2"),
        ({"amazonLinux": True}, "amazonlinux-2-repos-eu-west-1"),
        ({"windows": True}, "aws-windows-downloads-eu-west-1"),
        ({"distributor": True}, "eu-west-1-birdwatcher-prod"),
        ({"patchManager": True}, "patch-baseline-snapshot-eu-west-1"),
    ],
)
def test_a_feature_brings_its_bucket(features: dict[str, bool], bucket: str) -> None:
    assert bucket in make("eu-west-1", features=features).buckets
    assert bucket not in make("eu-west-1", features=dict.fromkeys(features, False)).buckets


def test_own_buckets_stand_in_statements_of_their_own_with_the_access_they_asked_for() -> None:
    own = [{"name": "acme-logs", "access": "readWrite"}, {"name": "acme-scripts", "access": "read"}]
    first, *others = json.loads(
        make(
            "cn-north-1",
            buckets={"own": own, "awsManaged": unpublished("cn-north-1") | {}},
            features={"macos": True, "amazonLinux": True},
        ).gateway_endpoint.policy
    )["Statement"]
    assert not [arn for arn in first["Resource"] if "acme" in arn]
    assert {arn for s in others if "s3:PutObject" in s["Action"] for arn in s["Resource"]} == {
        "arn:aws-cn:s3:::acme-logs",
        "arn:aws-cn:s3:::acme-logs/*",
    }
    assert {arn for s in others if s["Action"] == ["s3:GetObject"] for arn in s["Resource"]} == {
        "arn:aws-cn:s3:::acme-scripts",
        "arn:aws-cn:s3:::acme-scripts/*",
    }
    assert {s["Principal"] for s in (first, *others)} == {"*"}


def test_own_buckets_whose_account_is_known_are_reached_in_that_account_alone() -> None:
    """The name of a deleted bucket is free: whoever takes it gets the session logs."""
    own = [
        {"name": "acme-logs", "access": "readWrite", "accountId": "111122223333"},
        {"name": "acme-traces", "access": "readWrite", "accountId": "444455556666"},
        {"name": "acme-scripts", "access": "readWrite"},
        {"name": "acme-tools", "access": "read", "accountId": "111122223333"},
    ]
    plan = make("eu-west-1", buckets={"own": own}, nodes={"instanceRole": True})
    for policy in (plan.gateway_endpoint.policy, plan.nodes.s3_policy):
        _, *others = json.loads(policy)["Statement"]
        assert {
            (s["Resource"][0], s.get("Condition", {}).get("StringEquals", {}).get("aws:ResourceAccount"))
            for s in others
        } == {
            ("arn:aws:s3:::acme-logs", "111122223333"),
            ("arn:aws:s3:::acme-traces", "444455556666"),
            ("arn:aws:s3:::acme-scripts", None),
            ("arn:aws:s3:::acme-tools", "111122223333"),
        }
        assert len({s["Sid"] for s in others}) == 4
        assert all(s["Sid"].isalnum() for s in others)


@pytest.mark.parametrize("region", CATALOG.regions)
def test_the_policy_with_every_feature_is_within_aws_limit(region: str) -> None:
    config = {"minimumAgentVersion": "3.3.40.0"} if CATALOG.region(region).services_unknown else {}
    plan = make(region, features=ALL_FEATURES, buckets={"awsManaged": unpublished(region)}, **config)
    assert len(plan.gateway_endpoint.policy) < 20_480


def test_too_many_own_buckets_are_one_readable_problem() -> None:
    own = [{"name": f"acme-{number:050d}", "access": "read"} for number in range(200)]
    with pytest.raises(SettingsError) as caught:
        make("eu-west-1", buckets={"own": own})
    assert "20480" in str(caught.value)
    assert "200 own" in str(caught.value)


def test_a_given_network_is_attached_once_per_zone_and_once_per_route_table() -> None:
    subnets = [
        {
            "id": f"subnet-0000000{n}",
            "cidr": f"10.0.{n}.0/24",
            "availabilityZone": f"eu-west-1{zone}",
            "routeTableId": table,
        }
        for n, (zone, table) in enumerate(
            [("a", "rtb-0000000a"), ("a", "rtb-0000000b"), ("b", "rtb-0000000b")]
        )
    ]
    plan = make(
        "eu-west-1", network={"vpcId": "vpc-00000000", "nodeSubnets": subnets, "clientCidrs": ["10.9.0.0/16"]}
    )
    assert plan.network == GivenNetwork(
        vpc_id="vpc-00000000",
        endpoint_subnet_ids=("subnet-00000000", "subnet-00000002"),
        route_table_ids=("rtb-0000000a", "rtb-0000000b"),
    )
    # Every node subnet is admitted, also the second one of a zone.
    assert plan.client_cidrs == ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.9.0.0/16")
    s3, dns = planner.notices(plan)
    assert "rtb-0000000a, rtb-0000000b" in s3
    assert "aws-patch-manager-eu-west-1-5522fb710" in s3
    assert "vpc-00000000" in dns
    assert "ssm, ssmmessages, ec2messages, ec2" in dns


@given(st.permutations("abcdefgh"), st.integers(1, 8))
def test_adding_or_reordering_zones_moves_no_other_subnet(letters: list[str], count: int) -> None:
    def cidrs(zones: list[str]) -> dict[str, str]:
        create = {"cidr": "10.0.0.0/16", "availabilityZones": [f"eu-west-1{letter}" for letter in zones]}
        network = make("eu-west-1", network={"create": create}).network
        assert isinstance(network, PlannedNetwork)
        return {subnet.key: subnet.cidr for subnet in network.subnets}

    everything = cidrs(sorted(letters))
    assert cidrs(letters[:count]).items() <= everything.items()
    assert len(set(everything.values())) == 8


@given(
    st.dictionaries(st.sampled_from(CATALOG.features), st.booleans()),
    st.sampled_from(sorted(TABLE)),
    st.randoms(use_true_random=False),
)
def test_equal_settings_give_an_equal_plan_and_the_same_bytes(
    features: dict[str, bool], region: str, shuffle: random.Random
) -> None:
    items = list(features.items())
    shuffle.shuffle(items)
    one, other = make(region, features=features), make(region, features=dict(items))
    assert one == other
    assert one.gateway_endpoint.policy.encode() == other.gateway_endpoint.policy.encode()


@given(st.dictionaries(st.sampled_from(CATALOG.features), st.booleans()), st.sampled_from(sorted(TABLE)))
def test_every_planned_name_is_of_the_plans_region(features: dict[str, bool], region: str) -> None:
    plan = make(region, features=features)
    assert all(f".{region}." in service for service in plan.services)
    assert all(region in bucket for bucket in plan.gateway_endpoint.aws_buckets)
    assert all(f"arn:{plan.partition}:s3:::{b}/*" in plan.gateway_endpoint.policy for b in plan.buckets)
