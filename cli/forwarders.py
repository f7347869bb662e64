"""`ssm-endpoints forwarders --stack`: what DNS servers of one's own have to forward, as text to paste."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from blueprint.forwarders import Forwarder
from blueprint.plan import Plan, dns_outputs
from cli import stacks
from cli.errors import CannotAnswerError
from cli.output import Json, Page, as_json, note, progress
from sandbox import deployed
from sandbox.layout import Layout, SandboxError

GIVEN, DEPLOYED, RESOLVER = "given", "stack output resolverAddresses", "the VPC's own resolver"


class Format(StrEnum):
    """What the text is for."""

    BIND = "bind"
    UNBOUND = "unbound"
    WINDOWS = "windows"
    JSON = "json"


def forwarders(
    stack: stacks.Stack,
    format: Annotated[Format, typer.Option("--format", help="The DNS server that reads it.")] = Format.BIND,
    target: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="IP", help="An address to forward to; may be given several times."),
    ] = None,
    json: Json = False,
) -> None:
    """Conditional forwarders for BIND, unbound or Windows; --json has all three and the zones."""
    read = stacks.read(stack)
    plan = read.plan()
    targets, where = _targets(stack, plan, target or [])
    try:
        found = dns_outputs(plan, targets)
    except ValueError as error:
        raise CannotAnswerError(f"--target: {error}") from None
    if json or format is Format.JSON:
        as_json({"stack": read.name, "targets": list(targets), "targetsFrom": where, **found})
        return
    note(f"forwards to {', '.join(targets)} ({where})")
    Page().exact(found["dnsSnippets"][format.value])


def _targets(stack: str, plan: Plan, given: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The addresses that answer, and who says so."""
    if given:
        for each in given:
            try:
                Forwarder("example.com", (each,))
            except ValueError as error:
                raise CannotAnswerError(
                    f"--target: {error}\n  fix: an IPv4 or IPv6 address, such as 10.0.0.2"
                ) from None
        return tuple(given), GIVEN
    if not plan.resolver_cidrs:
        return (plan.vpc_resolver,), RESOLVER
    by_hand = "give them: --target 10.0.1.10 --target 10.0.2.10"
    try:
        with progress(f"reading the outputs of {stack}"):
            export = deployed.of_stack(Layout(), stack).export
    except SandboxError as error:
        raise CannotAnswerError(f"{error}\n  or {by_hand}") from None
    addresses = resolver_addresses(jsonlib.loads(export))
    if not addresses:
        raise CannotAnswerError(
            f"stack {stack} has an inbound resolver, and no output resolverAddresses yet: its addresses are AWS's answer\n"
            f"  fix: make up STACK={stack} first, or {by_hand}"
        )
    return addresses, DEPLOYED


def resolver_addresses(export: dict[str, Any]) -> tuple[str, ...]:
    """The stack's output `resolverAddresses` in an export; () where there is none."""
    for resource in (export.get("deployment") or {}).get("resources") or []:
        if resource.get("type") == "pulumi:pulumi:Stack":
            found = (resource.get("outputs") or {}).get("resolverAddresses")
            return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
    return ()
