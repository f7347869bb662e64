"""Resources and principals of the owner's statements: are they ARNs, and ARNs that the endpoint can ever see?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (both read 2026-11-25)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from blueprint.catalog import Region
from blueprint.iam_actions import IamService, wildcard_matches
from blueprint.names import nearest
from blueprint.problems import allowed

# What is wrong (first line) and what is allowed, and the nearest right spelling or ""; None where nothing is wrong.
Found = tuple[str, str] | None

_ACCOUNT = re.compile(r"[0-9]{12}")
_PRINCIPAL = re.compile(r"arn:(?P<partition>[a-z-]+):(?:iam|sts)::(?P<account>[0-9]{12}):(?P<rest>[^*?]+)")
_PARTS, _SERVICE = 6, 2
# EC2 has a hundred kinds of resources: a list that nobody reads.
_MOST_LISTED = 30


def resource(text: str, service: IamService, region: Region) -> Found:
    """A resource that is not "*": an ARN or a pattern of ARNs that an action of the service may be about in the Region.

    A policy variable (${...}) may be anything, in the last part: elsewhere AWS takes it for text.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (read 2026-11-23)
    """
    if not service.arns:
        return f'is not "*": the actions of {service.id} are about no resource', "*"
    if "${" in text and text[: text.find("${")].count(":") < _PARTS - 1:
        return "has a policy variable before the last part of the ARN, where AWS takes it for text", ""
    parts = text.split(":", _PARTS - 1)
    if parts[0] != "arn" or len(parts) < _PARTS:
        # "arn:aws:ssm:*" says the same with fewer colons.
        short = parts[0] == "arn" and parts[-1] == "*" and len(parts) > _SERVICE
        padded = ":".join((*parts, *["*"] * (_PARTS - len(parts)))) if short else ""
        return 'is no ARN (arn:partition:service:region:account:resource) and not "*"', padded
    _, partition, of, where, account, rest = parts
    if not _may_be(partition, [region.partition.id]):
        here = region.partition.id
        return f"is of another partition than the endpoint's, {here}", _with(parts, 1, here)
    known = [arn.split(":", _PARTS - 1) for arn in service.arns]
    services = list(dict.fromkeys(arn[2] for arn in known))
    if not _may_be(of, services):
        return f"is of a service that no action of {service.id} is about\n{allowed(services)}", ""
    if where and not _may_be(where, [region.id]):
        return f"is in another Region than the endpoint, {region.id}", _with(parts, 3, region.id)
    if account not in ("", "*") and not _ACCOUNT.fullmatch(account):
        return "has an account that is neither 12 digits nor *: AWS takes no part of a number", ""
    kinds = list(dict.fromkeys(_kind(arn[5]) for arn in known if _may_be(of, [arn[2]])))
    if "*" not in kinds and not _may_be(_kind(rest), kinds):
        near = nearest(_kind(rest), kinds)
        spelt = _with(parts, 5, near + rest[len(_kind(rest)) :]) if near else ""
        listed = f"\n{allowed(kinds)}" if len(kinds) <= _MOST_LISTED else ""
        return f"is of a kind that no action of {service.id} is about{listed}", spelt
    return None


def principal(text: str, region: Region) -> Found:
    """A principal that is not "*"."""
    if _ACCOUNT.fullmatch(text):
        return None
    found = _PRINCIPAL.fullmatch(text)
    if found is None:
        return "is no principal: an account's 12 digits, the ARN of a role or user in full, or * alone", ""
    here = region.partition.id
    if found["partition"] != here:
        return f"is of another partition than the endpoint's, {here}", _with(text.split(":"), 1, here)
    return None


def _may_be(part: str, known: Iterable[str]) -> bool:
    return any(wildcard_matches(part, each) for each in known)


def _kind(rest: str) -> str:
    """What the last part of an ARN begins with: "document" of "document/*"."""
    # A variable may stand for anything from here on.
    return re.split(r"[/:]", rest.replace("${", "*/", 1), maxsplit=1)[0]


def _with(parts: Sequence[str], index: int, part: str) -> str:
    return ":".join((*parts[:index], part, *parts[index + 1 :]))
