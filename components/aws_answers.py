"""Asks AWS, through the aws provider's own functions, so with its credentials, roles and endpoints: reads only.

Everything is asked at once and each thing once. What the provider refuses comes back as a value that says why, and never
as an exception.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib import metadata
from typing import Any, TypeVar

import pulumi

from blueprint.preflight.shapes import (
    Absent,
    Answers,
    Bucket,
    Denied,
    Endpoint,
    Gap,
    Questions,
    Service,
    ServiceKey,
    Subnet,
    Zone,
)
from components import translated

T = TypeVar("T")
Found = Mapping[str, Any]

# An endpoint that is being deleted is in nobody's way for long.
_ALIVE = [{"name": "vpc-endpoint-state", "values": ["pendingAcceptance", "pending", "available"]}]
_OF_ENDPOINT = re.compile(r"vpce-[0-9a-f]+")
FUNCTIONS = {
    "getCallerIdentity": "index",
    "getRegion": "index",
    **dict.fromkeys(("getVpc", "getSubnet", "getSubnets", "getRouteTable"), "ec2"),
    **dict.fromkeys(("getVpcEndpoint", "getVpcEndpointService"), "ec2"),
    **dict.fromkeys(("getNetworkInterface", "getNetworkInterfaces"), "ec2"),
    "getBucket": "s3",
    "getServiceQuota": "servicequotas",
    "getZone": "route53",
}
"""The provider's functions that are called, with the module that each is in."""


async def ask(
    questions: Questions, there: Mapping[str, Endpoint | Gap], outputs: Mapping[str, Any] | None
) -> Answers:
    """AWS's answers. `there` are those about adopted endpoints.

    `outputs` are those of the stack that was just registered (None: nothing was). An id that is known in a preview is that
    of something that is there and this stack's own; what is yet to be created, or to be replaced, has none.
    """
    asked = Asked()
    every = asyncio.ensure_future(asked.subnets_of(questions.vpc_id)) if questions.every_subnet else None
    parts: dict[str, Awaitable[Any]] = {
        "account": asked.one("getCallerIdentity", {}, lambda found: str(found["accountId"])),
        "region": asked.one("getRegion", {}, lambda found: str(found.get("region") or found["name"])),
        "vpc": asked.one("getVpc", {"id": questions.vpc_id}, translated.vpc)
        if questions.vpc_id
        else _nothing(),
        "subnets": _each(questions.subnets, asked.subnet),
        "route_tables": _each(questions.subnets, asked.route_table),
        "services": _each(questions.services, asked.service),
        "endpoints": _each(questions.endpoints, lambda key: asked.endpoint_of(questions.vpc_id, key)),
        "buckets": _each(questions.buckets, asked.bucket),
        "zones": _each(questions.zones, asked.zone),
        "quotas": _each(questions.quotas, asked.quota),
        "gateway_endpoints": asked.gateways() if questions.count_gateways else _zero(),
        "own": _own(outputs),
    }
    values = dict(zip(parts, await asyncio.gather(*parts.values()), strict=True))
    values |= values.pop("own")
    # Route 53 answers five questions a second, and one about a name lists every zone.
    names = [name for name, (field, own) in questions.zone_names.items() if own not in values.get(field, ())]
    values["conflicting_zones"] = await _each(names, lambda name: asked.zone_in(questions.vpc_id, name))
    ids = await every if every else ()
    if isinstance(ids, tuple):
        values["subnets"] |= await _each([id for id in ids if id not in values["subnets"]], asked.subnet)
    if questions.count_endpoints:
        values["interface_endpoints"] = await asked.interface_endpoints(questions, values["quotas"])
    return Answers(**values, adopted=there, every_subnet=ids)


def adopted(questions: Questions) -> dict[str, Endpoint | Gap]:
    """The endpoints that the stack adopts, at once: before any resource is registered."""
    found: dict[str, Endpoint | Gap] = {}
    for id in questions.adopted:
        try:
            answer = pulumi.runtime.invoke(_token("getVpcEndpoint"), {"id": id}, _options()).value
            found[id] = translated.endpoint(answer)
        except Exception as error:
            found[id] = translated.gap("getVpcEndpoint", {"id": id}, str(error))
    return found


