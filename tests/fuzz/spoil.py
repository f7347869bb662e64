"""Ways to spoil a right configuration: values at any depth, and the text of the file."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from tests.fuzz import junk
from tests.fuzz.configs import right

Draw = Callable[[st.SearchStrategy[Any]], Any]
Place = tuple[Any, Any]
# One in so many spoilt configurations holds something enormous.
_ENORMOUS_ONE_IN = 150


@st.composite
def spoilt(draw: Draw) -> Any:
    """A right configuration with one to three things done to it."""
    return spoil(draw, draw(right()))


def spoil(draw: Draw, right_one: Any) -> Any:
    """A copy with one to three things done to it, or with one that is enormous."""
    config = copy.deepcopy(right_one)
    if draw(st.integers(0, _ENORMOUS_ONE_IN)) == _ENORMOUS_ONE_IN:
        container, key = draw(st.sampled_from(list(places(config))))
        container[key] = draw(st.sampled_from(junk.ENORMOUS))()
        return config
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        at = list(places(config))
        if not at:
            break
        container, key = draw(st.sampled_from(at))
        draw(st.sampled_from(_WAYS))(draw, container, key, at)
    return config


def places(value: Any) -> Iterator[Place]:
    """Every (container, key or position) below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(items):
        yield value, key
        yield from places(each)


def _replaced(draw: Draw, container: Any, key: Any, _: list[Place]) -> None:
    container[key] = draw(junk.VALUES)


def _gone(_: Draw, container: Any, key: Any, __: list[Place]) -> None:
    del container[key]


def _renamed(draw: Draw, container: Any, key: Any, _: list[Place]) -> None:
    if isinstance(container, dict):
        container[draw(_other_spelling(str(key)))] = container.pop(key)


def _added(draw: Draw, container: Any, key: Any, _: list[Place]) -> None:
    if isinstance(container, dict):
        name = draw(
            st.one_of(_other_spelling(str(key)), st.sampled_from(["secure", "create", "<<", "", 1, None]))
        )
        container[name] = draw(junk.VALUES)
    else:
        container.append(draw(junk.VALUES))


def _twice(_: Draw, container: Any, key: Any, __: list[Place]) -> None:
    if isinstance(container, list):
        container.insert(key, copy.deepcopy(container[key]))


def _swapped(draw: Draw, container: Any, key: Any, at: list[Place]) -> None:
    other, name = draw(st.sampled_from(at))
    container[key] = copy.deepcopy(other[name])


def _wrapped(draw: Draw, container: Any, key: Any, _: list[Place]) -> None:
    container[key] = draw(st.sampled_from([[container[key]], {"value": container[key]}, str(container[key])]))


def _written_otherwise(draw: Draw, container: Any, key: Any, _: list[Place]) -> None:
    if isinstance(container[key], str):
        container[key] = draw(_other_spelling(container[key]))


def _negated(_: Draw, container: Any, key: Any, __: list[Place]) -> None:
    if isinstance(container[key], bool):
        container[key] = not container[key]


_WAYS = (
    *(_replaced, _replaced, _gone, _renamed, _added, _twice, _swapped, _wrapped),
    *(_written_otherwise, _written_otherwise, _negated),
)


def _other_spelling(text: str) -> st.SearchStrategy[str]:
    """Misspelt, or the same to the eye."""
    at = st.integers(0, max(len(text) - 1, 0))
    return st.one_of(
        st.sampled_from(
            [
                junk.alike(text),
                text.upper(),
                text.capitalize(),
                f" {text}",
                f"{text} ",
                f"{text}.",
                f"{text}\n",
                text * 9,
            ]
        ),
        at.map(lambda n: text[:n] + text[n + 1 :]),
        st.builds(lambda n, c: text[:n] + c + text[n:], at, st.sampled_from(junk.CONTROL)),
    )
