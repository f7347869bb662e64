"""What `drift` found, for people and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from cli.output import Page
from cli.verify_report import Answer as Verified
from review.differences import DELETED, Difference
from review.events import WORDS, Change
from tools.findings import Finding
from verification.documents import policy_words
from verification.state import Drift, shown

WELL, FOUND, UNANSWERED = "well", "found", "unanswered"
_LONGEST = 300


@dataclass(frozen=True)
class OfSettings:
    """What the settings would change in the state. `reason`: why it is not known. `findings` are those that block."""

    ended: str
    reason: str = ""
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class OfAws:
    """What AWS has otherwise than the state."""

    ended: str
    reason: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class OfPolicies:
    """What `verify` says; None where it could not be asked."""

    ended: str
    reason: str = ""
    verified: Verified | None = None


@dataclass(frozen=True)
class Answer:
    """The answers to all three questions. `file` is the stack's, as people call it."""

    stack: str
    file: str
    settings: OfSettings
    aws: OfAws
    policies: OfPolicies

    @property
    def ended(self) -> str:
        """FOUND if any question found something, else UNANSWERED if any has no answer: never WELL by silence."""
        said = [each.ended for each in (self.settings, self.aws, self.policies)]
        return next((word for word in (FOUND, UNANSWERED) if word in said), WELL)

    @property
    def unanswered(self) -> list[str]:
        """Why questions have no answer."""
        return [each.reason for each in (self.settings, self.aws, self.policies) if each.ended == UNANSWERED]

    @property
    def repair(self) -> str:
        """The command that makes AWS what the settings say; "" where there is nothing that a command repairs."""
        verified = self.policies.verified
        if self.aws.differences or (verified and verified.found.gone):
            return f"make up STACK={self.stack} ARGS=--refresh"
        return f"make up STACK={self.stack}" if self.settings.changes else ""

    @property
    def beyond(self) -> list[Drift]:
        """What somebody did in AWS that a refresh does not see, because no resource of the stack says anything of it: a rule
        more, for one. No update takes it away."""
        verified = self.policies.verified
        seen = {each.urn for each in self.aws.differences}
        return [each for each in verified.found.drift if each.urn not in seen] if verified else []

    def document(self) -> dict[str, Any]:
        """The JSON answer, with the keys of docs/reference/command.md."""
        verified = self.policies.verified
        return {
            "stack": self.stack,
            "ended": self.ended,
            "repair": self.repair or None,
            "settings": {
                **_head(self.settings),
                "changes": [asdict(each) for each in self.settings.changes],
                "findings": [each.fields() for each in self.settings.findings],
            },
            "aws": {**_head(self.aws), "differences": [asdict(each) for each in self.aws.differences]},
            "policies": {**_head(self.policies), "verify": verified.document() if verified else None},
        }


def show(answer: Answer) -> None:
    """The answer for people."""
    page = Page()
    page.heading(f"stack {answer.stack}")
    _section(page, "the settings against the state", answer.settings)
    for change in answer.settings.changes:
        what = f" ({', '.join(change.properties)})" if change.properties else ""
        page.line(f"{change.type} {change.name}: {WORDS.get(change.op, change.op)}{what}", 2)
    for finding in answer.settings.findings:
        _finding(page, finding)
    _section(page, "the state against AWS", answer.aws)
    for each in answer.aws.differences:
        what = f"{each.type} {each.name} ({each.id})"
        if each.kind == DELETED:
            page.line(f"{what}: deleted behind Pulumi's back", 2)
        else:
            before, after = words(each)
            page.line(f"{what} {each.property}: {before} -> {after}", 2)
    _section(page, "AWS against the policies", answer.policies)
    if answer.policies.verified:
        _verified(page, answer.policies.verified)
    for drift in answer.beyond:
        page.line(f"{drift.name} ({drift.id}) {drift.property}: {_cut(drift.state)} -> {_cut(drift.aws)}", 2)
    page.line()
    if answer.repair:
        page.line(f"repair: {answer.repair}")
        page.line(
            f"  makes AWS what {answer.file} says; to keep what AWS has, say it there first, then the same command"
        )
    if answer.beyond:
        page.line(f"by hand: no update undoes {_listed(answer.beyond)}: take it back in AWS")
    page.heading(f"{answer.ended}: {_sum(answer)}")


def words(difference: Difference) -> tuple[str, str]:
    """The two values, for people: of policies what only one of them has."""
    before, after = difference.state, difference.aws
    is_policy = difference.property.lower().endswith("policy")
    told = policy_words(before, after) if is_policy else (shown(before), shown(after))
    return _cut(told[0]), _cut(told[1])


def _verified(page: Page, verified: Verified) -> None:
    for state in verified.found.unusable:
        page.line(f"{state.name} ({state.service_name}) is {state.state}: nodes cannot use it", 2)
    for finding in verified.findings:
        if finding.level == "mandatory":
            _finding(page, finding)


def _section(page: Page, title: str, answer: OfSettings | OfAws | OfPolicies) -> None:
    said = {WELL: "nothing differs", FOUND: "", UNANSWERED: "no answer; the reason is on stderr"}
    page.line()
    page.heading(f"{title}: {said[answer.ended]}".removesuffix(": "))


def _finding(page: Page, finding: Finding) -> None:
    page.line(f"[{finding.level}] {finding.policy} ({finding.type}: {finding.name})", 2)
    page.line(finding.message + (f"\nfix: {finding.fix}" if finding.fix else ""), 4)


def _sum(answer: Answer) -> str:
    verified = answer.policies.verified
    mandatory = sum(each.level == "mandatory" for each in verified.findings) if verified else 0
    told = (
        (answer.settings.ended, f"changes by the settings: {len(answer.settings.changes)}"),
        (answer.aws.ended, f"differences in AWS: {len(answer.aws.differences)}"),
        (answer.policies.ended, f"mandatory findings about what AWS has: {mandatory}"),
    )
    return "; ".join(
        f"{text.split(':')[0]}: not known" if ended == UNANSWERED else text for ended, text in told
    )


def _listed(found: list[Drift]) -> str:
    return ", ".join(dict.fromkeys(f"{each.property} of {each.id}" for each in found))


def _head(answer: OfSettings | OfAws | OfPolicies) -> dict[str, Any]:
    return {"ended": answer.ended, "reason": answer.reason or None}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
