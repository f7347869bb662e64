"""A fleet's run as one HTML file that needs nothing else, and as Markdown for a comment on a pull request."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from blueprint import facts_date
from fleet import findings
from fleet import summary as summing
from fleet.shapes import WELL, Result
from fleet.templates import (
    LOOKS,
    TEMPLATES,
    figures,
    shown,
    template,
    verdict,
)
from fleet.words import changes, clean, count, line, money
from review import templates as review_templates
from review.markdown import LONGEST, code, fenced

# Different texts of one policy that the page shows, and stacks of a list before it is folded; every finding is with its
# stack, too.
TEXTS, LISTED = 20, 24
# Characters of the output's end, and of each other text, in a comment, where everything has to fit.
BRIEF_LOG, BRIEF = 600, 1_200
# Characters of a name, bytes that the notice of what was cut may take.
NAME, NOTICE = 160, 1_000
# So many of the stacks that share a reason, and of a stack's findings, are in a comment.
NAMED, FINDINGS = 40, 5


def render(results: Sequence[Result], *, fleet: str, verb: str, date: str, program: str, wall: float) -> str:
    """The page's text."""
    rows = summing.ordered(results)
    total = summing.of(rows, wall)
    look, sentence = verdict(total, verb)
    css = [
        (folder / name).read_text(encoding="utf-8")
        for folder, name in ((review_templates.TEMPLATES, "page.css"), (TEMPLATES, "fleet.css"))
    ]
    return template("fleet.html.jinja").render(
        css=Markup("\n".join(css)),  # noqa: S704 - files of ours, no value of anybody's is in them
        fleet=fleet,
        verb=verb,
        date=date,
        program=program,
        aws_facts=facts_date.of_regions(_regions(rows)).line,
        rows=rows,
        summary=total,
        look=look,
        looks=LOOKS,
        sentence=sentence,
        figures=figures(total, rows),
        statuses=[
            (status, total.statuses[status], shown.first(rows, status))
            for status in LOOKS
            if status in total.statuses
        ],
        problems=shown.problems(rows),
        well=WELL,
        regions=shown.regions(rows),
        matrix=shown.matrix(results, rows),
        policies=findings.by_policy(rows),
        workers=shown.workers(rows),
        texts=TEXTS,
        listed=LISTED,
    )


@dataclass(frozen=True)
class Part:
    """A part of the comment: `items` between `opening` and `closing`, which may take this `share` of the room that is
    left. `what` is said of items for which there is none."""

    what: str
    opening: str
    items: Sequence[str]
    share: float
    closing: str = ""


def markdown(
    results: Sequence[Result], *, fleet: str, verb: str, date: str, program: str, wall: float
) -> str:
    """The run for a comment, less than LONGEST bytes: what does not fit is left out from the end of each part, and how much
    that is, is told. Every value stands in a code span or block, where nothing of it is markup."""
    rows = summing.ordered(results)
    total = summing.of(rows, wall)
    look, sentence = verdict(total, verb)
    marker = re.sub(r"[^\w.]+", "-", _brief(fleet, NAME))
    text = (
        f"<!-- ssm-vpc-endpoints fleet: {marker} -->\n"
        f"## {look.sign} {_code(fleet)}: {sentence}\n\n"
        + "".join(f"- **{value}** {what}\n" for value, what in figures(total, rows))
        + f"\n{_facts(rows, verb, date, program)}\n"
    )
    room = LONGEST - NOTICE - len(text.encode())
    cut = []
    for part in _parts(rows):
        kept: list[str] = []
        size = len((part.opening + part.closing).encode())
        for item in part.items:
            size += len(item.encode())
            if size > room * part.share:
                break
            kept.append(item)
        if kept:
            body = part.opening + "".join(kept) + part.closing
            text += body
            room -= len(body.encode())
        if left := len(part.items) - len(kept):
            cut.append(f"{left:,} of {len(part.items):,} {part.what}")
    if cut:
        text += f"\n**Cut, for a comment holds no more:** {', '.join(cut)}. The HTML page has them.\n"
    return text


