"""What is wrong below `endpointPolicies`: statements, keys and log groups that AWS does not know or the endpoint never sees.

Looks at valid parts alone. Who needs which id is the question of `topology_rules.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from blueprint import arn_rules, iam_actions
from blueprint.catalog import Region, load
from blueprint.endpoint_documents import Statement
from blueprint.network_rules import rows
from blueprint.problems import REGION_KEY, Loc, Report
from blueprint.statement_rules import check_statements

Data = Mapping[str, Any]

_KEY: Loc = ("endpointPolicies",)
_LISTS = ("actions", "resources", "principals")
# The report shows no more, and looking for the nearest right spelling takes time.
_MOST_TOLD = 100
_KMS_KEY = re.compile(r"arn:[^:]+:kms:[^:]+:[^:]+:key/.+")
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html (read 2026-11-25)
_LOG_GROUP = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")


def check(data: Data, report: Report) -> None:
    """Report what the planner would write and AWS refuse, or no request ever meet. Without a Region, nothing can be told."""
    policies = data.get("endpointPolicies") or {}
    region = load().regions.get(data.get(REGION_KEY) or "")
    if region is None:
        return
    for position, key in rows(policies, "kmsKeys"):
        if problem := _kms_key(key, region):
            report.add((*_KEY, "kmsKeys", position), problem[0], nearest=problem[1])
    for position, name in rows(policies, "logGroups"):
        if not _LOG_GROUP.fullmatch(name):
            message = "is not a log group's name: 1 to 512 of A-Z a-z 0-9 _ - / . #, and no ARN"
            report.add((*_KEY, "logGroups", position), message, nearest=_bare_log_group(name))
    for loc, message, near in islice(_of_statements(policies.get("statements") or {}, region), _MOST_TOLD):
        report.add(loc, message, nearest=near)


def _of_statements(statements: Data, region: Region) -> Iterator[tuple[Loc, str, str]]:
    # What a list holds beside the brackets: an action is no shorter than "ssm:*", with its quotes and a comma.
    most = load().limit("endpoint-policy-characters") // len('"ssm:*",')
    for service, listed in statements.items():
        for position, given in enumerate(listed or ()):
            if not given or not given.get("effect"):
                continue
            place = (*_KEY, "statements", service)
            too_long = [name for name in _LISTS if len(given.get(name) or ()) > most]
            for name in too_long:
                yield (
                    (*place, position, name),
                    f"has more than {most} entries, which no endpoint policy has room for",
                    "",
                )
            statement, positions = _statement({k: v for k, v in given.items() if k not in too_long})
            for found in check_statements({service: (statement,)}, region=region):
                # Told once for the service, in the place of the service.
                rest = found.loc[2:] and (position, *_placed(found.loc[2:], positions))
                yield (*place, *rest), found.message, found.nearest


def _kms_key(key: str, region: Region) -> tuple[str, str] | None:
    if key == "*":
        return "means every key: leave kmsKeys out, and every key of the accounts is meant", ""
    if problem := arn_rules.resource(key, iam_actions.load()["kms"], region):
        return problem
    if not _KMS_KEY.fullmatch(key):
        return "is not a key's ARN (arn:partition:kms:region:account:key/id): IAM compares no aliases", ""
    return None


def _bare_log_group(name: str) -> str:
    """The name in an ARN of the group or of what is in it."""
    _, found, rest = name.partition(":log-group:")
    bare = rest.partition(":")[0] if found else ""
    return bare if _LOG_GROUP.fullmatch(bare) else ""


def _statement(given: Data) -> tuple[Statement, Mapping[tuple[str, ...], list[int]]]:
    """The valid parts of a statement, and of each list the positions that they are at."""
    positions: dict[tuple[str, ...], list[int]] = {}

    def valid(path: tuple[str, ...], listed: Any) -> tuple[str, ...]:
        found = [(position, text) for position, text in enumerate(listed or ()) if isinstance(text, str)]
        positions[path] = [position for position, _ in found]
        return tuple(text for _, text in found)

    lists = {name: valid((name,), given[name]) for name in _LISTS if name in given}
    conditions = {
        operator: {key: valid(("conditions", operator, key), listed) for key, listed in (keys or {}).items()}
        for operator, keys in (given.get("conditions") or {}).items()
    }
    actions = lists.pop("actions", ())
    return Statement(effect=given["effect"], actions=actions, conditions=conditions, **lists), positions


def _placed(loc: Loc, positions: Mapping[tuple[str, ...], list[int]]) -> Iterator[str | int]:
    """The place in the owner's lists of a place in the valid parts."""
    *path, last = loc
    yield from path
    yield positions[tuple(map(str, path))][last] if isinstance(last, int) else last
