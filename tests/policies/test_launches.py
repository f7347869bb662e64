"""What starts machines: where they run, in which groups and with which instance profile, however a program says so."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from policies.graph import UNKNOWN
from policies.launches import launches
from tests.policies.seen import named, seen
from tests.support.graph import JsonObject

NETWORK: tuple[JsonObject, ...] = (
    {"Vpc": "net", "cidrBlock": "10.0.0.0/16"},
    {"Subnet": "a", "vpcId": "${net}", "cidrBlock": "10.0.1.0/24"},
    {"Subnet": "b", "vpcId": "${net}", "cidrBlock": "10.0.2.0/24"},
    {"SecurityGroup": "app", "vpcId": "${net}"},
    {"SecurityGroup": "web", "vpcId": "${net}"},
    {"InstanceProfile": "own", "name": "own-name"},
    {"InstanceProfile": "other", "name": "other-name"},
)


@dataclass(frozen=True)
class Told:
    """A launch, with names in place of URNs."""

    subnets: set[str]
    groups: set[str]
    profile: object
    more_subnets: bool = False
    more_groups: bool = False


def told(*items: JsonObject) -> dict[str, Told]:
    graph = seen(*NETWORK, *items)
    return {
        launch.label: Told(
            set(named(graph, launch.subnets.keys)),
            set(named(graph, launch.groups.keys)),
            named(graph, [launch.profile])[0] if isinstance(launch.profile, str) else launch.profile,
            launch.subnets.more,
            launch.groups.more,
        )
        for launch in launches(graph)
    }


def test_an_instance_says_it_itself() -> None:
    node = {"subnetId": "${a}", "vpcSecurityGroupIds": ["${app}", "sg-1"], "iamInstanceProfile": "${own}"}
    expected = Told({"a"}, {"app", "sg-1"}, "own")
    assert told({"Instance": "n", **node}) == {"Instance 'n'": expected}
    assert told({"SpotInstanceRequest": "n", **node}) == {"SpotInstanceRequest 'n'": expected}


def test_a_stack_without_machines_starts_none_and_a_bare_machine_says_nothing() -> None:
    assert told() == {}
    assert told({"Instance": "n"}) == {"Instance 'n'": Told(set(), set(), None)}


def test_a_group_of_machines_names_its_subnets_in_another_way() -> None:
    group = {"AutoScalingGroup": "g", "vpcZoneIdentifiers": ["${a}", "subnet-1"]}
    assert told(group) == {"Group 'g'": Told({"a", "subnet-1"}, set(), None)}


TEMPLATE: JsonObject = {
    "LaunchTemplate": "lt",
    "name": "lt-name",
    "networkInterfaces": [{"subnetId": "${b}"}],
    "vpcSecurityGroupIds": ["${web}"],
    "iamInstanceProfile": {"name": "${other}"},
}


@pytest.mark.parametrize(
    "way",
    [
        {"launchTemplate": {"id": "${lt}", "version": "$Latest"}},
        {"launchTemplate": {"name": "lt-name"}},
        {
            "mixedInstancesPolicy": {
                "launchTemplate": {"launchTemplateSpecification": {"launchTemplateId": "${lt}"}}
            }
        },
        {
            "mixedInstancesPolicy": {
                "launchTemplate": {
                    "overrides": [{"launchTemplateSpecification": {"launchTemplateId": "${lt}"}}]
                }
            }
        },
    ],
    ids=["by id", "by name", "mixed", "override"],
)
def test_what_a_group_does_not_say_its_template_does(way: JsonObject) -> None:
    assert told(TEMPLATE, {"AutoScalingGroup": "g", **way}) == {"Group 'g'": Told({"b"}, {"web"}, "other")}


def test_what_a_machine_says_comes_before_what_its_template_says() -> None:
    node = {"Instance": "n", "launchTemplate": {"id": "${lt}"}}
    said = {"subnetId": "${a}", "vpcSecurityGroupIds": ["${app}"], "iamInstanceProfile": "${own}"}
    assert told(TEMPLATE, {**node, **said}) == {"Instance 'n'": Told({"a"}, {"app"}, "own")}
    assert told(TEMPLATE, {**node, "subnetId": "${?}"}) == {
        "Instance 'n'": Told(set(), {"web"}, "other", True)
    }
    unread = {**node, "vpcSecurityGroupIds": "${?}"}
    assert told(TEMPLATE, unread) == {"Instance 'n'": Told({"b"}, set(), "other", more_groups=True)}
    assert told(TEMPLATE, {**node, "iamInstanceProfile": "${?}"})["Instance 'n'"].profile is UNKNOWN


def test_a_template_that_something_uses_is_no_launch_of_its_own_and_another_is() -> None:
    group = {"AutoScalingGroup": "g", "launchTemplate": {"id": "${lt}"}}
    other = {**TEMPLATE, "LaunchTemplate": "other-lt", "name": "other-lt"}
    assert told(TEMPLATE, other, group) == {
        "LaunchTemplate 'other-lt'": Told({"b"}, {"web"}, "other"),
        "Group 'g'": Told({"b"}, {"web"}, "other"),
    }


def test_of_several_templates_the_first_that_says_it_counts() -> None:
    bare = {"LaunchTemplate": "bare", "vpcSecurityGroupIds": ["${app}"]}
    specification = [
        {"launchTemplateSpecification": {"launchTemplateId": f"${{{name}}}"}} for name in ("bare", "lt")
    ]
    mixed = {"launchTemplate": {**specification[0], "overrides": [specification[1]]}}
    group = {"AutoScalingGroup": "g", "mixedInstancesPolicy": mixed}
    assert told(bare, TEMPLATE, group) == {"Group 'g'": Told({"b"}, {"app"}, "other")}


@pytest.mark.parametrize(
    "way",
    [
        {"launchTemplate": {"id": "lt-1", "version": "$Latest"}},
        {"launchTemplate": {"name": "elsewhere"}},
        {"launchTemplate": {"id": "${?}"}},
        {"launchTemplate": "${?}"},
        {"launchConfiguration": "elsewhere"},
        {
            "mixedInstancesPolicy": {
                "launchTemplate": {
                    "launchTemplateSpecification": {"launchTemplateId": "lt-1"},
                    "overrides": [{"instanceType": "m7g.large"}],
                }
            }
        },
    ],
    ids=["by id", "by name", "unknown", "all unknown", "configuration", "mixed"],
)
def test_a_template_of_another_stack_may_say_what_the_machine_does_not(way: JsonObject) -> None:
    """Its instance profile is left to that stack's own preview."""
    group = {"AutoScalingGroup": "g", "vpcZoneIdentifiers": ["${a}"], **way}
    assert told(group) == {"Group 'g'": Told({"a"}, set(), None, more_groups=True)}
    node = {"Instance": "n", **way}
    assert told(node) == {"Instance 'n'": Told(set(), set(), None, True, True)}
    said = {"subnetId": "${a}", "vpcSecurityGroupIds": ["${app}"]}
    assert told({**node, **said}) == {"Instance 'n'": Told({"a"}, {"app"}, None)}


