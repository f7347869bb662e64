"""Conditions and principals as SSM Agent's reads of AWS's buckets meet them, and the callers of other policies."""

from typing import Any

import pytest

from policies.iam import (
    ABSENT,
    UNSIGNED,
    Kind,
    Malformed,
    Request,
    Service,
    Signed,
    agent_reads,
    allows_all,
    decide_all,
    decide_every,
    denial_within,
    parse,
)
from tests.policies.iam_documents import (
    ACCOUNT,
    ACTION,
    BUCKET,
    IN_ORGANISATION,
    OBJECT,
    OTHER,
    allow,
    deny,
    text,
    verdict_on,
)

UNSIGNED_READ, SIGNED_READ = agent_reads("eu-west-1", OBJECT)


def read(*statements: Any) -> tuple[str, str]:
    """What is said to an unsigned read, and to a signed one."""
    return verdict_on(UNSIGNED_READ, *statements), verdict_on(SIGNED_READ, *statements)


def test_an_agent_reads_without_a_signature_and_with_one() -> None:
    assert [each.action for each in agent_reads("eu-west-1", OBJECT)] == ["s3:GetObject"] * 2
    assert UNSIGNED_READ.caller is UNSIGNED
    assert SIGNED_READ.caller == Signed()


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}},
        {"StringLike": {"aws:RequestedRegion": "eu-*"}},
        {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"Null": {"aws:SourceVpce": "false"}},
        {"Null": {"aws:SourceVpc": False, "aws:VpcSourceIp": "false", "aws:SourceIp": "true"}},
        {"Bool": {"aws:ViaAWSService": "false"}},
        {"Null": {"aws:CalledVia": "true"}},
        {"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"StringLike": {"aws:SourceVpce": "*"}},
    ],
)
def test_a_condition_that_every_read_meets_is_as_good_as_none(condition: dict[str, Any]) -> None:
    assert read(allow(Condition=condition)) == ("allowed", "allowed")
    assert read(allow(), deny(Condition=condition)) == ("denied", "denied")


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"Null": {"aws:SourceVpce": "true"}},
        {"Bool": {"aws:ViaAWSService": "true"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}},
        {"StringEquals": {"aws:referer": "https://example.com/"}},
    ],
)
def test_a_condition_that_no_read_meets_neither_allows_nor_denies(condition: dict[str, Any]) -> None:
    assert read(allow(Condition=condition)) == ("denied", "denied")
    assert read(allow(), deny(Condition=condition)) == ("allowed", "allowed")
    document = parse(text(allow(), deny(Condition=condition)))
    for each in agent_reads("eu-west-1", BUCKET):
        assert denial_within(document, each) is None


@pytest.mark.parametrize(
    "condition",
    [
        # The agent may fall back to HTTP.
        {"Bool": {"aws:SecureTransport": "true"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}},
        {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}},
        {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}},
        {"StringEquals": {"aws:ResourceAccount": "111122223333"}},
        {"StringNotEqualsIfExists": {"aws:ResourceOrgID": "o-1234567890"}},
        {"StringEquals": {"s3:ExistingObjectTag/public": "yes"}},
        {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}},
        {"StringEquals": {"aws:SourceVpc": "${aws:Ec2InstanceSourceVpcc}"}},
    ],
)
def test_a_condition_on_what_nobody_knows_is_not_proven(condition: dict[str, Any]) -> None:
    assert read(allow(Condition=condition)) == ("undecidable", "undecidable")
    assert read(allow(), deny(Condition=condition)) == ("undecidable", "undecidable")


