"""Conditions of the owner's statements: operators and keys that AWS knows, values that an endpoint policy may have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (read 2026-11-23)
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (read 2026-11-23)
"""

from __future__ import annotations

import re
from itertools import pairwise

from blueprint.arn_rules import Found
from blueprint.catalog import load
from blueprint.iam_actions import IamService
from blueprint.names import nearest
from blueprint.problems import allowed

_WILDCARD = re.compile(r"[*?]")
_CHARACTERS_BESIDE_A_WILDCARD = 6
_ARN_PARTS = 6
_NULL = "Null"
# From this likeness on, a condition key that nobody knows is taken for a misspelt one. Others may be new ones of AWS's.
_SURE = 0.85


def operator(text: str) -> Found:
    """An operator with what may stand around it: "ForAnyValue:StringLike", "BoolIfExists"."""
    operators = load().limit("condition-operators")
    around = [
        f"{before}{name}{after}"
        for name in operators
        for before in ("", "ForAllValues:", "ForAnyValue:")
        for after in ("", "IfExists")
        if name != _NULL or not (before or after)
    ]
    if text in around:
        return None
    if text.removesuffix("IfExists").rpartition(":")[2] == _NULL:
        return "asks whether there is a value: nothing may stand around Null", _NULL
    return f"is no condition operator\n{allowed(operators)}", nearest(text, around)


def key(text: str, service: IamService) -> Found:
    """A condition key, in any case. One that resembles no key that we know is believed to be a key of AWS's."""
    known = [*load().limit("global-condition-keys"), *service.keys]
    folded = text.lower()
    for each in known:
        fixed, owners, _ = each.lower().partition("<")
        if folded == fixed and owners:
            return "has no name after what it begins with", ""
        if folded == fixed or (owners and folded.startswith(fixed)):
            return None
    head, slash, tag = text.partition("/")
    if slash:
        near = nearest(head, [each.partition("/")[0] for each in known if "/<" in each], _SURE)
        spelt = f"{near}/{tag}"
    else:
        near = spelt = nearest(text, [each for each in known if "<" not in each], _SURE)
    return ("is no condition key of AWS's, and so in no request", spelt) if near else None


def value(operator: str, key: str, text: str) -> Found:
    """A value that is compared with a key's."""
    name = operator.rpartition(":")[2]
    wild = bool(_WILDCARD.search(text)) and "${" not in text
    if key.lower() in map(str.lower, load().limit("identifier-condition-keys")):
        if name.startswith("Numeric"):
            return (
                "is compared as a number, and AWS takes none for an identifier that it generates: StringEquals",
                "",
            )
        if wild and "Like" in name:
            return (
                "has a wildcard, and AWS takes none in an identifier that it generates: give each in full",
                "",
            )
    elif wild and name.startswith(("StringLike", "StringNotLike")):
        runs = [len(run) for run in _WILDCARD.split(text)]
        if any(max(pair) < _CHARACTERS_BESIDE_A_WILDCARD for pair in pairwise(runs)):
            return (
                f"has a wildcard with fewer than {_CHARACTERS_BESIDE_A_WILDCARD} characters before and after it, "
                "which AWS does not take",
                "",
            )
    parts = text.split(":")
    if parts[0] == "arn" and len(parts) >= _ARN_PARTS and "${" not in text:
        account = parts[4]
        if _WILDCARD.search(account) and _WILDCARD.sub("", account):
            return "has an account that is part number, part wildcard, which AWS does not take", ""
    return None
