"""Names and TCP from this machine, against real sockets on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from blueprint.catalog import load
from verification.endpoints import State
from verification.probes import NO, NOT_TRIED, YES, Probe, probe, resolve, untried

REGION = load().region("eu-west-1")
SSM, NAME = "com.amazonaws.eu-west-1.ssm", "ssm.eu-west-1.amazonaws.com"
S3 = State(
    "vpce-2", "com.amazonaws.eu-west-1.s3", "Gateway", "available", "ssm-s3", "eu-west-1", "", False, ()
)


def interface(*addresses: str, private_dns: bool = True) -> State:
    return State("vpce-1", SSM, "Interface", "available", "ssm-ssm", "eu-west-1", "", private_dns, addresses)


@pytest.fixture
def port() -> Iterator[int]:
    """A port of loopback's that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed() -> int:
    """A port of loopback's that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def one(found: list[Probe], kind: str) -> Probe:
    (answer,) = [each for each in found if each.kind == kind]
    return answer


def asked(state: State, port: int, *answers: str, name: str = NAME) -> list[Probe]:
    return probe(
        [state], REGION, {"vpce-1": name} if name else {}, resolver=lambda _: answers, port=port, seconds=0.5
    )


def test_a_name_that_leads_to_the_endpoints_own_addresses(port: int) -> None:
    said = one(asked(interface("127.0.0.1"), port, "127.0.0.1"), "dns")
    assert (said.target, said.about, said.answer) == (NAME, SSM, YES)


def test_a_public_address_is_a_no_and_shown(port: int) -> None:
    said = one(asked(interface("127.0.0.1"), port, "127.0.0.1", "203.0.113.7"), "dns")
    assert said.answer == NO
    assert "203.0.113.7" in said.detail


def test_an_ipv6_address_is_compared_whatever_its_spelling(port: int) -> None:
    assert one(asked(interface("fd00::1"), port, "fd00:0:0::1"), "dns").answer == YES


def test_a_name_without_addresses_is_a_no(port: int) -> None:
    assert one(asked(interface("127.0.0.1"), port), "dns").answer == NO


def test_a_name_that_does_not_resolve_is_a_no(port: int) -> None:
    def fails(_: str) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    found = probe([interface("127.0.0.1")], REGION, {"vpce-1": NAME}, resolver=fails, port=port)
    assert one(found, "dns").answer == NO
    assert "Name or service not known" in one(found, "dns").detail


def test_without_private_dns_no_name_is_asked_for(port: int) -> None:
    said = one(asked(interface("127.0.0.1", private_dns=False), port, name=""), "dns")
    assert (said.answer, said.detail) == (NOT_TRIED, "private DNS is off")


def test_a_port_that_answers_is_a_yes(port: int) -> None:
    assert one(asked(interface("127.0.0.1"), port, "127.0.0.1"), "tcp").answer == YES


def test_a_port_that_refuses_is_a_no(closed: int) -> None:
    said = one(asked(interface("127.0.0.1"), closed, "127.0.0.1"), "tcp")
    assert said.answer == NO
    assert "refused" in said.detail.lower()


def test_every_interface_is_asked_for_itself(port: int) -> None:
    found = asked(interface("127.0.0.1", "127.0.0.2"), port, "127.0.0.1")
    assert [each.target for each in found if each.kind == "tcp"] == ["127.0.0.1", "127.0.0.2"]


def test_s3_is_asked_for_by_its_name_and_only_with_a_gateway_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_for: list[str] = []

    def connect(address: tuple[str, int], **_: float) -> socket.socket:
        asked_for.append(address[0])
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "create_connection", connect)
    (said,) = probe([S3], REGION, {})
    assert (said.target, said.answer) == ("s3.eu-west-1.amazonaws.com", NO)
    assert asked_for == ["s3.eu-west-1.amazonaws.com"]
    assert probe([], REGION, {}) == []


def test_what_is_not_tried_is_neither_yes_nor_no() -> None:
    found = untried([interface("10.0.0.4", "10.0.1.4"), S3], REGION, {"vpce-1": NAME}, "--no-network")
    assert {each.answer for each in found} == {NOT_TRIED}
    assert [(each.kind, each.target) for each in found] == [
        ("dns", NAME),
        ("tcp", "10.0.0.4"),
        ("tcp", "10.0.1.4"),
        ("tcp", "s3.eu-west-1.amazonaws.com"),
    ]


def test_the_systems_own_resolver_answers() -> None:
    assert "127.0.0.1" in resolve("127.0.0.1")
