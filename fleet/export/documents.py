"""Plain data as a stream of YAML documents that every reader of YAML understands alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

# What no version of YAML takes for anything but text, so that it needs no quotes. PyYAML leaves the quotes of `1e3`, `0o17`
# and `y` away, which others read as a thousand, fifteen and true (https://yaml.org/type/bool.html, read 2026-11-30).
_PLAIN = re.compile(r"[A-Za-z/][\w./-]+(:[\w./-]+)*", re.ASCII)
_WORDS = frozenset(("yes", "no", "on", "off", "true", "false", "null", "nan", "inf"))


class _Dumper(yaml.SafeDumper):
    """Quotes whatever might be read as something else, and repeats what is there twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's signature
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def text(documents: Iterable[Mapping[str, Any]]) -> str:
    """The documents as YAML, each begun by `---`."""
    dumped = yaml.dump_all(
        documents, Dumper=_Dumper, sort_keys=False, explicit_start=True, width=10_000, allow_unicode=True
    )
    return str(dumped)
