"""Names, secrets, the pack's configuration and the clone's own stack files on their way to the operator; and refusals."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fleet.export import pko
from tests.fleet.exports import ALL, COMMIT, by_name, exported, problems
from tests.fleet.fleets import stack


def test_the_pack_gets_the_stacks_requirements_and_a_change_of_them_is_another_resource() -> None:
    strict_one = replace(stack("one"), requirements={"scope": "always", "minimumZones": 2})
    lax, more = exported(stack("one")), exported(strict_one)
    (config,) = by_name(more, "ConfigMap").values()
    assert set(config) == {"apiVersion", "kind", "metadata", "data"}
    assert config["apiVersion"] == "v1"
    assert set(config["data"]) == {"policies.json"}
    policies = json.loads(config["data"]["policies.json"])
    assert policies["ssm-endpoints-complete"] == {
        "enforcementLevel": "mandatory",
        "scope": "always",
        "minimumZones": 2,
    }
    for documents in (lax, more):
        (name,) = by_name(documents, "ConfigMap")
        for each in by_name(documents).values():
            (volume,) = each["spec"]["workspaceTemplate"]["spec"]["podTemplate"]["spec"]["volumes"]
            assert volume["configMap"] == {"name": name}
    assert not by_name(lax, "ConfigMap").keys() & by_name(more, "ConfigMap").keys()


@pytest.mark.parametrize(
    ("url", "provider", "secrets"),
    [
        ("s3://acme-state", "awskms://alias/pulumi", {}),
        ("s3://acme-state", "passphrase", {"PULUMI_CONFIG_PASSPHRASE": "passphrase"}),
        ("https://api.pulumi.com", "default", {"PULUMI_ACCESS_TOKEN": "accessToken"}),
        (
            "https://api.pulumi.com",
            "passphrase",
            {"PULUMI_CONFIG_PASSPHRASE": "passphrase", "PULUMI_ACCESS_TOKEN": "accessToken"},
        ),
    ],
)
def test_secrets_are_named_never_held(url: str, provider: str, secrets: dict[str, str]) -> None:
    documents = exported(replace(stack("one"), secrets_provider=provider), of={"backend.url": url})
    for each in by_name(documents).values():
        found = each["spec"]["envRefs"]
        assert {name: ref["secret"] for name, ref in found.items() if ref["type"] == "Secret"} == {
            name: {"name": "pulumi-acme", "key": key} for name, key in secrets.items()
        }
        assert problems(each) == []


def test_where_no_role_is_assumed_the_pod_is_the_accounts_own() -> None:
    accounts = {
        name: document["spec"]["serviceAccountName"]
        for name, document in by_name(ALL).items()
        if not name.endswith("-preview")
    }
    assert accounts["bank-eu-west-1"] == "pulumi-acme"
    assert accounts["gov-us-gov-west-1"] == "pulumi-acme-gov"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("shop-eu-west-1", "shop-eu-west-1"),
        # 34 characters: with "-preview" they are the operator's 42.
        ("accounting-production-eu-central-1", "accounting-production-eu-central-1"),
        # One more. The end is what `printf %s NAME | sha256sum` begins with.
        ("accounting-production2-eu-central-1", "accounting-production2-eu-23608790"),
        (
            "payments-production-frankfurt-eu-central-1-vpc-0a1b2c3d4e5f60718",
            "payments-production-frank-ed2b203f",
        ),
        # A service is called after it, and begins with a letter.
        ("0-eu-west-1", "s-0-eu-west-1"),
    ],
)
def test_a_name_is_one_that_kubernetes_and_the_operator_take(name: str, wanted: str) -> None:
    documents = exported(stack(name))
    assert list(by_name(documents)) == [f"{wanted}-preview", wanted]
    for each in by_name(documents).values():
        assert each["spec"]["stack"] == name
        assert problems(each) == []


# Of the clone's own stack files, one is called so.
@example(names=["dev"])
@given(
    st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,97}[a-z0-9])?", fullmatch=True), min_size=1, unique=True)
)
def test_every_name_of_a_stack_becomes_one_that_is_taken_and_no_two_become_the_same(names: list[str]) -> None:
    try:
        # A folder in which no stack has a file: what one there would add is another test's.
        documents = exported(*map(stack, names), root=Path(__file__).parent)
    except pko.ExportError as error:
        # Told, never passed over: "x" and "x-preview" cannot both be there.
        assert "two resources would be called" in str(error)  # noqa: PT017
        return
    found = [each["metadata"]["name"] for each in documents if each["kind"] == "Stack"]
    assert len(set(found)) == 2 * len(names)
    assert all(re.fullmatch(r"[a-z]([a-z0-9-]{0,40}[a-z0-9])?", each) for each in found)


def test_two_stacks_whose_resources_would_be_one_are_told() -> None:
    with pytest.raises(pko.ExportError, match=r"two resources would be called one-preview\n  fix: "):
        exported(stack("one"), stack("one-preview"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"repository": "../network"}, "--repository is not a URL that a pod can clone"),
        ({"repository": "https://me:secret@github.com/acme/network"}, "or holds credentials"),
        ({"repository": "https://token@github.com/acme/network"}, "or holds credentials"),
        ({"commit": "main"}, "--commit is not a full commit"),
        ({"commit": COMMIT[:12]}, "--commit is not a full commit"),
        ({"namespace": "Fleet"}, "--namespace is not a namespace's name"),
        ({"of": {"backend.url": "file:///var/state"}}, "backend.url is a folder of this machine"),
    ],
)
def test_what_no_pod_could_make_anything_of_is_refused_with_a_fix(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(pko.ExportError, match=re.escape(message)) as refused:
        exported(**change)
    assert "\n  fix: " in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "token@" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/network.git",
        "git@github.com:acme/network.git",
        "ssh://git@git.acme.example/network",
    ],
)
def test_a_repository_is_given_as_it_is(url: str) -> None:
    assert {each["spec"]["projectRepo"] for each in by_name(exported(repository=url)).values()} == {url}


PROJECT = """
name: ssm-vpc-endpoints
config:
  ssm-vpc-endpoints:buckets: {value: {}}
  ssm-vpc-endpoints:minimumAgentVersion: {value: ""}
  ssm-vpc-endpoints:network: {value: {}}
