"""What holds for every endpoint policy, and the wildcards against slower and simpler ways to the same answer."""

import json
import re
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policies.iam import (
    Malformed,
    Verdict,
    decide_every,
    denial_within,
    parse,
    pattern_matches,
    patterns_intersect,
)
from policies.iam_match import read_pattern
from tests.policies.iam_documents import anybody

# The request is always the same; the statements vary around it so that each element matches, may match, or does not.
ACTION = "s3:GetObject"
OBJECT = "arn:aws:s3:::a/b"
ACTIONS = ["s3:GetObject", "S3:get*", "*", "s3:PutObject", "s?:GetObject"]
RESOURCES = ["*", OBJECT, "arn:aws:s3:::a/*", "arn:aws:s3:::c/*", "arn:aws:s3:::a/${aws:username}", "arn:*/?"]
PRINCIPALS: list[Any] = ["*", {"AWS": "*"}, {"AWS": ["1", "*"]}, {"AWS": "1"}, {"Service": ["*"]}]
CONDITIONS: list[Any] = [None, {}, {"Bool": {"aws:SecureTransport": "true"}}]

Policy = list[dict[str, Any]]


def one_or_more(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    found = {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        draw(st.sampled_from(["Action", "NotAction"])): draw(one_or_more(ACTIONS)),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(one_or_more(RESOURCES)),
        draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"])): draw(st.sampled_from(PRINCIPALS)),
    }
    condition = draw(st.sampled_from(CONDITIONS))
    return found if condition is None else found | {"Condition": condition}


policies = st.lists(statements(), min_size=1, max_size=4)
versions = st.sampled_from(["2012-10-17", "2008-10-17"])


def verdict(policy: Any, version: str = "2012-10-17") -> Verdict:
    document = parse(json.dumps({"Version": version, "Statement": policy}))
    return decide_every(document, anybody(ACTION, OBJECT)).verdict


@given(policies, versions, st.randoms())
def test_the_order_of_statements_and_lists_does_not_matter(policy: Policy, version: str, random: Any) -> None:
    before = verdict(policy, version)
    shuffled = random.sample(policy, len(policy))
    for statement in shuffled:
        for value in statement.values():
            if isinstance(value, list):
                random.shuffle(value)
    assert verdict(shuffled, version) is before


@given(policies, versions)
def test_one_value_is_a_list_of_one(policy: Policy, version: str) -> None:
    scalars = [
        {
            key: value[0] if isinstance(value, list) and len(value) == 1 else value
            for key, value in each.items()
        }
        for each in policy
    ]
    assert verdict(scalars, version) is verdict(policy, version)


@given(statements())
def test_one_statement_is_a_list_of_one(statement: dict[str, Any]) -> None:
    assert verdict(statement) is verdict([statement])


@given(policies, st.randoms())
def test_the_case_of_an_action_does_not_matter(policy: Policy, random: Any) -> None:
    def mixed(text: str) -> str:
        return "".join(random.choice([each.lower(), each.upper()]) for each in text)

    other = [
        {key: list(map(mixed, value)) if key.endswith("Action") else value for key, value in each.items()}
        for each in policy
    ]
    document = parse(json.dumps({"Version": "2012-10-17", "Statement": other}))
    assert decide_every(document, anybody(mixed(ACTION), OBJECT)).verdict is verdict(policy)


@given(
    policies,
    st.sampled_from(PRINCIPALS),
    st.sampled_from(CONDITIONS),
    st.sampled_from(["Principal", "NotPrincipal"]),
)
def test_a_deny_on_the_object_never_leaves_it_allowed(
    policy: Policy, principal: Any, condition: Any, key: str
) -> None:
    denial = {"Effect": "Deny", key: principal, "Action": ACTION, "Resource": OBJECT}
    if condition is not None:
        denial["Condition"] = condition
    assert verdict([*policy, denial]) is not Verdict.ALLOWED


@given(policies)
def test_an_allow_for_everybody_leaves_only_a_deny_to_object(policy: Policy) -> None:
    """With everything allowed, a verdict other than ALLOWED comes from a Deny."""
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    denies = [each for each in policy if each["Effect"] == "Deny"]
    assert verdict([*policy, everything]) is verdict([*denies, everything])


@given(policies, statements(), st.booleans())
def test_a_statement_about_something_else_changes_nothing(
    policy: Policy, other: dict[str, Any], by_action: bool
) -> None:
    for key in ("Action", "NotAction") if by_action else ("Resource", "NotResource"):
        other.pop(key, None)
    other |= {"Action": "ssm:*"} if by_action else {"Resource": "arn:aws:s3:::elsewhere/*"}
    assert verdict([*policy, other]) is verdict(policy)


@given(policies)
def test_a_deny_that_decides_is_found_in_the_bucket_too(policy: Policy) -> None:
    """The whole bucket holds the object: whatever a Deny may do to the object, it may do to a part of the bucket."""
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    document = parse(json.dumps({"Version": "2012-10-17", "Statement": [*policy, everything]}))
    if decide_every(document, anybody(ACTION, OBJECT)).verdict is not Verdict.ALLOWED:
        requests = anybody(ACTION, "arn:aws:s3:::a/*")
        assert any(denial_within(document, request) is not None for request in requests)


# Wildcards. A small alphabet makes matches common; the last characters are special to one notation or another.

characters = "ab*?"
patterns = st.text(alphabet=characters, max_size=7)


def as_regex(pattern: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(each, re.escape(each)) for each in pattern), re.DOTALL)


