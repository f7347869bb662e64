"""Every stack file of the repository: plan, components and policy pack agree on it, with the pack's own configuration."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
import yaml

from blueprint import plan as planner
from blueprint.catalog import load
from blueprint.plan import Plan
from blueprint.settings import parse
from tests.components.test_components import build
from tests.support.pack import ROOT, here

FILES = {path.name.removeprefix("Pulumi.").removesuffix(".yaml"): path for path in ROOT.glob("Pulumi.*.yaml")}
REQUIRED = tomllib.loads((ROOT / "policies" / "config" / "stacks.toml").read_text(encoding="utf-8"))


def plan_of(stack: str) -> Plan:
    config = yaml.safe_load(FILES[stack].read_text(encoding="utf-8"))["config"]
    name = FILES[stack].name
    return planner.make(parse(config, stack_file=name), stack_file=name)


def judged(stack: str, **changed: Any) -> list[tuple[str, str]]:
    plan = plan_of(stack)
    pack = here()
    pack.configure({**REQUIRED[stack], **changed})
    return [(d.policy, d.message) for d in pack.judge(build(plan).graph(plan.region))]


def test_every_stack_file_has_its_requirements_and_its_generated_file() -> None:
    assert set(FILES) == set(REQUIRED)
    assert {path.stem for path in (ROOT / "policies" / "config").glob("*.json")} == set(FILES)


def test_there_is_an_example_of_every_kind_and_of_four_partitions_beside_aws() -> None:
    plans = [plan_of(stack) for stack in FILES]
    assert {plan.kind for plan in plans} == {"private", "hub", "spoke"}
    assert {plan.partition for plan in plans} == {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-eusc"}


@pytest.mark.parametrize("stack", FILES)
def test_the_pack_has_nothing_to_say(stack: str) -> None:
    assert judged(stack) == []


@pytest.mark.parametrize("stack", FILES)
def test_no_bucket_of_aws_is_made_up(stack: str) -> None:
    """A name that AWS does not publish says that it is a placeholder."""
    plan, families = plan_of(stack), load().buckets.values()
    region = load().region(plan.region)
    published = {region.bucket(family) for family in families}
    for name in plan.gateway_endpoint.aws_buckets:
        assert name in published or name.startswith("placeholder-"), name


@pytest.mark.parametrize(
    "stack", [name for name, plan in ((n, plan_of(n)) for n in FILES) if plan.kind == "hub"]
)
def test_the_examples_of_hub_and_spoke_fit_together(stack: str) -> None:
    spoke = plan_of(stack.replace("hub", "spoke"))
    hub = plan_of(stack)
    assert getattr(spoke.network, "vpc_id", "") in [each.vpc_id for each in hub.spokes]
    assert [service for service, _ in spoke.zones_of_hub] == [zone.service for zone in hub.hosted_zones]
    # The hub admits the spoke's nodes, and the spoke's nodes may talk to where the hub's endpoints are.
    assert set(spoke.client_cidrs) < set(hub.client_cidrs)
    assert set(spoke.nodes.endpoint_cidrs) < set(hub.client_cidrs)


def test_the_pack_blocks_the_examples_without_their_declarations() -> None:
    """The same, so that nobody takes silence for agreement."""
    assert "ssm-endpoints-complete" in {policy for policy, _ in judged("spoke-eu-west-1", sharedEndpoints=[])}
    assert {policy for policy, _ in judged("hub-eu-west-1", hostedZones=[])} == {"interface-private-dns"}
    assert "s3-gateway-buckets-complete" in {policy for policy, _ in judged("prod-cn-north-1", awsManaged={})}


def test_a_partition_shows_in_arns_service_names_and_zones() -> None:
    china = plan_of("prod-cn-north-1")
    assert "cn.com.amazonaws.cn-north-1.ec2" in china.services
    assert json.loads(china.gateway_endpoint.policy)["Statement"][0]["Resource"][0].startswith(
        "arn:aws-cn:s3:::"
    )
    assert china.forwarded_zones == ("amazonaws.com.cn",)
    isolated = plan_of("prod-us-iso-east-1")
    assert "gov.ic.c2s.us-iso-east-1.ec2" in isolated.services
    assert isolated.forwarded_zones == ("c2s.ic.gov",)
    sovereign = plan_of("prod-eusc-de-east-1")
    assert sovereign.services[0] == "com.amazonaws.eusc-de-east-1.ssm"
    assert sovereign.forwarded_zones == ("amazonaws.eu",)
