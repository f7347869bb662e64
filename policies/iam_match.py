"""IAM's wildcards: which strings does a pattern match, and do two patterns have a string in common?

`*` stands for any characters or none, `?` for exactly one; both match "/" and ":" as well.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (read 2026-11-23)

A policy's text is somebody else's: a pattern is run as an automaton whose states are the bits of one integer,
one step per character, so no pattern, however contrived, makes it backtrack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cached_property, lru_cache
from re import compile as regex
from string import ascii_lowercase, ascii_uppercase

# A policy variable with its optional default: ${aws:username}, ${aws:PrincipalTag/team, 'none'}.
VARIABLE = regex(r"\$\{(?:[^{}']|'[^']*')*\}")
# What a pattern with variables consists of. Where a variable does not end, nobody can tell what the rest means.
_PIECES = regex(VARIABLE.pattern + r"|\$\{[\s\S]*|[\s\S]")
ESCAPES = ("${*}", "${?}", "${$}")
_HEAD = regex(r"[^*?$]*")
_FOLDED = str.maketrans(ascii_uppercase, ascii_lowercase)


class Match(IntEnum):
    """Does it match the request? Ordered: "any of" is max, "all of" is min, "not" is the mirror image."""

    NO = 0
    MAYBE = 1
    YES = 2

    def opposite(self) -> Match:
        """NO for YES, YES for NO."""
        return Match(Match.YES - self)


class Wild(Enum):
    """A token that is not a character."""

    ONE = "?"
    STAR = "*"


Token = str | Wild


@dataclass(frozen=True)
class _Automaton:
    """Bit i of a state set means "the first i tokens are used up"."""

    tokens: tuple[Token, ...]
    # Where each character stands, where the `?` and where the `*` stand: bit i for token i.
    at: dict[str, int]
    ones: int
    stars: int
    has_variable: bool


@dataclass(frozen=True)
class Pattern:
    """A pattern. It is read only when the plain text that it begins with does not already answer."""

    text: str
    variables: bool = False
    wildcards: bool = True

    @property
    def has_variable(self) -> bool:
        """It holds a policy variable; `*` stands in its place, because its value could be anything."""
        return self.variables and "${" in self.text and self._automaton.has_variable

    def matches(self, value: str) -> bool:
        """Does it match the whole of `value`?"""
        if not value.startswith(self._head):
            return False
        if len(self._head) == len(self.text):
            return value == self.text
        return self._ends(value, every=False)

    def intersects(self, other: Pattern) -> bool:
        """Is there a string that both match?"""
        if not (self._head.startswith(other._head) or other._head.startswith(self._head)):
            return False
        return self._ends(other._automaton.tokens, every=False)

    def covers(self, other: Pattern) -> bool:
        """Does it surely match every string that `other` matches? (False also where that is not seen.)"""
        return other._head.startswith(self._head) and self._ends(other._automaton.tokens, every=True)

    @cached_property
    def _head(self) -> str:
        head = _HEAD.match(self.text)
        return head[0] if head else ""

    @cached_property
    def _automaton(self) -> _Automaton:
        return _automaton(self.text, variables=self.variables, wildcards=self.wildcards)

    def _ends(self, tokens: Iterable[Token], *, every: bool) -> bool:
        """Can it be used up together with `tokens`: for every string they match, or for some string?"""
        ours = self._automaton
        any_one = ours.ones if every else ~ours.stars
        states = 1 | (1 & ours.stars) << 1
        for token in tokens:
            if token is Wild.STAR:
                # For some string: it stands for what our next tokens want, and so reaches every later state (a
                # negative integer has no last bit; those after our last token never come back).
                # For every string: only our own `*` takes in all that it may stand for.
                states = states & ours.stars if every else -(states & -states)
            else:
                takes = any_one if token is Wild.ONE else ours.ones | ours.at.get(token, 0)
                states = (states & takes) << 1 | states & ours.stars
            # Past a `*` in one step: no two `*` are neighbours.
            states |= (states & ours.stars) << 1
            if not states:
                return False
        return bool(states >> len(ours.tokens) & 1)


@lru_cache(maxsize=4096)
def read_pattern(text: str, *, variables: bool = False, wildcards: bool = True) -> Pattern:
    """The pattern that `text` spells; `variables` says whether ${...} is a policy variable in it, `wildcards` whether
    `*` and `?` are more than characters.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (read 2026-11-23)
    """
    return Pattern(text, variables, wildcards)


def _automaton(text: str, *, variables: bool, wildcards: bool) -> _Automaton:
    tokens: list[Token] = []
    has_variable = False
    for piece in _PIECES.findall(text) if variables else text:
        token: Token = piece
        if piece in ESCAPES:
            token = piece[len("${")]
        elif len(piece) > 1:
            token, has_variable = Wild.STAR, True
        elif wildcards and piece in "*?":
            token = Wild(piece)
        if token is not Wild.STAR or tokens[-1:] != [Wild.STAR]:
            tokens.append(token)
    at: dict[Token, int] = {}
    for index, token in enumerate(tokens):
        at[token] = at.get(token, 0) | 1 << index
    ones, stars = at.pop(Wild.ONE, 0), at.pop(Wild.STAR, 0)
    characters = {token: bits for token, bits in at.items() if isinstance(token, str)}
    return _Automaton(tuple(tokens), characters, ones, stars, has_variable)


def pattern_matches(pattern: str, value: str) -> bool:
    """Does `pattern` match the whole of `value`? Case-sensitive; ${...} is plain text here."""
    return read_pattern(pattern).matches(value)


def patterns_intersect(a: str, b: str) -> bool:
    """Can any string match both patterns?"""
    return read_pattern(a).intersects(read_pattern(b))


def folded(text: str) -> str:
    """Without case. ASCII only: str.lower() would also turn the Kelvin sign into a k."""
    return text.translate(_FOLDED)
