"""The shapes of single values as regular expressions: for the checks, and for the JSON Schema of a stack file.

Python and ECMAScript read them alike but for named groups, which `nameless` takes out. Whoever uses one anchors it.
"""

from __future__ import annotations

import re
from typing import Final

_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_NUMBER: Final = r"(?:0|[1-9][0-9]{0,8})"
# The ASCII characters that no tag has: control characters and all signs but space and + - = . _ : / @
_NO_TAG: Final = r"[^\x00-\x1f!-*,;<>?\[-^`{-\x7f]"

IP_ADDRESS: Final = r"[0-9]+(?:\.[0-9]+){3}"
BUCKET: Final = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
VERSION: Final = rf"{_NUMBER}(?:\.{_NUMBER}){{3}}"
# The Region, then the ending of an Availability Zone, a Local Zone or a Wavelength Zone.
ZONE: Final = (
    r"(?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2})"
    r"(?:(?P<letter>[a-z])|(?P<local>-[a-z]{3}-[0-9][a-z])|(?P<wavelength>-wl[0-9]-[a-z]{3}-wlz-[0-9]))"
)
NEW_ZONE: Final = r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}[a-h]"
ACCOUNT: Final = r"[0-9]{12}"
ORGANIZATION: Final = r"o-[a-z0-9]{10,32}"
HOSTED_ZONE: Final = r"[A-Z0-9]{8,32}"
ROLE: Final = r"[A-Za-z0-9_+=,.@-]{1,64}"
# IAM takes stranger characters in a path; here none of them, for "${" is a variable where a condition names the ARN.
POLICY_ARN: Final = (
    rf"arn:aws(?:-[a-z]+)*:iam::(?:{ACCOUNT}|aws):policy/"
    r"(?:[A-Za-z0-9_+=,.@-]+/){0,20}[A-Za-z0-9_+=,.@-]{1,128}"
)


def aws_id(prefix: str) -> str:
    """An id such as `vpc-0a1b2c3d4e5f60718`: 17 hexadecimal digits, or 8 for resources made before 2018."""
    return rf"{prefix}-(?:[0-9a-f]{{8}}|[0-9a-f]{{17}})"


def cidr(shortest: int, longest: int) -> str:
    """An IPv4 block with a prefix of `shortest` to `longest` bits; that no host bit is set, no expression can say."""
    prefixes = "|".join(str(length) for length in range(shortest, longest + 1))
    return rf"(?:{_OCTET}\.){{3}}{_OCTET}/(?:{prefixes})"


def ipv6_cidr(prefixes: range) -> str:
    """An IPv6 block with one of these prefixes."""
    return rf"[0-9a-f:]*:[0-9a-f:]*/(?:{'|'.join(map(str, prefixes))})"


def bucket() -> str:
    """A bucket's bare name: no two dots together, not an IP address."""
    return rf"(?!.*\.\.)(?!{IP_ADDRESS}$){BUCKET}"


def tag(shortest: int, longest: int) -> str:
    """A tag's key or value, as far as ASCII goes; which other characters are letters, the program looks up."""
    return rf"{_NO_TAG}{{{shortest},{longest}}}"


def nameless(pattern: str) -> str:
    """The same without names for its groups: ECMAScript writes those otherwise."""
    return re.sub(r"\?P<\w+>", "", pattern)
