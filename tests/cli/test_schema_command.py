"""`ssm-endpoints schema` gives the schema that the repository holds."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from cli.app import app
from tools.settings_schema import FILE


def test_it_prints_the_schema_and_nothing_else() -> None:
    done = CliRunner().invoke(app, ["schema"])
    assert (done.exit_code, done.output) == (0, FILE.read_text(encoding="utf-8"))


def test_it_writes_the_schema_to_a_file_and_says_how_to_name_it(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["schema", "--output", str(tmp_path / "x.json")])
    assert done.exit_code == 0
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == FILE.read_text(encoding="utf-8")
    assert "# yaml-language-server: $schema=" in done.output


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["schema", "--output", str(tmp_path / "no" / "x.json")])
    assert done.exit_code == 2
    assert "No such file or directory\nfix: name a file in a folder that is there" in done.output
