"""What a Region's managed nodes need, from the facts and the pack's configuration. The planner is not asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.catalog import Region, Service, UnknownRegionError, agent_version, load
from policies.graph import UNKNOWN, Maybe
from policies.pack_config import PackConfig
from policies.rule import Finding


@dataclass(frozen=True)
class RequiredService:
    """An endpoint that has to be there: short id, full name, "Interface" or "Gateway", and what for."""

    id: str
    name: str
    type: str
    why: str
    way_out: str = ""

    @property
    def code(self) -> str:
        """Code that adds the endpoint, and what else may be done about it."""
        where = (
            "route_table_ids=[<the nodes' route tables>], policy=<the Region's buckets>"
            if self.type == "Gateway"
            else "private_dns_enabled=True, subnet_ids=[<one per zone>], security_group_ids=[<admits 443 from the nodes>]"
        )
        return (
            f'aws.ec2.VpcEndpoint("{self.id}", vpc_id=<the VPC>, service_name="{self.name}", '
            f'vpc_endpoint_type="{self.type}", {where}){self.way_out}'
        )


@dataclass(frozen=True)
class RequiredBucket:
    """A bucket that the S3 gateway endpoint has to admit; `name` is None where AWS does not publish it."""

    family: str
    name: str | None
    why: str


def services(region: Region, config: PackConfig) -> Iterator[RequiredService]:
    """The endpoints that nodes in `region` need. Where nobody could verify that a service exists, none is required here:
    `unverified` says so."""
    for service in load().services.values():
        if _is_needed(service, config) and region.has_service(service.id):
            yield _required(service, region)


def gateway(region: Region) -> RequiredService:
    """The S3 gateway endpoint, which every configuration needs."""
    service = next(s for s in load().services.values() if s.type == "Gateway")
    return _required(service, region)


def buckets(region: Region, config: PackConfig) -> Iterator[RequiredBucket]:
    """The AWS-owned buckets that nodes in `region` read."""
    for family in load().buckets.values():
        if not family.legacy and config.features.issuperset(family.features):
            name = region.bucket(family) or config.aws_managed.get(family.id)
            yield RequiredBucket(family.id, name, family.why)


def unverified(region: Region, config: PackConfig) -> Iterator[Finding]:
    """What nobody could verify about this Region and the pack's owner has to say."""
    for service in load().services.values():
        if _is_needed(service, config) and region.has_service(service.id) is None:
            yield Finding(
                f"{region.id}: nobody could verify whether AWS offers an endpoint for {service.id} here, and SSM Agent "
                f"before {service.not_needed_from_agent} would need it.\n"
                f'fix: "minimumAgentVersion": "{service.not_needed_from_agent}" in the pack\'s configuration, if no node '
                "runs an older agent."
            )


def unpublished(bucket: RequiredBucket, region: Region) -> Finding:
    """A bucket is needed whose name AWS does not publish."""
    paste = json.dumps({"awsManaged": {bucket.family: "<the exact bucket name>"}})
    return Finding(
        f"{region.id}: AWS does not publish the name of the {bucket.family} bucket ({bucket.why}) for partition "
        f"{region.partition.id}, and a guess would admit a stranger's bucket.\n"
        f"fix: find out the name, and give it to this policy in the pack's configuration: {paste}"
    )


def region_of(region: Maybe, what: str) -> Region | Finding:
    """The Region's facts, or the finding that it cannot be judged."""
    if isinstance(region, str):
        try:
            return load().region(region)
        except UnknownRegionError as error:
            return Finding(f"{what}: {error}.")
    seen = "cannot be read in the preview" if region is UNKNOWN else "is not given"
    return Finding(
        f"{what}: its Region {seen}, so nothing about it can be proven.\n"
        "fix: set it in plain text: `pulumi config set aws:region <region>`, or `region` of an explicit aws.Provider.",
        unproven=True,
    )


def _required(service: Service, region: Region) -> RequiredService:
    name, retired, way_out = region.service_name(service.id), service.not_needed_from_agent, ""
    if retired:
        way_out = f'\n  or, if no node runs an older agent: "minimumAgentVersion": "{retired}" in the pack\'s configuration'
    elif service.features:
        off = ", ".join(f'"{feature}": false' for feature in service.features)
        way_out = f'\n  or, if the nodes do not use it: "features": {{{off}}} in the pack\'s configuration'
    return RequiredService(service.id, name, service.type, service.why, way_out)


def _is_needed(service: Service, config: PackConfig) -> bool:
    retired = service.not_needed_from_agent
    oldest = config.minimum_agent_version
    if retired and oldest and agent_version(oldest) >= agent_version(retired):
        return False
    return config.features.issuperset(service.features)
