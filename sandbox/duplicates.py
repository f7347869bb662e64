"""Keys that a stack file sets twice: the engine takes one of them, at random where they are spelled differently."""

from collections.abc import Callable, Iterator

import yaml


def find(document: yaml.MappingNode, config: yaml.Node | None, project: str) -> list[str]:
    """One sentence for each key that occurs more than once, with its lines. Spellings count as one in `config:`."""

    def name(key: str) -> str:
        parts = key.split(":")
        if len(parts) == 1:
            return f"{project}:{key}"
        # An older spelling, which the engine still takes: aws:config:region.
        return f"{parts[0]}:{parts[2]}" if len(parts) == 3 and parts[1] == "config" else key

    return [
        sentence
        for mapping in _mappings(document, set())
        for sentence in _repeated(mapping, name if mapping is config else str)
    ]


def _mappings(node: yaml.Node, seen: set[int]) -> Iterator[yaml.MappingNode]:
    if id(node) in seen:  # an alias (`*name`), which may even lead back to itself
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        yield node
        for key, value in node.value:
            yield from _mappings(key, seen)
            yield from _mappings(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _mappings(entry, seen)


def _repeated(mapping: yaml.MappingNode, name: Callable[[str], str]) -> Iterator[str]:
    found: dict[str, list[tuple[int, str]]] = {}
    for key, _ in mapping.value:
        if isinstance(key, yaml.ScalarNode):
            found.setdefault(name(key.value), []).append((key.start_mark.line + 1, key.value))
    for places in found.values():
        if len(places) > 1:
            told = " and ".join(f"line {line} (`{spelling}:`)" for line, spelling in places)
            yield f"one key is set {len(places)} times: {told}"
