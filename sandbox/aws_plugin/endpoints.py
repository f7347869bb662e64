# ruff: noqa: ARG002  (every operation gets the same arguments)
"""VPC endpoints and the resources that attach something to one, on boto3."""

import json
import re
import zlib
from collections.abc import Container
from typing import Any

from botocore.exceptions import ClientError

from sandbox.aws_plugin.api import Ec2, Handler, api_name, not_found, tag_specification
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.values import Values, normal_json

# What an endpoint has while nobody gives it a policy. moto does not know ResetPolicy, which sets this.
FULL_ACCESS = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
GONE = ("deleted", "deleting")
LISTS = ("routeTableIds", "securityGroupIds", "subnetIds")
S3 = re.compile(r"com\.amazonaws\.[a-z]+-[a-z]+-[0-9]\.s3")


def find(ec2: Ec2, id_: str) -> Values | None:
    """An endpoint with its lists under Pulumi's names. moto keeps listing the ones that were deleted."""
    found: Values = ec2.describe_vpc_endpoints(VpcEndpointIds=[id_])["VpcEndpoints"][0]
    if found["State"].lower() in GONE:
        return None
    return found | {
        "routeTableIds": sorted(found.get("RouteTableIds") or []),
        "securityGroupIds": sorted(group["GroupId"] for group in found.get("Groups") or []),
        "subnetIds": sorted(found.get("SubnetIds") or []),
    }


def dns_settings(inputs: Values, names: Container[str] = ("ipAddressType", "dnsOptions")) -> Values:
    """`IpAddressType` and `DnsOptions`: moto takes both and forgets them, as table.py says of what is kept."""
    given: Values = {}
    if "ipAddressType" in names and inputs.get("ipAddressType"):
        given["IpAddressType"] = inputs["ipAddressType"]
    if "dnsOptions" in names and (
        options := {api_name(n): v for n, v in inputs.get("dnsOptions", {}).items()}
    ):
        # Only S3 has gateway and interface endpoints between which this decides: the official plugin says it
        # for no other service.
        if not (S3.fullmatch(inputs.get("serviceName", "")) and inputs["vpcEndpointType"] == "Interface"):
            options.pop("PrivateDnsOnlyForInboundResolverEndpoint", None)
        given["DnsOptions"] = options
    return given


def _prefix_list(ec2: Ec2, endpoint: Values) -> Values:
    named = [{"Name": "prefix-list-name", "Values": [endpoint["ServiceName"]]}]
    listed: list[Values] = ec2.describe_prefix_lists(Filters=named)["PrefixLists"]
    return listed[0] if listed else {}


def attach(ec2: Ec2, id_: str, name: str, add: list[str], remove: list[str]) -> None:
    """Adds to and removes from one list of an endpoint.

    EC2 keeps one route per associated route table. moto writes it when it creates the endpoint and expects it
    when it deletes the endpoint, but forgets it in between: so it is written and taken away here.
    """
    change = {f"Add{api_name(name)}": add, f"Remove{api_name(name)}": remove}
    ec2.modify_vpc_endpoint(VpcEndpointId=id_, **{key: ids for key, ids in change.items() if ids})
    endpoint = (find(ec2, id_) or {}) if name == "routeTableIds" else {}
    if endpoint and (prefix_list := _prefix_list(ec2, endpoint).get("PrefixListId")):
        for table in add:
            ec2.create_route(RouteTableId=table, DestinationPrefixListId=prefix_list, GatewayId=id_)
        for table in remove:
            try:
                ec2.delete_route(RouteTableId=table, DestinationPrefixListId=prefix_list)
            except ClientError as error:
                if not not_found(error):
                    raise


