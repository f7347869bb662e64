"""How far a deployer's documents are narrowed by what IAM compares beside ARNs: and never more than AWS compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from blueprint import plan as planner
from blueprint.settings import parse
from fleet import expansion, roles
from permissions import documents
from permissions.narrowing import created_services
from tests.components.test_example_stacks import FILES, plan_of
from tests.e2e.limited import subject_of
from tests.fleet import fleets
from tests.support.iam_requests import AWS_SAYS

OWN = "123456789012"
VPC, SPOKE = "vpc-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60719"
GIVEN: dict[str, Any] = {"network": {"vpcId": VPC, "nodeSubnets": fleets.NODES}}
CREATED = {"network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}}
HUB = {"kind": "hub", "spokes": [{"vpcId": SPOKE, "cidrs": ["10.51.1.0/24"], "accountId": "210987654321"}]}
JOINS = {
    "kind": "spoke",
    "zones": {"ssm": "Z2FDTNDATAQYW2", "ssmmessages": "Z2FDTNDATAQYW3", "ec2": "Z2FDTNDATAQYW4"},
}
ROLES = {"instanceRole": True, "hybridRole": True, "existingRoles": ["app-admin"]}
BOUNDARY = f"arn:aws:iam::{OWN}:policy/nodes-boundary"
LIMITED = {"instanceRole": True, "permissionsBoundary": BOUNDARY}
AGENT = {"minimumAgentVersion": "3.3.40.0"}
NAMES = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
# Of a role that is there, the statement about buckets.
OF_EXISTING = {"iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy"}


def deployer(*settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    return documents.deployer(OWN, [subject_of({**AGENT, **each}) for each in settings])


def about(statements: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    return [each for each in statements if action in each["Action"]]


def naming(statements: list[dict[str, Any]], role: str) -> set[str]:
    """The actions of every statement that names a role."""
    return {
        action
        for each in statements
        if any(arn.endswith(f"/{role}") for arn in each["Resource"])
        for action in each["Action"]
    }


@pytest.mark.parametrize("network", [GIVEN, CREATED])
def test_of_a_role_that_is_there_the_deployer_has_one_inline_policy_and_nothing_else(
    network: dict[str, Any],
) -> None:
    settings = {**network, "accountId": OWN, "nodes": ROLES}
    assert naming(deployer(settings), "app-admin") == OF_EXISTING
    previewer = documents.previewer(OWN, [subject_of(settings)])
    assert naming(previewer, "app-admin") == {"iam:GetRolePolicy"}


def test_who_makes_no_role_names_none_of_its_own() -> None:
    (put,) = about(deployer({**GIVEN, "nodes": {"existingRoles": ["app-admin"]}}), "iam:PutRolePolicy")
    assert put["Resource"] == [f"arn:aws:iam::{OWN}:role/{each}app-admin" for each in ("", "*/")]


def test_in_a_fleet_too_whatever_its_other_stacks_make() -> None:
    """One stack makes roles, another gives the statement to one that is there: together they do no more to it."""
    fleet = fleets.fleet(
        {
            "accounts.0.regions.0.settings": {"nodes": {"existingRoles": ["app-admin"]}},
            "accounts.0.regions.1.settings": {"nodes": {"instanceRole": True, "hybridRole": True}},
        }
    )
    stacks = expansion.expand(fleet, "fleet.yaml")
    found = roles.documents(fleet, stacks, principal="arn:aws:iam::999999999999:role/runner")
    statements = found["shop-deployer"]["Statement"]
    assert naming(statements, "app-admin") == OF_EXISTING
    assert {"iam:UpdateAssumeRolePolicy", "iam:CreateRole"} <= naming(statements, "nodes-*")


def test_endpoints_are_made_to_the_plans_services_and_no_others() -> None:
    things, endpoint = about(deployer(GIVEN), "ec2:CreateVpcEndpoint")
    kinds = [arn.rpartition(":")[2] for arn in things["Resource"]]
    assert kinds == ["vpc/*", "subnet/*", "route-table/*", "security-group/*"]
    assert things["Condition"] == {"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}
    assert endpoint["Resource"] == [f"arn:aws:ec2:*:{OWN}:vpc-endpoint/*"]
    services = [f"com.amazonaws.eu-west-1.{each}" for each in ("ec2", "s3", "ssm", "ssmmessages")]
    assert endpoint["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": ["eu-west-1"], "ec2:VpceServiceName": services}
    }


def test_an_interface_endpoint_of_s3_and_fips_endpoints_are_among_them() -> None:
    zones = {"cidr": "10.0.0.0/16", "availabilityZones": ["us-east-1a", "us-east-1b"]}
    more = {
        "hybrid": {"s3InterfaceEndpoint": True},
        "topology": {"fips": ["ec2"]},
        "network": {"create": zones},
    }
    said = {f"ssm-vpc-endpoints:{key}": value for key, value in {**more, **AGENT}.items()}
    settings = parse({"aws:region": "us-east-1", **said}, stack_file="Pulumi.dev.yaml")
    plan = planner.make(settings, stack_file="Pulumi.dev.yaml")
    found = created_services(plan)
    assert {"com.amazonaws.us-east-1.ec2", "com.amazonaws.us-east-1.ec2-fips"} <= found
    assert "com.amazonaws.us-east-1.s3" in found


def test_who_makes_no_endpoint_may_make_none() -> None:
    adopted = {"s3": "vpce-0a1b2c3d4e5f60718"}
    spoke = {**JOINS, "existing": adopted}
    statements = deployer({**GIVEN, "topology": spoke})
    assert about(statements, "ec2:CreateVpcEndpoint") == []
    assert len(about(deployer({**GIVEN, "topology": JOINS}), "ec2:CreateVpcEndpoint")) == 2


def test_a_fleet_has_the_services_of_all_its_stacks_and_no_statement_is_longer_than_a_policy() -> None:
    regions = [f"eu-{side}-{n}" for side, numbers in (("west", "123"), ("central", "12")) for n in numbers]
    regions += [f"us-{side}-{n}" for side in ("east", "west") for n in "12"]
    regions += [
        f"ap-{side}-{n}" for side, most in (("southeast", 5), ("northeast", 3)) for n in range(1, most + 1)
    ]
    regions += [f"ap-south-{n}" for n in "12"] + ["ca-central-1", "ca-west-1", "sa-east-1", "af-south-1"]
    features = {"kmsEncryption": True, "cloudwatchLogs": True}
    fleet = fleets.fleet(
        {
            "accounts.0.regions": [{"region": each} for each in regions],
            "settings.features": features,
            "settings.minimumAgentVersion": "3.3.40.0",
        }
    )
    stacks = expansion.expand(fleet, "fleet.yaml")
    found = roles.documents(fleet, stacks, principal="arn:aws:iam::999999999999:role/runner")
    parts = {name: each for name, each in found.items() if "shop-deployer" in name and "trust" not in name}
    assert len(parts) > 1
    for name, document in parts.items():
        assert documents.size(document) <= documents.MANAGED_POLICY_CHARACTERS, name
    named = [
        service
        for document in parts.values()
        for each in about(document["Statement"], "ec2:CreateVpcEndpoint")
        for service in each["Condition"]["StringEquals"].get("ec2:VpceServiceName", ())
    ]
    assert len(named) == len(set(named)) == len(regions) * 6
    assert "com.amazonaws.ap-southeast-5.kms" in named


def test_a_hub_writes_the_records_of_its_own_names_and_no_others() -> None:
    (records,) = about(
        deployer({**GIVEN, "accountId": OWN, "topology": HUB}), "route53:ChangeResourceRecordSets"
    )
    names = [f"{each}.eu-west-1.amazonaws.com" for each in ("ec2", "ssm", "ssmmessages")]
    # Without the second line a request without the key would pass: for no name at all, all names are right.
    assert records["Condition"] == {"ForAllValues:StringEquals": {NAMES: names}, "Null": {NAMES: "false"}}
    assert all(name == name.lower().rstrip(".") for name in names)


def test_zones_are_made_for_and_joined_by_the_plans_vpcs_alone() -> None:
    def vpcs(statements: list[dict[str, Any]], action: str) -> list[Any]:
        return [each["Condition"]["StringLike"]["route53:VPCs"] for each in about(statements, action)]

    own, of_spoke = (f"VPCId={each},VPCRegion=eu-west-1" for each in (VPC, SPOKE))
    hub = deployer({**GIVEN, "accountId": OWN, "topology": HUB})
    for action in ("CreateHostedZone", "AssociateVPCWithHostedZone"):
        assert vpcs(hub, f"route53:{action}") == [[own]]
    for action in ("CreateVPCAssociationAuthorization", "DeleteVPCAssociationAuthorization"):
        assert vpcs(hub, f"route53:{action}") == [[of_spoke]]
    spoke = deployer({**GIVEN, "topology": JOINS})
    for action in ("AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone"):
        assert vpcs(spoke, f"route53:{action}") == [[own]]
    # Of a VPC that the stack makes, only the Region is known before.
    made = deployer({**CREATED, "accountId": OWN, "topology": HUB})
    assert vpcs(made, "route53:CreateHostedZone") == [["VPCId=*,VPCRegion=eu-west-1"]]


def test_two_stacks_have_the_names_and_vpcs_of_both() -> None:
    both = deployer({**GIVEN, "accountId": OWN, "topology": HUB}, {**CREATED, "topology": JOINS})
    (joins,) = about(both, "route53:AssociateVPCWithHostedZone")
    assert joins["Condition"]["StringLike"]["route53:VPCs"] == [
        "VPCId=*,VPCRegion=eu-west-1",
        f"VPCId={VPC},VPCRegion=eu-west-1",
    ]


@pytest.mark.parametrize("stack", [*FILES, "limited"])
def test_aws_compares_every_key_that_a_condition_names(stack: str) -> None:
    """For the action or, where it is said of one kind of thing, for that kind: elsewhere a condition lets nothing by."""
    limited = subject_of({**GIVEN, "nodes": LIMITED})
    subject = limited if stack == "limited" else documents.Subject(limited.settings, plan_of(stack))
    for statement in documents.deployer(OWN, [subject]):
        keys = {key for operator in statement.get("Condition", {}).values() for key in operator}
        for action in statement["Action"]:
            says = AWS_SAYS[action].get("keys", {})
            kinds = {arn.rpartition(":")[2].partition("/")[0] for arn in statement["Resource"]}
            for key in keys - {"aws:RequestedRegion"}:
                assert says[key] == ["*"] or kinds <= set(says[key]), (action, key)
