"""The roles of a fleet: who may become whom, and how little each may do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fleet import expansion, inventory, roles
from fleet.runner_access import previewer_arn
from permissions.documents import size, text
from tests.fleet import fleets

RUNNER = "arn:aws:iam::999999999999:role/runner"
LOOKER = "arn:aws:iam::999999999999:role/looker"
PROVIDERS = ("accounts.0.secretsProvider", "accounts.1.secretsProvider")


def documents(changes: dict[str, Any] | None = None, **more: str) -> dict[str, dict[str, Any]]:
    fleet = fleets.fleet(changes)
    return roles.documents(fleet, expansion.expand(fleet, "fleet.yaml"), principal=RUNNER, **more)


def allowing(document: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [each for each in document["Statement"] if action in each["Action"]]


def actions(document: dict[str, Any]) -> set[str]:
    return {action for each in document["Statement"] for action in each["Action"]}


def test_an_account_with_a_role_has_two_policies_and_two_trusts_and_one_without_has_no_trust() -> None:
    assert list(documents()) == [
        "runner",
        "shop-deployer",
        "shop-previewer",
        "shop-deployer-trust",
        "shop-previewer-trust",
        "bank-deployer",
        "bank-previewer",
    ]


def test_the_runner_becomes_exactly_the_inventorys_roles_and_has_the_states_bucket() -> None:
    assert documents()["runner"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AssumeRoles",
                "Effect": "Allow",
                "Action": ["sts:AssumeRole"],
                "Resource": ["arn:aws:iam::111111111111:role/deployer"],
            },
            {
                "Sid": "StateNames",
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": ["arn:aws:s3:::acme-state"],
            },
            {
                "Sid": "State",
                "Effect": "Allow",
                "Action": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                "Resource": ["arn:aws:s3:::acme-state/*"],
            },
        ],
    }


@pytest.mark.parametrize(
    ("url", "objects"),
    [
        ("s3://acme-state?region=eu-west-1", ["arn:aws:s3:::acme-state/*"]),
        ("s3://acme-state/fleets/acme/?region=eu-west-1", ["arn:aws:s3:::acme-state/fleets/acme/*"]),
        ("https://api.pulumi.com", None),
    ],
)
def test_the_state_is_its_bucket_and_folder_and_no_bucket_where_there_is_none(
    url: str, objects: list[str] | None
) -> None:
    found = allowing(documents({"backend.url": url})["runner"], "s3:PutObject")
    assert [each["Resource"] for each in found] == ([objects] if objects else [])


@pytest.mark.parametrize(
    ("provider", "resource", "alias"),
    [
        (
            "awskms:///arn:aws:kms:eu-west-1:333333333333:key/1234abcd-12ab?region=eu-west-1",
            "arn:aws:kms:eu-west-1:333333333333:key/1234abcd-12ab",
            None,
        ),
        (
            "awskms://1234abcd-12ab?region=eu-west-1",
            "arn:aws:kms:eu-west-1:999999999999:key/1234abcd-12ab",
            None,
        ),
        (
            "awskms://alias/pulumi?region=eu-west-1",
            "arn:aws:kms:eu-west-1:999999999999:key/*",
            "alias/pulumi",
        ),
        ("awskms://alias/pulumi", "arn:aws:kms:*:999999999999:key/*", "alias/pulumi"),
        (
            "awskms:///arn:aws:kms:eu-west-1:333333333333:alias/team/pulumi?region=eu-west-1",
            "arn:aws:kms:eu-west-1:333333333333:key/*",
            "alias/team/pulumi",
        ),
    ],
)
def test_a_key_is_named_and_an_alias_is_a_condition(provider: str, resource: str, alias: str | None) -> None:
    (found,) = allowing(documents(dict.fromkeys(PROVIDERS, provider))["runner"], "kms:Decrypt")
    assert found["Action"] == ["kms:Decrypt", "kms:Encrypt"]
    assert found["Resource"] == [resource]
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}} if alias else None
    assert found.get("Condition") == condition


def test_who_only_looks_becomes_only_who_only_looks_and_writes_no_state() -> None:
    changes = dict.fromkeys(PROVIDERS, "awskms://alias/pulumi")
    found = documents(changes, preview_principal=LOOKER)
    looker = found["preview-runner"]
    assert actions(looker) == {"sts:AssumeRole", "s3:ListBucket", "s3:GetObject", "kms:Decrypt"}
    (become,) = allowing(looker, "sts:AssumeRole")
    assert become["Resource"] == ["arn:aws:iam::111111111111:role/deployer".replace("deployer", "previewer")]
    assert found["shop-deployer-trust"]["Statement"][0]["Principal"] == {"AWS": RUNNER}
    assert found["shop-previewer-trust"]["Statement"][0]["Principal"] == {"AWS": LOOKER}


@pytest.mark.parametrize(
    ("role", "previewer"),
    [
        ("arn:aws:iam::1:role/ssm-endpoints-deployer", "arn:aws:iam::1:role/ssm-endpoints-previewer"),
        ("arn:aws:iam::1:role/admin", "arn:aws:iam::1:role/admin-previewer"),
    ],
)
def test_the_name_of_the_role_that_looks(role: str, previewer: str) -> None:
    assert previewer_arn(role) == previewer


def test_a_trust_policy_wants_the_external_id_that_the_inventory_says() -> None:
    found = documents({"accounts.0.externalId": "shop-7f3a"})["shop-deployer-trust"]
    assert found["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": RUNNER},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "shop-7f3a"}},
        }
    ]
    assert "Condition" not in documents()["shop-deployer-trust"]["Statement"][0]


def test_a_previewer_changes_nothing() -> None:
    verbs = {action.split(":")[1] for action in actions(documents()["shop-previewer"])}
    assert verbs
    assert all(verb.startswith(("Describe", "Get", "List")) for verb in verbs)


def test_regional_actions_are_of_the_accounts_regions_and_global_ones_have_no_region() -> None:
    document = documents()["shop-deployer"]
    (modify,) = allowing(document, "ec2:ModifyVpcEndpoint")
    assert modify["Condition"] == {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}}
    assert modify["Resource"] == [
        "arn:aws:ec2:*:111111111111:subnet/*",
        "arn:aws:ec2:*:111111111111:route-table/*",
        "arn:aws:ec2:*:111111111111:security-group/*",
        "arn:aws:ec2:*:111111111111:vpc-endpoint/*",
    ]
    (whose,) = allowing(document, "sts:GetCallerIdentity")
    assert "Condition" not in whose


def test_only_what_the_stacks_make_is_allowed() -> None:
    plain = actions(documents()["shop-deployer"])
    assert not any(action.startswith(("iam:", "route53resolver:")) for action in plain)
    assert "ec2:CreateVpc" in plain
    given = {"vpcId": "vpc-0a1b2c3d4e5f60718", "vpcCidrs": ["10.20.0.0/16"], "nodeSubnets": fleets.NODES}
    existing = actions(
        documents({"accounts.1.regions.0.settings": {"network": {"create": None, **given}}})["bank-deployer"]
    )
    assert not existing & {"ec2:CreateVpc", "ec2:DeleteVpc", "ec2:DeleteSubnet", "ec2:CreateRouteTable"}
    assert "ec2:CreateVpcEndpoint" in existing


def test_roles_of_nodes_are_the_programs_own_and_get_no_other_managed_policy() -> None:
    nodes = {"instanceRole": True, "existingRoles": ["fleet-nodes"]}
    document = documents({"settings.nodes": nodes})["shop-deployer"]
    (attach,) = allowing(document, "iam:AttachRolePolicy")
    assert attach["Resource"] == ["arn:aws:iam::111111111111:role/nodes-*"]
    assert attach["Condition"] == {
        "ArnEquals": {"iam:PolicyARN": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]}
    }
    (put,) = allowing(document, "iam:PutRolePolicy")
    assert put["Resource"] == [
        "arn:aws:iam::111111111111:role/nodes-*",
        "arn:aws:iam::111111111111:role/fleet-nodes",
        "arn:aws:iam::111111111111:role/*/fleet-nodes",
    ]
    (create,) = allowing(document, "iam:CreateRole")
    assert create["Resource"] == ["arn:aws:iam::111111111111:role/nodes-*"]
    assert not allowing(document, "iam:UpdateRole")


def test_another_partition_has_its_own_arns() -> None:
    fleet = inventory.read(fleets.GOLDEN)
    found = roles.documents(fleet, expansion.expand(fleet, "fleet.yaml"), principal=RUNNER)
    (delete,) = allowing(found["gov-deployer"], "ec2:DeleteVpcEndpoints")
    assert delete["Resource"] == ["arn:aws-us-gov:ec2:*:333333333333:vpc-endpoint/*"]


def test_no_document_is_longer_than_iam_takes_and_nothing_is_lost_in_the_parts() -> None:
    everything = {
        "settings.nodes": {"instanceRole": True, "hybridRole": True, "securityGroup": True},
        "settings.dns": {"inboundResolver": {"clientCidrs": ["192.168.0.0/16"]}},
        "accounts.0.regions": [
            {"region": f"{area}-{side}-{number}"}
            for area, side, numbers in (
                ("eu", "west", "123"),
                ("eu", "central", "12"),
                ("us", "east", "12"),
                ("us", "west", "12"),
                ("ap", "northeast", "123"),
                ("ap", "southeast", "12"),
            )
            for number in numbers
        ],
    }
    found = documents(everything)
    assert "shop-deployer-2" in found
    for name, document in found.items():
        assert size(document) <= (2048 if name.endswith("-trust") else 6144), name
    parts = [
        document
        for name, document in found.items()
        if name.startswith("shop-deployer") and "trust" not in name
    ]
    both = {action for document in parts for action in actions(document)}
    assert {"ec2:CreateVpcEndpoint", "iam:CreateRole", "route53resolver:CreateResolverEndpoint"} <= both
    assert actions(found["shop-previewer"]) <= both


def test_a_principal_that_is_no_arn_is_an_error() -> None:
    fleet = fleets.fleet()
    for wrong in ("*", "arn:aws:iam::999999999999:root", "999999999999"):
        with pytest.raises(ValueError, match="is not the ARN of an IAM role or user"):
            roles.documents(fleet, (), principal=wrong)


def test_the_text_is_json_by_name() -> None:
    assert json.loads(text(documents())) == documents()
