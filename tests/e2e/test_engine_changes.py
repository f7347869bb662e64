"""The table of changes held against the real engine, and what `protect` keeps."""

from __future__ import annotations

from typing import Any

from tests.e2e.networks import Project, Vpc
from tests.e2e.test_networks import endpoints_of, goes
from tests.e2e.test_networks import nodes_of as declared
from tests.support.changes import operations, program


def nodes_of(vpc: Vpc) -> dict[str, Any]:
    """The pack's configuration: agents that need no ec2messages endpoint, whether there is one or not."""
    return {**declared(vpc), "minimumAgentVersion": "3.3.40.0"}


def engine_says(project: Project, stack: str, vpc: Vpc) -> dict[str, str]:
    """A preview's operations in the words of `tests/support/changes.py`, without components and providers."""
    found: dict[str, str] = {}
    for operation, urn in project.steps(stack, pack=nodes_of(vpc)).changed:
        types, _, name = urn.partition("::")
        kind = types.rpartition("$")[2]
        if kind.startswith("aws:"):
            found[f"{kind.rpartition(':')[2]} {name}"] = operation
    return found


def agrees(project: Project, stack: str, vpc: Vpc, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The engine and the table's reckoning say the same of a change, which is then made."""
    project.stack(stack, **after)
    said = engine_says(project, stack, vpc)
    assert said == operations(program(before), program(after))
    assert said
    up = project.run("up", stack, pack=nodes_of(vpc))
    assert up.code == 0, up.text


def test_the_engine_agrees_step_by_step(project: Project) -> None:
    vpc = project.vpc("10.70.0.0/16")
    first = {"network": vpc.network(), "accountId": "123456789012"}
    project.stack("steps", **first)
    assert project.run("up", "steps", pack=nodes_of(vpc)).code == 0
    second = {
        **first,
        "network": vpc.network(clientCidrs=["10.8.0.0/16"]),
        "tags": {"team": "platform"},
        "buckets": {"own": [{"name": "acme-scripts", "access": "read"}]},
    }
    # The bucket is nowhere: nobody asks.
    second["preflight"] = "off"
    agrees(project, "steps", vpc, first, second)
    third = {
        **second,
        "features": {"kmsEncryption": True},
        "endpointPolicies": {"preset": "account"},
        "hybrid": {"s3InterfaceEndpoint": True},
        "dns": {"inboundResolver": {"clientCidrs": ["192.168.53.0/24"]}},
        "nodes": {"securityGroup": True},
    }
    agrees(project, "steps", vpc, second, third)
    fourth = {**third, "features": {}, "minimumAgentVersion": "3.3.40.0"}
    agrees(project, "steps", vpc, third, fourth)
    goes(project, "steps")


def test_a_hub_that_moves_takes_its_zones_along(project: Project) -> None:
    old, new = project.vpc("10.72.0.0/16"), project.vpc("10.73.0.0/16")
    hub = {"network": old.network(), "topology": {"kind": "hub"}, "minimumAgentVersion": "3.3.40.0"}
    # What is replaced is in the way of what replaces it, and the preflight would say so.
    moved = {**hub, "network": new.network(), "preflight": "off"}

    def pack(vpc: Vpc) -> dict[str, Any]:
        zones = {"vpc": vpc.id, "services": ["ssm", "ssmmessages", "ec2"], "where": "this stack"}
        return {**nodes_of(vpc), "hostedZones": [zones]}

    project.stack("hub", **hub)
    assert project.run("up", "hub", pack=pack(old)).code == 0
    assert project.steps("hub", pack=pack(old)).changed == []
    project.stack("hub", **moved)
    up = project.run("up", "hub", pack=pack(new))
    assert up.code == 0, up.text
    zones = project.outputs("hub")["hostedZoneIds"].values()
    joined = [project.client("route53").get_hosted_zone(Id=zone)["VPCs"] for zone in zones]
    assert [each["VPCId"] for vpcs in joined for each in vpcs] == [new.id] * 3
    goes(project, "hub")


def left(project: Project, vpc: Vpc) -> list[str]:
    """Ids of the VPC's endpoints and of the groups beside its default one."""
    groups = project.client("ec2").describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc.id]}])
    ids = [each["GroupId"] for each in groups["SecurityGroups"] if each["GroupName"] != "default"]
    return sorted([*ids, *(each["VpcEndpointId"] for each in endpoints_of(project, vpc))])


def test_protected_endpoints_outlive_a_destroy(project: Project) -> None:
    vpc = project.vpc("10.71.0.0/16")
    project.stack("kept", network=vpc.network(), protect=True)
    assert project.run("up", "kept", pack=nodes_of(vpc)).code == 0
    before = left(project, vpc)
    assert len(before) == 6  # five endpoints and their group
    for options in ((), ("--skip-preview",)):
        refused = project.pulumi("destroy", "--stack", "kept", "--yes", *options)
        assert refused.code != 0
        # How many resources it names before it stops is the engine's affair.
        assert options or "because it is protected" in refused.text
        assert left(project, vpc) == before
    # A change that would replace or delete is refused as well, before anything is done.
    project.stack("kept", network=vpc.network(), protect=True, minimumAgentVersion="3.3.40.0")
    refused = project.run("up", "kept", pack=nodes_of(vpc))
    assert refused.code != 0
    assert "ssm-ec2messages" in refused.text
    assert "protected" in refused.text
    assert left(project, vpc) == before
    project.stack("kept", network=vpc.network(), protect=False)
    up = project.run("up", "kept", pack=nodes_of(vpc))
    assert up.code == 0, up.text
    assert "10 unchanged" in up.text
    goes(project, "kept")
    assert left(project, vpc) == []