class Asked:
    """One answer for each question, in the project's own shapes."""

    async def one(self, function: str, arguments: Mapping[str, Any], shape: Callable[[Found], T]) -> T | Gap:
        """What a function of the provider answers."""
        try:
            return shape(await pulumi.runtime.invoke_async(_token(function), dict(arguments), _options()))
        # Whatever it is, the report is the place to say it.
        except Exception as error:
            return translated.gap(function, arguments, str(error))

    async def subnet(self, id: str) -> Subnet | Gap:
        """A subnet by its id."""
        return await self.one("getSubnet", {"id": id}, translated.subnet)

    async def subnets_of(self, vpc: str) -> tuple[str, ...] | Gap:
        """The ids of a VPC's subnets."""
        wanted = {"filters": [{"name": "vpc-id", "values": [vpc]}]}
        return await self.one("getSubnets", wanted, lambda found: tuple(sorted(found["ids"])))

    async def route_table(self, subnet: str) -> str | Gap:
        """The route table that somebody associated with a subnet."""
        return await self.one("getRouteTable", {"subnetId": subnet}, lambda found: str(found["routeTableId"]))

    async def service(self, key: ServiceKey) -> Service | Gap:
        """An endpoint service of this type; failing that, what there is of its name."""
        name, type_ = key
        found = await self.one(
            "getVpcEndpointService", {"serviceName": name, "serviceType": type_}, translated.service
        )
        if isinstance(found, Absent):
            return await self.one("getVpcEndpointService", {"serviceName": name}, translated.service)
        return found

    async def endpoint_of(self, vpc: str, key: ServiceKey) -> Endpoint | Gap:
        """The endpoint of a service in a VPC."""
        of_type = {"name": "vpc-endpoint-type", "values": [key[1]]}
        wanted = {"vpcId": vpc, "serviceName": key[0], "filters": [*_ALIVE, of_type]}
        return await self.one("getVpcEndpoint", wanted, translated.endpoint)

    async def gateways(self) -> int | Gap:
        """How many gateway endpoints there are in the Region: none, one, or Several."""
        of_type = {"name": "vpc-endpoint-type", "values": ["Gateway"]}
        found = await self.one("getVpcEndpoint", {"filters": [*_ALIVE, of_type]}, lambda _: 1)
        return 0 if isinstance(found, Absent) else found

    async def bucket(self, name: str) -> Bucket | Gap:
        """A bucket and its Region."""
        return await self.one(
            "getBucket",
            {"bucket": name},
            lambda found: Bucket(name=name, region=str(found.get("bucketRegion") or "")),
        )

    async def zone(self, id: str) -> Zone | Gap:
        """A hosted zone by its id. Another account's cannot be read, which is no reason to refuse."""
        found = await self.one("getZone", {"zoneId": id}, translated.zone)
        return Absent() if isinstance(found, Denied) else found

    async def zone_in(self, vpc: str, name: str) -> Zone | Gap:
        """The private hosted zone of this name that a VPC is in."""
        wanted = {"name": name, "vpcId": vpc, "privateZone": True}
        return await self.one("getZone", wanted, translated.zone)

    async def quota(self, code: str) -> int | Gap:
        """A quota of the service `vpc`."""
        wanted = {"serviceCode": "vpc", "quotaCode": code}
        return await self.one("getServiceQuota", wanted, lambda found: int(found["value"]))

    async def interface_endpoints(self, questions: Questions, quotas: Mapping[str, int | Gap]) -> int | Gap:
        """How many interface endpoints a VPC has at most: their network interfaces, and only if those and the planned ones
        are more than any quota allows, the endpoints that they are of."""
        filters = [
            {"name": "vpc-id", "values": [questions.vpc_id]},
            {"name": "interface-type", "values": ["vpc_endpoint"]},
        ]
        ids = await self.one("getNetworkInterfaces", {"filters": filters}, lambda found: tuple(found["ids"]))
        smallest = min((quota for quota in quotas.values() if isinstance(quota, int)), default=None)
        if not isinstance(ids, tuple) or smallest is None or len(ids) + len(questions.services) <= smallest:
            return len(ids) if isinstance(ids, tuple) else ids
        found = await _each(
            ids, lambda id: self.one("getNetworkInterface", {"id": id}, lambda card: str(card["description"]))
        )
        named = [_OF_ENDPOINT.search(text) if isinstance(text, str) else None for text in found.values()]
        return len({match[0] for match in named if match}) + named.count(None)


def _token(function: str) -> str:
    return f"aws:{FUNCTIONS[function]}/{function}:{function}"


def _options() -> pulumi.InvokeOptions:
    # Without a version, the engine would start a second provider.
    return pulumi.InvokeOptions(version=metadata.version("pulumi-aws"))


async def _each(keys: Iterable[Any], question: Callable[[Any], Awaitable[T]]) -> dict[Any, T]:
    """The answers to one kind of question, by what was asked about."""
    listed = tuple(dict.fromkeys(keys))
    return dict(zip(listed, await asyncio.gather(*map(question, listed)), strict=True))


async def _nothing() -> None:
    return None


async def _zero() -> int:
    return 0


async def _own(outputs: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is the stack's own, in the words of the answers."""
    if outputs is None:
        return {"own_known": False}
    try:
        return {
            "own_endpoints": await _known(outputs.get("endpointIds")),
            "own_zones": await _known(outputs.get("hostedZoneIds")),
            "own_resolver": bool(await _known({"": outputs.get("resolverAddresses")})),
        }
    # A resource that could not be registered: the engine says why, and ends the run.
    except Exception:
        return {"own_known": False}


async def _known(ids: Mapping[str, pulumi.Output[str] | None] | None) -> dict[str, str]:
    """The ids that are known: in a preview, those of what is there."""
    outputs = {key: pulumi.Output.from_input(id) for key, id in (ids or {}).items() if id is not None}
    known = {key: await output.is_known() and await output.future() for key, output in outputs.items()}
    return {key: str(id) for key, id in known.items() if id}
