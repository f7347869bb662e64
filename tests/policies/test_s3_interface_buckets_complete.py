import json
from typing import Any

import pytest

from tests.policies.conftest import Judge
from tests.policies.endpoint_documents import VPC, allow, document, gateway, interface
from tests.support.aws_names import BUCKETS
from tests.support.graph import JsonObject

ALL = [f"arn:aws:s3:::{bucket}/*" for bucket in BUCKETS]
COMPLETE = document(allow("s3:GetObject", ALL))
SHORT = document(allow("s3:GetObject", ALL[1:]))
ACTIVATION: JsonObject = {"Activation": "hybrid", "iamRole": "elsewhere"}
WHOLE_VPC = {"dnsOptions": {"privateDnsOnlyForInboundResolverEndpoint": False}}
INBOUND = {"dnsOptions": {"privateDnsOnlyForInboundResolverEndpoint": True}}


def role(trusted: Any) -> JsonObject:
    statement = {"Effect": "Allow", "Principal": {"Service": trusted}, "Action": "sts:AssumeRole"}
    return {"Role": "nodes", "assumeRolePolicy": json.dumps({"Statement": [statement]})}


def s3(policy: str | None, **more: Any) -> JsonObject:
    return {**interface("s3", policy), "VpcEndpoint": "s3-interface", "privateDnsEnabled": True, **more}


HYBRID = role("ssm.amazonaws.com")


def test_dropping_one_bucket_blocks_the_hybrid_nodes_stack(judge: Judge) -> None:
    assert judge.resources(VPC, HYBRID, s3(COMPLETE)) == []
    (said,) = judge.resources(VPC, HYBRID, s3(SHORT))
    assert f"S3 interface endpoint 's3-interface': its policy does not admit {BUCKETS[0]} " in said
    assert f'"Resource": ["{ALL[0]}"]' in said


@pytest.mark.parametrize("missing", BUCKETS)
def test_each_bucket_is_missed_by_itself(judge: Judge, missing: str) -> None:
    policy = document(allow("s3:GetObject", [arn for arn in ALL if missing not in arn]))
    assert [missing in said for said in judge.resources(VPC, HYBRID, s3(policy))] == [True]


def test_an_activation_shows_hybrid_nodes_whoever_has_their_role(judge: Judge) -> None:
    assert len(judge.resources(VPC, ACTIVATION, s3(SHORT))) == 1


def test_full_access_is_enough_and_the_gateways_policy_is_not_asked(judge: Judge) -> None:
    assert judge.resources(VPC, HYBRID, s3(None), gateway(SHORT)) == []


@pytest.mark.parametrize("trusted", ["ssm.amazonaws.com", ["ec2.amazonaws.com", "ssm.amazonaws.com"]])
def test_a_role_that_systems_manager_takes_shows_hybrid_nodes(judge: Judge, trusted: object) -> None:
    assert len(judge.resources(VPC, role(trusted), s3(SHORT, **INBOUND))) == 1


@pytest.mark.parametrize(
    "trusted", ["ec2.amazonaws.com", "ssm.amazonaws.com.example", "ssmmessages.amazonaws.com"]
)
def test_other_roles_show_none(judge: Judge, trusted: str) -> None:
    assert judge.resources(VPC, role(trusted), s3(SHORT, **INBOUND)) == []


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"Statement": 1}', '{"Statement": ["x"]}', '{"Statement": [{"Principal": "*"}]}']
)
def test_a_trust_policy_that_cannot_be_read_shows_none(judge: Judge, text: str) -> None:
    assert judge.resources(VPC, {"Role": "nodes", "assumeRolePolicy": text}, s3(SHORT)) == []


def test_without_hybrid_nodes_only_private_dns_for_the_whole_vpc_matters(judge: Judge) -> None:
    assert judge.resources(VPC, s3(SHORT)) == []
    assert judge.resources(VPC, s3(SHORT, **INBOUND)) == []
    assert judge.resources(VPC, s3(SHORT, dnsOptions={})) == []
    assert len(judge.resources(VPC, s3(SHORT, **WHOLE_VPC))) == 1


def test_without_private_dns_it_is_for_those_who_name_it(judge: Judge) -> None:
    assert judge.resources(VPC, HYBRID, s3(SHORT, privateDnsEnabled=False)) == []
    assert judge.resources(VPC, HYBRID, {**interface("s3", SHORT)}) == []


def test_what_is_not_known_blocks(judge: Judge) -> None:
    assert len(judge.resources(VPC, HYBRID, s3("${?}"))) == 1
    assert len(judge.resources(VPC, HYBRID, s3(SHORT, privateDnsEnabled="${?}"))) == 1
    assert len(judge.resources(VPC, s3(SHORT, dnsOptions="${?}"))) == 1
    assert (
        len(judge.resources(VPC, s3(SHORT, dnsOptions={"privateDnsOnlyForInboundResolverEndpoint": "${?}"})))
        == 1
    )


def test_china_calls_it_by_another_name(judge: Judge) -> None:
    given = {
        "aws-ssm": "a-aws-ssm",
        "aws-windows-downloads": "a-windows",
        "patch-baseline-snapshot": "a-snapshot",
        "aws-patch-manager": "a-patch",
        "birdwatcher": "a-birdwatcher",
    }
    short = document(allow("s3:GetObject", "arn:aws-cn:s3:::a-aws-ssm/*"))
    for name, judged in (("cn.com.amazonaws.cn-north-1.s3", True), ("com.amazonaws.cn-north-1.s3", False)):
        said = judge.resources(
            VPC, HYBRID, s3(short, serviceName=name), region="cn-north-1", config={"awsManaged": given}
        )
        assert bool(said) is judged


def test_the_services_of_others_are_left_alone(judge: Judge) -> None:
    assert judge.resources(VPC, HYBRID, {**interface("kms", SHORT), "privateDnsEnabled": True}) == []
