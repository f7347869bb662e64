"""Which names IAM's wildcards match."""

import pytest

from policies.iam import (
    allows_all,
    decide,
    denial_within,
    parse,
    pattern_matches,
    patterns_intersect,
    resource_patterns,
)
from policies.iam_match import Pattern, folded
from tests.policies.iam_documents import BUCKET, OBJECT, OTHER, allow, anybody, deny, text

# Patterns.


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("", ""),
        ("*", ""),
        ("**", "x"),
        ("a*c", "ac"),
        ("a*c", "a/b:c"),
        ("a?c", "a/c"),
        ("*ab", "aab"),
        ("*a*b*", "xaxbx"),
        ("${aws:username}", "${aws:username}"),
        ("[a]\\", "[a]\\"),
        ("?", "\n"),
        ("*", "line\nline"),
    ],
)
def test_a_pattern_matches(pattern: str, value: str) -> None:
    assert pattern_matches(pattern, value)
    # Read anew, and not the one that somebody else has read.
    assert Pattern(pattern).matches(value)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("", "x"),
        ("?", ""),
        ("?", "ab"),
        ("a", "A"),
        ("a*c", "acb"),
        ("*?", ""),
        ("a", "a\n"),
        ("[a]", "a"),
        ("a", "*"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, value: str) -> None:
    assert not pattern_matches(pattern, value)
    assert not Pattern(pattern).matches(value)


def test_a_contrived_pattern_is_answered() -> None:
    """A backtracking matcher would not come back from this one."""
    assert not pattern_matches("*a" * 5000 + "b", "a" * 10000)
    assert not patterns_intersect("*a" * 2000 + "b", "?a*" * 2000 + "c")


def automata_for(names: list[str]) -> int:
    """How many of the patterns had to be read to judge requests for an object of another bucket."""
    document = parse(text(allow(Resource=names), deny(Resource=names)))
    for request in anybody(resource=OBJECT):
        assert decide(document, request).verdict.value == "denied"
        assert denial_within(document, request) is None
        assert not allows_all(document, request)
    return sum("_automaton" in vars(each) for each in document.statements[0].patterns)


def test_what_a_pattern_begins_with_answers_before_it_is_read() -> None:
    """A policy may name thousands of buckets, and each request asks for one."""
    numbers = range(60)
    assert automata_for([f"arn:aws:s3:::bucket-{number:05}/*" for number in numbers]) == 0
    assert automata_for([f"*:bucket-{number:05}/*" for number in numbers]) == 60


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("arn:aws:s3:::aws-ssm-*", "arn:aws:s3:::*-eu-west-1/*", True),
        ("arn:aws:s3:::aws-ssm-*", "arn:aws:s3:::aws-patch-*", False),
        ("a?", "?b", True),
        ("a?", "b?", False),
        ("a*", "*b", True),
        ("*", "", True),
        ("?", "", False),
        ("?*", "*", True),
        ("a*b", "a?b", True),
        ("a*b", "ac", False),
    ],
)
def test_patterns_with_a_string_in_common(a: str, b: str, expected: bool) -> None:
    assert patterns_intersect(a, b) is expected
    assert patterns_intersect(b, a) is expected
    assert Pattern(a).intersects(Pattern(b)) is expected


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("*", "${aws:username}"),
        ("home/*", "home/${aws:username}/x"),
        ("${aws:username}*", "a${*}b"),
        ("a${*}?", "a${*}${$}"),
        ("a?c", "a${?}c"),
        ("x*", "x${"),
        ("**a", "a"),
        ("?*", "?"),
    ],
)
def test_variables_and_escaped_wildcards_are_read_alike_on_both_sides(wide: str, narrow: str) -> None:
    outer, inner = Pattern(wide, variables=True), Pattern(narrow, variables=True)
    assert outer.covers(inner)
    assert outer.intersects(inner)
    assert inner.intersects(outer)


@pytest.mark.parametrize(
    ("pattern", "variables", "value", "expected"),
    [
        ("${*}b", True, "*b", True),
        ("${*}b", True, "ab", False),
        ("${*}b", True, "bb", False),
        ("x${", True, "xyz", True),
        ("?${aws:username}", False, "a${aws:username}", True),
        ("?${aws:username}", False, "abob", False),
        ("X?", False, "Xa", True),
        ("a?**", False, "ab", True),
    ],
)
def test_a_pattern_is_read_piece_by_piece(pattern: str, variables: bool, value: str, expected: bool) -> None:
    assert Pattern(pattern, variables).matches(value) is expected


@pytest.mark.parametrize(
    ("narrow", "wide"), [("a", "?"), ("?a", "??"), ("?", "*"), ("a*", "?*"), ("*a", "*")]
)
def test_a_pattern_does_not_cover_a_wider_one(narrow: str, wide: str) -> None:
    assert not Pattern(narrow).covers(Pattern(wide))
    assert Pattern(wide).covers(Pattern(narrow))


def test_a_pattern_tells_whether_it_holds_a_variable() -> None:
    assert Pattern("home/${aws:username}/*", variables=True).has_variable
    assert Pattern("${*}${aws:username", variables=True).has_variable
    assert not Pattern("home/${*}${?}${$}", variables=True).has_variable
    assert not Pattern("home/${aws:username}").has_variable


def test_without_wildcards_a_star_is_a_character() -> None:
    plain = Pattern("a*b?", wildcards=False)
    assert plain.matches("a*b?")
    assert not plain.matches("axbx")
    with_variable = Pattern("a*${aws:username}?", variables=True, wildcards=False)
    assert with_variable.matches("a*bob?")
    assert not with_variable.matches("axbob?")
    assert not with_variable.matches("a*bobx")


@pytest.mark.parametrize("name", ["zone", "ZONE", "AbZy"])
def test_case_is_folded_for_the_letters_of_ascii_alone(name: str) -> None:
    assert folded(name) == name.lower()
    assert folded("É\u212aß") == "É\u212aß"


def test_resource_patterns_come_as_written_and_in_order() -> None:
    document = parse(
        text(
            allow(Sid="A", Resource=[BUCKET, "${aws:username}"]),
            deny(Resource=OTHER),
            allow(Resource=None, NotResource="*"),
        )
    )
    found = [(each.name, pattern) for each, pattern in resource_patterns(document)]
    assert found == [
        ("Statement[0] 'A'", BUCKET),
        ("Statement[0] 'A'", "${aws:username}"),
        ("Statement[1]", OTHER),
    ]
    assert [pattern for _, pattern in resource_patterns(document, effect="Deny")] == [OTHER]
    assert [pattern for _, pattern in resource_patterns(document, effect="Allow")] == [
        BUCKET,
        "${aws:username}",
    ]
