"""The matrix names the first thing that blocks, for the right subnets and services, and never tells another story than the
findings."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from policies.pack_config import read as read_config
from review import reachability
from review.reachability import Matrix
from review.steps import STEPS
from tests.mutants.edits import Mutate, beside, both, dropped, put, removed, unlink, unlisted
from tests.mutants.operators import mutants
from tests.support import flat
from tests.support.graph import UNKNOWN_LIST, UNKNOWN_STRING, RecordedGraph, load
from tests.support.pack import here
from tests.support.regions import graph as good
from tests.support.regions import region
from tests.support.reviews import recorded

FIXTURES = Path(__file__).parents[1] / "fixtures"
POLICIES = {policy for step in STEPS for policy in step.policies}
INTERFACES = ("ssm", "ssmmessages", "ec2messages", "ec2")
EVERYTHING = (*INTERFACES, "s3")
A, B = "private-a", "private-b"
ACL = "aws:ec2/networkAcl:NetworkAcl"
VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"

# Private DNS for the VPC's own resolver too.
OF_ALL = {"dnsRecordIpType": "ipv4", "privateDnsOnlyForInboundResolverEndpoint": False}

Spots = set[tuple[str, str]]
Ask = Callable[..., list[Matrix]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The matrices of a recorded graph."""

    def matrices(graph: RecordedGraph, **config: Any) -> list[Matrix]:
        return reachability.matrices(recorded(graph, tmp_path).graph, read_config(config))

    return matrices


def spots(matrix: Matrix, state: str, step: str = "") -> Spots:
    """The cells in a state, by subnet and service; with a step, those that it stops."""
    return {
        (row.subnet, service)
        for row in matrix.rows
        for (service, _, _), cell in zip(matrix.services, row.cells, strict=True)
        if cell.state == state and (not step or (cell.step is not None and cell.step.name == step))
    }


def all_of(*services: str, subnets: tuple[str, ...] = (A, B)) -> Spots:
    return {(subnet, service) for subnet in subnets for service in services}


def denying(name: str, subnet: str) -> Mutate:
    """A network ACL on one subnet that lets nothing pass."""
    return beside(
        ACL,
        name,
        {"vpcId": UNKNOWN_STRING, "subnetIds": [UNKNOWN_STRING], "ingress": [], "egress": []},
        "ssm-ssm",
        vpcId=("private", VPC),
        subnetIds=(subnet, SUBNET),
    )


WAYS: Mapping[str, tuple[Mutate, str, Spots]] = {
    "an endpoint is missing": (dropped("ssm-ssmmessages"), "endpoint", all_of("ssmmessages")),
    "the gateway is missing": (dropped("ssm-s3"), "endpoint", all_of("s3")),
    "an endpoint of another Region": (
        put("ssm-ssm", serviceName="com.amazonaws.eu-west-2.ssm"),
        "endpoint",
        all_of("ssm"),
    ),
    "DNS hostnames are off: private DNS alone needs them": (
        put("private", VPC, enableDnsHostnames=False),
        "DNS attributes",
        all_of(*INTERFACES),
    ),
    "DNS support is off": (
        put("private", VPC, enableDnsSupport=False),
        "DNS attributes",
        all_of(*EVERYTHING),
    ),
    "private DNS is off": (put("ssm-ec2", privateDnsEnabled=False), "private DNS", all_of("ec2")),
    "a subnet is not admitted": (
        dropped("ssm-https-10.0.32.0-19"),
        "endpoint's group",
        all_of(*INTERFACES, subnets=(B,)),
    ),
    "nobody is admitted": (
        dropped("ssm-https-10.0.0.0-19", "ssm-https-10.0.32.0-19"),
        "endpoint's group",
        all_of(*INTERFACES),
    ),
    "a network ACL of one subnet": (denying("acl", A), "network ACL", all_of(*INTERFACES) | {(A, "s3")}),
    "the gateway is not on a table": (
        lambda graph: _off_table(graph, "private-b"),
        "route",
        {(B, "s3")},
    ),
    "a bucket is left out": (
        unlisted("ssm-s3", "patch-baseline-snapshot-eu-west-1"),
        "endpoint policy",
        all_of("s3"),
    ),
}


