"""What an inventory stands for: stacks, their files, and what the pack requires of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml
from syrupy.assertion import SnapshotAssertion

from blueprint import plan as planner
from blueprint.settings import parse
from blueprint.stack_schema import stack_schema
from fleet import expansion, inventory
from tests.components.test_components import build
from tests.fleet.fleets import GOLDEN, NODES, fleet
from tests.support.json_schema import accepts
from tests.support.pack import here
from tools.policy_config import of_policies

STACKS = {each.name: each for each in expansion.expand(inventory.read(GOLDEN), "fleet.yaml")}
SHOP, BANK = "111111111111", "222222222222"


def own(stack: str) -> dict[str, Any]:
    """The program's keys of a stack's file, without the namespace."""
    return {
        key.removeprefix("ssm-vpc-endpoints:"): value
        for key, value in STACKS[stack].config.items()
        if not key.startswith("aws:")
    }


def test_the_stacks_are_those_of_the_inventory_in_its_order_each_in_its_wave() -> None:
    """Six have no wave of their own: canaries and early stacks are named, so that they are the rest."""
    assert [(each.name, each.account_id, each.region, each.wave) for each in STACKS.values()] == [
        ("shop-eu-west-1", SHOP, "eu-west-1", "rest"),
        ("shop-eu-central-1", SHOP, "eu-central-1", "canary"),
        ("shop-us-east-1-web", SHOP, "us-east-1", "rest"),
        ("shop-us-east-1-data", SHOP, "us-east-1", "early"),
        ("bank-eu-west-1", BANK, "eu-west-1", "rest"),
        ("bank-ap-southeast-2", BANK, "ap-southeast-2", "rest"),
        ("gov-us-gov-west-1", "333333333333", "us-gov-west-1", "rest"),
        ("gov-us-gov-east-1", "333333333333", "us-gov-east-1", "early"),
    ]


@pytest.mark.parametrize("stack", STACKS)
def test_the_files_of_a_stack_are_the_reviewed_ones(stack: str, snapshot: SnapshotAssertion) -> None:
    assert yaml.safe_dump(dict(STACKS[stack].file), sort_keys=False) == snapshot(name="stack file")
    assert yaml.safe_dump(dict(STACKS[stack].requirements), sort_keys=False) == snapshot(name="requirements")


@pytest.mark.parametrize("stack", STACKS)
def test_an_editor_takes_the_stack_file_and_the_pack_has_nothing_to_say(stack: str) -> None:
    """As of every example stack: schema, plan, components and pack agree."""
    # As it is written and read again: plain data.
    file = yaml.safe_load(yaml.safe_dump(dict(STACKS[stack].file)))
    assert accepts(stack_schema(), file)
    plan = planner.make(parse(file["config"], stack_file=stack), stack_file=stack)
    pack = here()
    pack.set_up(
        {
            name: {**each, "enforcementLevel": None}
            for name, each in of_policies(STACKS[stack].requirements).items()
        }
    )
    assert [(said.policy, said.message) for said in pack.judge(build(plan).graph(plan.region))] == []


def test_a_provider_becomes_the_role_and_works_in_no_other_account() -> None:
    aws = {key: value for key, value in STACKS["shop-us-east-1-web"].config.items() if key.startswith("aws:")}
    assert aws == {
        "aws:region": "us-east-1",
        "aws:allowedAccountIds": ["111111111111"],
        "aws:assumeRoles": [
            {
                "roleArn": "arn:aws:iam::111111111111:role/ssm-endpoints-deployer",
                "sessionName": "ssm-shop-us-east-1-web",
                "externalId": "shop-7f3a",
            }
        ],
    }
    assert STACKS["bank-eu-west-1"].config["aws:assumeRoles"] == [
        {
            "roleArn": "arn:aws:iam::222222222222:role/ssm-endpoints-deployer",
            "sessionName": "ssm-bank-eu-west-1",
        }
    ]
    # Without a role, the credentials that are there have to be the account's.
    assert "aws:assumeRoles" not in STACKS["gov-us-gov-west-1"].config
    assert STACKS["gov-us-gov-west-1"].config["aws:allowedAccountIds"] == ["333333333333"]
    assert {own(name)["accountId"] for name in STACKS if name.startswith("gov")} == {"333333333333"}


def test_a_name_of_a_session_is_never_longer_than_sts_takes() -> None:
    changes = {"accounts.0.name": "a" * 40, "accounts.0.regions.0.vpcs": [{"name": "b" * 40}]}
    stack = expansion.expand(fleet(changes), "fleet.yaml")[0]
    assert stack.name == "a" * 40 + "-eu-west-1-" + "b" * 40
    assert stack.config["aws:assumeRoles"][0]["sessionName"] == "ssm-" + "a" * 40 + "-eu-west-1-" + "b" * 9


def test_the_innermost_level_has_the_last_word_key_by_key() -> None:
    assert own("shop-eu-west-1")["network"] == {
        "create": {"cidr": "10.1.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}
    }
    assert own("shop-us-east-1-data")["network"] == {
        "create": {"cidr": "10.0.0.0/16", "availabilityZones": ["us-east-1c", "us-east-1d"]}
    }
    assert own("shop-us-east-1-data")["features"] == {"windows": True}
    assert STACKS["shop-us-east-1-data"].requirements["features"] == {"windows": True}
    assert STACKS["shop-us-east-1-web"].requirements["features"] == {"windows": False}


def test_null_takes_a_key_away_and_leaves_its_neighbours() -> None:
    assert own("shop-eu-central-1")["tags"] == {
        "team": "shop",
        "stack": "shop-eu-central-1",
        "costCenter": "4711",
    }
    assert "buckets" not in own("shop-eu-central-1")
    assert list(own("bank-eu-west-1")["network"]) == ["vpcId", "vpcCidrs", "nodeSubnets"]


def test_words_in_braces_are_the_stacks_own() -> None:
    assert own("shop-us-east-1-web")["tags"] == {
        "team": "shop",
        "fleet": "shop",
        "stack": "shop-us-east-1-web",
    }
    assert own("shop-eu-west-1")["buckets"] == {
        "own": [{"name": "logs-111111111111-eu-west-1", "access": "readWrite"}]
    }
    buckets = {
        "aws-ssm": "placeholder-aws-ssm-us-gov-east-1",
        "patch-baseline-snapshot": "placeholder-patch-baseline-snapshot-us-gov-east-1",
        "aws-patch-manager": "placeholder-aws-patch-manager-us-gov-east-1",
        "birdwatcher": "placeholder-us-gov-east-1-birdwatcher-prod",
    }
    assert own("gov-us-gov-east-1")["buckets"] == {"awsManaged": buckets}
    assert STACKS["gov-us-gov-east-1"].requirements["awsManaged"] == buckets


def test_the_pack_is_told_the_node_subnets_of_a_vpc_that_is_there() -> None:
    vpc = {"vpcId": "vpc-0a1b2c3d4e5f60718"}
    assert STACKS["bank-eu-west-1"].requirements == {
        "scope": "always",
        "nodeSubnets": [{**vpc, **NODES[0]}, {**vpc, **NODES[1]}],
        "minimumAgentVersion": "3.3.40.0",
        "features": {"windows": False},
    }
    assert "nodeSubnets" not in STACKS["bank-ap-southeast-2"].requirements


def test_secrets_are_encrypted_by_the_accounts_provider_or_the_fleets() -> None:
    assert STACKS["bank-eu-west-1"].secrets_provider == "awskms://alias/bank"
    assert STACKS["shop-eu-west-1"].secrets_provider == "awskms://alias/pulumi"


def test_a_stack_costs_what_its_endpoints_do_where_the_price_is_verified() -> None:
    """ssm, ssmmessages and ec2 in two zones, 0.01 USD an hour, 730 hours."""
    assert STACKS["shop-us-east-1-web"].monthly_usd == Decimal("43.80")
    assert STACKS["gov-us-gov-west-1"].monthly_usd is None


def test_the_innermost_level_has_the_last_word_on_the_wave() -> None:
    changes = {
        "wave": "rest",
        "accounts.0.wave": "early",
        "accounts.0.regions.1.wave": "rest",
        "accounts.0.regions.0.vpcs": [{"name": "a"}, {"name": "b", "wave": "canary"}],
    }
    found = {each.name: each.wave for each in expansion.expand(fleet(changes), "fleet.yaml")}
    assert found == {
        "shop-eu-west-1-a": "early",
        "shop-eu-west-1-b": "canary",
        "shop-eu-west-2": "rest",
        "bank-eu-west-1": "rest",
    }
