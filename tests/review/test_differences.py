"""What AWS has otherwise than the state, by a refresh's events: resource, path, both values."""

from __future__ import annotations

from typing import Any

import pytest

from review import differences
from review.differences import CHANGED, DELETED, Difference

HOME = "urn:pulumi:dev::shop::"
VPC = "aws:ec2/vpc:Vpc"


def told(op: str, name: str, type_: str = VPC, **more: Any) -> dict[str, Any]:
    old = {"id": f"id-{name}", "inputs": {}, "outputs": {}}
    about = {"op": op, "urn": f"{HOME}{type_}::{name}", "type": type_, "old": old, "new": old, **more}
    return {"resOutputsEvent": {"metadata": about}}


def sides(old: dict[str, Any], new: dict[str, Any], side: str = "outputs") -> dict[str, Any]:
    return {"old": {"id": "id-a", side: old}, "new": {"id": "id-a", side: new}}


def test_what_is_the_same_is_no_difference_nor_are_the_stack_and_providers() -> None:
    assert (
        differences.read(
            [
                told("same", "a"),
                told("read", "b"),
                told("refresh", "c"),
                told("update", "shop-dev", "pulumi:pulumi:Stack"),
                told("update", "default", "pulumi:providers:aws"),
                {"resourcePreEvent": {"metadata": {"op": "update", "urn": f"{HOME}{VPC}::d", "type": VPC}}},
                {"summaryEvent": {"resourceChanges": {"same": 3}}},
            ]
        )
        == []
    )


def test_a_deleted_resource_is_one_difference_with_its_id() -> None:
    urn = f"{HOME}{VPC}::a"
    assert differences.read([told("delete", "a", new=None)]) == [Difference(urn, VPC, "a", "id-a", DELETED)]


@pytest.mark.parametrize(
    ("path", "old", "new", "values"),
    [
        ("policy", {"policy": "{}"}, {"policy": "[]"}, ("{}", "[]")),
        ("tags.team", {"tags": {"team": "a"}}, {"tags": {}}, ("a", None)),
        ('tags["a.b"]', {"tags": {"a.b": "1"}}, {"tags": {"a.b": "2"}}, ("1", "2")),
        ("subnetIds[1]", {"subnetIds": ["x", "y"]}, {"subnetIds": ["x"]}, ("y", None)),
        ("rules[0].port", {"rules": [{"port": 443}]}, {"rules": [{"port": 22}]}, (443, 22)),
        ("on", {"on": True}, {"on": False}, (True, False)),
        ("nowhere.at[3].all", {}, {"nowhere": "text"}, (None, None)),
    ],
)
def test_the_values_at_a_path(path: str, old: Any, new: Any, values: tuple[Any, Any]) -> None:
    event = told("update", "a", detailedDiff={path: {"diffKind": "update"}}, **sides(old, new))
    (found,) = differences.read([event])
    assert (found.kind, found.property, found.state, found.aws) == (CHANGED, path, *values)


def test_where_the_engine_names_no_path_what_differs_is_looked_up() -> None:
    event = told("update", "a", **sides({"x": 1, "y": 2}, {"x": 1, "y": 3, "z": 4}, "inputs"))
    assert [(each.property, each.state, each.aws) for each in differences.read([event])] == [
        ("y", 2, 3),
        ("z", None, 4),
    ]


def test_a_change_of_which_nothing_is_known_is_still_one() -> None:
    (found,) = differences.read([told("update", "a")])
    assert (found.kind, found.property) == (CHANGED, "")
    assert differences.sentence(found) == f"{VPC} a: changed"