def _off_table(graph: RecordedGraph, table: str) -> None:
    urn = graph.resource(table, "aws:ec2/routeTable:RouteTable")["urn"]
    endpoint = graph.resource("ssm-s3")
    removed_id = graph.resource(table, "aws:ec2/routeTable:RouteTable")["properties"].get("id", "")
    graph.edit(
        "ssm-s3",
        lambda p: p.update(routeTableIds=[each for each in p["routeTableIds"] if each != removed_id][:1]),
    )
    endpoint["propertyDependencies"]["routeTableIds"]["urns"].remove(urn)


@pytest.mark.parametrize("stage", ["preview", "unchanged"])
def test_of_a_good_stack_every_cell_is_open(ask: Ask, stage: str) -> None:
    (matrix,) = ask(load(FIXTURES / "graphs" / f"dev-{stage}.json"))
    assert spots(matrix, "open") == all_of(*EVERYTHING)
    assert matrix.counts == {"open": 10}


@pytest.mark.parametrize("stage", ["preview", "unchanged"])
@pytest.mark.parametrize("name", WAYS)
def test_a_cell_names_the_first_thing_that_blocks_and_the_others_stay_open(
    ask: Ask, name: str, stage: str
) -> None:
    mutate, step, blocked = WAYS[name]
    graph = load(FIXTURES / "graphs" / f"dev-{stage}.json")
    mutate(graph)
    (matrix,) = ask(graph)
    assert spots(matrix, "blocked", step) == blocked
    assert spots(matrix, "open") == all_of(*EVERYTHING) - blocked


def test_the_earlier_of_two_things_is_named(ask: Ask) -> None:
    graph = load(FIXTURES / "graphs" / "dev-preview.json")
    both(dropped("ssm-https-10.0.0.0-19"), put("ssm-ssm", privateDnsEnabled=False))(graph)
    (matrix,) = ask(graph)
    assert spots(matrix, "blocked", "private DNS") == all_of("ssm")
    assert spots(matrix, "blocked", "endpoint's group") == all_of(*INTERFACES[1:], subnets=(A,))


def test_what_a_preview_does_not_know_is_not_taken_for_open(ask: Ask) -> None:
    graph = load(FIXTURES / "graphs" / "dev-preview.json")
    both(
        unlink("ssm-ssm", "serviceName", UNKNOWN_STRING),
        put("ssm-ec2", privateDnsEnabled=UNKNOWN_STRING),
        unlink("ssm-s3", "policy", UNKNOWN_STRING),
        put("ssm-ssmmessages", policy=UNKNOWN_STRING),
        unlink("ssm-ec2messages", "subnetIds", UNKNOWN_LIST),
    )(graph)
    (matrix,) = ask(graph)
    assert spots(matrix, "open") == set()
    assert spots(matrix, "unproven", "private DNS") == all_of("ec2")
    assert spots(matrix, "unproven", "endpoint policy") == all_of("ssmmessages", "s3")
    assert spots(matrix, "unproven", "endpoint") == all_of("ec2messages")
    # A service name that is not known counts as another one, as in the pack.
    assert spots(matrix, "blocked", "endpoint") == all_of("ssm")


def test_an_endpoint_in_one_zone_leaves_the_other_without(ask: Ask) -> None:
    graph = load(FIXTURES / "graphs" / "dev-unchanged.json")
    subnet = graph.resource(B, SUBNET)
    removed("ssm-ssm", "subnetIds", subnet["properties"]["id"])(graph)
    graph.resource("ssm-ssm")["propertyDependencies"]["subnetIds"]["urns"].remove(subnet["urn"])
    (matrix,) = ask(graph)
    assert spots(matrix, "blocked", "zone") == {(B, "ssm")}


