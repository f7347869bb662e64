"""Each bucket says where its name comes from, and who lets nodes read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.pack_config import read as read_config
from review import buckets
from review.buckets import Verdict
from tests.mutants.edits import arns, dropped, unlink, unlisted, without
from tests.support.aws_names import BUCKETS
from tests.support.graph import UNKNOWN_STRING, RecordedGraph, load
from tests.support.regions import graph as good
from tests.support.regions import region
from tests.support.reviews import recorded

GRAPHS = Path(__file__).parents[1] / "fixtures" / "graphs"
SNAPSHOTS = "patch-baseline-snapshot-eu-west-1"


def told(graph: RecordedGraph, folder: Path, **config: object) -> dict[str | None, buckets.Bucket]:
    found = buckets.needed(recorded(graph, folder).graph, read_config(config))
    assert len({each.name or each.family for each in found}) == len(found)
    return {each.name: each for each in found}


def test_every_bucket_has_a_page_a_day_and_the_gateways_yes(tmp_path: Path) -> None:
    found = told(load(GRAPHS / "dev-preview.json"), tmp_path)
    assert set(found) == set(BUCKETS)
    assert all(each.url.startswith("https://") and each.read.startswith("2026-") for each in found.values())
    assert {each.gateways for each in found.values()} == {(Verdict("ssm-s3", "yes"),)}


def test_a_bucket_that_is_left_out_is_refused_and_the_others_are_not(tmp_path: Path) -> None:
    graph = load(GRAPHS / "dev-preview.json")
    unlisted("ssm-s3", SNAPSHOTS)(graph)
    found = told(graph, tmp_path)
    (verdict,) = found[SNAPSHOTS].gateways
    assert (verdict.who, verdict.says) == ("ssm-s3", "no")
    assert "no statement" in verdict.why
    assert [name for name, each in found.items() if each.gateways[0].says != "yes"] == [SNAPSHOTS]


def test_an_unknown_policy_proves_nothing(tmp_path: Path) -> None:
    graph = load(GRAPHS / "dev-preview.json")
    unlink("ssm-s3", "policy", UNKNOWN_STRING)(graph)
    assert {each.gateways[0].says for each in told(graph, tmp_path).values()} == {"not proven"}


def test_the_roles_of_machines_are_asked_too(tmp_path: Path) -> None:
    here = region("eu-west-1")
    graph = good("nodes-preview", here)
    found = told(graph, tmp_path, **here.config)
    assert found
    assert {verdict.says for each in found.values() for verdict in each.roles} == {"yes"}
    assert all(len(each.roles) == 1 for each in found.values())


def test_a_role_that_reads_nothing_is_refused(tmp_path: Path) -> None:
    here = region("eu-west-1")
    graph = good("nodes-preview", here)
    dropped("buckets")(graph)
    found = told(graph, tmp_path, **here.config)
    assert {(v.who, v.says) for each in found.values() for v in each.roles} == {("node", "no")}
    assert all(v.why for each in found.values() for v in each.roles)


def test_a_role_that_waits_for_its_nodes_is_asked(tmp_path: Path) -> None:
    here = region("eu-west-1")
    graph = good("nodes-preview", here)
    dropped("nodes")(graph)
    without("node", "aws:ec2/launchTemplate:LaunchTemplate")(graph)
    found = told(graph, tmp_path, **here.config)
    assert {(v.who, v.says) for each in found.values() for v in each.roles} == {("node", "yes")}


def test_a_name_that_nobody_publishes_is_not_made_up(tmp_path: Path) -> None:
    here = region("us-gov-west-1")
    found = told(good("dev-preview", here), tmp_path)
    assert None in found
    assert found[None].url == ""


@pytest.mark.parametrize("name", ["my-session-logs", "prod-eu-west-1-starport-layer-bucket"])
def test_what_else_a_policy_names_is_shown(tmp_path: Path, name: str) -> None:
    graph = load(GRAPHS / "dev-preview.json")
    arns("ssm-s3", lambda found: [*found, f"arn:aws:s3:::{name}/*"])(graph)
    read = recorded(graph, tmp_path).graph
    known = buckets.needed(read, read_config({}))
    assert [(each.endpoint, each.name) for each in buckets.further(read, known)] == [("ssm-s3", name)]
