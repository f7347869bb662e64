"""The policies of interface endpoints, as the exact text that is sent: a preset, and the owner's statements after it.

| preset | lets through |
|---|---|
| `fullAccess` | everything, as AWS's own default does |
| `account` | the agent's calls by callers of the listed accounts, on what is theirs or AWS's |
| `organization` | the agent's calls by callers of the organisation, on what is the organisation's or AWS's |

"The agent's calls" are those of `facts/actions.toml`: AmazonSSMManagedInstanceCore's, Session Manager's with KMS and
CloudWatch Logs, AWSEC2VssSnapshotPolicy's. The two narrow presets keep everything else out, and private DNS sends the whole
VPC to these endpoints: people who start sessions there, programs that read parameters by path, documents that another
account shares need statements of the owner's. What AWS says of the parts (all read 2026-11-25):

- Calls of hybrid nodes without a signature carry neither aws:PrincipalAccount nor aws:PrincipalOrgID; ssm:NodeAccountId and
  ssm:NodeOrgId stand for them, for EC2 and hybrid nodes alike.
  https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html#vpc-endpoint-policies-hybrid-nodes
- AWS's documents and parameters belong to no account, and a condition about the resource's organisation keeps them out.
  https://github.com/aws-samples/data-perimeter-policy-examples (vpc_endpoint_policies/ssm_endpoint_policy.json)
- ssmmessages has no resources, so that no condition about one can be true there; nor has logs:DescribeLogGroups.
  https://docs.aws.amazon.com/service-authorization/latest/reference/list_ssmmessages.html and list_logs.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from blueprint import documents
from blueprint.catalog import AgentCalls, Region, load

Preset = Literal["fullAccess", "account", "organization"]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement of the owner's. `effect` is "Allow" or "Deny"; `principals` are "*" alone, or ARNs and account ids.

    `conditions`: operator -> condition key -> values, as AWS writes them.
    """

    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    principals: tuple[str, ...] = ("*",)
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may use the interface endpoints, and for what.

    `account_ids`: 12 digits each, every account whose nodes use the endpoints (the stack's own; in a hub, the spokes' too).
    `organization_id`: "o-" and 10 to 32 characters; needed for "organization" alone. `kms_keys`: key ARNs, `log_groups`:
    names of log groups; empty means every key and log group of the accounts, or of the organisation, in the endpoint's
    Region. Both limit "account" and "organization" alone.
    `statements`: service ("ssm") -> what is added after the preset's statements.
    """

    preset: Preset = "fullAccess"
    account_ids: tuple[str, ...] = ()
    organization_id: str = ""
    kms_keys: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()
    statements: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)


def interface_endpoint(
    service: str, *, region: Region, access: Access, agent_calls: Iterable[AgentCalls]
) -> str:
    """The policy of the endpoint for `service` ("ssm") in `region`, as JSON without white space.

    `agent_calls` are those of all services, in the order of the facts. A service whose endpoint is not known to take a
    policy (`takes_policy` in facts/services.toml; not ec2messages) keeps full access under every preset: if it takes none,
    AWS refuses the endpoint ("Service ... only supports the full-access endpoint policy").

    Raises: KeyError for a service without a row; ValueError for a narrow preset without accounts or organisation, or which
    knows no call of the service (an empty policy would be a closed endpoint), and for statements for a service that is not
    known to take a policy.
    """
    added = [_written(statement) for statement in access.statements.get(service, ())]
    if not load().services[service].takes_policy:
        if added:
            raise ValueError(f"{service} is not known to take an endpoint policy")
        return documents.full_access()
    if access.preset == "fullAccess":
        return documents.of_statements([documents.FULL_ACCESS, *added])
    calls = [each for each in agent_calls if each.service == service]
    if not calls:
        raise ValueError(f"no call of SSM Agent to {service} is known")
    scope = _Scope(region, access)
    return documents.of_statements([*_merged(scope.statements(each) for each in calls), *added])


@dataclass(frozen=True)
class _Scope:
    """What a narrow preset demands of callers and resources in one Region."""

    region: Region
    access: Access

    def __post_init__(self) -> None:
        if not (self.access.account_ids if self._by_account else self.access.organization_id):
            raise ValueError(f"the preset {self.access.preset} says nothing without the ids that it is about")

    @property
    def _by_account(self) -> bool:
        return self.access.preset == "account"

    def statements(self, calls: AgentCalls) -> Iterator[dict[str, Any]]:
        """What lets these calls through: AWS's resources, then the owner's."""
        if not calls.scopes:
            yield self._allow(calls, ["*"], {})
            return
        aws = [each for each in calls.scopes if "{account}" not in each]
        own = [each for each in calls.scopes if "{account}" in each]
        if self._by_account:
            yield self._allow(calls, [*self._filled_in(aws), *self._own(calls, own)], {})
            return
        if aws:
            yield self._allow(calls, self._filled_in(aws), {})
        # What the owner names is the owner's word: it may belong to another organisation.
        demand = {} if self._named(calls) else {"aws:ResourceOrgID": self.access.organization_id}
        yield self._allow(calls, self._own(calls, own), demand)

    def _allow(self, calls: AgentCalls, resources: list[str], demand: Mapping[str, str]) -> dict[str, Any]:
        caller = {
            (True, True): "aws:PrincipalAccount",
            (True, False): "ssm:NodeAccountId",
            (False, True): "aws:PrincipalOrgID",
            (False, False): "ssm:NodeOrgId",
        }[self._by_account, calls.signed]
        ids = list(self.access.account_ids) if self._by_account else self.access.organization_id
        return {
            "Effect": "Allow",
            "Principal": "*",
            "Action": list(calls.actions),
            "Resource": resources if resources != ["*"] else "*",
            "Condition": {"StringEquals": {caller: ids, **demand}},
        }

    def _named(self, calls: AgentCalls) -> tuple[str, ...]:
        return {"kms": self.access.kms_keys, "logs": self.access.log_groups}.get(calls.service, ())

    def _own(self, calls: AgentCalls, scopes: list[str]) -> list[str]:
        """The resources of the accounts, or of any account where only the organisation is known."""
        if calls.service == "kms" and self.access.kms_keys:
            return list(self.access.kms_keys)
        accounts = list(self.access.account_ids) if self._by_account else ["*"]
        if calls.service == "logs" and self.access.log_groups:
            # The group, and with ":*" its streams.
            heads = self._filled_in([scope.removesuffix("*") for scope in scopes], accounts)
            return [
                f"{head}{group}{end}"
                for head in heads
                for group in self.access.log_groups
                for end in ("", ":*")
            ]
        return self._filled_in(scopes, accounts)

    def _filled_in(self, scopes: Iterable[str], accounts: Iterable[str] = ("",)) -> list[str]:
        names = {"partition": self.region.partition.id, "region": self.region.id}
        return [scope.format(account=account, **names) for account in accounts for scope in scopes]


def _merged(found: Iterable[Iterable[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Statements that differ only in their actions become one, at the place of the first."""
    merged: dict[str, dict[str, Any]] = {}
    for statement in (each for several in found for each in several):
        key = json.dumps([statement["Resource"], statement["Condition"]])
        first = merged.setdefault(key, {**statement, "Action": []})
        first["Action"] += [action for action in statement["Action"] if action not in first["Action"]]
    return list(merged.values())


def _written(statement: Statement) -> dict[str, Any]:
    conditions = {
        operator: {key: list(values) for key, values in keys.items()}
        for operator, keys in statement.conditions.items()
    }
    return {
        "Effect": statement.effect,
        "Principal": "*" if statement.principals == ("*",) else {"AWS": list(statement.principals)},
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
        **({"Condition": conditions} if conditions else {}),
    }