def test_an_ipv6_block_that_is_not_admitted_blocks_and_is_named(ask: Ask) -> None:
    path = FIXTURES / "policies" / "endpoint-admits-node-subnets" / "fail-ipv6.yaml"
    _, resources = flat.read(path)
    for each in resources:
        each |= {"enableDnsHostnames": True} if "Vpc" in each else {}
        more = {"privateDnsEnabled": True, "subnetIds": ["${Subnet.a}", "${six}"]}
        each |= more if "VpcEndpoint" in each else {}
    (matrix,) = ask(flat.build(resources))
    told = {
        (row.subnet, service): (cell.step.name, cell.text)
        for row in matrix.rows
        for (service, _, _), cell in zip(matrix.services, row.cells, strict=True)
        if cell.step and cell.step.name == "endpoint's group"
    }
    # The subnet with both versions is admitted with IPv4 alone; the one with IPv6 alone has nothing of ssmmessages' version.
    assert "2001:db8:0:1::/64" in told["a", "ssm"][1]
    assert "2001:db8:0:6::/64" in told["six", "ssm"][1]
    assert "no address of the endpoints' IP version" in told["six", "ssmmessages"][1]
    assert ("a", "ssmmessages") not in told


def test_machines_whose_group_lets_nothing_out_are_named(ask: Ask) -> None:
    here_ = region("eu-west-1")
    graph = good("nodes-preview", here_)
    (open_,) = ask(graph, **here_.config)
    assert open_.rows
    assert set(open_.counts) == {"open"}
    assert all(row.machines for row in open_.rows)
    egress = next(m for m in mutants(here_) if m.right == "node-egress-to-endpoints")
    spoilt = good(f"{egress.base}-preview", here_)
    egress.mutate(spoilt)
    (shut,) = ask(spoilt, **here_.config)
    assert spots(shut, "blocked", "node's group") | spots(shut, "unproven", "node's group")


def test_machines_that_get_out_to_the_endpoints_but_not_to_s3_are_told_apart(ask: Ask) -> None:
    here_ = region("eu-west-1")
    graph = good("nodes-preview", here_)
    dropped("to-s3")(graph)
    (matrix,) = ask(graph, **here_.config)
    assert spots(matrix, "blocked", "node's group") == all_of("s3", subnets=("a", "b"))
    graph = good("nodes-preview", here_)
    dropped("to-endpoints")(graph)
    (matrix,) = ask(graph, **here_.config)
    assert spots(matrix, "open") == all_of("s3", subnets=("a", "b"))


def test_what_is_declared_is_not_reached_by_machines_that_nothing_lets_out(ask: Ask) -> None:
    graph = flat.load(FIXTURES / "policies" / "node-egress-to-endpoints" / "fail-no-way-to-a-hub.yaml")
    config, _ = flat.read(FIXTURES / "policies" / "node-egress-to-endpoints" / "fail-no-way-to-a-hub.yaml")
    found = ask(graph, **config)
    assert any(spots(matrix, "blocked", "node's group") for matrix in found)
    assert not any(spots(matrix, "declared") for matrix in found)


def with_a_twin(**props: Any) -> RecordedGraph:
    """A second endpoint for ssm, set up in its own way."""
    graph = load(FIXTURES / "graphs" / "dev-preview.json")
    for listed, found in (
        (graph.resources, graph.resource("ssm-ssm")),
        (graph.inputs, graph.input("ssm-ssm")),
    ):
        listed.append(copy.deepcopy(found) | {"name": "twin", "urn": f"{found['urn']}-twin"})
    put("twin", **props)(graph)
    return graph


def test_of_two_endpoints_for_a_service_the_one_that_the_name_leads_to_counts(ask: Ask) -> None:
    shut = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}'
    (matrix,) = ask(with_a_twin(policy=shut, privateDnsEnabled=False))
    assert spots(matrix, "open") == all_of(*EVERYTHING)
    graph = with_a_twin(privateDnsEnabled=False)
    put("ssm-ssm", policy=shut)(graph)
    (matrix,) = ask(graph)
    assert spots(matrix, "blocked", "endpoint policy") == all_of("ssm")


def test_nobody_can_tell_which_of_two_endpoints_with_private_dns_a_node_asks(ask: Ask) -> None:
    (matrix,) = ask(with_a_twin(policy='{"Statement": []}'))
    assert spots(matrix, "blocked", "endpoint policy") == all_of("ssm")


