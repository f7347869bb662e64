"""A wrong configuration is told of everything that is wrong, in words for its owner."""

import json
from typing import Any

import pytest

from blueprint.catalog import load
from blueprint.reading import UNTRANSLATED
from blueprint.settings import NAMESPACE, SettingsError, parse
from tests.blueprint.right_settings import ABSENT, NODE, Row, changed, full, problems
from tests.blueprint.wrong_network import SECOND
from tests.blueprint.wrong_settings import ROWS

# pydantic's own phrases and pages; none belongs before an owner.
JARGON = ("Input should", "pydantic", "Value error", "valid string", "Traceback", "Extra inputs")


def test_what_the_rows_change_is_right() -> None:
    parse(changed({}), stack_file="Pulumi.test.yaml")
    assert len({row[0] for row in ROWS}) == len(ROWS) >= 60


@pytest.mark.parametrize(("changes", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_wrong(changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    found = problems(changed(changes))
    assert sorted((p.key, p.nearest) for p in found) == sorted(
        (full(key), nearest) for key, _, nearest in expected
    )
    for key, message, _ in expected:
        assert any(problem.key == full(key) and message in problem.message for problem in found), found
    for problem in found:
        assert UNTRANSLATED not in problem.message
        assert not any(word in str(problem) for word in JARGON)
        assert len(problem.value) <= 80


# Through Pulumi these arrive as text, for which there are other rows.
NEVER_TEXT = {
    "null Region",
    "Region in a list",
    "number for a version",
    "null network",
    "family is a number",
    "account as a number",
}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_json_text_is_told_the_same_as_plain_values(row: Row) -> None:
    plain = changed(row[1])
    if row[0] not in NEVER_TEXT:
        text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in plain.items()}
        assert [(p.key, p.message) for p in problems(text)] == [(p.key, p.message) for p in problems(plain)]


def test_every_problem_is_in_one_report_in_the_order_of_the_keys() -> None:
    config = changed({
        "tags": {"aws:x": "y"},
        "buckets.own": [{"name": "A"}],
        "minimumAgentVersion": "x",
        "features": {"windows": 0},
        "network.clientCidrs": ["x"],
        "network.endpointSubnets": ["x"],
        f"{SECOND}": {**NODE, "cidr": "x", "id": "x"},
        "network.vpcId": "x",
        "aws:region": "x",
    })  # fmt: skip
    assert [problem.key.removeprefix(f"{NAMESPACE}:") for problem in problems(config)] == [
        "aws:region",
        "network.vpcId",
        "network.nodeSubnets[1].id",
        "network.nodeSubnets[1].cidr",
        "network.endpointSubnets[0]",
        "network.clientCidrs[0]",
        "features.windows",
        "minimumAgentVersion",
        "buckets.own[0].name",
        "buckets.own[0].access",
        'tags["aws:x"]',
    ]


def test_the_report_reads_like_this() -> None:
    with pytest.raises(SettingsError) as caught:
        parse(
            changed({"features.patchManger": True, f"{SECOND}.cidr": "10.0.1.5/24"}),
            stack_file="Pulumi.prod-eu-west-1.yaml",
        )
    assert (
        str(caught.value)
        == """\
Pulumi.prod-eu-west-1.yaml: 2 problems, nothing was created.

  ssm-vpc-endpoints:network.nodeSubnets[1].cidr: "10.0.1.5/24"
    has host bits set; did you mean 10.0.1.0/24?

  ssm-vpc-endpoints:features.patchManger: true
    is not a key here; did you mean patchManager?
    allowed: patchManager, distributor, vssSnapshots, windows, macos, amazonLinux, kmsEncryption,
    cloudwatchLogs"""
    )


def test_one_problem_is_one() -> None:
    with pytest.raises(SettingsError, match=r"^Pulumi.x.yaml: 1 problem, nothing was created\.\n"):
        parse(changed({"speed": 1}), stack_file="Pulumi.x.yaml")


def test_fifty_problems_are_printed_and_all_are_counted() -> None:
    with pytest.raises(SettingsError) as caught:
        parse(changed({"network.clientCidrs": [f"x{n}" for n in range(10_000)]}), stack_file="Pulumi.x.yaml")
    report = str(caught.value)
    assert len(caught.value.problems) == 10_000
    assert report.startswith("Pulumi.x.yaml: 10000 problems")
    assert report.count("clientCidrs[") == 50
    assert report.endswith("\n\n  ... and 9950 more")


def test_no_terminal_escape_and_no_look_alike_reaches_the_report() -> None:
    config = changed(
        {
            "aws:region": "\u0435u-west-1",
            "n\u0435twork": {},
            "\x1b]0;x\x07": "\x1b[31m\x7f\x9b\u202e\U000e0001",
            "tags": {"\u200b;": ""},
        }
    )
    with pytest.raises(SettingsError) as caught:
        parse(config, stack_file="Pulumi.\x1b[2J.yaml")
    report = str(caught.value)
    assert report.replace("\n", "").isascii()
    assert report.replace("\n", "").isprintable()
    assert '"\\u0435u-west-1"' in report


@pytest.mark.parametrize("region", [id for id, r in load().regions.items() if r.partition.id != "aws"])
def test_names_that_aws_does_not_publish_are_asked_for(region: str) -> None:
    zone, facts = f"{region}a", load().region(region)
    config = changed({"aws:region": region, "network.nodeSubnets": [{**NODE, "availabilityZone": zone}]})
    asked = {
        problem.key.removeprefix(f"{NAMESPACE}:buckets.awsManaged."): problem
        for problem in problems(config)
        if "awsManaged" in problem.key
    }
    # The default features: no macOS, no Amazon Linux.
    families = [
        "aws-ssm",
        "amazon-ssm",
        "aws-windows-downloads",
        "patch-baseline-snapshot",
        "aws-patch-manager",
        "birdwatcher",
    ]
    assert list(asked) == [family for family in families if not facts.bucket(load().buckets[family])]
    assert {problem.value for problem in asked.values()} == {"(not given)"}
    assert asked["birdwatcher"].message.endswith("give the exact name here, or turn distributor off")
    assert asked["aws-ssm"].message.endswith("give the exact name here")
    given = {f"{NAMESPACE}:buckets": {"awsManaged": {family: f"acme-{family}" for family in asked}}}
    parse({**config, **given, f"{NAMESPACE}:minimumAgentVersion": "3.3.40.0"}, stack_file="Pulumi.test.yaml")


def test_a_misspelt_family_is_one_mistake() -> None:
    config = changed({
        "aws:region": "us-gov-west-1",
        "network.nodeSubnets": [{**NODE, "availabilityZone": "us-gov-west-1a"}],
        "features": {"patchManager": False, "distributor": False, "windows": False},
        "buckets.awsManaged": {"aws-sm": "acme-ssm"},
    })  # fmt: skip
    assert [(p.key, p.nearest) for p in problems(config)] == [
        (f"{NAMESPACE}:buckets.awsManaged.aws-sm", "aws-ssm")
    ]


@pytest.mark.parametrize(
    ("version", "refused"),
    [("", True), ("3.3.39.9", True), ("3.3.40.0", False), ("3.10.0.0", False), ("latest", False)],
)
def test_a_service_that_nobody_could_verify_is_not_guessed(version: str, refused: bool) -> None:
    region = "us-iso-east-1"
    config = changed({
        "aws:region": region,
        "network.nodeSubnets": [{**NODE, "availabilityZone": f"{region}a"}],
        "minimumAgentVersion": version,
    })  # fmt: skip
    wanted = 'whether ec2messages exists in us-iso-east-1; set minimumAgentVersion to "3.3.40.0" or later'
    assert any(wanted in problem.message for problem in problems(config)) is refused


SECRETS = {
    "vpc-secret",
    "subnet-secret",
    "secret-zone",
    "10.66.6.6/24",
    "Secret-Bucket",
    "secretKey",
    "secret;value",
    "6.6.6",
}


def test_no_secret_is_shown() -> None:
    config = changed({
        "network.vpcId": "vpc-secret",
        "network.clientCidrs": ["10.66.6.6/24"],
        f"{SECOND}": {**NODE, "id": "subnet-secret", "availabilityZone": "secret-zone"},
        "buckets": {"own": [{"name": "Secret-Bucket", "access": "read"}], "secretKey": 1, "awsManaged": {"secretKey": "s"}},
        "tags": {"secretKey": "secret;value"},
        "minimumAgentVersion": "6.6.6",
    })  # fmt: skip
    open_report = "\n".join(map(str, problems(config)))
    report = "\n".join(map(str, problems(config, secret_keys=list(config))))
    for secret in SECRETS:
        assert secret in open_report
        assert secret.casefold() not in report.casefold()
    assert "10.66.6.0" not in report
    assert f"{NAMESPACE}:network.vpcId: [secret]" in report


@pytest.mark.parametrize("path", ["network.vpcId", "network"])
def test_what_pulumi_has_not_decrypted_is_not_shown(path: str) -> None:
    report = "\n".join(map(str, problems(changed({path: {"secure": "v1:AAAB"}}))))
    assert "[secret]" in report
    assert "AAAB" not in report


def test_a_secret_under_a_misspelt_key_remains_one() -> None:
    config = changed({"network": ABSENT, "netwrok": {"vpcId": "vpc-hush", "nodeSubnets": []}})
    found = problems(config, secret_keys=[f"{NAMESPACE}:netwrok"])
    assert found[0].key == f"{NAMESPACE}:network.vpcId"
    assert [p.key for p in found if p.message.startswith("is a secret")] == [f"{NAMESPACE}:netwrok"]
    assert "hush" not in "".join(map(str, found))


def test_a_secret_region_is_not_named_by_other_keys() -> None:
    config = changed(
        {f"{SECOND}.availabilityZone": "us-east-1a", "buckets.awsManaged": {"aws-ssm": "acme-ssm"}}
    )
    found = problems(config, secret_keys=["aws:region"])
    # Besides the two: that the Region is a secret.
    assert len(found) == 3
    assert "eu-west-1" not in "".join(map(str, found))
