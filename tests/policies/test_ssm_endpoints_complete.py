"""Every endpoint that nodes need is there, or said to be elsewhere."""

import json
import re

import pytest

from tests.policies.conftest import Judge
from tests.support.graph import UNKNOWN_STRING, JsonObject

VPC = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
SEED = ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")


def test_a_vpc_with_no_endpoint_misses_each_by_its_full_name(judge: Judge) -> None:
    said = judge.fixture("fail-no-endpoint")
    assert [any(f" com.amazonaws.eu-west-1.{service} " in text for text in said) for service in SEED] == [
        True
    ] * 5
    assert len(said) == 5
    assert all("VPC 'net'" in text and "fix: aws.ec2.VpcEndpoint(" in text for text in said)


def test_a_node_in_a_vpc_that_nothing_identifies_misses_them_too(judge: Judge) -> None:
    said = judge.fixture("fail-only-an-instance")
    assert len(said) == 5
    assert "the VPC of 'node' (which nothing in this stack identifies) has no " in said[0]


def test_twice_the_same_endpoint_is_not_the_other_one(judge: Judge) -> None:
    (said,) = judge.fixture("fail-twice-the-same")
    assert "has no Interface endpoint for com.amazonaws.eu-west-1.ssm " in said


def test_a_decoy_with_an_unknown_name_neither_counts_nor_hides_what_is_missing(judge: Judge) -> None:
    (said,) = judge.fixture("fail-with-an-unknown-decoy")
    assert "com.amazonaws.eu-west-1.ec2 " in said
    assert "'decoy' has a service name that is not known in the preview" in said


def test_an_empty_stack_is_judged_only_when_the_scope_is_always(judge: Judge) -> None:
    assert judge.resources() == []
    (said,) = judge.resources(config={"scope": "always"})
    assert "this stack: its Region is not given" in said


def test_features_come_from_the_packs_configuration(judge: Judge) -> None:
    said = judge.resources(VPC, config={"features": {"kmsEncryption": True, "vssSnapshots": False}})
    assert len(said) == 5
    assert any("com.amazonaws.eu-west-1.kms " in text for text in said)
    assert not any("com.amazonaws.eu-west-1.ec2 " in text for text in said)


def test_new_agents_need_no_ec2messages(judge: Judge) -> None:
    assert len(judge.resources(VPC, config={"minimumAgentVersion": "3.3.39.9"})) == 5
    assert len(judge.resources(VPC, config={"minimumAgentVersion": "3.3.40.0"})) == 4


def test_a_region_launched_since_2024_has_no_ec2messages_to_miss(judge: Judge) -> None:
    said = judge.resources(VPC, region="mx-central-1")
    assert len(said) == 4
    assert not any("ec2messages" in text for text in said)


def test_china_names_ec2_in_its_own_way(judge: Judge) -> None:
    said = judge.resources(VPC, region="cn-north-1")
    assert any(" cn.com.amazonaws.cn-north-1.ec2 " in text for text in said)
    assert any(" com.amazonaws.cn-north-1.ssm " in text for text in said)


def test_what_nobody_could_verify_is_asked_for(judge: Judge) -> None:
    asked = [text for text in judge.resources(VPC, region="us-iso-east-1") if "nobody could verify" in text]
    assert len(asked) == 1
    assert '"minimumAgentVersion": "3.3.40.0"' in asked[0]


def test_a_region_that_cannot_be_read_proves_nothing(judge: Judge) -> None:
    (said,) = judge.resources(VPC, region="")
    assert "its Region is not given, so nothing about it can be proven" in said


def test_an_unknown_region_is_named_with_the_nearest_one(judge: Judge) -> None:
    (said,) = judge.resources(VPC, region="eu-wst-1")
    assert "did you mean eu-west-1?" in said


def test_what_cannot_be_proven_may_be_a_warning_and_what_is_missing_may_not(judge: Judge) -> None:
    lenient = {"onUnknown": "warn"}
    assert judge.resources(VPC, region="", config=lenient) == []
    assert len(judge.fixture("fail-no-endpoint", lenient)) == 5


def test_two_vpcs_are_judged_one_by_one(judge: Judge) -> None:
    said = judge.resources(VPC, {"Vpc": "other", "cidrBlock": "10.1.0.0/16"})
    assert sum("VPC 'net'" in text for text in said) == sum("VPC 'other'" in text for text in said) == 5


