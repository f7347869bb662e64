"""From the inventory to stacks: every level's settings merged, every stack checked as its own stack file would be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from blueprint import plan as planner
from blueprint.problems import NAMESPACE, REGION_KEY, Problem, SettingsError, shown
from blueprint.settings import parse
from fleet import waves
from fleet.placeholders import WORDS, filled
from fleet.settings import Account, Discovery, Fleet, Level, RegionLevel, Vpc
from fleet.shapes import Stack, Wave
from tools import plan_cost, policy_config

# What the provider calls its sessions is in CloudTrail; STS takes 64 characters
# (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, 2026-11-30).
_SESSION_CHARACTERS = 64
_NAMED_IN_FULL = 3
# https://www.pulumi.com/docs/iac/concepts/stacks/ (2026-11-30).
_NAME_CHARACTERS = 100


@dataclass(frozen=True)
class Found:
    """A VPC that discovery found: its id, and the keys of `network` for it."""

    vpc_id: str
    network: Mapping[str, Any]


Finder = Callable[[Account, str, Discovery], Sequence[Found]]


def expand(fleet: Fleet, file: str, finder: Finder | None = None) -> tuple[Stack, ...]:
    """The fleet's stacks in the inventory's order, each with its wave.

    `file` names the inventory in the report; `finder` looks VPCs up that the inventory describes by tags. Raises:
    SettingsError with the problems of all stacks; a problem that many of them have is told once.
    """
    stacks: list[Stack] = []
    wrong: list[tuple[Stack, Problem]] = []
    names: set[str] = set()
    for draft in _drafts(fleet, finder, wrong):
        wrong += [(draft, problem) for problem in _of_name(draft.name, names)]
        names.add(draft.name)
        try:
            plan = planner.make(parse(draft.config, stack_file=draft.name), stack_file=draft.name)
        except SettingsError as error:
            wrong += [(draft, problem) for problem in error.problems]
            continue
        said = list(policy_config.problems(draft.name, dict(draft.requirements)))
        wrong += [(draft, Problem("requirements", "", each)) for each in said]
        stacks.append(replace(draft, monthly_usd=plan_cost.monthly(plan)))
    if wrong:
        raise SettingsError(_told_once(wrong), stack_file=file)
    return waves.assign(stacks, fleet.rollout)


def _of_name(name: str, taken: Collection[str]) -> Iterator[Problem]:
    if name in taken:
        yield Problem("name", shown(name), "is the name of another stack, too: rename the account or the VPC")
    if len(name) > _NAME_CHARACTERS:
        yield Problem(
            "name", shown(name), f"is longer than {_NAME_CHARACTERS} characters, the most of a stack"
        )


def _drafts(fleet: Fleet, finder: Finder | None, wrong: list[tuple[Stack, Problem]]) -> Iterator[Stack]:
    for position, account in enumerate(fleet.accounts):
        for index, level in enumerate(account.regions):
            where = f"accounts[{position}].regions[{index}]"
            for number, vpc in enumerate(level.vpcs or (Vpc.model_validate({}),)):
                levels = (fleet, account, level, vpc)
                place = f"{where}.vpcs[{number}]" if level.vpcs else where
                template = _stack(fleet, account, level, vpc.name, levels, place, {})
                if vpc.discover is None:
                    yield template
                    continue
                if finder is None:
                    text = "asks AWS which VPCs there are, and nobody was asked: leave --offline out"
                    wrong.append((template, Problem("discover", "", text)))
                    continue
                for found in (those := finder(account, level.region, vpc.discover)):
                    # After its id, always: with more or fewer of them, no stack gets another name.
                    name = "-".join(filter(None, (vpc.name, found.vpc_id)))
                    yield _stack(fleet, account, level, name, levels, place, {"network": found.network})
                if not those:
                    text = (
                        "no VPC there has these tags: a fleet that shrinks unseen is one that nobody manages"
                    )
                    wrong.append((template, Problem("discover", "", text)))


def _stack(
    fleet: Fleet,
    account: Account,
    level: RegionLevel,
    vpc: str,
    levels: Sequence[Level],
    where: str,
    found: Mapping[str, Any],
) -> Stack:
    name = "-".join(filter(None, (account.name, level.region, vpc)))
    words = dict(zip(WORDS, (account.name, account.account_id, level.region, name), strict=True))
    settings = filled(_merged([*(each.settings for each in levels), found]), words)
    requirements = filled(_merged([each.requirements for each in levels]), words)
    keys = {key if ":" in key else f"{NAMESPACE}:{key}": value for key, value in settings.items()}
    config = {
        REGION_KEY: level.region,
        **_provider(account, name),
        f"{NAMESPACE}:accountId": account.account_id,
    }
    network = settings.get("network")
    return Stack(
        name=name,
        account=account.name,
        account_id=account.account_id,
        role_arn=account.role_arn,
        region=level.region,
        wave=_wave(levels),
        config={**config, **keys},
        requirements={"scope": "always", **_node_subnets(network), **requirements},
        where=where,
        secrets_provider=account.secrets_provider or fleet.backend.secrets_provider,
    )


def _provider(account: Account, stack: str) -> dict[str, Any]:
    """The AWS provider's keys: whom it has to become, and that nothing is done in another account."""
    keys: dict[str, Any] = {"aws:allowedAccountIds": [account.account_id]}
    if account.role_arn:
        role = {"roleArn": account.role_arn, "sessionName": f"ssm-{stack}"[:_SESSION_CHARACTERS]}
        keys["aws:assumeRoles"] = [
            role | ({"externalId": account.external_id} if account.external_id else {})
        ]
    return keys


def _wave(levels: Sequence[Level]) -> Wave:
    return next((each.wave for each in reversed(levels) if each.wave), "rest")


def _node_subnets(network: object) -> dict[str, Any]:
    """Where nodes live, as the pack's owner would declare it: the VPC is not of the stack, so the pack cannot see it."""
    if not isinstance(network, Mapping) or not isinstance(network.get("nodeSubnets"), list | tuple):
        return {}
    kept = ("id", "cidr", "ipv6Cidr", "availabilityZone", "routeTableId")
    return {
        "nodeSubnets": [
            {"vpcId": network.get("vpcId"), **{key: each[key] for key in kept if key in each}}
            for each in network["nodeSubnets"]
            if isinstance(each, Mapping)
        ]
    }


def _merged(levels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Objects key by key, everything else as the innermost level has it; null takes a key away."""
    found: dict[str, Any] = {}
    for level in levels:
        for key, value in level.items():
            if isinstance(value, Mapping):
                under = found.get(key)
                found[key] = _merged([under if isinstance(under, Mapping) else {}, value])
            elif value is None:
                found.pop(key, None)
            else:
                found[key] = value
    return found


def _told_once(wrong: Sequence[tuple[Stack, Problem]]) -> Iterator[Problem]:
    """A problem that a level hands down is one problem, whose stacks are named."""
    having: dict[tuple[str, str], list[tuple[Stack, Problem]]] = defaultdict(list)
    for stack, problem in wrong:
        # Without the stack's own words two messages are one.
        plain = problem.message.replace(stack.region, "{region}").replace(stack.name, "{stack}")
        having[problem.key, plain].append((stack, problem))
    for those in having.values():
        (first, problem), names = those[0], [stack.name for stack, _ in those]
        more = len(names) - _NAMED_IN_FULL
        told = ", ".join(names[:_NAMED_IN_FULL]) + (f" and {more} more" if more > 0 else "")
        stacks = "stack" if len(names) == 1 else f"{len(names)} stacks:"
        yield replace(problem, key=f"{first.where} ({stacks} {told}): {problem.key}")