class VpcEndpoint(Handler):
    """aws:ec2/vpcEndpoint:VpcEndpoint"""

    def create(self, ec2: Ec2, inputs: Values) -> str:
        names = ("vpcId", "serviceName", "serviceRegion", "vpcEndpointType", *LISTS)
        given: dict[str, Any] = {api_name(name): inputs[name] for name in names if inputs.get(name)}
        if inputs.get("policy"):
            given["PolicyDocument"] = normal_json(inputs["policy"])
        answer = ec2.create_vpc_endpoint(
            PrivateDnsEnabled=inputs.get(
                "privateDnsEnabled", False
            ),  # said even when it is not given, as the real one
            TagSpecifications=tag_specification("vpc-endpoint", inputs),
            **given,
            **dns_settings(inputs),
        )
        return str(answer["VpcEndpoint"]["VpcEndpointId"])

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        if (found := find(ec2, id_)) is None:
            return None
        prefix_list = _prefix_list(ec2, found)
        cards = found.get("NetworkInterfaceIds") or []
        listed = (
            ec2.describe_network_interfaces(NetworkInterfaceIds=cards)["NetworkInterfaces"] if cards else []
        )
        subnets = [
            {"ipv4": each["PrivateIpAddress"], "ipv6": "", "subnetId": each["SubnetId"]} for each in listed
        ]
        return found | {
            "cidrBlocks": prefix_list.get("Cidrs", []),
            "prefixListId": prefix_list.get("PrefixListId"),
            "dnsEntries": [
                {"dnsName": entry.get("DnsName", ""), "hostedZoneId": entry.get("HostedZoneId", "")}
                for entry in found.get("DnsEntries") or []
            ],
            "networkInterfaceIds": sorted(cards),
            "policy": found.get("PolicyDocument", ""),
            "subnetConfigurations": sorted(subnets, key=lambda each: str(each["subnetId"])),
        }

    def update(self, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        for name in (each for each in LISTS if each in changed):
            old, new = set(olds.get(name) or []), set(news.get(name) or [])
            attach(ec2, id_, name, add=sorted(new - old), remove=sorted(old - new))
        if "policy" in changed:
            document = normal_json(news.get("policy") or json.dumps(FULL_ACCESS))
            ec2.modify_vpc_endpoint(VpcEndpointId=id_, PolicyDocument=document)
        if settings := dns_settings(news, changed):
            ec2.modify_vpc_endpoint(VpcEndpointId=id_, **settings)
        if "privateDnsEnabled" in changed:
            ec2.modify_vpc_endpoint(VpcEndpointId=id_, PrivateDnsEnabled=news["privateDnsEnabled"])

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        if tables := (find(ec2, id_) or {}).get("routeTableIds"):
            # moto refuses to delete an endpoint when it misses one of the routes.
            attach(ec2, id_, "routeTableIds", add=[], remove=tables)
        ec2.delete_vpc_endpoints(VpcEndpointIds=[id_])


class Policy(Handler):
    """aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"""

    def create(self, ec2: Ec2, inputs: Values) -> str:
        self.update(ec2, inputs["vpcEndpointId"], {}, inputs, {"policy"})
        return str(inputs["vpcEndpointId"])

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        found = find(ec2, id_)
        return found and {"vpcEndpointId": id_, "policy": found.get("PolicyDocument", "")}

    def update(self, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        document = normal_json(news.get("policy") or json.dumps(FULL_ACCESS))
        ec2.modify_vpc_endpoint(VpcEndpointId=id_, PolicyDocument=document)

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        self.update(ec2, id_, state, {}, {"policy"})


class Association(Handler):
    """One id in one list of an endpoint: a route table, a subnet or a security group."""

    needs_state = True

    def __init__(self, name: str) -> None:
        self.name = name

    def create(self, ec2: Ec2, inputs: Values) -> str:
        if inputs.get("replaceDefaultAssociation"):
            raise RefusedError(
                "replaceDefaultAssociation: AWS gives an endpoint without security groups the default one of "
                "its VPC, moto gives it none, so there is nothing to replace: leave it out in the sandbox"
            )
        attach(ec2, inputs["vpcEndpointId"], f"{self.name}s", add=[inputs[self.name]], remove=[])
        return f"a-{inputs['vpcEndpointId']}{zlib.crc32(inputs[self.name].encode())}"

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        endpoint = find(ec2, state["vpcEndpointId"])
        return dict(state) if endpoint and state[self.name] in endpoint[f"{self.name}s"] else None

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        if find(ec2, state["vpcEndpointId"]):
            attach(ec2, state["vpcEndpointId"], f"{self.name}s", add=[], remove=[state[self.name]])