def short_strings(alphabet: str, longest: int) -> list[str]:
    return ["".join(each) for length in range(longest + 1) for each in product(alphabet, repeat=length)]


# All patterns of up to three tokens, and every string that two patterns of up to four can need in common.
PATTERNS = short_strings(characters, 3)
STRINGS = short_strings("ab", 8)


@given(st.text(alphabet="ab*?.[]\\$\n", max_size=8), st.text(alphabet="ab.[]\\$\n*?", max_size=8))
def test_a_pattern_matches_what_its_regular_expression_matches(pattern: str, value: str) -> None:
    assert pattern_matches(pattern, value) is (as_regex(pattern).fullmatch(value) is not None)


@given(patterns, st.data())
def test_a_pattern_matches_what_is_made_from_it(pattern: str, data: st.DataObject) -> None:
    filled = [
        data.draw(st.text(max_size=3)) if each == "*" else data.draw(st.characters()) if each == "?" else each
        for each in pattern
    ]
    assert pattern_matches(pattern, "".join(filled))


@given(st.text(alphabet=characters, max_size=4), st.text(alphabet=characters, max_size=4))
def test_patterns_intersect_when_some_string_matches_both(a: str, b: str) -> None:
    """A shortest common string has no character that neither pattern asks for, so eight are enough to look at."""
    left, right = as_regex(a), as_regex(b)
    expected = any(left.fullmatch(each) and right.fullmatch(each) for each in STRINGS)
    assert patterns_intersect(a, b) is expected
    assert patterns_intersect(b, a) is expected


@given(patterns)
def test_a_pattern_covers_itself_and_everything_covers_it(pattern: str) -> None:
    assert read_pattern(pattern).covers(read_pattern(pattern))
    assert read_pattern("*").covers(read_pattern(pattern))


def test_a_pattern_that_covers_another_matches_all_that_the_other_matches() -> None:
    matched = {each: {string for string in STRINGS if as_regex(each).fullmatch(string)} for each in PATTERNS}
    covers = [(a, b) for a in PATTERNS for b in PATTERNS if read_pattern(a).covers(read_pattern(b))]
    assert [(a, b) for a, b in covers if not matched[b] <= matched[a]] == []


def test_small_patterns_intersect_exactly_when_they_share_a_string() -> None:
    matched = {each: {string for string in STRINGS if as_regex(each).fullmatch(string)} for each in PATTERNS}
    pairs = [(a, b) for a in PATTERNS for b in PATTERNS]
    assert [(a, b) for a, b in pairs if patterns_intersect(a, b) == matched[a].isdisjoint(matched[b])] == []


# Input that nobody meant.

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = ["Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"]
KEYS += ["Resource", "NotResource", "Condition", "AWS", "StringEquals"]
WORDS = st.sampled_from(["2012-10-17", "2008-10-17", "Allow", "Deny", "*", "s3:*"])
values = st.recursive(
    scalars | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner)
    ),
    max_leaves=12,
)


def answers(text: str) -> None:
    """Malformed with a short, printable message, or a document that can be asked."""
    try:
        document = parse(text)
    except Malformed as error:
        message = str(error)
    else:
        for request in anybody(ACTION, "*"):
            denial_within(document, request)
        message = decide_every(document, anybody(ACTION, OBJECT)).reason
    assert 0 < len(message) < 300
    assert message.isprintable()


@given(st.text())
def test_any_text_is_malformed_or_a_policy(text: str) -> None:
    answers(text)


@given(values)
def test_any_json_is_malformed_or_a_policy(value: Any) -> None:
    answers(json.dumps(value))


@given(policies, st.sampled_from(KEYS), values)
def test_a_policy_with_one_odd_value_is_malformed_or_a_policy(policy: Policy, key: str, value: Any) -> None:
    policy[0][key] = value
    answers(json.dumps({"Version": "2012-10-17", "Statement": policy}))


@given(policies, st.data())
def test_a_policy_with_a_piece_cut_out_is_malformed_or_a_policy(policy: Policy, data: st.DataObject) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": policy})
    start = data.draw(st.integers(0, len(text)))
    answers(text[:start] + text[data.draw(st.integers(start, len(text))) :])
