"""The facts are AWS's, complete, and each knows where it was read."""

import re

import botocore.session
import pytest

from blueprint import iam_actions, prices
from blueprint.catalog import UnknownRegionError, load
from tests.blueprint.aws_table import TABLE

CATALOG = load()
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@pytest.mark.parametrize("region", TABLE)
def test_patch_buckets_have_the_names_of_aws_table(region: str) -> None:
    patch, snapshot, _ = TABLE[region]
    names = CATALOG.region(region).tabulated_buckets
    assert names == {
        "aws-patch-manager": f"aws-patch-manager-{region}-{patch}",
        "aws-patchmanager-macos": f"aws-patchmanager-macos-{region}-{patch}",
        "patch-baseline-snapshot": f"patch-baseline-snapshot-{region}" + (f"-{snapshot}" if snapshot else ""),
    }


def test_the_seeds_special_region_keeps_its_two_names() -> None:
    bahrain = CATALOG.region("me-south-1")
    assert (
        bahrain.bucket(CATALOG.buckets["patch-baseline-snapshot"])
        == "patch-baseline-snapshot-me-south-1-uduvl7q8"
    )
    assert bahrain.bucket(CATALOG.buckets["aws-patch-manager"]) == "aws-patch-manager-me-south-1-a53fc9dce"


def test_every_region_that_botocore_knows_has_a_row() -> None:
    """A Region that AWS adds shows up here by name."""
    session = botocore.session.get_session()
    for partition in session.get_available_partitions():
        known = set(session.get_available_regions("ec2", partition, allow_non_regional=False))
        ours = {id for id, region in CATALOG.regions.items() if region.partition.id == partition}
        assert known == ours, (
            f"{partition}: AWS has {sorted(known - ours)}, the facts also have {sorted(ours - known)}"
        )


def test_partitions_have_botocores_dns_suffixes() -> None:
    data = botocore.session.get_session().get_component("data_loader").load_data("partitions")
    for partition in data["partitions"]:
        ours = CATALOG.partitions[partition["id"]]
        outputs = partition["outputs"]
        assert (ours.dns_suffix, ours.dual_stack_dns_suffix) == (
            outputs["dnsSuffix"],
            outputs["dualStackDnsSuffix"],
        )


@pytest.mark.parametrize("region", TABLE)
def test_ec2messages_is_absent_exactly_where_a_region_launched_since_2024(region: str) -> None:
    assert CATALOG.region(region).has_service("ec2messages") is TABLE[region][2]


def test_only_ec2_is_named_differently_in_china() -> None:
    for region in ("cn-north-1", "cn-northwest-1"):
        for service in CATALOG.services:
            prefix = "cn.com.amazonaws" if service == "ec2" else "com.amazonaws"
            assert CATALOG.region(region).service_name(service) == f"{prefix}.{region}.{service}"


@pytest.mark.parametrize("region", [id for id, r in CATALOG.regions.items() if r.partition.id != "aws"])
def test_patch_buckets_outside_the_commercial_partition_are_unknown_not_guessed(region: str) -> None:
    for family in ("patch-baseline-snapshot", "aws-patch-manager", "aws-patchmanager-macos"):
        assert CATALOG.region(region).bucket(CATALOG.buckets[family]) is None


def test_every_row_has_a_source_and_every_source_a_row() -> None:
    rows = [
        row
        for table in (
            *(CATALOG.partitions, CATALOG.regions, CATALOG.services, CATALOG.buckets),
            *(CATALOG.agent_calls, CATALOG.managed_policies),
        )
        for row in table.values()
    ]
    used = {row.source for row in rows} | {limit["source"] for limit in CATALOG.limits.values()}
    used |= {partition.service_prefix_source for partition in CATALOG.partitions.values()}
    used |= {service.policy_source for service in CATALOG.services.values() if service.takes_policy}
    used |= {calls.scopes_source for calls in CATALOG.agent_calls.values() if calls.scopes}
    used |= {service.source for service in iam_actions.load().values()}
    table = prices.load()
    priced = [*table.endpoint_hour.values(), *table.data, table.gateway]
    used |= {price.source for price in priced}
    assert used <= CATALOG.sources.keys()
    # Pages that rules and documents cite without a row of their own.
    cited = {
        "message-apis",
        "interface-endpoints",
        "cross-region",
        "privatelink-services",
        "bucket-names",
        "agent-buckets",
        "security-hub-ec2",
        "botocore-operations",
        "gateway-endpoint-s3",
        "network-acls",
        "pulumi-policy-configuration",
    }
    assert CATALOG.sources.keys() - used <= cited
    assert {row.evidence for row in [*rows, *priced]} <= {"verified", "inferred"}


