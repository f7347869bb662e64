"""What is told while a fleet runs: a line for each event in a log, a picture on a terminal, and never an end to the run."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from fleet.progress import Lines, Quiet, Terminal, Watcher, watcher
from tests.fleet.fleets import result

HOSTILE = "\x1b[2J\x07\u202e"


class Screen(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


class Gone(Screen):
    """One whose reader went away."""

    def write(self, _: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def a_run(told: Watcher, said: str = "") -> None:
    """A run in two waves: one skipped, one passes, one is tried again and fails, one is not run."""
    told.begin(4, {"canary": 1, "rest": 2})
    told.ended(result("unchanged", stack=f"skipped{said}"))
    told.wave("canary", 1)
    told.started("first", 1)
    told.ended(result(stack="first", seconds=192.0, changes={"create": 14, "same": 3}))
    told.wave("rest", 2)
    told.started(f"second{said}", 1)
    told.retrying(f"second{said}", "throttled", 7.5)
    told.started(f"second{said}", 2)
    told.ended(
        result("failed", stack=f"second{said}", seconds=3.0, attempts=2, error=f"refused{said}\n  fix: ask")
    )
    told.stopping(f"too many failed{said}")
    told.ended(result("not run", stack="third", error="too many failed"))
    told.close()


def picture(terminal: Terminal, width: int = 80) -> str:
    """What a terminal of this width shows now, as text."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as shown:
        console.print(terminal.picture())
    return shown.get()


def test_a_log_has_a_line_for_each_event_but_none_for_a_stack_that_starts() -> None:
    stream = io.StringIO()
    a_run(Lines(stream))
    assert stream.getvalue().splitlines() == [
        "fleet: 4 stacks, 3 to run, 1 in wave canary, 2 in wave rest",
        "fleet: [1/4] skipped unchanged",
        "fleet: wave canary, 1 stack",
        "fleet: [2/4] first passed; 3 min 12 s; 14 create",
        "fleet: wave rest, 2 stacks",
        "fleet: second throttled, again in 7.5 s",
        "fleet: [3/4] second failed; 3.0 s; attempt 2; refused",
        "fleet: stopping. too many failed",
        "fleet: [4/4] third not run; too many failed",
    ]


def test_a_run_without_waves_names_none() -> None:
    stream = io.StringIO()
    Lines(stream).begin(3, {"": 2})
    assert stream.getvalue() == "fleet: 3 stacks, 2 to run\n"


def test_a_reason_is_cut_and_findings_are_counted() -> None:
    stream = io.StringIO()
    found: tuple[dict[str, Any], ...] = ({"enforcementLevel": "mandatory"}, {"enforcementLevel": "advisory"})
    Lines(stream).ended(result("blocked", findings=found, error="x" * 500))
    assert f"; 1 mandatory and 1 advisory findings; {'x' * 197}...\n" in stream.getvalue()


@pytest.mark.parametrize("make", [Lines, Terminal])
def test_no_escape_of_a_text_reaches_the_screen(make: type[Lines] | type[Terminal]) -> None:
    screen = Screen()
    a_run(make(screen), HOSTILE)
    shown = screen.getvalue()
    assert not any(each in shown for each in ("\x1b[2J", "\x07", "\u202e"))
    assert r"second\x1b[2J\x07\u202e" in shown


@pytest.mark.parametrize("make", [Lines, Terminal])
def test_a_reader_that_went_away_ends_nothing(make: type[Lines] | type[Terminal]) -> None:
    a_run(make(Gone()))


def test_what_an_encoding_lacks_is_spelled_out_in_it() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Lines(stream).stopping("weiß")
    assert raw.getvalue() == b"fleet: stopping. wei\\xdf\n"


def test_a_terminal_gets_the_picture_and_everything_else_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert isinstance(watcher(Screen()), Terminal)
    assert isinstance(watcher(io.StringIO()), Lines)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(watcher(Screen()), Lines)


def test_the_quiet_one_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    a_run(Quiet())
    assert capfd.readouterr() == ("", "")


def test_a_terminal_shows_what_runs_how_long_the_waves_and_what_is_left() -> None:
    now = 1000.0
    terminal = Terminal(Screen(), clock=lambda: now)
    terminal.begin(6, {"canary": 1, "rest": 4})
    terminal.ended(result("unchanged", stack="skipped"))
    terminal.wave("canary", 1)
    terminal.started("first", 1)
    now += 60
    # One is skipped, none ran: nobody knows how long it takes.
    assert "left" not in picture(terminal)
    terminal.ended(result(stack="first"))
    terminal.wave("rest", 4)
    terminal.started("second", 1)
    terminal.started("third", 2)
    terminal.started("fourth", 1)
    terminal.retrying("fourth", "locked", 30.0)
    now += 30
    lines = picture(terminal).splitlines()
    terminal.close()
    assert "2/6" in lines[0]
    # 90 seconds for one that ran, four to go.
    assert "about 6 min 0 s left" in lines[0]
    assert lines[1] == "  waves: canary 1 > now rest 4"
    assert lines[2] == "  1 passed  1 unchanged  1 to be tried again"
    terminal.started("fourth", 2)
    assert "to be tried again" not in picture(terminal)
    assert [line.split() for line in lines[3:]] == [
        ["second", "30.0", "s"],
        ["third", "30.0", "s", "attempt", "2"],
    ]


def test_many_running_stacks_are_counted_and_a_narrow_terminal_cuts_and_does_not_fold() -> None:
    terminal = Terminal(Screen(), clock=lambda: 0.0)
    terminal.begin(60, {"": 60})
    for number in range(50):
        terminal.started(f"stack-{number:02}-{'x' * 60}", 1)
    lines = picture(terminal, 40).splitlines()
    terminal.close()
    assert "waves" not in "".join(lines)
    assert all(len(line) <= 40 for line in lines)
    named = [line for line in lines if "stack-" in line]
    assert 1 < len(named) <= 12
    assert lines[-1].strip() == f"and {50 - len(named)} more"


def test_what_went_wrong_stays_above_the_picture_and_what_was_not_run_is_only_counted() -> None:
    screen = Screen()
    a_run(Terminal(screen))
    shown = screen.getvalue()
    assert "second failed; 3.0 s; attempt 2; refused" in shown
    assert "stopping. too many failed" in shown
    assert "third not run" not in shown
    assert "1 not run" in shown
