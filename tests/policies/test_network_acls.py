"""A network ACL's verdict on a range of packets is that on each of them: the first rule that fits decides.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policies.graph import UNKNOWN
from policies.network_acls import Entry, Packets, decided, passes, verdict

# Eight addresses and five ports are few enough to ask each packet.
ADDRESSES = [ipaddress.IPv4Address("10.0.0.0") + number for number in range(8)]
PORTS = range(440, 445)
BLOCKS = [
    ipaddress.ip_network(text)
    for text in (*("10.0.0.0/29", "10.0.0.0/30", "10.0.0.4/30", "10.0.0.2/31", "10.0.0.5/32"), "0.0.0.0/0")
]
OTHERS = [ipaddress.ip_network(text) for text in ("10.0.1.0/24", "::/0", "2001:db8::/64")]


@st.composite
def rules(draw: st.DrawFn) -> Entry:
    block = draw(st.sampled_from([*BLOCKS, *BLOCKS, *OTHERS]))
    first, last = draw(st.integers(439, 445)), draw(st.integers(439, 445))
    return Entry(1, draw(st.booleans()), block.version, block, first, last, True)


@st.composite
def ranges(draw: st.DrawFn) -> Packets:
    first = draw(st.sampled_from(PORTS))
    return Packets(draw(st.sampled_from(BLOCKS[:-1])), first, draw(st.sampled_from(PORTS[first - 440 :])))


def each_of(packets: Packets) -> Iterator[tuple[ipaddress.IPv4Address, int]]:
    for address in ADDRESSES:
        if address in packets.block:
            yield from ((address, port) for port in range(packets.first, packets.last + 1))


def let(table: list[Entry], address: ipaddress.IPv4Address, port: int) -> bool:
    """AWS's own words: rules in order, the first that matches, or else the one that denies."""
    for rule in table:
        if (
            isinstance(rule.block, ipaddress.IPv4Network)
            and address in rule.block
            and rule.first <= port <= rule.last
        ):
            return rule.allows is True
    return False


@given(st.lists(rules(), max_size=5), ranges())
def test_a_range_is_taken_apart_into_packets_with_the_verdict_of_each(
    table: list[Entry], asked: Packets
) -> None:
    parts = list(decided(table, asked))
    told = {packet: allowed for allowed, part in parts for packet in each_of(part)}
    assert told == {packet: let(table, *packet) for packet in each_of(asked)}
    assert sum(len(list(each_of(part))) for _, part in parts) == len(told)
    assert passes(table, asked) is all(told.values())


@given(st.lists(rules(), max_size=4), ranges(), st.data())
def test_what_rules_that_cannot_be_read_may_do_proves_nothing(
    table: list[Entry], asked: Packets, data: st.DataObject
) -> None:
    """Whatever they turn out to be, what was said before holds."""
    place = data.draw(st.integers(0, len(table)))
    rule = data.draw(rules())
    ways = data.draw(st.sampled_from([(True,), (False,), (True, False)]))
    somewhere, exists = data.draw(st.sampled_from([(True, True), (True, False), (False, False)]))
    unread = replace(
        rule,
        allows=ways[0] if len(ways) == 1 else UNKNOWN,
        block=UNKNOWN if somewhere else rule.block,
        version=4 if somewhere else rule.version,
        certain=exists,
    )

    def said(*between: Entry) -> object:
        return passes([*table[:place], *between, *table[place:]], asked)

    read = [replace(rule, allows=way) for way in ways]
    if somewhere:
        read = [replace(each, block=block, version=4) for each in read for block in BLOCKS]
    outcomes = {said(each) for each in read} | (set() if exists else {said()})
    assert said(unread) is UNKNOWN or outcomes == {said(unread)}


def test_a_rule_that_cannot_be_read_leaves_what_it_would_not_change() -> None:
    block = BLOCKS[0]
    deny, allow = (Entry(1, way, 4, UNKNOWN, 0, 65535, True) for way in (False, True))
    everything = Entry(2, True, 4, block, 0, 65535, True)
    asked = Packets(block, 443, 443)
    assert passes([allow, everything], asked) is True
    assert passes([deny, everything], asked) is UNKNOWN
    assert passes([deny], asked) is False
    assert passes([allow], asked) is UNKNOWN
    # Of the other IP version, or on other ports, it changes nothing.
    for other in (replace(deny, version=6), replace(deny, last=442), replace(deny, first=444)):
        assert passes([other, everything], asked) is True
    assert passes([replace(deny, version=0), everything], asked) is UNKNOWN


def test_a_verdict_is_what_no_earlier_rule_may_have_decided_otherwise() -> None:
    assert verdict(True, frozenset()) is True
    assert verdict(True, frozenset({True})) is True
    assert verdict(True, frozenset({False})) is UNKNOWN
    assert verdict(False, frozenset({False})) is False
    assert verdict(False, frozenset({True, False})) is UNKNOWN
    assert verdict(False, frozenset({UNKNOWN})) is UNKNOWN
