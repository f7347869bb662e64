"""What `verify` found, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from blueprint import facts_date
from cli.output import Page
from tools import findings as parts
from tools.findings import Finding
from verification.endpoints import State
from verification.look import Found
from verification.probes import NO, NOT_TRIED, Probe


@dataclass(frozen=True)
class Answer:
    """Everything that was found. `inside`: this machine is like a node, so that what does not answer here counts."""

    stack: str
    region: str
    found: Found
    findings: list[Finding]
    probes: list[Probe]
    left_out: list[str]
    inside: bool

    @property
    def blocks(self) -> bool:
        """Whether something was found that keeps nodes from working, or that somebody deleted or took away."""
        found = self.found
        mandatory = any(each.level == "mandatory" for each in self.findings)
        lost = any(each.blocks for each in found.drift)
        return bool(mandatory or lost or found.gone or found.unusable or (self.inside and self.unanswered))

    @property
    def unanswered(self) -> list[Probe]:
        """What this machine asked for and did not get."""
        return [each for each in self.probes if each.answer == NO]

    def document(self) -> dict[str, Any]:
        """The JSON answer, with the keys of docs/reference/command.md."""
        found = self.found
        return {
            "stack": self.stack,
            "region": self.region,
            "facts": facts_date.of_regions([self.region]).document(),
            "account": found.account,
            "ended": "found" if self.blocks else "well",
            "deleted": [asdict(each) for each in found.gone],
            "drift": [asdict(each) for each in found.drift],
            "endpoints": [_endpoint(each) for each in found.endpoints],
            "otherEndpoints": [_endpoint(each) for each in found.strangers],
            "fromThisMachine": [asdict(each) for each in self.probes],
            "counts": parts.counts(self.findings),
            "findings": [each.fields() for each in self.findings],
            "readFromAws": found.overlay.added,
            "leftOut": self.left_out,
            "notes": found.overlay.notes,
        }


def show(answer: Answer, *, configured: bool) -> None:
    """The answer for people."""
    page, found = Page(), answer.found
    page.heading(f"stack {answer.stack}, account {found.account}, {answer.region}")
    page.line(facts_date.of_regions([answer.region]).line, 2)
    for line in _beside(answer, configured):
        page.line(line, 2)
    page.line()
    rows = [(each.name, each.service_name, each.id, _state(each)) for each in found.endpoints]
    page.table(("endpoint", "service", "id", "state"), rows)
    for each in found.gone:
        page.line()
        page.heading(f"deleted behind Pulumi's back: {each.what}")
        page.line(
            f"{each.type}: {each.name}. To make it anew: make up STACK={answer.stack} ARGS=--refresh", 2
        )
    if found.drift:
        page.line()
        page.heading("AWS says otherwise than the state")
        for drift in found.drift:
            counts = "  [counts as found]" if drift.blocks else ""
            page.line(
                f"{drift.name} ({drift.type}) {drift.property}: {drift.state} -> {drift.aws}{counts}", 2
            )
    _network(page, answer)
    for finding in answer.findings:
        page.line()
        where = f"  ({finding.type}: {finding.name})" if finding.urn else ""
        page.heading(f"[{finding.level}] [severity: {finding.severity}]  {finding.policy}{where}")
        page.line(finding.message + (f"\nfix: {finding.fix}" if finding.fix else ""), 2)
        if finding.control:
            page.line(f"control: {finding.control}", 2)
    page.line()
    page.heading(_sum(answer))


def _beside(answer: Answer, configured: bool) -> Iterator[str]:
    if not configured:
        yield "with the pack's defaults; --config, or policies/config/<stack>.json, says what the stack needs"
    for each in answer.found.strangers:
        yield f"not the stack's, in the same VPC: {each.id} ({each.service_name}), {each.state}"
    yield from answer.found.overlay.notes
    yield from (f"left out: {each}" for each in answer.left_out)


def _network(page: Page, answer: Answer) -> None:
    tried = [each for each in answer.probes if each.answer != NOT_TRIED]
    page.line()
    if not tried:
        why = next((each.detail for each in answer.probes), "there is nothing to ask for")
        page.line(f"from this machine: not tried ({why})")
        return
    page.heading(
        "from this machine" + ("" if answer.inside else " (it proves something only where nodes are)")
    )
    rows = [(each.answer, each.kind, each.target, each.about, each.detail) for each in answer.probes]
    page.table(("answers", "", "target", "of", ""), rows)


def _sum(answer: Answer) -> str:
    counts, found = parts.counts(answer.findings), answer.found
    told = [
        f"{counts['mandatory']} mandatory and {counts['advisory']} advisory findings",
        f"deleted: {len(found.gone)}",
        f"unusable endpoints: {len(found.unusable)}",
        f"differences from the state: {len(found.drift)}",
    ]
    if answer.inside:
        told.append(f"unanswered from here: {len(answer.unanswered)}")
    return f"{'found' if answer.blocks else 'well'}: {'; '.join(told)}"


def _state(each: State) -> str:
    return (
        each.state
        if each.available
        else f"{each.state}: nodes cannot use it{f' ({each.error})' if each.error else ''}"
    )


def _endpoint(each: State) -> dict[str, Any]:
    return {
        "name": each.name or None,
        "id": each.id,
        "service": each.service_name,
        "type": each.type,
        "region": each.region,
        "state": each.state,
        "available": each.available,
        "error": each.error or None,
        "privateDns": each.private_dns,
        "addresses": list(each.addresses),
    }
