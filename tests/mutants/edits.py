"""Ways to change a recorded stack: its resources, their properties, the S3 gateway endpoint's policy."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.support.graph import JsonObject, RecordedGraph

Mutate = Callable[[RecordedGraph], object]


def put(resource: str, type_: str = "", **props: object) -> Mutate:
    """Set properties of a resource; None takes one out."""

    def change(properties: JsonObject) -> None:
        for key, value in props.items():
            properties.pop(key, None)
            if value is not None:
                properties[key] = value

    return lambda graph: graph.edit(resource, change, type_)


def dropped(*names: str) -> Mutate:
    def mutate(graph: RecordedGraph) -> None:
        for name in names:
            graph.drop(name)

    return mutate


def without(name: str, type_: str) -> Mutate:
    """Take out one of several resources of a name."""
    return lambda graph: graph.drop(name, type_)


def unlink(resource: str, key: str, value: object, type_: str = "") -> Mutate:
    """Set a property to a value that comes from no resource of the stack."""

    def mutate(graph: RecordedGraph) -> None:
        change = {key: value}
        put(resource, type_, **change)(graph)
        graph.resource(resource, type_)["propertyDependencies"].pop(key, None)

    return mutate


def relink(resource: str, key: str, value: object, *sources: tuple[str, str]) -> Mutate:
    """Set a property to a value that comes from these resources (name, type)."""

    def mutate(graph: RecordedGraph) -> None:
        change = {key: value}
        put(resource, **change)(graph)  # type: ignore[arg-type]
        urns = [graph.resource(*source)["urn"] for source in sources]
        graph.resource(resource)["propertyDependencies"][key] = {"urns": urns}

    return mutate


def removed(resource: str, key: str, value: str) -> Mutate:
    """Take a value out of a list."""
    return lambda graph: graph.edit(resource, lambda properties: properties[key].remove(value))


def unlisted(resource: str, bucket: str) -> Mutate:
    """Take a bucket's ARN out of a policy."""
    return arns(resource, lambda found: [arn for arn in found if f":::{bucket}/" not in arn])


def document(resource: str, change: Callable[[JsonObject], object], key: str = "policy") -> Mutate:
    """Change a policy document."""

    def edit(properties: JsonObject) -> None:
        found = json.loads(properties[key])
        change(found)
        properties[key] = json.dumps(found)

    return lambda graph: graph.edit(resource, edit)


def statement(resource: str, **elements: object) -> Mutate:
    """Set elements of a policy's first statement; None takes one out."""

    def change(found: JsonObject) -> None:
        for key, value in elements.items():
            found["Statement"][0].pop(key, None)
            if value is not None:
                found["Statement"][0][key] = value

    return document(resource, change)


def arns(resource: str, replace: Callable[[list[str]], list[str]]) -> Mutate:
    """Replace the ARNs of a policy's first statement."""
    return document(
        resource,
        lambda found: found["Statement"][0].update(Resource=replace(found["Statement"][0]["Resource"])),
    )


def more(resource: str, added: JsonObject) -> Mutate:
    """Add a statement."""
    return document(resource, lambda found: found["Statement"].append(added))


def both(*mutations: Mutate) -> Mutate:
    return lambda graph: [mutate(graph) for mutate in mutations]


def beside(type_: str, name: str, properties: JsonObject, like: str, **sources: tuple[str, str]) -> Mutate:
    """Add a resource with the provider of another; `sources` says which resource a property was computed from."""

    def mutate(graph: RecordedGraph) -> None:
        example = graph.resource(like)
        urn = f"{example['urn'].split('::')[0]}::{example['urn'].split('::')[1]}::{type_}::{name}"
        found = {key: {"urns": [graph.resource(*source)["urn"]]} for key, source in sources.items()}
        own = {
            "type": type_,
            "name": name,
            "urn": urn,
            "properties": properties,
            "provider": example["provider"],
        }
        graph.add({**own, "options": example["options"]})
        graph.resource(name, type_)["propertyDependencies"] = found

    return mutate
