"""The shape of identifiers beyond the network's own: accounts, organizations, hosted zones, roles, IPv6 blocks.

Like `names.py`: each check returns the text unchanged or raises ShapeError, and repairs nothing.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Network
from typing import Final

from blueprint import patterns
from blueprint.names import ShapeError

_ACCOUNT = re.compile(patterns.ACCOUNT)
_ORGANIZATION = re.compile(patterns.ORGANIZATION)
_ZONE = re.compile(patterns.HOSTED_ZONE)
_ROLE = re.compile(patterns.ROLE)
_POLICY_ARN = re.compile(patterns.POLICY_ARN)
# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
SUBNET_IPV6_PREFIXES: Final = range(44, 65, 4)


def account_id(text: str) -> str:
    """An AWS account's id, 12 digits
    (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html)."""
    if not _ACCOUNT.fullmatch(text):
        tidy = text.replace("-", "").replace(" ", "")
        raise ShapeError(
            'is not an account\'s id: 12 digits, in quotes, such as "123456789012"',
            f'"{tidy}"' if _ACCOUNT.fullmatch(tidy) else "",
        )
    return text


def organization_id(text: str) -> str:
    """An organization's id, o- and 10 to 32 letters or digits
    (https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html)."""
    return _matching(
        _ORGANIZATION, text, text.strip().lower(), "an organization's id: o- and 10 to 32 of a-z 0-9"
    )


def zone_id(text: str) -> str:
    """A hosted zone's id: capital letters and digits, at most 32
    (https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html)."""
    bare = text.strip().rpartition("/")[2].upper()
    return _matching(_ZONE, text, bare, "a hosted zone's id: 8 to 32 of A-Z 0-9, such as Z2FDTNDATAQYW2")


def role_name(text: str) -> str:
    """An IAM role's name, without its path (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html)."""
    bare = text.rpartition("/")[2]
    return _matching(_ROLE, text, bare, "an IAM role's bare name: up to 64 of A-Z a-z 0-9 _ + = , . @ -")


def policy_arn(text: str) -> str:
    """The ARN of a managed policy, the account's or AWS's own
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html, read 2026-11-30)."""
    what = "the ARN of an IAM policy, such as arn:aws:iam::123456789012:policy/nodes-boundary"
    return _matching(_POLICY_ARN, text, text.strip(), what)


def partition_and_account(arn: str) -> tuple[str, str]:
    """Where a policy is, of an ARN that `policy_arn` took; the account is "aws" for AWS's own."""
    _, partition, _, _, account, _ = arn.split(":", 5)
    return partition, account


def subnet_ipv6_cidr(text: str) -> str:
    """A subnet's IPv6 block, /44 to /64 in steps of 4, as AWS writes it
    (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)."""
    try:
        block = IPv6Network(text, strict=False)
    except ValueError:
        raise ShapeError("is not an IPv6 CIDR block such as 2001:db8:0:1::/64") from None
    if block.prefixlen not in SUBNET_IPV6_PREFIXES:
        raise ShapeError("must have a prefix of /44, /48, /52, /56, /60 or /64: AWS has no other subnets")
    if str(block) != text:
        raise ShapeError("is not written as AWS writes it", str(block))
    return text


def _matching(shape: re.Pattern[str], text: str, tidy: str, what: str) -> str:
    if not shape.fullmatch(text):
        raise ShapeError(f"is not {what}", tidy if shape.fullmatch(tidy) else "")
    return text
