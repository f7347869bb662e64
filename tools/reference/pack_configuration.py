"""docs/reference/pack-configuration.md: what the policy pack's owner requires, out of the schema of its configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from policies.pack_config import PackConfig, schema
from tools.reference.markdown import Row, code, inner, page, rows_table, type_of

# The schema's own descriptions are the ends of error messages ("allowed is ..."); what a key is for, this says.
WHAT = {
    "profile": "whose list of endpoints and buckets holds: AWS's of today, or `seed`, its list until 2023 to the letter",
    "features": "what the nodes use: it decides the endpoints and buckets that are required",
    "minimumAgentVersion": "the oldest SSM Agent on any node: from 3.3.40.0 on, no `ec2messages` endpoint is required",
    "requiredServices": "further endpoints",
    "requiredBuckets": "further buckets",
    "awsManaged": "bucket names that AWS does not publish for the partition, by family",
    "sharedEndpoints": "interface endpoints in a hub; never S3's, which does not extend out of its VPC",
    "existingEndpoints": "endpoints, S3's included, that another stack has put into this VPC",
    "hostedZones": 'private hosted zones in place of private DNS; with `where: "this stack"` the pack looks for them',
    "internetAccess": "VPCs whose nodes use the internet instead of endpoints",
    "nodeSubnets": "where managed nodes live; by default what the stack shows",
    "minimumZones": "in how many Availability Zones an interface endpoint has to be",
    "trustedSecurityGroups": "groups whose rules are in another stack and that somebody vouches for",
    "scope": "`auto` judges stacks with something in a VPC, `always` even an empty one",
    "onUnknown": "whether what cannot be proven in a preview blocks, or is only said",
    "maxMonthlyUsd": "what the stack's interface endpoints may cost a month: endpoints x zones x 730 hours x price",
    "endpointHourUsd": "USD per endpoint, zone and hour in place of AWS's price, or where nobody could verify that",
    "waivers": "what is excused, of one policy at a time, for at most 90 days, and who answers for it",
}
_HEAD = """\
What the policies require comes from the pack's own configuration, never from the stack that they judge: a stack cannot
excuse itself. Write it once per stack in [policies/config/stacks.toml](../../policies/config/stacks.toml); `make
policy-config` turns that into `policies/config/<stack>.json`, in which every policy has the same properties, and `make
preview` and `make up` pass it along. With Pulumi's own command it is `pulumi preview --stack mystack --policy-pack policies
--policy-pack-config policies/config/mystack.json`.

A file written by hand is checked with `make policy-config FILE=...`: the engine says nothing of a misspelt policy. In
`stacks.toml` alone there is `enforcement` as well, a level by policy (`mandatory`, `advisory`, `disabled`), and a waiver
names its `policy`.
"""


def text() -> str:
    """The page."""
    properties = schema().properties
    listed = [row for name, each in properties.items() for row in _rows(name, each)]
    return page(
        "Configuration of the policy pack",
        "policies/pack_config.py",
        _HEAD,
        rows_table(listed),
        "The smallest useful one, as JSON for one policy:",
        "```json\n"
        + json.dumps(
            {"ssm-endpoints-complete": {"scope": "always", "features": {"kmsEncryption": True}}}, indent=2
        )
        + "\n```",
    )


def _rows(name: str, found: dict[str, Any]) -> list[Row]:
    what = WHAT.get(name, found.get("description", ""))
    return [Row(name, type_of(found), _default(name), what), *inner(found, name)]


def _default(name: str) -> str:
    value = getattr(PackConfig(), re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name), None)
    if isinstance(value, str | int) and value != "":
        return code(str(value))
    if isinstance(value, Collection) and not isinstance(value, str) and value:
        return "on: " + ", ".join(code(each) for each in sorted(value))
    return ""
