"""Good stacks of every Region: the stacks that the real engine recorded in eu-west-1, with each Region's own names.

The names are typed here and in tests/blueprint/aws_table.py from AWS's pages, not taken from the facts that the pack reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.blueprint.aws_table import TABLE
from tests.support.aws_names import BUCKETS as BUCKETS_OF_DEV
from tests.support.graph import RecordedGraph, load

GRAPHS = Path(__file__).parents[1] / "fixtures" / "graphs"
PARTITIONS = {
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-east-1", "us-gov-west-1"),
    "aws-iso": ("us-iso-east-1", "us-iso-west-1"),
    "aws-iso-b": ("us-isob-east-1", "us-isob-west-1"),
    "aws-iso-e": ("eu-isoe-west-1",),
    "aws-iso-f": ("us-isof-east-1", "us-isof-south-1"),
    "aws-eusc": ("eusc-de-east-1",),
}
# Where the name of the EC2 endpoint service has another prefix than com.amazonaws (AWS CDK's list).
EC2 = {
    **dict.fromkeys(PARTITIONS["aws-cn"], "cn.com.amazonaws"),
    **dict.fromkeys(PARTITIONS["aws-iso"], "gov.ic.c2s"),
    "us-isob-east-1": "gov.sgov.sc2s",
}
# Launched since 2024: no ec2messages. Of the ISO Regions nobody could verify it.
NO_EC2MESSAGES = ("eusc-de-east-1",)
FAMILIES = (
    "aws-ssm",
    "amazon-ssm",
    "aws-windows-downloads",
    "patch-baseline-snapshot",
    "aws-patch-manager",
    "birdwatcher",
)
REGIONS = (*TABLE, *(region for regions in PARTITIONS.values() for region in regions))


@dataclass(frozen=True)
class Region:
    """A Region's names, as AWS's pages have them, and what the pack's owner has to say there."""

    id: str
    partition: str
    services: Mapping[str, str]
    buckets: Mapping[str, str]
    config: Mapping[str, Any]


@cache
def region(id: str) -> Region:
    """The names of one Region."""
    partition = next((name for name, regions in PARTITIONS.items() if id in regions), "aws")
    iso = partition.startswith("aws-iso")
    wanted = ["ssm", "ssmmessages", "ec2messages", "ec2", "kms", "s3"]
    if iso or id in NO_EC2MESSAGES or (id in TABLE and not TABLE[id][2]):
        wanted.remove("ec2messages")
    services = {each: f"com.amazonaws.{id}.{each}" for each in wanted}
    services["ec2"] = f"{EC2.get(id, 'com.amazonaws')}.{id}.ec2"
    given = {family: f"given-{family}-{id}" for family in FAMILIES}
    if partition in ("aws-cn", "aws-us-gov"):
        del given["amazon-ssm"]
    if id in TABLE:
        patch, snapshot, _ = TABLE[id]
        given = {}
        published = {
            "aws-ssm": f"aws-ssm-{id}",
            "amazon-ssm": f"amazon-ssm-{id}",
            "aws-windows-downloads": f"aws-windows-downloads-{id}",
            "patch-baseline-snapshot": f"patch-baseline-snapshot-{id}" + (f"-{snapshot}" if snapshot else ""),
            "aws-patch-manager": f"aws-patch-manager-{id}-{patch}",
            "birdwatcher": f"{id}-birdwatcher-prod",
        }
    else:
        published = {"amazon-ssm": f"amazon-ssm-{id}", **given}
    buckets = {family: published[family] for family in FAMILIES}
    config: dict[str, Any] = {"awsManaged": given} if given else {}
    if iso:
        config["minimumAgentVersion"] = "3.3.40.0"
    return Region(id, partition, services, buckets, config)


@cache
def _text(base: str) -> str:
    return json.dumps(json.loads((GRAPHS / f"{base}.json").read_text(encoding="utf-8")))


def graph(base: str, here: Region) -> RecordedGraph:
    """A recorded stack ("dev-preview", "nodes-unchanged", ...) as it would be in this Region."""
    text = _text(base)
    for old, new in zip(BUCKETS_OF_DEV, here.buckets.values(), strict=True):
        text = text.replace(f"s3:::{old}/", f"s3:::{new}/").replace(f'"{old}"', f'"{new}"')
    text = text.replace('"com.amazonaws.eu-west-1.ec2"', f'"{here.services["ec2"]}"')
    text = text.replace("arn:aws:", f"arn:{here.partition}:").replace("eu-west-1", here.id)
    stored = json.loads(text)
    found = RecordedGraph(stored["inputs"], stored["resources"])
    if "ec2messages" not in here.services:
        found.drop("ssm-ec2messages" if base.startswith("dev") else "ec2messages")
        if base.startswith("dev"):
            found.edit("ssm", lambda p: p["services"].remove(f"com.amazonaws.{here.id}.ec2messages"))
    return found


__all__ = ["REGIONS", "Region", "graph", "load", "region"]
