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
_OPERATOR = re.compile(r"(?P<before>For(?:All|Any)Values:)?(?P<name>\w+?)(?P<after>IfExists)?")
_CHARACTERS_BESIDE_A_WILDCARD = 6
_ARN_PARTS = 6
# From this likeness on, a condition key that nobody knows is taken for a misspelt one. Others may be new ones of AWS's.
_SURE = 0.85


def operator(text: str) -> Found:
    """An operator with what may stand around it: "ForAnyValue:StringLike", "BoolIfExists"."""
    operators = load().limit("condition-operators")
    found = _OPERATOR.fullmatch(text)
    name = found["name"] if found else text
    if name not in operators:
        near = nearest(name, operators)
        whole = f"{found['before'] or ''}{near}{found['after'] or ''}" if found and near else near
        return f"is no condition operator\n{allowed(operators)}", whole
    if name == "Null" and text != "Null":
        return "asks whether there is a value: nothing may stand around Null", "Null"
    return None


def key(text: str, service: IamService) -> Found:
    """A condition key, in any case. One that resembles no key that we know is believed to be a key of AWS's."""
    known = [*load().limit("global-condition-keys"), *service.keys]
    folded = text.lower()
    for each in known:
        fixed, owners, _ = each.lower().partition("<")
        if folded == fixed or (owners and folded.startswith(fixed) and len(folded) > len(fixed)):
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
