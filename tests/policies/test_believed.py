"""Whose policy is it? What a policy demands of its callers, or denies to everybody else, is its owner's."""

from typing import Any

import pytest

from policies.believed import Of, Owner, example
from policies.iam import ABSENT, parse
from tests.policies.iam_documents import allow, deny, text

OURS, THEIRS, SOME = "444455556666", "777788889999", "111122223333"
ORGANISATION = "o-1234567890"


def owner(*statements: dict[str, Any]) -> Owner:
    return Owner(parse(text(*statements)))


def demands(operator: str, key: str, *values: str, effect: Any = allow) -> dict[str, Any]:
    statement: dict[str, Any] = effect(Resource="*", Condition={operator: {key: list(values)}})
    return statement


@pytest.mark.parametrize(
    "operator",
    [
        *("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike", "StringEqualsIfExists"),
        *("ForAnyValue:StringEquals", "ForAllValues:StringLikeIfExists"),
    ],
)
def test_what_an_allow_demands_of_the_caller_is_the_owners(operator: str) -> None:
    found = owner(demands(operator, "AWS:principalaccount", OURS))
    assert found.account == OURS
    assert found.conditions("aws:PrincipalAccount") == {"aws:PrincipalAccount": OURS}


@pytest.mark.parametrize(
    "operator", ["StringNotEquals", "StringNotLikeIfExists", "ForAnyValue:StringNotEquals"]
)
def test_what_a_deny_asks_of_everybody_else_is_the_owners(operator: str) -> None:
    assert owner(demands(operator, "aws:PrincipalAccount", OURS, effect=deny)).account == OURS


@pytest.mark.parametrize(
    "statement",
    [
        demands("StringNotEquals", "aws:PrincipalAccount", THEIRS),
        demands("StringEquals", "aws:PrincipalAccount", THEIRS, effect=deny),
        demands("NumericEquals", "aws:PrincipalAccount", THEIRS),
        demands("StringMatches", "aws:PrincipalAccount", THEIRS),
        demands("StringEquals", "aws:SourceAccount", THEIRS),
        demands("StringLike", "aws:PrincipalAccount", "*", "**"),
        demands("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"),
    ],
    ids=str,
)
def test_what_excludes_somebody_or_names_nobody_tells_nothing(statement: dict[str, Any]) -> None:
    found = owner(statement)
    assert found.account == SOME
    assert found.context(Of.OWNER) == {}
    assert found.conditions("aws:PrincipalAccount") == {}


def test_the_value_that_is_demanded_most_often_is_the_owners() -> None:
    ours = demands("StringEquals", "aws:PrincipalAccount", OURS)
    several = demands("StringEquals", "aws:PrincipalAccount", THEIRS, OURS)
    assert owner(several, ours).account == OURS
    assert owner(demands("StringEquals", "aws:PrincipalAccount", THEIRS), ours, ours).account == OURS


def test_the_caller_tells_more_than_the_resource() -> None:
    theirs = demands("StringEquals", "aws:ResourceAccount", THEIRS)
    assert owner(theirs, theirs, demands("StringEquals", "ssm:NodeAccountId", OURS)).account == OURS
    assert owner(theirs).account == THEIRS
    assert owner(demands("StringEquals", "s3:ResourceAccount", THEIRS)).account == THEIRS


def test_without_a_condition_the_account_that_is_allowed_most_often_is_the_owners() -> None:
    arn = f"arn:aws:ssm:eu-west-1:{OURS}:document/*"
    assert owner(allow(Resource=arn)).account == OURS
    assert owner(allow(Principal={"AWS": [f"arn:aws:iam::{OURS}:root"]})).account == OURS
    twice = allow(Resource=[arn, arn.replace("document", "parameter")], Principal={"AWS": THEIRS})
    assert owner(twice).account == OURS
    assert owner(deny(Resource=arn), deny(Principal={"AWS": THEIRS})).account == SOME
    assert owner(allow(Resource=f"arn:aws:s3:::logs-{OURS}1/*")).account == SOME
    # A condition is said of the caller, and so counts first.
    assert owner(twice, demands("StringEquals", "aws:PrincipalAccount", THEIRS)).account == THEIRS


def test_keys_of_the_same_thing_have_the_same_value() -> None:
    found = owner(
        demands("StringEquals", "aws:PrincipalOrgID", ORGANISATION),
        demands("StringLike", "aws:PrincipalOrgPaths", f"{ORGANISATION}/r-ab12/*"),
        demands("StringEquals", "aws:SourceVpc", "vpc-1"),
    )
    path = f"{ORGANISATION}/r-ab12/x"
    assert found.context(Of.OWNER) == {
        "aws:principalorgid": (ORGANISATION,),
        "ssm:nodeorgid": (ORGANISATION,),
        "aws:vpceorgid": (ORGANISATION,),
        "aws:resourceorgid": (ORGANISATION,),
        "aws:principalorgpaths": (path,),
        "aws:vpceorgpaths": (path,),
        "aws:resourceorgpaths": (path,),
        "aws:sourcevpc": ("vpc-1",),
    }
    keys = ("aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:SourceVpc")
    assert found.conditions(*keys) == {"aws:PrincipalOrgID": ORGANISATION, "aws:SourceVpc": "vpc-1"}


def test_a_resource_of_somebody_else_is_not_the_owners_and_no_resource_has_no_owner() -> None:
    found = owner(demands("StringEquals", "aws:ResourceOrgID", ORGANISATION))
    resource = {"aws:resourceorgid", "aws:resourceaccount", "s3:resourceaccount", "aws:resourceorgpaths"}
    for of, value in ((Of.OTHERS, ("somebody-else",)), (Of.NOBODY, ABSENT)):
        context = found.context(of)
        assert {key for key, known in context.items() if known == value} == resource
        assert context["aws:principalorgid"] == (ORGANISATION,)


def test_policies_that_belong_together_have_one_owner() -> None:
    first = parse(text(demands("StringEquals", "aws:PrincipalAccount", OURS)))
    second = parse(text(demands("StringEquals", "aws:PrincipalOrgID", ORGANISATION)))
    keys = ("aws:PrincipalOrgID", "aws:PrincipalAccount")
    assert Owner(first, second).conditions(*keys) == dict(zip(keys, (ORGANISATION, OURS), strict=True))
    assert Owner().account == SOME


def test_for_signed_calls_the_account_as_principal_is_everybody_in_it() -> None:
    role = ("AWS", f"arn:aws:iam::{OURS}:role/nodes")
    named = {"AWS": [OURS, f"arn:aws-cn:iam::{OURS}:root", THEIRS, f"arn:aws:iam::{THEIRS}:root", role[1]]}
    document = parse(
        text(
            demands("StringEquals", "aws:PrincipalAccount", OURS),
            allow(Principal=named | {"CanonicalUser": OURS}),
            deny(Principal=None, NotPrincipal={"AWS": OURS}),
        )
    )
    first, second, third = Owner(document).opened(document).statements
    everybody = ("AWS", "*")
    assert first == document.statements[0]
    assert second.principal == (
        *(everybody, everybody, ("AWS", THEIRS), ("AWS", f"arn:aws:iam::{THEIRS}:root"), role),
        ("CanonicalUser", OURS),
    )
    assert third == document.statements[2]


def test_an_example_is_one_of_what_the_pattern_matches() -> None:
    assert example("arn:aws:kms:*:?:key/a*") == "arn:aws:kms:x:x:key/ax"
    assert example("plain") == "plain"
