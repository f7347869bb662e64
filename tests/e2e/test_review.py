"""`make report` with the real engine: the page of a real preview, of our program's and of anybody's."""

from __future__ import annotations

import json
from pathlib import Path

from cli import report
from tests.e2e.elsewhere import Elsewhere
from tests.e2e.house import House
from tests.e2e.test_story import configure
from tests.support.aws_names import BUCKETS
from tests.support.pack import ROOT


def files(house: House, stack: str) -> tuple[str, str]:
    """The page and the Markdown."""
    folder = house.folder / "dist" / "report"
    page, markdown = ((folder / f"{stack}.{suffix}").read_text(encoding="utf-8") for suffix in ("html", "md"))
    return page, markdown


def test_the_review_of_a_good_preview_has_what_will_be_created_and_every_bucket(house: House) -> None:
    answer = house.run("-m", "cli", "report")
    assert answer.code == 0, answer.text
    page, markdown = files(house, "dev")
    for text in (page, markdown):
        assert "Passed: nothing blocks this stack." in text
        assert "17 to create" in text
        assert all(bucket in text for bucket in BUCKETS)
        # What the component says aloud, and the output of our program.
        assert "private DNS will send every client of ssm, ssmmessages, ec2messages, ec2" in text
        assert "10.0.0.2" in text
    assert page.count('<span class="cell open">✓ reached</span>') == 10


def test_a_blocked_preview_ends_with_1_and_names_the_first_thing_that_blocks(house: House) -> None:
    configure(house, features={"vssSnapshots": False})
    answer = house.run("-m", "cli", "report", "--json")
    assert answer.code == 1, answer.text
    page, markdown = files(house, "dev")
    for text in (page, markdown):
        assert "Blocked: 2 mandatory findings." in text
        assert "has no Interface endpoint for com.amazonaws.eu-west-1.ec2 " in text
        assert text.count("✗ endpoint") >= 2
    # stdout and stderr come together here: the document is what lies between the first and the last brace of a line.
    told = json.loads(
        answer.text[answer.text.index('{\n  "schemaVersion"') : answer.text.rindex("\n}\n") + 2]
    )
    assert told["schemaVersion"] == 1
    assert told["ended"] == "blocked"
    states = [cell["state"] for matrix in told["matrices"] for row in matrix["rows"] for cell in row["cells"]]
    assert sorted(states) == ["blocked"] * 2 + ["open"] * 8


def test_a_hub_and_its_spoke_show_each_other(house: House) -> None:
    for stack in ("hub-eu-west-1", "spoke-eu-west-1"):
        answer = house.run("-m", "cli", "report", "--stack", stack, "--sandbox")
        assert answer.code == 0, answer.text
    hub, _ = files(house, "hub-eu-west-1")
    for seen in (
        "also admitted on 443",
        "10.52.1.0/24",
        "hosted zones also answer in",
        "vpc-0e1b2c3d4e5f60719",
    ):
        assert seen in hub
    spoke, markdown = files(house, "spoke-eu-west-1")
    assert spoke.count('<td><span class="cell declared">↗ declared</span>') == 6
    assert spoke.count('<td><span class="cell open">✓ reached</span>') == 2
    assert "✓ nodes-instance: yes" in spoke
    assert "hub-eu-west-1 (the pack&#39;s configuration; not judged here)" in spoke
    assert "declared --> e0" in markdown


def test_a_program_that_fails_is_no_good_page(house: House) -> None:
    configure(house, features={"patchManger": True})
    answer = house.run("-m", "cli", "report")
    assert answer.code == 2, answer.text
    page, markdown = files(house, "dev")
    for text in (page, markdown):
        assert "The preview failed" in text
        assert "patchManger" in text
        assert "Passed" not in text


def test_anybodys_program_has_a_review_too(elsewhere: Elsewhere, house: House) -> None:
    elsewhere.program(services=("ssm", "ec2messages", "ec2"), buckets=BUCKETS[1:])
    log, graph = elsewhere.folder / "events.jsonl", elsewhere.folder / "graph.jsonl"
    packs = [f"--policy-pack={ROOT / folder}" for folder in ("policies", "review/recorder")]
    recording = {"GRAPH_RECORDING": str(graph), "PULUMI_DEBUG_COMMANDS": "true"}
    previewed = elsewhere.pulumi("preview", "--stack", "dev", *packs, f"--event-log={log}", **recording)
    assert previewed.code != 0, previewed.text
    answer = house.run("-m", "cli", "report", "--stack", "theirs", f"--events={log}", f"--graph={graph}")
    assert answer.code == 1, answer.text
    page, _ = files(house, "theirs")
    assert "Preview of project elsewhere" in page
    assert page.count("✗ endpoint<") == 2
    assert f"<code>{BUCKETS[0]}</code></th>" in page
    assert "✗ s3: no (no statement" in page


def test_a_recorder_that_does_not_know_where_to_write_says_so(elsewhere: Elsewhere) -> None:
    elsewhere.program()
    answer = elsewhere.preview(ROOT / "review" / "recorder", GRAPH_RECORDING="graph.jsonl")
    assert answer.code != 0
    assert 'fix: export GRAPH_RECORDING="$PWD/graph.jsonl"' in answer.text


def test_half_of_a_preview_is_refused_in_words(house: House, tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    answer = house.run("-m", "cli", "report", "--events", str(log))
    assert answer.code == 2
    assert "give both or none" in answer.text
    log.write_text("", encoding="utf-8")
    graph = tmp_path / "graph.jsonl"
    graph.write_text("nonsense", encoding="utf-8")
    answer = house.run("-m", "cli", "report", "--events", str(log), "--graph", str(graph))
    assert answer.code == 2
    assert "graph.jsonl is no recording of review/recorder" in answer.text
    assert "Traceback" not in answer.text
    answer = house.run("-m", "cli", "report", "--stack", "nowhere")
    assert answer.code == 2
    assert "there is no Pulumi.nowhere.yaml" in answer.text
    assert not (house.folder / report.FOLDER).exists()
