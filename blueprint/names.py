"""The shape of single values: ids, CIDR blocks, zone and bucket names, versions, tags.

Each check takes the text as the owner wrote it and returns it unchanged, or raises ShapeError. Nothing is
repaired: the nearest right spelling is a proposal to the owner. Messages never quote the value, which may be
a secret.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from ipaddress import IPv4Network, IPv6Network
from itertools import islice
from typing import Final

from blueprint import patterns
from blueprint.catalog import load

ZONE_LETTERS: Final = "abcdefgh"

_MOST_COMPARED = 300

_CIDR = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}")
_BUCKET = re.compile(patterns.BUCKET)
_IP_ADDRESS = re.compile(patterns.IP_ADDRESS)
_VERSION = re.compile(patterns.VERSION)
_ZONE = re.compile(patterns.ZONE)
_ZONE_ID = re.compile(r"[a-z]{3,6}[0-9]{1,2}-([a-z0-9]+-)*(az|wlz)[0-9]{1,2}")


class ShapeError(ValueError):
    """The text is not what this key takes. `message` says why and what is allowed; `nearest` may be ""."""

    def __init__(self, message: str, nearest: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.nearest = nearest


def nearest(text: object, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known name that `text` resembles most, or "". Case, hyphens and underscores do not count.

    Comparing is slow, so that very long texts and very many names resemble nothing.
    """
    names = list(islice(known, _MOST_COMPARED + 1))
    if not isinstance(text, str) or len(text) > 100 or len(names) > _MOST_COMPARED:
        return ""
    folded = {_folded(name): name for name in names}
    wanted = _folded(text)

    def distance(name: str) -> tuple[float, int, str]:
        """Of equally near names, the one with the same letters in the same places; then the first by the alphabet."""
        return -SequenceMatcher(None, name, wanted).ratio(), -sum(map(str.__eq__, name, wanted)), name

    matches = get_close_matches(wanted, folded, n=10, cutoff=cutoff)
    return folded[min(matches, key=distance)] if matches else ""


def beginning(text: object, known: Iterable[str]) -> str:
    """The only known name that begins with `text`, three letters at least, or ""."""
    wanted = _folded(text) if isinstance(text, str) else ""
    found = [name for name in islice(known, _MOST_COMPARED) if _folded(name).startswith(wanted)]
    return found[0] if len(found) == 1 and len(wanted) >= 3 else ""


def aws_id(text: str, prefix: str) -> str:
    """An id such as `vpc-0a1b2c3d4e5f60718`: 17 hexadecimal digits, or 8 for resources made before 2018."""
    shape = re.compile(patterns.aws_id(prefix))
    if not shape.fullmatch(text):
        tidy = text.strip().lower()
        raise ShapeError(
            f"is not an id of this kind: {prefix}- and 17 (or 8) digits 0-9 a-f",
            tidy if shape.fullmatch(tidy) else "",
        )
    return text


def cidr(text: str, shortest: int = 0, longest: int = 32, why: str = "") -> str:
    """A canonical IPv4 block with a prefix of `shortest` to `longest` bits. `why` explains the bounds."""
    if _is_ipv6(text):
        raise ShapeError("is IPv6: this project is IPv4 only so far")
    if not _CIDR.fullmatch(text):
        if _IP_ADDRESS.fullmatch(text):
            raise ShapeError("has no prefix length: a CIDR block ends in one, such as /24")
        raise ShapeError("is not an IPv4 CIDR block such as 10.0.1.0/24")
    try:
        block = IPv4Network(text, strict=False)
    except ValueError:
        raise ShapeError("is not an IPv4 CIDR block such as 10.0.1.0/24: a number is out of range") from None
    if not shortest <= block.prefixlen <= longest:
        raise ShapeError(f"must have a prefix between /{shortest} and /{longest}{why and ': ' + why}")
    if str(block) != text:
        host_bits = not text.startswith(f"{block.network_address}/")
        raise ShapeError("has host bits set" if host_bits else "is not written as AWS writes it", str(block))
    return text


def subnet_cidr(text: str) -> str:
    """A subnet's block, /16 to /28. Source: limits.toml#subnet-prefix-lengths."""
    shortest, longest = load().limit("subnet-prefix-lengths")
    return cidr(text, shortest, longest, "AWS has no other subnets")


