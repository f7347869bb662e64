"""No message tells a secret: what the program marked as one is taken out of whatever a rule says.

The engine marks secrets in what it shows a pack. A rule judges them like any other value, and quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

HIDDEN = "[secret]"
# Shorter texts hide nothing, and would be found in every other word.
_SHORTEST = 4
# A quotation may be cut: so much of the beginning of a secret is taken for it.
_BEGINNING = 12
# What every policy document says is no secret: effects, versions, names of actions and condition keys.
_PUBLIC = re.compile(r"Allow|Deny|20\d\d-10-17|[a-z0-9-]+:[A-Za-z*?]+")


def texts(secret: Any) -> Iterator[str]:
    """Every text in a secret value; of a JSON document also those inside of it."""
    if isinstance(secret, Mapping):
        for value in secret.values():
            yield from texts(value)
    elif isinstance(secret, list):
        for value in secret:
            yield from texts(value)
    elif isinstance(secret, str) and len(secret) >= _SHORTEST and not _PUBLIC.fullmatch(secret):
        yield secret
        if secret.lstrip()[:1] in ("{", "["):
            try:
                yield from texts(json.loads(secret))
            except (ValueError, RecursionError):
                # No document: the text as a whole is all there is to hide.
                return


def hidden(text: str, secrets: Collection[str]) -> str:
    """The text without any secret, or the beginning of one."""
    for secret in sorted(secrets, key=len, reverse=True):
        beginning = secret[:_BEGINNING]
        at = text.find(beginning)
        while at >= 0:
            end = at + len(beginning)
            while text[end : end + 1] and text[end] == secret[end - at : end - at + 1]:
                end += 1
            text = text[:at] + HIDDEN + text[end:]
            at = text.find(beginning, at + len(HIDDEN))
    return text
