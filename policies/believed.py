"""Whose policy is it? One that names an organisation, an account or a VPC is believed to name its owner's.

A preview knows none of the three. What a policy demands of the caller in an Allow, or of everybody else in a Deny, is what
its owner's nodes have; if it is not, somebody wrote down another owner's id, which no preview can tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum

from policies import iam
from policies.iam_match import folded
from policies.iam_principals import EVERYBODY


class Of(Enum):
    """Whose the resource of a request is; it decides the condition keys about the resource."""

    OWNER = "the policy's owner"
    OTHERS = "somebody else, such as AWS"
    NOBODY = "the service has no resources"


# Keys of the same thing have the same value; the caller's come first, because a policy may name others' resources.
_ORGANISATION = ("aws:principalorgid", "ssm:nodeorgid", "aws:vpceorgid", "aws:resourceorgid")
_ACCOUNT = (
    *("aws:principalaccount", "ssm:nodeaccountid", "aws:vpceaccount"),
    *("aws:resourceaccount", "s3:resourceaccount"),
)
_PATHS = ("aws:principalorgpaths", "aws:vpceorgpaths", "aws:resourceorgpaths")
_PLACES = ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")
_ALIKE = (_ORGANISATION, _ACCOUNT, _PATHS, *((key,) for key in _PLACES))
_RESOURCE = ("aws:resourceorgid", "aws:resourceaccount", "s3:resourceaccount", "aws:resourceorgpaths")

_OPERATOR = re.compile(
    r"(?:For(?:Any|All)Values?:)?(?:String|Arn)(?P<not>Not)?(?:Equals|EqualsIgnoreCase|Like)(?:IfExists)?"
)
_NUMBER = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
# The account of AWS's own examples.
_SOME_ACCOUNT = "111122223333"


class Owner:
    """Whom policies that belong together are believed to belong to."""

    def __init__(self, *documents: iam.Document) -> None:
        statements = [statement for document in documents for statement in document.statements]
        self._named: dict[str, str] = {}
        for alike in _ALIKE:
            values = (_most(_demanded(statements, key)) for key in alike)
            value = next(filter(None, values), None)
            self._named |= dict.fromkeys(alike, value) if value else {}
        self.account = self._named.get("aws:principalaccount") or _most(_numbers(statements)) or _SOME_ACCOUNT

    def context(self, resource: Of) -> dict[str, iam.Value]:
        """The condition keys whose values follow from who the owner is, and from whose the resource is."""
        known: dict[str, iam.Value] = {key: (value,) for key, value in self._named.items()}
        if resource is not Of.OWNER:
            other: iam.Value = ("somebody-else",) if resource is Of.OTHERS else iam.ABSENT
            known |= dict.fromkeys(_RESOURCE, other)
        return known

    def conditions(self, *keys: str) -> dict[str, str]:
        """Those of `keys` (as AWS writes them) whose value the policies name, to paste."""
        return {key: self._named[folded(key)] for key in keys if folded(key) in self._named}

    def opened(self, document: iam.Document) -> iam.Document:
        """The document as an interface endpoint reads it for the owner's signed calls: an account as Principal stands for
        everybody in it."""
        statements = (
            replace(statement, principal=tuple(map(self._opened, statement.principal)))
            for statement in document.statements
        )
        return replace(document, statements=tuple(statements))

    def _opened(self, named: tuple[str, str]) -> tuple[str, str]:
        kind, id = named
        whole = id == self.account or re.fullmatch(rf"arn:[^:]+:iam::{re.escape(self.account)}:root", id)
        return EVERYBODY if kind == "AWS" and whole else named


def example(pattern: str) -> str:
    """A value that the pattern matches."""
    return pattern.replace("*", "x").replace("?", "x")


def _most(values: Iterable[str]) -> str | None:
    """The value that is there most often."""
    counts = Counter(values)
    return max(counts, key=counts.__getitem__, default=None)


def _demanded(statements: list[iam.Statement], key: str) -> Iterator[str]:
    for statement in statements:
        for condition in statement.conditions:
            operator = _OPERATOR.fullmatch(condition.operator)
            if (
                folded(condition.key) == key
                and operator
                and bool(operator["not"]) is (statement.effect == "Deny")
            ):
                yield from (
                    example(each) for each in condition.values if set(each) - {"*"} and "${" not in each
                )


def _numbers(statements: list[iam.Statement]) -> Iterator[str]:
    """Account numbers of what the policies allow and of whom they name."""
    for statement in statements:
        if statement.effect == "Allow":
            for each in (*statement.resources, *(id for _, id in statement.principal)):
                yield from _NUMBER.findall(each)
