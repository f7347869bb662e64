"""Address blocks by hand: which hold which, and what counts as one."""

from __future__ import annotations

import pytest

from policies.address_blocks import covers, covers_everything, network, together


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0/24", "sg-0123", None, 10, ["10.0.0.0/8"]])
def test_what_is_no_block_is_none(text: object) -> None:
    assert network(text) is None


def test_bits_of_the_host_do_not_matter() -> None:
    """AWS reads 100.68.0.18/18 as 100.68.0.0/18."""
    assert str(network("100.68.0.18/18")) == "100.68.0.0/18"
    assert str(network("2001:db8::1/64")) == "2001:db8::/64"


def test_blocks_are_joined_where_they_touch_and_by_ip_version() -> None:
    blocks = ["10.0.1.0/24", "nonsense", "2001:db8::/64", "10.0.0.0/24", "10.0.3.0/24", "10.0.3.7/32"]
    assert [str(each) for each in together(blocks, 4)] == ["10.0.0.0/23", "10.0.3.0/24"]
    assert [str(each) for each in together(blocks, 6)] == ["2001:db8::/64"]


@pytest.mark.parametrize(
    ("blocks", "block", "held"),
    [
        (["10.0.0.0/16"], "10.0.1.0/24", True),
        (["10.0.1.0/24"], "10.0.1.0/24", True),
        (["10.0.1.0/25", "10.0.1.128/25"], "10.0.1.0/24", True),
        (["10.0.1.0/25", "10.0.1.128/26"], "10.0.1.0/24", False),
        (["10.0.1.0/24"], "10.0.0.0/16", False),
        (["0.0.0.0/0"], "2001:db8::/64", False),
        (["::/0"], "2001:db8::/64", True),
        ([], "10.0.1.0/24", False),
        (["10.0.0.0/16"], "no block", False),
    ],
)
def test_a_block_is_held_by_others_together(blocks: list[str], block: str, held: bool) -> None:
    assert covers(blocks, block) is held


@pytest.mark.parametrize(
    ("blocks", "everything"),
    [
        (["0.0.0.0/0"], True),
        (["::/0"], True),
        (["0.0.0.0/1", "10.0.0.0/8", "128.0.0.0/1"], True),
        (["::/1", "8000::/1"], True),
        (["0.0.0.0/1", "8000::/1"], False),
        (["0.0.0.0/1", "128.0.0.0/2"], False),
        ([], False),
    ],
)
def test_every_address_of_one_ip_version_is_everything(blocks: list[str], everything: bool) -> None:
    assert covers_everything(iter(blocks)) is everything
