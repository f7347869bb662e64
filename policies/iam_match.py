"""IAM's wildcards: which strings does a pattern match, and do two patterns have a string in common?

`*` stands for any characters or none, `?` for exactly one; both match "/" and ":" as well.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (read 2026-11-23)

A policy's text is somebody else's: a pattern is run as an automaton whose states are the bits of one integer,
one step per character, so no pattern, however contrived, makes it backtrack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from re import compile as regex

# A policy variable with its optional default: ${aws:username}, ${aws:PrincipalTag/team, 'none'}.
_VARIABLE = regex(r"\$\{(?:[^{}']|'[^']*')*\}")
_ESCAPES = ("${*}", "${?}", "${$}")


class Wild(Enum):
    """A token that is not a character."""

    ONE = "?"
    STAR = "*"


Token = str | Wild


@dataclass(frozen=True)
class Pattern:
    """A pattern as an automaton. Bit i of a state set means "the first i tokens are used up"."""

    tokens: tuple[Token, ...]
    # Where each character stands, where the `?` and where the `*` stand: bit i for token i.
    at: dict[str, int]
    ones: int
    stars: int
    # It holds a policy variable; `*` stands in its place, because its value could be anything.
    has_variable: bool

    def matches(self, value: str) -> bool:
        """Does it match the whole of `value`?"""
        return self._ends(value, every=False)

    def intersects(self, other: Pattern) -> bool:
        """Is there a string that both match?"""
        return self._ends(other.tokens, every=False)

    def covers(self, other: Pattern) -> bool:
        """Does it surely match every string that `other` matches? (False also where that is not seen.)"""
        return self._ends(other.tokens, every=True)

    def _ends(self, tokens: Iterable[Token], *, every: bool) -> bool:
        """Can it be used up together with `tokens`: for every string they match, or for some string?"""
        whole = (2 << len(self.tokens)) - 1
        any_one = self.ones if every else whole >> 1 & ~self.stars
        states = self._past_star(1)
        for token in tokens:
            if token is Wild.STAR:
                # For some string: it stands for what our next tokens want, and so reaches every later state.
                # For every string: only our own `*` takes in all that it may stand for.
                states = states & self.stars if every else whole & -(states & -states)
            else:
                takes = any_one if token is Wild.ONE else self.ones | self.at.get(token, 0)
                states = (states & takes) << 1 | states & self.stars
            states = self._past_star(states)
            if not states:
                return False
        return bool(states >> len(self.tokens) & 1)

    def _past_star(self, states: int) -> int:
        # One step is enough: no two `*` are neighbours.
        return states | (states & self.stars) << 1


@lru_cache(maxsize=4096)
def read_pattern(text: str, *, variables: bool = False) -> Pattern:
    """The pattern that `text` spells; `variables` says whether ${...} is a policy variable in it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (read 2026-11-23)
    """
    tokens: list[Token] = []
    has_variable = False
    position = 0
    while position < len(text):
        token: Token = text[position]
        step = 1
        if variables and text.startswith("${", position):
            if text.startswith(_ESCAPES, position):
                token, step = text[position + 2], len("${*}")
            else:
                # Where a variable does not end, nobody can tell what the rest means.
                variable = _VARIABLE.match(text, position)
                token, step = Wild.STAR, len(variable[0]) if variable else len(text)
                has_variable = True
        elif token in ("*", "?"):
            token = Wild(token)
        if token is not Wild.STAR or tokens[-1:] != [Wild.STAR]:
            tokens.append(token)
        position += step
    at: dict[Token, int] = {}
    for index, token in enumerate(tokens):
        at[token] = at.get(token, 0) | 1 << index
    ones, stars = at.pop(Wild.ONE, 0), at.pop(Wild.STAR, 0)
    characters = {token: bits for token, bits in at.items() if isinstance(token, str)}
    return Pattern(tuple(tokens), characters, ones, stars, has_variable)


def pattern_matches(pattern: str, value: str) -> bool:
    """Does `pattern` match the whole of `value`? Case-sensitive; ${...} is plain text here."""
    return read_pattern(pattern).matches(value)


def patterns_intersect(a: str, b: str) -> bool:
    """Can any string match both patterns?"""
    return read_pattern(a).intersects(read_pattern(b))
