from tests.policies.conftest import Judge

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
    assert "the VPC of 'node', which nothing in this stack identifies" in said[0]


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
