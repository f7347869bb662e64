"""Private hosted zones: a hub's, which answer for its endpoints, and a spoke's way into them."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2, route53

from blueprint.plan import Plan


class HubZones(pulumi.ComponentResource):
    """One private hosted zone per service, with alias records to the hub's endpoint.

    A spoke in the same account joins from its own stack; for one in another account the zone's owner has to authorize it
    first (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html).
    """

    zone_ids: dict[str, pulumi.Output[str]]
    """Zone ids by AWS's short service id: what a spoke's configuration takes as `topology.zones`."""

    def __init__(
        self,
        name: str,
        plan: Plan,
        vpc_id: pulumi.Input[str],
        endpoints: Mapping[str, ec2.VpcEndpoint],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ssm-vpc-endpoints:index:HubZones", name, {"services": list(endpoints)}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.zone_ids = {}
        for planned in plan.hosted_zones:
            resource = f"{name}-{planned.service}"
            zone = route53.Zone(
                resource,
                name=planned.name,
                comment="Answers for a Systems Manager endpoint in this VPC and its spokes",
                vpcs=[{"vpc_id": vpc_id}],
                tags={"Name": resource, **plan.tags},
                # Spokes join from their own stacks; listed here, they would be taken out again.
                opts=pulumi.ResourceOptions(parent=self, ignore_changes=["vpcs"]),
            )
            entry = endpoints[planned.service].dns_entries[0]
            families = {"": ("A",), "dualstack": ("A", "AAAA"), "ipv6": ("AAAA",)}
            for type_ in families.get(plan.ip_address_type, ("A",)):
                route53.Record(
                    f"{resource}-{type_.lower()}",
                    zone_id=zone.zone_id,
                    name=planned.name,
                    type=type_,
                    aliases=[
                        {
                            "name": entry.dns_name,
                            "zone_id": entry.hosted_zone_id,
                            "evaluate_target_health": False,
                        }
                    ],
                    opts=child,
                )
            for spoke in plan.spokes:
                if spoke.account_id:
                    route53.VpcAssociationAuthorization(
                        f"{resource}-{spoke.vpc_id}", zone_id=zone.zone_id, vpc_id=spoke.vpc_id, opts=child
                    )
            self.zone_ids[planned.service] = zone.zone_id
        self.register_outputs({"zoneIds": self.zone_ids})


class SpokeZones(pulumi.ComponentResource):
    """The spoke VPC's associations with the hub's hosted zones."""

    def __init__(
        self, name: str, plan: Plan, vpc_id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        zones = dict(plan.zones_of_hub)
        super().__init__("ssm-vpc-endpoints:index:SpokeZones", name, {"zones": zones}, opts)
        for service, zone_id in zones.items():
            route53.ZoneAssociation(
                f"{name}-{service}",
                zone_id=zone_id,
                vpc_id=vpc_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
