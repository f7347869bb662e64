"""What came of a run, by the engine's own events and words."""

from __future__ import annotations

import re
from typing import Any

from fleet.shapes import Status, Verb
from review import differences
from sandbox.engine_run import LOCKED
from tools import outcome
from tools.findings import Finding

_SAME = frozenset(("same", "read", "read-discard", "refresh"))
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html and
# https://docs.aws.amazon.com/general/latest/gr/api-retries.html (2026-11-30).
_THROTTLED = re.compile(
    r"RequestLimitExceeded|Throttling|TooManyRequests|Rate exceeded|EC2ThrottledException|SlowDown"
)
# AWS's words where IAM allows a call to nobody
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html, 2026-11-30).
_DENIED = re.compile(r"is not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)")
# How many differences a drift names.
_SHOWN = 10
# How the Automation API tells of a process that a signal ended.
_KILLED = re.compile(r"\s*code: -(\d+)\n")


def judged(verb: Verb, said: list[dict[str, Any]], code: int, text: str) -> tuple[Status, str, list[Finding]]:
    """How a run ended, why, and what the pack found."""
    if LOCKED.search(text) or _KILLED.match(text):
        return *of_text(text), []
    if verb in ("preview", "up"):
        judgement = outcome.judge(said, code)
        status: Status = judgement.ended  # type: ignore[assignment]  # its words are three of ours
        why, found = judgement.reason or "", judgement.found
        if status == "blocked":
            why = next((each.message for each in found if each.level == "mandatory"), "")
    else:
        errors = [
            each["message"].strip()
            for event in said
            if (each := event.get("diagnosticEvent")) and each["severity"] == "error"
        ]
        status, why, found = ("failed" if code else "passed"), "\n".join(errors), []
    if status == "failed":
        status, said_last = of_text(f"{why}\n{text}")
        why = (why or said_last) + denied(f"{why}\n{text}")
    if verb == "drift" and status == "passed" and (moved := _moved(said)):
        status, why = (
            "drifted",
            f"AWS is not what the state says: {moved}\n{_named(said)}"
            "  fix: refresh, then up, to undo it; to keep it, change the settings and refresh",
        )
    return status, why, found


def of_text(text: str) -> tuple[Status, str]:
    """What the engine's words say of a run that did not end well: whether another attempt may help, and why."""
    if LOCKED.search(text):
        return "locked", _lock(text)
    if found := _KILLED.match(text):
        return "lost", killed("engine", int(found[1]))
    return "throttled" if _THROTTLED.search(text) else "failed", text.strip()[-2000:]


def refused(text: str) -> bool:
    """Whether IAM did not allow something, to the engine itself or to a provider."""
    return "AccessDenied" in text or bool(_DENIED.search(text))


def denied(text: str) -> str:
    """What to do about calls that IAM did not allow: "" where there are none."""
    missing = sorted(set(_DENIED.findall(text)))
    if not missing:
        return ""
    whose = "runner's" if missing == ["sts:AssumeRole"] else "role's"
    return (
        f"\n  fix: the {whose} policy lacks {', '.join(missing)}: ssm-endpoints fleet roles prints the policies;"
        "\n       then run it again: what was made is in the state"
    )


def killed(who: str, number: int) -> str:
    """Why a run is lost whose process a signal ended: nobody wrote its state to the end or gave its lock back."""
    return (
        f"the run's {who} was killed by signal {number}: by somebody, or for want of memory\n"
        f"  fix: where it was memory, fewer stacks at once: concurrency.overall; run it again: that says what was left"
    )


def _lock(text: str) -> str:
    """Who holds the stack, in the backend's words."""
    lines = [each.strip() for each in text.splitlines()]
    who = [each for each in lines if "created by" in each or "Another update" in each]
    told = "; ".join(who) or "another run"
    return f"the stack is locked: {told}\n  fix: wait for that run; if it is known to be dead, in a clone:"


def changes(said: list[dict[str, Any]]) -> dict[str, int]:
    """The engine's last sum: its operations, and on how many resources each."""
    sums = [event["summaryEvent"].get("resourceChanges") or {} for event in said if event.get("summaryEvent")]
    return {name: count for name, count in sorted(sums[-1].items()) if count} if sums else {}


def _named(said: list[dict[str, Any]]) -> str:
    """The first of what differs, a line each."""
    found = [differences.sentence(each) for each in differences.read(said)]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "".join(f"    {each}\n" for each in [*found[:_SHOWN], *more])


def _moved(said: list[dict[str, Any]]) -> str:
    return ", ".join(f"{count} {name}" for name, count in changes(said).items() if name not in _SAME)
