"""What every check is given, and what it leaves."""

from __future__ import annotations

from dataclasses import dataclass

from blueprint import reading
from blueprint.catalog import load
from blueprint.plan import Plan
from blueprint.preflight.shapes import Answers
from blueprint.problems import Loc, Problem, Report, SettingsError
from blueprint.settings import ExistingNetwork, Settings

NODES: Loc = ("network", "nodeSubnets")
CREATED_ZONES: Loc = ("network", "create", "availabilityZones")


@dataclass(frozen=True)
class Findings:
    """What is wrong, and what could not be looked at and is no reason to refuse."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    def report(self, stack_file: str) -> tuple[str, tuple[str, ...]]:
        """The report for people, "" if there is no problem, and the notes."""
        error = SettingsError(self.problems, stack_file=stack_file)
        return str(error) if self.problems else "", self.notes


class Case:
    """One stack before AWS: what its owner says, what will be built, what AWS answers, and the report on it."""

    def __init__(self, settings: Settings, plan: Plan, answers: Answers) -> None:
        self.settings, self.plan, self.answers = settings, plan, answers
        self.report = Report((*reading.key_order(Settings), *load().buckets), ())
        self.report.raw = settings.model_dump(by_alias=True, warnings=False)
        self.notes: list[str] = []

    @property
    def network(self) -> ExistingNetwork | None:
        """The VPC that is there, or None."""
        network = self.settings.network
        return network if isinstance(network, ExistingNetwork) else None

    def wrong(self, loc: Loc, *lines: str, nearest: str = "", value: str = "") -> None:
        """Add a problem: what is wrong, then the fix."""
        self.report.add(loc, "\n".join(lines), nearest=nearest, value=value)

    def findings(self) -> Findings:
        """Everything that was added."""
        return Findings(self.report.problems, tuple(dict.fromkeys(self.notes)))


def listed(values: object) -> str:
    """A list as YAML to paste: [a, b]."""
    return f"[{', '.join(map(str, values))}]" if isinstance(values, list | tuple) else f"[{values}]"