def test_an_s3_interface_endpoint_that_takes_the_gateways_place_has_to_admit_the_buckets(ask: Ask) -> None:
    graph = load(FIXTURES / "graphs" / "dev-preview.json")
    for listed, found in (
        (graph.resources, graph.resource("ssm-ssm")),
        (graph.inputs, graph.input("ssm-ssm")),
    ):
        listed.append(copy.deepcopy(found) | {"name": "s3-too", "urn": f"{found['urn']}-s3"})
    everything = put("s3-too", serviceName="com.amazonaws.eu-west-1.s3", dnsOptions=OF_ALL, policy=None)
    everything(graph)
    (matrix,) = ask(graph)
    assert spots(matrix, "open") == all_of(*EVERYTHING)
    put("s3-too", policy=graph.resource("ssm-s3")["properties"]["policy"].replace("aws-ssm-", "aws-other-"))(
        graph
    )
    (matrix,) = ask(graph)
    assert spots(matrix, "blocked", "endpoint policy") == all_of("s3")
    put("s3-too", dnsOptions={**OF_ALL, "privateDnsOnlyForInboundResolverEndpoint": True})(graph)
    (matrix,) = ask(graph)
    assert spots(matrix, "open") == all_of(*EVERYTHING)


@pytest.mark.parametrize(
    "path",
    [
        "node-egress-to-endpoints/fail-no-way-to-the-internet",
        "ssm-endpoints-complete/fail-internet-access-unread",
        "ssm-endpoints-complete/fail-internet-access-without-a-route",
    ],
)
def test_declared_internet_access_that_the_stack_does_not_bear_out_is_not_green(ask: Ask, path: str) -> None:
    file = FIXTURES / "policies" / f"{path}.yaml"
    config, _ = flat.read(file)
    states = {cell.state for m in ask(flat.load(file), **config) for row in m.rows for cell in row.cells}
    assert states & {"blocked", "unproven"}


def test_what_the_packs_owner_declares_is_shown_as_declared_and_not_as_reached(ask: Ask) -> None:
    graph = load(FIXTURES / "graphs" / "dev-preview.json")
    dropped("ssm-ssm", "ssm-ec2")(graph)
    hub = {"vpc": "*", "services": ["ssm", "ec2"], "where": "the hub of prod"}
    (matrix,) = ask(graph, sharedEndpoints=[hub])
    assert spots(matrix, "declared") == all_of("ssm", "ec2")
    assert spots(matrix, "open") == all_of("ssmmessages", "ec2messages", "s3")
    told = {cell.text for row in matrix.rows for cell in row.cells if cell.state == "declared"}
    assert told == {"the hub of prod (the pack's configuration; not judged here)"}


def test_a_vpc_without_a_node_subnet_has_no_rows(ask: Ask) -> None:
    (matrix,) = ask(flat.build([{"Vpc": "net", "cidrBlock": "10.0.0.0/16"}]))
    assert matrix.rows == ()


STACKS = sorted(path for path in (FIXTURES / "policies").glob("*/*.yaml"))


@pytest.mark.parametrize("path", STACKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_matrix_and_findings_tell_one_story(ask: Ask, path: Path) -> None:
    """Whatever a cell says does not hold, one of the step's policies says too; what none of them says, no cell does."""
    config = {key: value for key, value in flat.read(path)[0].items() if key != "waivers"}
    graph = flat.load(path)
    said = _findings(graph, config)
    for matrix in ask(graph, **config):
        for row in matrix.rows:
            for cell in row.cells:
                if cell.state in ("blocked", "unproven"):
                    assert cell.step is not None
                    assert said.intersection(cell.step.policies), (cell, said)


@pytest.mark.parametrize("index", range(0, 200, 8))
def test_a_mutant_that_a_reachability_policy_blocks_has_a_cell_that_is_not_open(ask: Ask, index: int) -> None:
    here_ = region("me-south-1")
    found = [
        each
        for each in mutants(here_)
        if each.right in POLICIES - {"endpoint-spans-node-zones", "endpoint-ingress-https"}
    ]
    mutant = found[index % len(found)]
    graph = good(f"{mutant.base}-preview", here_)
    mutant.mutate(graph)
    states = {
        cell.state for matrix in ask(graph, **here_.config) for row in matrix.rows for cell in row.cells
    }
    assert states & {"blocked", "unproven"}, mutant.name


def _findings(graph: RecordedGraph, config: Mapping[str, Any]) -> set[str]:
    pack = here()
    pack.configure(config)
    return {finding.policy for finding in pack.judge(graph)}
