"""Stacks that others published, in their shape: blocked for what is truly wrong with them, and for nothing else; corrected,
they pass. Each file names its source; AWS's bucket names are typed from AWS's table."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import flat
from tests.support.graph import load
from tests.support.pack import ROOT, Pack

STACKS = sorted((ROOT / "tests" / "fixtures" / "public").glob("*.yaml"))


@pytest.mark.parametrize("path", STACKS, ids=lambda p: p.stem)
def test_a_public_stack_is_blocked_for_exactly_what_is_wrong_with_it(plain_pack: Pack, path: Path) -> None:
    about: dict[str, Any]
    about, resources = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    plain_pack.configure(about.get("config", {}))
    first = flat.build(resources, about["region"])
    assert set(plain_pack.blocked_by(first)) == set(about["blocked_by"])


def test_every_published_stack_has_a_corrected_one() -> None:
    names = [path.stem.rsplit("-", 1) for path in STACKS]
    assert {name for name, kind in names if kind == "published"} == {
        name for name, kind in names if kind == "corrected"
    }
    assert len(names) >= 6


# What the engine showed a pack of a program whose VPC is awsx's own component (pulumi-awsx 3.9, isolated subnets in two
# zones, no NAT gateway) and whose endpoints are flat; the provider promised the inputs, and unknown values for the rest.
AWSX = ROOT / "tests" / "fixtures" / "graphs" / "awsx-preview.json"
ENDPOINTS = ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")


def test_a_vpc_that_awsx_makes_passes_with_its_endpoints(plain_pack: Pack) -> None:
    plain_pack.configure({})
    stack = load(AWSX)
    assert "awsx:ec2:Vpc" in {resource["type"] for resource in stack.resources}
    assert plain_pack.judge(stack) == []


@pytest.mark.parametrize("service", ENDPOINTS)
def test_a_vpc_that_awsx_makes_is_blocked_without_one_of_them(plain_pack: Pack, service: str) -> None:
    plain_pack.configure({})
    stack = load(AWSX)
    stack.drop(service)
    told = [each.message for each in plain_pack.judge(stack) if each.policy == "ssm-endpoints-complete"]
    assert len(told) == 1
    assert f"VPC 'net' has no {'Gateway' if service == 's3' else 'Interface'} endpoint for " in told[0]
    assert f"com.amazonaws.eu-west-1.{service} " in told[0]


@pytest.mark.parametrize("number", [1, 2])
def test_a_subnet_of_awsx_off_the_gateways_route_table_is_found(plain_pack: Pack, number: int) -> None:
    plain_pack.configure({})
    stack = load(AWSX)
    stack.drop(f"net-isolated-{number}", "aws:ec2/routeTableAssociation:RouteTableAssociation")
    assert set(plain_pack.blocked_by(stack)) == {"s3-gateway-on-node-route-tables"}
