"""The pack's configuration: every wrong value is named with what is allowed, all in one message."""

from typing import Any

import pytest

from policies.pack_config import PackConfigError, read


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"scop": "auto"}, "'scop' is not a property; did you mean scope?; allowed: profile, features"),
        ({"scope": "allways"}, "scope is 'allways'; did you mean always?; allowed: auto, always"),
        ({"profile": 7}, "profile is 7; allowed is a string"),
        ({"features": []}, r"features is []; allowed is an object with vssSnapshots"),
        ({"features": {"windows": "yes"}}, "features.windows is 'yes'; allowed is true or false"),
        ({"minimumZones": 1.5}, "minimumZones is 1.5; allowed is a number from 1 on"),
        ({"minimumZones": 0}, "minimumZones is 0; allowed is a number from 1 on"),
        ({"minimumZones": True}, "minimumZones is True"),
        (
            {"minimumAgentVersion": "3.3"},
            "minimumAgentVersion is '3.3'; allowed is four numbers, like \"3.3.40.0\"",
        ),
        ({"minimumAgentVersion": "3.3.40.0\n"}, "allowed is four numbers"),
        (
            {"awsManaged": {"aws-ssm": "a*"}},
            "awsManaged.aws-ssm is 'a*'; allowed is one exact bucket name, no wildcard",
        ),
        (
            {"requiredBuckets": ["Bad_Name"]},
            "requiredBuckets[0] is 'Bad_Name'; allowed is one exact bucket name",
        ),
        (
            {"trustedSecurityGroups": ["sg-1"]},
            "trustedSecurityGroups[0] is 'sg-1'; allowed is a security group's id",
        ),
        ({"sharedEndpoints": [{"vpc": "*", "services": ["ssm"]}]}, "sharedEndpoints[0] has no where"),
        (
            {"sharedEndpoints": [{"vpc": "*", "services": ["s3"], "where": "hub"}]},
            "does not extend out of its VPC",
        ),
        (
            {"nodeSubnets": [{"vpcId": "*", "id": "s", "cidr": "ten"}]},
            "nodeSubnets[0].cidr is 'ten'; allowed is an IPv4",
        ),
        ({"waivers": [{}]}, "waivers[0] has no owner; allowed is who answers for it"),
        (
            {"waivers": [{"urn": "net"}]},
            "waivers[0].urn is 'net'; allowed is a URN, or a pattern of URNs with *",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(config: dict[str, Any], said: str) -> None:
    with pytest.raises(PackConfigError) as caught:
        read(config)
    assert said in str(caught.value)


def test_everything_that_is_wrong_is_one_message() -> None:
    with pytest.raises(PackConfigError) as caught:
        read({"scop": "auto", "onUnknown": "ignore", "minimumZones": 0})
    for said in ("'scop'", "onUnknown is 'ignore'", "minimumZones is 0"):
        assert said in str(caught.value)


def test_integers_arrive_as_floats() -> None:
    assert read({"minimumZones": 3.0}).minimum_zones == 3


def test_features_that_are_turned_off_are_remembered_as_such() -> None:
    config = read({"features": {"windows": False, "kmsEncryption": True}})
    assert config.features_off == {"windows"}
    assert "kmsEncryption" in config.features
    assert "windows" not in config.features
    assert "vssSnapshots" in config.features
