# ruff: noqa: ARG002  (every operation gets the same arguments)
"""Private hosted zones, their records and the VPCs they answer, on boto3."""

import secrets

from sandbox.aws_plugin.api import Client, FailedError, Handler, tag_list
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.values import Values, dns_name, unmatched

OWN = ("NS", "SOA")  # the records of its own name that a zone always has


def _vpc(client: Client, vpc: Values) -> Values:
    """A VPC as Route 53 takes it: in the provider's Region unless it says another."""
    return {"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion") or client.meta.region_name}


def _records(client: Client, zone_id: str) -> list[Values]:
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id)
    return [each for page in pages for each in page["ResourceRecordSets"]]


def _change(client: Client, zone_id: str, *changes: tuple[str, Values]) -> None:
    batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
    client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": batch})


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
            for record in _records(client, id_)
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
            ]
            or None,
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
            records = _records(client, id_)
            doomed = [
                ("DELETE", each)
                for each in records
                if not (dns_name(each["Name"]) == apex and each["Type"] in OWN)
            ]
            if doomed:
                _change(client, id_, *doomed)
        client.delete_hosted_zone(Id=id_)

    def tag(self, client: Client, id_: str, tags: Values, gone: list[str]) -> None:
        change: Values = {"AddTags": tag_list(tags)} if tags else {}
        change |= {"RemoveTagKeys": gone} if gone else {}
        client.change_tags_for_resource(ResourceType="hostedzone", ResourceId=id_, **change)


class Record(Handler):
    """aws:route53/record:Record: plain, or the alias of an endpoint's DNS name; no routing policies."""

    service = "route53"

    def create(self, client: Client, inputs: Values) -> str:
        if bool(inputs.get("aliases")) == bool(inputs.get("records")):
            raise RefusedError(
                f'record {inputs["name"]!r}: "aliases" or "records" must be given, and not both of them'
            )
        zone_id, record = inputs["zoneId"], self._set(client, inputs)
        # CREATE of a name that is there: moto takes it when the values differ, and refuses some that are not.
        if not inputs.get("allowOverwrite") and self._find(client, zone_id, record["Name"], record["Type"]):
            raise FailedError(
                f"creating Route53 Record: InvalidChangeBatch: Tried to create resource record set "
                f"[name='{record['Name']}.', type='{record['Type']}'] but it already exists"
            )
        _change(client, zone_id, ("UPSERT", record))
        return "_".join((zone_id, dns_name(inputs["name"]), inputs["type"]))

    def read(self, client: Client, id_: str, state: Values) -> Values | None:
        zone_id, _, rest = id_.partition("_")
        name, _, kind = rest.rpartition("_")
        if not (zone_id and name and kind):
            raise RefusedError(f"the id {id_!r} of a record should have the form zone_name_type")
        fqdn = self._fqdn(client, zone_id, name)
        found = self._find(client, zone_id, fqdn, kind)
        return found and self._told(found) | {
            "allowOverwrite": state.get("allowOverwrite", False),
            "fqdn": fqdn,
            "name": state.get("name", name),
            "type": kind,
            "zoneId": zone_id,
        }

    def update(self, client: Client, id_: str, olds: Values, news: Values, changed: set[str]) -> str:
        zone_id = news["zoneId"]
        wanted = self._set(client, news)
        if "type" in changed:
            _change(client, zone_id, ("DELETE", self._set(client, olds)), ("CREATE", wanted))
        elif changed - {"allowOverwrite"}:
            _change(client, zone_id, ("UPSERT", wanted))
        return "_".join((zone_id, dns_name(news["name"]), news["type"]))

    def delete(self, client: Client, id_: str, state: Values) -> None:
        _change(client, state["zoneId"], ("DELETE", self._set(client, state)))

    @staticmethod
    def _fqdn(client: Client, zone_id: str, name: str) -> str:
        """The whole name of a record; a program may leave the zone's part out."""
        zone = dns_name(client.get_hosted_zone(Id=zone_id)["HostedZone"]["Name"])
        name = dns_name(name)
        return name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}".removeprefix(".")

    @staticmethod
    def _find(client: Client, zone_id: str, fqdn: str, kind: str) -> Values | None:
        return next(
            (
                each
                for each in _records(client, zone_id)
                if (dns_name(each["Name"]).replace("\\052", "*"), each["Type"]) == (fqdn, kind)
            ),
            None,
        )

    def _set(self, client: Client, values: Values) -> Values:
        """A record as Route 53 takes it."""
        kind = values["type"]
        record: Values = {"Name": self._fqdn(client, values["zoneId"], values["name"]), "Type": kind}
        if values.get("aliases"):
            alias = values["aliases"][0]
            target = {"HostedZoneId": alias["zoneId"], "DNSName": alias["name"]}
            record["AliasTarget"] = target | {"EvaluateTargetHealth": alias["evaluateTargetHealth"]}
            return record
        quoted = (f'"{value}"' if kind in ("TXT", "SPF") else value for value in values["records"])
        record["ResourceRecords"] = [{"Value": value} for value in quoted]
        return record | ({"TTL": values["ttl"]} if "ttl" in values else {})

    @staticmethod
    def _told(record: Values) -> Values:
        """The reverse."""
        values = (each["Value"] for each in record.get("ResourceRecords", []))
        quoted = record["Type"] in ("TXT", "SPF")
        alias = record.get("AliasTarget")
        return {
            "aliases": alias
            and [
                {
                    "name": alias["DNSName"],
                    "zoneId": alias["HostedZoneId"],
                    "evaluateTargetHealth": alias["EvaluateTargetHealth"],
                }
            ],
            "records": sorted(value.strip('"') if quoted else value for value in values) or None,
            "ttl": record.get("TTL"),
        }


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
