"""The stand-in's functions against moto: what they answer, in the SDK's names, and how they fail."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from botocore.exceptions import ClientError

from sandbox.aws_plugin.functions import FUNCTIONS
from sandbox.aws_plugin.values import Values
from tests.sandbox.plugin import SANDBOX, AbortedError, Plugin, on_moto

VPC = "aws:ec2/getVpc:getVpc"
SUBNET = "aws:ec2/getSubnet:getSubnet"
SUBNETS = "aws:ec2/getSubnets:getSubnets"
TABLE = "aws:ec2/getRouteTable:getRouteTable"
ENDPOINT = "aws:ec2/getVpcEndpoint:getVpcEndpoint"
SERVICE = "aws:ec2/getVpcEndpointService:getVpcEndpointService"
CARD = "aws:ec2/getNetworkInterface:getNetworkInterface"
CARDS = "aws:ec2/getNetworkInterfaces:getNetworkInterfaces"
IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity"
REGION = "aws:index/getRegion:getRegion"
BUCKET = "aws:s3/getBucket:getBucket"
ZONE = "aws:route53/getZone:getZone"
QUOTA = "aws:servicequotas/getServiceQuota:getServiceQuota"
S3, SSM = "com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.ssm"


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    """Configured for a moto server of its own."""
    with on_moto() as made:
        yield made


@pytest.fixture(scope="module")
def world(plugin: Plugin) -> dict[str, str]:
    """A network that somebody else made."""
    vpc = {"cidrBlock": "10.7.0.0/16", "enableDnsHostnames": True, "tags": {"name": "theirs", "aws:x": "y"}}
    ids = {"vpc": plugin.make("aws:ec2/vpc:Vpc", vpc)["id"]}
    for n in ("1", "2"):
        place = {
            "vpcId": ids["vpc"],
            "cidrBlock": f"10.7.{n}.0/24",
            "availabilityZone": f"eu-west-1{'ab'[int(n) - 1]}",
            "tags": {"tier": "private"},
        }
        ids[f"subnet{n}"] = plugin.make("aws:ec2/subnet:Subnet", place)["id"]
    ids["table"] = plugin.make("aws:ec2/routeTable:RouteTable", {"vpcId": ids["vpc"]})["id"]
    association = {"routeTableId": ids["table"], "subnetId": ids["subnet1"]}
    ids["association"] = plugin.make("aws:ec2/routeTableAssociation:RouteTableAssociation", association)["id"]
    group = {"vpcId": ids["vpc"], "name": "theirs"}
    ids["group"] = plugin.make("aws:ec2/securityGroup:SecurityGroup", group)["id"]
    endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint"
    gateway = {"vpcId": ids["vpc"], "serviceName": S3, "routeTableIds": [ids["table"]]}
    ids["gateway"] = plugin.make(endpoint, gateway)["id"]
    interface = {
        "vpcId": ids["vpc"],
        "serviceName": SSM,
        "vpcEndpointType": "Interface",
        "subnetIds": [ids["subnet1"]],
        "securityGroupIds": [ids["group"]],
        "privateDnsEnabled": True,
        "tags": {"a": "b"},
    }
    made = plugin.make(endpoint, interface)
    return ids | {"interface": made["id"], "card": made["networkInterfaceIds"][0]}


def _filter(name: str, *values: str) -> list[Values]:
    return [{"name": name, "values": list(values)}]


# --- the network --------------------------------------------------------------------------------------------


def test_a_vpc_by_id(plugin: Plugin, world: dict[str, str]) -> None:
    found = plugin.call(VPC, id=world["vpc"])
    assert found["cidrBlock"] == "10.7.0.0/16"
    assert (found["enableDnsHostnames"], found["enableDnsSupport"]) == (True, True)
    assert found["id"] == world["vpc"]
    assert found["arn"] == f"arn:aws:ec2:eu-west-1:123456789012:vpc/{world['vpc']}"
    assert (found["ownerId"], found["default"], found["state"]) == ("123456789012", False, "available")
    (block,) = found["cidrBlockAssociations"]
    assert (block["cidrBlock"], block["state"]) == ("10.7.0.0/16", "associated")
    main = plugin.call(TABLE, routeTableId=found["mainRouteTableId"])
    assert [each["main"] for each in main["associations"]] == [True]
    assert found["tags"] == {"name": "theirs"}
    assert found["region"] == "eu-west-1"


def test_a_second_block_of_a_vpc_is_told(plugin: Plugin) -> None:
    vpc = plugin.make("aws:ec2/vpc:Vpc", {"cidrBlock": "10.8.0.0/16", "tags": {"name": "wide"}})["id"]
    plugin.api("ec2").associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.9.0.0/16")
    found = plugin.call(VPC, tags={"name": "wide"})
    assert [each["cidrBlock"] for each in found["cidrBlockAssociations"]] == ["10.8.0.0/16", "10.9.0.0/16"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"id": "vpc-0123456789abcdef0"}, "no matching EC2 VPC found"),
        ({"cidrBlock": "192.0.2.0/24"}, "no matching EC2 VPC found"),
        (
            {},
            "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC",
        ),
    ],
)
@pytest.mark.usefixtures("world")
def test_no_vpc_and_too_many(plugin: Plugin, arguments: Values, said: str) -> None:
    with pytest.raises(AbortedError) as failed:
        plugin.call(VPC, **arguments)
    assert str(failed.value) == f"invoking {VPC}: 1 error occurred:\n\t* {said}\n\n"
    assert failed.value.code == grpc.StatusCode.UNKNOWN


def test_subnets_by_filters_and_tags(plugin: Plugin, world: dict[str, str]) -> None:
    both = {world["subnet1"], world["subnet2"]}
    mine = _filter("vpc-id", world["vpc"])
    assert set(plugin.call(SUBNETS, filters=mine)["ids"]) == both
    assert set(plugin.call(SUBNETS, filters=mine, tags={"tier": "private"})["ids"]) == both
    zone = [*mine, *_filter("availability-zone", "eu-west-1b")]
    assert plugin.call(SUBNETS, filters=zone)["ids"] == [world["subnet2"]]
    assert plugin.call(SUBNETS, filters=mine, tags={"tier": "public"})["ids"] == []
    assert plugin.call(SUBNETS, filters=mine)["filters"] == mine


def test_a_subnet_by_id(plugin: Plugin, world: dict[str, str]) -> None:
    found = plugin.call(SUBNET, id=world["subnet1"])
    assert (found["vpcId"], found["cidrBlock"]) == (world["vpc"], "10.7.1.0/24")
    assert found["availabilityZone"] == "eu-west-1a"
    assert found["availabilityZoneId"].startswith("euw1-az")
    assert 200 < found["availableIpAddressCount"] < 252
    assert found["arn"].endswith(f":subnet/{world['subnet1']}")
    assert (found["ipv6CidrBlock"], found["mapPublicIpOnLaunch"]) == ("", False)
    assert found["privateDnsHostnameTypeOnLaunch"] == "ip-name"
    assert found["ownerId"] == "123456789012"
    assert plugin.call(SUBNET, vpcId=world["vpc"], cidrBlock="10.7.2.0/24")["id"] == world["subnet2"]
    for arguments, said in (
        ({"id": "subnet-0123456789abcdef0"}, "no matching EC2 Subnet found"),
        ({"vpcId": world["vpc"]}, "multiple EC2 Subnets matched; use additional constraints"),
    ):
        with pytest.raises(AbortedError, match=said):
            plugin.call(SUBNET, **arguments)


def test_a_route_table_by_subnet_by_id_and_by_filter(plugin: Plugin, world: dict[str, str]) -> None:
    by_filter = _filter("association.subnet-id", world["subnet1"])
    for arguments in (
        {"subnetId": world["subnet1"]},
        {"routeTableId": world["table"]},
        {"filters": by_filter},
    ):
        found = plugin.call(TABLE, **arguments)
        assert (found["routeTableId"], found["id"]) == (world["table"], world["table"])
        assert found["vpcId"] == world["vpc"]
        (association,) = found["associations"]
        assert association["subnetId"] == world["subnet1"]
        assert association["routeTableAssociationId"] == world["association"]


def test_routes_are_told_but_for_the_ones_the_official_plugin_hides(
    plugin: Plugin, world: dict[str, str]
) -> None:
    """Hidden: the local route, and the one that a gateway endpoint writes for its prefix list."""
    ec2 = plugin.api("ec2")
    assert plugin.call(TABLE, routeTableId=world["table"])["routes"] == []
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=world["vpc"])
    ec2.create_route(RouteTableId=world["table"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    (route,) = plugin.call(TABLE, routeTableId=world["table"])["routes"]
    assert (route["cidrBlock"], route["gatewayId"]) == ("0.0.0.0/0", gateway)
    assert route["vpcEndpointId"] == route["natGatewayId"] == route["destinationPrefixListId"] == ""
    ec2.delete_route(RouteTableId=world["table"], DestinationCidrBlock="0.0.0.0/0")
    balancer = {
        "VpcId": world["vpc"],
        "ServiceName": "com.amazonaws.vpce.x",
        "VpcEndpointType": "GatewayLoadBalancer",
    }
    endpoint = ec2.create_vpc_endpoint(**balancer)["VpcEndpoint"]["VpcEndpointId"]
    ec2.create_route(RouteTableId=world["table"], DestinationCidrBlock="10.99.0.0/16", VpcEndpointId=endpoint)
    (route,) = plugin.call(TABLE, routeTableId=world["table"])["routes"]
    assert (route["cidrBlock"], route["gatewayId"]) == ("10.99.0.0/16", "")
    assert route["vpcEndpointId"] == endpoint
    ec2.delete_route(RouteTableId=world["table"], DestinationCidrBlock="10.99.0.0/16")


def test_no_route_table_too_many_and_nothing_asked(plugin: Plugin, world: dict[str, str]) -> None:
    """As with AWS, a subnet without an association of its own has no route table here."""
    nothing = r"query returned no results\. Please change your search criteria and try again"
    for arguments in ({"subnetId": world["subnet2"]}, {"routeTableId": "rtb-0123456789abcdef0"}):
        with pytest.raises(AbortedError, match=nothing):
            plugin.call(TABLE, **arguments)
    with pytest.raises(AbortedError, match="multiple Route Tables matched; use additional constraints"):
        plugin.call(TABLE, vpcId=world["vpc"])
    with pytest.raises(AbortedError, match="one of route_table_id, vpc_id, subnet_id, gateway_id, filters"):
        plugin.call(TABLE)


# --- endpoints ----------------------------------------------------------------------------------------------


def test_an_endpoint_by_service(plugin: Plugin, world: dict[str, str]) -> None:
    found = plugin.call(ENDPOINT, vpcId=world["vpc"], serviceName=SSM)
    assert (found["id"], found["vpcEndpointType"]) == (world["interface"], "Interface")
    assert found["subnetIds"] == [world["subnet1"]]
    assert found["securityGroupIds"] == [world["group"]]
    assert found["networkInterfaceIds"] == [world["card"]]
    assert found["privateDnsEnabled"] is True
    assert found["dnsEntries"][0]["dnsName"].startswith(world["interface"])
    assert found["state"] == "available"
    assert found["tags"] == {"a": "b"}
    assert found["arn"].endswith(f":vpc-endpoint/{world['interface']}")
    gateway = plugin.call(ENDPOINT, vpcId=world["vpc"], serviceName=S3, state="available")
    assert gateway["routeTableIds"] == [world["table"]]
    assert gateway["prefixListId"].startswith("pl-")
    assert '"Effect":"Allow"' in gateway["policy"]
    assert plugin.call(ENDPOINT, id=world["gateway"])["serviceName"] == S3


def test_no_endpoint_and_too_many(plugin: Plugin, world: dict[str, str]) -> None:
    made = plugin.make("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcId": world["vpc"], "serviceName": S3})
    many = (
        "multiple EC2 VPC Endpoints matched; use additional constraints to reduce matches to a single EC2 VPC "
        "Endpoint"
    )
    with pytest.raises(AbortedError, match=f"{many}\n"):
        plugin.call(ENDPOINT, vpcId=world["vpc"], serviceName=S3)
    plugin.delete("aws:ec2/vpcEndpoint:VpcEndpoint", made)
    assert plugin.call(ENDPOINT, vpcId=world["vpc"], serviceName=S3)["id"] == world["gateway"]
    for arguments in (
        {"id": made["id"]},
        {"id": "vpce-0123456789abcdef0"},
        {"vpcId": world["vpc"], "serviceName": "com.amazonaws.eu-west-1.kms"},
        {"id": world["gateway"], "state": "pending"},
    ):
        with pytest.raises(AbortedError, match="no matching EC2 VPC Endpoint found\n"):
            plugin.call(ENDPOINT, **arguments)


def test_a_service_and_its_zones(plugin: Plugin) -> None:
    found = plugin.call(SERVICE, serviceName=SSM)
    assert found["availabilityZones"] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    assert found["serviceType"] == "Interface"
    assert found["vpcEndpointPolicySupported"] is True
    assert found["privateDnsName"] == "ssm.eu-west-1.amazonaws.com"
    assert plugin.call(SERVICE, service="ssm")["serviceName"] == SSM
    assert plugin.call(SERVICE, serviceName=S3, serviceType="Gateway")["serviceType"] == "Gateway"
    assert plugin.call(SERVICE, service="cloudformation")["serviceType"] == "Interface"


def test_no_service_and_too_many(plugin: Plugin) -> None:
    for arguments, said in (
        (
            {"serviceName": "com.amazonaws.eu-west-1.smm"},
            "reading EC2 VPC Endpoint Services: couldn't find resource",
        ),
        ({"service": "ssm", "serviceType": "Gateway"}, "no matching EC2 VPC Endpoint Service found"),
        ({"serviceName": S3}, "multiple EC2 VPC Endpoint Services matched; use additional constraints to"),
    ):
        with pytest.raises(AbortedError, match=said):
            plugin.call(SERVICE, **arguments)


def test_network_interfaces(plugin: Plugin, world: dict[str, str]) -> None:
    assert plugin.call(CARDS, filters=_filter("subnet-id", world["subnet1"]))["ids"] == [world["card"]]
    assert plugin.call(CARDS, filters=_filter("subnet-id", world["subnet2"]))["ids"] == []
    found = plugin.call(CARD, id=world["card"])
    assert (found["subnetId"], found["vpcId"]) == (world["subnet1"], world["vpc"])
    assert found["privateIps"] == [found["privateIp"]]
    assert found["availabilityZone"] == "eu-west-1a"
    assert found["securityGroups"]
    assert found["arn"].endswith(f":network-interface/{world['card']}")
    with pytest.raises(AbortedError, match="no matching EC2 Network Interface found"):
        plugin.call(CARD, id="eni-0123456789abcdef0")


# --- the account --------------------------------------------------------------------------------------------


def test_whose_account_it_is_and_which_region(plugin: Plugin) -> None:
    found = plugin.call(IDENTITY)
    assert (found["accountId"], found["id"]) == ("123456789012", "123456789012")
    assert found["arn"].startswith("arn:aws:sts::123456789012:")
    ours = plugin.call(REGION)
    assert (ours["name"], ours["region"], ours["id"]) == ("eu-west-1", "eu-west-1", "eu-west-1")
    assert (ours["description"], ours["endpoint"]) == ("Europe (Ireland)", "ec2.eu-west-1.amazonaws.com")
    assert plugin.call(REGION, name="me-south-1")["description"] == "Middle East (Bahrain)"
    china = plugin.call(REGION, endpoint="ec2.cn-north-1.amazonaws.com.cn")
    assert (china["name"], china["endpoint"]) == ("cn-north-1", "ec2.cn-north-1.amazonaws.com.cn")
    for arguments, said in (
        ({"name": "eu-west-9"}, r"name \(eu-west-9\)"),
        ({"region": "eu-west-9"}, r"name \(eu-west-9\)"),
        ({"endpoint": "ec2.nowhere"}, r"endpoint \(ec2\.nowhere\)"),
    ):
        with pytest.raises(AbortedError, match=f"finding Region by {said}: couldn't find resource"):
            plugin.call(REGION, **arguments)


def test_a_bucket_and_its_region(plugin: Plugin) -> None:
    place = {"LocationConstraint": "eu-west-2"}
    plugin.api("s3", "eu-west-2").create_bucket(Bucket="theirs", CreateBucketConfiguration=place)
    found = plugin.call(BUCKET, bucket="theirs")
    assert (found["bucketRegion"], found["region"]) == ("eu-west-2", "eu-west-1")
    assert found["arn"] == "arn:aws:s3:::theirs"
    assert found["bucketRegionalDomainName"] == "theirs.s3.eu-west-2.amazonaws.com"
    with pytest.raises(AbortedError, match=r"reading S3 Bucket \(nobodys\): couldn't find resource"):
        plugin.call(BUCKET, bucket="nobodys")


def test_a_quota_by_code_and_by_name(plugin: Plugin) -> None:
    found = plugin.call(QUOTA, serviceCode="vpc", quotaCode="L-29B6F2EB")
    assert found["quotaName"] == "Interface VPC endpoints per VPC"
    assert (found["value"], found["defaultValue"], found["adjustable"]) == (50, 50, True)
    by_name = plugin.call(QUOTA, serviceCode="vpc", quotaName="Gateway VPC endpoints per Region")
    assert (by_name["quotaCode"], by_name["value"]) == ("L-1B52E74A", 20)
    for arguments in (
        {"serviceCode": "vpc", "quotaCode": "L-0"},
        {"serviceCode": "ec2", "quotaCode": "L-29B6F2EB"},
    ):
        with pytest.raises(AbortedError, match="no matching Service Quotas Service Quota found"):
            plugin.call(QUOTA, **arguments)


def test_a_hosted_zone_by_id_and_by_name_and_vpc(plugin: Plugin, world: dict[str, str]) -> None:
    name = "ssm.eu-west-1.amazonaws.com"
    zone = {"name": name, "comment": "theirs", "vpcs": [{"vpcId": world["vpc"]}], "tags": {"a": "b"}}
    made = plugin.make("aws:route53/zone:Zone", zone)["zoneId"]
    for arguments in ({"zoneId": made}, {"name": f"{name}.", "vpcId": world["vpc"], "privateZone": True}):
        found = plugin.call(ZONE, **arguments)
        assert (found["zoneId"], found["name"], found["privateZone"]) == (made, name, True)
        assert (found["comment"], found["tags"]) == ("theirs", {"a": "b"})
    with pytest.raises(AbortedError, match="no matching Route 53 Hosted Zone found"):
        plugin.call(ZONE, name=name, vpcId="vpc-0123456789abcdef0")
    with pytest.raises(AbortedError, match=r"reading Route 53 Hosted Zone \(Z0\): .* NoSuchHostedZone"):
        plugin.call(ZONE, zoneId="Z0")


# --- what all have in common --------------------------------------------------------------------------------


def test_what_the_api_refuses_comes_with_its_code(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    said: Any = {
        "Code": "UnauthorizedOperation",
        "Message": "You are not authorized to perform this operation.",
    }
    denied = ClientError({"Error": said}, "DescribeVpcs")

    def refuse(**_: Any) -> None:
        raise denied

    plugin.call(REGION)
    monkeypatch.setattr(plugin.servicer.clients["eu-west-1"]("ec2"), "describe_vpcs", refuse)
    with pytest.raises(AbortedError) as failed:
        plugin.call(VPC, id="vpc-1")
    assert "reading EC2 VPC: operation error EC2: DescribeVpcs, " in str(failed.value)
    assert "api error UnauthorizedOperation: You are not authorized to perform" in str(failed.value)


def test_a_filter_that_moto_lacks_is_one_readable_sentence(plugin: Plugin) -> None:
    with pytest.raises(AbortedError) as failed:
        plugin.call(SUBNETS, filters=_filter("no-such-filter", "x"))
    assert str(failed.value).startswith(
        "the sandbox's AWS API (moto) broke on a call: it does not know one of"
    )
    assert "<" not in str(failed.value)


def test_another_region_for_one_call(plugin: Plugin) -> None:
    there = plugin.call(SERVICE, serviceName="com.amazonaws.eu-west-3.ssm", region="eu-west-3")
    assert there["availabilityZones"][0] == "eu-west-3a"
    assert there["region"] == "eu-west-3"


def test_an_unknown_argument_is_refused_by_name(plugin: Plugin) -> None:
    with pytest.raises(
        AbortedError, match=f"does not know the argument surprise of {VPC}; known: cidrBlock, "
    ):
        plugin.call(VPC, surprise=1)


def test_a_service_without_an_endpoint_on_loopback_is_never_called() -> None:
    for token, arguments in (
        (BUCKET, {"bucket": "theirs"}),
        (QUOTA, {"serviceCode": "vpc", "quotaCode": "L-1"}),
    ):
        with pytest.raises(
            AbortedError, match=r"aws:endpoints names no (s3|servicequotas) URL: only .* loopback"
        ):
            Plugin(SANDBOX).call(token, **arguments)


def _sdk(token: str) -> tuple[type, set[str]]:
    """The SDK's class of a function's answer, and the names of the arguments."""
    place, name = token.split(":")[1].split("/")[0], token.rsplit(":", 1)[1]
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    module = importlib.import_module(f"pulumi_aws.{'' if place == 'index' else place + '.'}{snake}")
    source = re.sub(r"\s+", " ", Path(str(module.__file__)).read_text(encoding="utf-8"))
    arguments = set(re.findall(r"__args__\['(\w+)'\]", source))
    return getattr(module, f"{name[0].upper()}{name[1:]}Result"), arguments


@pytest.mark.parametrize("token", sorted(FUNCTIONS))
def test_the_arguments_are_the_sdk_s(token: str) -> None:
    _, arguments = _sdk(token)
    assert FUNCTIONS[token].arguments <= arguments | {"region"}


def test_the_answers_have_the_sdk_s_names(plugin: Plugin, world: dict[str, str]) -> None:
    s3 = plugin.api("s3")
    s3.create_bucket(Bucket="ours", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    calls: dict[str, dict[str, Any]] = {
        VPC: {"id": world["vpc"]},
        SUBNET: {"id": world["subnet1"]},
        SUBNETS: {"filters": _filter("vpc-id", world["vpc"])},
        TABLE: {"routeTableId": world["table"]},
        ENDPOINT: {"id": world["interface"]},
        SERVICE: {"serviceName": SSM},
        CARD: {"id": world["card"]},
        CARDS: {"filters": _filter("subnet-id", world["subnet1"])},
        IDENTITY: {},
        REGION: {},
        BUCKET: {"bucket": "ours"},
        QUOTA: {"serviceCode": "vpc", "quotaCode": "L-29B6F2EB"},
        ZONE: {"name": "kms.eu-west-1.amazonaws.com", "vpcId": world["vpc"]},
    }
    zone = {"name": "kms.eu-west-1.amazonaws.com", "comment": "", "vpcs": [{"vpcId": world["vpc"]}]}
    plugin.make("aws:route53/zone:Zone", zone)
    assert set(calls) == set(FUNCTIONS)
    for token, arguments in calls.items():
        cls, _ = _sdk(token)
        members = [member for member in vars(cls).values() if isinstance(member, property)]
        names = {vars(member.fget)["_pulumi_name"] for member in members}
        echoed = {"filters", "service", "serviceRegions"}  # arguments: there when they were given
        found = set(plugin.call(token, **arguments))
        assert names - echoed <= found
        assert found - names <= {"region"}
