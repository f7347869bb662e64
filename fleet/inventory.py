"""Reading fleet.yaml: one report with every problem in it, or a `Fleet` that `expansion` can trust."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from blueprint import reading
from blueprint.catalog import load
from blueprint.problems import Report, SettingsError, printable
from fleet.settings import Account, Fleet
from sandbox import duplicates


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
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = printable(str(error)[:500])
        raise InventoryError(f"{file.name}: this is not YAML: {said}\n  fix: correct that line") from None
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        raise InventoryError(f"{file.name}: a fleet is a mapping with the keys of {_keys()}\n  {fix}")
    if twice := duplicates.find(node, None, ""):
        told = "\n".join(f"  - {sentence}" for sentence in twice)
        raise InventoryError(
            f"{file.name}: only one of these would count:\n{told}\n  fix: keep one of the lines"
        )
    return parse(data, file.name)


def parse(data: dict[str, Any], name: str) -> Fleet:
    """Check what a file says. `name` names it in the report. Raises: SettingsError, with every problem."""
    report = Report(reading.key_order(Fleet), (), namespace="")
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
    """What several keys have to be for each other."""
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
