"""Whom a statement means: by the kind of policy, the caller and how the Principal names somebody.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from typing import Any

import pytest

from policies.iam import UNSIGNED, Request, Service, Signed
from policies.iam_request import Caller
from tests.policies.iam_documents import allow, deny, verdict_on

OURS, THEIRS = "111122223333", "444455556666"
EC2 = "ec2.amazonaws.com"


def asked(caller: Caller, **element: Any) -> str:
    """Of a trust policy."""
    statement = allow(**({"Action": "sts:AssumeRole", "Resource": None} | element))
    return verdict_on(Request("sts:AssumeRole", "*", caller), statement, kind="trust")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({"AWS": OURS}, "allowed"),
        ({"AWS": f"arn:aws:iam::{OURS}:root"}, "allowed"),
        ({"AWS": f"arn:aws-us-gov:iam::{OURS}:root"}, "allowed"),
        ({"AWS": [THEIRS, OURS]}, "allowed"),
        ("*", "allowed"),
        # Somebody in the account: whether the caller is, nobody knows.
        ({"AWS": f"arn:aws:iam::{OURS}:role/root"}, "undecidable"),
        ({"AWS": f"arn:aws:sts::{OURS}:assumed-role/nodes/i-0123456789abcdef0"}, "undecidable"),
        ({"Federated": "cognito-identity.amazonaws.com"}, "undecidable"),
        ({"CanonicalUser": OURS}, "undecidable"),
        ({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, "undecidable"),
        ({"AWS": f"{OURS}1"}, "undecidable"),
        ({"AWS": THEIRS}, "denied"),
        ({"AWS": f"arn:aws:sts::{THEIRS}:assumed-role/nodes/i-0123456789abcdef0"}, "denied"),
        ({"Service": EC2}, "denied"),
    ],
)
def test_a_signed_caller_of_a_known_account(named: Any, expected: str) -> None:
    assert asked(Signed(OURS), Principal=named) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({"Service": EC2}, "allowed"),
        ({"Service": ["ssm.amazonaws.com", EC2]}, "allowed"),
        ({"Service": "ec2.*"}, "undecidable"),
        ({"AWS": "*"}, "undecidable"),
        ({"Service": "ssm.amazonaws.com"}, "denied"),
        ({"AWS": EC2}, "denied"),
        ({"Federated": "*"}, "denied"),
    ],
)
def test_a_service(named: Any, expected: str) -> None:
    assert asked(Service(EC2), Principal=named) == expected


@pytest.mark.parametrize("caller", [Signed(OURS), Service(EC2), UNSIGNED])
def test_what_a_not_principal_means_in_a_trust_policy_is_never_proven(caller: Caller) -> None:
    """ "Using it with "Effect": "Allow" is not supported, and not in a role's trust policy either"."""
    assert asked(caller, Principal=None, NotPrincipal={"AWS": THEIRS}) == "undecidable"
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": OURS}, "Action": "*"},
        {"Effect": "Deny", "NotPrincipal": {"AWS": THEIRS}, "Action": "*"},
    ]
    said = verdict_on(Request("sts:AssumeRole", "*", Signed(OURS)), *statements, kind="trust")
    assert said == "undecidable"


@pytest.mark.parametrize(
    ("excepted", "expected"),
    [
        ({"AWS": THEIRS}, "denied"),
        ({"Service": EC2}, "denied"),
        # The caller may be the one that is excepted.
        ({"AWS": OURS}, "undecidable"),
        ({"AWS": [THEIRS, f"arn:aws:iam::{OURS}:role/nodes"]}, "undecidable"),
        ({"Federated": "accounts.google.com"}, "undecidable"),
        ("*", "undecidable"),
        ({"AWS": [THEIRS, "*"]}, "undecidable"),
    ],
)
def test_a_deny_of_all_but_somebody_in_an_endpoints_policy(excepted: Any, expected: str) -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::b/o", Signed(OURS))
    everything = allow(Resource="*")
    denial = deny(Resource="*", Principal=None, NotPrincipal=excepted)
    assert verdict_on(request, everything, denial) == expected


def test_in_an_endpoints_policy_an_account_is_not_proven_to_be_the_caller() -> None:
    """There it means the root user alone."""
    request = Request("s3:GetObject", "arn:aws:s3:::b/o", Signed(OURS))
    for named in (OURS, f"arn:aws:iam::{OURS}:root"):
        assert verdict_on(request, allow(Resource="*", Principal={"AWS": named})) == "undecidable"


def test_who_holds_an_identity_policy_is_its_principal() -> None:
    for caller in (Signed(OURS), Signed(), UNSIGNED):
        request = Request("s3:GetObject", "arn:aws:s3:::b/o", caller)
        assert verdict_on(request, allow(Principal=None, Resource="*"), kind="identity") == "allowed"
