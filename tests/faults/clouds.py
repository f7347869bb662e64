"""What AWS and a state have, as two sets of (kind, id) that should be one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.aws_api import client

# Kinds by Pulumi's types; what is not here has no life of its own.
KINDS = {
    "aws:ec2/vpc:Vpc": "vpc",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/routeTable:RouteTable": "route table",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "association",
    "aws:ec2/securityGroup:SecurityGroup": "group",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "rule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "rule",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "endpoint",
    "aws:iam/role:Role": "role",
    "aws:iam/rolePolicy:RolePolicy": "role policy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "attachment",
    "aws:iam/instanceProfile:InstanceProfile": "profile",
    "aws:route53/zone:Zone": "zone",
    "aws:route53/record:Record": "record",
    "aws:route53/zoneAssociation:ZoneAssociation": "joined",
}
Ids = set[tuple[str, str]]


@dataclass(frozen=True)
class Compared:
    """`unrecorded` is in AWS alone, `missing` in the state alone. `duplicates`: what AWS has more than once."""

    resources: int
    unrecorded: tuple[str, ...]
    missing: tuple[str, ...]
    duplicates: tuple[str, ...]
    pending: int
    locks: int

    @property
    def clean(self) -> bool:
        return not (self.unrecorded or self.missing or self.duplicates or self.pending or self.locks)


def compared(backend: Path, port: int, theirs: Ids) -> Compared:
    """A state in a backend of files, held against the AWS at a port, but for what others have there."""
    latest: dict[str, Any] = {}
    for file in backend.glob(".pulumi/stacks/*/dev.json"):
        latest = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
    listed = latest.get("resources") or []
    recorded = {(KINDS[each["type"]], each["id"]) for each in listed if each["type"] in KINDS}
    to_delete = tuple(each["urn"] for each in listed if each.get("delete"))
    # A zone of the stack's own has its VPCs among its inputs.
    own = tuple(f"{id}:" for kind, id in recorded if kind == "zone")
    there = {
        (kind, id) for kind, id in in_aws(port) if not (kind == "joined" and id.startswith(own))
    } - theirs
    return Compared(
        len(there),
        tuple(sorted(f"{kind} {id}" for kind, id in there - recorded)),
        (*sorted(f"{kind} {id}" for kind, id in recorded - there), *to_delete),
        tuple(twice(port)),
        len(latest.get("pending_operations") or []),
        len(list((backend / ".pulumi" / "locks").rglob("*.json"))),
    )


def twice(port: int) -> Iterator[str]:
    """Endpoints of one service and subnets of one block in a VPC, things of one name in the Region: all more than once."""
    ec2 = client(port, "ec2")
    keys = [("endpoint", each["VpcId"], each["ServiceName"]) for each in _endpoints(ec2)]
    for kind, operation, key in (
        ("vpc", "describe_vpcs", "Vpcs"),
        ("subnet", "describe_subnets", "Subnets"),
        ("group", "describe_security_groups", "SecurityGroups"),
        ("route table", "describe_route_tables", "RouteTables"),
    ):
        for each in getattr(ec2, operation)()[key]:
            keys += [(kind, "name", tag["Value"]) for tag in each.get("Tags") or () if tag["Key"] == "Name"]
    keys += [("role", "name", each["RoleName"].rpartition("-")[0]) for each in _roles(port)]
    for (kind, _, name), count in Counter(keys).items():
        if count > 1:
            yield f"{kind} {name} x{count}"


def in_aws(port: int) -> Iterator[tuple[str, str]]:
    """All that AWS's own defaults do not explain."""
    ec2 = client(port, "ec2")
    own = {each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"] if not each.get("IsDefault")}
    yield from (("vpc", id) for id in own)
    for each in ec2.describe_subnets()["Subnets"]:
        if each["VpcId"] in own:
            yield "subnet", each["SubnetId"]
    for table in ec2.describe_route_tables()["RouteTables"]:
        associations = table.get("Associations") or []
        if table["VpcId"] in own and not any(each.get("Main") for each in associations):
            yield "route table", table["RouteTableId"]
            yield from (("association", each["RouteTableAssociationId"]) for each in associations)
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        if group["VpcId"] in own and group["GroupName"] != "default":
            yield "group", group["GroupId"]
            filters = [{"Name": "group-id", "Values": [group["GroupId"]]}]
            for rule in ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
                yield "rule", rule["SecurityGroupRuleId"]
    for endpoint in _endpoints(ec2):
        yield "endpoint", endpoint["VpcEndpointId"]
    yield from _of_iam(port)
    route53 = client(port, "route53")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        id = zone["Id"].removeprefix("/hostedzone/")
        yield "zone", id
        for vpc in route53.get_hosted_zone(Id=id).get("VPCs") or ():
            yield "joined", f"{id}:{vpc['VPCId']}:{vpc['VPCRegion']}"
        for record in route53.list_resource_record_sets(HostedZoneId=id)["ResourceRecordSets"]:
            if record["Type"] not in ("NS", "SOA"):
                yield "record", f"{id}_{record['Name'].removesuffix('.')}_{record['Type']}"


def _of_iam(port: int) -> Iterator[tuple[str, str]]:
    iam = client(port, "iam")
    for role in _roles(port):
        name = role["RoleName"]
        yield "role", name
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            yield "role policy", f"{name}:{policy}"
        for each in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            yield "attachment", f"{name}/{each['PolicyArn']}"
    for profile in iam.list_instance_profiles()["InstanceProfiles"]:
        yield "profile", profile["InstanceProfileName"]


def _roles(port: int) -> list[Any]:
    return list(client(port, "iam").list_roles()["Roles"])


def _endpoints(ec2: Any) -> list[Any]:
    listed = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    return [each for each in listed if each["State"].lower() not in ("deleted", "deleting")]
