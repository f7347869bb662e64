"""`make audit-dependencies`: what is found, what is accepted for a while, and what nobody could look at is never clean."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.bootstrap import build, languages
from tests.support.pack import ROOT
from tools.advisories import __main__ as command
from tools.advisories import go, python, shapes
from tools.advisories.shapes import Accepted, Advisory, ListError, Looked, judged
from tools.lock import LOCK_FILES

TODAY = datetime.date(2026, 11, 30)
KNOWN = Advisory("requirements.txt", "PYSEC-2026-1", "jinja2 3.1.0", "3.1.6", "Sandbox breakout")
GRPC = Advisory("pulumi", "GO-2026-4762", "google.golang.org/grpc v1.72.1", "v1.79.3", "Authorization bypass")


def entry(advisory: Advisory, until: datetime.date) -> Accepted:
    return Accepted(advisory.id, advisory.place, "nobody calls it", until)


def program(file: Path, prints: str, code: int = 0, error: str = "") -> Path:
    (file.parent / "answer").write_text(prints, encoding="utf-8")
    lines = ["#!/bin/sh", f"cat '{file.parent / 'answer'}'", f"echo '{error}' >&2", f"exit {code}", ""]
    file.write_text("\n".join(lines), encoding="utf-8")
    file.chmod(0o755)
    return file


def test_what_is_known_is_wrong_until_it_is_accepted_and_again_when_the_time_is_over() -> None:
    looked = [Looked("requirements.txt", (KNOWN,)), Looked("pulumi", (GRPC,))]
    wrong, passed, blind = judged(looked, [], TODAY)
    assert wrong == [
        "pulumi: GO-2026-4762: google.golang.org/grpc v1.72.1: Authorization bypass (mended in v1.79.3)",
        "requirements.txt: PYSEC-2026-1: jinja2 3.1.0: Sandbox breakout (mended in 3.1.6)",
    ]
    assert (passed, blind) == ([], [])
    wrong, passed, _ = judged(looked, [entry(KNOWN, TODAY), entry(GRPC, TODAY)], TODAY)
    assert wrong == []
    assert len(passed) == 2
    assert all("accepted until 2026-11-30: nobody calls it" in line for line in passed)
    tomorrow = TODAY + datetime.timedelta(days=1)
    wrong, passed, _ = judged(looked, [entry(KNOWN, TODAY), entry(GRPC, tomorrow)], tomorrow)
    assert len(passed) == 1
    assert len(wrong) == 1
    assert "accepted until 2026-11-30, which is over" in wrong[0]


def test_an_advisory_that_is_accepted_in_one_place_is_wrong_in_another() -> None:
    looked = [
        Looked("pulumi", (GRPC,)),
        Looked("language-yaml", (dataclasses.replace(GRPC, place="language-yaml"),)),
    ]
    wrong, passed, _ = judged(looked, [entry(GRPC, TODAY)], TODAY)
    assert [line.split(":")[0] for line in wrong] == ["language-yaml"]
    assert [line.split(":")[0] for line in passed] == ["pulumi"]


def test_an_entry_that_nothing_needs_any_more_is_wrong_where_somebody_looked() -> None:
    may = [entry(GRPC, TODAY)]
    wrong, _, _ = judged([Looked("pulumi")], may, TODAY)
    assert wrong == [
        "pulumi: GO-2026-4762 is accepted in advisories.toml, and nothing has it any more: take the entry out"
    ]
    wrong, _, blind = judged([Looked("pulumi", blind="no connection")], may, TODAY)
    assert wrong == []
    assert blind == ["pulumi: no connection"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[accepted]]\nid = 1", "has the keys id, in, reason and until"),
        ('[[accepted]]\nid="a"\nin="b"\nreason="c"\nuntil="2027-01-01"', "until is a date like"),
        ('[[accepted]]\nid="a"\nin="b"\nreason=" "\nuntil=2027-01-01', "The reason is empty"),
        ("accepted =", "Invalid value"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "advisories.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ListError, match=re.escape(says)) as caught:
        shapes.accepted(tmp_path / "advisories.toml")
    assert str(caught.value).startswith("advisories.toml: ")


def test_the_list_of_the_project_names_places_that_are_looked_at_and_ends_within_half_a_year() -> None:
    places = {*go.BUILT, *LOCK_FILES}
    for each in shapes.accepted():
        assert each.place in places, each
        assert each.until <= datetime.date(2027, 5, 31), each
        assert len(each.reason) > 40, each


def pip_audit(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_pip_audits_findings_are_read(tmp_path: Path) -> None:
    """The shape of https://github.com/pypa/pip-audit, `--format json` (2.10.1, 2026-11-30)."""
    found = {
        "id": "PYSEC-2026-1",
        "fix_versions": ["3.1.6"],
        "aliases": ["CVE-1"],
        "description": "Sandbox breakout\n\nLong",
    }
    answer = pip_audit(
        {"name": "jinja2", "version": "3.1.0", "vulns": [found]},
        {"name": "six", "version": "1.17.0", "vulns": []},
    )
    looked = python.look(
        program(tmp_path / "pip-audit", answer, 1, "Found 1 known vulnerability"), "requirements.txt"
    )
    assert looked == Looked("requirements.txt", (KNOWN,), about="2 packages, by pypi.org")


