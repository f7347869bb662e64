"""`make up`, somebody deletes an endpoint behind Pulumi's back, `ssm-endpoints verify` names it: as a user types it."""

from __future__ import annotations

import json

import pytest

from tests.e2e.house import Answer, House
from tests.support.aws_api import client


def verify(house: House, *options: str) -> Answer:
    return house.run("-m", "cli", "verify", "--stack", "dev", *options)


def test_verify_from_before_the_first_up_to_a_deleted_endpoint(house: House) -> None:
    never = verify(house)
    assert never.code == 2
    assert "stack dev is not up: the sandbox holds nothing of it" in never.text
    assert "make up STACK=dev" in never.text
    assert "Traceback" not in never.text

    assert house.sandbox("up").code == 0
    well = verify(house)
    assert well.code == 0, well.text
    assert "well: 0 mandatory and 0 advisory findings" in well.text
    assert "from this machine: not tried (the sandbox's AWS has no network)" in well.text
    assert "\x1b" not in well.text

    endpoints = json.dumps(house.export())
    ec2 = client(house.port, "ec2")
    (gone,) = [
        each["VpcEndpointId"]
        for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]
        if each["ServiceName"] == "com.amazonaws.eu-west-1.ssmmessages"
    ]
    assert gone in endpoints
    ec2.delete_vpc_endpoints(VpcEndpointIds=[gone])
    found = verify(house)
    assert found.code == 1
    what = f"ssmmessages endpoint {gone} (com.amazonaws.eu-west-1.ssmmessages)"
    assert f"deleted behind Pulumi's back: {what}" in found.text
    assert "[mandatory] [severity: high]  ssm-endpoints-complete  (aws:ec2/vpc:Vpc: private)" in found.text


def test_a_real_stack_that_its_backend_does_not_have(
    house: House, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path_factory.mktemp('backend')}")
    never = house.run("-m", "cli", "verify", "--stack", "prod-eu-west-1", "--json")
    assert never.code == 2
    assert "stack prod-eu-west-1: its state cannot be read, so nothing can be said of it" in never.text
    assert "no stack named 'prod-eu-west-1' found" in never.text
    assert "if it was never up: make up STACK=prod-eu-west-1" in never.text
    assert "schemaVersion" not in never.text
