from tests.policies.conftest import Judge
from tests.support.aws_names import BUCKETS

S3 = "com.amazonaws.eu-west-1.s3"


def test_what_the_component_leaves_out_is_named_before_anything_is_created(judge: Judge) -> None:
    (said,) = judge.fixture("fail-no-ssmmessages")
    assert "component 'ssm' leaves out the endpoint com.amazonaws.eu-west-1.ssmmessages" in said


def test_buckets_that_are_not_plain_text_cannot_be_proven(judge: Judge) -> None:
    (said,) = judge.fixture("fail-unknown-buckets")
    assert "does not declare its buckets in plain text" in said
    assert all(bucket in said for bucket in BUCKETS)


def test_the_component_may_leave_out_what_the_pack_does_not_require(judge: Judge) -> None:
    new_agents = {"minimumAgentVersion": "3.3.40.0"}
    assert judge.fixture("pass-everything", new_agents) == []
    (said,) = judge.fixture("pass-everything", {"features": {"kmsEncryption": True}})
    assert "com.amazonaws.eu-west-1.kms" in said


def test_a_spokes_component_is_not_asked_for_what_its_hub_has(judge: Judge) -> None:
    spoke = {
        "SsmEndpoints": "ssm",
        "region": "eu-west-1",
        "vpcId": "vpc-0000000a",
        "services": [S3],
        "buckets": list(BUCKETS),
    }
    services = ["ssm", "ssmmessages", "ec2messages", "ec2"]
    assert len(judge.resources(spoke)) == 4
    for key in ("sharedEndpoints", "existingEndpoints"):
        hub = {"vpc": "vpc-0000000a", "services": services[1:], "where": "hub"}
        (said,) = judge.resources(spoke, config={key: [hub]})
        assert "leaves out the endpoint com.amazonaws.eu-west-1.ssm " in said
        assert len(judge.resources(spoke, config={key: [{**hub, "vpc": "vpc-0000000b"}]})) == 4


def test_a_name_that_aws_does_not_publish_is_asked_for_with_the_json_to_paste(judge: Judge) -> None:
    component = {"SsmEndpoints": "ssm", "region": "us-gov-west-1", "services": [], "buckets": []}
    said = [text for text in judge.resources(component) if "does not publish" in text]
    assert any(
        '{"awsManaged": {"patch-baseline-snapshot": "<the exact bucket name>"}}' in text for text in said
    )


def test_one_name_that_is_not_proven_is_one(judge: Judge) -> None:
    component = {"SsmEndpoints": "ssm", "region": "eu-west-1", "services": "${?}", "buckets": list(BUCKETS)}
    services = ["ssm", "ssmmessages", "ec2messages", "ec2"]
    hub = {"vpc": "*", "services": services, "where": "hub"}
    (said,) = judge.resources(component, config={"sharedEndpoints": [hub]})
    assert f"so nothing proves that {S3} is among them" in said
