"""What a client gets from the real unbound with our snippet: a private, unsigned answer, although unbound validates.

All on loopback: one thread plays Amazon's resolver and, with nothing to say, everything above it.
"""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.forwarders import Forwarder, unbound
from tests.support.dns_checkers import program

NAME = "ssm.eu-west-1.amazonaws.com"
ENDPOINT = bytes([10, 20, 0, 9])
# A trust anchor above our zone that nothing here can satisfy, as if the public name servers were out of reach.
SECURED = "com. DS 20326 8 2 " + "E0" * 32
SERVFAIL = 2
STOP = b"stop"


def question(name: str) -> bytes:
    """A DNS question for a name's IPv4 addresses."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"


def serve(listener: socket.socket) -> None:
    """Answers the one name with the endpoint's address, everything else with nothing, until it is told to stop."""
    asked = question(NAME)[12:]
    while True:
        query, client = listener.recvfrom(4096)
        if query == STOP:
            return
        # The question ends with the root label, type and class.
        end = query.index(b"\x00", 12) + 5
        known = query[12:end].lower() == asked
        record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + ENDPOINT if known else b""
        counts = b"\x00\x01" + (b"\x00\x01" if known else b"\x00\x00") + b"\x00" * 4
        listener.sendto(query[:2] + b"\x81\x80" + counts + query[12:end] + record, client)


@pytest.fixture
def resolver() -> Iterator[int]:
    """The port on which somebody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        # A closed socket does not wake whoever waits for it; a datagram does.
        listener.sendto(STOP, listener.getsockname())
        thread.join()


def ask(snippet: str, resolver: int, folder: Path) -> tuple[int, bool]:
    """Starts unbound, asks it for the name: the answer's code, and whether the endpoint's address was in it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # No snippet names a loopback address: this one stands for the resolver's.
    snippet = snippet.replace("forward-addr: 10.20.0.2", f"forward-addr: 127.0.0.1@{resolver}")
    file = folder / "unbound.conf"
    file.write_text(
        f'server:\n    directory: "{folder}"\n    chroot: ""\n    username: ""\n    pidfile: ""\n'
        f"    interface: 127.0.0.1\n    port: {port}\n    use-syslog: no\n    do-ip6: no\n"
        f"    do-not-query-localhost: no\n    do-tcp: no\n    num-threads: 1\n"
        f'    private-address: 10.0.0.0/8\n    trust-anchor: "{SECURED}"\n'
        f"{snippet}\n"
        f'forward-zone:\n    name: "."\n    forward-addr: 127.0.0.1@{resolver}\n'
        f"remote-control:\n    control-enable: no\n"
    )
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([program("unbound"), "-d", "-c", file], stderr=log)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect(("127.0.0.1", port))
            client.settimeout(0.5)
            until = time.monotonic() + 30
            while time.monotonic() < until and server.poll() is None:
                try:
                    client.send(question(NAME))
                    answer = client.recv(4096)
                except OSError:  # not listening yet, or still asking
                    time.sleep(0.05)
                    continue
                return answer[3] & 15, ENDPOINT in answer
    finally:
        server.terminate()
        server.wait()
    raise AssertionError(f"unbound gave no answer:\n{(folder / 'log').read_text()}")


SNIPPET = unbound([Forwarder("amazonaws.com", ("10.20.0.2",))])


def without(line: str) -> str:
    """Our snippet with one line less."""
    assert line in SNIPPET
    return SNIPPET.replace(line, "")


def test_a_private_unsigned_answer_reaches_the_client(resolver: int, tmp_path: Path) -> None:
    assert ask(SNIPPET, resolver, tmp_path) == (0, True)


def test_without_private_domain_the_address_is_taken_out(resolver: int, tmp_path: Path) -> None:
    assert ask(without('private-domain: "amazonaws.com"'), resolver, tmp_path) == (0, False)


def test_without_domain_insecure_the_answer_is_a_failure(resolver: int, tmp_path: Path) -> None:
    assert ask(without('domain-insecure: "amazonaws.com"'), resolver, tmp_path) == (SERVFAIL, False)
