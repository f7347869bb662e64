"""A spoke VPC uses the interface endpoints of a hub: the pack takes it when its configuration says so, and not before."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.elsewhere import Elsewhere
from tests.support.aws_names import BUCKETS
from tools.policy_config import of_policies

SPOKE = f"""
import json
import pulumi_aws as aws
vpc = aws.ec2.Vpc("spoke", cidr_block="10.1.0.0/16", enable_dns_hostnames=True)
table = aws.ec2.RouteTable("private", vpc_id=vpc.id)
for n, zone in enumerate("ab"):
    subnet = aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.1.{{n}}.0/24", availability_zone=f"eu-west-1{{zone}}")
    aws.ec2.RouteTableAssociation(zone, subnet_id=subnet.id, route_table_id=table.id)
policy = {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
          "Resource": [f"arn:aws:s3:::{{bucket}}/*" for bucket in {list(BUCKETS)!r}]}}]}}
aws.ec2.VpcEndpoint("s3", vpc_id=vpc.id, service_name="com.amazonaws.eu-west-1.s3", route_table_ids=[table.id],
                    policy=json.dumps(policy))
"""


@pytest.fixture
def spoke(elsewhere: Elsewhere) -> Elsewhere:
    (elsewhere.folder / "__main__.py").write_text(SPOKE, encoding="utf-8")
    return elsewhere


def configured(folder: Path, config: dict[str, Any]) -> str:
    path = folder / "pack.json"
    path.write_text(json.dumps(of_policies(config)), encoding="utf-8")
    return str(path)


def test_a_spoke_is_blocked_with_the_configuration_that_declares_its_hub_and_passes_with_it(
    spoke: Elsewhere,
) -> None:
    undeclared = spoke.preview()
    assert undeclared.code != 0
    for service in ("ssm", "ssmmessages", "ec2messages", "ec2"):
        assert (
            f"VPC 'spoke' has no Interface endpoint for com.amazonaws.eu-west-1.{service} " in undeclared.text
        )
    # The message may be wrapped; what it says to paste is JSON all the same.
    flat = re.sub(r"\s+", " ", undeclared.text)
    paste = re.search(
        r'or, if a hub has them, in the pack\'s configuration: (\{"sharedEndpoints".*?\]\})', flat
    )
    assert paste is not None, undeclared.text
    declared = spoke.preview(config=configured(spoke.folder, json.loads(paste[1])))
    assert declared.code == 0, declared.text


def test_a_hubs_s3_gateway_does_not_reach_the_spoke(spoke: Elsewhere) -> None:
    shared = {"sharedEndpoints": [{"vpc": "*", "services": ["ssm", "s3"], "where": "hub"}]}
    answer = spoke.preview(config=configured(spoke.folder, shared))
    assert answer.code != 0
    assert "a gateway endpoint does not extend out of its VPC" in re.sub(r"\s+", " ", answer.text)


def test_a_waiver_with_a_past_date_turns_a_green_preview_red(spoke: Elsewhere) -> None:
    hub = {
        "sharedEndpoints": [
            {
                "vpc": "*",
                "services": ["ssm", "ssmmessages", "ec2messages", "ec2"],
                "where": "vpc-0hub in network/hub",
            }
        ]
    }
    assert spoke.preview(config=configured(spoke.folder, hub)).code == 0
    past = {
        "policy": "ssm-endpoints-complete",
        "urn": "urn:pulumi:dev::elsewhere::*::spoke",
        "reason": "the hub was not there yet",
        "owner": "platform@example.com",
        "expires": "2026-01-31",
    }
    answer = spoke.preview(config=configured(spoke.folder, {**hub, "waivers": [past]}))
    assert answer.code != 0
    assert "has expired and excuses nothing" in re.sub(r"\s+", " ", answer.text)
