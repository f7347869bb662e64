"""Protocols and ports of security group rules, as AWS reads them."""

from __future__ import annotations

import pytest

from policies.graph import UNKNOWN
from policies.group_rules import admits_https


@pytest.mark.parametrize(
    ("protocol", "first", "last", "admits"),
    [
        ("tcp", 443, 443, True),
        ("tcp", 442, 444, True),
        ("tcp", 444, 65535, False),
        ("tcp", 0, 442, False),
        ("TCP", "443", "443", True),
        (6.0, 443.0, 443.0, True),
        ("6", 443, 443, True),
        # -1 is every protocol, on every port, whatever is said of ports.
        ("-1", 0, 0, True),
        (-1.0, None, None, True),
        ("all", 80, 80, True),
        ("All", UNKNOWN, UNKNOWN, True),
        ("udp", 443, 443, False),
        (17, 443, 443, False),
        ("udp", UNKNOWN, UNKNOWN, False),
        (None, 443, 443, False),
        ("tcp", None, 443, False),
        ("tcp", 443, None, False),
        ("tcp", "https", "https", False),
        (UNKNOWN, 443, 443, UNKNOWN),
        (UNKNOWN, 80, 80, UNKNOWN),
        ("tcp", UNKNOWN, 443, UNKNOWN),
        ("tcp", 443, UNKNOWN, UNKNOWN),
    ],
)
def test_whether_a_rule_includes_https(protocol: object, first: object, last: object, admits: object) -> None:
    assert admits_https(protocol, first, last) is admits
