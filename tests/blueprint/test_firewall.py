"""The host names that hybrid nodes' firewalls let through, typed from the sources that blueprint/firewall.py names."""

import pytest

from blueprint.catalog import load
from blueprint.firewall import firewall_hosts

SERVICES = ("ssmmessages", "ssm")
BUCKETS = ("aws-ssm-eu-west-1", "patch-baseline-snapshot-eu-west-1")
IRELAND = (
    "aws-ssm-eu-west-1.s3.eu-west-1.amazonaws.com",
    "patch-baseline-snapshot-eu-west-1.s3.eu-west-1.amazonaws.com",
    "s3.dualstack.eu-west-1.amazonaws.com",
    "s3.eu-west-1.amazonaws.com",
    "ssm.eu-west-1.amazonaws.com",
    "ssmmessages.eu-west-1.amazonaws.com",
)
IRELAND_DUAL_STACK = (
    "aws-ssm-eu-west-1.s3.dualstack.eu-west-1.amazonaws.com",
    "aws-ssm-eu-west-1.s3.eu-west-1.amazonaws.com",
    "patch-baseline-snapshot-eu-west-1.s3.dualstack.eu-west-1.amazonaws.com",
    "patch-baseline-snapshot-eu-west-1.s3.eu-west-1.amazonaws.com",
    "s3.dualstack.eu-west-1.amazonaws.com",
    "s3.eu-west-1.amazonaws.com",
    "ssm.eu-west-1.amazonaws.com",
    "ssm.eu-west-1.api.aws",
    "ssmmessages.eu-west-1.amazonaws.com",
    "ssmmessages.eu-west-1.api.aws",
)
BEIJING = (
    "b.s3.cn-north-1.amazonaws.com.cn",
    "s3.cn-north-1.amazonaws.com.cn",
    "ssm.cn-north-1.amazonaws.com.cn",
)
BEIJING_DUAL_STACK = (
    "b.s3.cn-north-1.amazonaws.com.cn",
    "b.s3.dualstack.cn-north-1.amazonaws.com.cn",
    "s3.cn-north-1.amazonaws.com.cn",
    "s3.dualstack.cn-north-1.amazonaws.com.cn",
    "ssm.cn-north-1.amazonaws.com.cn",
    "ssm.cn-north-1.api.amazonwebservices.com.cn",
)
GOVCLOUD = (
    "b.s3.us-gov-west-1.amazonaws.com",
    "s3-fips-us-gov-west-1.amazonaws.com",
    "s3.us-gov-west-1.amazonaws.com",
    "ssm.us-gov-west-1.amazonaws.com",
)


def test_both_ways_to_write_a_bucket_and_each_service_are_let_through() -> None:
    region = load().region("eu-west-1")
    assert firewall_hosts(region, SERVICES, BUCKETS, dual_stack=False) == IRELAND
    assert firewall_hosts(region, iter(SERVICES), iter(BUCKETS), dual_stack=True) == IRELAND_DUAL_STACK


@pytest.mark.parametrize(
    ("region", "dual_stack", "expected"),
    [
        ("cn-north-1", False, BEIJING),
        ("cn-north-1", True, BEIJING_DUAL_STACK),
        ("us-gov-west-1", False, GOVCLOUD),
    ],
)
def test_other_partitions_have_names_of_their_own(
    region: str, dual_stack: bool, expected: tuple[str, ...]
) -> None:
    assert firewall_hosts(load().region(region), ["ssm"], ["b"], dual_stack=dual_stack) == expected


@pytest.mark.parametrize("region", load().regions)
@pytest.mark.parametrize("dual_stack", [False, True])
def test_names_are_exact_sorted_and_there_once_everywhere(region: str, dual_stack: bool) -> None:
    hosts = firewall_hosts(load().region(region), ["ssm", "ssm"], ["b", "b"], dual_stack=dual_stack)
    assert list(hosts) == sorted(set(hosts))
    assert all("*" not in host and region in host for host in hosts)


@pytest.mark.parametrize("name", ["*", "", "a b", "A", "a\n", "a/b", "a:443"])
def test_what_is_no_name_is_refused(name: str) -> None:
    region = load().region("eu-west-1")
    with pytest.raises(ValueError, match="not a host name"):
        firewall_hosts(region, [name], [], dual_stack=False)
    with pytest.raises(ValueError, match="not a host name"):
        firewall_hosts(region, [], [name], dual_stack=False)
