"""The generated pages are what the code says, and whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from blueprint.catalog import load
from blueprint.outputs import OUTPUTS, README
from blueprint.reading import key_order
from blueprint.settings import Settings, parse
from blueprint.stack_schema import stack_schema
from policies.pack_config import read, schema
from policies.registry import POLICIES
from tests.support.json_schema import accepts
from tests.support.pack import ROOT
from tools.reference import markdown, pack_configuration
from tools.reference.__main__ import PAGES, main
from tools.reference.policies import FIXTURES, SHOWN

PAGE = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_committed_page_is_what_the_code_says(name: str) -> None:
    assert PAGE[name] == PAGES[name](), "run `make reference`"


def test_a_stale_page_is_told_and_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PAGE[name], encoding="utf-8")
    page = tmp_path / "docs" / "reference" / "outputs.md"
    page.write_text("old", encoding="utf-8")
    assert main(tmp_path, check=True) == 1
    assert (
        capsys.readouterr().err == "not what the code says: docs/reference/outputs.md: run `make reference`\n"
    )
    assert page.read_text(encoding="utf-8") == "old"
    assert main(tmp_path) == 0
    assert page.read_text(encoding="utf-8") == PAGE["docs/reference/outputs.md"]


def test_every_key_of_a_stack_file_has_its_line() -> None:
    page = PAGE["docs/reference/configuration.md"]
    listed = {
        path.rpartition(".")[2].removesuffix("[]")
        for path in re.findall(r"^\| `([\w.\[\]*]+)` \|", page, re.M)
    }
    listed |= set(re.findall(r"^## (\S+)$", page, re.M))
    assert set(key_order(Settings)) <= listed
    assert all(f"`{region}`" in page for region in load().regions)
    # A line without words says nothing that its name does not.
    assert not re.search(r"\|  \|$", page, re.M)


def test_the_examples_of_the_pages_are_right() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE["docs/reference/configuration.md"], re.DOTALL)
    file = yaml.safe_load(example)
    parse(file["config"], stack_file="Pulumi.x.yaml")
    assert accepts(stack_schema(), file)
    (by_policy,) = re.findall(r"```json\n(.*?)```", PAGE["docs/reference/pack-configuration.md"], re.DOTALL)
    for name, config in json.loads(by_policy).items():
        assert name in {policy.name for policy in POLICIES}
        read(config)


def test_every_policy_has_its_example_and_the_packs_own_answer() -> None:
    page = PAGE["docs/reference/policies.md"]
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    assert list(sections) == [policy.name for policy in POLICIES]
    for policy in POLICIES:
        section = sections[policy.name]
        assert f"(#{policy.name})" in page
        assert policy.about.description in section
        (passes,), (fails,) = re.findall(r"`(pass-[^`]+)`", section), re.findall(r"`(fail-[^`]+)`", section)
        for name in (passes, fails):
            text = (FIXTURES / policy.name / f"{name}.yaml").read_text(encoding="utf-8")
            assert text.rstrip() in section
        answer = section.rpartition("```text\n")[2]
        assert "control: " in answer, policy.name
        # Days move on, and are not part of it.
        assert not re.search(r"20\d\d-\d\d-\d\d", answer.replace("2012-10-17", "")), policy.name


def test_what_a_policys_page_shows_is_there() -> None:
    assert all((FIXTURES / f"{name}.yaml").exists() for name in SHOWN)


def test_every_key_of_the_packs_configuration_has_its_line() -> None:
    page, properties = PAGE["docs/reference/pack-configuration.md"], schema().properties
    assert set(pack_configuration.WHAT) <= set(properties)
    assert all(f"\n| `{name}` | " in page for name in properties)
    assert "| `minimumZones` | number from 1 on | `2` |" in page
    assert "| `scope` | `auto`, `always` | `auto` |" in page


def test_every_output_is_described_in_both_places() -> None:
    for page in (PAGE["docs/reference/outputs.md"], PAGE["Pulumi.README.md"]):
        assert re.findall(r"^\| `(\w+)` \| ", page, re.M) == list(OUTPUTS)


def test_the_stacks_page_asks_for_outputs_that_every_stack_has() -> None:
    asked = set(re.findall(r"\$\{outputs\.(\w+)\}", PAGE["Pulumi.README.md"]))
    assert asked == {"facts", "vpcId", "s3PrefixListId"}
    assert {OUTPUTS[name].when for name in asked | {README}} == {"always"}


def test_a_cell_holds_any_text() -> None:
    assert markdown.table(("a",), [("x|y\nz",)]).splitlines()[2] == "| x\\|y z |"


def test_a_number_that_no_words_describe_has_its_line() -> None:
    """A key that somebody adds needs no edit here."""
    (row,) = markdown.rows({"type": "number", "minimum": 0, "description": "US dollars"}, "x")
    assert (row.type, row.description) == ("number from 0 on", "US dollars")
