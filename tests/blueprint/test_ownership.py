"""Which keys are the project's: no secret, no misspelt namespace, and no default of Pulumi.yaml gets past the report."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.settings import NAMESPACE, Problem, parse
from tests.blueprint.right_settings import ABSENT, RIGHT, changed, problems

DECLARED = yaml.safe_load((Path(__file__).parents[2] / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]
EVERY_KEY = changed(
    {
        "features": {"macos": True},
        "minimumAgentVersion": "3.3.40.0",
        "buckets": {"own": [{"name": "acme-logs", "access": "read"}]},
        "tags": {"owner": "hush"},
    }
)


def through_pulumi(config: dict[str, Any]) -> dict[str, str]:
    """What a program gets of a stack file: the values of Pulumi.yaml below it, null as "", all of it text."""
    values = {name: entry["value"] for name, entry in DECLARED.items()} | config
    return {
        key: value if isinstance(value, str) else "" if value is None else json.dumps(value)
        for key, value in values.items()
    }


def told(found: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.key.removeprefix(f"{NAMESPACE}:"), problem.nearest) for problem in found]


@pytest.mark.parametrize("key", EVERY_KEY)
def test_a_right_value_that_is_a_secret_is_refused(key: str) -> None:
    parse(EVERY_KEY, stack_file="x")
    (problem,) = problems(EVERY_KEY, secret_keys=[key])
    assert (problem.key, problem.value, problem.nearest) == (key, "[secret]", "")
    assert problem.message.startswith("is a secret")
    assert "give it as plain text (pulumi config set without --secret)" in problem.message


def test_a_wrong_secret_is_told_of_both_and_shown_in_neither() -> None:
    config = changed({"tags": {"owner": "hush;"}, "features": '{"hush'})
    found = problems(config, secret_keys=[f"{NAMESPACE}:tags", f"{NAMESPACE}:features"])
    assert [(p.key.removeprefix(f"{NAMESPACE}:"), p.message.split(":")[0]) for p in found] == [
        ("features", "is JSON text that does not parse"),
        ("features", "is a secret, or holds one"),
        ("tags", "is a secret, or holds one"),
        ("tags.[secret]", "has a character in its value that no tag may have"),
    ]
    assert {p.value for p in found} == {"[secret]"}
    assert "hush" not in "".join(map(str, found))


@pytest.mark.parametrize("key", ["aws:secretKey", "ssm-vpc-endpoints-2:tags", "acme:token", "aws:"])
def test_secrets_of_other_programs_are_theirs(key: str) -> None:
    assert parse({**EVERY_KEY, key: "hush"}, stack_file="x", secret_keys=[key]) == parse(
        EVERY_KEY, stack_file="x"
    )


@pytest.mark.parametrize("config", [changed({}), through_pulumi(changed({}))], ids=["plain", "Pulumi"])
@pytest.mark.parametrize(
    "namespace",
    [
        "ssm-vpc-endpoint",
        "ssm-vpc-enpoints",
        "ssm-vpc-endponits",
        "SSM-VPC-Endpoints",
        "ssm_vpc_endpoints",
        "ssmvpcendpoints",
    ],
)
def test_a_misspelt_namespace_is_reported_and_what_is_in_it_is_read(
    namespace: str, config: dict[str, Any]
) -> None:
    wrong = f"{namespace}:features"
    found = problems({**config, wrong: '{"macos": 1}'})
    assert told(found) == [("features.macos", ""), (wrong, f"{NAMESPACE}:features")]
    assert "nothing reads it" in found[1].message


def test_what_is_there_under_both_namespaces_is_read_once() -> None:
    config = changed({"features": {"macos": 1}}) | {"ssm-vpc-endpoint:features": {"windows": 1}}
    assert told(problems(config)) == [
        ("features.macos", ""),
        ("ssm-vpc-endpoint:features", f"{NAMESPACE}:features"),
    ]


def test_of_two_misspelt_namespaces_one_is_read_whatever_their_order() -> None:
    config = changed({}) | {"ssm-vpc-endpoint:tags": {"a": 1}, "ssm-vpc-endpont:tags": {"b": 1}}
    found = problems(config)
    assert [key for key, _ in told(found)] == ["tags.a", "ssm-vpc-endpoint:tags", "ssm-vpc-endpont:tags"]
    assert problems(dict(reversed(config.items()))) == found


def test_a_secret_in_a_misspelt_namespace_remains_one() -> None:
    key = "ssm-vpc-endpoint:tags"
    found = problems(changed({}) | {key: {"hush": "hush;"}}, secret_keys=[key])
    assert [(p.key.removeprefix(f"{NAMESPACE}:"), p.value) for p in found] == [
        ("tags.[secret]", "[secret]"),
        (key, "[secret]"),
        (key, "[secret]"),
    ]
    assert "hush" not in "".join(map(str, found))


def test_what_stands_under_the_name_of_the_project_is_reported_and_read() -> None:
    """`pulumi config set tags.owner x` writes my-endpoints:tags in a project of that name."""
    config = changed({"network.vpcId": "x"}) | {"my-endpoints:features": {"macos": 1}}
    found = problems(config, project="my-endpoints")
    assert told(found) == [
        ("network.vpcId", ""),
        ("features.macos", ""),
        ("my-endpoints:features", f"{NAMESPACE}:features"),
    ]
    assert told(problems(config)) == [("network.vpcId", "")]
    secret = problems(config, project="my-endpoints", secret_keys=["my-endpoints:features"])
    assert {problem.value for problem in secret if "features" in problem.key} == {"[secret]"}


@pytest.mark.parametrize("project", ["aws", "pulumi"])
def test_a_project_may_be_called_like_a_provider(project: str) -> None:
    parse(changed({}) | {"aws:profile": "x", "pulumi:tags": "{}"}, stack_file="x", project=project)


@pytest.mark.parametrize("key", ["aws:regoin", "aws:Region", "aws:regon", "aws:regions", "AWS:region"])
def test_a_misspelt_region_is_reported_and_read(key: str) -> None:
    config = changed({"aws:region": ABSENT, "network.vpcId": "x"})
    assert told(problems({**config, key: "eu-west-1"})) == [("network.vpcId", ""), (key, "aws:region")]
    wrong = problems({**config, key: "eu-wst-1"})
    assert told(wrong)[0] == ("aws:region", "eu-west-1")


@pytest.mark.parametrize("key", ["aws:stsRegion", "aws:profile", "aws:", "azure:region", "aws-native:region"])
def test_what_the_provider_knows_is_not_a_misspelt_region(key: str) -> None:
    config = {**changed({"aws:region": ABSENT}), key: "eu-west-1"}
    assert told(problems(config)) == [("aws:region", "")]
    parse({**changed({}), key: "x", "aws:regoin": "x"}, stack_file="x")


def test_pulumi_yaml_leaves_every_check_to_the_report() -> None:
    """With a type, or without a value, the engine stops at the first key, in its own words."""
    assert all(entry.keys() == {"description", "value"} for entry in DECLARED.values())
    assert all(entry["value"] in ({}, "") for entry in DECLARED.values())
    assert parse(through_pulumi(changed({})), stack_file="x") == parse(changed({}), stack_file="x")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, [("aws:region", ""), ("network", "")]),
        (
            {"aws:region": "eu-west-1", f"{NAMESPACE}:netwrok": {**RIGHT["network"], "vpcId": "x"}},
            [("network.vpcId", ""), ("netwrok", "network")],
        ),
        (
            changed({"minimum_agent_version": "x", "feature": {"macos": 1}}),
            [
                ("features.macos", ""),
                ("minimumAgentVersion", ""),
                ("feature", "features"),
                ("minimum_agent_version", "minimumAgentVersion"),
            ],
        ),
        (
            changed({
                "network": "vpc-1", "features": ["macos"], "minimumAgentVersion": ["3.3.40.0"], "buckets": 5,
                "tags": True,
            }),
            [("network", ""), ("features", ""), ("minimumAgentVersion", '"3.3.40.0"'), ("buckets", ""), ("tags", "")],
        ),
        (
            changed(dict.fromkeys(("aws:region", "network", "features", "buckets", "tags"))),
            [("aws:region", ""), ("network", ""), ("features", ""), ("buckets", ""), ("tags", "")],
        ),
    ],
    ids=["nothing at all", "misspelt network", "misspelt keys with values", "other types", "null"],
)  # fmt: skip
def test_what_the_engine_hands_over_is_told_in_one_report(
    config: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(problems(through_pulumi(config))) == expected
