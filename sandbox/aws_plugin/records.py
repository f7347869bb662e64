# ruff: noqa: ARG002  (every operation gets the same arguments)
"""The records of hosted zones on boto3."""

from sandbox.aws_plugin.api import Client, FailedError, Handler
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.values import Values, dns_name


def all_of(client: Client, zone_id: str) -> list[Values]:
    """Every record of a zone."""
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id)
    return [each for page in pages for each in page["ResourceRecordSets"]]


def change(client: Client, zone_id: str, *changes: tuple[str, Values]) -> None:
    """One batch of changes: all of them or none."""
    batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
    client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": batch})


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
        change(client, zone_id, ("UPSERT", record))
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
            change(client, zone_id, ("DELETE", self._set(client, olds)), ("CREATE", wanted))
        elif changed - {"allowOverwrite"}:
            change(client, zone_id, ("UPSERT", wanted))
        return "_".join((zone_id, dns_name(news["name"]), news["type"]))

    def delete(self, client: Client, id_: str, state: Values) -> None:
        change(client, state["zoneId"], ("DELETE", self._set(client, state)))

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
                for each in all_of(client, zone_id)
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
