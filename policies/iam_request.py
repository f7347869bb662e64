"""A request as a policy sees it: what is asked, by whom, and what is known of the request's context.

What AWS puts into the context, key by key ("Availability"), and what an anonymous caller's keys hold:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable (both read 2026-11-23)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal

from policies.iam_match import folded


class Presence(Enum):
    """Of a context key whose values are not known."""

    ABSENT = "surely not in the request"
    PRESENT = "in the request, with a value that is not known"


ABSENT: Final = Presence.ABSENT
PRESENT: Final = Presence.PRESENT
Value = tuple[str, ...] | Presence


class Unsigned(Enum):
    """The caller of a request without a signature."""

    UNSIGNED = "unsigned"


UNSIGNED: Final = Unsigned.UNSIGNED


@dataclass(frozen=True)
class Signed:
    """Somebody who signs requests: in the account of 12 digits, or in one that is not known (AWS's own, too)."""

    account: str | None = None


@dataclass(frozen=True)
class Service:
    """An AWS service by its principal's name, such as ec2.amazonaws.com: who asks for a role by its trust policy."""

    name: str


Caller = Literal[Unsigned.UNSIGNED] | Signed | Service


@dataclass(frozen=True)
class Request:
    """One request, or many that differ only in the resource."""

    action: str
    # An ARN in full for a decision, a pattern for `allows_all` and `denial_within`, "*" where the service has none.
    resource: str
    caller: Caller = UNSIGNED
    # Keys in lower case; "aws:principaltag/*" is every tag. What is not listed may be there or not, with any value.
    context: Mapping[str, Value] = field(default_factory=dict)

    def value(self, key: str) -> Value | None:
        """What is known of a context key; None if nothing is. Names of keys ignore case."""
        name = folded(key)
        found = self.context.get(name)
        if found is None and "/" in name:
            found = self.context.get(name.partition("/")[0] + "/*")
        if found == ():
            return ABSENT
        # AWS calls an empty string "a null dataset" in one place and compares it in another.
        return None if isinstance(found, tuple) and "" in found else found

    @property
    def callers(self) -> str:
        """How messages call who asks."""
        match self.caller:
            case Signed(account=None):
                return "every signed caller"
            case Signed(account=str(account)):
                return f"callers of account {account}"
            case Service(name=name):
                return name
        return "unsigned callers"


# SSM Agent's reads of AWS's own buckets. "The SSM Agent could make unauthenticated requests"; other objects come by
# URLs that a service account of AWS's has signed in advance, and a node may sign with its role:
# https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/service_owned_resources.md (read 2026-11-23)
# Through this endpoint, directly, by a program and not by a link in a browser. Over TLS or not: the agent may fall back.
_EVERY_READ: dict[str, Value] = {
    "aws:sourcevpce": PRESENT,
    "aws:sourcevpc": PRESENT,
    "aws:sourcevpcarn": PRESENT,
    "aws:vpcsourceip": PRESENT,
    "aws:vpceaccount": PRESENT,
    "aws:sourceip": ABSENT,
    "aws:viaawsservice": ("false",),
    "aws:calledvia": ABSENT,
    "aws:calledviafirst": ABSENT,
    "aws:calledvialast": ABSENT,
    "aws:securetransport": PRESENT,
    "aws:currenttime": PRESENT,
    "aws:epochtime": PRESENT,
    "aws:resourceaccount": PRESENT,
    "aws:referer": ABSENT,
    "aws:requesttag/*": ABSENT,
}
_UNSIGNED: dict[str, Value] = {
    "aws:principalaccount": ("anonymous",),
    "aws:principaltype": ("Anonymous",),
    "aws:userid": ("anonymous",),
    "aws:username": ABSENT,
    "aws:principalarn": ABSENT,
    "aws:principalorgid": ABSENT,
    "aws:principalorgpaths": ABSENT,
    "aws:principaltag/*": ABSENT,
    "aws:principalisawsservice": ABSENT,
    "aws:principalservicename": ABSENT,
    "aws:principalservicenameslist": ABSENT,
    # Of role sessions and federated users.
    "aws:assumedroot": ABSENT,
    "aws:federatedprovider": ABSENT,
    "aws:tokenissuetime": ABSENT,
    "aws:signinsessionarn": ABSENT,
    "aws:multifactorauthage": ABSENT,
    "aws:multifactorauthpresent": ABSENT,
    "aws:ec2instancesourcevpc": ABSENT,
    "aws:ec2instancesourceprivateipv4": ABSENT,
    "aws:sourceidentity": ABSENT,
    "ec2:roledelivery": ABSENT,
    "ec2:sourceinstancearn": ABSENT,
    "ssm:sourceinstancearn": ABSENT,
    # Of requests that a service principal makes.
    "aws:sourceaccount": ABSENT,
    "aws:sourcearn": ABSENT,
    "aws:sourceorgid": ABSENT,
    "aws:sourceorgpaths": ABSENT,
}
# Whose key it is differs from read to read: the node's role, or an account of AWS's.
_SIGNED: dict[str, Value] = {
    "aws:principalaccount": PRESENT,
    "aws:principaltype": PRESENT,
    "aws:userid": PRESENT,
    "aws:principalarn": PRESENT,
    "aws:principalisawsservice": PRESENT,
}


def agent_reads(region: str, resource: str) -> tuple[Request, ...]:
    """SSM Agent's ways to read an object of AWS's through a gateway endpoint in `region`: an endpoint policy has to
    allow each."""
    common = _EVERY_READ | {"aws:requestedregion": (region,)}
    return (
        Request("s3:GetObject", resource, UNSIGNED, common | _UNSIGNED),
        Request("s3:GetObject", resource, Signed(), common | _SIGNED),
    )
