"""Names that only look right: to the pack a service or a bucket under one of them is not there, as it is not for AWS."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fuzz.junk import alike
from tests.support.graph import RecordedGraph
from tests.support.pack import Pack
from tests.support.regions import graph, region

HERE = region("eu-west-1")
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
# The same to the eye, or nearly; none of them is the same text.
WAYS: dict[str, Callable[[str], str]] = {
    "Cyrillic letters": alike,
    "one Cyrillic letter": lambda text: text.replace("s", "ѕ", 1),
    "full-width letters": lambda text: text[:-1] + chr(ord(text[-1]) + 0xFEE0),
    "a zero-width space": lambda text: f"{text[:4]}\u200b{text[4:]}",
    "a zero-width joiner": lambda text: f"{text}\u200d",
    "a soft hyphen": lambda text: text.replace("-", "\u00ad-", 1),
    "another hyphen": lambda text: text.replace("-", "\u2010", 1),
    "a combining dot": lambda text: f"{text}\u0307",
    "a byte order mark": lambda text: f"\ufeff{text}",
    "the text turned round": lambda text: f"\u202e{text}\u202c",
    "capitals": str.upper,
    "one capital": str.capitalize,
    "a dot at the end": lambda text: f"{text}.",
    "a space at the end": lambda text: f"{text} ",
    "a space before it": lambda text: f" {text}",
    "a line end": lambda text: f"{text}\n",
    "a NUL": lambda text: f"{text}\x00",
    "a tab": lambda text: f"{text}\t",
}
BUCKETS = [HERE.buckets[family] for family in ("aws-ssm", "aws-patch-manager", "birdwatcher")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("service", ["ssm", "ec2messages", "s3"])
@pytest.mark.parametrize("stage", ["dev-preview", "dev-unchanged"])
def test_a_service_of_a_name_that_looks_right_is_missing(
    plain_pack: Pack, stage: str, service: str, way: str
) -> None:
    right = f"com.amazonaws.eu-west-1.{service}"
    written = WAYS[way](right)
    assert written != right
    stack = graph(stage, HERE)
    stack.edit(f"ssm-{service}", lambda properties: properties.update(serviceName=written), ENDPOINT)
    said = blocking(plain_pack, stack)
    wanted = "s3-gateway-buckets-complete" if service == "s3" else "ssm-endpoints-complete"
    assert any(right in message for policy, message in said if policy == wanted), said


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_of_a_name_that_looks_right_is_not_admitted(plain_pack: Pack, bucket: str, way: str) -> None:
    stack = graph("dev-preview", HERE)
    written = WAYS[way](bucket)
    assert written != bucket
    escaped = written.replace("\n", "\\n").replace("\x00", "\\u0000").replace("\t", "\\t")

    def change(properties: dict[str, str]) -> None:
        assert f"{bucket}/*" in properties["policy"]
        properties["policy"] = properties["policy"].replace(f"{bucket}/*", f"{escaped}/*")

    stack.edit("ssm-s3", change, ENDPOINT)
    said = blocking(plain_pack, stack)
    assert any(bucket in message for policy, message in said if policy == "s3-gateway-buckets-complete"), said


@pytest.mark.parametrize("way", WAYS)
def test_the_pack_requires_no_name_that_only_looks_right(plain_pack: Pack, way: str) -> None:
    """In its own configuration it is refused, with what is invisible spelt out."""
    for key, name in (("requiredServices", "ssm"), ("requiredBuckets", "acme-logs"), ("features", "windows")):
        written = WAYS[way](name)
        value = {written: False} if key == "features" else [written]
        if written == name or (key == "requiredBuckets" and way == "a soft hyphen" and "-" not in name):
            continue
        plain_pack.set_up({"all": {"scope": "always", key: value}})
        said = [
            each.message for each in plain_pack.judge(graph("dev-preview", HERE)) if each.level == "MANDATORY"
        ]
        assert all("configuration cannot be used: " in message for message in said)
        assert len(said) == 22
        (shown,) = {message.split("cannot be used: ")[1].split(";")[0] for message in said}
        assert shown.isascii()
        assert key in shown


def blocking(pack: Pack, stack: RecordedGraph) -> list[tuple[str, str]]:
    """What blocks, all of which a terminal can show."""
    pack.configure({"scope": "always"})
    said = [(each.policy, each.message) for each in pack.judge(stack) if each.level == "MANDATORY"]
    assert all(line.isprintable() for _, message in said for line in message.split("\n"))
    return said
