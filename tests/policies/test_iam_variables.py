"""What stands in the place of a policy variable.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import pytest

from policies.iam import ABSENT, PRESENT, Request, Value
from policies.iam_variables import filled_in

CONTEXT: dict[str, Value] = {
    "aws:username": ("bob",),
    "aws:principaltag/team": ("red",),
    "aws:principaltag/none": ABSENT,
    "aws:principaltag/some": PRESENT,
    "aws:principaltag/wild": ("r*",),
    "aws:principaltag/price": ("1$",),
    "aws:tagkeys": ("a", "b"),
}


def filled(text: str, *, arn: bool = False) -> str | None:
    return filled_in(text, Request("s3:GetObject", "*", context=CONTEXT), arn=arn)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$username {", "$username {"),
        ("${aws:username}", "bob"),
        ("home/${aws:username}/x", "home/bob/x"),
        ("${aws:username}-${aws:PrincipalTag/team}.${AWS:USERNAME}!", "bob-red.bob!"),
        # These three are how AWS writes the character itself: the pattern's reader takes them.
        ("a${*}b${?}c${$}d", "a${*}b${?}c${$}d"),
        ("${*}${aws:username}${$}", "${*}bob${$}"),
        ("${aws:PrincipalTag/none, 'red'}/x", "red/x"),
        ("${aws:PrincipalTag/team, 'blue'}", "red"),
        ("${aws:PrincipalTag/none, ''}x", "x"),
        # Not known, so they stay.
        ("a${aws:PrincipalTag/some}${aws:username}", "a${aws:PrincipalTag/some}bob"),
        ("${aws:PrincipalTag/some, 'red'}", "${aws:PrincipalTag/some, 'red'}"),
        ("${aws:PrincipalTag/wild}", "${aws:PrincipalTag/wild}"),
        ("${aws:PrincipalTag/price}", "${aws:PrincipalTag/price}"),
        ("${aws:PrincipalTag/none, 'r*'}", "${aws:PrincipalTag/none, 'r*'}"),
        ("${aws:TagKeys}", "${aws:TagKeys}"),
        ("${aws:SourceVpc}", "${aws:SourceVpc}"),
        ("${aws username}x${aws:username}", "${aws username}xbob"),
        # It does not end, and nobody can tell what follows.
        ("${aws:username}/${aws:username", "bob/${aws:username"),
        ("x${${aws:username}}", "x${${aws:username}}"),
    ],
)
def test_a_variable_is_filled_in_where_its_value_is_known(text: str, expected: str) -> None:
    assert filled(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "${aws:PrincipalTag/none}",
        "x-${aws:username}-${aws:PrincipalTag/none}",
        "${*}${aws:PrincipalTag/none}",
    ],
)
def test_a_text_with_a_variable_that_has_no_value_is_none(text: str) -> None:
    assert filled(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::bob/*"),
        ("arn:aws:sns:eu-west-1:111122223333:a:${aws:username}", "arn:aws:sns:eu-west-1:111122223333:a:bob"),
        ("arn:aws:s3::${aws:username}:b/*", "arn:aws:s3::${aws:username}:b/*"),
        ("${aws:username}", "${aws:username}"),
        # AWS refuses it there, whatever its value.
        ("arn:aws:s3::${aws:PrincipalTag/none}:${aws:username}", "arn:aws:s3::${aws:PrincipalTag/none}:bob"),
    ],
)
def test_only_the_last_part_of_an_arn_takes_a_variable(text: str, expected: str) -> None:
    assert filled(text, arn=True) == expected
