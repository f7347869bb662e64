"""Names in a stack file that only look right are refused, with what is invisible or foreign in them spelt out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.blueprint.right_settings import changed, full, problems
from tests.policies.test_alike_names import WAYS

# Where a name stands, the name, and what the same name would be there.
PLACES: dict[str, tuple[str, str]] = {
    "buckets.own": ("buckets.own[0].name", "acme-logs"),
    "buckets.otherAwsManaged": ("buckets.otherAwsManaged[0]", "acme-logs"),
    "topology.fips": ("topology.fips[0]", "ec2"),
    "nodes.existingSecurityGroups": ("nodes.existingSecurityGroups[0]", "sg-0a1b2c3d"),
    "network.vpcId": ("network.vpcId", "vpc-0a1b2c3d4e5f60718"),
    "=aws:region": ("aws:region", "eu-west-1"),
}


def written_at(place: str, written: str) -> dict[str, Any]:
    value: Any = written if place in ("network.vpcId", "=aws:region") else [written]
    if place == "buckets.own":
        value = [{"name": written, "access": "read"}]
    if place == "=aws:region":
        return {**changed({}), "aws:region": value}
    return changed({place: value})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_only_looks_right_is_refused_and_spelt_out(place: str, way: str) -> None:
    key, name = PLACES[place]
    written = WAYS[way](name)
    if written == name:  # there is nothing in the name that could be written so
        assert way in ("a soft hyphen", "another hyphen", "one Cyrillic letter")
        return
    found = {each.key: each for each in problems(written_at(place, written))}
    problem = found[full(key)]
    assert problem.value.isascii()
    assert problem.value.isprintable()
    # What is not ASCII, or not to be seen, stands there as its number.
    for character in set(written) - set(name):
        if character > "~" or character < " ":
            assert f"\\u{ord(character):04x}" in problem.value or character in "\n\t", problem.value


@pytest.mark.parametrize("way", WAYS)
def test_a_key_that_only_looks_right_is_refused_and_spelt_out(way: str) -> None:
    for name in ("patchManager", "features"):
        written = WAYS[way](name)
        if written == name:
            continue
        given = changed({"features": {written: False}}) if name == "patchManager" else changed({written: {}})
        keys = [each.key for each in problems(given)]
        assert keys
        assert all(key.isascii() and key.isprintable() for key in keys)
