"""The comparison of exports finds what differs, and only that."""

from typing import Any

import pytest

from tests.sandbox.exports import ABSENT, EXPLAINED, compare_exports

URN = "urn:pulumi:dev::project::house:index:Component$aws:ec2/vpcEndpoint:VpcEndpoint::ssm"


def export(
    inputs: dict[str, Any] | None = None, outputs: dict[str, Any] | None = None, urn: str = URN
) -> Any:
    """A stack export with a stack and one resource."""
    kind = urn.split("::")[2].rsplit("$", 1)[-1]
    stack = {
        "urn": "urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev",
        "type": "pulumi:pulumi:Stack",
    }
    resource = {"urn": urn, "type": kind, "inputs": inputs or {}, "outputs": outputs or {}}
    return {"version": 3, "deployment": {"resources": [stack, resource]}}


REAL = {
    "vpcEndpointId": "vpce-0123456789abcdef0",
    "arn": "arn:aws:ec2:eu-west-1:1:vpc-endpoint/vpce-0123456789abcdef0",
    "dnsEntries": [{"dnsName": "vpce-0123456789abcdef0-01234567.ssm", "hostedZoneId": "7088D69B0CC4A"}],
    "policy": '{"Statement":[],"Version":"2012-10-17"}',
    "subnetIds": ["subnet-01234567", "subnet-76543210"],
    "__meta": "{}",
}
STAND_IN = {
    "id": "vpce-fedcba98765432100",
    "region": "eu-west-1",
    "arn": "arn:aws:ec2:eu-west-1:1:vpc-endpoint/vpce-fedcba98765432100",
    "dnsEntries": [{"dnsName": "vpce-fedcba98765432100-89abcdef.ssm", "hostedZoneId": "1"}],
    "policy": '{"Version": "2012-10-17", "Statement": []}',
    "subnetIds": ["subnet-abcdef01", "subnet-01234567"],
}


def test_what_is_random_or_explained_is_no_difference() -> None:
    real_inputs = {"name": "web-0123abc"}
    inputs = {
        "name": "web-fedcba9",
        "region": "eu-west-1",
        "vpcEndpointType": "Gateway",
        "__defaults": ["name"],
    }
    assert compare_exports(export(real_inputs, REAL), export(inputs, STAND_IN)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"subnetIds": ["subnet-abcdef01"]}, "outputs.subnetIds: the real provider has"),
        (
            {"state": "available"},
            f"outputs.state: the real provider has {ABSENT!r}, the stand-in 'available'",
        ),
        ({"policy": "{}"}, "outputs.policy"),
        ({"arn": ""}, "outputs.arn"),
    ],
)
def test_any_other_difference_is_told(change: dict[str, Any], said: str) -> None:
    (difference,) = compare_exports(export({}, REAL), export({}, {**STAND_IN, **change}))
    assert difference.startswith("house:index:Component$aws:ec2/vpcEndpoint:VpcEndpoint::ssm: ")
    assert said in difference


def test_another_default_is_told() -> None:
    assert compare_exports(export(), export({"vpcEndpointType": "Interface"}))


def test_a_resource_that_one_side_lacks_is_told() -> None:
    other = URN.replace("::ssm", "::ec2")
    found = compare_exports(export(), export(urn=other))
    assert [line.split(": ", 1)[1] for line in found] == [
        "only in the real provider's export",
        "only in the stand-in's export",
    ]


def test_every_explanation_gives_a_reason() -> None:
    assert all(row.reason for row in EXPLAINED)
