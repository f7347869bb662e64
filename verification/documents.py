"""Policies in two spellings: whether they mean the same, and if not, the words in which they differ."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

# What an endpoint has while nobody gives it a policy.
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy (read 2026-11-23)
FULL_ACCESS = (
    '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}'
)
_SAME_EITHER_WAY = ("Version", "Id")


def canonical(policy: Any) -> Any:
    """A policy, text or object, with one form for what may be a list or a single value. Text that is no JSON stays."""
    if isinstance(policy, str):
        try:
            return _plain(json.loads(policy))
        except ValueError:
            return policy or None
    return _plain(policy)


def policy_words(state: Any, aws: Any) -> tuple[str, str]:
    """What only the state's policy has, and what only AWS's has. The state's is an object where it is secret."""
    if isinstance(state, dict):
        return "a secret", "another policy"
    before, after = _statements(state or FULL_ACCESS), _statements(aws or FULL_ACCESS)
    gone = [each for each in before if each not in after]
    new = [each for each in after if each not in before]
    if len(gone) == len(new) == 1:
        gone, new = _parts(gone[0], new[0])
    return _told(gone), _told(new)


def takes_away(state: Any, aws: Any) -> bool:
    """Whether AWS's policy lacks a statement that the state's has, or denies more."""
    before, after = (_statements(each) if each else [] for each in (state, aws))
    new = [each for each in after if each not in before]
    return any(each not in after for each in before) or any(
        not isinstance(each, dict) or each.get("Effect") != "Allow" for each in new
    )


def _statements(policy: Any) -> list[Any]:
    found = canonical(policy)
    statements = found.get("Statement") if isinstance(found, dict) else found
    return statements if isinstance(statements, list) else [statements]


def _parts(before: Any, after: Any) -> tuple[list[Any], list[Any]]:
    """Two statements as the values in which they differ."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [before], [after]
    gone, new = [], []
    for key in sorted({*before, *after}):
        mine, theirs = _listed(before.get(key)), _listed(after.get(key))
        if only := [each for each in mine if each not in theirs]:
            gone.append({key: only})
        if only := [each for each in theirs if each not in mine]:
            new.append({key: only})
    return gone, new


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _told(parts: Iterable[Any]) -> str:
    return (
        "; ".join(each if isinstance(each, str) else json.dumps(each, sort_keys=True) for each in parts)
        or "nothing else"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        listed = [_plain(each) for each in value]
        return listed[0] if len(listed) == 1 else sorted(listed, key=str)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in sorted(value.items()) if key not in _SAME_EITHER_WAY}
    return value
