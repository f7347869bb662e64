"""What a right configuration means: defaults, both kinds of network, and the addresses that zones get."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from blueprint.catalog import load
from blueprint.reading import key_order, keys_of
from blueprint.settings import NAMESPACE, ExistingNetwork, Features, NewNetwork, Settings, parse
from tests.blueprint.right_settings import NODE, changed

STACKS = sorted(Path(__file__).parents[2].glob("Pulumi.*.yaml"))


def settings(changes: dict[str, Any]) -> Settings:
    return parse(changed(changes), stack_file="Pulumi.test.yaml")


def new_network(cidr: str, *zones: str) -> NewNetwork:
    network = settings({"network": {"create": {"cidr": cidr, "availabilityZones": list(zones)}}}).network
    assert isinstance(network, NewNetwork)
    return network


def existing_network(changes: dict[str, Any]) -> ExistingNetwork:
    network = settings(changes).network
    assert isinstance(network, ExistingNetwork)
    return network


@pytest.mark.parametrize("path", STACKS, ids=[path.name for path in STACKS])
def test_every_stack_in_the_repository_is_right(path: Path) -> None:
    config = yaml.safe_load(path.read_text(encoding="utf-8"))["config"]
    text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    assert parse(config, stack_file=path.name) == parse(text, stack_file=path.name)


def test_what_is_not_given_has_the_documented_defaults() -> None:
    found = settings({})
    assert found.region == "eu-west-1"
    assert found.features.enabled == {"patchManager", "distributor", "vssSnapshots", "windows"}
    assert found.minimum_agent_version == ""
    assert (found.buckets.own, found.buckets.aws_managed, found.buckets.other_aws_managed) == ((), {}, ())
    assert found.tags == {}
    assert found.network.client_cidrs == ()


def test_empty_agent_version_is_not_given() -> None:
    """Pulumi.yaml declares "" as its default, so that every stack has the key."""
    assert settings({"minimumAgentVersion": ""}) == settings({})


def test_features_are_exactly_those_that_the_facts_know() -> None:
    assert set(keys_of(Features)) == set(load().features)


def test_a_feature_is_on_when_said_so() -> None:
    found = settings({"features": {"macos": True, "windows": False}}).features
    assert found.macos
    assert not found.windows
    assert found.enabled == {"patchManager", "distributor", "vssSnapshots", "macos"}


def test_project_file_declares_exactly_the_keys() -> None:
    project = yaml.safe_load((Path(__file__).parents[2] / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert set(project["config"]) == {
        f"{NAMESPACE}:{key}" for key in keys_of(Settings) if key != "aws:region"
    }
    described = " ".join(entry["description"] for entry in project["config"].values())
    for key in key_order(Settings):
        top = f"{NAMESPACE}:{key}" in project["config"] or key == "aws:region"
        # `region` of an own bucket is optional and seldom given.
        assert top or key in described or key == "region", f"{key} is not described in Pulumi.yaml"


def test_existing_network_is_as_given() -> None:
    network = existing_network({"network.clientCidrs": ["10.8.0.0/16"], "network.vpcCidrs": ["10.0.0.0/16"]})
    assert network.vpc_id == "vpc-0a1b2c3d4e5f60718"
    assert network.vpc_cidrs == ("10.0.0.0/16",)
    assert network.client_cidrs == ("10.8.0.0/16",)
    second = network.node_subnets[1]
    assert (second.id, second.cidr) == ("subnet-0a1b2c3d4e5f60702", "10.0.2.0/24")
    assert (second.availability_zone, second.route_table_id) == ("eu-west-1b", "rtb-0a1b2c3d4e5f60701")


def test_endpoints_are_in_the_first_listed_subnet_of_each_zone() -> None:
    nodes = [
        {**NODE, "id": "subnet-0000000a", "cidr": "10.0.4.0/24", "availabilityZone": "eu-west-1b"},
        {**NODE, "id": "subnet-0000000b", "cidr": "10.0.5.0/24", "availabilityZone": "eu-west-1a"},
        {**NODE, "id": "subnet-0000000c", "cidr": "10.0.6.0/24", "availabilityZone": "eu-west-1b"},
    ]
    network = existing_network({"network.nodeSubnets": nodes})
    assert network.endpoint_subnets == ("subnet-0000000a", "subnet-0000000b")
    chosen = existing_network({"network.nodeSubnets": nodes, "network.endpointSubnets": ["subnet-0000000c"]})
    assert chosen.endpoint_subnets == ("subnet-0000000c",)


@pytest.mark.parametrize("zone", ["eu-west-1z", "eu-west-1-abc-1a", "eu-west-1-wl1-abc-wlz-1"])
def test_nodes_may_be_in_any_zone_of_the_region(zone: str) -> None:
    nodes = [{**NODE, "availabilityZone": zone}]
    assert existing_network({"network.nodeSubnets": nodes}).node_subnets[0].availability_zone == zone


def test_zone_letter_decides_the_new_subnets_block() -> None:
    # A /16 in eight: /19, whose blocks are 32 apart in the third number; c is the third.
    network = new_network("10.0.0.0/16", "eu-west-1c", "eu-west-1a", "eu-west-1h")
    assert [(s.letter, s.availability_zone, s.cidr) for s in network.subnets] == [
        ("c", "eu-west-1c", "10.0.64.0/19"),
        ("a", "eu-west-1a", "10.0.0.0/19"),
        ("h", "eu-west-1h", "10.0.224.0/19"),
    ]
    assert network.cidr == "10.0.0.0/16"
    assert network.availability_zones == ("eu-west-1c", "eu-west-1a", "eu-west-1h")


def test_smallest_vpc_has_aws_smallest_subnets() -> None:
    # 128 addresses in eight are 16 each: a /28.
    assert [s.cidr for s in new_network("10.0.0.128/25", "eu-west-1b").subnets] == ["10.0.0.144/28"]


def test_clients_of_a_new_network_stand_beside_create() -> None:
    create = {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a"]}
    # 10.0.32.0/19 would be zone b's, which is not created.
    found = settings({"network": {"create": create, "clientCidrs": ["10.0.32.0/19"]}})
    assert found.network.client_cidrs == ("10.0.32.0/19",)


def test_buckets_are_as_given() -> None:
    own = [
        {"name": "acme.logs", "access": "readWrite", "region": "eu-west-1"},
        {"name": "abc", "access": "read"},
    ]
    found = settings(
        {"buckets": {"own": own, "otherAwsManaged": ["prod-eu-west-1-starport-layer-bucket"]}}
    ).buckets
    assert [(b.name, b.access, b.region) for b in found.own] == [
        ("acme.logs", "readWrite", "eu-west-1"),
        ("abc", "read", ""),
    ]
    assert found.other_aws_managed == ("prod-eu-west-1-starport-layer-bucket",)


def test_an_own_bucket_may_be_named_after_another_region() -> None:
    """A name says nothing of where an owner's bucket is."""
    assert settings({"buckets.own": [{"name": "acme-us-east-1", "access": "read"}]}).buckets.own


