"""What AWS is asked before anything is created, and what follows from its answers.

`questions` says what has to be asked for a plan, a component asks it, `check` compares the answers with what the stack's
owner says. A plan is never altered: it is built, or refused with one report like that of the settings.
"""

from __future__ import annotations

from blueprint.plan import Plan
from blueprint.preflight import (
    account_checks,
    capacity_checks,
    conflict_checks,
    network_checks,
    service_checks,
)
from blueprint.preflight.findings import Case, Findings
from blueprint.preflight.permissions import ACTIONS, policy_document
from blueprint.preflight.questions import questions
from blueprint.preflight.shapes import Answers, Questions
from blueprint.settings import Settings

__all__ = ["ACTIONS", "Answers", "Findings", "Questions", "check", "policy_document", "questions"]


def check(settings: Settings, plan: Plan, answers: Answers) -> Findings:
    """Every difference between what is declared and what AWS says."""
    case = Case(settings, plan, answers)
    for part in (account_checks, network_checks, service_checks, capacity_checks, conflict_checks):
        part.check(case)
    return case.findings()