@pytest.mark.parametrize(
    ("prints", "code", "error", "why"),
    [
        # pip-audit says "No known vulnerabilities found" of this, and ends with 0.
        (
            pip_audit(
                {"name": "jinja2", "skip_reason": "Dependency not found on PyPI and could not be audited"},
                {"name": "six", "version": "1.17.0", "vulns": []},
            ),
            0,
            "No known vulnerabilities found",
            "the service of advisories (pypi.org) says nothing of 1 of 2 packages: jinja2",
        ),
        (pip_audit(), 0, "No known vulnerabilities found", "says nothing of 0 of 0 packages"),
        (
            "",
            1,
            "requests.exceptions.ConnectionError: Name or service not known",
            "pip-audit ended with 1: requests.exc",
        ),
    ],
)
def test_packages_that_nobody_could_look_at_are_not_clean(
    tmp_path: Path, prints: str, code: int, error: str, why: str
) -> None:
    lock = "tests/mutation/requirements.txt"
    looked = python.look(program(tmp_path / "pip-audit", prints, code, error), lock)
    assert why in looked.blind
    assert looked.place == lock
    assert looked.advisories == ()


CONFIG = {
    "config": {
        "scan_level": "symbol",
        "db": "https://vuln.go.dev",
        "db_last_modified": "2026-11-29T00:00:00Z",
    }
}


def govulncheck(*answer: dict[str, Any]) -> str:
    return "\n".join(json.dumps(each, indent=2) for each in answer)


def test_govulnchecks_findings_count_where_the_program_reaches_the_function(tmp_path: Path) -> None:
    """The shape of https://pkg.go.dev/golang.org/x/vuln/internal/govulncheck (1.9.0, 2026-11-30)."""
    at = {"module": "google.golang.org/grpc", "version": "v1.72.1", "package": "google.golang.org/grpc"}
    finding = {"osv": "GO-2026-4762", "fixed_version": "v1.79.3"}
    answer = govulncheck(
        CONFIG,
        {"osv": {"id": "GO-2026-4762", "summary": "Authorization bypass"}},
        {"osv": {"id": "GO-2026-9999", "summary": "In a package that is built and not called"}},
        {"finding": {**finding, "trace": [{"module": at["module"], "version": at["version"]}]}},
        {"finding": {**finding, "trace": [{**at, "function": "ServeHTTP"}, {**at, "function": "main"}]}},
        {"finding": {"osv": "GO-2026-9999", "trace": [at]}},
    )
    looked = go.look(program(tmp_path / "govulncheck", answer), "pulumi", "a package")
    assert looked == Looked("pulumi", (GRPC,), about="by https://vuln.go.dev of 2026-11-29T00:00:00Z")


@pytest.mark.parametrize(
    ("prints", "code", "error", "why"),
    [
        ("", 1, "govulncheck: no such host", "govulncheck ended with 1: govulncheck: no such host"),
        ("", 0, "", "looked at no program"),
        (
            govulncheck({"config": {**CONFIG["config"], "scan_level": "module"}}),
            0,
            "",
            "looked at no program",
        ),
    ],
)
def test_programs_that_nobody_could_look_at_are_not_clean(
    tmp_path: Path, prints: str, code: int, error: str, why: str
) -> None:
    looked = go.look(program(tmp_path / "govulncheck", prints, code, error), "pulumi", "a package")
    assert why in looked.blind
    assert looked.advisories == ()


@pytest.mark.parametrize(
    ("looked", "code", "says"),
    [
        ([Looked("requirements.txt", about="107 packages")], 0, "requirements.txt: 0 known, 107 packages"),
        ([Looked("requirements.txt", (KNOWN,))], 1, "WRONG:\n  requirements.txt: PYSEC-2026-1"),
        ([Looked("requirements.txt", blind="no connection")], 2, "This is no verdict"),
        (
            [Looked("requirements.txt", (KNOWN,)), Looked("pulumi", blind="no connection")],
            1,
            "NOT LOOKED AT:\n  pulumi",
        ),
    ],
)
def test_the_exit_code_tells_clean_wrong_and_blind_apart(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    looked: list[Looked],
    code: int,
    says: str,
) -> None:
    monkeypatch.setattr(command, "_python", lambda: looked)
    monkeypatch.setattr(command, "_go", list)
    monkeypatch.setattr(command, "accepted", tuple)
    assert command.main() == code
    said = capsys.readouterr().out
    assert says in said
    assert ("no verdict" in said) == any(each.blind for each in looked)


def copy_of_the_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "index").mkdir()
    (folder / "index" / "db.json").write_text('{"modified": "2026-11-29T00:00:00Z"}', encoding="utf-8")
    monkeypatch.setenv(go.SETTING, folder.as_uri())


def test_a_machine_without_go_has_not_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_of_the_database(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", "/nowhere")
    assert [(each.place, each.blind) for each in command._go()] == [
        (module, "there is no go on PATH") for module in go.BUILT
    ]


@pytest.mark.parametrize("there", ["", "<html>please log in</html>"])
def test_without_the_database_nobody_builds_anything_and_nobody_has_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    copy_of_the_database(tmp_path, monkeypatch)
    (tmp_path / "index" / "db.json").write_text(there, encoding="utf-8")
    monkeypatch.setattr(go, "program", lambda _: pytest.fail("nothing may be built here"))
    looked = list(command._go())
    assert {each.place for each in looked} == set(go.BUILT)
    assert all(
        each.blind.startswith(f"no database of vulnerabilities at {tmp_path.as_uri()}: ") for each in looked
    )


def test_an_auditor_that_cannot_be_installed_has_not_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Path:
        raise subprocess.CalledProcessError(1, ["pip"], stderr="ERROR: hashes do not match\nno such host\n")

    monkeypatch.setattr(python, "program", fails)
    assert {each.blind for each in command._python()} == {"pip-audit cannot be installed: no such host"}


def test_every_program_that_the_set_up_builds_is_looked_at() -> None:
    built = {**build.PROGRAMS, **languages.PROGRAMS}
    assert dict(built.values()).items() <= go.BUILT.items()
    modules = {str(file.parent.relative_to(ROOT / "tools")) for file in (ROOT / "tools").rglob("go.mod")}
    assert set(go.BUILT) == modules
