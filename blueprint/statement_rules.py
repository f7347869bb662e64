"""What is wrong with the owner's statements for endpoint policies, before AWS or a node says so.

Every problem has the place of the value below `endpointPolicies.statements`: `("ssm", 0, "actions", 1)`. As everywhere,
messages never quote a value. What AWS demands of endpoint policies:
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (read 2026-11-23)

Whether statements keep SSM Agent out is the policy pack's question (endpoint-policy-agent-safe), not one of spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from blueprint import arn_rules, condition_rules, iam_actions
from blueprint.arn_rules import Found
from blueprint.catalog import Region, load
from blueprint.endpoint_documents import Statement
from blueprint.iam_actions import IamService
from blueprint.names import nearest
from blueprint.problems import Loc, allowed

_ONE_PREFIX = "an endpoint's policy decides about its own service alone"


@dataclass(frozen=True)
class StatementProblem:
    """One wrong value: where it is, what is wrong (first line) and what is allowed, the nearest right spelling or ""."""

    loc: Loc
    message: str
    nearest: str = ""


def check_statements(
    statements: Mapping[str, Sequence[Statement]], *, region: Region
) -> Iterator[StatementProblem]:
    """Every problem of the statements of every service ("ssm"), in their order."""
    services = load().services
    taking = [id for id, service in services.items() if service.takes_policy and service.type == "Interface"]
    for id, listed in statements.items():
        if id not in services:
            yield StatementProblem((id,), f"is no endpoint's service\n{allowed(taking)}", nearest(id, taking))
        elif services[id].type == "Gateway":
            yield StatementProblem(
                (id,), "is a gateway endpoint: its policy lists the buckets, in buckets.own"
            )
        elif not services[id].takes_policy:
            yield StatementProblem(
                (id,),
                "is not known to take an endpoint policy, and AWS refuses the endpoint if it takes none: it keeps full "
                f"access\n{allowed(taking)}",
            )
        else:
            for index, statement in enumerate(listed):
                for problem in _statement(statement, iam_actions.load()[id], region):
                    yield StatementProblem((id, index, *problem.loc), problem.message, problem.nearest)


def check_length(policies: Mapping[str, str]) -> Iterator[StatementProblem]:
    """Policies, by service, that are longer than AWS takes. Preset and statements count together, and every account does."""
    most = load().limit("endpoint-policy-characters")
    for id, text in policies.items():
        if len(text) > most:
            yield StatementProblem(
                (id,),
                f"makes an endpoint policy of {len(text)} characters; AWS takes {most}. Write fewer statements, or give "
                "the organisation instead of many accounts",
            )


def _statement(statement: Statement, service: IamService, region: Region) -> Iterator[StatementProblem]:
    for index, action in enumerate(statement.actions):
        if action != "*":
            yield from _at(("actions", index), _action(action, service))
    for index, resource in enumerate(statement.resources):
        if resource != "*":
            yield from _at(("resources", index), arn_rules.resource(resource, service, region))
    for index, principal in enumerate(statement.principals):
        if principal == "*" and len(statement.principals) > 1:
            yield StatementProblem(
                ("principals", index), "means everybody: leave out the others, or this one"
            )
        elif principal != "*":
            yield from _at(("principals", index), arn_rules.principal(principal, region))
    for operator, keys in statement.conditions.items():
        loc: Loc = ("conditions", operator)
        yield from _at(loc, condition_rules.operator(operator))
        for key, values in keys.items():
            yield from _at((*loc, key), condition_rules.key(key, service))
            for index, value in enumerate(values):
                yield from _at((*loc, key, index), condition_rules.value(operator, key, value))


def _at(loc: Loc, found: Found) -> Iterator[StatementProblem]:
    if found:
        yield StatementProblem(loc, *found)


def _action(action: str, service: IamService) -> Found:
    prefix, colon, name = action.partition(":")
    if not colon:
        near = _near_action(action, service)
        return f"is no action: the service's prefix and a colon come first, {service.id}:", near
    if prefix.lower() != service.id:
        if prefix.lower() in iam_actions.load():
            return f"is an action of another service, and {_ONE_PREFIX}: {service.id}:", ""
        spelt = f"{service.id}:{name}" if service.matching(name) else _near_action(name, service)
        return f"is an action of no service here, and {_ONE_PREFIX}: {service.id}:", spelt
    if service.matching(name):
        return None
    if set("*?") & set(name):
        return f"matches no action of {service.id}", _near_pattern(name, service)
    return f"is no action of {service.id}", _near_action(name, service)


def _near_action(name: str, service: IamService) -> str:
    """Of names of about the same length: EC2 has more of them than can be compared."""
    alike = [each for each in service.actions if abs(len(each) - len(name)) <= 4]
    found = nearest(name, alike)
    return f"{service.id}:{found}" if found else ""


def _near_pattern(name: str, service: IamService) -> str:
    """ "Gte*" -> "Get*": of what actions begin with, for a wildcard at the end alone."""
    head = name.removesuffix("*")
    if set("*?") & set(head):
        return ""
    found = nearest(head, {each[: len(head)] for each in service.actions})
    return f"{service.id}:{found}*" if found else ""
