"""Network ACLs let HTTPS and its answers pass between nodes, endpoints and S3."""

from collections.abc import Iterator

from policies.acl_paths import S3, Stop, stops, way_out
from policies.coverage import provided, serving
from policies.egress import INTERNET
from policies.graph import Graph, Resource
from policies.nodes import subnets
from policies.pack_config import PackConfig
from policies.requirements import gateway, services
from policies.rule import About, Finding, stack_policy
from policies.vpcs import judged

ABOUT = About(
    name="node-nacl-allows-https",
    description="Network ACLs let HTTPS and its answers pass between nodes, endpoints and S3",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html",
    fix="Allow tcp/443 one way and the ephemeral ports back, with a rule number before any deny.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        interfaces = [each for each in services(region, config) if each.type == "Interface"]
        there = [endpoint for each in interfaces for endpoint in serving(found, vpc, each)]
        s3 = gateway(region)
        reads_s3 = bool(serving(found, vpc, s3)) or vpc.internet or provided(graph, vpc, s3, config)
        outside = f"{INTERNET} (0.0.0.0/0)" if vpc.internet else S3
        alike: dict[tuple[str, bool, tuple[int, int], bool], list[Stop]] = {}
        for stop in stops(graph, vpc, subnets(graph, vpc.key, config), there, reads_s3):
            alike.setdefault((stop.acl.urn, stop.outward, stop.ports, stop.unproven), []).append(stop)
        for (_, outward, ports, unproven), stopped in alike.items():
            acl = stopped[0].acl
            way = "out of" if outward else "into"
            verb = "is not known to let" if unproven else "does not let"
            shown = "443" if ports[0] == ports[1] else f"{ports[0]}-{ports[1]} (answers)"
            who = ", ".join(dict.fromkeys(stop.subnet for stop in stopped))
            peers = ", ".join(dict.fromkeys(_peer(stop, outside) for stop in stopped))
            code = "\n  ".join(dict.fromkeys(way_out(stop) for stop in stopped))
            yield Finding(
                f"{vpc.label}: {_named(acl)} {verb} tcp/{shown} {way} {who} {'to' if outward else 'from'} {peers}.\n"
                f"fix: {code}",
                acl.urn,
                unproven,
            )


def _peer(stop: Stop, outside: str) -> str:
    return outside if stop.peer == S3 else f"{stop.peer} ({stop.block})"


def _named(acl: Resource) -> str:
    return f"network ACL {acl.name!r}" if "Acl" in acl.type else f"the default network ACL of {acl.name!r}"


policy = stack_policy(ABOUT, rule)
