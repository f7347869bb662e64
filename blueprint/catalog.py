"""What AWS says, with the source of every word: typed access to `facts/*.toml`.

    load().region("me-south-1").bucket("patch-baseline-snapshot")
    # -> "patch-baseline-snapshot-me-south-1-uduvl7q8"

This module answers questions about AWS. It does not decide what a stack needs: the planner and the policy pack each do
that for themselves, from the same rows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from blueprint import announced

EndpointType = Literal["Interface", "Gateway"]
_FACTS = Path(__file__).parent / "facts"


class UnknownRegionError(LookupError):
    """A Region that has no row in `facts/regions.toml`. Its names are never derived from another Region's."""

    def __init__(self, region: str, known: Mapping[str, object]) -> None:
        self.region = region
        self.nearest = tuple(get_close_matches(region, known, n=1))
        hint = announced.said(region) or (f"; did you mean {self.nearest[0]}?" if self.nearest else "")
        super().__init__(f"{region!r} is not a Region with known names (blueprint/facts/regions.toml){hint}")


@dataclass(frozen=True)
class Source:
    """Where a fact was read: page, day, stored copy. `compares`: which facts `make facts-check` finds in the page."""

    id: str
    title: str
    url: str
    read: str
    copy: str = ""
    note: str = ""
    compares: str = ""


@dataclass(frozen=True)
class Service:
    """An endpoint service that a managed node needs.

    `features` must all be on for it to be needed (empty: always). `not_needed_from_agent` is the first SSM Agent version
    that does without it ("3.3.40.0"), or "". `cross_region` says that AWS offers it through cross-Region PrivateLink.
    `control` is the Security Hub control that finds the endpoint missing ("EC2.57"), or "". `takes_policy` says that its
    endpoint is known to take another policy than full access. `fips` is the last label of its FIPS endpoint service
    ("kms-fips"), or "": which Regions have it is AWS's answer.
    """

    id: str
    type: EndpointType
    features: tuple[str, ...]
    why: str
    source: str
    evidence: str
    not_needed_from_agent: str = ""
    cross_region: bool = False
    control: str = ""
    fips: str = ""
    fips_source: str = ""
    availability_evidence: str = ""
    takes_policy: bool = False
    policy_source: str = ""
    policy_evidence: str = ""


@dataclass(frozen=True)
class BucketFamily:
    """Buckets that AWS owns, one per Region, for one purpose.

    Either `formula` ("aws-ssm-{region}", published for the partitions in `published_in`) or `column`, the key of the
    Region's row that holds the literal name. `legacy` families are recognised and never needed.
    """

    id: str
    features: tuple[str, ...]
    why: str
    source: str
    evidence: str
    formula: str = ""
    column: str = ""
    published_in: tuple[str, ...] = ()
    legacy: bool = False


@dataclass(frozen=True)
class AgentCalls:
    """Calls that SSM Agent makes to one service.

    `resources` are examples of what they are about, as formulas (empty: the actions take no resource); with
    `one_is_enough`, which resource it is, is the owner's choice. `hybrid`: of nodes outside EC2. Not `signed`: with no AWS
    identity. `optional`: made in some uses only. `scopes`: what a preset limits them to, as formulas with wildcards.
    """

    id: str
    service: str
    actions: tuple[str, ...]
    source: str
    evidence: str
    resources: tuple[str, ...] = ()
    one_is_enough: bool = False
    hybrid: bool = False
    signed: bool = True
    optional: bool = False
    scopes: tuple[str, ...] = ()
    scopes_source: str = ""


@dataclass(frozen=True)
class ManagedPolicy:
    """An IAM policy of AWS's: whether it allows s3:GetObject on everything or on nothing."""

    id: str
    path: str
    reads_every_bucket: bool
    source: str
    evidence: str


@dataclass(frozen=True)
class Partition:
    """A partition: "aws", "aws-cn", ... `service_prefix` opens the names of its endpoint services."""

    id: str
    service_prefix: str
    dns_suffix: str
    dual_stack_dns_suffix: str
    source: str
    service_prefix_source: str
    evidence: str


