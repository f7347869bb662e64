"""What the stack's owner says: the keys of the stack's configuration, typed.

`parse` is the way in. It raises one SettingsError with every problem in it, whatever the input, and returns
Settings that the planner can trust: ids, names, CIDR blocks and zones are well-formed and fit together, and
every bucket name that the chosen features need is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from blueprint import endpoint_policy_rules, network_rules, ownership, reading, stack_rules, topology_rules
from blueprint.catalog import load
from blueprint.fields import AccountId, AgentVersion, RegionId, TagKey, TagValue
from blueprint.problems import NAMESPACE, REGION_KEY, Problem, Report, SettingsError
from blueprint.settings.base import Keys
from blueprint.settings.dns import Dns, Hybrid
from blueprint.settings.endpoint_policies import EndpointPolicies
from blueprint.settings.network import EXISTING_KEYS, ExistingNetwork, Network, NewNetwork
from blueprint.settings.nodes import Nodes
from blueprint.settings.topology import Topology
from blueprint.settings.usage import Buckets, Features

__all__ = [
    "NAMESPACE",
    "ExistingNetwork",
    "Features",
    "NewNetwork",
    "Problem",
    "Settings",
    "SettingsError",
    "parse",
]


class Settings(Keys):
    """Everything the stack's owner says. `minimum_agent_version` is "" when it was not given."""

    region: RegionId = Field(
        alias=REGION_KEY, description="the Region to deploy into; pulumi config set aws:region <Region>"
    )
    network: Network = Field(
        description="vpcId and nodeSubnets of a VPC that is there, or create for a new one"
    )
    features: Features = Field(default_factory=Features, description="what the nodes use")
    minimum_agent_version: AgentVersion = Field(
        default="", description='the oldest SSM Agent on any node, such as "3.3.40.0"'
    )
    buckets: Buckets = Field(
        default_factory=lambda: Buckets.model_validate({}), description="buckets that nodes use"
    )
    account_id: AccountId = Field(
        default="", description="the account that the stack is for, 12 digits in quotes"
    )
    nodes: Nodes = Field(
        default_factory=lambda: Nodes.model_validate({}), description="what to make for the nodes"
    )
    endpoint_policies: EndpointPolicies = Field(
        default_factory=lambda: EndpointPolicies.model_validate({}),
        description="who may do what through the interface endpoints",
    )
    topology: Topology = Field(
        default_factory=lambda: Topology.model_validate({}), description="whose endpoints the nodes use"
    )
    dns: Dns = Field(default_factory=lambda: Dns.model_validate({}), description="who answers names")
    hybrid: Hybrid = Field(default_factory=Hybrid, description="for machines outside AWS")
    preflight: Literal["on", "off"] = Field(
        default="on", description="on or off: ask AWS before anything is created"
    )
    protect: bool = Field(default=False, description="true: Pulumi refuses to delete the endpoints")
    tags: Mapping[TagKey, TagValue] = Field(
        default_factory=dict, description="tags, a name and a value each, both text"
    )


def parse(
    config: Mapping[str, str | object],
    *,
    stack_file: str,
    secret_keys: Collection[str] = (),
    project: str = NAMESPACE,
) -> Settings:
    """Check the stack's configuration.

    Args: `config` is all of it, full key ("aws:region", "ssm-vpc-endpoints:network") to value: text, with
    JSON text for structured values as Pulumi hands it over, or plain Python values. `stack_file` names it in
    the report. Values under `secret_keys` (full keys) are shown nowhere, and refused if they are the program's. `project` is
    the Pulumi project's name, whose namespace holds keys that were written without one: none is read there.
    Raises: SettingsError, with every problem, and nothing else.
    """
    report = Report((*reading.key_order(Settings), *load().buckets), secret_keys)
    data = reading.read(config, Settings, report, project)
    settings = None
    for variant in _variants(data, report):
        try:
            settings = Settings.model_validate(variant)
            valid = variant
        except ValidationError as error:
            valid = reading.without(variant, reading.translate(error, Settings, report))
        network_rules.check(valid, report)
        stack_rules.check(valid, report, Features().model_dump(by_alias=True))
        topology_rules.check(valid, report, Features().model_dump(by_alias=True))
        endpoint_policy_rules.check(valid, report)
    ownership.refuse_secrets(secret_keys, config, report, project)
    if report.problems or settings is None:
        raise SettingsError(report.problems, stack_file=stack_file)
    return settings


def _variants(data: dict[str, Any], report: Report) -> list[dict[str, Any]]:
    """The data as it is, or one for each kind of network where both were given: each may have problems."""
    network = data.get("network")
    if not isinstance(network, dict) or "create" not in network or network.keys().isdisjoint(EXISTING_KEYS):
        return [data]
    report.add(("network",), "has both create, for a new VPC, and keys of a VPC that is there: keep one kind")
    new = {key: value for key, value in network.items() if key not in EXISTING_KEYS}
    existing = {key: value for key, value in network.items() if key != "create"}
    return [{**data, "network": kind} for kind in (existing, new)]
