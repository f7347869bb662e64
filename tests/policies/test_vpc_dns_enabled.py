"""Both DNS attributes of a VPC are on."""

from tests.policies.conftest import Judge
from tests.support.graph import UNKNOWN_BOOL, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}


def test_hostnames_are_off_by_default(judge: Judge) -> None:
    (said,) = judge.fixture("fail-hostnames-not-given")
    assert "VPC 'net': enableDnsHostnames is not given, and off by default" in said
    assert "fix: enable_dns_hostnames=True" in said


def test_support_is_on_by_default_and_may_be_turned_off(judge: Judge) -> None:
    assert judge.resources(VPC) == []
    (said,) = judge.resources({**VPC, "enableDnsSupport": False})
    assert "enableDnsSupport is off" in said


def test_both_off_are_two_findings(judge: Judge) -> None:
    assert len(judge.resources({**VPC, "enableDnsSupport": False, "enableDnsHostnames": False})) == 2


def test_what_is_not_known_is_not_proven(judge: Judge) -> None:
    (said,) = judge.resources({**VPC, "enableDnsHostnames": UNKNOWN_BOOL})
    assert "is not known in the preview" in said
    assert judge.resources({**VPC, "enableDnsHostnames": UNKNOWN_BOOL}, config={"onUnknown": "warn"}) == []


def test_a_native_vpc_is_judged_alike(judge: Judge) -> None:
    (said,) = judge.resources({"NativeVpc": "net", "cidrBlock": "10.0.0.0/16"})
    assert "enableDnsHostnames" in said


def test_a_text_is_not_true(judge: Judge) -> None:
    assert judge.resources({**VPC, "enableDnsHostnames": "true"})


def test_the_default_vpc_has_both_on_until_it_is_told_otherwise(judge: Judge) -> None:
    assert judge.resources({"DefaultVpc": "net"}) == []
    (said,) = judge.resources({"DefaultVpc": "net", "enableDnsHostnames": False})
    assert "VPC 'net': enableDnsHostnames is off" in said
    assert "fix: enable_dns_hostnames=True" in said


def test_each_attribute_has_its_own_fix(judge: Judge) -> None:
    (said,) = judge.resources({**VPC, "enableDnsSupport": False})
    assert (
        "VPC 'net': enableDnsSupport is off, so no endpoint can have private DNS in it.\nfix: enable_dns_support=True\n"
        in said
    )
