"""Which class handles which type, and what all have in common: outputs, tags, proof of a change."""

import time

from botocore.exceptions import ClientError

from sandbox.aws_plugin import endpoints, groups, iam, network, records, resolver, route53
from sandbox.aws_plugin.api import Clients, Handler, api_name, not_found
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.table import ZERO, ResourceType
from sandbox.aws_plugin.values import JSON, Values, normal, same

HANDLERS: dict[str, Handler] = {
    "aws:ec2/vpc:Vpc": network.Vpc(),
    "aws:ec2/subnet:Subnet": network.Subnet(),
    "aws:ec2/routeTable:RouteTable": network.RouteTable(),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": network.RouteTableAssociation(),
    "aws:ec2/securityGroup:SecurityGroup": groups.SecurityGroup(),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": groups.GroupRule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": groups.GroupRule("egress"),
    "aws:ec2/securityGroupRule:SecurityGroupRule": groups.LegacyRule(),
    "aws:ec2/vpcEndpoint:VpcEndpoint": endpoints.VpcEndpoint(),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": endpoints.Policy(),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": endpoints.Association(
        "routeTableId"
    ),
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": endpoints.Association("subnetId"),
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": endpoints.Association("securityGroupId"),
    "aws:iam/role:Role": iam.Role(),
    "aws:iam/rolePolicy:RolePolicy": iam.RolePolicy(),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.RolePolicyAttachment(),
    "aws:iam/instanceProfile:InstanceProfile": iam.InstanceProfile(),
    "aws:route53/zone:Zone": route53.Zone(),
    "aws:route53/record:Record": records.Record(),
    "aws:route53/zoneAssociation:ZoneAssociation": route53.ZoneAssociation(),
    "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": route53.Authorization(),
    "aws:route53/resolverEndpoint:ResolverEndpoint": resolver.ResolverEndpoint(),
}
ARN_KINDS = {
    "aws:ec2/vpc:Vpc": "vpc",
    "aws:ec2/subnet:Subnet": "subnet",
    "aws:ec2/routeTable:RouteTable": "route-table",
    "aws:ec2/securityGroup:SecurityGroup": "security-group",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "security-group-rule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "security-group-rule",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpc-endpoint",
}
# How long a read may lag behind. AWS gives no number; the official plugin waits two minutes for what it made to be there.
# https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html (read 2026-11-30)
NOT_THERE_SECONDS = 120.0
# moto ignores some changes for good, so this is shorter.
AS_BEFORE_SECONDS = 4.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


def read(rtype: ResourceType, aws: Clients, id_: str, state: Values) -> Values | None:
    """What the official plugin reports of a resource: every property of the table; None when it is gone."""
    handler = HANDLERS[rtype.token]
    client = aws(handler.service)
    try:
        found = handler.read(client, id_, state)
    except ClientError as error:
        if not not_found(error):
            raise
        found = None
    if found is None:
        return None
    tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags") or []}
    found = {"tags": tags or None, "tagsAll": tags} | found | {"region": aws.region}
    if kind := ARN_KINDS.get(rtype.token):
        owner = found.get("OwnerId") or ""
        found["arn"] = f"arn:{client.meta.partition}:ec2:{aws.region}:{owner}:{kind}/{id_}"
    values: Values = {"id": id_}
    for name, prop in rtype.properties.items():
        value = found.get(name, found.get(api_name(name)))
        if prop.kept and value is None:
            value = state.get(name)
        if value:
            # An equivalent document stays as the program wrote it, as with the official plugin.
            as_written = prop.kind in JSON and state.get(name) and same("json", state[name], value)
            value = normal(prop.kind, state[name] if as_written else value)
        if value not in (None, "") or not prop.null:
            values[name] = ZERO[prop.kind] if value is None else value
    return values


def create(rtype: ResourceType, aws: Clients, inputs: Values) -> Values:
    """Creates a resource and reads it back; one that lacks something it was given is taken away again."""
    handler = HANDLERS[rtype.token]
    client = aws(handler.service)
    id_ = handler.create(client, inputs)
    try:
        return _proven(rtype, aws, id_, inputs, set(inputs))
    except RefusedError:
        handler.delete(client, id_, inputs)
        raise


def update(
    rtype: ResourceType, aws: Clients, id_: str, olds: Values, news: Values, changed: set[str]
) -> Values:
    """Changes a resource in place and reads it back."""
    handler = HANDLERS[rtype.token]
    client = aws(handler.service)
    if changed - {"tags"}:
        id_ = handler.update(client, id_, olds, news, changed - {"tags"}) or id_
    if "tags" in changed:
        old, new = olds.get("tags", {}), news.get("tags", {})
        handler.tag(client, id_, new, sorted(old.keys() - new.keys()))
    return _proven(rtype, aws, id_, news, changed)


def delete(rtype: ResourceType, aws: Clients, id_: str, state: Values) -> None:
    """Deletes a resource; that something is not found is no error if it is the resource itself."""
    handler = HANDLERS[rtype.token]
    try:
        handler.delete(aws(handler.service), id_, state)
    except ClientError as error:
        if not not_found(error) or read(rtype, aws, id_, state) is not None:
            raise


def _proven(rtype: ResourceType, aws: Clients, id_: str, inputs: Values, names: set[str]) -> Values:
    """The outputs, after a look whether moto did what it was asked: some changes it accepts and ignores. A read may lag
    behind a change, so it is read again for a while. Raises: RefusedError."""
    begun, pause = time.monotonic(), _FIRST_PAUSE
    while True:
        values = read(rtype, aws, id_, inputs)
        patience, wrong = (
            (NOT_THERE_SECONDS, "the sandbox's AWS API (moto) does not list it after the change")
            if values is None
            else (AS_BEFORE_SECONDS, _ignored(rtype, values, inputs, names))
        )
        if values is not None and not wrong:
            return values
        if time.monotonic() - begun >= patience:
            raise RefusedError(f"{rtype.token} {id_}: {wrong}")
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _ignored(rtype: ResourceType, values: Values, inputs: Values, names: set[str]) -> str:
    """Which property is not as it was asked for; "" if all are."""
    for name in sorted(names & rtype.inputs.keys()):
        prop = rtype.inputs[name]
        asked, got = inputs.get(name, ZERO[prop.kind]), values.get(name, ZERO[prop.kind])
        if not (name not in inputs and prop.computed) and not same(prop.kind, got, asked):
            return (
                f"the sandbox's AWS API (moto) ignored property {name}: asked {asked!r}, "
                f"got {got!r}. AWS may well do it, the sandbox does not pretend that it did: leave the property "
                "as it is there, or replace the resource"
            )
    return ""
