"""The facts are AWS's, complete, and each knows where it was read."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import botocore.session
import pytest

from blueprint import announced, iam_actions, prices
from blueprint.catalog import UnknownRegionError, load
from tests.blueprint.aws_table import TABLE
from tests.support.pack import ROOT

CATALOG = load()
FACTS = ROOT / "blueprint" / "facts"
# Written by `make facts-actions` of botocore's lists: what it is evidence of, its source says.
GENERATED = {"iam_actions.toml"}
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


FIX = "run `make facts-check`: it prints the row to add; docs/how-to/refresh-the-facts.md says what to verify"


def test_every_region_that_botocore_lists_services_for_has_a_row() -> None:
    """A Region that AWS adds shows up here by name."""
    session = botocore.session.get_session()
    assert set(session.get_available_partitions()) == set(CATALOG.partitions), FIX
    for partition in CATALOG.partitions:
        known = set(session.get_available_regions("ec2", partition, allow_non_regional=False))
        ours = {id for id, region in CATALOG.regions.items() if region.partition.id == partition}
        assert known == ours, (
            f"{partition}: AWS has {sorted(known - ours)}, the facts also have {sorted(ours - known)}: {FIX}"
        )


def test_every_region_that_botocore_names_has_a_row() -> None:
    """AWS names a Region before it lists a service there: then it is announced, and nothing is made up for it."""
    data = botocore.session.get_session().get_component("data_loader").load_data("partitions")
    assert {each["id"] for each in data["partitions"]} == set(CATALOG.partitions), FIX
    for partition in data["partitions"]:
        id = partition["id"]
        named = {region for region in partition["regions"] if not region.endswith("-global")}
        ours = {region.id for region in CATALOG.regions.values() if region.partition.id == id}
        early = {each.id: each for each in announced.load().values() if each.partition == id}
        assert not ours & early.keys(), f"{id}: {sorted(ours & early.keys())} stand in both files"
        assert named == ours | early.keys(), (
            f"{id}: AWS names {sorted(named - ours - early.keys())}, the facts also have "
            f"{sorted((ours | early.keys()) - named)}: {FIX}"
        )
        for region, row in early.items():
            assert row.name == partition["regions"][region]["description"]


def test_a_region_that_is_only_announced_is_refused_with_its_name() -> None:
    with pytest.raises(UnknownRegionError) as caught:
        CATALOG.region("sa-west-1")
    assert str(caught.value) == (
        "'sa-west-1' is not a Region with known names (blueprint/facts/regions.toml); AWS has announced it as South America "
        "(Chile), and lists no service or bucket there yet"
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
            *(CATALOG.agent_calls, CATALOG.managed_policies, announced.load()),
        )
        for row in table.values()
    ]
    used = {row.source for row in rows} | {limit["source"] for limit in CATALOG.limits.values()}
    used |= {service.fips_source for service in CATALOG.services.values() if service.fips}
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
    evidence = {row.evidence for row in [*rows, *priced]} | {
        each["evidence"] for each in CATALOG.limits.values()
    }
    evidence |= {service.policy_evidence for service in CATALOG.services.values() if service.takes_policy}
    assert evidence == {"verified", "inferred"}


def test_every_source_leads_to_a_page_and_a_day() -> None:
    for source in CATALOG.sources.values():
        assert source.url.startswith("https://")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", source.read)
        assert date.fromisoformat(source.read) <= date.today(), f"{source.id} was read on a day to come"
        assert source.title


def test_the_files_have_no_row_without_a_source_and_a_kind_of_evidence() -> None:
    """Also where the code that reads a file would not miss them."""
    for path in sorted(FACTS.glob("*.toml")):
        if path.name == "sources.toml":
            continue
        for id, row in _rows(tomllib.loads(path.read_text(encoding="utf-8"))):
            where = f"{path.name} [{id}]"
            assert row.get("source") in CATALOG.sources, f'{where}: source = "<a row of sources.toml>"'
            if path.name not in GENERATED:
                assert row.get("evidence") in ("verified", "inferred"), (
                    f'{where}: evidence = "verified" or "inferred"'
                )


def _rows(tables: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a file: tables that hold a value, which are not a mapping of names within one."""
    for name, value in tables.items():
        for each in value if isinstance(value, list) else [value]:
            assert isinstance(each, dict), f"{above}{name} stands outside of a row"
            if any(not isinstance(inner, dict | list) for inner in each.values()):
                yield f"{above}{name}", each
            else:
                yield from _rows(each, f"{above}{name}.")


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
