from tests.policies.conftest import Judge


def test_what_the_component_leaves_out_is_named_before_anything_is_created(judge: Judge) -> None:
    (said,) = judge.fixture("fail-no-ssmmessages")
    assert "component 'ssm' leaves out the endpoint com.amazonaws.eu-west-1.ssmmessages" in said


def test_buckets_that_are_not_plain_text_cannot_be_proven(judge: Judge) -> None:
    said = judge.fixture("fail-unknown-buckets")
    assert len(said) == 6
    assert all("does not declare its buckets in plain text" in text for text in said)


def test_the_component_may_leave_out_what_the_pack_does_not_require(judge: Judge) -> None:
    new_agents = {"minimumAgentVersion": "3.3.40.0"}
    assert judge.fixture("pass-everything", new_agents) == []
    (said,) = judge.fixture("pass-everything", {"features": {"kmsEncryption": True}})
    assert "com.amazonaws.eu-west-1.kms" in said


def test_a_name_that_aws_does_not_publish_is_asked_for_with_the_json_to_paste(judge: Judge) -> None:
    component = {"SsmEndpoints": "ssm", "region": "us-gov-west-1", "services": [], "buckets": []}
    said = [text for text in judge.resources(component) if "does not publish" in text]
    assert any(
        '{"awsManaged": {"patch-baseline-snapshot": "<the exact bucket name>"}}' in text for text in said
    )