@dataclass(frozen=True)
class Region:
    """A Region and the names that hold in it. `id` is a Region id ("eu-west-1"), not a zone and not a display name.

    `seed_buckets`: the families that AWS's page named for this Region alone until 2023, in place of the two for all others.
    """

    id: str
    partition: Partition
    source: str
    evidence: str
    services_absent: tuple[str, ...] = ()
    services_unknown: tuple[str, ...] = ()
    seed_buckets: tuple[str, ...] = ()
    service_names: Mapping[str, str] = field(default_factory=dict)
    tabulated_buckets: Mapping[str, str] = field(default_factory=dict)

    def service_name(self, service: str, type_: EndpointType | None = None) -> str:
        """The full name of an endpoint service here, e.g. `com.amazonaws.eu-west-1.ssm`. Source: the partition's row.
        With a type, the name of that type: in China the two of S3 differ."""
        known = self.service_names.get(f"{service}-{str(type_).lower()}") or self.service_names.get(service)
        return known or f"{self.partition.service_prefix}.{self.id}.{service}"

    def has_service(self, service: str) -> bool | None:
        """Whether AWS offers the endpoint service here; None where nobody could verify it."""
        if service in self.services_unknown:
            return None
        return service not in self.services_absent

    def dns_name(self, service: str) -> str:
        """The public name that nodes call, and that private DNS answers, e.g. `ssm.eu-west-1.amazonaws.com`.
        Source: the partition's row (botocore's endpoints.json has this form for each of our services)."""
        return f"{service}.{self.id}.{self.partition.dns_suffix}"

    def bucket(self, family: BucketFamily) -> str | None:
        """The family's bucket name here; None where AWS does not publish it. Never a pattern, never a guess."""
        if family.column:
            return self.tabulated_buckets.get(family.column)
        return family.formula.format(region=self.id) if self.partition.id in family.published_in else None


@dataclass(frozen=True)
class Catalog:
    """All facts. Mappings keep the order of the files."""

    sources: Mapping[str, Source]
    partitions: Mapping[str, Partition]
    regions: Mapping[str, Region]
    services: Mapping[str, Service]
    buckets: Mapping[str, BucketFamily]
    agent_calls: Mapping[str, AgentCalls]
    managed_policies: Mapping[str, ManagedPolicy]
    limits: Mapping[str, Any]

    def region(self, region: str) -> Region:
        """The Region's row. Raises: UnknownRegionError."""
        try:
            return self.regions[region]
        except KeyError:
            raise UnknownRegionError(region, self.regions) from None

    @property
    def features(self) -> tuple[str, ...]:
        """Every feature that decides an endpoint or a bucket, in the order of the files."""
        rows: list[Service | BucketFamily] = [*self.services.values(), *self.buckets.values()]
        return tuple(dict.fromkeys(feature for row in rows for feature in row.features))

    def limit(self, name: str) -> Any:
        """A number or list that AWS fixes, from `facts/limits.toml`."""
        return self.limits[name]["value"]


def agent_version(version: str) -> tuple[int, ...]:
    """ "3.3.40.0" -> (3, 3, 40, 0), so that versions compare as numbers. Raises: ValueError."""
    return tuple(int(part) for part in version.split("."))


@cache
def load() -> Catalog:
    """Read `facts/*.toml` once. Raises: TypeError on a key that no row may have, KeyError on a missing one."""
    partitions = {id: Partition(id=id, **row) for id, row in _rows("partitions")}
    buckets = {id: BucketFamily(id=id, **_tuples(row)) for id, row in _rows("buckets")}
    columns = {family.column for family in buckets.values() if family.column}
    regions = {}
    for id, row in _rows("regions"):
        tabulated = {column: row.pop(column) for column in sorted(columns & row.keys())}
        partition = partitions[row.pop("partition")]
        regions[id] = Region(id=id, partition=partition, tabulated_buckets=tabulated, **_tuples(row))
    return Catalog(
        sources={
            id: Source(id=id, **{**row, "read": row["read"].isoformat()}) for id, row in _rows("sources")
        },
        partitions=partitions,
        regions=regions,
        services={id: Service(id=id, **_tuples(row)) for id, row in _rows("services")},
        buckets=buckets,
        agent_calls={id: AgentCalls(id=id, **_tuples(row)) for id, row in _rows("actions")},
        managed_policies={id: ManagedPolicy(id=id, **row) for id, row in _rows("managed_policies")},
        limits=dict(_rows("limits")),
    )


def _rows(name: str) -> list[tuple[str, dict[str, Any]]]:
    return list(tomllib.loads((_FACTS / f"{name}.toml").read_text(encoding="utf-8")).items())


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
