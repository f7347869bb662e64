"""The resource types of Route 53 and its resolver that the stand-in knows; table.py explains the rows."""

from sandbox.aws_plugin.table import TAGS, resource_type

_ASSOCIATION = """vpcId str required replace
    zoneId str required replace
    vpcRegion str computed replace
    """

ALL = [
    resource_type(
        "aws:route53/zone:Zone",
        TAGS
        + """name dns computed replace
        comment str =Managed_by_Pulumi
        forceDestroy bool =false
        vpcs blocks +vpcRegion
        delegationSetId str refused null
        enableAcceleratedRecovery bool output
        nameServers list output
        primaryNameServer str output
        zoneId str output""",
        regional=False,
        autoname=True,
    ),
    resource_type(
        "aws:route53/record:Record",
        """zoneId str required replace
        name dns required replace
        type str required
        aliases alias null
        allowOverwrite bool computed
        records set null
        ttl int null
        cidrRoutingPolicy map refused null
        failoverRoutingPolicies list refused null
        fqdn str output
        geolocationRoutingPolicies list refused null
        geoproximityRoutingPolicy map refused null
        healthCheckId str refused null
        latencyRoutingPolicies list refused null
        multivalueAnswerRoutingPolicy bool refused null
        setIdentifier str refused null
        weightedRoutingPolicies list refused null""",
        regional=False,
    ),
    resource_type(
        "aws:route53/zoneAssociation:ZoneAssociation",
        _ASSOCIATION + "owningAccount str output",
        regional=False,
    ),
    resource_type(
        "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization", _ASSOCIATION, regional=False
    ),
    resource_type(
        "aws:route53/resolverEndpoint:ResolverEndpoint",
        TAGS
        + """direction str required replace
        ipAddresses blocks required +ip +ipId +ipv6
        securityGroupIds set required replace
        name str null
        protocols set computed
        resolverEndpointType str computed
        rniEnhancedMetricsEnabled bool computed
        targetNameServerMetricsEnabled bool computed
        hostVpcId str output""",
        autoname=True,
    ),
]
