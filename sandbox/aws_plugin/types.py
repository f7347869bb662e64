"""The resource types the stand-in knows. Names, defaults and replacement rules are those of pulumi-aws 7.

One property a line: name, kind, flags.
    kind      str bool int map list; a set is a list without order; json is an IAM document
    required  must be given            output   never an input here: AWS fills it in, it is unknown at preview
    replace   a change replaces        refused  never an input here, though the official plugin takes it as one
    computed  AWS fills it in when it is not given: unknown at preview then
    =value    the default
    null      no output while it has no value (others are "", [], 0)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ZERO: dict[str, Any] = {"str": "", "json": "", "bool": False, "int": 0, "set": [], "list": [], "map": {}}


@dataclass(frozen=True)
class Property:
    """One row of the table; the words are explained at the top of the module."""

    kind: str
    required: bool = False
    computed: bool = False
    replace: bool = False
    output: bool = False
    refused: bool = False
    null: bool = False
    default: Any = None


@dataclass(frozen=True)
class ResourceType:
    """A type token with its properties and the few traits that are not a property's."""

    token: str
    properties: Mapping[str, Property]
    autoname: bool = False
    delete_before_replace: bool = False
    # The newer half of the official plugin keeps no record of the defaults it set.
    bridged_defaults: bool = True
    inputs: Mapping[str, Property] = field(init=False)

    def __post_init__(self) -> None:
        inputs = {name: prop for name, prop in self.properties.items() if not (prop.output or prop.refused)}
        object.__setattr__(self, "inputs", inputs)


def _type(token: str, rows: str, **traits: bool) -> ResourceType:
    parsed = {}
    for row in filter(str.strip, ("region str computed replace\n" + rows).splitlines()):
        name, kind, *flags = row.split()
        options: dict[str, Any] = {flag: True for flag in flags if not flag.startswith("=")}
        for text in (flag[1:] for flag in flags if flag.startswith("=")):
            options["default"] = {"true": True, "false": False}.get(text, text.replace("_", " "))
        parsed[name] = Property(kind, **options)
    return ResourceType(token, parsed, **traits)


_TAGS = "tags map null\n tagsAll map output\n arn str output\n"
_RULE = (
    _TAGS
    + """securityGroupId str required replace
    ipProtocol str required
    cidrIpv4 str null
    cidrIpv6 str null
    description str null
    fromPort int null
    prefixListId str null
    referencedSecurityGroupId str null
    toPort int null
    securityGroupRuleId str output"""
)
_ENDPOINT = "vpcEndpointId str required replace\n"

_ALL = [
    _type(
        "aws:ec2/vpc:Vpc",
        _TAGS
        + """cidrBlock str computed replace
        enableDnsHostnames bool computed
        enableDnsSupport bool =true
        enableNetworkAddressUsageMetrics bool computed
        instanceTenancy str =default
        assignGeneratedIpv6CidrBlock bool refused
        defaultNetworkAclId str output
        defaultRouteTableId str output
        defaultSecurityGroupId str output
        dhcpOptionsId str output
        ipv6AssociationId str output
        ipv6CidrBlock str output
        ipv6CidrBlockNetworkBorderGroup str output
        ipv6IpamPoolId str refused
        ipv6NetmaskLength int refused
        mainRouteTableId str output
        ownerId str output""",
    ),
    _type(
        "aws:ec2/subnet:Subnet",
        _TAGS
        + """vpcId str required replace
        cidrBlock str computed replace
        availabilityZone str computed replace
        availabilityZoneId str computed replace
        assignIpv6AddressOnCreation bool =false
        enableDns64 bool =false
        enableResourceNameDnsARecordOnLaunch bool =false
        enableResourceNameDnsAaaaRecordOnLaunch bool =false
        ipv6Native bool =false replace
        mapPublicIpOnLaunch bool =false
        customerOwnedIpv4Pool str refused
        enableLniAtDeviceIndex int refused
        ipv6CidrBlock str output
        ipv6CidrBlockAssociationId str output
        mapCustomerOwnedIpOnLaunch bool refused
        outpostArn str refused
        ownerId str output
        privateDnsHostnameTypeOnLaunch str output""",
    ),
    _type(
        "aws:ec2/routeTable:RouteTable",
        _TAGS
        + """vpcId str required replace
        ownerId str output
        propagatingVgws set output
        routes set output""",
    ),
    _type(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        """routeTableId str required
        subnetId str required replace
        gatewayId str refused""",
    ),
    _type(
        "aws:ec2/securityGroup:SecurityGroup",
        _TAGS
        + """name str computed replace
        description str =Managed_by_Pulumi replace
        vpcId str computed replace
        ingress set computed
        egress set computed
        revokeRulesOnDelete bool =false
        namePrefix str output
        ownerId str output""",
        autoname=True,
    ),
    _type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", _RULE, bridged_defaults=False),
    _type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", _RULE, bridged_defaults=False),
    _type(
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        """type str required replace
        securityGroupId str required replace
        protocol str required replace
        fromPort int required replace
        toPort int required replace
        cidrBlocks list null replace
        ipv6CidrBlocks list null replace
        prefixListIds list null replace
        self bool =false replace
        sourceSecurityGroupId str computed null replace
        description str null
        securityGroupRuleId str output""",
        delete_before_replace=True,
    ),
    _type(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        _TAGS
        + """vpcId str required replace
        serviceName str replace
        serviceRegion str computed replace
        vpcEndpointType str =Gateway replace
        policy json computed
        privateDnsEnabled bool computed
        routeTableIds set computed
        securityGroupIds set computed
        subnetIds set computed
        cidrBlocks list output
        dnsEntries list output
        dnsOptions map output null
        ipAddressType str output
        networkInterfaceIds set output
        ownerId str output
        prefixListId str output null
        requesterManaged bool output
        resourceConfigurationArn str refused
        serviceNetworkArn str refused
        state str output
        subnetConfigurations set output""",
    ),
    _type("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", _ENDPOINT + "policy json computed"),
    _type(
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        _ENDPOINT + "routeTableId str required replace",
    ),
    _type(
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        _ENDPOINT + "subnetId str required replace",
    ),
    _type(
        "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
        _ENDPOINT + "securityGroupId str required replace\n replaceDefaultAssociation bool =false replace",
    ),
]
TYPES: dict[str, ResourceType] = {each.token: each for each in _ALL}
