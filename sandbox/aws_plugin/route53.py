# ruff: noqa: ARG002  (every operation gets the same arguments)
"""Private hosted zones and the VPCs they answer, on boto3."""

import secrets

from sandbox.aws_plugin import records
from sandbox.aws_plugin.api import Client, FailedError, Handler, tag_list
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.values import Values, dns_name, unmatched

OWN = ("NS", "SOA")  # the records of its own name that a zone always has


def _vpc(client: Client, vpc: Values) -> Values:
    """A VPC as Route 53 takes it: in the provider's Region unless it says another."""
    return {"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion") or client.meta.region_name}


class Zone(Handler):
    """aws:route53/zone:Zone: private, with the VPCs that it names, or public, without any."""

    service = "route53"

    def create(self, client: Client, inputs: Values) -> str:
        vpcs = [_vpc(client, each) for each in inputs.get("vpcs", [])]
        made = client.create_hosted_zone(
            Name=dns_name(inputs["name"]),
            CallerReference=secrets.token_hex(16),
            HostedZoneConfig={"Comment": inputs["comment"], "PrivateZone": bool(vpcs)},
            **({"VPC": vpcs[0]} if vpcs else {}),
        )
        zone_id = str(made["HostedZone"]["Id"]).removeprefix("/hostedzone/")
        for vpc in vpcs[1:]:
            client.associate_vpc_with_hosted_zone(HostedZoneId=zone_id, VPC=vpc)
        if inputs.get("tags"):
            self.tag(client, zone_id, inputs["tags"], [])
        return zone_id

    def read(self, client: Client, id_: str, state: Values) -> Values | None:
        found = client.get_hosted_zone(Id=id_)
        zone = found["HostedZone"]
        name = dns_name(zone["Name"])
        servers = found.get("DelegationSet", {}).get("NameServers") or [
            each["Value"]
            for record in records.all_of(client, id_)
            if record["Type"] == "NS" and dns_name(record["Name"]) == name
            for each in record["ResourceRecords"]
        ]
        tags = client.list_tags_for_resource(ResourceType="hostedzone", ResourceId=id_)["ResourceTagSet"]
        return {
            "Tags": tags["Tags"],
            "arn": f"arn:{client.meta.partition}:route53:::hostedzone/{id_}",
            "comment": zone["Config"].get("Comment", ""),
            "forceDestroy": state.get("forceDestroy", False),
            "name": name,
            "nameServers": sorted(servers),
            "primaryNameServer": servers[0] if servers else "",
            "vpcs": [
                {"vpcId": each["VPCId"], "vpcRegion": each["VPCRegion"]} for each in found.get("VPCs") or []
            ],
            "zoneId": id_,
        }

    def update(self, client: Client, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        if "comment" in changed:
            client.update_hosted_zone_comment(Id=id_, Comment=news["comment"])
        if "vpcs" in changed:
            gone, added = unmatched(olds.get("vpcs"), news.get("vpcs"))
            for vpc in added:  # before the others go: a private zone keeps at least one
                client.associate_vpc_with_hosted_zone(HostedZoneId=id_, VPC=_vpc(client, vpc))
            for vpc in gone:
                client.disassociate_vpc_from_hosted_zone(HostedZoneId=id_, VPC=_vpc(client, vpc))

    def delete(self, client: Client, id_: str, state: Values) -> None:
        if state.get("forceDestroy"):
            apex = dns_name(state["name"])
            doomed = [
                ("DELETE", each)
                for each in records.all_of(client, id_)
                if not (dns_name(each["Name"]) == apex and each["Type"] in OWN)
            ]
            if doomed:
                records.change(client, id_, *doomed)
        client.delete_hosted_zone(Id=id_)

    def tag(self, client: Client, id_: str, tags: Values, gone: list[str]) -> None:
        change: Values = {"AddTags": tag_list(tags)} if tags else {}
        change |= {"RemoveTagKeys": gone} if gone else {}
        client.change_tags_for_resource(ResourceType="hostedzone", ResourceId=id_, **change)


class ZoneAssociation(Handler):
    """aws:route53/zoneAssociation:ZoneAssociation: one more VPC that a private zone answers."""

    service = "route53"

    def create(self, client: Client, inputs: Values) -> str:
        zone_id, vpc = inputs["zoneId"], _vpc(client, inputs)
        id_ = f"{zone_id}:{vpc['VPCId']}:{vpc['VPCRegion']}"
        if self.read(client, id_, {}):  # moto would list it twice
            raise FailedError(
                f"associating Route 53 Hosted Zone ({zone_id}) to EC2 VPC ({vpc['VPCId']}): "
                f"ConflictingDomainExists: The VPC {vpc['VPCId']} in region {vpc['VPCRegion']} has already been "
                f"associated with the hosted zone {zone_id} with the same domain name."
            )
        client.associate_vpc_with_hosted_zone(HostedZoneId=zone_id, VPC=vpc)
        return id_

    def read(self, client: Client, id_: str, state: Values) -> Values | None:
        zone_id, vpc = self._parts(client, id_)
        zones = client.list_hosted_zones_by_vpc(**vpc)["HostedZoneSummaries"]
        owner = next((each["Owner"] for each in zones if each["HostedZoneId"] == zone_id), None)
        return owner and {
            "zoneId": zone_id,
            "vpcId": vpc["VPCId"],
            "vpcRegion": vpc["VPCRegion"],
            "owningAccount": owner.get("OwningAccount", ""),
        }

    def delete(self, client: Client, id_: str, state: Values) -> None:
        zone_id, vpc = self._parts(client, id_)
        if self.read(client, id_, state) is None:  # moto would speak of the last VPC of the zone instead
            return
        client.disassociate_vpc_from_hosted_zone(HostedZoneId=zone_id, VPC=vpc)

    @staticmethod
    def _parts(client: Client, id_: str) -> tuple[str, Values]:
        zone_id, *rest = id_.split(":")
        if len(rest) not in (1, 2) or not all((zone_id, *rest)):
            raise RefusedError(f"the id {id_!r} should have the form zone:vpc or zone:vpc:region")
        return zone_id, _vpc(client, dict(zip(("vpcId", "vpcRegion"), rest, strict=False)))


class Authorization(Handler):
    """aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization: in previews alone, moto has none."""

    service = "route53"

    def create(self, client: Client, inputs: Values) -> str:
        raise RefusedError(self._reason())

    def read(self, client: Client, id_: str, state: Values) -> Values | None:
        raise RefusedError(self._reason())

    @staticmethod
    def _reason() -> str:
        return (
            "the sandbox's AWS API (moto) has no CreateVPCAssociationAuthorization: a hosted zone that "
            "authorises a VPC of another account can be previewed in the sandbox, not created"
        )
