"""Whom does a statement mean?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
(all read 2026-11-23)
"""

from __future__ import annotations

from re import compile as regex

from policies.iam_match import Match
from policies.iam_request import UNSIGNED, Caller, Service
from policies.iam_syntax import Kind, Statement

NO, MAYBE, YES = Match.NO, Match.MAYBE, Match.YES

EVERYBODY = ("AWS", "*")
_ACCOUNT = regex(r"(\d{12})|arn:[^:]+:(?:iam|sts)::(\d{12}):(.+)")


def means(statement: Statement, caller: Caller, kind: Kind) -> Match:
    """Whether `caller` is among those that the statement is about."""
    if kind == "identity":
        # Who holds the policy.
        return YES
    if not statement.not_principal:
        return max(_is(caller, of, named, kind) for of, named in statement.principal)
    if statement.effect == "Allow" or kind != "endpoint" or EVERYBODY in statement.not_principal:
        # "Using it with "Effect":"Allow" is not supported", nor in a trust policy; and everybody leaves nobody.
        return MAYBE
    return max(_is(caller, of, named, kind) for of, named in statement.not_principal).opposite()


def _is(caller: Caller, named_kind: str, named: str, kind: Kind) -> Match:
    if isinstance(caller, Service):
        if named_kind == "Service":
            return YES if named == caller.name else MAYBE if "*" in named else NO
        # Everybody: AWS does not say whether that includes its own services.
        return MAYBE if (named_kind, named) == EVERYBODY else NO
    if (named_kind, named) == EVERYBODY:
        return YES
    if caller is UNSIGNED:
        return NO
    if named_kind == "Service" and caller.account is not None:
        return NO
    found = _ACCOUNT.fullmatch(named) if named_kind == "AWS" else None
    if found is None or caller.account is None:
        return MAYBE
    if (found[1] or found[2]) != caller.account:
        return NO
    # An account stands for all of its principals, but in a gateway endpoint's policy for its root user alone.
    return YES if kind == "trust" and found[3] in (None, "root") else MAYBE
