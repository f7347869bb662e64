"""Pulumi type tokens that the pack reads. A mistyped token is a rule that never fires: tests compare them with the SDK."""

STACK = "pulumi:pulumi:Stack"
COMPONENT = "ssm-vpc-endpoints:index:SsmEndpoints"

VPC = "aws:ec2/vpc:Vpc"
VPC_CIDR_BLOCK = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
VPN_GATEWAY = "aws:ec2/vpnGateway:VpnGateway"
VPN_ROUTES = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"
SUBNET = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET = "aws:ec2/defaultSubnet:DefaultSubnet"
ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"
DEFAULT_ROUTE_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ROUTE = "aws:ec2/route:Route"
ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_ROUTE_TABLE_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
NETWORK_ACL = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_NETWORK_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
NETWORK_ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
NETWORK_ACL_ASSOCIATION = "aws:ec2/networkAclAssociation:NetworkAclAssociation"

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_POLICY = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
ENDPOINT_SUBNET = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
ENDPOINT_ROUTE_TABLE = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
ENDPOINT_SECURITY_GROUP = "aws:ec2/securityGroupAssociation:SecurityGroupAssociation"
ENDPOINT_PRIVATE_DNS = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"

SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
SECURITY_GROUP_INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
SECURITY_GROUP_EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"

INSTANCE = "aws:ec2/instance:Instance"
SPOT_INSTANCE = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
LAUNCH_CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
AUTO_SCALING_GROUP = "aws:autoscaling/group:Group"
NETWORK_INTERFACE = "aws:ec2/networkInterface:NetworkInterface"
NETWORK_INTERFACE_SECURITY_GROUP = (
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
)

INSTANCE_PROFILE = "aws:iam/instanceProfile:InstanceProfile"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ROLE_POLICY_ATTACHMENTS_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
IAM_POLICY = "aws:iam/policy:Policy"

SSM_ACTIVATION = "aws:ssm/activation:Activation"
SSM_DOCUMENT = "aws:ssm/document:Document"
SSM_PARAMETER = "aws:ssm/parameter:Parameter"
SSM_TASK = "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask"

HOSTED_ZONE = "aws:route53/zone:Zone"
HOSTED_ZONE_ASSOCIATION = "aws:route53/zoneAssociation:ZoneAssociation"
DNS_RECORD = "aws:route53/record:Record"

SECURITY_GROUP_RULES = (SECURITY_GROUP_RULE, SECURITY_GROUP_INGRESS_RULE, SECURITY_GROUP_EGRESS_RULE)
LAUNCHES = (INSTANCE, SPOT_INSTANCE, LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION, AUTO_SCALING_GROUP)
VPCS = (VPC, DEFAULT_VPC)
SUBNETS = (SUBNET, DEFAULT_SUBNET)
ROUTE_TABLES = (ROUTE_TABLE, DEFAULT_ROUTE_TABLE)
# A VPC tells the id of its main route table.
ROUTED = (*ROUTE_TABLES, *VPCS)
# What takes its VPC's id from where it is.
IN_A_VPC = (*SUBNETS, *ROUTE_TABLES, ENDPOINT, SECURITY_GROUP, DEFAULT_SECURITY_GROUP, NETWORK_ACL)
SECURITY_GROUPS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)

# IAM names its resources where others have an id: a role is known by its name, a policy by its ARN.
NAMED = ("aws:iam/", "aws:ec2/launchTemplate:", "aws:ec2/launchConfiguration:")
ALSO_KNOWN_BY = ("name", "arn")

# A stack with any resource of these modules runs in a VPC or builds one ...
NETWORK_MODULES = ("aws:ec2/", "aws:vpc/", "aws:autoscaling/")
# ... except for what belongs to no VPC.
NOT_IN_A_VPC = (
    "aws:ec2/allowedImagesSettings:AllowedImagesSettings",
    "aws:ec2/ami:Ami",
    "aws:ec2/amiCopy:AmiCopy",
    "aws:ec2/amiFromInstance:AmiFromInstance",
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
    "aws:ec2/availabilityZoneGroup:AvailabilityZoneGroup",
    "aws:ec2/capacityBlockReservation:CapacityBlockReservation",
    "aws:ec2/capacityReservation:CapacityReservation",
    "aws:ec2/customerGateway:CustomerGateway",
    "aws:ec2/dedicatedHost:DedicatedHost",
    "aws:ec2/defaultCreditSpecification:DefaultCreditSpecification",
    "aws:ec2/defaultVpcDhcpOptions:DefaultVpcDhcpOptions",
    "aws:ec2/eip:Eip",
    "aws:ec2/eipDomainName:EipDomainName",
    "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
    "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
    "aws:ec2/keyPair:KeyPair",
    "aws:ec2/managedPrefixList:ManagedPrefixList",
    "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
    "aws:ec2/networkInsightsAccessScope:NetworkInsightsAccessScope",
    "aws:ec2/placementGroup:PlacementGroup",
    "aws:ec2/serialConsoleAccess:SerialConsoleAccess",
    "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission",
    "aws:ec2/spotDatafeedSubscription:SpotDatafeedSubscription",
    "aws:ec2/tag:Tag",
    "aws:ec2/trafficMirrorFilter:TrafficMirrorFilter",
    "aws:ec2/trafficMirrorFilterRule:TrafficMirrorFilterRule",
    "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
    "aws:ec2/vpcEndpointService:VpcEndpointService",
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
    "aws:ec2/vpcIpam:VpcIpam",
    "aws:ec2/vpcIpamOrganizationAdminAccount:VpcIpamOrganizationAdminAccount",
    "aws:ec2/vpcIpamPool:VpcIpamPool",
    "aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr",
    "aws:ec2/vpcIpamPoolCidrAllocation:VpcIpamPoolCidrAllocation",
    "aws:ec2/vpcIpamPreviewNextCidr:VpcIpamPreviewNextCidr",
    "aws:ec2/vpcIpamResourceDiscovery:VpcIpamResourceDiscovery",
    "aws:ec2/vpcIpamResourceDiscoveryAssociation:VpcIpamResourceDiscoveryAssociation",
    "aws:ec2/vpcIpamScope:VpcIpamScope",
    "aws:ec2/vpcNetworkPerformanceMetricSubscription:VpcNetworkPerformanceMetricSubscription",
    "aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification",
)
