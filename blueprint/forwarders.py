"""Conditional forwarders for DNS servers of one's own: without them, clients of those servers miss the VPC endpoints.

"If you use a custom DNS server, you must add a conditional forwarder for any queries to the amazonaws.com domain to the
Amazon DNS server for your VPC" (https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html, read
2026-11-23). A DNS server in the VPC forwards to `vpc_resolver`, 169.254.169.253 or fd00:ec2::253
(https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html, read 2026-11-25); one outside, to the addresses of
a Resolver inbound endpoint: from there, CIDR + 2 "is not supported, and can cause unstable results"
(https://docs.amazonaws.cn/en_us/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html, read 2026-11-25).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, ip_address

from blueprint.catalog import Region, load

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")


@dataclass(frozen=True)
class Forwarder:
    """Queries for `zone` and all below it go to one of `targets`: IPv4 or IPv6 addresses, kept in their usual spelling.

    Raises: ValueError for anything else, so that no text in either can end the line that it will be written into.
    """

    zone: str
    targets: tuple[str, ...]

    def __post_init__(self) -> None:
        """Checks both fields."""
        if not is_domain(self.zone):
            raise ValueError(f"{self.zone!r} is not a domain of lower-case letters, digits and hyphens")
        targets = tuple(_address(target) for target in self.targets)
        if not targets or len(set(targets)) < len(targets):
            raise ValueError(f"the targets of {self.zone} have to be one address or several different ones")
        object.__setattr__(self, "targets", targets)


def is_domain(text: str) -> bool:
    """Whether this is a domain of two labels or more, in lower case and without a dot at its end."""
    return len(text) <= 253 and _DOMAIN.fullmatch(text) is not None


def zones(region: Region, *, dual_stack: bool) -> tuple[str, ...]:
    """The zones whose queries have to reach Amazon's resolver: the partition's DNS suffixes.

    AWS's page says it of amazonaws.com; that it holds for the suffixes of other partitions, and for the dual-stack suffix
    where nodes use those names, is inferred. Source: the partition's row.
    """
    partition = region.partition
    return (partition.dns_suffix, partition.dual_stack_dns_suffix) if dual_stack else (partition.dns_suffix,)


def vpc_resolver(cidr: str) -> str:
    """The address of Amazon's resolver in a VPC: "10.20.0.0/16", its primary block, gives "10.20.0.2".

    Raises: ValueError unless it is an IPv4 block that a VPC may have.
    Source: AmazonDNS-concepts.html, see above.
    """
    block = IPv4Network(cidr)
    shortest, longest = load().limit("vpc-prefix-lengths")
    if not shortest <= block.prefixlen <= longest:
        raise ValueError(f"{cidr} is no VPC's block: those are /{shortest} to /{longest}")
    return str(block[2])


def bind(forwarders: Iterable[Forwarder]) -> str:
    """Forward zones for BIND's named.conf.

    "forward only" because public name servers, asked instead, would answer with public addresses. `validate-except` is an
    option of the whole server or view, and a file has `options` once, so it stands in a comment. Tried on 2026-11-25 with
    named 9.18.49 (Debian 12), DNSSEC validation on and no way to the public name servers: "broken trust chain", SERVFAIL;
    with `validate-except`, answered.
    """
    checked = _checked(forwarders)
    quoted = " ".join(f'"{each.zone}";' for each in checked)
    lines = [
        f"// Sends queries for {_list(checked)} to Amazon's resolver, so that the clients of this",
        "// DNS server find the VPC endpoints. Include it in named.conf, beside your other zones (in each view, if you",
        "// have views); nothing else has to change, unless",
        "// - this server validates DNSSEC (BIND's default) and cannot reach the public name servers itself, so that it",
        "//   cannot learn that these zones are not signed, and answers SERVFAIL. Then add to options:",
        f"//       validate-except {{ {quoted} }};",
        "// - options has deny-answer-addresses: the endpoints have private addresses. Then end that statement with",
        f"//       except-from {{ {quoted} }};",
    ]
    for each in checked:
        addresses = " ".join(f"{target};" for target in each.targets)
        lines += [
            "",
            f'zone "{each.zone}" {{',
            "    type forward;",
            "    forward only;",
            f"    forwarders {{ {addresses} }};",
            "};",
        ]
    return "\n".join(lines) + "\n"


def unbound(forwarders: Iterable[Forwarder]) -> str:
    """Forward zones for unbound, for a file of its own that unbound.conf includes.

    `private-domain` because unbound takes `private-address`es out of answers, the usual protection against DNS rebinding;
    `domain-insecure` because its validator asks the public name servers, not the forwarder, whether the zone is signed
    (unbound.conf(5) of 1.17.1, which is https://nlnetlabs.nl/documentation/unbound/unbound.conf/; read 2026-11-25).
    tests/blueprint/test_unbound_answers.py shows with the real server that either is needed.
    """
    checked = _checked(forwarders)
    lines = [
        f"# Sends queries for {_list(checked)} to Amazon's resolver, so that the clients of this",
        "# DNS server find the VPC endpoints. Put it into a file that unbound.conf includes (Debian:",
        "# /etc/unbound/unbound.conf.d/); nothing else has to change.",
        "server:",
        "    # The endpoints have private addresses: private-address must not take them out of the answers.",
        *(f'    private-domain: "{each.zone}"' for each in checked),
        "    # Their answers are not signed, which a validator without a way to the public name servers cannot learn.",
        *(f'    domain-insecure: "{each.zone}"' for each in checked),
    ]
    for each in checked:
        addresses = (f"    forward-addr: {target}" for target in each.targets)
        lines += ["", "forward-zone:", f'    name: "{each.zone}"', *addresses]
    return "\n".join(lines) + "\n"


def windows(forwarders: Iterable[Forwarder]) -> str:
    """Conditional forwarders for Windows' DNS server: PowerShell that says the same however often it is run.

    The commands' parameters are those of
    https://learn.microsoft.com/en-us/powershell/module/dnsserver/add-dnsserverconditionalforwarderzone and
    https://learn.microsoft.com/en-us/powershell/module/dnsserver/set-dnsserverconditionalforwarderzone (both read
    2026-11-25). It was never run on Windows.
    """
    checked = _checked(forwarders)
    width = max(len(each.zone) for each in checked) + 2
    lines = [
        f"# Sends queries for {_list(checked)} to Amazon's resolver, so that the clients of this",
        "# DNS server find the VPC endpoints. Run it as an administrator on each Windows DNS server; run again, it changes",
        "# nothing. Nothing else has to change.",
        "$ErrorActionPreference = 'Stop'",
        "$forwarders = [ordered]@{",
        *(
            "    " + f"'{each.zone}'".ljust(width) + " = @(" + ", ".join(f"'{t}'" for t in each.targets) + ")"
            for each in checked
        ),
        "}",
        "foreach ($zone in $forwarders.Keys) {",
        "    $found = Get-DnsServerZone -Name $zone -ErrorAction SilentlyContinue",
        "    if (-not $found) {",
        "        Add-DnsServerConditionalForwarderZone -Name $zone -MasterServers $forwarders[$zone]",
        "    } elseif ($found.ZoneType -eq 'Forwarder') {",
        "        Set-DnsServerConditionalForwarderZone -Name $zone -MasterServers $forwarders[$zone]",
        "    } else {",
        '        throw "This server has a zone $zone that is not a conditional forwarder: remove it, or let it forward."',
        "    }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _checked(forwarders: Iterable[Forwarder]) -> list[Forwarder]:
    checked = list(forwarders)
    if not checked:
        raise ValueError("there is no zone to forward")
    if len({each.zone for each in checked}) < len(checked):
        raise ValueError("a zone is there twice; DNS servers take each once")
    return checked


def _list(forwarders: Sequence[Forwarder]) -> str:
    return " and ".join(each.zone for each in forwarders)


def _address(text: str) -> str:
    # A scope ("fe80::1%eth0") may hold any text.
    address = ip_address(text) if isinstance(text, str) else None
    scope = address.scope_id if isinstance(address, IPv6Address) else None
    if address is None or scope or address.is_unspecified or address.is_loopback or address.is_multicast:
        raise ValueError(f"{text!r} is not the address of a DNS server to forward to")
    return str(address)
