"""Conditional forwarders: what has to be forwarded, and texts that hold nothing but that."""

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.catalog import load
from blueprint.forwarders import Forwarder, bind, unbound, vpc_resolver, windows, zones

Write = Callable[[Iterable[Forwarder]], str]

TWO = (
    Forwarder("amazonaws.com", ("10.20.0.2", "FD00:EC2:0::253")),
    Forwarder("api.aws", ("10.20.0.2",)),
)
BIND = """
zone "amazonaws.com" {
    type forward;
    forward only;
    forwarders { 10.20.0.2; fd00:ec2::253; };
};

zone "api.aws" {
    type forward;
    forward only;
    forwarders { 10.20.0.2; };
};
"""
UNBOUND = """
server:
    private-domain: "amazonaws.com"
    private-domain: "api.aws"
    domain-insecure: "amazonaws.com"
    domain-insecure: "api.aws"

forward-zone:
    name: "amazonaws.com"
    forward-addr: 10.20.0.2
    forward-addr: fd00:ec2::253

forward-zone:
    name: "api.aws"
    forward-addr: 10.20.0.2
"""
WINDOWS = """
$ErrorActionPreference = 'Stop'
$forwarders = [ordered]@{
    'amazonaws.com' = @('10.20.0.2', 'fd00:ec2::253')
    'api.aws'       = @('10.20.0.2')
}
foreach ($zone in $forwarders.Keys) {
    $found = Get-DnsServerZone -Name $zone -ErrorAction SilentlyContinue
    if (-not $found) {
        Add-DnsServerConditionalForwarderZone -Name $zone -MasterServers $forwarders[$zone]
    } elseif ($found.ZoneType -eq 'Forwarder') {
        Set-DnsServerConditionalForwarderZone -Name $zone -MasterServers $forwarders[$zone]
    } else {
        throw "This server has a zone $zone that is not a conditional forwarder: remove it, or let it forward."
    }
}
"""


def without_comments(text: str) -> list[str]:
    """The lines that a DNS server reads."""
    return [line for line in text.splitlines() if line and not line.lstrip().startswith(("#", "//"))]


@pytest.mark.parametrize(("write", "expected"), [(bind, BIND), (unbound, UNBOUND), (windows, WINDOWS)])
def test_a_snippet_says_what_it_is_for_and_forwards_each_zone_to_its_targets(
    write: Write, expected: str
) -> None:
    text = write(TWO)
    assert without_comments(text) == without_comments(expected)
    first = " ".join(line.lstrip("#/ ") for line in text.splitlines()[:3])
    assert first.startswith(
        "Sends queries for amazonaws.com and api.aws to Amazon's resolver, so that the clients of this DNS server "
        "find the VPC endpoints."
    )
    assert "othing else has to change" in first
    assert text.endswith("\n")
    assert text.isascii()


def test_bind_is_told_in_comments_what_only_its_options_can_say() -> None:
    text = bind(TWO)
    assert '//       validate-except { "amazonaws.com"; "api.aws"; };' in text.splitlines()
    assert '//       except-from { "amazonaws.com"; "api.aws"; };' in text.splitlines()


def test_the_powershell_text_is_balanced_and_calls_three_commands_with_known_parameters() -> None:
    """Checked as text: it was not run, neither on Windows nor by any PowerShell."""
    text = "\n".join(without_comments(windows(TWO)))
    token = re.compile(r"'[^'\n]*'|\"[^\"\n`]*\"|[-\w$.@]+|[\[\]{}()=,]|\s+")
    tokens = []
    at = 0
    while at < len(text):
        found = token.match(text, at)
        assert found, f"no token at {text[at : at + 20]!r}"
        at = found.end()
        tokens.append(found[0])
    open_ones: list[str] = []
    for each in tokens:
        if each in "([{":
            open_ones.append(each)
        elif each in ")]}":
            assert open_ones.pop() + each in ("()", "[]", "{}")
    assert open_ones == []
    commands = [each for each in tokens if re.fullmatch(r"[A-Z][a-z]+-\w+", each)]
    assert commands == [
        "Get-DnsServerZone",
        "Add-DnsServerConditionalForwarderZone",
        "Set-DnsServerConditionalForwarderZone",
    ]
    switches = [each for each in tokens if re.fullmatch(r"-\w+", each)]
    assert switches == [
        *("-Name", "-ErrorAction"),
        *("-not", "-Name", "-MasterServers"),
        *("-eq", "-Name", "-MasterServers"),
    ]


