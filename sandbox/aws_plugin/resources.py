"""Which class handles which type, and what all have in common: outputs, tags, proof of a change."""

from botocore.exceptions import ClientError

from sandbox.aws_plugin import endpoints, groups, network
from sandbox.aws_plugin.api import Ec2, Handler, api_name, not_found, tag_list
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.types import ZERO, ResourceType
from sandbox.aws_plugin.values import Values, normal_json, same

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


def read(rtype: ResourceType, ec2: Ec2, id_: str, state: Values, region: str) -> Values | None:
    """What the official plugin reports of a resource: every property of the table; None when it is gone."""
    try:
        found = HANDLERS[rtype.token].read(ec2, id_, state)
    except ClientError as error:
        if not not_found(error):
            raise
        found = None
    if found is None:
        return None
    tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags") or []}
    found = {"tags": tags or None, "tagsAll": tags} | found | {"region": region}
    if kind := ARN_KINDS.get(rtype.token):
        partition = ec2.meta.partition
        found["arn"] = f"arn:{partition}:ec2:{region}:{found.get('OwnerId') or ''}:{kind}/{id_}"
    values: Values = {"id": id_}
    for name, prop in rtype.properties.items():
        value = found.get(name, found.get(api_name(name)))
        if prop.kind == "json" and value is not None:
            # An equivalent document stays as the program wrote it, as with the official plugin.
            value = normal_json(
                state[name] if state.get(name) and same("json", state[name], value) else value
            )
        if value not in (None, "") or not prop.null:
            values[name] = ZERO[prop.kind] if value is None else value
    return values


def create(rtype: ResourceType, ec2: Ec2, inputs: Values, region: str) -> Values:
    """Creates a resource and reads it back; one that lacks something it was given is taken away again."""
    handler = HANDLERS[rtype.token]
    id_ = handler.create(ec2, inputs)
    try:
        return _proven(rtype, ec2, id_, inputs, set(inputs), region)
    except RefusedError:
        handler.delete(ec2, id_, inputs)
        raise


def update(
    rtype: ResourceType, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str], region: str
) -> Values:
    """Changes a resource in place and reads it back."""
    if changed - {"tags"}:
        id_ = HANDLERS[rtype.token].update(ec2, id_, olds, news, changed - {"tags"}) or id_
    if "tags" in changed:
        old, new = olds.get("tags", {}), news.get("tags", {})
        if gone := [{"Key": key} for key in old.keys() - new.keys()]:
            ec2.delete_tags(Resources=[id_], Tags=gone)
        if new:
            ec2.create_tags(Resources=[id_], Tags=tag_list(new))
    return _proven(rtype, ec2, id_, news, changed, region)


def delete(rtype: ResourceType, ec2: Ec2, id_: str, state: Values) -> None:
    """Deletes a resource; that something is not found is no error if it is the resource itself."""
    try:
        HANDLERS[rtype.token].delete(ec2, id_, state)
    except ClientError as error:
        if not not_found(error) or read(rtype, ec2, id_, state, state["region"]) is not None:
            raise


def _proven(rtype: ResourceType, ec2: Ec2, id_: str, inputs: Values, names: set[str], region: str) -> Values:
    """The outputs, after a look whether moto did what it was asked: some changes it accepts and ignores."""
    values = read(rtype, ec2, id_, inputs, region)
    if values is None:
        raise RefusedError(
            f"{rtype.token} {id_}: the sandbox's AWS API (moto) does not list it after the change"
        )
    for name in sorted(names & rtype.inputs.keys()):
        prop = rtype.inputs[name]
        asked, got = inputs.get(name, ZERO[prop.kind]), values.get(name, ZERO[prop.kind])
        if not (name not in inputs and prop.computed) and not same(prop.kind, asked, got):
            raise RefusedError(
                f"{rtype.token} {id_}: the sandbox's AWS API (moto) ignored property {name}: asked {asked!r}, "
                f"got {got!r}. AWS may well do it, the sandbox does not pretend that it did: leave the property "
                "as it is there, or replace the resource"
            )
    return values