def test_one_template_of_this_stack_does_not_stand_for_another() -> None:
    specification = [{"launchTemplateSpecification": {"launchTemplateId": id}} for id in ("${lt}", "lt-1")]
    mixed = {"launchTemplate": {**specification[0], "overrides": [specification[1]]}}
    found = told(TEMPLATE, {"AutoScalingGroup": "g", "mixedInstancesPolicy": mixed})["Group 'g'"]
    assert found == Told({"b"}, {"web"}, "other", True, True)
    unknown = {"launchTemplate": {**specification[0], "overrides": [{**specification[1]}, "${?}"]}}
    assert told(TEMPLATE, {"AutoScalingGroup": "g", "mixedInstancesPolicy": unknown})["Group 'g'"] == found


@pytest.mark.parametrize("given", [{"id": "", "name": "lt-name"}, {"id": "${?}", "name": "lt-name"}])
def test_a_template_that_is_known_by_name_needs_no_id(given: JsonObject) -> None:
    assert told(TEMPLATE, {"AutoScalingGroup": "g", "launchTemplate": given}) == {
        "Group 'g'": Told({"b"}, {"web"}, "other")
    }


def test_a_launch_configuration_is_a_template_with_other_words() -> None:
    configuration = {
        "LaunchConfiguration": "lc",
        "securityGroups": ["${app}"],
        "iamInstanceProfile": "arn:aws:iam::111122223333:instance-profile/x",
    }
    group = {"AutoScalingGroup": "g", "vpcZoneIdentifiers": ["${a}"], "launchConfiguration": "${lc}"}
    assert told(configuration, group) == {
        "Group 'g'": Told({"a"}, {"app"}, "arn:aws:iam::111122223333:instance-profile/x")
    }


