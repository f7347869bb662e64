"""getZone."""

from botocore.exceptions import ClientError

from sandbox.aws_plugin.api import Clients, FailedError
from sandbox.aws_plugin.lookups import function, single, told
from sandbox.aws_plugin.route53 import Zone
from sandbox.aws_plugin.values import Values, dns_name

KIND = "Route 53 Hosted Zone"


@function("aws:route53/getZone:getZone", "enableAcceleratedRecovery name privateZone tags vpcId zoneId")
def get_zone(aws: Clients, arguments: Values) -> Values:
    """One hosted zone, by its id or its name; with a VPC, a private one that the VPC is in."""
    client, id_ = aws("route53"), str(arguments.get("zoneId") or "")
    if not id_:
        name, vpc = dns_name(str(arguments.get("name", ""))), arguments.get("vpcId")
        private = bool(arguments.get("privateZone")) or bool(vpc)
        listed = [
            zone["Id"].removeprefix("/hostedzone/")
            for page in client.get_paginator("list_hosted_zones").paginate()
            for zone in page["HostedZones"]
            if dns_name(zone["Name"]) == name and zone["Config"]["PrivateZone"] == private
        ]
        there = [each for each in listed if not vpc or vpc in _vpcs(Zone().read(client, each, {}))]
        id_ = str(single(KIND, [{"id": each} for each in there])["id"])
    try:
        answer = client.get_hosted_zone(Id=id_)
    except ClientError as error:
        raise FailedError(f"reading {KIND} ({id_}): {told(client, error)}") from None
    zone, found = answer["HostedZone"], Zone().read(client, id_, {}) or {}
    texts = ("arn", "comment", "name", "nameServers", "primaryNameServer", "zoneId")
    return {
        **{each: found[each] for each in texts},
        "callerReference": zone["CallerReference"],
        "enableAcceleratedRecovery": False,
        "id": id_,
        "linkedServiceDescription": "",
        "linkedServicePrincipal": "",
        "privateZone": zone["Config"]["PrivateZone"],
        "resourceRecordSetCount": zone["ResourceRecordSetCount"],
        "tags": {tag["Key"]: tag["Value"] for tag in found["Tags"]},
        "vpcId": arguments.get("vpcId", ""),
    }


def _vpcs(zone: Values | None) -> set[str]:
    return {each["vpcId"] for each in (zone or {}).get("vpcs", [])}
