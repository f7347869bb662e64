"""Whether there is room: addresses in the subnets, and the account's quotas."""

from __future__ import annotations

from blueprint.preflight.findings import Case, listed
from blueprint.preflight.questions import (
    GATEWAY_ENDPOINTS,
    GROUP_RULES,
    INTERFACE_ENDPOINTS,
    created,
    interface_key,
)
from blueprint.preflight.shapes import Absent, Endpoint, Several, Subnet

_RAISE = "ask for more: aws service-quotas request-service-quota-increase --service-code vpc --quota-code"


def check(case: Case) -> None:
    """Free addresses, then quotas."""
    if case.answers.own_known:
        _check_addresses(case)
        _check_endpoints(case)
    _check_rules(case)
    for code, quota in case.answers.quotas.items():
        if isinstance(quota, Absent):
            case.notes.append(f"Preflight: the account has no answer on quota {code}; it was not compared.")


def _check_addresses(case: Case) -> None:
    network = case.network
    for position, id in enumerate(network.endpoint_subnets if network else ()):
        subnet, needed = case.answers.subnets.get(id), _new_interfaces(case, id)
        if not network or not isinstance(subnet, Subnet) or subnet.free_addresses >= needed:
            continue
        others = {
            declared.id: found.free_addresses
            for declared in network.node_subnets
            if isinstance(found := case.answers.subnets.get(declared.id), Subnet)
            and found.zone == subnet.zone
            and found.free_addresses >= needed
        }
        roomier = max(others, key=others.__getitem__, default="")
        chosen = [roomier if each == id else each for each in network.endpoint_subnets]
        fix = (
            f"endpointSubnets: {listed(chosen)}"
            if roomier
            else f"free addresses there, or list a larger subnet in {subnet.zone} under nodeSubnets and endpointSubnets"
        )
        case.wrong(
            ("network", "endpointSubnets", position),
            f"has {subnet.free_addresses} free address(es), and this stack takes {needed}: one per interface endpoint"
            f"{' and one for the resolver' if case.plan.resolver_cidrs else ''}",
            fix,
            value=f'"{id}"',
        )


def _new_interfaces(case: Case, subnet: str) -> int:
    """How many addresses of a subnet the stack is yet to take."""
    count = 1 if case.plan.resolver_cidrs and not case.answers.own_resolver else 0
    for name, planned in created(case.plan).items():
        if name in case.answers.own_endpoints:
            found = case.answers.endpoints.get(interface_key(planned))
            if not isinstance(found, Endpoint) or subnet in found.subnets:
                continue
        count += 1
    return count


def _check_endpoints(case: Case) -> None:
    answers = case.answers
    new = [name for name in created(case.plan) if name not in answers.own_endpoints]
    quota, there = answers.quotas.get(INTERFACE_ENDPOINTS), answers.interface_endpoints
    if isinstance(quota, int) and isinstance(there, int) and there + len(new) > quota and new:
        case.wrong(
            ("network", "vpcId"),
            f"has {there} interface endpoints, this stack makes {len(new)} more, and the account's quota is {quota} per VPC "
            "(AWS: VpcEndpointLimitExceeded)",
            f"{_RAISE} {INTERFACE_ENDPOINTS} --desired-value {there + len(new)}",
        )
    quota, gateways = answers.quotas.get(GATEWAY_ENDPOINTS), answers.gateway_endpoints
    if not isinstance(quota, int) or "s3" in answers.own_endpoints:
        return
    # More than one cannot be counted: the provider says no more than that.
    least = 2 if isinstance(gateways, Several) else gateways
    if isinstance(least, int) and least + 1 > quota:
        case.wrong(
            ("network",),
            f"needs one gateway endpoint more than the {least} in {case.plan.region}, and the account's quota is {quota} "
            "per Region (AWS: VpcEndpointLimitExceeded)",
            f"{_RAISE} {GATEWAY_ENDPOINTS} --desired-value {least + 1}",
            value=f"({case.plan.region})",
        )
    elif isinstance(gateways, Several):
        case.notes.append(
            f"Preflight: the account may have {quota} gateway endpoints in the Region and has several; the provider cannot "
            "count them."
        )


def _check_rules(case: Case) -> None:
    quota, plan = case.answers.quotas.get(GROUP_RULES), case.plan
    if not isinstance(quota, int):
        return
    lists = {
        ("network", "clientCidrs"): max(len(plan.client_cidrs), len(plan.client_ipv6_cidrs)),
        # TCP and UDP apart.
        ("dns", "inboundResolver", "clientCidrs"): 2 * len(plan.resolver_cidrs),
    }
    for loc, needed in lists.items():
        if needed > quota and (loc[0] == "dns" or created(plan)):
            case.wrong(
                loc,
                f"make {needed} rules in one security group, with those of subnets, spokes and peers; the quota is "
                f"{quota} (AWS: RulesPerSecurityGroupLimitExceeded)",
                f"put neighbouring blocks together, or {_RAISE} {GROUP_RULES} --desired-value {needed}",
                value=f"({needed} rules)",
            )
