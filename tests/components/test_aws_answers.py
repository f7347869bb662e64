"""What the component makes of the provider's answers and errors, under mocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from blueprint.preflight import ACTIONS, Answers, Questions
from blueprint.preflight.shapes import Absent, Denied, Failed, Several
from components import preflight
from components.aws_answers import FUNCTIONS
from tests.support.mocks import FunctionFailedError, Recording, record

DENIED = (
    "api error UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:sts::1:assumed-role/x "
    "is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the action"
)


def failing(words: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function that fails as the provider's does."""

    def fail(_: dict[str, Any]) -> dict[str, Any]:
        raise FunctionFailedError(words)

    return fail


A_PLAN: Any = None
IDENTITY = {"aws:index/getCallerIdentity:getCallerIdentity": lambda _: {"accountId": "123456789012"}}
REGION = {"aws:index/getRegion:getRegion": lambda _: {"region": "eu-west-1"}}
VPC = {
    "id": "vpc-1",
    "ownerId": "123456789012",
    "cidrBlock": "10.0.0.0/16",
    "cidrBlockAssociations": [
        {"cidrBlock": "10.1.0.0/16", "state": "associated"},
        {"cidrBlock": "10.0.0.0/16", "state": "associated"},
        {"cidrBlock": "10.2.0.0/16", "state": "disassociated"},
    ],
    "enableDnsSupport": True,
    "enableDnsHostnames": False,
    "mainRouteTableId": "rtb-1",
}


def run(
    questions: Questions,
    verdict: preflight.Verdict,
    outputs: Any = None,
    functions: dict[str, Any] | None = None,
    build: Any = None,
    **how: Any,
) -> Recording:
    """A program that builds nothing and has these outputs; a function makes them inside the program."""

    def program() -> None:
        made = outputs() if callable(outputs) else outputs
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(preflight, "build", build or (lambda _: made or {}))
            preflight.build_unless_refused(A_PLAN, questions, verdict)

    return record(program, functions={**IDENTITY, **REGION, **(functions or {})}, **how)


def asked(questions: Questions, functions: dict[str, Any], outputs: Any = None) -> Answers:
    """The answers, in a preview."""
    seen: list[Answers] = []

    def verdict(answers: Answers) -> tuple[str, tuple[str, ...]]:
        seen.append(answers)
        return "", ()

    run(questions, verdict, outputs or {}, functions)
    return seen[-1]


def test_a_vpc_has_its_associated_blocks_the_primary_one_first() -> None:
    answers = asked(Questions(vpc_id="vpc-1"), {"aws:ec2/getVpc:getVpc": lambda _: VPC})
    assert (answers.account, answers.region) == ("123456789012", "eu-west-1")
    vpc: Any = answers.vpc
    assert vpc.cidrs == ("10.0.0.0/16", "10.1.0.0/16")
    assert (vpc.dns_support, vpc.dns_hostnames, vpc.main_route_table) == (True, False, "rtb-1")


@pytest.mark.parametrize(
    ("words", "gap"),
    [
        ("no matching EC2 VPC found", Absent()),
        (
            "reading EC2 VPC: operation error EC2: InvalidVpcID.NotFound: The vpc ID 'x' does not exist",
            Absent(),
        ),
        (
            "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC",
            Several(),
        ),
        (DENIED, Denied(("ec2:DescribeVpcs",))),
        ("api error AccessDenied: Access Denied", Denied(ACTIONS["getVpc"])),
        (
            "1 error occurred:\n\t* operation error EC2: DescribeVpcs, https response error StatusCode: 400, "
            "RequestID: a-1, api error RequestExpired: Request has expired.\n\n",
            Failed(
                "getVpc(vpc-1)",
                "operation error EC2: DescribeVpcs, api error RequestExpired: Request has expired.",
            ),
        ),
    ],
)
def test_what_the_provider_refuses_says_why(words: str, gap: object) -> None:
    answers = asked(Questions(vpc_id="vpc-1"), {"aws:ec2/getVpc:getVpc": failing(words)})
    assert answers.vpc == gap


def test_bad_credentials_are_not_taken_for_a_missing_vpc_and_a_forbidden_bucket_is_none() -> None:
    words = (
        "operation error EC2: DescribeVpcs, https response error StatusCode: 403, api error ExpiredToken: old"
    )
    answers = asked(Questions(vpc_id="vpc-1"), {"aws:ec2/getVpc:getVpc": failing(words)})
    assert answers.vpc == Failed(
        "getVpc(vpc-1)", "operation error EC2: DescribeVpcs, api error ExpiredToken: old"
    )
    head = "reading S3 Bucket (b): operation error S3: HeadBucket, https response error StatusCode: 403, api error Forbidden"
    answers = asked(Questions(buckets=("b",)), {"aws:s3/getBucket:getBucket": failing(head)})
    assert answers.buckets == {"b": Absent()}


def test_a_hosted_zone_of_another_account_is_no_reason_to_refuse() -> None:
    denied = failing("api error AccessDenied: User is not authorized to access this resource")
    answers = asked(Questions(zones=("Z1",)), {"aws:route53/getZone:getZone": denied})
    assert answers.zones == {"Z1": Absent()}


def test_a_service_of_another_type_is_asked_for_again_without_the_type() -> None:
    def service(arguments: dict[str, Any]) -> dict[str, Any]:
        if "serviceType" in arguments:
            raise FunctionFailedError("no matching EC2 VPC Endpoint Service found")
        return {"serviceName": "com.amazonaws.x.y", "serviceType": "Gateway"}

    key = ("com.amazonaws.x.y", "Interface")
    function = {"aws:ec2/getVpcEndpointService:getVpcEndpointService": service}
    found: Any = asked(Questions(services=(key,)), function).services[key]
    assert (found.type, found.policy, found.zones) == ("Gateway", False, frozenset())


