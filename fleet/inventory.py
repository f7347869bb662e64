"""Reading fleet.yaml: one report with every problem in it, or a `Fleet` that `expansion` can trust."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from blueprint import reading
from blueprint.catalog import load
from blueprint.problems import NAMESPACE, REGION_KEY, SECRET, Loc, Report, SettingsError, allowed, printable
from fleet.placeholders import WORDS, filled
from fleet.settings import PASSWORD, Account, Fleet, Level
from sandbox import documents, duplicates, provider_settings
from sandbox.documents import DocumentError

# Far beyond any fleet, aliases followed.
_MOST_VALUES = 1_000_000
# What is the program's and the pack's to say.
_OTHERS = frozenset(("settings", "requirements", "accounts"))
# A stack that set them would be another account's or Region's than the inventory says.
_SAID_ELSEWHERE = frozenset(
    (REGION_KEY, "accountId", "aws:allowedAccountIds", "aws:assumeRole", "aws:assumeRoles", "aws:profile")
)
_ALLOWED = [key for name in provider_settings.ALLOWED if (key := f"aws:{name}") not in _SAID_ELSEWHERE]
_ANY = dict.fromkeys(WORDS, "x")


class InventoryError(Exception):
    """The file cannot be read at all; the text says why and how to go on."""


def read(file: Path) -> Fleet:
    """The fleet that a file describes. Raises: InventoryError, SettingsError."""
    fix = "fix: docs/how-to/fleet.md has one to begin with"
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InventoryError(f"{file}: this cannot be read: {error.strerror}\n  {fix}") from None
    except UnicodeDecodeError:
        raise InventoryError(f"{file}: this is not text in UTF-8\n  {fix}") from None
    try:
        node = documents.compose(text, _MOST_VALUES)
        data = documents.data(node)
    except DocumentError as error:
        raise InventoryError(f"{file.name}: {error}\n  fix: correct that line") from None
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        raise InventoryError(f"{file.name}: a fleet is a mapping with the keys of {_keys()}\n  {fix}")
    if twice := duplicates.find(node, None, ""):
        told = "\n".join(f"  - {printable(sentence)}" for sentence in twice)
        raise InventoryError(
            f"{file.name}: only one of these would count:\n{told}\n  fix: keep one of the lines"
        )
    return parse(data, file.name)


def parse(data: dict[str, Any], name: str) -> Fleet:
    """Check what a file says. `name` names it in the report. Raises: SettingsError, with every problem."""
    report = Report(reading.key_order(Fleet), (), namespace="")
    data = {key: value if key in _OTHERS else _masked(value) for key, value in data.items()}
    report.raw = data
    spelt = reading.plain(data, Fleet, report)
    report.raw = spelt
    fleet = None
    try:
        fleet = Fleet.model_validate(spelt)
    except ValidationError as error:
        reading.translate(error, Fleet, report)
    if fleet is not None:
        _check(fleet, report)
    if report.problems or fleet is None:
        raise SettingsError(report.problems, stack_file=name)
    return fleet


def _check(fleet: Fleet, report: Report) -> None:
    """What several keys have to be for each other, and what no key may be."""
    for place, level in _levels(fleet):
        for key in level.settings:
            if why := _not_a_setting(key.replace(":config:", ":")):
                report.add((*place, "settings", key), why)
        _check_provider(level, (*place, "settings"), report)
        for key, value in (("settings", level.settings), ("requirements", level.requirements)):
            for loc, why in _not_plain(value):
                report.add((*place, key, *loc), why)
    seen: set[str] = set()
    for position, account in enumerate(fleet.accounts):
        if account.name in seen:
            report.add(("accounts", position, "name"), "is the name of an account further up, too")
        seen.add(account.name)
        _check_role(account, position, report)
        regions: set[str] = set()
        for index, level in enumerate(account.regions):
            place = ("accounts", position, "regions", index)
            if level.region in regions:
                report.add((*place, "region"), "is listed further up: list its VPCs there, under vpcs")
            regions.add(level.region)
            names: set[str] = set()
            for number, vpc in enumerate(level.vpcs):
                if vpc.name in names and not (vpc.discover and not vpc.name):
                    report.add(
                        (*place, "vpcs", number, "name"), "must be another one: stacks are named after it"
                    )
                names.add(vpc.name)
    if fleet.concurrency.per_account > fleet.concurrency.overall:
        report.add(
            ("concurrency", "perAccount"), "is more than overall, which holds for all accounts together"
        )


def _levels(fleet: Fleet) -> Iterator[tuple[Loc, Level]]:
    """Every level with its place."""
    yield (), fleet
    for position, account in enumerate(fleet.accounts):
        yield (place := ("accounts", position)), account
        for index, level in enumerate(account.regions):
            yield (below := (*place, "regions", index)), level
            for number, vpc in enumerate(level.vpcs):
                yield (*below, "vpcs", number), vpc


def _not_a_setting(key: str) -> str:
    """Why no level may set a key, where none may."""
    if key in _SAID_ELSEWHERE:
        return "is what region, accountId and roleArn of the inventory say"
    if key.startswith(f"{NAMESPACE}:"):
        return f"is written without {NAMESPACE}: here"
    return ""


def _check_provider(level: Level, place: Loc, report: Report) -> None:
    """What nobody may say to the provider, as in a stack file. Who plays a fleet in the sandbox puts its keys in himself."""
    said = {
        key: filled(value, _ANY) for key, value in level.settings.items() if not report.has((*place, key))
    }
    for each in provider_settings.of_config(said, sandbox=False):
        value = SECRET if each.value == provider_settings.HIDDEN else ""
        told = f"{each.why}\nfix: {each.fix}\n{allowed(_ALLOWED)}"
        report.add((*place, each.key), told, value=value, nearest=each.nearest)


def _not_plain(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Each part that JSON does not have: YAML makes days of 2026-11-30, and more besides."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if isinstance(key, str):
                yield from _not_plain(each, (*loc, key))
            else:
                yield loc, "has a key that is not text: put it in quotes"
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _not_plain(each, (*loc, number))
    elif isinstance(value, float) and not math.isfinite(value):
        yield loc, "is no number that JSON has"
    elif not isinstance(value, str | int | float | None):
        yield loc, "must be text, a number, true, false, a list or an object: a day is text, in quotes"


def _masked(value: object) -> Any:
    """Without the passwords of URLs, which stay recognisable as such: nothing may show one, wherever it was put."""
    if isinstance(value, str):
        return PASSWORD.sub(f"://{SECRET}:{SECRET}@", value)
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list) else value


def _check_role(account: Account, position: int, report: Report) -> None:
    if not account.role_arn:
        if account.external_id:
            report.add(("accounts", position, "externalId"), "is for a role, and there is no roleArn")
        return
    _, partition, _, _, owner, _ = account.role_arn.split(":", 5)
    place = ("accounts", position, "roleArn")
    if owner != account.account_id:
        report.add(place, "is a role of another account than accountId says")
    for level in account.regions:
        region = load().region(level.region)
        if region.partition.id != partition:
            report.add(place, f"is of partition {partition}, and {region.id} is in {region.partition.id}")
            return


def _keys() -> str:
    return ", ".join(reading.keys_of(Fleet))
