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
    """An endpoint that has to be there: short id, full name, "Interface" or "Gateway", what for, what else may be done
    about it, and the Security Hub control that finds it missing."""

    id: str
    name: str
    type: str
    why: str
    way_out: str = ""
    control: str = ""

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
    known = load().services
    for service in known.values():
        if _is_needed(service, region, config) and region.has_service(service.id):
            yield _required(service, region, config)
    for name in config.required_services:
        full = region.service_name(name) if name in known else name
        # A full name is of one Region.
        if (name in known and not _is_needed(known[name], region, config)) or f".{region.id}." in name:
            why = "the pack's configuration requires it"
            yield RequiredService(full.split(".")[-1], full, "Interface", why)


def gateway(region: Region) -> RequiredService:
    """The S3 gateway endpoint, which every configuration needs."""
    service = next(s for s in load().services.values() if s.type == "Gateway")
    return _required(service, region, PackConfig())


def buckets(region: Region, config: PackConfig) -> Iterator[RequiredBucket]:
    """The AWS-owned buckets that nodes in `region` read, and those that the pack's configuration adds."""
    seed = config.profile == "seed" and (region.seed_buckets or load().limit("seed-buckets"))
    for family in load().buckets.values():
        needed = not family.legacy and config.features.issuperset(family.features)
        if family.id in seed if seed else needed:
            name = region.bucket(family) or config.aws_managed.get(family.id)
            yield RequiredBucket(family.id, name, family.why)
    for name in config.required_buckets:
        yield RequiredBucket("", name, "the pack's configuration requires it")


def unverified(region: Region, config: PackConfig) -> Iterator[Finding]:
    """What nobody could verify about this Region and the pack's owner has to say."""
    for service in load().services.values():
        if _is_needed(service, region, config) and region.has_service(service.id) is None:
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


def facts_of(region: Maybe) -> Region | None:
    """The Region's facts, if it is known and has any: for policies that leave it to others to say what is wrong with it."""
    return load().regions.get(region) if isinstance(region, str) else None


def region_of(region: Maybe, what: str) -> Region | Finding:
    """The Region's facts, or the finding that it cannot be judged."""
    if isinstance(region, str):
        try:
            return load().region(region)
        except UnknownRegionError as error:
            return Finding(
                f"{what}: {error}\n"
                "fix: correct the Region, or, if AWS has a new one of that name, add its row from AWS's pages"
            )
    seen = "cannot be read in the preview" if region is UNKNOWN else "is not given"
    return Finding(
        f"{what}: its Region {seen}, so nothing about it can be proven.\n"
        "fix: set it in plain text: `pulumi config set aws:region <region>`, or `region` of an explicit aws.Provider.",
        unproven=True,
    )


def undecided(region: Region, config: PackConfig) -> Iterator[Finding]:
    """Features of which nobody can tell whether the stack uses them."""
    for feature, shown in config.perhaps.items():
        if region.id in shown and not _is_on(feature, region, config) and feature not in config.features_off:
            name = next(s.id for s in load().services.values() if feature in s.features)
            yield Finding(
                f"{region.id}: {shown[region.id]}, so whether nodes need the endpoint {name} cannot be proven.\n"
                f'fix: give it in plain text, or decide "features": {{"{feature}": true or false}} in the pack\'s '
                "configuration",
                unproven=True,
            )


def _required(service: Service, region: Region, config: PackConfig) -> RequiredService:
    name, retired, way_out = region.service_name(service.id), service.not_needed_from_agent, ""
    if retired:
        way_out = f'\n  or, if no node runs an older agent: "minimumAgentVersion": "{retired}" in the pack\'s configuration'
    elif service.features:
        off = json.dumps(dict.fromkeys(service.features, False))
        way_out = f'\n  or, if the nodes do not use it: "features": {off} in the pack\'s configuration'
    shown = [
        config.seen[each][region.id] for each in service.features if region.id in config.seen.get(each, {})
    ]
    why = "; ".join([service.why, *shown])
    return RequiredService(service.id, name, service.type, why, way_out, service.control)


def _is_needed(service: Service, region: Region, config: PackConfig) -> bool:
    if config.profile == "seed":
        return service.id in load().limit("seed-services") or (
            bool(service.features) and all(_is_on(feature, region, config) for feature in service.features)
        )
    retired = service.not_needed_from_agent
    oldest = config.minimum_agent_version
    if retired and oldest and agent_version(oldest) >= agent_version(retired):
        return False
    return all(_is_on(feature, region, config) for feature in service.features)


def _is_on(feature: str, region: Region, config: PackConfig) -> bool:
    """On in the pack's configuration, or shown by the stack and not turned off there."""
    seen = region.id in config.seen.get(feature, {})
    return feature in config.features or (seen and feature not in config.features_off)
