"""What the parts of the fleet hand to each other: a stack, one run of it, and what came of the run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from pydantic.alias_generators import to_camel

Verb = Literal["preview", "up", "refresh", "drift", "destroy"]
VERBS: tuple[Verb, ...] = get_args(Verb)
# Those after which AWS or the state may be another.
MUTATING: frozenset[Verb] = frozenset(("up", "refresh", "destroy"))
Wave = Literal["canary", "early", "rest"]
WAVES: tuple[Wave, ...] = get_args(Wave)

# How a run of a stack ends. `unchanged`: skipped, for the same run of the same content ended well before. `drifted`: AWS is
# not what the state says. `lost`: the worker that had it is gone. `pending`: an earlier run was killed in the middle of a
# call, and nobody knows what came of it.
Status = Literal[
    "passed",
    "unchanged",
    "drifted",
    "blocked",
    "failed",
    "throttled",
    "locked",
    "lost",
    "pending",
    "interrupted",
    "not run",
]
WELL: frozenset[Status] = frozenset(("passed", "unchanged"))
# Those that no engine ran for.
IDLE: frozenset[Status] = frozenset(("unchanged", "not run"))
# What another attempt can mend; everything else is for people.
PASSING: frozenset[Status] = frozenset(("throttled", "locked", "lost"))


@dataclass(frozen=True)
class Stack:
    """A stack of the fleet.

    `name`: the Pulumi stack ("shop-eu-west-1"). `account`: the inventory's name of the account; `account_id`: 12 digits.
    `role_arn`: the role that its AWS provider assumes, or "". `wave`: when it is due. `config`: full key to plain value,
    what `config:` of its stack file holds. `requirements`: what the pack's owner says of it, as a table of stacks.toml.
    `where`: the place in the inventory ("accounts[0].regions[1]"). `monthly_usd`: what its interface endpoints cost, None
    where no price of the Region is verified.
    """

    name: str
    account: str
    account_id: str
    role_arn: str
    region: str
    wave: Wave
    config: Mapping[str, Any]
    requirements: Mapping[str, Any]
    where: str
    secrets_provider: str = "passphrase"
    monthly_usd: Decimal | None = None

    @property
    def file(self) -> Mapping[str, Any]:
        """The stack file: what Pulumi.<name>.yaml would hold."""
        return {"config": dict(self.config)}


@dataclass(frozen=True)
class Job:
    """One run of a stack, as it goes to whoever runs it: plain data, no secret.

    `policies`: the pack's configuration, CrossGuard's shape. `backend`: the state's URL. `program`: the hash of program,
    facts and pack that the runner has; a worker with another refuses. `timeout`: seconds. `sandbox_port`: the port of the
    AWS API on loopback, None for AWS. `inventory`: the file, as it was named, for messages.
    """

    stack: str
    verb: Verb
    config: Mapping[str, Any]
    policies: Mapping[str, Any]
    backend: str
    secrets_provider: str
    program: str
    timeout: float
    sandbox_port: int | None = None
    attempt: int = 1
    inventory: str = "fleet.yaml"


@dataclass(frozen=True)
class Result:
    """What came of it. `changes`: the engine's operation to how many resources. `findings`: those of tools.findings.
    `error`: why it did not pass, with a fix; "" otherwise. `seconds`: wall time of the last attempt. `worker`: who ran it.
    `log`: the end of the engine's output. `content`: the hash that decides whether a later run may skip it."""

    stack: str
    verb: Verb
    status: Status
    account: str = ""
    region: str = ""
    wave: Wave = "rest"
    seconds: float = 0.0
    attempts: int = 1
    changes: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Mapping[str, Any], ...] = ()
    monthly_usd: Decimal | None = None
    error: str = ""
    worker: str = ""
    log: str = ""
    content: str = ""

    @property
    def mandatory(self) -> int:
        """How many findings block."""
        return sum(finding["enforcementLevel"] == "mandatory" for finding in self.findings)

    @property
    def advisory(self) -> int:
        """How many findings only advise."""
        return len(self.findings) - self.mandatory


def fields(value: Job | Result) -> dict[str, Any]:
    """A job or a result as JSON's plain data, with camelCase keys; amounts are text."""
    found = {to_camel(key): each for key, each in dataclasses.asdict(value).items()}
    return {key: str(each) if isinstance(each, Decimal) else each for key, each in found.items()}


def result_of(data: Mapping[str, Any]) -> Result:
    """The result that `fields` made the data of. Raises: KeyError, TypeError, ValueError for data that is none."""
    if not isinstance(data, Mapping):
        raise TypeError("a result is an object")
    known = {to_camel(each.name): each.name for each in dataclasses.fields(Result)}
    found = {known[key]: value for key, value in data.items() if key in known}
    found["findings"] = tuple(found.get("findings") or ())
    if found.get("monthly_usd") is not None:
        try:
            found["monthly_usd"] = Decimal(str(found["monthly_usd"]))
        except InvalidOperation:
            raise ValueError("monthlyUsd is no amount") from None
    return Result(**found)


def job_of(data: Mapping[str, Any]) -> Job:
    """The job that `fields` made the data of. Raises: KeyError, TypeError for data that is none."""
    known = {to_camel(each.name): each.name for each in dataclasses.fields(Job)}
    return Job(**{known[key]: value for key, value in data.items()})
