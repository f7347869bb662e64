"""Which of the endpoints that a VPC needs it has, and what comes near the others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policies.endpoints import Endpoint, Endpoints
from policies.graph import UNKNOWN, Graph
from policies.pack_config import Elsewhere, PackConfig, names
from policies.requirements import RequiredService
from policies.vpcs import Vpc, names_of


@dataclass(frozen=True)
class NearMiss:
    """Why an endpoint is not the required one, what to change on it, if that is the way, and whether it merely cannot be
    read."""

    reason: str
    fix: str = ""
    unproven: bool = False


def provided(graph: Graph, vpc: Vpc, required: RequiredService, config: PackConfig) -> bool:
    """Whether the pack's configuration says that the endpoint is there, outside of this stack."""
    return promised(config, required, *names_of(graph, vpc))


def promised(config: PackConfig, required: RequiredService, *vpc: object) -> bool:
    """Whether the pack's configuration says so of a VPC that goes by these names: ids or URNs."""
    return any(
        _about(each, required, *vpc) for each in (*config.shared_endpoints, *config.existing_endpoints)
    )


def declared(each: Elsewhere, graph: Graph, vpc: Vpc, required: RequiredService) -> bool:
    """Whether an entry of the pack's configuration is about this VPC and service."""
    return _about(each, required, *names_of(graph, vpc))


def _about(each: Elsewhere, required: RequiredService, *vpc: object) -> bool:
    return names(each.vpc, *vpc) and not {required.id, required.name}.isdisjoint(each.services)


def paste(vpc: Vpc, missing: Iterable[RequiredService]) -> str:
    """What to paste into the pack's configuration where a hub provides the endpoints."""
    services = [each.id for each in missing if each.type == "Interface"]
    entry = {"vpc": vpc.key or "*", "services": services, "where": "<the hub VPC and its stack>"}
    return json.dumps({"sharedEndpoints": [entry]})


def serving(found: Endpoints, vpc: Vpc, required: RequiredService) -> list[Endpoint]:
    """The endpoints that surely are the required one: exact name, type, VPC and Region, attached somewhere."""
    named = found.of(vpc.key, required.name)
    return [endpoint for endpoint in named if not _short_of(endpoint, vpc, required)]


def near_misses(found: list[Endpoint], vpc: Vpc, required: RequiredService) -> Iterator[NearMiss]:
    """The endpoints that look like the required one, and why they are not."""
    for endpoint in found:
        miss = None
        if endpoint.service_name is UNKNOWN:
            miss = NearMiss("has a service name that is not known in the preview, which proves nothing")
        elif endpoint.service_name == required.name:
            miss = _short_of(endpoint, vpc, required)
        elif isinstance(endpoint.service_name, str) and endpoint.service_name.split(".")[-1] == required.id:
            fix = f'service_name="{required.name}"' if endpoint.vpc == vpc.key else ""
            miss = NearMiss(f"is for {endpoint.service_name!r}", fix)
        if miss:
            yield NearMiss(
                f"{endpoint.name!r} {miss.reason}",
                miss.fix and f"{miss.fix} on {endpoint.name!r}",
                miss.unproven,
            )


def missing(vpc: Vpc, required: RequiredService, misses: Sequence[NearMiss]) -> str:
    """Says that an endpoint is missing, what comes near it, and what to change or to add."""
    near = "".join(f"\n  ({miss.reason})" for miss in misses)
    change = next((miss.fix for miss in misses if miss.fix), required.code)
    what = f"{vpc.label} has no {required.type} endpoint for {required.name} ({required.why})"
    return f"{what}.{near}\nfix: {change}"


def _short_of(endpoint: Endpoint, vpc: Vpc, required: RequiredService) -> NearMiss | None:
    """What keeps an endpoint for the required service from being the required one; None if nothing does."""
    what, attach = "subnet", "subnet_ids=[<one per zone>]"
    if required.type == "Gateway":
        what, attach = "route table", "route_table_ids=[<the nodes' route tables>]"
    if endpoint.type != required.type:
        return _other("type", endpoint.type, required.type, f'vpc_endpoint_type="{required.type}"')
    if endpoint.vpc is UNKNOWN:
        return NearMiss("is in a VPC that the preview does not know", "vpc_id=<this VPC's id>", True)
    if endpoint.vpc != vpc.key or vpc.key is None:
        return NearMiss("is in another VPC")
    if endpoint.resource.region != vpc.region:
        return _other("Region", endpoint.resource.region, vpc.region)
    # The provider reads "" back where no other Region's service was asked for.
    far = endpoint.resource.text("serviceRegion") or vpc.region
    if far != vpc.region:
        return _other("serviceRegion", far, vpc.region, "no service_region")
    attached = endpoint.attachments()
    if not attached.keys:
        state = f"has {what}s that the preview does not know" if attached.more else f"has no {what}"
        return NearMiss(state, attach, attached.more)
    return None


def _other(what: str, value: object, wanted: object, fix: str = "") -> NearMiss:
    if value is UNKNOWN:
        return NearMiss(f"has a {what} that the preview does not know", fix, True)
    return NearMiss(f"has the {what} {value!r}, not {wanted!r}", fix)
