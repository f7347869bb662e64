"""What answers from this machine: names and TCP 443. It proves something about nodes only where this machine is like one."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from blueprint.catalog import Region
from verification.endpoints import State

HTTPS = 443
SECONDS = 3.0
YES, NO, NOT_TRIED = "yes", "no", "not tried"
Resolve = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Probe:
    """One question and its answer: "yes", "no" or "not tried". `kind` is "dns" or "tcp", `target` a name or an address."""

    kind: str
    target: str
    about: str
    answer: str
    detail: str


def resolve(name: str) -> tuple[str, ...]:
    """The addresses of a name, as every program of this machine gets them. Raises: OSError."""
    return tuple(
        dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(name, HTTPS, type=socket.SOCK_STREAM))
    )


def probe(
    found: Iterable[State],
    region: Region,
    names: dict[str, str],
    *,
    resolver: Resolve = resolve,
    port: int = HTTPS,
    seconds: float = SECONDS,
) -> list[Probe]:
    """Ask for each interface endpoint's name and each of its addresses, and for S3.

    `names` is the public name that should lead to an endpoint, by endpoint id; endpoints without one are not asked for by
    name.
    """
    states = list(found)
    tasks: list[Callable[[], Probe]] = []
    for each in states:
        if each.type != "Interface":
            continue
        tasks.append(lambda each=each: _dns(each, names.get(each.id, ""), resolver))  # type: ignore[misc]
        tasks += [
            lambda each=each, address=address: _tcp(address, each.service_name, port, seconds)  # type: ignore[misc]
            for address in each.addresses
        ]
    s3 = region.dns_name("s3")
    if any(
        each.type == "Gateway" and each.service_name == region.service_name("s3", "Gateway")
        for each in states
    ):
        tasks.append(lambda: _tcp(s3, "S3", port, seconds))
    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(lambda task: task(), tasks))


def untried(found: Iterable[State], region: Region, names: dict[str, str], why: str) -> list[Probe]:
    """The same questions without answers."""
    probes = []
    for each in found:
        if each.type == "Interface":
            probes.append(Probe("dns", names.get(each.id) or "(no name)", each.service_name, NOT_TRIED, why))
            probes += [Probe("tcp", address, each.service_name, NOT_TRIED, why) for address in each.addresses]
        elif each.service_name == region.service_name("s3", "Gateway"):
            probes.append(Probe("tcp", region.dns_name("s3"), "S3", NOT_TRIED, why))
    return probes


def _dns(endpoint: State, name: str, resolver: Resolve) -> Probe:
    if not name:
        why = "private DNS is off" if not endpoint.private_dns else "its public name is not among the facts"
        return Probe("dns", "(no name)", endpoint.service_name, NOT_TRIED, why)
    try:
        answers = [_plain(each) for each in resolver(name)]
    except OSError as error:
        return Probe("dns", name, endpoint.service_name, NO, f"does not resolve: {error.strerror or error}")
    own = {_plain(each) for each in endpoint.addresses}
    inside = bool(answers) and set(answers) <= own
    told = ", ".join(answers) or "no address"
    why = f"{told}: {'addresses' if len(answers) > 1 else 'an address'} of {endpoint.id}"
    if not inside:
        why = f"{told}: not the endpoint's ({', '.join(sorted(own)) or 'it has none'})"
    return Probe("dns", name, endpoint.service_name, YES if inside else NO, why)


def _tcp(host: str, about: str, port: int, seconds: float) -> Probe:
    try:
        with socket.create_connection((host, port), timeout=seconds):
            return Probe("tcp", host, about, YES, f"connected on {port}")
    except OSError as error:
        return Probe("tcp", host, about, NO, f"{port}: {error.strerror or error}")


def _plain(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return address
