"""docs/licences.md: every package that is installed or built, with a licence that is allowed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.pack import ROOT
from tools.advisories.go import BUILT
from tools.licences import __main__ as command
from tools.licences import sources, texts
from tools.licences.sources import Package, UnknownLicenceError

PAGE = command.PAGE.read_text(encoding="utf-8")


def rows(heading: str) -> list[Package]:
    """The table under a heading of the page."""
    inside = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = [line.strip("| ").split(" | ") for line in inside.splitlines() if line.startswith("| ")]
    return [Package(*row) for row in found[2:]]


def test_the_page_is_what_the_installed_packages_say() -> None:
    runtime = list(sources.python(ROOT / "requirements.txt"))
    assert rows("Python: requirements.txt") == runtime
    more = [each for each in sources.python(ROOT / "requirements-dev.txt") if each not in runtime]
    assert rows("Python: requirements-dev.txt, and not in requirements.txt") == more
    assert len(runtime) > 20
    assert len(more) > 50


def test_the_page_has_the_npm_packages_of_the_lock() -> None:
    assert rows("npm, for one test") == list(sources.npm())


@pytest.mark.parametrize("module", BUILT)
def test_the_page_has_the_go_modules_in_the_versions_of_go_mod(module: str) -> None:
    """Licences stand in the module cache, which not every machine has; `make licences` reads them there."""
    text = (ROOT / "tools" / module / "go.mod").read_text(encoding="utf-8")
    required = dict(re.findall(r"^(?:require)?\s+([\w./~-]+) (v\S+)", text, re.MULTILINE))
    found = rows(command.titles()[module])
    assert found
    assert [each for each in found if required.get(each.name) != each.version] == []


def test_no_licence_of_the_page_is_outside_the_list() -> None:
    packages = [
        Package(*line.strip("| ").split(" | "))
        for line in PAGE.splitlines()
        if re.match(r"\| \S+ \| v?\d", line)
    ]
    assert len(packages) > 500
    assert command.refused(packages) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("(BSD-3-Clause AND Apache-2.0)", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("LGPL-2.1-or-later", False),
        ("AGPL-3.0", False),
        ("NOASSERTION", False),
    ],
)
def test_what_is_allowed(licence: str, allowed: bool) -> None:
    assert (command.refused([Package("word", "1.0.0", licence)]) == []) is allowed


def test_a_licence_that_is_not_allowed_is_said_and_the_page_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "PAGE", tmp_path / "licences.md")
    monkeypatch.setattr(sources, "go", lambda _: [Package("example.org/word", "v1.0.0", "AGPL-3.0-only")])
    assert command.main() == 1
    assert "example.org/word v1.0.0: AGPL-3.0-only" in capsys.readouterr().err
    assert not (tmp_path / "licences.md").exists()


def test_a_package_whose_licence_nobody_has_read_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sources, "READ", {})
    assert command.main() == 1
    said = capsys.readouterr().err
    assert "colorama" in said
    assert "READ of tools/licences/sources.py" in said


def test_an_npm_package_without_a_licence_is_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    for about in ({"version": "1.0.0"}, {"version": "1.0.0", "license": "SEE LICENSE IN LICENSE"}):
        lock.write_text(json.dumps({"packages": {"": {}, "node_modules/word": about}}), encoding="utf-8")
        with pytest.raises(UnknownLicenceError, match="npm word"):
            list(sources.npm(lock))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("MIT", "MIT"),
        ("Apache-2.0", "Apache-2.0"),
        ("(MIT OR Apache-2.0)", "MIT OR Apache-2.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("GPL-3.0-only", "GPL-3.0-only"),
        ("BSD", None),
        ("Dual License", None),
        ("", None),
        ("Copyright (c) 2020 by somebody. All rights reserved.", None),
    ],
)
def test_words_of_metadata(word: str, found: str | None) -> None:
    assert texts.of_word(word) == found


def test_texts_are_told_apart() -> None:
    assert texts.of_text((ROOT / "LICENSE").read_text(encoding="utf-8")) == "Apache-2.0"
    two = "Redistribution and use in source and binary\n * forms, with or without modification, are permitted"
    assert texts.of_text(two) == "BSD-2-Clause"
    assert texts.of_text(f"{two} ... Neither the name of the copyright holder") == "BSD-3-Clause"
    assert texts.of_text("GNU GENERAL PUBLIC LICENSE Version 3") is None
