"""What is asked and what AWS answers, as plain frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

ServiceKey = tuple[str, str]
"""A service's full name and the type of endpoint that is planned for it: S3 has two of one name."""


@dataclass(frozen=True, kw_only=True)
class Questions:
    """What has to be asked for one plan. Ids, names and codes; `vpc_id` is "" where the VPC is yet to be made.

    `endpoints` are the services of which an endpoint that is there would be in the way. `every_subnet`: all of the VPC's,
    and not the nodes' alone. `zone_names` are the names that a hosted zone could have in this stack's way, each with the
    field of the answers and the service under which this stack itself would have it already: then it need not be asked for.
    """

    vpc_id: str = ""
    subnets: tuple[str, ...] = ()
    every_subnet: bool = False
    services: tuple[ServiceKey, ...] = ()
    endpoints: tuple[ServiceKey, ...] = ()
    adopted: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    zone_names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    quotas: tuple[str, ...] = ()
    count_endpoints: bool = False
    count_gateways: bool = False


@dataclass(frozen=True)
class Absent:
    """AWS has no such thing, or none that this account may see."""


@dataclass(frozen=True)
class Several:
    """More than one thing matched, and the provider does not say which."""


@dataclass(frozen=True)
class Denied:
    """The credentials lack a permission; `actions` are those that the question needs."""

    actions: tuple[str, ...]


@dataclass(frozen=True)
class Failed:
    """Any other error: what was asked, and the provider's words."""

    asked: str
    words: str


Gap = Absent | Several | Denied | Failed


@dataclass(frozen=True, kw_only=True)
class Vpc:
    """A VPC. `cidrs` are its associated IPv4 blocks, the primary one first."""

    id: str
    owner: str
    cidrs: tuple[str, ...]
    dns_support: bool
    dns_hostnames: bool
    main_route_table: str


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet. `cidr` is "" for one that has IPv6 alone, `ipv6_cidr` for one that has none."""

    id: str
    vpc: str
    owner: str
    cidr: str
    ipv6_cidr: str
    zone: str
    free_addresses: int


@dataclass(frozen=True, kw_only=True)
class Service:
    """An endpoint service: where AWS has it, and what its endpoints take."""

    name: str
    type: str
    zones: frozenset[str]
    policy: bool
    address_types: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint that is there."""

    id: str
    vpc: str
    service: str
    type: str
    state: str
    private_dns: bool
    subnets: frozenset[str] = frozenset()
    route_tables: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket that this account may ask about."""

    name: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A hosted zone, its name without the dot at the end."""

    id: str
    name: str
    private: bool


@dataclass(frozen=True, kw_only=True)
class Answers:
    """AWS's answers, by what was asked. `account` and `region` are the credentials' and the provider's ("": unknown).

    `route_tables` maps a subnet to the table that somebody associated with it; Absent: it has the VPC's main one.
    `conflicting_zones` are by name. `interface_endpoints` is how many the VPC has at most, `gateway_endpoints`
    how many the Region has (Several: more than one). What is `own` is this
    stack's already, by service ("s3-interface" is S3's interface endpoint), and not in its way; unless `own_known`, nobody
    has asked the engine yet, and nothing is said of what may be the stack's own.
    """

    account: str | Gap = ""
    region: str | Gap = ""
    vpc: Vpc | Gap | None = None
    subnets: Mapping[str, Subnet | Gap] = field(default_factory=dict)
    every_subnet: tuple[str, ...] | Gap = ()
    route_tables: Mapping[str, str | Gap] = field(default_factory=dict)
    services: Mapping[ServiceKey, Service | Gap] = field(default_factory=dict)
    endpoints: Mapping[ServiceKey, Endpoint | Gap] = field(default_factory=dict)
    adopted: Mapping[str, Endpoint | Gap] = field(default_factory=dict)
    buckets: Mapping[str, Bucket | Gap] = field(default_factory=dict)
    zones: Mapping[str, Zone | Gap] = field(default_factory=dict)
    conflicting_zones: Mapping[str, Zone | Gap] = field(default_factory=dict)
    quotas: Mapping[str, int | Gap] = field(default_factory=dict)
    interface_endpoints: int | Gap = 0
    gateway_endpoints: int | Gap = 0
    own_endpoints: Mapping[str, str] = field(default_factory=dict)
    own_zones: Mapping[str, str] = field(default_factory=dict)
    own_resolver: bool = False
    own_known: bool = True

    def gaps(self) -> Iterator[Gap]:
        """Everything that is not an answer."""
        for each in fields(self):
            value = getattr(self, each.name)
            for item in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(item, Gap):
                    yield item