def vpc_cidr(text: str) -> str:
    """One of the blocks of a VPC that is there, /16 to /28. Source: limits.toml#vpc-prefix-lengths."""
    shortest, longest = load().limit("vpc-prefix-lengths")
    return cidr(text, shortest, longest, "AWS has no other VPC blocks")


def new_vpc_cidr(text: str) -> str:
    """The block of a VPC to create: an eighth of it has to be a subnet, which is /28 at the smallest."""
    (shortest, _), (_, longest) = load().limit("vpc-prefix-lengths"), load().limit("subnet-prefix-lengths")
    return cidr(
        text, shortest, longest - 3, f"it is split into eight subnets, and AWS's smallest is /{longest}"
    )


def client_cidr(text: str) -> str:
    """Where clients of the endpoints are: anything but everywhere."""
    if cidr(text) == "0.0.0.0/0":
        raise ShapeError("admits every address: list the networks that the clients are in")
    return text


def zone(text: str, region: str | None) -> re.Match[str]:
    """A zone's name in `region` (None: in any), by its shape alone: which zones exist is AWS's answer.

    Returns the match with exactly one of the groups `letter` (an Availability Zone), `local` and
    `wavelength`.
    """
    match = _ZONE.fullmatch(text)
    proposals = [f"{region}{letter}" for letter in ZONE_LETTERS] if region else []
    if match is None:
        if _ZONE_ID.fullmatch(text):
            raise ShapeError("is a zone's id: give its name, the Region's name and a letter")
        raise ShapeError(
            "is not a zone's name: the Region's name and a letter", nearest(text, proposals, 0.75)
        )
    if region and match["region"] != region:
        ending = text.removeprefix(match["region"])
        raise ShapeError(
            f"is not a zone of {region}, the stack's Region", f"{region}{ending}" if match["letter"] else ""
        )
    return match


def bucket(text: str) -> str:
    """A bucket's bare name (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html)."""
    if "*" in text or "?" in text:
        raise ShapeError("has a wildcard: the endpoint's policy admits exact names only, list each bucket")
    if text.startswith(("arn:", "s3://")) or "/" in text:
        bare = re.sub(r"^(arn:[^:]*:[^:]*:[^:]*:[^:]*:|s3://)", "", text).partition("/")[0]
        raise ShapeError(
            "is not a bucket's bare name: leave out arn:, s3:// and everything after the name",
            bare if _is_bucket(bare) else "",
        )
    if not _is_bucket(text):
        tidy = text.strip().lower()
        raise ShapeError(
            "is not a bucket's name: 3 to 63 of a-z 0-9 - and ., a letter or digit first and last, "
            "no two dots together, not an IP address",
            tidy if _is_bucket(tidy) else "",
        )
    return text


def version(text: str) -> str:
    """A version of SSM Agent, four numbers: "3.3.40.0"."""
    if not _VERSION.fullmatch(text):
        # Pulumi hands over a list as JSON text.
        tidy = text.strip(' []"').lower().removeprefix("v")
        proposals = (tidy, f"{tidy}.0")
        raise ShapeError(
            'is not a version of SSM Agent: four numbers in quotes, such as "3.3.40.0"',
            next((f'"{proposal}"' for proposal in proposals if _VERSION.fullmatch(proposal)), ""),
        )
    return text


def tag_key(text: str) -> str:
    """A tag's key: 1 to 128 characters, not AWS's own."""
    if text.casefold().startswith("aws:"):
        raise ShapeError("starts with aws:, which AWS keeps for itself")
    return _tag(text, 1, load().limit("tag-key-characters"), "key")


def tag_value(text: str) -> str:
    """A tag's value: up to 256 characters, possibly none."""
    return _tag(text, 0, load().limit("tag-value-characters"), "value")


def _tag(text: str, shortest: int, longest: int, what: str) -> str:
    if not shortest <= len(text) <= longest:
        raise ShapeError(f"must have a {what} of {shortest} to {longest} characters")
    if not all(c in "+-=._:/@" or unicodedata.category(c)[0] in "LNZ" for c in text):
        raise ShapeError(
            f"has a character in its {what} that no tag may have: letters, digits, spaces and + - = . _ : / @"
        )
    return text


def _is_bucket(text: str) -> bool:
    return bool(_BUCKET.fullmatch(text)) and ".." not in text and not _IP_ADDRESS.fullmatch(text)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Network(text, strict=False)
    except ValueError:
        return False
    return True


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