def test_names_that_are_the_stacks_own_already_are_not_asked_of_route_53() -> None:
    names = {"ssm.x": ("own_endpoints", "ssm"), "ec2.x": ("own_zones", "ec2"), "kms.x": ("", "kms")}
    zone = {"id": "Z1", "name": "x.", "privateZone": True}
    answers = asked(
        Questions(vpc_id="vpc-1", zone_names=names),
        {"aws:ec2/getVpc:getVpc": lambda _: VPC, "aws:route53/getZone:getZone": lambda _: zone},
        lambda: {"endpointIds": {"ssm": pulumi.Output.from_input("vpce-1")}},
    )
    assert list(answers.conflicting_zones) == ["ec2.x", "kms.x"]


def test_every_subnet_of_the_vpc_is_asked_for_once() -> None:
    def subnet(arguments: dict[str, Any]) -> dict[str, Any]:
        taken.append(arguments["id"])
        return {
            "id": arguments["id"],
            "vpcId": "vpc-1",
            "availabilityZone": "eu-west-1a",
            "availableIpAddressCount": 7,
        }

    taken: list[str] = []
    questions = Questions(vpc_id="vpc-1", subnets=("subnet-1",), every_subnet=True)
    answers = asked(
        questions,
        {
            "aws:ec2/getVpc:getVpc": lambda _: VPC,
            "aws:ec2/getSubnet:getSubnet": subnet,
            "aws:ec2/getSubnets:getSubnets": lambda _: {"ids": ["subnet-2", "subnet-1"]},
            "aws:ec2/getRouteTable:getRouteTable": failing(
                "query returned no results. Please change your search"
            ),
        },
    )
    assert (answers.every_subnet, sorted(answers.subnets)) == (
        ("subnet-1", "subnet-2"),
        ["subnet-1", "subnet-2"],
    )
    assert sorted(taken) == ["subnet-1", "subnet-2"]
    assert answers.route_tables == {"subnet-1": Absent()}


@pytest.mark.parametrize(("quota", "count"), [(50, 3), (3, 2)])
def test_endpoints_are_counted_one_by_one_only_where_their_interfaces_are_too_many(
    quota: int, count: int
) -> None:
    cards = {"eni-1": "vpce-0a", "eni-2": "vpce-0a", "eni-3": "vpce-0b"}
    questions = Questions(
        vpc_id="vpc-1", count_endpoints=True, quotas=("L-29B6F2EB",), services=(("a", "Interface"),)
    )
    functions: dict[str, Any] = {
        "aws:ec2/getVpc:getVpc": lambda _: VPC,
        "aws:servicequotas/getServiceQuota:getServiceQuota": lambda _: {"value": quota},
        "aws:ec2/getVpcEndpointService:getVpcEndpointService": failing("no matching"),
        "aws:ec2/getNetworkInterfaces:getNetworkInterfaces": lambda _: {"ids": list(cards)},
    }
    if quota == 3:
        functions["aws:ec2/getNetworkInterface:getNetworkInterface"] = lambda arguments: {
            "description": f"VPC Endpoint Interface {cards[arguments['id']]}"
        }
    assert asked(questions, functions).interface_endpoints == count


def test_ids_that_are_known_in_a_preview_are_the_stacks_own() -> None:
    def outputs() -> dict[str, Any]:
        ids = {"ssm": pulumi.Output.from_input("vpce-1"), "ec2": _unknown()}
        return {"endpointIds": ids, "resolverAddresses": _unknown()}

    answers = asked(Questions(), {}, outputs)
    assert (answers.own_endpoints, answers.own_resolver) == ({"ssm": "vpce-1"}, False)
    assert answers.own_known


def _unknown() -> Any:
    async def false() -> bool:
        return False

    async def nothing() -> str:
        return ""

    return pulumi.Output(set(), nothing(), false())


def test_a_report_ends_the_run_and_an_update_asks_nothing() -> None:
    with pytest.raises(pulumi.RunError, match="no such VPC"):
        run(Questions(), lambda answers: ("no such VPC" if answers.account else "", ()))
    update = run(Questions(), lambda _: ("no such VPC", ()), preview=False)
    assert update.called == []


def test_a_wrong_adopted_endpoint_is_in_the_one_report_and_nothing_is_registered() -> None:
    """The engine would fail on it with a sentence of its own, and the rest of the report would be lost."""
    seen: list[Answers] = []

    def verdict(answers: Answers) -> tuple[str, tuple[str, ...]]:
        seen.append(answers)
        return ("no such endpoint" if answers.adopted["vpce-1"] == Absent() else "", ())

    def refuse_to_build(_: Any) -> dict[str, Any]:
        raise AssertionError("the plan was built")

    missing = {"aws:ec2/getVpcEndpoint:getVpcEndpoint": failing("no matching EC2 VPC Endpoint found")}
    with pytest.raises(pulumi.RunError, match="no such endpoint"):
        run(Questions(adopted=("vpce-1",)), verdict, functions=missing, build=refuse_to_build)
    assert [(each.account, each.own_known) for each in seen] == [("", False), ("123456789012", False)]


def test_every_function_has_its_permissions() -> None:
    assert set(FUNCTIONS) == set(ACTIONS)