def test_a_region_in_a_name_is_a_word_of_its_own() -> None:
    assert settings({"buckets.otherAwsManaged": ["campus-east-1-tools"]}).buckets.other_aws_managed


def test_tags_may_hold_what_aws_allows() -> None:
    tags = {"Kostenstelle \u00fc": "a+b-c=d.e_f:g/h@i 1", "k" * 128: "v" * 256, "empty": ""}
    tags |= {f"k{n}": "" for n in range(47)}
    assert settings({"tags": tags}).tags == tags
    assert len(tags) == 50


@pytest.mark.parametrize(
    "key", ["aws:profile", "other-project:network", "ssm-vpc-endpoints-2:speed", "pulumi:tags"]
)
def test_keys_of_other_programs_are_theirs(key: str) -> None:
    assert parse({**changed({}), key: "["}, stack_file="x") == settings({})


def test_settings_cannot_be_changed() -> None:
    found = settings({})
    for holder, name in ((found, "region"), (found.network, "client_cidrs"), (found.features, "windows")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(holder, name, None)


def test_keys_of_the_models_are_keys_of_the_documentation() -> None:
    """The order of problems in a report is this order."""
    assert list(dict.fromkeys(key_order(Settings))) == [
        "aws:region",
        "network",
        "vpcId",
        "vpcCidrs",
        "nodeSubnets",
        "id",
        "cidr",
        "availabilityZone",
        "routeTableId",
        "ipv6Cidr",
        "endpointSubnets",
        "clientCidrs",
        "acceptUnadmittedSubnets",
        "create",
        "availabilityZones",
        "features",
        "patchManager",
        "distributor",
        "vssSnapshots",
        "windows",
        "macos",
        "amazonLinux",
        "kmsEncryption",
        "cloudwatchLogs",
        "minimumAgentVersion",
        "buckets",
        "own",
        "name",
        "access",
        "region",
        "accountId",
        "awsManaged",
        "otherAwsManaged",
        "nodes",
        "instanceRole",
        "hybridRole",
        "permissionsBoundary",
        "securityGroup",
        "existingRoles",
        "existingSecurityGroups",
        "endpointPolicies",
        "preset",
        "organizationId",
        "accountIds",
        "kmsKeys",
        "logGroups",
        "statements",
        "effect",
        "actions",
        "resources",
        "principals",
        "conditions",
        "topology",
        "kind",
        "spokes",
        "cidrs",
        "zones",
        "existing",
        "endpointCidrs",
        "fips",
        "peers",
        "via",
        "services",
        "dns",
        "ipAddressType",
        "dnsRecordIpType",
        "inboundResolver",
        "hybrid",
        "s3InterfaceEndpoint",
        "preflight",
        "protect",
        "tags",
    ]
