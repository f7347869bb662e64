"""Builds the component that a program asks for, and answers it with the component's outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider

from blueprint.plan import GivenNetwork
from blueprint.problems import SettingsError
from components import SsmEndpoints, SsmEndpointsArgs
from package import checks, inputs, schema


@dataclass(frozen=True, kw_only=True)
class _Network:
    """The ids as the program gave them."""

    vpc_id: pulumi.Input[str]
    endpoint_subnet_ids: list[pulumi.Input[str]]
    route_table_ids: list[pulumi.Input[str]]


class SsmEndpointsProvider(Provider):
    """The package's provider: it has one component and nothing else."""

    def __init__(self) -> None:
        super().__init__(schema.VERSION, json.dumps(schema.package()))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Build the component. Wrong inputs end the run with one report and no traceback."""
        if resource_type != schema.TOKEN:
            raise pulumi.InputPropertiesError(
                f"is no component of this package, which has {schema.TOKEN}", []
            )
        # It is filled before the URN is known, for which the SDK waits first.
        state: dict[str, Any] = {}
        urn = _make(name, inputs, options or pulumi.ResourceOptions(), state)
        return ConstructResult(urn=pulumi.Output.from_input(urn), state=state)


async def _make(
    name: str, given_inputs: Mapping[str, Any], options: pulumi.ResourceOptions, state: dict[str, Any]
) -> Any:
    given = await inputs.read(given_inputs)
    try:
        made = checks.plan(
            given,
            name=name,
            stack_region=pulumi.Config("aws").get("region") or "",
            own_provider="aws" in (options.providers or {}),
        )
    except SettingsError as error:
        # The report names each place itself: the engine would print the values of places that it is told, secrets too.
        raise pulumi.InputPropertiesError(str(error), []) from None
    network = made.network
    assert isinstance(network, GivenNetwork)  # noqa: S101 - network.create is no input
    as_given = _Network(
        vpc_id=given.ids[network.vpc_id],
        endpoint_subnet_ids=[given.ids[id] for id in network.endpoint_subnet_ids],
        route_table_ids=[given.ids[id] for id in network.route_table_ids],
    )
    # The preview's notices name an id that is not known yet by the input that will have it.
    in_words = GivenNetwork(
        vpc_id=given.words(network.vpc_id),
        endpoint_subnet_ids=tuple(map(given.words, network.endpoint_subnet_ids)),
        route_table_ids=tuple(map(given.words, network.route_table_ids)),
    )
    args = SsmEndpointsArgs(plan=replace(made, network=in_words), network=as_given)
    component = SsmEndpoints(name, args, options)
    state |= {
        "endpointIds": component.endpoint_ids,
        "endpointDnsNames": component.dns_names,
        "s3PrefixListId": component.s3_prefix_list_id,
        "securityGroupId": component.security_group_id,
        "services": made.services,
        "buckets": made.buckets,
        "nodeBucketsPolicy": made.nodes.s3_policy,
        "firewallAllowList": made.firewall_hosts,
    }
    return component.urn
