"""The picture has every subnet, endpoint and route table, and who else may connect; and says it in words too."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from policies.pack_config import read as read_config
from review import markdown, network, picture
from review.network import Home
from tests.mutants.edits import beside, put
from tests.support import flat
from tests.support.graph import UNKNOWN_STRING, RecordedGraph, load
from tests.support.reviews import recorded

DEV = Path(__file__).parents[1] / "fixtures" / "graphs" / "dev-preview.json"
INTERFACES = {"ssm-ec2", "ssm-ec2messages", "ssm-ssm", "ssm-ssmmessages"}
GROUP = ("ssm-https", "aws:ec2/securityGroup:SecurityGroup")


def home(graph: RecordedGraph, folder: Path, **config: object) -> Home:
    (found,) = network.homes(recorded(graph, folder).graph, read_config(config))
    return found


def admits(graph: RecordedGraph, name: str, **props: object) -> None:
    rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    own = {"securityGroupId": UNKNOWN_STRING, "ipProtocol": "tcp", **props}
    beside(rule, name, own, "ssm-ssm", securityGroupId=GROUP)(graph)


def test_every_subnet_holds_its_interfaces_and_says_its_route_table(tmp_path: Path) -> None:
    found = home(load(DEV), tmp_path)
    assert [(p.name, p.zone, p.block, p.table, p.nodes) for p in found.places] == [
        ("private-a", "eu-west-1a", "10.0.0.0/19", "private-a", True),
        ("private-b", "eu-west-1b", "10.0.32.0/19", "private-b", True),
    ]
    assert all(set(place.holds) == INTERFACES for place in found.places)
    assert (found.clients, found.spokes, found.elsewhere, found.zones) == ((), (), (), ())


def test_who_else_is_admitted_on_443_is_a_client_and_nobody_who_is_not(tmp_path: Path) -> None:
    graph = load(DEV)
    admits(graph, "vpn", fromPort=443, toPort=443, cidrIpv4="192.168.0.0/16")
    admits(graph, "ssh", fromPort=22, toPort=22, cidrIpv4="172.16.0.0/12")
    admits(graph, "group", fromPort=443, toPort=443, referencedSecurityGroupId="sg-0123456789abcdef0")
    assert set(home(graph, tmp_path).clients) == {"192.168.0.0/16", "security group sg-0123456789abcdef0"}


def test_what_the_packs_owner_declares_is_shown(tmp_path: Path) -> None:
    hub = {"vpc": "*", "services": ["ssm", "ec2"], "where": "the hub of prod"}
    assert home(load(DEV), tmp_path, sharedEndpoints=[hub]).elsewhere == ("ssm, ec2: the hub of prod",)


def test_unknown_values_are_called_unknown(tmp_path: Path) -> None:
    graph = load(DEV)
    put("ssm-ssm", privateDnsEnabled=UNKNOWN_STRING)(graph)
    dns = {each.name: each.private_dns for each in home(graph, tmp_path).endpoints}
    assert dns == {"ssm-ssm": "unknown", "ssm-s3": "", **dict.fromkeys(INTERFACES - {"ssm-ssm"}, "on")}


def test_the_picture_is_an_svg_with_every_name_and_its_words(tmp_path: Path) -> None:
    graph = load(DEV)
    admits(graph, "vpn", fromPort=443, toPort=443, cidrIpv4="192.168.0.0/16")
    found = home(graph, tmp_path)
    root = ElementTree.fromstring(picture.svg(found, 3))
    said = [element.text or "" for element in root.iter("text")]
    for name in (
        *INTERFACES,
        "ssm-s3",
        "private-a",
        "private-b",
        "eu-west-1a",
        "route table private-b",
        "192.168.0.0/16",
    ):
        assert any(name in line for line in said), name
    words = root.findtext("desc") or ""
    assert "S3 gateway endpoint ssm-s3 on private-a, private-b." in words
    assert "Also admitted on 443: 192.168.0.0/16." in words
    inside = [float(value) for value in str(root.get("viewBox")).split()]
    for box in root.iter("rect"):
        assert float(str(box.get("x"))) + float(str(box.get("width"))) <= inside[2]
        assert float(str(box.get("y"))) + float(str(box.get("height"))) <= inside[3]


@pytest.mark.parametrize("zones", [0, 1, 5])
def test_the_picture_grows_with_the_zones_and_boxes_never_leave_the_vpc(tmp_path: Path, zones: int) -> None:
    resources: list[dict[str, object]] = [{"Vpc": "net", "cidrBlock": "10.0.0.0/16"}]
    for number in range(zones):
        zone = "abcdef"[number]
        subnet = {
            "Subnet": f"a-subnet-with-a-very-long-name-{zone}",
            "vpcId": "${net}",
            "cidrBlock": f"10.0.{number}.0/24",
        }
        resources.append({**subnet, "availabilityZone": f"eu-west-1{zone}"})
    found = home(flat.build(resources), tmp_path)
    root = ElementTree.fromstring(picture.svg(found, 0))
    frame = next(box for box in root.iter("rect") if box.get("class") == "vpc")
    right, bottom = (
        float(str(frame.get(a))) + float(str(frame.get(b))) for a, b in (("x", "width"), ("y", "height"))
    )
    for box in root.iter("rect"):
        assert float(str(box.get("x"))) + float(str(box.get("width"))) <= right
        assert float(str(box.get("y"))) + float(str(box.get("height"))) <= bottom
    assert len([box for box in root.iter("rect") if box.get("class") == "nodes"]) == zones


@pytest.mark.parametrize("default", [True, False])
def test_a_gateway_on_the_main_route_table_is_drawn_to_it_by_the_name_that_its_subnets_say(
    tmp_path: Path, default: bool
) -> None:
    resources: list[dict[str, object]] = [
        {"Vpc": "net", "cidrBlock": "10.0.0.0/16"},
        {"Subnet": "a", "vpcId": "${net}", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"},
        {
            "VpcEndpoint": "gate",
            "vpcId": "${net}",
            "vpcEndpointType": "Gateway",
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "routeTableIds": ["${net}"],
        },
    ]
    if default:
        resources.append({"DefaultRouteTable": "main", "defaultRouteTableId": "${net}"})
    found = home(flat.build(resources), tmp_path)
    called = "main" if default else "the main route table of 'net'"
    assert [place.table for place in found.places] == [called]
    assert [each.attached for each in found.endpoints] == [(called,)]
    arrows = [
        path
        for path in ElementTree.fromstring(picture.svg(found, 0)).iter("path")
        if path.get("class") == "arrow"
    ]
    assert len(arrows) == 1
    assert f'    s0 -- "route table {called}" --> g0' in markdown.mermaid(found).splitlines()
