"""The table that a run of `benchmarks.stack` prints, and its verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.process_tree import Cost
from benchmarks.where_time_goes import OTHERS, ROLES, Breakdown

if TYPE_CHECKING:
    from benchmarks.stack import Results

# From the project's goals for speed.
COMPONENT_RATIO, PACK_SECONDS, PACK_PER_RESOURCE, TERRAFORM_RATIO = 1.05, 0.8, 0.003, 1.0
ROWS = (
    ("empty program", "an empty program"),
    ("A", "A  flat program"),
    ("A, collector resting", "     with the collector resting"),
    ("B", "B  our program"),
    ("B and preflight", "     and its preflight"),
    ("C", "C  B under the policy pack"),
    ("C, real provider", "C  on the real provider"),
    ("D", "D  terraform plan"),
)
PAIRS = (
    ("B", "A", "B over A"),
    ("B", "A, collector resting", "  A's collector resting, too"),
    ("C", "B", "C over B"),
    ("B and preflight", "B", "the preflight, over B"),
    ("C, real provider", "D", "C over D, real provider"),
)
_LABEL, _CELL = 34, 24


def text(results: Results) -> str:
    """The whole report."""
    lines = [
        f"Speed on one stack, {results.facts['when']}",
        f"  {results.facts['machine']}, Python {results.facts['python']}, load {results.load:.1f} at the start",
        f"  {results.facts['versions']}",
        f"  {results.seconds:.0f} s in all",
        "",
        "The same first",
        *(f"  {what:<24} {said}" for what, said in results.checked.items()),
        *(f"  WRONG: {wrong}" for wrong in results.wrong),
        *(f"  NOT MEASURED: {what}: {why}" for what, why in results.absent.items()),
    ]
    if results.wrong:
        return "\n".join(lines)
    lines += ["", *_clock(results, "Wall seconds of a preview", _wall)]
    lines += [
        "",
        *_clock(results, "CPU seconds of a preview, every process of it", _cpu),
        *_outlived(results),
    ]
    lines += ["", *_ratios(results)]
    if results.breakdown:
        lines += ["", *_where(results, results.breakdown)]
    return "\n".join([*lines, "", "Goals", *goals(results)])


def paired(one: Sequence[Cost], other: Sequence[Cost], clock: Callable[[Cost], float]) -> list[float]:
    """Turn by turn, how many times what the other took. Raises: ValueError where they had not as many turns."""
    return [clock(a) / clock(b) for a, b in zip(one, other, strict=True)]


def added(one: Sequence[Cost], other: Sequence[Cost], clock: Callable[[Cost], float]) -> list[float]:
    """Turn by turn, the seconds more than the other took. Raises: ValueError where they had not as many turns."""
    return [clock(a) - clock(b) for a, b in zip(one, other, strict=True)]


def goals(results: Results) -> list[str]:
    """A line each: met or MISSED by the median of the turns, at every size and by both clocks, with the figures."""
    lines = [
        _at_most(
            results, "B", "A", COMPONENT_RATIO, "the component costs at most 1.05 times the flat program"
        )
    ]
    if "A, collector resting" in results.costs:
        told = _medians(results, "B", "A, collector resting")[1]
        lines.append(f"         (where the flat program rests its collector, too: {told})")
    over, seen = False, []
    for size in results.sizes:
        limit = PACK_SECONDS + PACK_PER_RESOURCE * size.resources
        seconds = [median(added(*_both(results, "C", "B", size.name), clock)) for clock in (_wall, _cpu)]
        over = over or max(seconds) > limit
        seen.append(f"{seconds[0]:.2f} s wall, {seconds[1]:.2f} s CPU of {limit:.2f} at {size.resources}")
    lines.append(_goal(not over, f"the pack adds at most 0.8 s + 3 ms per resource: {'; '.join(seen)}"))
    if {"C, real provider", "D"} <= results.costs.keys():
        what = "C takes at most as long as terraform plan"
        lines.append(_at_most(results, "C, real provider", "D", TERRAFORM_RATIO, what))
    else:
        lines.append("  not measured: C beside terraform plan, on the real provider")
    return lines


def _at_most(results: Results, one: str, other: str, limit: float, what: str) -> str:
    ratios, told = _medians(results, one, other)
    return _goal(max(ratios) <= limit, f"{what}: {told}")


def _medians(results: Results, one: str, other: str) -> tuple[list[float], str]:
    """The medians of the turns' ratios, by size and clock, and the same in words."""
    ratios, told = [], []
    for size in results.sizes:
        wall, cpu = (median(paired(*_both(results, one, other, size.name), clock)) for clock in (_wall, _cpu))
        ratios += [wall, cpu]
        told.append(f"{wall:.2f} wall, {cpu:.2f} CPU at {size.resources}")
    return ratios, "; ".join(told)