def _parts(rows: Sequence[Result]) -> list[Part]:
    """What a reader would miss most comes first and takes its share of the room; the last takes what is left."""
    titles = "| stack | wave | status | findings | changes | USD a month | seconds | why |\n"
    table = titles + "|---|---|---|---|---|---:|---:|---|\n"
    columns = "| policy | severity | mandatory | advisory | stacks |\n|---|---|---:|---:|---:|\n"
    fine = [result for result in rows if result.status in WELL]
    said = f"{count(len(fine), 'stack')} that {'is' if len(fine) == 1 else 'are'} well"
    problems = [_row(result) for result in rows if result.status not in WELL]
    by_policy = [
        f"| {_code(each.name)} | {_code(each.severity)} | {each.mandatory} | {each.advisory} | {len(each.stacks)} |\n"
        for each in findings.by_policy(rows)
    ]
    reasons = [_why(rows, each) for each in shown.problems(rows)]
    folded = f"\n<details><summary>{said}</summary>\n\n{table}"
    return [
        Part("rows of problems", f"\n### Problems\n\n{table}", problems, 0.4),
        Part("policies", f"\n### Findings by policy\n\n{columns}", by_policy, 0.4),
        Part("reasons", "\n### Why\n\n", reasons, 0.8),
        Part("stacks that are well", folded, [_row(result) for result in fine], 1.0, "\n</details>\n"),
    ]


def _facts(rows: Sequence[Result], verb: str, date: str, program: str) -> str:
    named = ", ".join(f"{_code(name)} ({number})" for name, number in shown.workers(rows)[:LISTED])
    dated = facts_date.of_regions(_regions(rows)).line
    return f"{_code(verb)}, {_code(date)}, program {_code(program)}, workers (stacks): {named or 'none named'}. {dated}."


def _regions(rows: Sequence[Result]) -> set[str]:
    return {result.region for result in rows}


def _code(text: str) -> str:
    """A value's beginning, in a code span of one line."""
    return code(_brief(line(text), NAME)) or "–"


def _brief(text: str, most: int) -> str:
    text = clean(text).strip()
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} more characters)"


def _row(result: Result) -> str:
    found = f"{result.mandatory} mandatory, {result.advisory} advisory" if result.findings else ""
    moved = changes(result.changes)
    cells = [
        _code(result.stack),
        _code(result.wave),
        f"{LOOKS[result.status].sign} {result.status}",
        found,
        _code(moved) if moved else "",
        money(result.monthly_usd),
        f"{result.seconds:.1f}" if result.seconds else "",
        _code(result.error) if result.error else "",
    ]
    return f"| {' | '.join(cells)} |\n"


def _why(rows: Sequence[Result], problem: shown.Problem) -> str:
    """A problem with everything that is known of it, folded away."""
    result, more = problem.result, len(problem.stacks) - 1
    name = html.escape(_brief(line(result.stack), NAME))
    whose = f"<code>{name}</code>" + (f" and {count(more, 'more stack')}" if more else "")
    blocks = [f"<details><summary>{LOOKS[result.status].sign} {whose}: {result.status}</summary>\n"]
    if more:
        names = ", ".join(_code(rows[row].stack) for row in problem.stacks[:NAMED])
        beyond = f" and {more + 1 - NAMED:,} more" if more >= NAMED else ""
        blocks.append(f"{names}{beyond}\n")
    if result.error:
        blocks.append(fenced(_brief(result.error, BRIEF)) + "\n")
    for finding in result.findings[:FINDINGS]:
        blocks.append(f"**{_level(finding['enforcementLevel'])}** {_code(str(finding['policy']))}\n")
        for before, text in (("", finding.get("message")), ("fix:\n", finding.get("fix"))):
            if text:
                blocks.append(fenced(before + _brief(str(text), BRIEF)) + "\n")
    if len(result.findings) > FINDINGS:
        blocks.append(f"and {count(len(result.findings) - FINDINGS, 'more finding')}\n")
    if log := shown.end(result.log, shown.LOG_LINES, BRIEF_LOG):
        blocks.append("The end of the output:\n\n" + fenced(log) + "\n")
    return "\n".join(blocks) + "\n</details>\n\n"


def _level(level: object) -> str:
    return "mandatory" if level == "mandatory" else "advisory"
