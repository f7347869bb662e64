"""Policy variables: ${aws:username}, ${aws:PrincipalTag/team, 'none'}.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (read 2026-11-23)
"""

from __future__ import annotations

from re import compile as regex

from policies.iam_match import ESCAPES, VARIABLE
from policies.iam_request import ABSENT, Request

_PARTS = regex(r"\$\{(?P<key>[^\s,'{}]+)(?:, '(?P<default>[^']*)')?\}")
_SPECIAL = regex(r"[*?$]")
# In a resource, a variable may stand only in the last of an ARN's six parts.
_ARN_COLONS = 5


def filled_in(text: str, request: Request, *, arn: bool = False) -> str | None:
    """`text` with the value of each variable that is known; None if one of them surely has no value: AWS says that
    such a text is equal to nothing and like nothing.

    What is not known stays a variable: one that may have a value or not, a key with several values (AWS refuses
    those), a value with a wildcard of its own (AWS does not say whether it counts as one).
    """
    if "${" not in text:
        return text
    filled, position = "", 0
    while (start := text.find("${", position)) >= 0:
        filled += text[position:start]
        if text.startswith(ESCAPES, start):
            filled, position = filled + text[start : start + 4], start + 4
            continue
        variable = VARIABLE.match(text, start)
        if variable is None:
            # It does not end: what follows means nothing that anybody could tell.
            return filled + text[start:]
        misplaced = arn and text[:start].count(":") < _ARN_COLONS
        value = variable[0] if misplaced else _value(variable[0], request)
        if value is None:
            return None
        filled, position = filled + value, variable.end()
    return filled + text[position:]


def _value(variable: str, request: Request) -> str | None:
    parts = _PARTS.fullmatch(variable)
    if parts is None:
        return variable
    given = request.value(parts["key"])
    if given is ABSENT:
        default = parts["default"]
        return variable if default and _SPECIAL.search(default) else default
    if isinstance(given, tuple) and len(given) == 1 and not _SPECIAL.search(given[0]):
        return given[0]
    return variable