# --- Network interfaces -------------------------------------------------------------------------------------
def test_a_templates_interfaces_say_subnets_and_groups() -> None:
    interfaces = [{"subnetId": "${a}", "securityGroups": ["${app}", "sg-2"]}, {"subnetId": "subnet-1"}]
    assert told(
        {"LaunchTemplate": "t", "networkInterfaces": interfaces, "vpcSecurityGroupIds": ["sg-1"]}
    ) == {"LaunchTemplate 't'": Told({"a", "subnet-1"}, {"sg-1", "app", "sg-2"}, None)}


@pytest.mark.parametrize(
    "interfaces",
    ["${?}", ["${?}"], [{"subnetId": "${?}", "securityGroups": ["${?}"]}]],
    ids=["all", "one", "inside"],
)
def test_an_interface_that_cannot_be_read_may_be_anywhere(interfaces: object) -> None:
    assert told({"LaunchTemplate": "t", "networkInterfaces": interfaces}) == {
        "LaunchTemplate 't'": Told(set(), set(), None, more_subnets=True, more_groups=True)
    }


def test_an_interface_without_a_subnet_says_none() -> None:
    interfaces = [{"associatePublicIpAddress": True}]
    assert told({"LaunchTemplate": "t", "networkInterfaces": interfaces}) == {
        "LaunchTemplate 't'": Told(set(), set(), None)
    }


ENIS: tuple[JsonObject, ...] = (
    {"NetworkInterface": "eni-a", "subnetId": "${a}"},
    {"NetworkInterface": "eni-b", "subnetId": "${b}"},
)


@pytest.mark.parametrize(
    "way",
    [
        {"networkInterfaces": [{"networkInterfaceId": "${eni-a}", "deviceIndex": 0}]},
        {"primaryNetworkInterface": {"networkInterfaceId": "${eni-a}"}},
    ],
    ids=["list", "primary"],
)
def test_an_instance_runs_where_its_interface_is(way: JsonObject) -> None:
    assert told(*ENIS, {"Instance": "n", **way}) == {"Instance 'n'": Told({"a"}, set(), None)}


def test_every_interface_of_an_instance_counts() -> None:
    interfaces = [{"networkInterfaceId": f"${{{name}}}"} for name in ("eni-a", "eni-b")]
    found = told(*ENIS, {"Instance": "n", "networkInterfaces": interfaces})["Instance 'n'"]
    assert found.subnets == {"a", "b"}
    assert not found.more_subnets


@pytest.mark.parametrize("id", ["eni-0123456789abcdef0", "${?}"])
def test_an_interface_that_is_not_of_this_stack_may_be_anywhere(id: str) -> None:
    interfaces = [{"networkInterfaceId": "${eni-a}"}, {"networkInterfaceId": id}]
    found = told(*ENIS, {"Instance": "n", "networkInterfaces": interfaces})["Instance 'n'"]
    assert found.more_subnets
    for primary in ({"networkInterfaceId": id}, "${?}"):
        alone = told({"Instance": "n", "primaryNetworkInterface": primary})["Instance 'n'"]
        assert alone == Told(set(), set(), None, more_subnets=True)


# --- Instance profiles --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("${own}", "own"),
        ("own-name", "own"),
        ("elsewhere", "elsewhere"),
        ("${?}", UNKNOWN),
        ({"name": "own-name"}, "own"),
        ({"name": "${own}"}, "own"),
        ({"arn": "${own}"}, "own"),
        (
            {"arn": "arn:aws:iam::111122223333:instance-profile/x"},
            "arn:aws:iam::111122223333:instance-profile/x",
        ),
        ({"name": "", "arn": "${own}"}, "own"),
        ({"name": "${?}"}, UNKNOWN),
        ({}, None),
        (None, None),
    ],
)
def test_an_instance_profile_is_given_by_name_or_arn(given: object, expected: object) -> None:
    assert (
        told({"LaunchTemplate": "t", "iamInstanceProfile": given})["LaunchTemplate 't'"].profile == expected
    )
