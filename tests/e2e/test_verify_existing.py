"""`ssm-endpoints verify` where the VPC is somebody else's: read by the ids that the stack names, judged like one's own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.e2e.deployed import Deployed, Verified
from tests.e2e.own_stack import Network
from tests.support.aws_api import client

# One story for all of these tests: on one worker, or each worker would play it again.
pytestmark = pytest.mark.xdist_group("test_verify_existing")


@dataclass(frozen=True)
class Told:
    """What verify said of a hub in a VPC that is there: as it was made, and after people changed the VPC and the zones."""

    well: Verified
    spoilt: Verified
    network: Network
    acl: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, moto: int) -> Told:
    network = Network(moto)
    # One that endpoints and nodes have nothing to do with: it is not judged.
    network.subnet("10.20.9.0/24", "c")
    settings = {
        **network.settings,
        "topology": {"kind": "hub"},
        "minimumAgentVersion": "3.3.40.0",
        "preflight": "off",
    }
    zones = [{"vpc": network.vpc, "services": ["ssm", "ssmmessages", "ec2"], "where": "this stack"}]
    pack = {"minimumAgentVersion": "3.3.40.0", "hostedZones": zones}
    stack = Deployed(tmp_path_factory.mktemp("existing"), moto, settings, **pack)
    well = stack.verify()
    first, second = (each["id"] for each in network.nodes)
    acl = _deny_everything(network, first)
    _main_route_table(network, second)
    _without_record(stack, moto, "ssm")
    network.switch("EnableDnsHostnames", on=False)
    return Told(well, stack.verify(), network, acl)


def _deny_everything(network: Network, subnet: str) -> str:
    """A network ACL of the subnet's own, without rules."""
    acl = network.ec2.create_network_acl(VpcId=network.vpc)["NetworkAcl"]["NetworkAclId"]
    listed = network.ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet]}]
    )
    (association,) = [
        each["NetworkAclAssociationId"]
        for each in listed["NetworkAcls"][0]["Associations"]
        if each["SubnetId"] == subnet
    ]
    network.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    return str(acl)


def _main_route_table(network: Network, subnet: str) -> None:
    (table,) = network.ec2.describe_route_tables(RouteTableIds=[network.table])["RouteTables"]
    (association,) = [each for each in table["Associations"] if each.get("SubnetId") == subnet]
    network.ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])


def _without_record(stack: Deployed, moto: int, service: str) -> None:
    route53, zone = client(moto, "route53"), stack.outputs["hostedZoneIds"][service]
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    (record,) = [each for each in records if each["Type"] == "A"]
    change = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)


def test_a_stack_in_a_vpc_that_is_there_is_well(told: Told) -> None:
    assert told.well.code == 0, told.well.document
    assert told.well.document["drift"] == []


def test_the_vpc_and_what_stands_around_the_nodes_is_read_from_aws(told: Told) -> None:
    added = told.well.document["readFromAws"]
    assert f"Vpc {told.network.vpc}" in added
    assert {each for each in added if each.startswith("Subnet ")} == {
        f"Subnet {each['id']}" for each in told.network.nodes
    }
    assert f"RouteTable {told.network.table}" in added


def test_the_network_that_somebody_else_changed_is_judged(told: Told) -> None:
    assert told.spoilt.code == 1
    assert told.spoilt.policies() == {
        "vpc-dns-enabled",
        "node-nacl-allows-https",
        "s3-gateway-on-node-route-tables",
        "interface-private-dns",
    }
    first, second = (each["id"] for each in told.network.nodes)
    assert told.acl in told.spoilt.messages("node-nacl-allows-https")
    assert second in told.spoilt.messages("s3-gateway-on-node-route-tables")
    assert first not in told.spoilt.messages("s3-gateway-on-node-route-tables")
    assert told.network.vpc in told.spoilt.messages("vpc-dns-enabled")


def test_a_record_that_is_gone_is_named(told: Told) -> None:
    (what,) = told.spoilt.deleted()
    assert what.startswith("record A ssm.eu-west-1.amazonaws.com in hosted zone ")
    assert "com.amazonaws.eu-west-1.ssm)" in told.spoilt.messages("interface-private-dns")
