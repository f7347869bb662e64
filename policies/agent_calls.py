"""Does an interface endpoint's policy let SSM Agent make its calls?

https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html#vpc-endpoint-policies-hybrid-nodes
https://github.com/aws-samples/data-perimeter-policy-examples (both read 2026-11-23)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from blueprint.catalog import AgentCalls, Region, load
from policies import iam
from policies.believed import Of, Owner, example
from policies.iam import Verdict

# Directly, through this endpoint, over TLS.
_EVERY_CALL: dict[str, iam.Value] = {
    "aws:sourcevpce": iam.PRESENT,
    "aws:sourcevpc": iam.PRESENT,
    "aws:sourcevpcarn": iam.PRESENT,
    "aws:vpcsourceip": iam.PRESENT,
    "aws:vpceaccount": iam.PRESENT,
    "aws:sourceip": iam.ABSENT,
    "aws:viaawsservice": ("false",),
    "aws:calledvia": iam.ABSENT,
    "aws:calledviafirst": iam.ABSENT,
    "aws:calledvialast": iam.ABSENT,
    "aws:securetransport": ("true",),
    "aws:currenttime": iam.PRESENT,
    "aws:epochtime": iam.PRESENT,
    "aws:referer": iam.ABSENT,
    # Of requests that a service principal makes.
    "aws:sourceaccount": iam.ABSENT,
    "aws:sourcearn": iam.ABSENT,
    "aws:sourceorgid": iam.ABSENT,
    "aws:sourceorgpaths": iam.ABSENT,
}
# With the credentials of the node's role.
_SIGNED: dict[str, iam.Value] = {
    "aws:principalaccount": iam.PRESENT,
    "aws:principalarn": iam.PRESENT,
    "aws:principaltype": ("AssumedRole",),
    "aws:userid": iam.PRESENT,
    "aws:username": iam.ABSENT,
    "aws:principalisawsservice": ("false",),
    "aws:principalservicename": iam.ABSENT,
    "aws:principalservicenameslist": iam.ABSENT,
}
_UNSIGNED: dict[str, iam.Value] = {
    "aws:principalaccount": iam.ABSENT,
    "aws:principalarn": iam.ABSENT,
    "aws:principalorgid": iam.ABSENT,
    "aws:principalorgpaths": iam.ABSENT,
    "aws:principaltag/*": iam.ABSENT,
    "aws:principalisawsservice": iam.ABSENT,
    "aws:principalservicename": iam.ABSENT,
    "aws:principalservicenameslist": iam.ABSENT,
    "aws:username": iam.ABSENT,
}
_NODE: dict[str, iam.Value] = {"ssm:nodeaccountid": iam.PRESENT, "ssm:nodeorgid": iam.PRESENT}
# The better of two verdicts comes first.
_ORDER = (Verdict.ALLOWED, Verdict.UNDECIDABLE, Verdict.DENIED)
(_EVERYTHING,) = iam.parse(
    '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'
).statements
# An ARN: up to the Region, the account, the rest. What the rest begins with says what it is: "key/", "log-group:".
_OWN = re.compile(r"((?:[^:]*:){3}[^:]*):([^:]*):(.*)")
_KIND = re.compile(r"^[^/:]*[/:]")
_ACCOUNT = re.compile(r":([0-9]{12}):")
# Services whose actions take no resource: there is nothing that a condition about the resource could be true of.
_WITHOUT_RESOURCES = ("ssmmessages", "ec2messages")


@dataclass(frozen=True)
class Blocked:
    """Actions that a policy does not let through for one reason, and what to change about it."""

    actions: tuple[str, ...]
    surely: bool
    signed: bool
    hybrid: bool
    reason: str
    fix: str

    @property
    def text(self) -> str:
        """What is wrong, as the rest of a sentence about the policy."""
        surely = "" if self.surely else "surely "
        whose = " of a hybrid node" if self.hybrid else ""
        how = "" if self.signed else " (without a signature, so with no AWS identity)"
        return f"does not {surely}let SSM Agent{whose} call {', '.join(self.actions)}{how}: {self.reason}"


def services() -> frozenset[str]:
    """The services that the agent's calls are known of."""
    return frozenset(calls.service for calls in load().agent_calls.values() if not calls.optional)


