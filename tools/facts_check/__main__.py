"""`make facts-check [PAGE=saved.html] [BOTOCORE=1.44.8]`: what changed at AWS since our facts were read.

Prints a diff of facts with their sources. Ends with 0 if nothing differs and no source is old, 1 if something does (a fact,
or a source that has to be read again), 2 if something could not be looked at and nothing else was found; `make` turns both
into 2, and `ended` in the JSON tells ("same", "differences", "unseen").
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from blueprint.catalog import Catalog, Source, load
from tools.facts_check import botocore_facts, page, page_facts, report
from tools.facts_check.botocore_data import installed, newest
from tools.facts_check.shapes import Check, CheckError, Found, shown
from tools.facts_check.write import announce

CODES = {"same": 0, "differences": 1, "unseen": 2}
# Days: half a year. Ours to choose; AWS says nowhere when a page changes.
MAX_AGE = 180


def old(day: date, most: int, catalog: Catalog | None = None) -> list[tuple[Source, int]]:
    """The sources that were read more than `most` days before the day, the oldest first."""
    sources = (catalog or load()).sources.values()
    aged = [(source, (day - date.fromisoformat(source.read)).days) for source in sources]
    return sorted((each for each in aged if each[1] > most), key=lambda each: (-each[1], each[0].id))


def look(options: argparse.Namespace, facts: Path) -> Check:
    """Everything that was asked for; what cannot be looked at is in the result, with the reason."""
    check = Check(day=options.on.isoformat(), old=old(options.on, options.max_age))
    for found in _botocore(options, check, facts):
        check.found.append(found)
    for name in options.page:
        try:
            check.found.append(page_facts.compare(page.read(Path(name))))
        except CheckError as error:
            check.unseen.append(str(error))
    return check


def _botocore(options: argparse.Namespace, check: Check, facts: Path) -> Iterator[Found]:
    if options.pages_only:
        return
    try:
        if not options.installed:
            try:
                with newest(options.botocore) as data:
                    yield botocore_facts.compare(data, facts=facts)
                return
            except CheckError as error:
                why = f"the newest botocore: {error}" if not options.botocore else str(error)
                check.unseen.append(f"{why}\n  the installed one was compared in its place")
        yield botocore_facts.compare(installed(), facts=facts)
    except CheckError as error:
        check.unseen.append(str(error))


def main(arguments: Sequence[str], facts: Path = botocore_facts.FACTS) -> int:
    """Looks, says what was found, writes what was asked for; returns the exit code."""
    options = _parser().parse_args(arguments)
    check = look(options, facts)
    sys.stdout.write(_json(check) if options.json else report.text(check))
    try:
        if options.output:
            _keep(check, Path(options.output))
        if options.write:
            rows = announce(check.differences, facts)
            sys.stderr.write(f"announced.toml: {', '.join(rows) or 'nothing'} written\n")
    except OSError as error:
        sys.stderr.write(f"{shown(str(error.filename))}: {error.strerror}: not written\n")
        return CODES["unseen"]
    return CODES[check.ended]


def _keep(check: Check, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "facts-check.md").write_text(report.markdown(check), encoding="utf-8")
    (folder / "facts-check.json").write_text(_json(check), encoding="utf-8")


def _json(check: Check) -> str:
    return json.dumps(report.document(check), indent=2, ensure_ascii=False) + "\n"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day, such as 2026-11-30") from None


def _days(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError("a number of days, such as 180")
    return int(text[:6])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.facts_check", description=(__doc__ or "").split("\n")[0]
    )
    add = parser.add_argument
    add("--page", action="append", default=[], help="a page of AWS's that you saved; may be given again")
    add("--pages-only", action="store_true", help="leaves botocore out")
    add(
        "--botocore",
        default="",
        help="a version or the path of a wheel, instead of the newest that pip finds",
    )
    add("--installed", action="store_true", help="the installed botocore is enough: asks no package index")
    add(
        "--on",
        type=_day,
        default=datetime.now(UTC).date(),
        help="the day that the pages were saved, if not today",
    )
    add(
        "--max-age",
        type=_days,
        default=MAX_AGE,
        help=f"days after which a source has to be read again ({MAX_AGE})",
    )
    add("--output", default="", help="a folder for facts-check.md and facts-check.json")
    add("--json", action="store_true", help="the answer as JSON on stdout")
    add("--write", action="store_true", help="writes the row of a Region that is new to announced.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
