import json

from tests.policies.conftest import Judge
from tests.support.aws_names import BUCKETS


def test_one_missing_bucket_is_named_with_the_statement_to_paste(judge: Judge) -> None:
    (said,) = judge.fixture("fail-no-birdwatcher")
    assert "its policy does not admit eu-west-1-birdwatcher-prod " in said
    assert '"Resource": ["arn:aws:s3:::eu-west-1-birdwatcher-prod/*"]' in said


def test_an_unknown_policy_cannot_be_proven_and_says_what_to_write(judge: Judge) -> None:
    (said,) = judge.fixture("fail-unknown-policy")
    assert "none of the 6 buckets can be proven" in said
    assert judge.fixture("fail-unknown-policy", {"onUnknown": "warn"}) == []


def test_an_interface_endpoint_for_s3_is_not_the_gateway(judge: Judge) -> None:
    interface = {"serviceName": "com.amazonaws.eu-west-1.s3", "vpcEndpointType": "Interface", "policy": "{}"}
    assert judge.resources({"VpcEndpoint": "s3", **interface}) == []


def test_malformed_text_is_a_finding_and_no_traceback(judge: Judge) -> None:
    gateway = {"VpcEndpoint": "s3", "serviceName": "com.amazonaws.eu-west-1.s3"}
    for text in (
        "{",
        "[" * 5000,
        '{"Statement": 7}',
        '{"Version":"2012-10-17","Statement":[{"Effect":"allow"}]}',
    ):
        (said,) = judge.resources({**gateway, "policy": text})
        assert "its policy is not an endpoint policy: " in said
        assert "Traceback" not in said


def test_two_parts_of_a_bucket_are_not_all_of_it(judge: Judge) -> None:
    everything_else = [f"arn:aws:s3:::{bucket}/*" for bucket in BUCKETS[1:]]
    some = [f"arn:aws:s3:::{BUCKETS[0]}/*/*", f"arn:aws:s3:::{BUCKETS[0]}/XX*"]
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": everything_else + some,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    (said,) = judge.resources(
        {"VpcEndpoint": "s3", "serviceName": "com.amazonaws.eu-west-1.s3", "policy": policy}
    )
    assert f"does not surely admit {BUCKETS[0]} " in said


def test_the_way_out_of_a_deny_is_not_another_allow(judge: Judge) -> None:
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::aws-ssm-eu-west-1/windows/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everything, deny]})
    gateway = {"VpcEndpoint": "s3", "serviceName": "com.amazonaws.eu-west-1.s3", "policy": policy}
    (said,) = judge.resources(gateway)
    assert "does not surely admit aws-ssm-eu-west-1 " in said
    assert "fix: take out that Deny, or keep it off arn:aws:s3:::aws-ssm-eu-west-1/*" in said
