"""Sandboxes for one preview: they take any port and get in nobody's way."""

import socket
import threading

import pytest

from sandbox import moto
from sandbox.layout import DEFAULT_PORT, Layout, SandboxError
from sandbox.throwaway import throwaway
from tests.sandbox.machines import free_port


def test_two_that_want_one_port_both_get_one(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, tried = free_port(), threading.Barrier(2, timeout=30)
    offers = threading.local()

    def offer() -> int:
        if hasattr(offers, "made"):
            return free_port()
        offers.made = True
        tried.wait()
        return wanted

    monkeypatch.setattr(moto, "any_free_port", offer)
    monkeypatch.setattr(moto, "is_free", lambda _: True)  # both look before either is there
    ports: list[int] = []
    both = threading.Barrier(2, timeout=60)

    def preview() -> None:
        with throwaway(layout, None) as (_, server):
            ports.append(server.port)
            both.wait()

    threads = [threading.Thread(target=preview) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ports)) == 2
    assert wanted in ports


def test_where_all_known_ports_are_taken_the_system_gives_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto, "is_free", lambda _: False)
    assert moto.any_free_port() not in (DEFAULT_PORT, *moto.SUGGESTED_PORTS)


def test_our_own_sandbox_on_the_port_that_was_asked_for_stays(layout: Layout) -> None:
    server = moto.start(layout, free_port())
    with throwaway(layout, server.port) as (box, other):
        assert other.port != server.port
        said = moto.identity(other.port)
        assert said is not None
        assert said["clone"] == str(layout.repository)
        assert box.repository == layout.repository
        # A preview at the same time is in the way of `make up` only, and stopping nothing would help.
        with pytest.raises(SandboxError, match=r"a preview of the clone .*\n  fix: wait until it has ended"):
            moto.start(Layout(layout.repository, layout.repository / "box"), other.port)
    assert moto.running(layout) == server


def test_anothers_port_is_refused_with_advice_that_fits_a_preview(layout: Layout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(SandboxError, match="fix: leave SANDBOX_PORT out") as caught,
            throwaway(layout, port),
        ):
            pass
    assert "make up" not in str(caught.value)
    assert "make down" not in str(caught.value)
    assert [entry for entry in layout.root.iterdir() if entry.is_dir()] == []