def test_a_wrong_pack_configuration_is_a_finding_that_says_what_is_right(judge: Judge) -> None:
    (said,) = judge.resources(VPC, config={"fetures": {}})
    assert "'fetures' is not a property; did you mean features?" in said
    (said,) = judge.resources(VPC, config={"features": {"kms": True}})
    assert (
        "features.kms is not a key; did you mean kmsEncryption?" in said
        or "features.kms is not a key" in said
    )


# --- Whose list ---------------------------------------------------------------------------------------------------------
def names_missed(said: list[str]) -> set[str]:
    return {match[1] for text in said if (match := re.search(r" endpoint for (\S+) ", text))}


def test_the_seeds_list_is_three_endpoints_and_s3(judge: Judge) -> None:
    """AWS's page until 2023: ssm, ec2messages and ec2 are required, ssmmessages only for Session Manager."""
    said = names_missed(judge.resources(VPC, config={"profile": "seed", "minimumAgentVersion": "3.3.40.0"}))
    assert said == {f"com.amazonaws.eu-west-1.{service}" for service in ("ssm", "ec2messages", "ec2", "s3")}
    kms = judge.resources(VPC, config={"profile": "seed", "features": {"kmsEncryption": True}})
    assert "com.amazonaws.eu-west-1.kms" in names_missed(kms)


def test_further_services_may_be_required_by_short_id_or_full_name(judge: Judge) -> None:
    config = {"requiredServices": ["kms", "com.amazonaws.eu-west-1.sts", "com.amazonaws.us-east-1.sts"]}
    said = names_missed(judge.resources(VPC, config=config))
    assert {"com.amazonaws.eu-west-1.kms", "com.amazonaws.eu-west-1.sts"} < said
    assert "com.amazonaws.us-east-1.sts" not in said
    (wrong,) = judge.resources(VPC, config={"requiredServices": ["ssmm"]})
    assert "requiredServices[0] is 'ssmm'; allowed is one of ssm, ssmmessages" in wrong


# --- What the stack itself shows ---------------------------------------------------------------------------------------
def session(**inputs: str) -> JsonObject:
    content = json.dumps({"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": inputs})
    return {"Document": "prefs", "documentType": "Session", "content": content}


def test_a_session_document_with_a_key_needs_kms(judge: Judge) -> None:
    said = judge.resources(VPC, session(kmsKeyId="alias/sessions", cloudWatchLogGroupName=""))
    (kms,) = [text for text in said if ".kms " in text]
    assert "'prefs' is a Session document with kmsKeyId" in kms
    assert not any(".logs " in text for text in said)


def test_a_session_document_with_a_log_group_needs_logs_in_yaml_too(judge: Judge) -> None:
    document = {**session(), "content": "schemaVersion: '1.0'\ninputs:\n  cloudWatchLogGroupName: /ssm\n"}
    assert "com.amazonaws.eu-west-1.logs" in names_missed(judge.resources(VPC, document))
    command = {**document, "documentType": "Command"}
    assert "com.amazonaws.eu-west-1.logs" not in names_missed(judge.resources(VPC, command))


def test_an_encrypted_parameter_needs_kms(judge: Judge) -> None:
    parameter = {"Parameter": "p", "type": "SecureString", "value": "x"}
    assert "com.amazonaws.eu-west-1.kms" in names_missed(judge.resources(VPC, parameter))
    assert "com.amazonaws.eu-west-1.kms" not in names_missed(
        judge.resources(VPC, {**parameter, "type": "String"})
    )


def test_a_maintenance_window_that_delivers_to_cloudwatch_needs_logs(judge: Judge) -> None:
    run = {"cloudwatchConfig": {"cloudwatchOutputEnabled": True}}
    task = {"MaintenanceWindowTask": "t", "taskInvocationParameters": {"runCommandParameters": run}}
    assert "com.amazonaws.eu-west-1.logs" in names_missed(judge.resources(VPC, task))


def test_the_packs_owner_has_the_last_word_on_features(judge: Judge) -> None:
    off = {"features": {"kmsEncryption": False}}
    assert not names_missed(judge.resources(session(kmsKeyId="k"), VPC, config=off)) & {
        "com.amazonaws.eu-west-1.kms"
    }


