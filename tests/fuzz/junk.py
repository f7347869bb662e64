"""What no configuration should hold, and what people write into one by mistake."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

# Terminal escapes, control characters, bidi overrides, invisible and combining characters, half a surrogate pair.
CONTROL: Final = (
    *("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\x00", "\x08", "\r", "\n", "\t", "\x7f", "\x85"),
    *("\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u0301", "\u2028", "\u2029", "\ud800"),
)
_ALIKE = str.maketrans("aceiopsxyjmt013", "асеіорѕхујｍｔ０１３")
HUGE: Final = "x" * 1_000_000
LONG: Final = 100_000


def alike(text: str) -> str:
    """The same to the eye: Cyrillic and full-width letters."""
    return text.translate(_ALIKE)


def nested(depth: int, *, mapping: bool = False) -> Any:
    """Lists in lists, or objects in objects."""
    value: Any = "x"
    for _ in range(depth):
        value = {"create": value} if mapping else [value]
    return value


SCALARS: Final[st.SearchStrategy[Any]] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=8),
    st.sampled_from(CONTROL),
    st.sampled_from(
        [
            *(
                "",
                " ",
                "~",
                "yes",
                "on",
                "null",
                "0o17",
                "1e3",
                "1_000",
                "0x1F",
                "12:30:45",
                "{}",
                "[]",
                "[1, 2",
                "{a",
            ),
            *(
                "true",
                "NaN",
                "${x}",
                "../../etc/passwd",
                "'; rm -rf /",
                "{{x}}",
                "%s%n",
                "<script>",
                "=1+1",
                "<<",
                "*",
            ),
            *(
                "eu-west-1",
                "cn-north-1",
                "eu-west-1a",
                "10.0.0.0/16",
                "0.0.0.0/0",
                "::/0",
                "10.0.0.0/33",
                "300.0.0.0/8",
            ),
            *(
                "vpc-0a1b2c3d4e5f60718",
                "subnet-0",
                "arn:aws:s3:::acme",
                "s3",
                "ssm",
                "ec2messages",
                "3.3.40.0",
                "read",
            ),
        ]
    ),
    st.sampled_from(
        [
            *(
                10**30,
                -(10**400),
                0o17,
                2**63,
                float("nan"),
                float("inf"),
                b"\xff\x00",
                datetime.date(2026, 11, 30),
            ),
            datetime.datetime(2026, 11, 30, 1, 2, 3, tzinfo=datetime.UTC),
        ]
    ),
)
VALUES: Final[st.SearchStrategy[Any]] = st.one_of(
    SCALARS,
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.one_of(st.text(max_size=4), st.sampled_from(CONTROL)), SCALARS, max_size=3),
    st.sampled_from(
        [{"secure": "AAABAP/x"}, {"secure": None}, [{"secure": "v1:x"}], {}, [], [[]], [{}], [None], {1, 2}]
    ),
    st.sampled_from([{1: 2}, {None: 1}, {True: "x"}, {2.5: []}, {datetime.date(2026, 1, 1): 1}]),
    st.builds(nested, st.sampled_from([20, 120, 600])),
    st.builds(lambda: nested(120, mapping=True)),
)
# Rare, for each costs as much as a thousand others.
ENORMOUS: Final[tuple[Callable[[], Any], ...]] = (
    lambda: HUGE,
    lambda: "\x1b" * len(HUGE),
    lambda: ["10.0.0.0/16"] * LONG,
    lambda: [f"10.{n >> 8 & 255}.{n & 255}.0/24" for n in range(LONG)],
    lambda: [{"id": f"subnet-{n:017x}"} for n in range(LONG // 4)],
    lambda: {f"key{n}": n for n in range(LONG)},
    lambda: {HUGE: HUGE},
    lambda: list(range(LONG)),
    lambda: nested(50_000),
)
