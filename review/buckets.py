"""The Region's buckets: where each name comes from, and whether the gateway policies and the nodes' roles admit it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from blueprint.catalog import Region, load
from policies import coverage, gateway_policy, iam, role_reads
from policies.endpoints import Endpoint, endpoints
from policies.graph import UNKNOWN, Graph
from policies.pack_config import PackConfig
from policies.requirements import RequiredBucket, buckets, gateway
from policies.roles import NodeRole, node_roles, waiting_roles
from policies.vpcs import judged

ADMITTED, REFUSED, UNPROVEN = "yes", "no", "not proven"


@dataclass(frozen=True)
class Verdict:
    """What one gateway endpoint or role says of a bucket: who ("ssm-s3"), one of ADMITTED, REFUSED, UNPROVEN, and why."""

    who: str
    says: str
    why: str = ""


@dataclass(frozen=True)
class Bucket:
    """A bucket that nodes of a Region read. `name` is None where AWS does not publish it; `url` and `read` are the source of
    the name: "" for one that the pack's configuration names."""

    region: str
    name: str | None
    family: str
    why: str
    url: str
    read: str
    gateways: tuple[Verdict, ...]
    roles: tuple[Verdict, ...]


@dataclass(frozen=True)
class Further:
    """A bucket that a gateway policy names and that the Region's nodes do not need by the facts."""

    endpoint: str
    name: str


def needed(graph: Graph, config: PackConfig) -> list[Bucket]:
    """Every bucket that nodes of the judged VPCs read, each once per Region."""
    found: dict[str, tuple[Region, list[Endpoint]]] = {}
    for vpc, region, there in judged(graph, config):
        found.setdefault(region.id, (region, []))[1].extend(coverage.serving(there, vpc, gateway(region)))
    listed = [*node_roles(graph), *waiting_roles(graph)]
    roles = list({each.resource.urn: each for each in listed if isinstance(each, NodeRole)}.values())
    return [
        _bucket(bucket, region, there, [role for role in roles if region.id in role.regions])
        for region, there in found.values()
        for bucket in buckets(region, config)
    ]


def further(graph: Graph, known: Iterable[Bucket], secrets: Collection[str] = ()) -> list[Further]:
    """What else the policies of S3 gateway endpoints name: own buckets, ECR's layers, a stranger's. Names that stand in a
    secret of the program are left out."""
    names = {each.name for each in known}
    found: dict[Further, None] = {}
    for endpoint in _gateways(graph):
        for policy in endpoint.policies:
            for name in _named(policy):
                if name not in names and not any(name in secret for secret in secrets):
                    found[Further(endpoint.name, name)] = None
    return list(found)


def _gateways(graph: Graph) -> Iterator[Endpoint]:
    return (
        each
        for each in endpoints(graph)
        if each.type == "Gateway" and isinstance(each.service_name, str) and each.service_name.endswith(".s3")
    )


def _bucket(bucket: RequiredBucket, region: Region, there: list[Endpoint], roles: list[NodeRole]) -> Bucket:
    family = load().buckets.get(bucket.family)
    source = load().sources[family.source] if family and region.bucket(family) else None
    return Bucket(
        region=region.id,
        name=bucket.name,
        family=bucket.family,
        why=bucket.why,
        url=source.url if source else "",
        read=source.read if source else "",
        gateways=tuple(_of_gateway(endpoint, bucket, region) for endpoint in there),
        roles=tuple(_of_role(role, bucket, region) for role in roles),
    )


def _of_gateway(endpoint: Endpoint, bucket: RequiredBucket, region: Region) -> Verdict:
    worst = Verdict(endpoint.name, ADMITTED)
    for policy in endpoint.policies:
        if policy is None:
            continue
        if policy is UNKNOWN:
            return Verdict(endpoint.name, UNPROVEN, "its policy is not known in the preview")
        if bucket.name is None:
            return Verdict(endpoint.name, UNPROVEN, "nobody publishes the bucket's name")
        try:
            document = iam.parse(str(policy))
        except iam.Malformed as error:
            return Verdict(endpoint.name, REFUSED, f"its policy is none: {error}")
        for finding in gateway_policy.refused(document, bucket, region, "", None):
            worst = Verdict(endpoint.name, REFUSED, _why(finding.message))
    return worst


def _of_role(role: NodeRole, bucket: RequiredBucket, region: Region) -> Verdict:
    name = role.resource.name
    found = role_reads.missing(role, bucket, bucket.name or "*", region)
    if found is None:
        return Verdict(name, ADMITTED)
    return Verdict(name, REFUSED if found.surely and bucket.name else UNPROVEN, found.reason)


def _why(message: str) -> str:
    """The reason of a finding: what follows the bucket's purpose."""
    return message.partition("\nfix:")[0].rpartition("): ")[2].rstrip(".")


def _named(policy: object) -> Iterator[str]:
    """The buckets that a policy document names: of ARNs alone, for a page to show."""
    document: Any = {}
    with suppress(ValueError):
        document = json.loads(policy) if isinstance(policy, str) else {}
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    for statement in statements if isinstance(statements, list) else [statements]:
        allowed = isinstance(statement, dict) and statement.get("Effect") == "Allow"
        resources = statement.get("Resource", []) if allowed else []
        for arn in [resources] if isinstance(resources, str) else resources:
            parts = str(arn).split(":", 5)
            if len(parts) == 6 and parts[2] == "s3":
                yield parts[5].partition("/")[0]
