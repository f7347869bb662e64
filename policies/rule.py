"""How a rule becomes a CrossGuard policy that never passes because it failed.

A rule yields findings. What it cannot prove is a finding too. An exception in a rule ends the run with the policy's name
and a traceback: the SDK alone would print neither, and would turn an unknown value into a warning that blocks nothing.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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

from policies import arguments, pack_config, tokens, usage, waivers
from policies.graph import Graph, Resource
from policies.pack_config import PackConfig, PackConfigError


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


def resource_policy(about: About, rule: ResourceRule, *types: str) -> ResourceValidationPolicy:
    """A policy that the inputs of one resource of these types decide, before it is created, in previews and updates."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        arguments.remember(args)
        if arguments.type_of(args.resource_type) in types:
            resource = arguments.from_resource(args)
            _run(about.name, args.get_config(), report, args.urn, lambda config: rule(resource, config))
        elif args.resource_type == tokens.STACK:
            # What is wrong with the configuration is said also where there is nothing to judge, and not of each of a
            # thousand resources.
            _run(about.name, args.get_config(), report, args.urn, lambda _: (), first=True)

    return ResourceValidationPolicy(validate=validate, **about.fields())


def stack_policy(about: About, rule: StackRule) -> StackValidationPolicy:
    """A policy about what is missing or how resources fit together; it runs at the end of a preview."""

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        graph = arguments.from_stack(args, about.name)
        home = next(iter(graph.resources), "")
        stack = next((resource.urn for resource in graph.of_type(tokens.STACK)), home)
        _run(
            about.name,
            args.get_config(),
            report,
            stack,
            lambda config: rule(graph, usage.seen(graph, config)),
            first=True,
        )

    return StackValidationPolicy(validate=validate, **about.fields())


def _run(
    name: str,
    given: Mapping[str, Any],
    report: ReportViolation,
    home: str,
    find: Callable[[PackConfig], Iterable[Finding]],
    *,
    first: bool = False,
) -> None:
    """Judge, and report what nobody excuses. `home` is a URN of the judged stack; `first` that this is the policy's first
    or only look at the stack, when it says what is wrong with its own configuration."""
    try:
        config, excuses = pack_config.read(given), waivers.read(given)
    except PackConfigError as error:
        if waivers.LEDGER.first_time(arguments.run(), name) or first:
            report(f"The policy pack's configuration cannot be used: {error}.", None)
        return
    waivers.LEDGER.open(arguments.run(), name, excuses)
    for waiver in excuses if first else ():
        if waiver.expired and waiver.may_concern(home):
            report(
                f"{waiver} has expired and excuses nothing.\n"
                "fix: correct what it excused and take it out of the pack's configuration, or renew it by a decision",
                None,
            )
    try:
        # All findings before the first report: an exception half-way leaves no half list behind.
        findings = dict.fromkeys(find(config))
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
            sys.stderr.write(f"warning: {name}: {finding.message}\n")
        else:
            report(finding.text, finding.urn)
