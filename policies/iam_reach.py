"""How far does a statement reach a request, element by element, and how does a message say it?

What AWS says (all read 2026-11-23; the "not" elements have pages of their own, ..._notaction.html and so on):
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from policies.iam_conditions import holds
from policies.iam_json import clipped
from policies.iam_match import Match, Pattern, folded, pattern_matches, read_pattern
from policies.iam_principals import means
from policies.iam_request import Request
from policies.iam_syntax import Condition, Document, Statement
from policies.iam_variables import filled_in

# Does a pattern under Resource match what is asked for? It comes with the variables that are known filled in.
Compare = Callable[[Pattern], Match]


@dataclass(frozen=True)
class Reach:
    """Which elements of a statement match a request. A statement applies only when all of them match."""

    statement: Statement
    name: str
    action: Match
    resource: Match
    # Looked at only where action and resource match.
    caller: Match = Match.NO
    conditions: tuple[tuple[Condition, Match], ...] = ()

    @property
    def condition(self) -> Match:
        """All conditions together."""
        return min((match for _, match in self.conditions), default=Match.YES)

    @property
    def match(self) -> Match:
        """The whole statement."""
        return min(self.action, self.resource, self.caller, self.condition)


def reach(
    document: Document, statement: Statement, request: Request, compare: Compare, source: str = ""
) -> Reach:
    """How far `statement` reaches; `source` goes before its name."""
    name, variables = source + statement.name, document.variables
    action = _action(statement, folded(request.action))
    resource = Match.NO if action is Match.NO else _resource(statement, request, compare, variables)
    if resource is Match.NO:
        return Reach(statement, name, action, resource)
    conditions = tuple((each, holds(each, request, variables=variables)) for each in statement.conditions)
    caller = means(statement, request.caller, document.kind)
    return Reach(statement, name, action, resource, caller, conditions)


def left_out(allows: Iterable[Reach], request: Request) -> str:
    """The Allow that somebody may believe to be enough."""
    for each in allows:
        if each.resource is Match.NO:
            continue
        if each.caller is Match.NO:
            return f": the Principal of {each.name} leaves out {request.callers}"
        shown = _shown([condition for condition, match in each.conditions if match is Match.NO])
        return f": the Condition ({shown}) of {each.name} is false for {request.callers}"
    return ""


def unproven(unclear: Reach, request: Request) -> str:
    """Why it is not known whether a statement matches."""
    statement = unclear.statement
    if unclear.condition is Match.MAYBE:
        shown = _shown([condition for condition, match in unclear.conditions if match is Match.MAYBE])
        return f"has a Condition ({shown}) that cannot be proven"
    if unclear.caller is Match.MAYBE:
        if statement.not_principal:
            return "has a NotPrincipal: whom it matches cannot be proven"
        return "names a Principal that may or may not be the caller"
    if unclear.action is Match.MAYBE:
        return "has a wildcard in an action's service prefix, where AWS describes none"
    listed = statement.resources or statement.not_resources
    pattern = next(text for text in listed if _may_match(statement, text, request))
    return f"has a policy variable in {clipped(repr(pattern), 50)} that cannot be proven"


def _may_match(statement: Statement, text: str, request: Request) -> bool:
    """Whether a pattern matches or not, depending on its variable."""
    known = filled_in(text, request, arn=True)
    if known is None:
        return bool(statement.not_resources)
    pattern = read_pattern(known, variables=True)
    return pattern.has_variable and pattern.matches(request.resource)


def _shown(conditions: list[Condition]) -> str:
    more = f" and {len(conditions) - 1} more" if len(conditions) > 1 else ""
    return clipped(f"{conditions[0].operator} {conditions[0].key}".strip(), 50) + more


def _action(statement: Statement, wanted: str) -> Match:
    if statement.not_actions:
        return _any(_one_action(pattern, wanted) for pattern in statement.not_actions).opposite()
    return _any(_one_action(pattern, wanted) for pattern in statement.actions)


def _one_action(pattern: str, wanted: str) -> Match:
    """Names of actions ignore case."""
    if not pattern_matches(folded(pattern), wanted):
        return Match.NO
    # AWS describes wildcards in the action's name and for everything, not in the service's prefix.
    prefix = pattern.partition(":")[0]
    wild_service = pattern not in ("*", "*:*") and ("*" in prefix or "?" in prefix)
    return Match.MAYBE if wild_service else Match.YES


def _resource(statement: Statement, request: Request, compare: Compare, variables: bool) -> Match:
    def one(pattern: Pattern | str) -> Match:
        if isinstance(pattern, Pattern):
            return compare(pattern)
        known = filled_in(pattern, request, arn=True) if variables else pattern
        if known is None:
            # A text without a value "will not match any resource", but it "might cause the entire statement to be
            # invalid", too: under Resource that comes to the same.
            return Match.MAYBE if statement.not_resources else Match.NO
        return compare(read_pattern(known, variables=variables))

    if not statement.patterns:
        # A trust policy's is the role that holds it.
        return Match.YES
    found = _any(map(one, statement.patterns))
    return found.opposite() if statement.not_resources else found


def _any(matches: Iterable[Match]) -> Match:
    return max(matches, default=Match.NO)
