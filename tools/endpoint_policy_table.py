"""Prints what the presets of `endpointPolicies` let through: who may make which call, about whose resource.

    python -m tools.endpoint_policy_table            # in eu-west-1
    python -m tools.endpoint_policy_table cn-north-1

The policies are the planner's, the verdicts are those of the pack's evaluator, and both know the calls from
`blueprint/facts/actions.toml`. `tests/policies/test_preset_table.py` holds the same table, typed from AWS's pages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from blueprint.catalog import AgentCalls, Region, UnknownRegionError, load
from blueprint.endpoint_documents import Access, Preset, interface_endpoint
from policies import iam

# Whose: the listed account's, another's of the same organisation, somebody else's.
ACCOUNTS = {"own": "111122223333", "organisation's": "222233334444", "stranger's": "777788889999"}
ORGANISATION, ANOTHER = "o-exampleorgid", "o-anotherorgid"
# What else people and programs call there: no preset but full access lets it through.
OTHERS = {
    "ssm": {
        "ssm:PutParameter": "arn:{partition}:ssm:{region}:{account}:parameter/example",
        "ssm:SendCommand": "arn:{partition}:ssm:{region}:{account}:document/example",
        "ssm:StartSession": "arn:{partition}:ec2:{region}:{account}:instance/example",
    },
    "kms": {"kms:Encrypt": "arn:{partition}:kms:{region}:{account}:key/example"},
    "logs": {
        "logs:GetLogEvents": "arn:{partition}:logs:{region}:{account}:log-group:example:log-stream:example"
    },
    "ec2": {"ec2:ModifySnapshotAttribute": "arn:{partition}:ec2:{region}::snapshot/example"},
}
WHO = {
    (True, True, True): "everybody",
    (True, True, False): "the organisation",
    (True, False, False): "the accounts",
    (False, False, False): "nobody",
}


@dataclass(frozen=True)
class Row:
    """Calls that are judged alike, and who may make them under each preset, in the order of the presets."""

    service: str
    actions: tuple[str, ...]
    about: str
    verdicts: tuple[str, ...]


def rows(region: Region) -> list[Row]:
    """The table for one Region. EC2's and hybrid nodes' calls that look alike are one row."""
    return list(dict.fromkeys(_rows(region)))


def _rows(region: Region) -> Iterator[Row]:
    known = load()
    for id, service in known.services.items():
        if service.type != "Interface":
            continue
        policies = [_policy(id, preset, region) for preset in get_args(Preset)]
        for calls in known.agent_calls.values():
            if calls.service == id:
                for whose, resource in _resources(calls, region):
                    asked = [(action, resource) for action in calls.actions]
                    who = [_who(policy, asked, whose, region, signed=calls.signed) for policy in policies]
                    about = "" if resource == "*" else f"{whose} {resource.split(':', 5)[5]}"
                    yield Row(
                        id, calls.actions, about if calls.signed else "(without a signature)", tuple(who)
                    )
        for action, resource in OTHERS.get(id, {}).items():
            names = {"partition": region.partition.id, "region": region.id, "account": ACCOUNTS["own"]}
            asked = [(action, resource.format(**names))]
            who = [_who(policy, asked, "own", region) for policy in policies]
            yield Row(id, (action,), f"own {resource.split(':', 5)[5]}", tuple(who))


def _policy(service: str, preset: Preset, region: Region) -> iam.Document:
    access = Access(preset=preset, account_ids=(ACCOUNTS["own"],), organization_id=ORGANISATION)
    calls = load().agent_calls.values()
    return iam.parse(interface_endpoint(service, region=region, access=access, agent_calls=calls))


def _resources(calls: AgentCalls, region: Region) -> Iterator[tuple[str, str]]:
    """AWS's own, and one of each account where presets make a difference."""
    names = {"partition": region.partition.id, "region": region.id}
    if not calls.scopes:
        yield "own", "*"
        return
    for scope in calls.scopes:
        if "{account}" not in scope:
            yield "AWS's", scope.format(**names).replace("*", "example")
            continue
        for whose, account in ACCOUNTS.items():
            yield whose, scope.format(account=account, **names).replace("*", "example")


def _who(
    policy: iam.Document, asked: list[tuple[str, str]], whose: str, region: Region, *, signed: bool = True
) -> str:
    """Who may make all of the calls, each an action and a resource."""
    allowed = [
        {iam.decide(policy, request).verdict for request in _requests(caller, asked, whose, region, signed)}
        == {iam.Verdict.ALLOWED}
        for caller in ACCOUNTS
    ]
    return WHO[allowed[0], allowed[1], allowed[2]]


def _requests(
    caller: str, asked: list[tuple[str, str]], whose: str, region: Region, signed: bool
) -> Iterator[iam.Request]:
    account, organisation = ACCOUNTS[caller], _organisation(caller)
    absent: iam.Value = iam.ABSENT
    known: dict[str, iam.Value] = {
        "aws:requestedregion": (region.id,),
        "aws:principalaccount": (account,) if signed else absent,
        "aws:principalorgid": (organisation,) if signed else absent,
        "ssm:nodeaccountid": absent if signed else (account,),
        "ssm:nodeorgid": absent if signed else (organisation,),
    }
    for action, resource in asked:
        of: dict[str, iam.Value] = {
            "aws:resourceaccount": absent if resource == "*" else (ACCOUNTS.get(whose, "AWS's"),),
            "aws:resourceorgid": absent if resource == "*" else (_organisation(whose),),
        }
        yield iam.Request(action, resource, iam.Signed(account) if signed else iam.UNSIGNED, known | of)


def _organisation(whose: str) -> str:
    return ORGANISATION if whose in ("own", "organisation's") else ANOTHER


def written(region: Region) -> str:
    """The table as Markdown."""
    head = ["endpoint", "calls", "about", *get_args(Preset)]
    lines = [f"Who may make which call through the interface endpoints in {region.id}:", "", _line(head)]
    lines.append(_line(["---"] * len(head)))
    for row in rows(region):
        calls = ", ".join(action.partition(":")[2] for action in row.actions)
        lines.append(_line([row.service, calls, row.about, *row.verdicts]))
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str]) -> int:
    """Print the table; returns the exit code."""
    try:
        region = load().region(arguments[0] if arguments else "eu-west-1")
    except UnknownRegionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(written(region))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
