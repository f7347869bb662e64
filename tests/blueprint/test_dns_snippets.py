"""BIND's and unbound's own checkers accept the snippets, in every partition, and refuse doctored ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog import load
from blueprint.forwarders import Forwarder, bind, unbound, zones
from tests.support.dns_checkers import named_checkconf, unbound_checkconf

TARGETS = [("10.20.0.2",), ("fd00:ec2::253",), ("192.168.1.5", "192.168.2.5", "2001:db8::53")]
# One Region stands for its partition.
REGIONS = {region.partition.id: region for region in load().regions.values()}


@pytest.fixture(params=REGIONS)
def forwarders(request: pytest.FixtureRequest) -> list[list[Forwarder]]:
    region = REGIONS[request.param]
    return [
        [Forwarder(zone, targets) for zone in zones(region, dual_stack=dual)]
        for targets in TARGETS
        for dual in (False, True)
    ]


def named_conf(snippet: str) -> str:
    """A server's configuration with the snippet in it, as the snippet's comment says."""
    return f'options {{ directory "/tmp"; recursion yes; }};\n{snippet}'


def test_bind_accepts_the_snippet(forwarders: list[list[Forwarder]], tmp_path: Path) -> None:
    for found in forwarders:
        assert named_checkconf(named_conf(bind(found)), tmp_path) == ""


def test_bind_accepts_what_the_snippet_advises(tmp_path: Path) -> None:
    advice = 'validate-except { "amazonaws.com"; }; deny-answer-addresses { 10.0.0.0/8; } except-from { "amazonaws.com"; };'
    snippet = bind([Forwarder("amazonaws.com", ("10.20.0.2",))])
    assert 'validate-except { "amazonaws.com"; };' in snippet
    assert 'except-from { "amazonaws.com"; };' in snippet
    assert named_checkconf(f'options {{ directory "/tmp"; {advice} }};\n{snippet}', tmp_path) == ""


def test_unbound_accepts_the_snippet(forwarders: list[list[Forwarder]], tmp_path: Path) -> None:
    for found in forwarders:
        assert unbound_checkconf(unbound_conf(unbound(found)), tmp_path) == ""


def unbound_conf(snippet: str) -> str:
    return f'server:\n    directory: "/tmp"\n    chroot: ""\n    username: ""\n{snippet}'


def test_the_checkers_check(tmp_path: Path) -> None:
    found = [Forwarder("amazonaws.com", ("10.20.0.2",))]
    good = bind(found)
    for bad in (good.replace("10.20.0.2;", "10.20.0.2"), good.replace("forward only", "forward solely")):
        assert bad != good
        assert named_checkconf(named_conf(bad), tmp_path) != ""
    good = unbound(found)
    for bad in (
        good.replace("forward-addr: 10.20.0.2", "forward-addr: 10.20.0"),
        good.replace("forward-zone:", "forward:"),
    ):
        assert bad != good
        assert unbound_checkconf(unbound_conf(bad), tmp_path) != ""
