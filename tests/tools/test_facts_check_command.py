"""`make facts-check`: what it prints, writes and ends with."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from blueprint.catalog import load
from tests.support import aws_pages as pages
from tests.support import botocore_wheels as wheels
from tests.support.pack import ROOT
from tools.facts_check.__main__ import main, old
from tools.facts_check.botocore_facts import FACTS

READ = sorted({source.read for source in load().sources.values()})
PATCH_READ = load().sources["patch-buckets"].read
# A day on which no source is old yet, the last one on which the oldest is not, and the day after.
EARLY = (date.fromisoformat(READ[-1]) + timedelta(days=1)).isoformat()
LAST, LATE = ((date.fromisoformat(READ[0]) + timedelta(days=days)).isoformat() for days in (180, 181))


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A copy of the facts that a test may change."""
    return Path(shutil.copytree(FACTS, tmp_path / "facts"))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """AWS's page of patch buckets as it was when it was read, but for one name."""
    path = tmp_path / "patch.html"
    path.write_text(pages.patch_page().replace("-a53fc9dce", "-0a1b2c3d4"), encoding="utf-8")
    return path


def test_nothing_that_differs_is_0(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "patch.html"
    page.write_text(pages.patch_page(), encoding="utf-8")
    assert main(["--installed", "--on", EARLY, f"--page={page}"]) == 0
    said = capsys.readouterr().out
    assert said.endswith(f"\nfacts-check, {EARLY}: 0 differences, sources to read again: 0\n")
    assert (
        f"partitions.toml, regions.toml and announced.toml with botocore {wheels.installed_version()}" in said
    )
    assert "regions.toml with 102 bucket names of patch.html" in said


def test_a_fact_that_differs_is_1_and_a_diff_with_its_source(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--pages-only", "--on", EARLY, f"--page={saved}"]) == 1
    assert (
        "\n- regions.toml [me-south-1] aws-patch-manager: aws-patch-manager-me-south-1-a53fc9dce\n"
        "+ regions.toml [me-south-1] aws-patch-manager: aws-patch-manager-me-south-1-0a1b2c3d4\n"
        f"  source: Amazon S3 buckets for patching operations, {pages.PATCH_BUCKETS}, read {PATCH_READ} -> {EARLY} "
        "(a page saved as patch.html)\n"
        "  to do: look at the page itself; then paste into [me-south-1]: "
        'aws-patch-manager = "aws-patch-manager-me-south-1-0a1b2c3d4"\n'
    ) in capsys.readouterr().out


def test_a_page_that_cannot_be_compared_is_2_and_a_difference_outweighs_it(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.html"
    other.write_text(
        pages.html("https://docs.aws.amazon.com/sns/latest/dg/welcome.html", ""), encoding="utf-8"
    )
    assert main(["--pages-only", "--on", EARLY, f"--page={other}"]) == 2
    said = capsys.readouterr().out
    assert (
        "not looked at: other.html cannot be compared: it says that it is https://docs.aws.amazon.com/sns/"
        in said
    )
    assert said.endswith("0 differences, sources to read again: 0, not looked at: 1\n")
    assert main(["--pages-only", "--on", EARLY, f"--page={other}", f"--page={saved}"]) == 1


def test_sources_that_are_old_are_to_be_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    """180 days are not too many yet, 181 are."""
    oldest = {source.id for source in load().sources.values() if source.read == READ[0]}
    assert main(["--pages-only", "--on", LAST]) == 0
    assert main(["--pages-only", "--on", LATE]) == 1
    again = capsys.readouterr().out.partition("read again:\n")[2]
    named = re.findall(rf"^  (\S+), read {READ[0]}, 181 days ago: .+, https://\S+$", again, re.MULTILINE)
    assert set(named) == oldest
    assert {source.id: days for source, days in old(date.fromisoformat(LATE), 180)} == dict.fromkeys(
        oldest, 181
    )
    assert main(["--pages-only", "--on", LAST, "--max-age", "179"]) == 1


def test_json_and_files_say_the_same(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "made" / "here"
    asked = ["--pages-only", "--on", LATE, f"--page={saved}", "--json", f"--output={folder}"]
    assert main(asked) == 1
    document = json.loads(capsys.readouterr().out)
    assert json.loads((folder / "facts-check.json").read_text(encoding="utf-8")) == document
    assert document["schemaVersion"] == 1
    assert document["ended"] == "differences"
    assert document["day"] == LATE
    assert [each["row"] for each in document["differences"]] == ["me-south-1"] * 2
    assert document["differences"][0]["source"] == {
        "id": "patch-buckets",
        "title": "Amazon S3 buckets for patching operations",
        "url": pages.PATCH_BUCKETS,
        "read": PATCH_READ,
    }
    assert {each["days"] for each in document["readAgain"]} == {181}
    text = (folder / "facts-check.md").read_text(encoding="utf-8")
    assert text.startswith("```diff\ncompared: ")
    assert "\n+ regions.toml [me-south-1] aws-patchmanager-macos: " in text


def test_the_markdown_fits_a_pull_request_and_no_value_ends_its_block(tmp_path: Path) -> None:
    rows = pages.patch_rows()
    rows["aws-patch-manager"] = [
        (region, f"aws-patch-manager-{region}-```{'x' * 100}") for region, _ in rows["aws-patch-manager"]
    ]
    rows["aws-new"] = [
        (f"eu-west-{n}", f"aws-new{m}-eu-west-{n}-{'y' * 90}") for n in range(99) for m in range(9)
    ]
    page = tmp_path / "patch.html"
    page.write_text(pages.patch_page(rows), encoding="utf-8")
    assert main(["--pages-only", f"--page={page}", f"--output={tmp_path}"]) == 1
    text = (tmp_path / "facts-check.md").read_text(encoding="utf-8")
    assert len(text.encode()) < 65_536
    assert text.count("```") == 2
    assert "more lines: `make facts-check` shows them)\n```\n" in text


def test_what_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["--pages-only", f"--output={tmp_path / 'file'}"]) == 2
    assert capsys.readouterr().err.endswith("File exists: not written\n")


def test_a_region_that_is_only_named_is_written_when_asked(
    facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = wheels.data()
    wheels.partition(found, "aws")[0]["regions"]["ap-northeast-9"] = {
        "description": "Asia Pacific (Ulan Bator)"
    }
    asked = [f"--botocore={wheels.wheel(tmp_path, found=found)}", "--on", EARLY]
    before = (facts / "announced.toml").read_text(encoding="utf-8")
    assert main(asked, facts) == 1
    assert (facts / "announced.toml").read_text(encoding="utf-8") == before
    assert main([*asked, "--write"], facts) == 1
    assert "announced.toml: ap-northeast-9 written\n" in capsys.readouterr().err
    assert (
        tomllib.loads((facts / "announced.toml").read_text(encoding="utf-8"))["ap-northeast-9"]["partition"]
        == "aws"
    )


def test_nothing_but_that_is_ever_written(facts: Path, saved: Path, tmp_path: Path) -> None:
    """Neither a bucket from a page, nor a Region with services: people write those."""
    found = wheels.data()
    parts, ends = wheels.partition(found, "aws")
    parts["regions"]["ap-northeast-9"] = ends["regions"]["ap-northeast-9"] = {"description": "A place"}
    before = {path.name: path.read_bytes() for path in facts.iterdir()}
    asked = [f"--botocore={wheels.wheel(tmp_path, found=found)}", f"--page={saved}", "--write"]
    assert main(asked, facts) == 1
    assert {path.name: path.read_bytes() for path in facts.iterdir()} == before


def test_without_a_package_index_the_installed_one_is_compared_and_that_is_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert main(["--on", EARLY]) == 2
    said = capsys.readouterr().out
    assert f"announced.toml with botocore {wheels.installed_version()}: " in said
    assert "not looked at: the newest botocore: pip cannot bring botocore: " in said
    assert "the installed one was compared in its place" in said


def test_make_tells_the_tool_what_was_typed_and_no_shell(tmp_path: Path) -> None:
    page = tmp_path / "$(touch pwned) 'a\".html"
    page.write_text(pages.patch_page(), encoding="utf-8")
    done = subprocess.run(
        ["make", "-n", "facts-check", f"PAGE={str(page).replace('$', '$$')}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '--page="$PAGE"' in done.stdout
    assert "touch" not in done.stdout


def test_it_starts_as_a_module(saved: Path) -> None:
    asked = [sys.executable, "-m", "tools.facts_check", "--pages-only", f"--page={saved}", "--on", EARLY]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
