"""The resource types the stand-in knows, EC2's here. Names, defaults and replacement rules are those of pulumi-aws 7."""

from sandbox.aws_plugin import types_iam, types_route53
from sandbox.aws_plugin.table import TAGS, ResourceType, resource_type

_RULE = (
    TAGS
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
    resource_type(
        "aws:ec2/vpc:Vpc",
        TAGS
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
    resource_type(
        "aws:ec2/subnet:Subnet",
        TAGS
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
    resource_type(
        "aws:ec2/routeTable:RouteTable",
        TAGS
        + """vpcId str required replace
        ownerId str output
        propagatingVgws set output
        routes set output""",
    ),
    resource_type(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        """routeTableId str required
        subnetId str required replace
        gatewayId str refused""",
    ),
    resource_type(
        "aws:ec2/securityGroup:SecurityGroup",
        TAGS
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
    resource_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", _RULE, bridged_defaults=False),
    resource_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", _RULE, bridged_defaults=False),
    resource_type(
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
    resource_type(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        TAGS
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
        dnsOptions map computed kept null +dnsRecordIpType +privateDnsPreference +privateDnsSpecifiedDomains
        ipAddressType str computed kept
        networkInterfaceIds set output
        ownerId str output
        prefixListId str output null
        requesterManaged bool output
        resourceConfigurationArn str refused
        serviceNetworkArn str refused
        state str output
        subnetConfigurations set output""",
    ),
    resource_type("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", _ENDPOINT + "policy json computed"),
    resource_type(
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        _ENDPOINT + "routeTableId str required replace",
    ),
    resource_type(
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        _ENDPOINT + "subnetId str required replace",
    ),
    resource_type(
        "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
        _ENDPOINT + "securityGroupId str required replace\n replaceDefaultAssociation bool =false replace",
    ),
]
TYPES: dict[str, ResourceType] = {each.token: each for each in (*_ALL, *types_iam.ALL, *types_route53.ALL)}
