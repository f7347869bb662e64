"""From inputs to a plan, by the rules of the Python program: the same settings, the same planner, the same report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from blueprint import plan as planner
from blueprint.names import nearest
from blueprint.plan import Plan
from blueprint.problems import (
    NAMESPACE,
    NOT_GIVEN,
    REGION_KEY,
    SECRET,
    Loc,
    Problem,
    SettingsError,
    allowed,
    shown,
)
from blueprint.reading import keys_of
from blueprint.settings import Settings, parse
from package.inputs import Given, path

LEFT_OUT: Final[Mapping[Loc, str]] = {
    ("network", "create"): "make the VPC in your program and give its ids here: vpcId and nodeSubnets",
    (
        "network",
        "endpointSubnets",
    ): "the first listed node subnet of each zone gets the endpoints: change the order",
    ("network", "acceptUnadmittedSubnets"): "it answers the preflight, which this component does not do",
    (
        "nodes",
    ): "roles and security groups of nodes are your program's: a role needs the output nodeBucketsPolicy",
    ("topology",): "hubs, spokes and endpoints that are there already need the Python program",
    ("dns", "inboundResolver"): "the inbound resolver is your program's, or needs the Python program",
    ("hybrid",): "S3 for machines outside AWS needs the Python program",
    ("preflight",): "this component asks AWS nothing in a preview",
    ("protect",): "it is the resource option protect",
}
"""Settings that are no inputs, and what to do instead."""
REGION: Final = "region"


def is_input(loc: Loc) -> bool:
    """Whether the setting at this path of keys is an input."""
    return loc not in LEFT_OUT


def names() -> list[str]:
    """The inputs' names, in the order of the documentation."""
    return [REGION if key == REGION_KEY else key for key in keys_of(Settings) if is_input((key,))]


def plan(given: Given, *, name: str, stack_region: str, own_provider: bool) -> Plan:
    """Decide what the component named `name` builds.

    `stack_region` is aws:region of the calling stack, or "": the default Region, and the one that its own aws provider
    works in; `own_provider`: the program gave the component another provider.
    Raises: SettingsError with every problem, under the inputs' names.
    """
    report = f"inputs of '{name}'"
    values = {key: value for key, value in given.values.items() if key in names()}
    own = [*_left_out(given), *_unknown_names(given), *_not_known(given)]
    region = values.setdefault(REGION, stack_region)
    if stack_region and isinstance(region, str) and region not in ("", stack_region) and not own_provider:
        message = (
            f"is not {stack_region}, the stack's aws:region, where its aws provider works: leave region out, or give the "
            "component a provider of this Region (resource option providers)"
        )
        own.append(Problem(key=REGION, value=shown(region), message=message))
    config = {_full(key): _without_left_out((key,), value) for key, value in values.items()}
    reported = {problem.key for problem in own}
    try:
        settings = parse(config, stack_file=report, secret_keys=[_full(key) for key in given.secrets])
        made = planner.make(settings, stack_file=report)
    except SettingsError as error:
        own += [problem for problem in map(_renamed, error.problems) if problem.key not in reported]
        raise SettingsError(own, stack_file=report) from None
    if own:
        raise SettingsError(own, stack_file=report)
    return made


def _left_out(given: Given) -> Iterator[Problem]:
    for loc, instead in LEFT_OUT.items():
        value: Any = given.values
        for key in loc:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            hidden = SECRET if loc[0] in given.secrets else shown(value)
            yield Problem(key=path(loc), value=hidden, message=f"is no input of this component: {instead}")


def _without_left_out(loc: Loc, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: each for key, each in value.items() if is_input((*loc, key))}


def _unknown_names(given: Given) -> Iterator[Problem]:
    for key, value in given.values.items():
        if key not in names() and (key,) not in LEFT_OUT:
            hidden = SECRET if key in given.secrets else shown(value)
            message = f"is no input of this component\n{allowed(names())}"
            yield Problem(key=shown(key)[1:-1], value=hidden, message=message, nearest=nearest(key, names()))


def _not_known(given: Given) -> Iterator[Problem]:
    for loc in given.not_known:
        message = (
            "is not known in a preview, and it decides names or policies, which have to be; only vpcId and the id and "
            "routeTableId of a node subnet may be promised"
        )
        yield Problem(key=path(loc), value="(not known)", message=message)


def _full(key: str) -> str:
    return REGION_KEY if key == REGION else f"{NAMESPACE}:{key}"


def _renamed(problem: Problem) -> Problem:
    if problem.key == REGION_KEY and problem.value == NOT_GIVEN:
        message = (
            "is required, because the stack's configuration has no aws:region: the Region to deploy into"
        )
        return replace(problem, key=REGION, message=message)
    if problem.key == REGION_KEY:
        return replace(problem, key=REGION)
    return Problem(
        key=problem.key.removeprefix(f"{NAMESPACE}:"),
        value=problem.value,
        message=problem.message.replace(f"{NAMESPACE}:", ""),
        nearest=problem.nearest.removeprefix(f"{NAMESPACE}:"),
    )
