"""AWS's answers to a right stack, and the means to make them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from blueprint import plan as planner
from blueprint.plan import Plan
from blueprint.preflight import Answers, Questions, questions
from blueprint.preflight.shapes import Absent, Bucket, Endpoint, Service, Subnet, Vpc, Zone
from blueprint.settings import ExistingNetwork, Settings, parse
from tests.blueprint.right_settings import changed

ACCOUNT = "123456789012"
ZONES = frozenset({"eu-west-1a", "eu-west-1b", "eu-west-1c"})
SSM, S3 = "com.amazonaws.eu-west-1.ssm", "com.amazonaws.eu-west-1.s3"
OTHER = "vpce-0ffffffffffffffff"


def stack(changes: Mapping[str, Any] | None = None) -> tuple[Settings, Plan, Questions]:
    """A right stack with these changes: its settings, its plan, and what is asked."""
    settings = parse(changed(changes or {}), stack_file="Pulumi.dev.yaml")
    plan = planner.make(settings, stack_file="Pulumi.dev.yaml")
    return settings, plan, questions(settings, plan)


def right(settings: Settings, asked: Questions) -> Answers:
    """The answers of an AWS in which everything is as declared and nothing is in the way."""
    network = settings.network
    nodes = network.node_subnets if isinstance(network, ExistingNetwork) else ()
    vpc = Vpc(
        id=asked.vpc_id,
        owner=ACCOUNT,
        cidrs=getattr(network, "vpc_cidrs", ()) or ("10.0.0.0/16",),
        dns_support=True,
        dns_hostnames=True,
        main_route_table="rtb-0fffffffffffffff0",
    )
    subnets = {
        node.id: Subnet(
            id=node.id,
            vpc=asked.vpc_id,
            owner=ACCOUNT,
            cidr=node.cidr,
            ipv6_cidr=node.ipv6_cidr,
            zone=node.availability_zone,
            free_addresses=251,
        )
        for node in nodes
    }
    services = {
        key: Service(
            name=key[0], type=key[1], zones=ZONES, policy=True, address_types=frozenset({"ipv4", "ipv6"})
        )
        for key in asked.services
    }
    names = {f"com.amazonaws.eu-west-1.{service}": service for service in settings.topology.existing}
    existing = {
        id: endpoint(id, f"com.amazonaws.eu-west-1.{service}", "Gateway" if service == "s3" else "Interface")
        for service, id in settings.topology.existing.items()
    }
    taken = {(each.service, each.type): each for each in existing.values() if each.service in names}
    return Answers(
        account=ACCOUNT,
        region=settings.region,
        vpc=vpc if asked.vpc_id else None,
        subnets=subnets,
        every_subnet=tuple(subnets) if asked.every_subnet else (),
        route_tables={node.id: node.route_table_id for node in nodes},
        services=services,
        endpoints={key: taken.get(key, Absent()) for key in asked.endpoints},
        adopted=existing,
        buckets={name: Bucket(name=name, region=settings.region) for name in asked.buckets},
        zones={
            id: Zone(id=id, name=f"{service}.eu-west-1.amazonaws.com", private=True)
            for service, id in settings.topology.zones.items()
        },
        conflicting_zones=dict.fromkeys(asked.zone_names, Absent()),
        quotas={"L-29B6F2EB": 50, "L-1B52E74A": 20, "L-0EA8095F": 60},
        interface_endpoints=0,
    )


def endpoint(id: str, service: str, type_: str = "Interface", **more: Any) -> Endpoint:
    """An endpoint that is there, in the right VPC, with private DNS."""
    standard: dict[str, Any] = {"vpc": "vpc-0a1b2c3d4e5f60718", "state": "available", "private_dns": True}
    return Endpoint(id=id, service=service, type=type_, **(standard | more))


def with_(answers: Answers, path: str, value: Any) -> Answers:
    """The answers with one of them changed. `path`: a field ("account"), or field/key or field/key/attribute; "s3" and such
    keys stand for the service's, "0" for the first."""
    name, _, rest = path.partition("/")
    if not rest:
        return replace(answers, **{name: value})
    held = getattr(answers, name)
    if not isinstance(held, dict):
        return replace(answers, **{name: replace(held, **{rest: value})})
    key, _, attribute = rest.partition("/")
    place: Any = next((k for k in held if _named(k, key)), key)
    changed_value = replace(held[place], **{attribute: value}) if attribute else value
    whole: Any = {**held, place: changed_value}
    return replace(answers, **{name: whole})


def _named(key: Any, wanted: str) -> bool:
    if isinstance(key, tuple):
        service, type_ = key
        return wanted in (service.rpartition(".")[2], f"{service.rpartition('.')[2]}-{type_.lower()}")
    return wanted == key or (wanted in "0123456789" and key.endswith(f"f6070{int(wanted) + 1}"))