def blocked(document: iam.Document, service: str, region: Region, *, hybrid: bool) -> Iterator[Blocked]:
    """What the policy keeps from the agent; `hybrid` says that there are nodes outside EC2."""
    owner = Owner(document)
    found: dict[tuple[bool, bool, iam.Decision, bool, bool], list[str]] = {}
    for calls in load().agent_calls.values():
        if calls.service == service and not calls.optional and (hybrid or not calls.hybrid):
            asked = owner.opened(document) if calls.signed else document
            allows = replace(asked, statements=tuple(s for s in asked.statements if s.effect == "Allow"))
            everything = replace(asked, statements=(*asked.statements, _EVERYTHING))
            for action in calls.actions:
                decision = _decision(asked, calls, action, region, owner)
                if decision.verdict is Verdict.ALLOWED:
                    continue
                # What is said is said of a Deny if another Allow changes nothing.
                denied = _decision(everything, calls, action, region, owner) == decision
                allowed = (
                    denied and _decision(allows, calls, action, region, owner).verdict is Verdict.ALLOWED
                )
                key = (calls.signed, calls.hybrid, decision, denied, allowed)
                found.setdefault(key, []).append(action)
    for (signed, of_hybrid, decision, denied, allowed), actions in found.items():
        fixes = [f"keep that Deny off {', '.join(actions)}"] if denied else []
        fixes += [_statement(actions, owner, signed)] if not allowed else []
        surely = decision.verdict is Verdict.DENIED
        yield Blocked(tuple(actions), surely, signed, of_hybrid, decision.reason, "; and ".join(fixes))


def _decision(
    document: iam.Document, calls: AgentCalls, action: str, region: Region, owner: Owner
) -> iam.Decision:
    """The worst verdict of the examples, or the best where one resource is enough."""
    resources = list(_resources(document, calls, region, owner))
    decisions = [iam.decide(document, _request(calls, action, each, region, owner)) for each in resources]
    rank = min if calls.one_is_enough else max
    return rank(decisions, key=lambda decision: _ORDER.index(decision.verdict))


def _resources(document: iam.Document, calls: AgentCalls, region: Region, owner: Owner) -> Iterator[str]:
    """What the calls are about; where one is enough, also those that the policy names in the endpoint's own Region."""
    here = {"partition": region.partition.id, "region": region.id, "account": owner.account}
    known = [resource.format(**here) for resource in calls.resources] or ["*"]
    yield from known
    if calls.one_is_enough:
        head, account, rest = _OWN.findall(known[0])[0]
        kind = _KIND.findall(rest)[0]
        for _, pattern in iam.resource_patterns(document):
            whose = next(iter(_ACCOUNT.findall(pattern)), account)
            _, named, name = pattern.partition(kind)
            resource = f"{head}:{whose}:{kind + example(name) if named else rest}"
            if iam.pattern_matches(pattern, resource):
                yield resource


def _request(calls: AgentCalls, action: str, resource: str, region: Region, owner: Owner) -> iam.Request:
    of = Of.OWNER
    if calls.service in _WITHOUT_RESOURCES:
        of = Of.NOBODY
    elif resource.split(":")[4:5] == [""]:
        # AWS's own documents.
        of = Of.OTHERS
    context = _EVERY_CALL | _NODE | (_SIGNED if calls.signed else {}) | owner.context(of)
    context["aws:requestedregion"] = (region.id,)
    if calls.signed:
        return iam.Request(action, resource, iam.Signed(owner.account), context)
    return iam.Request(action, resource, iam.UNSIGNED, context | _UNSIGNED)


def _statement(actions: list[str], owner: Owner, signed: bool) -> str:
    """The statement that lets the actions through, for the owner's nodes only where the policy says who that is."""
    keys = (
        ("aws:PrincipalOrgID", "aws:PrincipalAccount") if signed else ("ssm:NodeOrgId", "ssm:NodeAccountId")
    )
    statement: dict[str, object] = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": "*"}
    conditions = owner.conditions(*keys)
    if conditions:
        statement["Condition"] = {"StringEquals": conditions}
    return f'add to "Statement": {json.dumps(statement)}'