@pytest.mark.parametrize(
    ("condition", "unsigned", "signed"),
    [
        (IN_ORGANISATION, "denied", "undecidable"),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1234567890"}}, "allowed", "undecidable"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1234567890"}}, "allowed", "undecidable"),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1234567890/*"}}, "denied", "undecidable"),
        # AWS gives every request an account; that of an unsigned one is "anonymous".
        ({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}, "denied", "undecidable"),
        ({"StringEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}}, "denied", "undecidable"),
        ({"StringEquals": {"aws:PrincipalAccount": "anonymous"}}, "allowed", "undecidable"),
        ({"StringEquals": {"aws:PrincipalType": "Anonymous"}}, "allowed", "undecidable"),
        ({"StringEquals": {"aws:userid": "anonymous"}}, "allowed", "undecidable"),
        ({"Null": {"aws:PrincipalArn": "true"}}, "allowed", "denied"),
        ({"Null": {"aws:PrincipalArn": "false"}}, "denied", "allowed"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}, "denied", "undecidable"),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}, "allowed", "undecidable"),
        ({"StringLike": {"aws:PrincipalArn": "*"}}, "denied", "allowed"),
        ({"StringEquals": {"aws:PrincipalTag/team": "red"}}, "denied", "undecidable"),
        ({"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}}, "allowed", "undecidable"),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, "allowed", "undecidable"),
        ({"StringEquals": {"aws:SourceAccount": "111122223333"}}, "denied", "undecidable"),
        ({"StringNotEquals": {"aws:SourceVpc": "${aws:Ec2InstanceSourceVpc}"}}, "allowed", "undecidable"),
    ],
)
def test_a_condition_on_the_caller(condition: dict[str, Any], unsigned: str, signed: str) -> None:
    assert read(allow(Condition=condition)) == (unsigned, signed)
    opposite = {"allowed": "denied", "denied": "allowed", "undecidable": "undecidable"}
    assert read(allow(), deny(Condition=condition)) == (opposite[unsigned], opposite[signed])


def test_the_reason_says_whom_a_condition_leaves_out() -> None:
    document = parse(text(allow(Sid="Ours", Condition=IN_ORGANISATION)))
    assert decide_every(document, agent_reads("eu-west-1", OBJECT)).reason == (
        "no statement allows it: the Condition (StringEquals aws:PrincipalOrgID) of Statement[0] 'Ours' "
        "is false for unsigned callers"
    )


def test_the_reason_names_only_the_condition_that_is_not_proven() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1", "aws:SourceVpc": "vpc-1"}}
    document = parse(text(allow(Condition=condition)))
    assert decide_every(document, agent_reads("eu-west-1", OBJECT)).reason == (
        "Statement[0] has a Condition (StringEquals aws:SourceVpc) that cannot be proven"
    )


def test_all_objects_are_admitted_only_under_a_condition_that_holds() -> None:
    here, elsewhere = "eu-west-1", "us-east-1"
    document = parse(text(allow(Condition={"StringEquals": {"aws:RequestedRegion": here}})))
    assert all(allows_all(document, each) for each in agent_reads(here, BUCKET))
    assert not any(allows_all(document, each) for each in agent_reads(elsewhere, BUCKET))


def test_a_context_key_of_a_family_may_hold_another_slash() -> None:
    """A tag's key may hold one: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html"""
    request = Request(
        ACTION, OBJECT, UNSIGNED, {"aws:principaltag/*": ABSENT, "aws:one": ("1",), "aws:two": ()}
    )
    assert request.value("aws:PrincipalTag/team/lead") is ABSENT
    assert request.value("AWS:One") == ("1",)
    assert request.value("aws:two") is ABSENT
    assert request.value("aws:principaltag") is None
    assert request.value("aws:one/x") is None


def test_messages_call_a_caller_by_what_is_known() -> None:
    callers = [Request(ACTION, OBJECT, each).callers for each in (UNSIGNED, Signed(), Signed("111122223333"))]
    assert callers == ["unsigned callers", "every signed caller", "callers of account 111122223333"]
    assert Request(ACTION, OBJECT, Service("ec2.amazonaws.com")).callers == "ec2.amazonaws.com"


# Variables in resources.


@pytest.mark.parametrize(
    ("resource", "context", "expected"),
    [
        ("arn:aws:s3:::b/${aws:username}/*", {"aws:username": ("red",)}, "allowed"),
        ("arn:aws:s3:::b/${aws:username}/*", {"aws:username": ("blue",)}, "denied"),
        ("arn:aws:s3:::b/${aws:username}/*", {"aws:username": ABSENT}, "denied"),
        ("arn:aws:s3:::b/${aws:username}/*", {}, "undecidable"),
        ("arn:aws:s3:::b/${aws:username, 'red'}/*", {"aws:username": ABSENT}, "allowed"),
        # Only the last of an ARN's parts may hold a variable.
        ("arn:aws:${aws:username}:::b/red/*", {"aws:username": ("s3",)}, "undecidable"),
    ],
)
def test_a_variable_in_a_resource(resource: str, context: dict[str, Any], expected: str) -> None:
    request = Request(ACTION, "arn:aws:s3:::b/red/x", UNSIGNED, context)
    assert verdict_on(request, allow(Resource=resource)) == expected


def test_a_variable_does_not_admit_all_objects() -> None:
    document = parse(text(allow(Resource=BUCKET[:-1] + "${aws:username}")))
    assert not allows_all(document, Request(ACTION, BUCKET))
    assert allows_all(parse(text(allow(Resource="arn:aws:s3:::aws-*"))), Request(ACTION, BUCKET))


def test_a_variable_without_a_value_under_not_resource_is_not_proven() -> None:
    """AWS's page says both that it matches no resource and that it may make the statement invalid."""
    request = Request(ACTION, OBJECT, UNSIGNED, {"aws:username": ABSENT})
    mine = allow(Resource=None, NotResource="arn:aws:s3:::b/${aws:username}/*")
    assert verdict_on(request, mine) == "undecidable"


# Callers.

IN_ACCOUNT = Request(ACTION, OBJECT, Signed("111122223333"))
IN_ANOTHER = Request(ACTION, OBJECT, Signed("444455556666"))


@pytest.mark.parametrize(
    "principal", [ACCOUNT, {"AWS": "111122223333"}, {"AWS": "arn:aws:iam::111122223333:role/x"}]
)
def test_a_principal_of_another_account_is_somebody_else(principal: Any) -> None:
    assert verdict_on(IN_ANOTHER, allow(Principal=principal)) == "denied"
    assert verdict_on(IN_ANOTHER, allow(), deny(Principal=principal)) == "allowed"
    assert verdict_on(IN_ACCOUNT, allow(Principal=principal)) == "undecidable"
    assert verdict_on(IN_ANOTHER, allow(), deny(Principal=None, NotPrincipal=principal)) == "denied"


def test_a_service_is_no_principal_of_a_known_account() -> None:
    service = {"Service": "ssm.amazonaws.com"}
    assert verdict_on(IN_ACCOUNT, allow(), deny(Principal=service)) == "allowed"
    assert verdict_on(SIGNED_READ, allow(), deny(Principal=service)) == "undecidable"


def test_an_allow_for_all_but_somebody_is_not_supported() -> None:
    for request in (UNSIGNED_READ, SIGNED_READ, IN_ANOTHER):
        assert verdict_on(request, allow(Principal=None, NotPrincipal=ACCOUNT)) == "undecidable"


def trust(**elements: Any) -> dict[str, Any]:
    return allow(**({"Action": "sts:AssumeRole", "Resource": None} | elements))


def test_a_trust_policy_names_a_service() -> None:
    request = Request("sts:AssumeRole", "*", Service("ec2.amazonaws.com"))
    named = trust(Principal={"Service": ["ssm.amazonaws.com", "ec2.amazonaws.com"]})
    assert verdict_on(request, named, kind="trust") == "allowed"
    assert verdict_on(request, trust(Principal={"Service": "ssm.amazonaws.com"}), kind="trust") == "denied"
    assert verdict_on(request, trust(Principal=ACCOUNT), kind="trust") == "denied"
    assert verdict_on(request, trust(Principal="*"), kind="trust") == "undecidable"


@pytest.mark.parametrize("principal", [ACCOUNT, {"AWS": "111122223333"}])
def test_in_a_trust_policy_an_account_is_all_of_its_principals(principal: Any) -> None:
    statement = trust(Principal=principal)
    assert (
        verdict_on(Request("sts:AssumeRole", "*", Signed("111122223333")), statement, kind="trust")
        == "allowed"
    )
    assert (
        verdict_on(Request("sts:AssumeRole", "*", Signed("444455556666")), statement, kind="trust")
        == "denied"
    )


# Policies of other kinds, and several together.


@pytest.mark.parametrize(
    ("kind", "element"),
    [("identity", {"Principal": "*"}), ("identity", {"NotPrincipal": "*"}), ("trust", {"Resource": "*"})],
)
def test_an_element_that_a_kind_of_policy_does_not_have_is_malformed(
    kind: Kind, element: dict[str, Any]
) -> None:
    plain: dict[str, Any] = {"Effect": "Allow", "Action": "*"}
    plain |= {"Resource": "*"} if kind == "identity" else {"Principal": "*"}
    parse(text(plain), kind)
    with pytest.raises(Malformed, match="unknown key"):
        parse(text(plain | element), kind)


def identity(*statements: dict[str, Any]) -> Any:
    return parse(text(*statements), "identity")


def test_policies_of_one_role_are_judged_together() -> None:
    reads = identity(allow(Principal=None))
    other = identity(allow(Principal=None, Resource=OTHER))
    denies = identity(deny(Principal=None, Sid="No"))
    request = Request(ACTION, OBJECT, Signed("111122223333"))
    assert decide_all([other, reads], request).verdict.value == "allowed"
    assert decide_all([other, reads], request).reason == "policy 2: Statement[0] allows it"
    assert decide_all([other], request).verdict.value == "denied"
    assert decide_all([reads, denies], request).reason == "policy 2: Statement[0] 'No' denies it"
    assert decide_all([reads, denies], request).verdict.value == "denied"
    assert decide_all([], request).verdict.value == "denied"
