"""How a rule becomes a CrossGuard policy that never passes because it failed.

A rule yields findings. What it cannot prove is a finding too. An exception in a rule ends the run with the policy's name
and a traceback: the SDK alone would print neither, and would turn an unknown value into a warning that blocks nothing.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies import arguments, native, pack_config, redaction, telling, tokens, usage, waivers
from policies.graph import Graph, Resource
from policies.memory import MEMORY
from policies.pack_config import PackConfig, PackConfigError
from policies.waivers import Waiver


@dataclass(frozen=True)
class Finding:
    """What differs, where, and the fix as text to paste. `urn` is the resource to show it at, if there is one.

    `unproven` marks what could not be read in the preview; the pack's `onUnknown` decides whether it blocks. `control` is
    the AWS Security Hub control that finds the same after deployment ("EC2.57"), where there is one.
    """

    message: str
    urn: str | None = None
    unproven: bool = False
    control: str = ""

    @property
    def text(self) -> str:
        """What is reported: the message and the related control."""
        return f"{self.message}\ncontrol: {self.control or 'none'}"


ResourceRule = Callable[[Resource, PackConfig], Iterable[Finding]]
StackRule = Callable[[Graph, PackConfig], Iterable[Finding]]


@dataclass(frozen=True)
class Setup:
    """What a policy was configured with: what it requires and whom it excuses, or what is wrong with that."""

    config: PackConfig = field(default_factory=PackConfig)
    waivers: tuple[Waiver, ...] = ()
    wrong: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Setup:
        """Read what CrossGuard hands over."""
        try:
            return cls(pack_config.read(given), tuple(waivers.read(given)))
        except PackConfigError as error:
            return cls(wrong=str(error))


@dataclass(frozen=True, kw_only=True)
class About:
    """What a policy's page says: its id, what must be true, how bad, where AWS says so, and the way out."""

    name: str
    description: str
    url: str
    fix: str
    severity: Severity = Severity.HIGH
    # What passes for mandatory is said by the policy itself: the SDK's own default is advisory.
    level: EnforcementLevel = EnforcementLevel.MANDATORY

    def fields(self) -> dict[str, Any]:
        """The keyword arguments that both kinds of SDK policy share."""
        return {
            "name": self.name,
            "description": self.description,
            "url": self.url,
            "remediation_steps": self.fix,
            "severity": self.severity,
            "tags": ["aws", "systems-manager", "vpc-endpoints"],
            "enforcement_level": self.level,
            "config_schema": pack_config.schema(),
        }


class OfResource(ResourceValidationPolicy):
    """A policy that the inputs of one resource of these types decide, before it is created, in previews and updates."""

    def __init__(self, about: About, rule: ResourceRule, types: tuple[str, ...]) -> None:
        super().__init__(**about.fields())
        self.about, self.rule, self.types = about, rule, types

    def concerns(self, type_: str) -> bool:
        """Whether it has anything to say of a resource of this type: of those that it judges, and of the stack itself, where
        it says what is wrong with its configuration, also where there is nothing to judge."""
        return type_ in self.types or type_ == tokens.STACK

    def judge(self, resource: Resource, setup: Setup, report: ReportViolation) -> None:
        """Report what is wrong with a resource that it concerns."""
        if resource.type in self.types:
            _run(self.name, setup, report, resource.urn, lambda config: self.rule(resource, config))
        else:
            _run(self.name, setup, report, resource.urn, lambda _: (), first=True)

    def validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """What the SDK's own server calls."""
        MEMORY.inputs(args.urn, arguments.keys(args))
        if self.concerns(native.TYPES.get(args.resource_type, args.resource_type)):
            self.judge(arguments.resource(args), Setup.of(args.get_config()), report_violation)


class OfStack(StackValidationPolicy):
    """A policy about what is missing or how resources fit together; it runs at the end of a preview."""

    def __init__(self, about: About, rule: StackRule) -> None:
        super().__init__(**about.fields())
        self.about, self.rule = about, rule

    def judge(self, graph: Graph, setup: Setup, report: ReportViolation) -> None:
        """Report what is wrong with a stack."""
        home = next(iter(graph.resources), "")
        stack = next((resource.urn for resource in graph.of_type(tokens.STACK)), home)
        _run(
            self.name,
            setup,
            report,
            stack,
            lambda config: self.rule(graph, usage.seen(graph, config)),
            first=True,
        )

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """What the SDK's own server calls."""
        MEMORY.stack()
        self.judge(arguments.graph(args), Setup.of(args.get_config()), report_violation)


def resource_policy(about: About, rule: ResourceRule, *types: str) -> OfResource:
    """A policy about one resource of these types."""
    return OfResource(about, rule, types)


def stack_policy(about: About, rule: StackRule) -> OfStack:
    """A policy about a whole stack."""
    return OfStack(about, rule)


def _run(
    name: str,
    setup: Setup,
    report: ReportViolation,
    home: str,
    find: Callable[[PackConfig], Iterable[Finding]],
    *,
    first: bool = False,
) -> None:
    """Judge, and report what nobody excuses. `home` is a URN of the judged stack; `first` that this is the policy's first
    or only look at the stack, when it says what is wrong with its own configuration."""

    def say(text: str, urn: str | None) -> None:
        report(telling.printable(text), urn)

    if setup.wrong:
        if waivers.LEDGER.first_time(MEMORY.number, name) or first:
            say(f"The policy pack's configuration cannot be used: {setup.wrong}.", None)
        return
    config, excuses = setup.config, setup.waivers
    waivers.LEDGER.open(MEMORY.number, name, excuses)
    for waiver in excuses if first else ():
        if waiver.expired and waiver.may_concern(home):
            say(
                f"{waiver} has expired and excuses nothing.\n"
                "fix: correct what it excused and take it out of the pack's configuration, or renew it by a decision",
                None,
            )
    try:
        # All findings before the first report: an exception half-way leaves no half list behind.
        findings = dict.fromkeys(map(_without_secrets, find(config)))
    except Exception:
        # The end of it: gRPC refuses an answer that is too long, and nobody would see the policy's name.
        where = traceback.format_exc(limit=-8)[-6000:]
        raise RuntimeError(
            f"policy {name} failed and proves nothing; this is a defect of the pack:\n{where}"
        ) from None
    for finding in findings:
        # The narrowest one counts: the other would hide more.
        fitting = [waiver for waiver in excuses if not waiver.expired and waiver.covers(finding.urn or home)]
        excuse = max(fitting, key=lambda waiver: len(waiver.urn), default=None)
        if excuse:
            waivers.LEDGER.excuse(name, finding.message, finding.urn, excuse)
        elif finding.unproven and config.on_unknown == "warn":
            # stdout belongs to the engine, which reads the pack's port there.
            sys.stderr.write(f"warning: {name}: {telling.printable(finding.message)}\n")
        else:
            say(finding.text, finding.urn)


def _without_secrets(finding: Finding) -> Finding:
    told = redaction.hidden(finding.message, MEMORY.secrets)
    return finding if told == finding.message else replace(finding, message=told)