def test_every_source_leads_to_a_page_and_a_day() -> None:
    for source in CATALOG.sources.values():
        assert source.url.startswith("https://")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", source.read)
        assert source.title


def test_bucket_names_are_valid_unique_and_name_their_own_region() -> None:
    names = [
        (name, region.id)
        for region in CATALOG.regions.values()
        for family in CATALOG.buckets.values()
        if (name := region.bucket(family))
    ]
    assert len({name for name, _ in names}) == len(names)
    for name, region in names:
        assert BUCKET_NAME.fullmatch(name), name
        assert region in name


def test_an_unknown_region_is_an_error_with_the_nearest_spelling() -> None:
    with pytest.raises(UnknownRegionError, match="did you mean eu-west-1") as caught:
        CATALOG.region("eu-wst-1")
    assert caught.value.nearest == ("eu-west-1",)


def test_a_region_stands_nowhere_but_in_its_row() -> None:
    """Adding a Region is one row: no other source file may name one."""
    from pathlib import Path

    root = Path(__file__).parents[2]
    files = [
        p
        for d in ("blueprint", "components", "policies")
        for p in (root / d).rglob("*")
        if p.suffix in (".py", ".toml")
    ]
    # A price is a fact of its own, which a Region may lack.
    rows = [root / "blueprint" / "facts" / name for name in ("regions.toml", "prices.toml")]
    for path in files:
        # Doctests and messages may show an example; code and rows may not hold one.
        code = re.sub(r'"""[\s\S]*?"""|#.*', "", path.read_text(encoding="utf-8"))
        if path.parent.name == "config":
            continue  # example stacks
        named = {
            region for region in CATALOG.regions if path not in rows and re.search(rf"\b{region}\b", code)
        }
        assert not named, f"{path.relative_to(root)} names {sorted(named)}"


def test_the_agents_calls_are_those_of_aws_core_policy() -> None:
    """Typed from AmazonSSMManagedInstanceCore v2."""
    called = {
        action for calls in CATALOG.agent_calls.values() if not calls.hybrid for action in calls.actions
    }
    core = """
        ssm:DescribeAssociation ssm:GetDeployablePatchSnapshotForInstance ssm:GetDocument ssm:DescribeDocument
        ssm:GetManifest ssm:GetParameter ssm:GetParameters ssm:ListAssociations ssm:ListInstanceAssociations
        ssm:PutInventory ssm:PutComplianceItems ssm:PutConfigurePackageResult ssm:UpdateAssociationStatus
        ssm:UpdateInstanceAssociationStatus ssm:UpdateInstanceInformation ssmmessages:CreateControlChannel
        ssmmessages:CreateDataChannel ssmmessages:OpenControlChannel ssmmessages:OpenDataChannel
        ec2messages:AcknowledgeMessage ec2messages:DeleteMessage ec2messages:FailMessage ec2messages:GetEndpoint
        ec2messages:GetMessages ec2messages:SendReply
    """
    assert {each for each in called if each.startswith(("ssm", "ec2messages"))} == set(core.split())


def test_agent_calls_are_of_services_that_nodes_need_and_name_their_own_actions() -> None:
    for calls in CATALOG.agent_calls.values():
        assert calls.service in CATALOG.services
        assert {action.partition(":")[0] for action in calls.actions} == {calls.service}
        for resource in calls.resources:
            filled = resource.format(partition="aws", region="eu-west-1", account="111122223333")
            assert filled.startswith("arn:aws:")
            assert len(filled.split(":", 5)) == 6


def test_only_the_three_calls_of_a_hybrid_node_without_a_role_are_unsigned() -> None:
    unsigned = [calls for calls in CATALOG.agent_calls.values() if not calls.signed]
    assert [(calls.hybrid, set(calls.actions)) for calls in unsigned] == [
        (
            True,
            {
                "ssm:RegisterManagedInstance",
                "ssm:RequestManagedInstanceRoleToken",
                "ssm:UpdateManagedInstancePublicKey",
            },
        )
    ]


def test_the_core_managed_policy_reads_no_bucket() -> None:
    """The very reason for a policy of one's own on the role."""
    assert CATALOG.managed_policies["AmazonSSMManagedInstanceCore"].reads_every_bucket is False
    assert CATALOG.managed_policies["AmazonEC2RoleforSSM"].path == "service-role/AmazonEC2RoleforSSM"
