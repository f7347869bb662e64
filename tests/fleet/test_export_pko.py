"""What an export hands the Pulumi Kubernetes Operator: held against the operator's own schema, as strictly as it prunes."""

from __future__ import annotations

import copy
import re
import tomllib
from typing import Any

import pytest

from tests.fleet.exports import ALL, COMMIT, STACKS, by_name, exported, problems
from tests.fleet.fleets import ROOT, stack


@pytest.mark.parametrize("name", by_name(ALL))
def test_the_operators_own_schema_takes_every_resource_and_would_prune_nothing(name: str) -> None:
    assert problems(by_name(ALL)[name]) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.policyPacks", ["policies"]),
        ("spec.gitSource", {"url": "https://github.com/acme/network"}),
        ("spec.workspaceTemplate.spec.policies", "x"),
        ("spec.workspaceTemplate.spec.podTemplate.spec.volumes.0.configMap.nmae", "x"),
        ("spec.envRefs.PULUMI_OPTION_POLICY_PACK.literal.text", "x"),
        ("spec.prerequisites.0.stack", "x"),
        ("spec.resyncFrequencySeconds", "86400"),
        ("spec.refresh", "true"),
        ("spec.workspaceReclaimPolicy", "Forget"),
        ("metadata.name", "a" * 43),
        ("metadata.name", "0-eu-west-1"),
        ("metadata.annotation", {}),
    ],
)
def test_a_key_that_is_not_the_operators_or_a_value_of_another_type_is_seen(path: str, value: object) -> None:
    document: Any = copy.deepcopy(by_name(ALL)["shop-us-east-1-data"])
    place = document
    *parts, last = path.split(".")
    for part in parts:
        place = place[int(part)] if isinstance(place, list) else place[part]
    place[last] = value
    assert problems(document)


def test_a_resource_without_its_stack_is_seen() -> None:
    document = copy.deepcopy(by_name(ALL)["shop-eu-west-1"])
    del document["spec"]["stack"]
    assert problems(document)


def test_a_stack_is_what_the_inventory_says_in_full() -> None:
    """Every value from tests/fixtures/fleet/fleet.yaml and the operator's API reference (docs/stacks.md)."""
    (configured,) = (
        name for name in by_name(ALL, "ConfigMap") if re.fullmatch(r"shop-eu-central-1-[0-9a-f]{8}", name)
    )
    with (ROOT / "tools" / "engine.toml").open("rb") as file:
        engine = tomllib.load(file)["version"]
    assert by_name(ALL)["shop-eu-central-1"] == {
        "apiVersion": "pulumi.com/v1",
        "kind": "Stack",
        "metadata": {
            "name": "shop-eu-central-1",
            "namespace": "fleet",
            "labels": {
                "app.kubernetes.io/part-of": "acme",
                "ssm-endpoints/account": "shop",
                "ssm-endpoints/region": "eu-central-1",
                "ssm-endpoints/wave": "canary",
            },
        },
        "spec": {
            "stack": "shop-eu-central-1",
            "backend": "s3://acme-pulumi-state",
            "secretsProvider": "awskms://alias/pulumi",
            "projectRepo": "https://github.com/acme/network",
            "commit": COMMIT,
            "config": {
                "aws:region": "eu-central-1",
                "aws:allowedAccountIds": ["111111111111"],
                "aws:assumeRoles": [
                    {
                        "roleArn": "arn:aws:iam::111111111111:role/ssm-endpoints-deployer",
                        "sessionName": "ssm-shop-eu-central-1",
                        "externalId": "shop-7f3a",
                    }
                ],
                "ssm-vpc-endpoints:accountId": "111111111111",
                "ssm-vpc-endpoints:network": {
                    "create": {
                        "cidr": "10.0.0.0/16",
                        "availabilityZones": ["eu-central-1a", "eu-central-1b"],
                    }
                },
                "ssm-vpc-endpoints:features": {"windows": False},
                "ssm-vpc-endpoints:minimumAgentVersion": "3.3.40.0",
                "ssm-vpc-endpoints:tags": {
                    "team": "shop",
                    "stack": "shop-eu-central-1",
                    "costCenter": "4711",
                },
            },
            "envRefs": {
                "PULUMI_OPTION_POLICY_PACK": {"type": "Literal", "literal": {"value": "policies"}},
                "PULUMI_OPTION_POLICY_PACK_CONFIG": {
                    "type": "Literal",
                    "literal": {"value": "/etc/ssm-endpoints/policies.json"},
                },
            },
            "serviceAccountName": "pulumi-acme",
            "workspaceTemplate": {
                "spec": {
                    "image": f"pulumi/pulumi:{engine}-nonroot",
                    "podTemplate": {
                        "spec": {
                            "containers": [
                                {
                                    "name": "pulumi",
                                    "volumeMounts": [
                                        {
                                            "name": "policies",
                                            "mountPath": "/etc/ssm-endpoints",
                                            "readOnly": True,
                                        }
                                    ],
                                }
                            ],
                            "volumes": [{"name": "policies", "configMap": {"name": configured}}],
                        }
                    },
                }
            },
            "workspaceReclaimPolicy": "Delete",
            "refresh": True,
            "continueResyncOnCommitMatch": True,
            "resyncFrequencySeconds": 86400,
            "prerequisites": [{"name": "shop-eu-central-1-preview"}],
        },
    }


def test_a_preview_is_its_stack_that_changes_nothing_and_waits_for_nobody() -> None:
    stacks = by_name(ALL)
    later = {"refresh", "continueResyncOnCommitMatch", "resyncFrequencySeconds", "prerequisites"}
    for each in STACKS:
        up, preview = stacks[each.name]["spec"], stacks[f"{each.name}-preview"]["spec"]
        assert preview == {key: value for key, value in up.items() if key not in later} | {"preview": True}
        assert "preview" not in up


def test_nothing_is_destroyed_when_a_resource_is_deleted() -> None:
    """The operator's default; a fleet whose namespace is deleted by mistake stays in AWS."""
    assert not any("destroyOnFinalize" in each.get("spec", {}) for each in ALL)


def test_each_stack_waits_for_its_own_preview_and_for_all_of_the_wave_before() -> None:
    found = {
        name: [each["name"] for each in document["spec"]["prerequisites"]]
        for name, document in by_name(ALL).items()
        if not name.endswith("-preview")
    }
    canaries = ["shop-eu-central-1"]
    early = ["shop-us-east-1-data", "gov-us-gov-east-1"]
    before = {
        "shop-eu-central-1": [],
        "shop-us-east-1-data": canaries,
        "gov-us-gov-east-1": canaries,
        "shop-eu-west-1": early,
        "shop-us-east-1-web": early,
        "bank-eu-west-1": early,
        "bank-ap-southeast-2": early,
        "gov-us-gov-west-1": early,
    }
    assert found == {name: [f"{name}-preview", *those] for name, those in before.items()}


def test_what_is_waited_for_is_applied_before() -> None:
    """kubectl applies in the file's order: were a later wave first, it would meet canaries that were well of old."""
    applied: list[str] = []
    for document in ALL:
        for each in document.get("spec", {}).get("prerequisites", ()):
            assert each["name"] in applied
        applied.append(document["metadata"]["name"])


def test_a_wave_without_stacks_is_passed_over() -> None:
    documents = exported(stack("one", wave="canary"), stack("two", wave="rest"))
    assert by_name(documents)["two"]["spec"]["prerequisites"] == [{"name": "two-preview"}, {"name": "one"}]