def _goal(met: bool, what: str) -> str:
    return f"  {'met   ' if met else 'MISSED'} {what}"


def _both(results: Results, one: str, other: str, size: str) -> tuple[list[Cost], list[Cost]]:
    return results.costs[one][size], results.costs[other][size]


def _clock(results: Results, title: str, clock: Callable[[Cost], float]) -> list[str]:
    lines = [
        f"{title}: median (min to max)",
        _row("resources", [f"{s.name}, {s.resources}" for s in results.sizes]),
    ]
    for name, label in ROWS:
        runs = results.costs.get(name, {})
        if runs:
            cells = [spread([clock(cost) for cost in runs.get(size.name, ())]) for size in results.sizes]
            lines.append(_row(label, cells))
    return lines


def _outlived(results: Results) -> list[str]:
    every = [cost for runs in results.costs.values() for costs in runs.values() for cost in costs]
    left = [cost for cost in every if cost.outlived]
    if not left:
        return ["  no process outlived its run"]
    killed = sum(cost.killed for cost in left)
    return [
        f"  in {len(left)} of {len(every)} runs processes outlived the command: waited for, {killed} of them killed,",
        f"  and their {spread([cost.outlived_cpu for cost in left])} s are counted",
    ]


def _ratios(results: Results) -> list[str]:
    lines = [
        "Turn by turn, times: median (min to max)",
        _row("", [f"{s.name}, {s.resources}" for s in results.sizes]),
    ]
    for one, other, label in PAIRS:
        if {one, other} <= results.costs.keys():
            for title, clock in (("wall", _wall), ("CPU", _cpu)):
                cells = [spread(paired(*_both(results, one, other, s.name), clock)) for s in results.sizes]
                lines.append(_row(f"{label}, {title}", cells))
    return lines


def _where(results: Results, found: Breakdown) -> list[str]:
    names = [*dict.fromkeys(name for _, name in ROLES), OTHERS]
    lines = [
        "Where C's time and memory go: CPU seconds, MB resident at most (one watched run, which is slower)",
        _row("", [f"{s.name}, {s.resources}" for s in results.sizes]),
    ]
    for name in names:
        roles = [found.roles[size.name].get(name) for size in results.sizes]
        if any(roles):
            lines.append(
                _row(name, [f"{role.cpu:.2f} s, {role.rss_mb:.0f} MB" if role else "-" for role in roles])
            )
    packages = sorted({name for run in found.imports for name in run})
    total = [sum(run.values()) for run in found.imports]
    lines += [f"Our program's imports in ms, own time under -X importtime: {spread(total, '{:.0f}')} in all"]
    lines += [
        _row(name, [spread([run.get(name, 0.0) for run in found.imports], "{:.0f}")]) for name in packages
    ]
    lines += [f"The pack's start: {spread(found.pack_starts)} s wall"]
    if len(results.sizes) > 1:
        small, large = results.sizes[0], results.sizes[-1]
        more = large.resources - small.resources
        for name in ("A", "B", "C"):
            runs = results.costs[name]
            slope = [
                (b - a) / more * 1000
                for a, b in zip(*(map(_cpu, runs[s.name]) for s in (small, large)), strict=True)
            ]
            lines.append(f"A resource more in {name}: {spread(slope, '{:.1f}')} ms CPU")
    return lines


def spread(figures: Sequence[float], form: str = "{:.2f}") -> str:
    """`median (min to max)`, or a dash for nothing."""
    if not figures:
        return "-"
    shown = [form.format(figure) for figure in (median(figures), min(figures), max(figures))]
    return "{} ({} to {})".format(*shown)


def _row(label: str, cells: Sequence[str]) -> str:
    return (f"  {label:<{_LABEL}}" + "".join(f"{cell:>{_CELL}}" for cell in cells)).rstrip()


def _wall(cost: Cost) -> float:
    return cost.wall


def _cpu(cost: Cost) -> float:
    return cost.cpu
