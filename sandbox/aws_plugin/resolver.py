# ruff: noqa: ARG002  (every operation gets the same arguments)
"""Route 53 Resolver endpoints on boto3."""

import secrets

from sandbox.aws_plugin.api import Client, Handler, api_name, tag_list
from sandbox.aws_plugin.values import Values, unmatched


def _address(block: Values) -> Values:
    return {api_name(name): block[name] for name in ("subnetId", "ip", "ipId", "ipv6") if block.get(name)}


class ResolverEndpoint(Handler):
    """aws:route53/resolverEndpoint:ResolverEndpoint"""

    service = "route53resolver"
    # What the API calls otherwise than the property.
    PLAIN = (
        "name",
        "protocols",
        "resolverEndpointType",
        "rniEnhancedMetricsEnabled",
        "targetNameServerMetricsEnabled",
    )

    def create(self, client: Client, inputs: Values) -> str:
        given = {api_name(name): inputs[name] for name in self.PLAIN if inputs.get(name)}
        made = client.create_resolver_endpoint(
            CreatorRequestId=secrets.token_hex(16),
            Direction=inputs["direction"],
            IpAddresses=[_address(each) for each in inputs["ipAddresses"]],
            SecurityGroupIds=inputs["securityGroupIds"],
            Tags=tag_list(inputs.get("tags", {})),
            **given,
        )
        return str(made["ResolverEndpoint"]["Id"])

    def read(self, client: Client, id_: str, state: Values) -> Values | None:
        found: Values = client.get_resolver_endpoint(ResolverEndpointId=id_)["ResolverEndpoint"]
        listed = client.list_resolver_endpoint_ip_addresses(ResolverEndpointId=id_)["IpAddresses"]
        addresses = [
            {
                "subnetId": each["SubnetId"],
                "ip": each.get("Ip", ""),
                "ipId": each.get("IpId", ""),
                "ipv6": each.get("Ipv6", ""),
            }
            for each in listed
        ]
        return found | {
            "Tags": client.list_tags_for_resource(ResourceArn=found["Arn"])["Tags"],
            "hostVpcId": found["HostVPCId"],
            "ipAddresses": sorted(addresses, key=lambda each: (each["subnetId"], each["ip"])),
            "securityGroupIds": sorted(found["SecurityGroupIds"]),
        }

    def update(self, client: Client, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        if plain := {api_name(name): news[name] for name in self.PLAIN if name in changed and name in news}:
            client.update_resolver_endpoint(ResolverEndpointId=id_, **plain)
        if "ipAddresses" in changed:
            gone, added = unmatched(olds["ipAddresses"], news["ipAddresses"])
            for each in added:  # before the others go: an endpoint keeps at least two
                client.associate_resolver_endpoint_ip_address(
                    ResolverEndpointId=id_, IpAddress=_address(each)
                )
            for each in gone:
                client.disassociate_resolver_endpoint_ip_address(
                    ResolverEndpointId=id_, IpAddress=_address(each)
                )

    def delete(self, client: Client, id_: str, state: Values) -> None:
        client.delete_resolver_endpoint(ResolverEndpointId=id_)

    def tag(self, client: Client, id_: str, tags: Values, gone: list[str]) -> None:
        arn = client.get_resolver_endpoint(ResolverEndpointId=id_)["ResolverEndpoint"]["Arn"]
        if gone:
            client.untag_resource(ResourceArn=arn, TagKeys=gone)
        if tags:
            client.tag_resource(ResourceArn=arn, Tags=tag_list(tags))
