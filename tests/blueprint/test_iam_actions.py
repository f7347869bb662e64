"""Every action that a document of ours names is one that IAM has; and what wildcards mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.catalog import load as catalog
from blueprint.endpoint_documents import Access, Preset, interface_endpoint
from blueprint.iam_actions import load, wildcard_matches

FACTS = catalog()


def named() -> Iterator[str]:
    """Every action in the facts and in every document that the planner writes."""
    yield from (action for calls in FACTS.agent_calls.values() for action in calls.actions)
    for kind in ("read", "readWrite"):
        yield from FACTS.limit(f"own-bucket-{kind}-actions")
    for service in (each for each in FACTS.services.values() if each.type == "Interface"):
        for preset in get_args(Preset):
            access = Access(preset=preset, account_ids=("111122223333",), organization_id="o-a1b2c3d4e5")
            text = interface_endpoint(
                service.id,
                region=FACTS.region("eu-west-1"),
                access=access,
                agent_calls=FACTS.agent_calls.values(),
            )
            for statement in json.loads(text)["Statement"]:
                action = statement["Action"]
                yield from [action] if isinstance(action, str) else action


def test_every_action_that_we_write_is_known() -> None:
    unknown = set()
    for action in named():
        prefix, _, name = action.partition(":")
        if action != "*" and name not in load()[prefix].actions:
            unknown.add(action)
    assert unknown == set()


def test_every_service_of_ours_has_actions_and_a_source() -> None:
    assert load().keys() == FACTS.services.keys()
    for service in load().values():
        assert service.actions
        assert list(service.actions) == sorted(set(service.actions))
        assert service.evidence == "verified"
        assert all(arn.startswith("arn:{partition}:") and arn.count(":") >= 5 for arn in service.arns)
    for calls in FACTS.agent_calls.values():
        kinds = {arn.split(":")[2] for arn in load()[calls.service].arns}
        assert all(scope.split(":")[2] in kinds for scope in calls.scopes)


def test_the_message_services_are_about_no_resource() -> None:
    assert [id for id, service in load().items() if not service.arns] == ["ssmmessages", "ec2messages"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("GetDocument", ("GetDocument",)),
        ("getdocument", ("GetDocument",)),
        ("GetD?cument", ("GetDocument",)),
        ("Get*Document", ("GetDocument",)),
        ("GetDoc", ()),
        ("", ()),
        ("GetManagedInstance*", ()),
    ],
)
def test_what_a_name_means(pattern: str, found: tuple[str, ...]) -> None:
    assert load()["ssm"].matching(pattern) == found


def test_a_star_means_all() -> None:
    assert load()["kms"].matching("*") == load()["kms"].matching("**") == load()["kms"].actions
    assert "GetParameter" in load()["ssm"].matching("Get*")
    assert all(name.startswith("Get") for name in load()["ssm"].matching("Get*"))


@settings(max_examples=500, derandomize=True, database=None, deadline=None)
@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_wildcards_are_fnmatchs(pattern: str, text: str) -> None:
    assert wildcard_matches(pattern, text) is fnmatchcase(text, pattern)


def test_a_contrived_pattern_takes_no_longer_than_others() -> None:
    assert not wildcard_matches("*a" * 2000 + "b", "a" * 4000)
