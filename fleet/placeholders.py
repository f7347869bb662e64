"""The words that stand for a stack's own in an inventory's texts: {region} and the like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

WORDS: Final = ("account", "accountId", "region", "stack")


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """The value with a text in the place of each word, however deep it stands."""
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace(f"{{{word}}}", text)
        return value
    if isinstance(value, Mapping):
        return {key: filled(each, words) for key, each in value.items()}
    return [filled(each, words) for each in value] if isinstance(value, list | tuple) else value
