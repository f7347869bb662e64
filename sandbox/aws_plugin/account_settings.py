"""The provider settings that decide whose account is worked in: roles to assume, accounts that are allowed or forbidden.

The shapes are those of pulumi-aws 7: `assumeRoles` is a list of objects, assumed one after the other; the two others are
lists of account ids. What the official plugin would overlook and thereby end up in another account is refused here.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

KEYS = frozenset({"assumeRoles", "allowedAccountIds", "forbiddenAccountIds"})
ACCOUNT = re.compile(r"\d{12}")
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+")
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
PART_OF_DURATION = re.compile(r"(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)")
SHORTEST, LONGEST = 15 * 60, 12 * 3600  # seconds of a session


def seconds(text: object) -> float | None:
    """A duration as Go writes it, such as 1h30m, in seconds; None for anything else."""
    if not isinstance(text, str) or not re.fullmatch(f"(?:{PART_OF_DURATION.pattern})+", text):
        return None
    return sum(float(number) * UNITS[unit] for number, unit in PART_OF_DURATION.findall(text))


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


# What a key of a role must be, in words and as a check, and the parameters of AssumeRole that it becomes.
Key = tuple[str, Callable[[Any], bool], Callable[[Any], dict[str, Any]]]
ROLE: Mapping[str, Key] = {
    "roleArn": (
        "the ARN of a role such as arn:aws:iam::111122223333:role/deploy",
        _text(ROLE_ARN.pattern),
        lambda value: {"RoleArn": value},
    ),
    "sessionName": (
        "2 to 64 letters, digits and _+=,.@-",
        _text(r"[\w+=,.@-]{2,64}"),
        lambda value: {"RoleSessionName": value},
    ),
    "externalId": (
        "2 to 1224 letters, digits and _+=,.@:/-",
        _text(r"[\w+=,.@:/-]{2,1224}"),
        lambda value: {"ExternalId": value},
    ),
    "duration": (
        "from 15m to 12h",
        lambda value: SHORTEST <= (seconds(value) or 0) <= LONGEST,
        lambda value: {"DurationSeconds": int(seconds(value) or 0)},
    ),
    "policy": ("a policy as JSON text", _text(r"(?s)\s*\{.*"), lambda value: {"Policy": value}),
    "policyArns": (
        "a list of ARNs",
        _texts,
        lambda value: {"PolicyArns": [{"arn": arn} for arn in value]},
    ),
    "sourceIdentity": (
        "2 to 64 letters, digits and _+=,.@-",
        _text(r"[\w+=,.@-]{2,64}"),
        lambda value: {"SourceIdentity": value},
    ),
    "tags": (
        "a mapping of texts",
        lambda value: isinstance(value, dict) and _texts(list(value.values())),
        lambda value: {"Tags": [{"Key": key, "Value": text} for key, text in sorted(value.items())]},
    ),
    "transitiveTagKeys": ("a list of texts", _texts, lambda value: {"TransitiveTagKeys": value}),
}


def problems(config: Mapping[str, Any]) -> dict[str, str]:
    """Why these settings are refused, by property; the values of the configuration are parsed."""
    found = {}
    if reason := _roles_problem(config.get("assumeRoles")):
        found["assumeRoles"] = reason
    for key in ("allowedAccountIds", "forbiddenAccountIds"):
        ids = config.get(key)
        if ids is not None and not (_texts(ids) and all(ACCOUNT.fullmatch(each) for each in ids)):
            # As a number an id would lose the zeros that it begins with.
            found[key] = f'aws:{key} must be a list of account ids in quotes, such as ["111122223333"]'
    if not found and config.get("allowedAccountIds") and config.get("forbiddenAccountIds"):
        found["forbiddenAccountIds"] = (
            "aws:forbiddenAccountIds conflicts with aws:allowedAccountIds: keep one"
        )
    return found


def _roles_problem(roles: Any) -> str | None:
    if roles is None:
        return None
    if not isinstance(roles, list) or not all(isinstance(role, dict) for role in roles):
        return "aws:assumeRoles must be a list such as [{roleArn: arn:aws:iam::111122223333:role/deploy}]"
    for index, role in enumerate(roles):
        where = f"aws:assumeRoles[{index}]"
        if unknown := sorted(role.keys() - ROLE.keys()):
            return (
                f"{where}: the stand-in does not know {', '.join(unknown)}; known: {', '.join(sorted(ROLE))}"
            )
        if role.get("roleArn") is None:
            # The official provider goes on in the account of the keys then, and says nothing.
            return f"{where}.roleArn is missing: without it no role would be assumed"
        for key, value in sorted(role.items()):
            must_be, fits, _ = ROLE[key]
            if value is not None and not fits(value):
                return f"{where}.{key} must be {must_be}"  # not what it is: an external id is shared in confidence
    return None


def requests(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parameters of the calls of AssumeRole, in their order; the configuration has no problems."""
    return [_request(role) for role in config.get("assumeRoles") or ()]


def _request(role: Mapping[str, Any]) -> dict[str, Any]:
    request = {
        "RoleSessionName": f"aws-go-sdk-{time.time_ns()}"
    }  # the official provider's name, if there is none
    for key, value in role.items():
        if value is not None:
            request |= ROLE[key][2](value)
    return request


def are_used(config: Mapping[str, Any]) -> bool:
    """Whether any of these settings is there, so that STS has to be asked."""
    return any(config.get(key) for key in KEYS)
