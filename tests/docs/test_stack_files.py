"""The stack files that the pages show, whole or in parts: each is read, planned and judged as a user's would be."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint import plan as planner
from blueprint.settings import SettingsError, parse
from sandbox import stack_config
from sandbox.layout import Layout
from tests.components.test_components import build
from tests.docs.fragments import merged, put
from tests.docs.pages import ADD_TO, FILE, NOT_RUN, Block, blocks, documentation, generated
from tests.support.pack import ROOT, here
from tools.policy_config import check_file, of_policies
from tools.policy_config import main as policy_config

ALL = [block for page in documentation() for block in blocks(page)]
# A stack file that the page shows in order to have it refused, and how many problems it has then.
REFUSED = {("docs/how-to/china-and-govcloud.md", "Pulumi.beijing.yaml"): 4}
# Stacks that a page copies from an example, with what the pack requires of it.
COPIES = {"factory": "hybrid-eu-central-1"}
STACKS = Path("policies/config/stacks.toml")


def stack_files() -> Iterator[tuple[str, str]]:
    for block in ALL:
        name = block[FILE] or block[ADD_TO]
        if name.startswith("Pulumi.") and name != "Pulumi.yaml":
            yield block.page, name


def folder_after(page: str, folder: Path, upto: Block | None = None) -> Path:
    """A folder with the stack files as the page leaves them, or before the page goes on after a block."""
    (folder / STACKS).parent.mkdir(parents=True, exist_ok=True)
    for file in (*ROOT.glob("Pulumi.*.yaml"), ROOT / STACKS):
        shutil.copy(file, folder / file.relative_to(ROOT))
    for copy, example in COPIES.items():
        shutil.copy(ROOT / f"Pulumi.{example}.yaml", folder / f"Pulumi.{copy}.yaml")
    for block in blocks(page):
        put(block, folder)
        if block == upto:
            break
    return folder


def planned(file: Path) -> planner.Plan:
    config = yaml.safe_load(file.read_text(encoding="utf-8"))["config"]
    return planner.make(parse(config, stack_file=file.name), stack_file=file.name)


@pytest.mark.parametrize(("page", "name"), sorted(set(stack_files())))
def test_a_stack_file_of_a_page_is_planned_and_passes_the_pack(page: str, name: str, tmp_path: Path) -> None:
    folder = folder_after(page, tmp_path)
    stack = name.removeprefix("Pulumi.").removesuffix(".yaml")
    plan = planned(folder / name)
    if plan.adopted or plan.gateway_endpoint.adopted:
        return  # What somebody else made is in an account alone: there, the page's own commands have it judged.
    tables: dict[str, Any] = tomllib.loads((folder / STACKS).read_text(encoding="utf-8"))
    required = tables.get(COPIES.get(stack, stack), {})
    own = {key: value for key, value in required.items() if key not in ("waivers", "enforcement")}
    # Where the page excuses a finding by a waiver, the finding is there without it.
    excused = {waiver["policy"] for waiver in required.get("waivers", ())}
    pack = here()
    pack.configure(own)
    said = pack.judge(build(plan).graph(plan.region))
    assert {finding.policy for finding in said} == excused, [finding.message for finding in said]


@pytest.mark.parametrize(("page", "name"), sorted(set(stack_files())))
def test_a_stack_file_of_a_page_says_nothing_that_a_pull_request_may_not(
    page: str, name: str, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    folder = folder_after(page, tmp_path)
    stack_config.read(Layout(folder, folder / ".sandbox"), name.removeprefix("Pulumi.").removesuffix(".yaml"))


@pytest.mark.parametrize(("page", "name"), sorted(REFUSED))
def test_what_a_page_shows_as_wrong_is_wrong(page: str, name: str, tmp_path: Path) -> None:
    first = next(block for block in blocks(page) if block[FILE] == name)
    with pytest.raises(SettingsError, match=f"{name}: {REFUSED[page, name]} problems"):
        planned(folder_after(page, tmp_path, first) / name)


@pytest.mark.parametrize("page", sorted({block.page for block in ALL if block[ADD_TO] == str(STACKS)}))
def test_what_a_page_adds_to_the_packs_requirements_is_right(page: str, tmp_path: Path) -> None:
    assert policy_config(folder_after(page, tmp_path)) == 0
    for stack, table in tomllib.loads((tmp_path / STACKS).read_text(encoding="utf-8")).items():
        assert json.loads((tmp_path / STACKS.parent / f"{stack}.json").read_text()) == of_policies(table)


def test_every_yaml_toml_and_json_block_is_tried_or_said_not_to_be() -> None:
    """By name: what is neither a file nor a part of one could be anything."""
    loose = [
        block
        for block in ALL
        if block.language in ("yaml", "toml")
        and not (block[FILE] or block[ADD_TO] or block[NOT_RUN] or generated(block.page))
    ]
    assert [block.place for block in loose] == []
    for block in ALL:
        if block.language == "json":
            json.loads(block.text)


@pytest.mark.parametrize("name", sorted({b[FILE] for b in ALL if b[FILE].endswith(".json")}))
def test_a_configuration_by_hand_is_checked(name: str, tmp_path: Path) -> None:
    written = [block for block in ALL if block[FILE] == name]
    wrong = [block.place for block in written if check_file(_at(tmp_path / name, block.text))]
    # The page's last one is there to be refused.
    assert wrong in ([], [written[-1].place])


def _at(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_a_part_replaces_what_is_no_mapping() -> None:
    old = {"config": {"a": {"b": [1, 2], "c": 3}, "d": 4}}
    assert merged(old, {"config": {"a": {"b": [9]}}}) == {"config": {"a": {"b": [9], "c": 3}, "d": 4}}
