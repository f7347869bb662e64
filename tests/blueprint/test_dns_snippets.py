"""The snippets as BIND's and unbound's own checkers see them, and proof that those check."""

from pathlib import Path

import pytest

from blueprint.forwarders import Forwarder, bind, unbound
from tests.support.dns_checkers import named_checkconf, unbound_checkconf

# Of each partition, the plain and the dual-stack suffix.
SUFFIXES = {
    "aws": ("amazonaws.com", "api.aws"),
    "aws-cn": ("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    "aws-us-gov": ("amazonaws.com", "api.aws"),
    "aws-iso": ("c2s.ic.gov", "api.aws.ic.gov"),
    "aws-iso-b": ("sc2s.sgov.gov", "api.aws.scloud"),
    "aws-iso-e": ("cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    "aws-iso-f": ("csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    "aws-eusc": ("amazonaws.eu", "api.amazonwebservices.eu"),
}
TARGETS = {
    "one IPv4": ("10.20.0.2",),
    "one IPv6": ("fd00:ec2::253",),
    "several": ("10.20.0.2", "169.254.169.253", "fd00:ec2::253", "2001:db8::53"),
}


def named_conf(snippet: str, folder: Path, options: str = "") -> str:
    """A whole named.conf around the snippet."""
    return f'options {{ directory "{folder}"; {options} }};\n{snippet}'


def unbound_conf(snippet: str, folder: Path) -> str:
    """A whole unbound.conf around the snippet."""
    return f'server:\n    directory: "{folder}"\n    chroot: ""\n    username: ""\n{snippet}'


@pytest.fixture(params=SUFFIXES)
def suffixes(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The suffixes of a partition."""
    return SUFFIXES[request.param]


@pytest.fixture(params=TARGETS)
def targets(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Addresses to forward to."""
    return TARGETS[request.param]


def test_both_checkers_accept_the_snippets(
    suffixes: tuple[str, ...], targets: tuple[str, ...], tmp_path: Path
) -> None:
    for zones in (suffixes[:1], suffixes):
        forwarders = [Forwarder(zone, targets) for zone in zones]
        text = named_conf(bind(forwarders), tmp_path)
        assert named_checkconf(text, tmp_path) == ""
        assert named_checkconf(text, tmp_path, "-z") == ""
        assert unbound_checkconf(unbound_conf(unbound(forwarders), tmp_path), tmp_path) == ""


def test_bind_accepts_what_the_comments_say_of_options(suffixes: tuple[str, ...], tmp_path: Path) -> None:
    snippet = bind([Forwarder(zone, ("10.20.0.2",)) for zone in suffixes])
    comments = [line.lstrip("/ ") for line in snippet.splitlines()]
    (validate,) = (line for line in comments if line.startswith("validate-except {"))
    (private,) = (line for line in comments if line.startswith("except-from {"))
    options = f"{validate} deny-answer-addresses {{ 10.0.0.0/8; }} {private}"
    assert named_checkconf(named_conf(snippet, tmp_path, options), tmp_path, "-z") == ""


DOCTORED_FOR_BIND = [
    ("forwarders { 10.20.0.2; };", "forwarders { 10.20.0.256; };"),
    ("forwarders { 10.20.0.2; };", "forwarders { 10.20.0.2 };"),
    ("forward only;", "forward always;"),
    ("type forward;", "type forwarding;"),
    ('zone "amazonaws.com"', 'zone "amazonaws..com"'),
    ("};\n", ""),
]
DOCTORED_FOR_UNBOUND = [
    ("forward-addr: 10.20.0.2", "forward-addr: 10.20.0.256"),
    ("forward-addr: 10.20.0.2", "forward-address: 10.20.0.2"),
    ('name: "amazonaws.com"', 'name: "amazonaws..com"'),
    ('domain-insecure: "amazonaws.com"', 'domain-insecure: "amazonaws..com"'),
    ('private-domain: "amazonaws.com"', 'private-domains: "amazonaws.com"'),
    ("forward-zone:", "forward-zones:"),
]


@pytest.mark.parametrize(("right", "wrong"), DOCTORED_FOR_BIND)
def test_binds_checker_refuses_a_doctored_snippet(right: str, wrong: str, tmp_path: Path) -> None:
    snippet = bind([Forwarder("amazonaws.com", ("10.20.0.2",))])
    assert right in snippet
    assert named_checkconf(named_conf(snippet.replace(right, wrong), tmp_path), tmp_path).startswith("1:")


@pytest.mark.parametrize(("right", "wrong"), DOCTORED_FOR_UNBOUND)
def test_unbounds_checker_refuses_a_doctored_snippet(right: str, wrong: str, tmp_path: Path) -> None:
    snippet = unbound([Forwarder("amazonaws.com", ("10.20.0.2",))])
    assert right in snippet
    assert unbound_checkconf(unbound_conf(snippet.replace(right, wrong), tmp_path), tmp_path).startswith("1:")
