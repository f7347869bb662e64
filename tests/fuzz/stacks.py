"""Whole stack configurations through the front doors: what the program does with what the engine hands over, and what the
commands do with the file. A typed error naming the key, or a valid plan whose graph the pack takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from blueprint import plan as planner
from blueprint.plan import Plan
from blueprint.reading import key_order
from blueprint.settings import NAMESPACE, Settings, SettingsError, parse
from cli import errors, stacks
from sandbox.layout import Layout
from tests.components.test_components import build
from tests.fuzz.configs import Config, full, right
from tests.fuzz.requirements import read_back, requirements, rightly_blocked_by
from tests.fuzz.spoil import spoilt
from tests.fuzz.tally import FALSE_BLOCK, MESSAGE, PASSED, REFUSED, Tally, WrongError, check_message, timed
from tests.support.pack import ROOT, Pack, here
from tools import policy_config

# Stands for every secret: no report may hold it.
MARKER = "correct-horse-battery"
KEYS = frozenset(key_order(Settings))
# One in five is right.
CASES: st.SearchStrategy[tuple[bool, Config]] = st.sampled_from([True, False, False, False, False]).flatmap(
    lambda is_right: st.tuples(st.just(is_right), right() if is_right else spoilt())
)


class Judge:
    """Plays cases; `folder` is a repository of its own for stack files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "Pulumi.yaml").write_bytes((ROOT / "Pulumi.yaml").read_bytes())

    def __call__(self, case: tuple[bool, Config], tally: Tally) -> None:
        is_right, config = case
        settings = self._program(full(config), tally)
        if is_right and settings is None:
            raise WrongError(REFUSED, "a right configuration is refused")
        self._command(full(config), tally)
        tally.outcomes["error" if settings is None else "valid"] += 1
        if settings is None:
            return
        tally.valid |= set(_keys_in(config))
        with timed(tally, "graph and pack"):
            tally.outcomes["blocked"] += play(settings, pack())

    def _program(self, config: Config, tally: Tally) -> Settings | None:
        """What `__main__.py` does with it."""
        try:
            told, secret = as_the_engine(config)
        except (RecursionError, ValueError):
            return None  # The engine itself could not hand it over.
        try:
            with timed(tally, "settings"):
                settings = parse(told, stack_file="Pulumi.x.yaml", secret_keys=secret)
                planner.make(settings, stack_file="Pulumi.x.yaml")
        except SettingsError as error:
            check_report(error, tally)
            return None
        return settings

    def _command(self, config: Config, tally: Tally) -> None:
        """What `ssm-endpoints plan` does with the file."""
        try:
            text = yaml.dump({"config": config}, Dumper=Dumper, allow_unicode=len(str(config)) % 2 == 0)
            (self.folder / "Pulumi.x.yaml").write_text(text, encoding="utf-8")
        except (RecursionError, UnicodeEncodeError):
            return  # Nobody could have written this file.
        command(self.folder, tally)


def command(folder: Path, tally: Tally) -> Plan | None:
    """`ssm-endpoints plan --stack x` in that folder; None where it is refused."""
    try:
        with timed(tally, "stack file"):
            return stacks.read("x", Layout(folder, folder / "sandbox")).plan()
    except SettingsError as error:
        check_report(error, tally)
    except errors.EXPECTED as error:
        check_message(errors.message(error), keys=["Pulumi."])
    return None


Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@cache
def pack() -> Pack:
    return here()


def check_report(error: SettingsError, tally: Tally) -> None:
    """The report of wrong settings."""
    if not error.problems:
        raise WrongError(MESSAGE, "a report without a problem")
    check_message(str(error), keys=[each.key for each in error.problems[:50]])
    if MARKER in str(error):
        raise WrongError(MESSAGE, f"a secret is in {str(error)[:500]!r}")
    for problem in error.problems:
        tally.refused |= {part for part in _parts(problem.key) if part in KEYS}


def play(settings: Settings, pack: Pack) -> bool:
    """Build the plan as the program does and show it to the pack: it blocks nothing but what it has to."""
    plan = planner.make(settings, stack_file="Pulumi.x.yaml")
    graph = read_back(build(plan).graph(plan.region), plan, settings)
    required = requirements(settings)
    if wrong := list(policy_config.problems("x", required)):
        raise WrongError(FALSE_BLOCK, f"the pack does not take what the settings say: {wrong}")
    pack.configure(required)
    found = [each for each in pack.judge(graph) if each.level == "MANDATORY"]
    expected = rightly_blocked_by(settings)
    for finding in found:
        if finding.policy not in expected:
            raise WrongError(FALSE_BLOCK, f"{finding.policy}: {finding.message}")
    if "endpoint-spans-node-zones" in expected and not found:
        raise WrongError(PASSED, "a zone with nodes and no endpoint passed")
    return bool(found)


def as_the_engine(config: Mapping[Any, Any]) -> tuple[dict[str, str], list[str]]:
    """The configuration as the engine hands it to a program: text, JSON text for what has parts; and the secret keys."""
    told, secret = {}, []
    for key, value in config.items():
        key = _text(key)
        if _holds_secret(value):
            secret.append(key)
        told[key] = value if isinstance(value, str) else _json(value)
    return told, secret


def shown(case: tuple[bool, Config]) -> str:
    """The case as text to paste in a regression test."""
    return f"config = {full(case[1])!r}"[:4000]


def _json(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """As the engine's own YAML reader hands it on: keys are text, what JSON does not have is text."""
    if isinstance(value, Mapping):
        return {_text(key): MARKER if key == "secure" else _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _text(key: object) -> str:
    return key if isinstance(key, str) else str(_plain(key))


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "secure" in value or any(map(_holds_secret, value.values()))
    return isinstance(value, list | set | tuple) and any(map(_holds_secret, value))


def _keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (key for key in value if key in KEYS)
        for each in value.values():
            yield from _keys_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _keys_in(each)


def _parts(key: str) -> list[str]:
    bare = key.removeprefix(f"{NAMESPACE}:").replace("[", ".[")
    return [part for part in bare.split(".") if part]
