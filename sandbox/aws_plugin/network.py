# ruff: noqa: ARG002  (every operation gets the same arguments)
"""VPCs, subnets and route tables on boto3."""

from sandbox.aws_plugin.api import Ec2, Handler, api_name, tag_specification
from sandbox.aws_plugin.values import Values


class Vpc(Handler):
    """aws:ec2/vpc:Vpc"""

    SWITCHES = ("enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics")

    def create(self, ec2: Ec2, inputs: Values) -> str:
        place = {"CidrBlock": inputs["cidrBlock"], "InstanceTenancy": inputs["instanceTenancy"]}
        answer = ec2.create_vpc(TagSpecifications=tag_specification("vpc", inputs), **place)
        self.update(ec2, answer["Vpc"]["VpcId"], {}, inputs, set(self.SWITCHES) & inputs.keys())
        return str(answer["Vpc"]["VpcId"])

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        found = self.looked_up(ec2, id_)
        mine = [{"Name": "vpc-id", "Values": [id_]}]
        acls = ec2.describe_network_acls(Filters=[*mine, {"Name": "default", "Values": ["true"]}])[
            "NetworkAcls"
        ]
        group = ec2.describe_security_groups(Filters=[*mine, {"Name": "group-name", "Values": ["default"]}])
        return found | {
            "defaultRouteTableId": found["mainRouteTableId"],
            "defaultNetworkAclId": acls[0]["NetworkAclId"] if acls else "",
            "defaultSecurityGroupId": next((each["GroupId"] for each in group["SecurityGroups"]), ""),
        }

    def looked_up(self, ec2: Ec2, id_: str) -> Values:
        """What the official provider's function asks as well: no more permissions than that has to need
        (https://github.com/hashicorp/terraform-provider-aws/blob/01606926a0c0ab9174aec440f976a48b0baee722/internal/service/ec2/vpc_data_source.go,
        read 2026-11-30)."""
        found: Values = ec2.describe_vpcs(VpcIds=[id_])["Vpcs"][0]
        for name in self.SWITCHES:
            api = api_name(name)
            found[name] = ec2.describe_vpc_attribute(VpcId=id_, Attribute=name)[api]["Value"]
        mine = [{"Name": "vpc-id", "Values": [id_]}]
        main = ec2.describe_route_tables(Filters=[*mine, {"Name": "association.main", "Values": ["true"]}])[
            "RouteTables"
        ]
        return found | {"mainRouteTableId": main[0]["RouteTableId"] if main else ""}

    def update(self, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        for name in sorted(set(self.SWITCHES) & changed):
            ec2.modify_vpc_attribute(VpcId=id_, **{api_name(name): {"Value": news[name]}})
        if "instanceTenancy" in changed:
            ec2.modify_vpc_tenancy(VpcId=id_, InstanceTenancy=news["instanceTenancy"])

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        ec2.delete_vpc(VpcId=id_)


class Subnet(Handler):
    """aws:ec2/subnet:Subnet"""

    SWITCHES = ("assignIpv6AddressOnCreation", "enableDns64", "mapPublicIpOnLaunch")
    HOST_NAMES = ("enableResourceNameDnsARecordOnLaunch", "enableResourceNameDnsAaaaRecordOnLaunch")

    def create(self, ec2: Ec2, inputs: Values) -> str:
        given = {
            n: inputs[n]
            for n in ("vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId")
            if n in inputs
        }
        place = {api_name(name): value for name, value in given.items()}
        answer = ec2.create_subnet(TagSpecifications=tag_specification("subnet", inputs), **place)
        id_ = str(answer["Subnet"]["SubnetId"])
        switched_on = {name for name in (*self.SWITCHES, *self.HOST_NAMES) if inputs.get(name)}
        self.update(ec2, id_, {}, inputs, switched_on)
        return id_

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        found: Values = ec2.describe_subnets(SubnetIds=[id_])["Subnets"][0]
        host_names = found.get("PrivateDnsNameOptionsOnLaunch", {})
        return found | {
            "privateDnsHostnameTypeOnLaunch": host_names.get("HostnameType", "ip-name"),
            **{
                name: host_names.get(api_name(name).removesuffix("OnLaunch"), False)
                for name in self.HOST_NAMES
            },
        }

    def update(self, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        for name in sorted({*self.SWITCHES, *self.HOST_NAMES} & changed):
            ec2.modify_subnet_attribute(SubnetId=id_, **{api_name(name): {"Value": news[name]}})

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        ec2.delete_subnet(SubnetId=id_)


class RouteTable(Handler):
    """aws:ec2/routeTable:RouteTable"""

    def create(self, ec2: Ec2, inputs: Values) -> str:
        answer = ec2.create_route_table(
            VpcId=inputs["vpcId"], TagSpecifications=tag_specification("route-table", inputs)
        )
        return str(answer["RouteTable"]["RouteTableId"])

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        found: Values = ec2.describe_route_tables(RouteTableIds=[id_])["RouteTables"][0]
        return found | {
            "routes": [],
            "propagatingVgws": [],
        }  # the local and the endpoints' routes are not listed

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        ec2.delete_route_table(RouteTableId=id_)


class RouteTableAssociation(Handler):
    """aws:ec2/routeTableAssociation:RouteTableAssociation"""

    def create(self, ec2: Ec2, inputs: Values) -> str:
        answer = ec2.associate_route_table(RouteTableId=inputs["routeTableId"], SubnetId=inputs["subnetId"])
        return str(answer["AssociationId"])

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        wanted = [{"Name": "association.route-table-association-id", "Values": [id_]}]
        tables = ec2.describe_route_tables(Filters=wanted)["RouteTables"]
        found = [
            each
            for table in tables
            for each in table["Associations"]
            if each["RouteTableAssociationId"] == id_
        ]
        return found[0] if found else None

    def update(self, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str]) -> str:
        answer = ec2.replace_route_table_association(AssociationId=id_, RouteTableId=news["routeTableId"])
        return str(answer["NewAssociationId"])

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        ec2.disassociate_route_table(AssociationId=id_)