@pytest.mark.parametrize(
    ("region", "plain", "dual_stack"),
    [
        ("eu-west-1", "amazonaws.com", "api.aws"),
        ("us-gov-west-1", "amazonaws.com", "api.aws"),
        ("cn-north-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ("us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov"),
        ("eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu"),
    ],
)
def test_the_partitions_suffixes_are_forwarded(region: str, plain: str, dual_stack: str) -> None:
    row = load().region(region)
    assert zones(row, dual_stack=False) == (plain,)
    assert zones(row, dual_stack=True) == (plain, dual_stack)


def test_amazons_resolver_is_two_above_the_vpcs_base() -> None:
    assert vpc_resolver("10.0.0.0/16") == "10.0.0.2"
    assert vpc_resolver("172.31.255.240/28") == "172.31.255.242"


@pytest.mark.parametrize(
    "cidr", ["10.0.0.1/16", "10.0.0.0/8", "10.0.0.0/29", "10.0.0.0", "fd00::/56", "", "x"]
)
def test_what_is_no_vpcs_block_has_no_resolver(cidr: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        vpc_resolver(cidr)


@pytest.mark.parametrize(
    "targets",
    [
        (),
        ("10.0.0.2", "10.0.0.2"),
        ("fd00::1", "FD00:0::1"),
        ("10.0.0.256",),
        ("10.0.0.2/32",),
        ("10.0.0.2\n",),
        ('10.0.0.2; }; }; include "/etc/passwd"; //',),
        ("resolver.example.com",),
        ("fe80::1%eth0",),
        ("fe80::1%'; evil",),
        ("127.0.0.1",),
        ("::1",),
        ("0.0.0.0",),
        ("224.0.0.251",),
        ("",),
        (167772162,),
    ],
)
def test_a_target_that_is_no_servers_address_is_refused(targets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="address"):
        Forwarder("amazonaws.com", targets)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        ".",
        "com",
        "amazonaws.com.",
        "AMAZONAWS.COM",
        "a_b.com",
        "*.amazonaws.com",
        "a.com\n",
        '"; }',
        "-a.com",
    ],
)
def test_a_zone_that_is_no_domain_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="not a domain"):
        Forwarder(zone, ("10.0.0.2",))


@pytest.mark.parametrize("write", [bind, unbound, windows])
def test_no_zone_and_a_zone_twice_are_refused(write: Write) -> None:
    with pytest.raises(ValueError, match="no zone"):
        write([])
    with pytest.raises(ValueError, match="twice"):
        write([TWO[0], TWO[0]])


ADDRESSES = st.ip_addresses().map(str) | st.ip_addresses(v=6).map(lambda address: address.exploded)
HOSTILE = st.text(alphabet=st.sampled_from("0123456789abcdef.:%/;'\"{}()$`#\\ \n\t-é٣")) | st.text()
TARGETS = st.one_of(
    ADDRESSES,
    HOSTILE,
    st.builds("{}{}".format, ADDRESSES, HOSTILE),
    st.builds("{}%{}".format, ADDRESSES, HOSTILE),
)
NAMES = st.sampled_from(["amazonaws.com", "api.aws"])
ZONES = st.one_of(NAMES, HOSTILE, st.builds("{}{}".format, NAMES, HOSTILE))


@given(ZONES, st.lists(TARGETS, max_size=3))
def test_no_input_breaks_out_of_a_snippet(zone: str, targets: list[str]) -> None:
    """Refused, or written as the addresses and the zone that they are, in texts of the same shape."""
    try:
        forwarder = Forwarder(zone, tuple(targets))
    except ValueError:
        return
    expected = [str(ip_address(target)) for target in targets]
    assert re.fullmatch(r"[a-z0-9.-]+", zone)
    text = bind([forwarder])
    (named,) = re.findall(r"^    forwarders \{ (.*;) \};$", text, re.MULTILINE)
    assert named.split(" ") == [f"{address};" for address in expected]
    assert without_comments(text)[0] == f'zone "{zone}" {{'
    assert len(without_comments(text)) == 5
    text = unbound([forwarder])
    assert re.findall(r"^    forward-addr: (.*)$", text, re.MULTILINE) == expected
    assert len(without_comments(text)) == 5 + len(expected)
    text = windows([forwarder])
    quoted = ", ".join(f"'{address}'" for address in expected)
    assert f"    '{zone}' = @({quoted})" in text.splitlines()
    assert len(without_comments(text)) == len(without_comments(WINDOWS)) - 1
