"""docs/preflight.md against the code: the policy to paste, and a test for every error."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from blueprint.preflight import ACTIONS, policy_document
from tests.blueprint import test_preflight
from tests.blueprint.test_preflight import CONDITIONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "preflight.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "|---" not in line]
NAMED = {row: re.findall(r"`([\w-]+)`", row.split(" | ")[-1]) for row in ROWS if not row.endswith("| test |")}
# The words by which people know that something of this is wrong.
ERRORS = (
    "there is already a conflicting DNS domain",
    "DuplicateSubnetsInSameZone",
    "does not support the availability zone of the subnet",
    "RouteAlreadyExists",
    "InvalidServiceName",
    "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames",
    "To set PrivateDnsOnlyForInboundResolverEndpoint to true",
    "does not match available service types",
    "only supports the full-access endpoint policy",
    "VpcEndpointLimitExceeded",
    "RulesPerSecurityGroupLimitExceeded",
    "InvalidPolicyDocument",
    "ConflictingDomainExists",
    "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints",
    "multiple EC2 VPC Endpoint Services matched",
    "no matching EC2 VPC Endpoint Service found",
    "PrivateDnsOnlyForInboundResolverEndpoint is applicable only to Interface VPC Endpoints",
)


def test_the_policy_to_paste_is_the_one_in_the_code() -> None:
    block = re.search(r"```json\n(.*?)\n```", PAGE, re.S)
    assert block is not None
    assert block[1] == policy_document()


def test_the_policy_reads_and_nothing_else() -> None:
    (statement,) = json.loads(policy_document())["Statement"]
    assert set(statement["Action"]) == {action for each in ACTIONS.values() for action in each}
    for action in statement["Action"]:
        assert re.fullmatch(r"[a-z0-9-]+:(Describe|Get|List)[A-Za-z0-9]+", action)


@pytest.mark.parametrize("row", NAMED)
def test_every_row_has_a_test(row: str) -> None:
    assert NAMED[row]
    for name in NAMED[row]:
        assert name in CONDITIONS or hasattr(test_preflight, name)


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_that_people_meet_has_a_row(error: str) -> None:
    assert any(error in row for row in ROWS)


def test_every_condition_is_on_the_page() -> None:
    named = {name for names in NAMED.values() for name in names}
    further = {
        "failed",
        "private-dns-taken-in-a-spoke",
        "s3-interface-not-offered",
        "service-not-offered-that-a-feature-needs",
        "service-not-offered-that-newer-agents-do-without",
        "subnet-full-beside-a-roomier-one",
        "subnet-with-another-ipv6",
    }
    assert set(CONDITIONS) - named == further
