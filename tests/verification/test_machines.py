"""Instances and prefix lists as AWS (moto's) has them; what nobody asked about is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from policies import tokens
from sandbox.layout import SERVICES
from tests.support.aws_api import REGION, client, serving
from tests.verification.overlays import overlay, resource
from verification import machines
from verification.access import Login, opened
from verification.state import Overlay


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture
def ec2(moto: int) -> Iterator[Any]:
    api = client(moto, "ec2")
    yield api
    api.close()


def looked_at(port: int, *resources: dict[str, Any]) -> Overlay:
    found = overlay(*resources)
    login = Login("", "test", "test", dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}"))
    with opened(login) as access:
        machines.lay_over(found, access, REGION)
    return found


def test_an_instance_that_was_terminated_or_never_was_is_gone_and_others_are_not(moto: int, ec2: Any) -> None:
    image = ec2.describe_images()["Images"][0]["ImageId"]
    group = ec2.create_security_group(GroupName="mine", Description="mine")["GroupId"]
    made = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2, SecurityGroupIds=[group])["Instances"]
    here, ended = (each["InstanceId"] for each in made)
    ec2.terminate_instances(InstanceIds=[ended])
    found = looked_at(
        moto,
        resource(tokens.INSTANCE, here, {"vpcSecurityGroupIds": ["sg-other"], "iamInstanceProfile": "nodes"}),
        resource(tokens.INSTANCE, ended, {}),
        resource(tokens.INSTANCE, "i-never", {}),
    )
    assert {each.what for each in found.gone} == {f"instance {ended}", "instance i-never"}
    assert {(each.property, each.state, each.aws, each.blocks) for each in found.drift} == {
        ("vpcSecurityGroupIds", "sg-other", group, False),
        ("iamInstanceProfile", "nodes", "nothing", True),
    }


def test_a_prefix_list_is_read_with_its_entries(moto: int, ec2: Any) -> None:
    id = ec2.create_managed_prefix_list(
        PrefixListName="nodes",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "10.78.0.0/16"}, {"Cidr": "10.79.0.0/16"}],
    )["PrefixList"]["PrefixListId"]
    found = looked_at(
        moto,
        resource(tokens.PREFIX_LIST, id, {"name": "nodes", "entries": [{"cidr": "10.77.0.0/16"}]}),
        resource(tokens.PREFIX_LIST_ENTRY, "e-1", {"prefixListId": id, "cidr": "10.78.0.0/16"}),
        resource(tokens.PREFIX_LIST_ENTRY, "e-2", {"prefixListId": id, "cidr": "10.80.0.0/16"}),
        resource(tokens.PREFIX_LIST, "pl-gone", {"name": "old"}),
    )
    assert {each.what for each in found.gone} == {
        "prefix list pl-gone (old)",
        f"10.80.0.0/16 of prefix list {id}",
    }
    assert {(each.state, each.aws) for each in found.drift} == {
        ("no such entry", "10.79.0.0/16"),
        ("10.77.0.0/16", "no such entry"),
    }
    (there,) = found.of(tokens.PREFIX_LIST)
    assert there["inputs"]["entries"] == [{"cidr": "10.78.0.0/16"}, {"cidr": "10.79.0.0/16"}]
    assert found.of(tokens.PREFIX_LIST_ENTRY) == []


def test_what_is_judged_and_not_asked_about_is_named() -> None:
    found = overlay(
        resource(tokens.AUTO_SCALING_GROUP, "asg-1", {}, "workers"), resource(tokens.VPC, "vpc-1", {})
    )
    assert list(machines.unasked(found)) == [
        f"not asked of AWS, and judged as the state says: {tokens.AUTO_SCALING_GROUP} (workers)"
    ]