"""


def clone(folder: Path, file: str) -> Path:
    (folder / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "Pulumi.one.yaml").write_text(file, encoding="utf-8")
    return folder


def test_a_stack_file_of_the_clone_says_nothing_that_the_inventory_does_not(tmp_path: Path) -> None:
    """The operator adds to that file: what it alone says would be deployed."""
    root = clone(
        tmp_path,
        "config: {ssm-vpc-endpoints:buckets: {own: []}, ssm-vpc-endpoints:minimumAgentVersion: 3.3.0.0, "
        "ssm-vpc-endpoints:network: {vpcId: another}, aws:region: x}",
    )
    own = replace(
        stack("one"), config={"aws:region": "eu-west-1", "ssm-vpc-endpoints:network": {"vpcId": "v"}}
    )
    for each in by_name(exported(own, root=root)).values():
        assert each["spec"]["config"] == {
            "aws:region": "eu-west-1",
            "ssm-vpc-endpoints:network": {"vpcId": "v"},
            "ssm-vpc-endpoints:buckets": {},
            "ssm-vpc-endpoints:minimumAgentVersion": "",
        }


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("config: {aws:profile: mine}", "aws:profile"),
        ("environment: [prod]", "environment"),
        ("secretsprovider: awskms://alias/x\nconfig: {}", "secretsprovider"),
    ],
)
def test_what_cannot_be_said_away_is_told(file: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(pko.ExportError, match=rf"Pulumi\.one\.yaml of the repository says {told}, "):
        exported(stack("one"), root=clone(tmp_path, file))