def test_a_document_that_cannot_be_read_leaves_a_feature_undecided(judge: Judge) -> None:
    said = judge.resources(VPC, {**session(), "content": UNKNOWN_STRING})
    undecided = [text for text in said if "cannot be proven" in text]
    assert len(undecided) == 2
    assert '"features": {"kmsEncryption": true or false}' in undecided[0]
    decided = {"features": {"kmsEncryption": False, "cloudwatchLogs": True}}
    assert not any(
        "cannot be proven" in text
        for text in judge.resources(VPC, {**session(), "content": UNKNOWN_STRING}, config=decided)
    )


# --- Endpoints that are elsewhere ----------------------------------------------------------------------------------------
INTERFACES = ["ssm", "ssmmessages", "ec2messages", "ec2"]


def test_a_declared_hub_stands_in_for_interface_endpoints_alone(judge: Judge) -> None:
    shared = {"sharedEndpoints": [{"vpc": "urn:*::net", "services": INTERFACES, "where": "hub"}]}
    assert names_missed(judge.resources(VPC, config=shared)) == {"com.amazonaws.eu-west-1.s3"}
    other = {**VPC, "Vpc": "other"}
    assert len(judge.resources(VPC, other, config=shared)) == 1 + 5


def test_a_vpc_of_the_stack_is_known_by_its_id_once_that_is_told(judge: Judge) -> None:
    vpc = {**VPC, "id": "vpc-0123456789abcdef0"}
    for id, count in (("vpc-0123456789abcdef0", 1), ("vpc-0fedcba9876543210", 5)):
        shared = {"sharedEndpoints": [{"vpc": id, "services": INTERFACES, "where": "hub"}]}
        assert len(judge.resources(vpc, config=shared)) == count


def test_services_elsewhere_may_be_given_by_their_full_names(judge: Judge) -> None:
    full = [f"com.amazonaws.eu-west-1.{service}" for service in INTERFACES]
    shared = {"sharedEndpoints": [{"vpc": "*", "services": full, "where": "hub"}]}
    assert names_missed(judge.resources(VPC, config=shared)) == {"com.amazonaws.eu-west-1.s3"}
    far = [f"com.amazonaws.us-east-1.{service}" for service in INTERFACES]
    shared = {"sharedEndpoints": [{"vpc": "*", "services": far, "where": "hub"}]}
    assert len(judge.resources(VPC, config=shared)) == 5


def test_endpoints_that_another_stack_made_in_the_vpc_may_be_declared_with_s3(judge: Judge) -> None:
    existing = {
        "existingEndpoints": [{"vpc": "vpc-0123456789abcdef0", "services": [*INTERFACES, "s3"], "where": "x"}]
    }
    group = {"SecurityGroup": "app", "vpcId": "vpc-0123456789abcdef0"}
    assert len(judge.resources(group)) == 5
    assert judge.resources(group, config=existing) == []
    assert len(judge.resources({**group, "vpcId": "vpc-0123456789abcdef1"}, config=existing)) == 5


def test_the_configuration_to_paste_names_every_service_that_is_missing(judge: Judge) -> None:
    said = judge.resources(VPC, config={"minimumAgentVersion": "3.3.40.0"})
    (ssm,) = [text for text in said if ".ssm " in text]
    paste = json.loads(re.search(r'(\{"sharedEndpoints".*\})', ssm)[1])  # type: ignore[index]
    config = {"minimumAgentVersion": "3.3.40.0", **paste}
    assert names_missed(judge.resources(VPC, config=config)) == {"com.amazonaws.eu-west-1.s3"}


# --- Machines whose VPC nothing tells --------------------------------------------------------------------------------------
def test_a_machine_in_a_subnet_known_by_id_beside_a_vpc_is_not_waved_through(judge: Judge) -> None:
    node = {"Instance": "node", "subnetId": "subnet-0123456789abcdef0"}
    said = [text for text in judge.resources(VPC, node) if "'node'" in text]
    assert len(said) == 1
    assert '{"nodeSubnets": [{"vpcId": "<its VPC>", "id": "subnet-0123456789abcdef0"}]}' in said[0]


def test_the_vpc_of_a_declared_subnet_is_judged(judge: Judge) -> None:
    node = {"Instance": "node", "subnetId": "subnet-0123456789abcdef0"}
    known = {"nodeSubnets": [{"vpcId": "vpc-0123456789abcdef0", "id": "subnet-0123456789abcdef0"}]}
    said = judge.resources(node, config=known)
    assert len(said) == 5
    assert all("VPC vpc-0123456789abcdef0 has no" in text for text in said)


