"""The table that a run prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.peer_tools import Ran
from benchmarks.process import Played

if TYPE_CHECKING:
    from benchmarks.pack import Results

# From the project's goals for speed.
PER_RESOURCE_US, RSS_MB, STACK_S = 1000.0, 70.0, 10.0
# Linear: a resource of the largest stack costs at most this many times what it costs in the one before.
LINEAR = 1.25
_LABEL, _CELL = 34, 24
# A row: its label, and its figures at a number of resources.
Rows = list[tuple[str, Callable[[int], Sequence[float]]]]


def text(results: Results) -> str:
    """The whole report."""
    lines = [
        f"Speed of the policy pack, {results.facts['when']}",
        f"  {results.facts['machine']}, Python {results.facts['python']}",
        f"  {results.facts['versions']}, {results.facts['peers']}",
        f"  {results.seconds:.0f} s in all",
        "",
        "Right first (28 resources, 2 VPCs)",
    ]
    for tool, verdicts in results.verdicts.items():
        lines += [f"  {tool:<10} {title:<22} {said}" for title, said in verdicts.items()]
    lines += [f"  WRONG: {wrong}" for wrong in results.wrong]
    lines += [f"  NOT MEASURED: {tool}: {why}" for tool, why in results.absent.items()]
    lines += ["", *_cpu(results), "", *_wall(results), "", *_memory(results), "", *_goals(results)]
    return "\n".join(lines)


def _cpu(results: Results) -> list[str]:
    of_resources, of_stacks = results.pack[results.sizes[0]][0].policies
    rows: Rows = [
        (f"pack, Analyze ({of_resources} policies)", lambda n: _us(results.pack[n], n, _analyze)),
        (f"pack, AnalyzeStack ({of_stacks} policies)", lambda n: _us(results.pack[n], n, _stack)),
        ("pack, both", lambda n: _us(results.pack[n], n, _both)),
        ("  of it gRPC and reading", lambda n: _us(results.empty[n], n, _both)),
        ("  of it our rules", lambda n: _own(results, n)),
        ("the same policies, SDK's server", lambda n: _us(results.sdk.get(n, ()), n, _both)),
    ]
    rows += _peers(results, lambda ran, n: ran.cpu / n * 1e6)
    return [
        "CPU per resource in microseconds, user and system, without start-up: median (min to max)",
        _row("resources", [f"{n:,}" for n in results.sizes]),
        *(_row(label, [_spread(figures(n), "{:,.0f}") for n in results.sizes]) for label, figures in rows),
    ]


def _wall(results: Results) -> list[str]:
    rows: Rows = [
        ("pack, Analyze, one after the other", lambda n: [p.analyze.wall for p in results.pack[n]]),
        ("pack, AnalyzeStack", lambda n: [p.stack.wall for p in results.pack[n]]),
        ("SDK's server, AnalyzeStack", lambda n: [p.stack.wall for p in results.sdk.get(n, ())]),
    ]
    rows += _peers(results, lambda ran, _: ran.wall)
    starts = [played for plays in results.pack.values() for played in plays]
    lines = [
        "Wall time of a whole stack in seconds, without start-up: median (min to max)",
        *(_row(label, [_spread(figures(n), "{:,.2f}") for n in results.sizes]) for label, figures in rows),
        "Start-up in seconds: wall, CPU",
        f"  {'pack':<10} {_spread([p.start.wall for p in starts], '{:.2f}')}, "
        f"{_spread([p.start.cpu for p in starts], '{:.2f}')}",
    ]
    for name, runs in results.peers.items():
        every = [ran for many in runs.values() for ran in many]
        lines.append(
            f"  {name:<10} {_spread([ran.start_wall for ran in every], '{:.2f}')}, "
            f"{_spread([ran.start_cpu for ran in every], '{:.2f}')}"
        )
    return lines


def _memory(results: Results) -> list[str]:
    rows: Rows = [
        ("pack, started", lambda n: [p.start_rss_mb for p in results.pack[n]]),
        ("pack, after Analyze", lambda n: [p.analyze_rss_mb for p in results.pack[n]]),
        ("pack, after AnalyzeStack", lambda n: [p.peak_rss_mb for p in results.pack[n]]),
        ("  no policy, after AnalyzeStack", lambda n: [p.peak_rss_mb for p in results.empty[n]]),
        ("SDK's server, after AnalyzeStack", lambda n: [p.peak_rss_mb for p in results.sdk.get(n, ())]),
    ]
    rows += _peers(results, lambda ran, _: ran.rss_mb)
    return [
        "Most memory resident so far, in MB: median (min to max)",
        *(_row(label, [_spread(figures(n), "{:,.0f}") for n in results.sizes]) for label, figures in rows),
    ]


def _goals(results: Results) -> list[str]:
    last = results.sizes[-1]
    both = {n: median(_us(results.pack[n], n, _both)) for n in results.sizes}
    # The first resource of a process pays for what is read once, so the smallest stack says little about growth.
    before = results.sizes[-2]
    growth = both[last] / both[before]
    stack = max(played.stack.wall for played in results.pack[last])
    small = max(played.peak_rss_mb for played in results.pack[results.sizes[0]])
    large = max(played.peak_rss_mb for played in results.pack[last])
    linear = f"a resource costs {growth:.2f} times as much at {last:,} as at {before:,}"
    if len(results.sizes) < 3:
        # 28 resources say nothing about growth.
        grows = "  not measured: growth (700 to 7,000 resources)"
    else:
        grows = _goal(growth <= LINEAR, f"grows linearly: {linear}")
    return [
        "Goals",
        _goal(
            both[last] < PER_RESOURCE_US,
            f"under 1 ms of CPU per resource, all policies: {both[last]:,.0f} us at {last:,}, of which "
            f"{median(_us(results.empty[last], last, _both)):,.0f} us are gRPC and reading, with no rule at all",
        ),
        grows,
        _goal(
            stack < STACK_S, f"AnalyzeStack of {last:,} in seconds, not tens: {stack:.1f} s at the slowest"
        ),
        _goal(
            not results.imports_pulumi_aws,
            f"never imports pulumi_aws: {results.modules} modules, pulumi_aws "
            + ("among them" if results.imports_pulumi_aws else "not among them"),
        ),
        _goal(
            small <= RSS_MB,
            f"at most 70 MB: {small:.0f} MB at {results.sizes[0]} resources ({large:.0f} MB at {last:,})",
        ),
    ]


def _goal(met: bool, what: str) -> str:
    return f"  {'met   ' if met else 'MISSED'} {what}"


def _peers(results: Results, figure: Callable[[Ran, int], float]) -> Rows:
    def row(runs: dict[int, list[Ran]]) -> Callable[[int], Sequence[float]]:
        return lambda n: [figure(ran, n) for ran in runs.get(n, ())]

    return [(name, row(runs)) for name, runs in results.peers.items()]


def _us(plays: Sequence[Played], resources: int, seconds: Callable[[Played], float]) -> list[float]:
    return [seconds(played) / resources * 1e6 for played in plays]


def _own(results: Results, n: int) -> list[float]:
    """What is left of each run when the same turn's with no policy is taken away."""
    pairs = zip(_us(results.pack[n], n, _both), _us(results.empty[n], n, _both), strict=True)
    return [ours - empty for ours, empty in pairs]


def _analyze(played: Played) -> float:
    return played.analyze.cpu


def _stack(played: Played) -> float:
    return played.stack.cpu


def _both(played: Played) -> float:
    return played.analyze.cpu + played.stack.cpu


def _spread(figures: Sequence[float], form: str) -> str:
    if not figures:
        return "-"
    if len(figures) == 1:
        return form.format(figures[0]) + " (once)"
    shown = [form.format(figure) for figure in (median(figures), min(figures), max(figures))]
    return "{} ({} to {})".format(*shown)


def _row(label: str, cells: Sequence[str]) -> str:
    return f"  {label:<{_LABEL}}" + "".join(f"{cell:>{_CELL}}" for cell in cells)