def test_the_vpc_of_a_machine_follows_from_its_group(judge: Judge) -> None:
    group = {"SecurityGroup": "app", "vpcId": "${net}"}
    node = {"Instance": "node", "subnetId": "subnet-0123456789abcdef0", "vpcSecurityGroupIds": ["${app}"]}
    assert not any("'node'" in text for text in judge.resources(VPC, group, node))


# --- AWS Cloud Control ----------------------------------------------------------------------------------------------------
def test_native_endpoints_count_like_classic_ones(judge: Judge) -> None:
    native = [
        {
            "NativeVpcEndpoint": service,
            "vpcId": "${net}",
            "serviceName": f"com.amazonaws.eu-west-1.{service}",
            "vpcEndpointType": "Interface",
            "subnetIds": ["${a}"],
        }
        for service in INTERFACES
    ]
    vpc = {"NativeVpc": "net", "cidrBlock": "10.0.0.0/16"}
    subnet = {"NativeSubnet": "a", "vpcId": "${net}"}
    assert names_missed(judge.resources(vpc, subnet, *native)) == {"com.amazonaws.eu-west-1.s3"}
    mixed = [{**each, "vpcId": "${net}"} for each in native]
    assert names_missed(judge.resources(VPC, {"Subnet": "a", "vpcId": "${net}"}, *mixed)) == {
        "com.amazonaws.eu-west-1.s3"
    }
    assert "com.amazonaws.eu-west-1.ec2" in names_missed(judge.resources(vpc, subnet, *native[:-1]))


def test_a_machine_in_the_default_vpc_beside_a_good_one_is_seen(judge: Judge) -> None:
    said = [
        text
        for text in judge.resources(VPC, {"Instance": "lost", "instanceType": "t3.micro"})
        if "'lost'" in text
    ]
    assert len(said) == 1
    assert "without one AWS takes the default VPC" in said[0]


def test_a_launch_template_that_nothing_uses_starts_nothing(judge: Judge) -> None:
    template = {"LaunchTemplate": "lt", "vpcSecurityGroupIds": ["sg-0123456789abcdef0"]}
    assert not any("'lt'" in text for text in judge.resources(VPC, template))


@pytest.mark.parametrize(
    "content",
    [
        "inputs: {a: b}\nx: 2001-02-30",
        "a: !!int x",
        '{"a": ' + "9" * 5000 + "}",
        "[" * 20000,
        "- " * 3000 + "x",
    ],
    ids=["no such day", "no integer", "a long number", "deep JSON", "deep YAML"],
)
def test_a_document_that_nobody_can_read_stops_nothing(judge: Judge, content: str) -> None:
    said = judge.resources(VPC, {**session(), "content": content})
    assert len(said) >= 5


# What a component gives out was computed from all of its subnets; `vpc.isolated_subnet_ids[0]` is one of them.
THREE = [
    {
        "Subnet": zone,
        "vpcId": "${net}",
        "cidrBlock": f"10.0.{ord(zone)}.0/24",
        "availabilityZone": f"eu-west-1{zone}",
    }
    for zone in "abc"
]


@pytest.mark.parametrize(("given", "proven"), [(1, False), (2, False), (3, True)])
def test_fewer_subnets_than_they_were_computed_from_prove_none(
    judge: Judge, given: int, proven: bool
) -> None:
    endpoint = {
        "VpcEndpoint": "ssm",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.ssm",
        "vpcEndpointType": "Interface",
        "subnetIds": ["${Subnet.a|Subnet.b|Subnet.c}"] * given,
    }
    told = " ".join(judge.resources(VPC, *THREE, endpoint))
    assert ("'ssm' has subnets that the preview does not know" in told) is not proven
    assert ("no Interface endpoint for com.amazonaws.eu-west-1.ssm " in told) is not proven


def test_a_machine_whose_template_is_of_another_stack_may_be_anywhere(judge: Judge) -> None:
    network = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
    said = judge.resources(network, {"Instance": "n", "launchTemplate": {"id": "lt-1"}})
    (astray,) = [each for each in said if "'n' is in a VPC that the preview does not know" in each]
    assert "fix: give its subnets here, or take its launch template from this stack" in astray
