"""Every way to spoil a good stack that we know, for any Region: the operators.

`base` says which good stack is spoilt: "dev" is our component's, "nodes" a flat program with machines, their role and their
security groups. `right` is the policy that has to block the mutant; others may block it as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.mutants.edits import (
    Mutate,
    arns,
    beside,
    both,
    document,
    dropped,
    more,
    put,
    relink,
    removed,
    statement,
    unlink,
    unlisted,
    without,
)
from tests.support.graph import UNKNOWN_BOOL, UNKNOWN_LIST, UNKNOWN_STRING, JsonObject
from tests.support.regions import Region

COMPLETE, DECLARED, TYPE = "ssm-endpoints-complete", "ssm-endpoints-declared", "endpoint-type-correct"
SERVICE, ZONES, VPC_DNS = "endpoint-service-in-region", "endpoint-spans-node-zones", "vpc-dns-enabled"
DNS, DUPLICATE = "interface-private-dns", "no-duplicate-private-dns"
BUCKETS, POLICY = "s3-gateway-buckets-complete", "s3-gateway-policy-complete"
IN_REGION, TABLES = "s3-gateway-buckets-in-region", "s3-gateway-on-node-route-tables"
FORMED, AGENT = "endpoint-policy-well-formed", "endpoint-policy-agent-safe"
HTTPS, SUBNETS = "endpoint-ingress-https", "endpoint-admits-node-subnets"
COST = "monthly-cost-within-limit"
EGRESS, NACL, ROLE = "node-egress-to-endpoints", "node-nacl-allows-https", "node-role-reads-ssm-buckets"

RULES = ("ssm-https-10.0.0.0-19", "ssm-https-10.0.32.0-19")
ACL, ENDPOINT = "aws:ec2/networkAcl:NetworkAcl", "aws:ec2/vpcEndpoint:VpcEndpoint"
SUBNET, TABLE = "aws:ec2/subnet:Subnet", "aws:ec2/routeTable:RouteTable"
STRANGER = "vpc-0123456789abcdef0"


@dataclass(frozen=True)
class Mutant:
    """One spoilt stack, and what its owner tells the pack."""

    name: str
    operator: str
    mutate: Mutate
    right: str
    base: str = "dev"
    config: dict[str, Any] = field(default_factory=dict)


def mutants(here: Region) -> list[Mutant]:
    """All mutants of one Region."""
    found = [
        *_presence(here),
        *_places(here),
        *_component(here),
        *_buckets(here),
        *_documents(),
        *_names(here),
        *_groups(),
        *_agents(here),
        *_nodes(),
        *_costs(here),
    ]
    assert len({mutant.name for mutant in found}) == len(found)
    return found


def _presence(here: Region) -> Iterator[Mutant]:
    interfaces = [each for each in here.services if each not in ("s3", "kms")]
    for service in interfaces:
        yield Mutant(f"no {service}", "drop endpoint", dropped(f"ssm-{service}"), COMPLETE)
        decoy = both(dropped(f"ssm-{service}"), _decoy())
        yield Mutant(f"no {service}, and a decoy", "drop endpoint, add decoy", decoy, COMPLETE)
        wrong = put(f"ssm-{service}", serviceName=here.services[service].replace(here.id, "us-west-9"))
        yield Mutant(f"{service} of another Region", "Region of the service", wrong, SERVICE)
        yield Mutant(
            f"{service} in another VPC", "other VPC", unlink(f"ssm-{service}", "vpcId", STRANGER), COMPLETE
        )
        yield Mutant(
            f"{service} as a gateway", "type", put(f"ssm-{service}", vpcEndpointType="Gateway"), TYPE
        )
        yield Mutant(
            f"{service} without a type", "type left out", put(f"ssm-{service}", vpcEndpointType=None), TYPE
        )
        yield Mutant(
            f"{service} without private DNS",
            "private DNS",
            put(f"ssm-{service}", privateDnsEnabled=False),
            DNS,
        )
        yield Mutant(
            f"{service} in no subnet", "no subnet", unlink(f"ssm-{service}", "subnetIds", []), COMPLETE
        )
        one = relink(f"ssm-{service}", "subnetIds", [UNKNOWN_STRING], ("private-a", SUBNET))
        yield Mutant(f"{service} in one subnet", "one subnet", one, ZONES)
        far = put(f"ssm-{service}", region="us-west-9")
        yield Mutant(f"{service} created elsewhere", "region of the resource", far, COMPLETE)
        unread = put(f"ssm-{service}", serviceName=UNKNOWN_STRING)
        yield Mutant(f"{service} with an unknown name", "unknown name", unread, COMPLETE)
    alike = [("ssm", "ssmmessages"), ("ssm", "ssm-contacts"), ("ssm", "ssm-incidents"), ("ssm", "ssm-fips")]
    alike += [
        ("ssmmessages", "ssm"),
        ("ssmmessages", "ssm-quicksetup"),
        ("ec2", "ec2messages"),
        ("ec2", "ec2-fips"),
    ]
    for service, other in alike:
        name = f"com.amazonaws.{here.id}.{other}"
        mutate = put(f"ssm-{service}", serviceName=name)
        yield Mutant(f"{other} in place of {service}", "look-alike", mutate, COMPLETE)
    s3express = put("ssm-s3", serviceName=f"com.amazonaws.{here.id}.s3express")
    yield Mutant("s3express in place of s3", "look-alike", s3express, BUCKETS)
    longer = put("ssm-ssm", serviceName=f"com.acme.{here.id}.ssm")
    yield Mutant("a stranger's name that ends alike", "look-alike", longer, COMPLETE)
    yield Mutant("no s3", "drop endpoint", dropped("ssm-s3"), BUCKETS)
    yield Mutant("s3 as an interface", "type", put("ssm-s3", vpcEndpointType="Interface"), BUCKETS)
    everything = dropped(*(f"ssm-{service}" for service in (*interfaces, "s3")))
    yield Mutant("no endpoint at all", "drop all endpoints", everything, COMPLETE)
    unread = put("ssm-ssm", privateDnsEnabled=UNKNOWN_BOOL)
    yield Mutant("private DNS that is not known", "private DNS", unread, DNS)


def _decoy() -> Mutate:
    properties = {"serviceName": UNKNOWN_STRING, "vpcEndpointType": "Interface", "vpcId": UNKNOWN_STRING}
    return beside(ENDPOINT, "decoy", properties, "ssm-s3", vpcId=("private", "aws:ec2/vpc:Vpc"))


def _places(here: Region) -> Iterator[Mutant]:
    for zone in "ab":
        mutate = without(f"private-{zone}", "aws:ec2/routeTableAssociation:RouteTableAssociation")
        yield Mutant(f"subnet {zone} on the main route table", "route table", mutate, TABLES)
        kept = "b" if zone == "a" else "a"
        one = relink("ssm-s3", "routeTableIds", [UNKNOWN_STRING], (f"private-{kept}", TABLE))
        yield Mutant(f"s3 not on the route table of {zone}", "route table dropped", one, TABLES)
    yield Mutant("s3 on no route table", "no route table", unlink("ssm-s3", "routeTableIds", []), BUCKETS)
    unread = unlink("ssm-s3", "routeTableIds", UNKNOWN_LIST)
    yield Mutant("s3 on route tables that nobody knows", "unknown", unread, BUCKETS)
    for key in ("enableDnsSupport", "enableDnsHostnames"):
        for value in (False, UNKNOWN_BOOL):
            mutate = put("private", "aws:ec2/vpc:Vpc", **{key: value})
            yield Mutant(f"{key} {value}", "DNS attribute", mutate, VPC_DNS)
    mutate = put("private", "aws:ec2/vpc:Vpc", enableDnsHostnames=None)
    yield Mutant("enableDnsHostnames not given", "DNS attribute", mutate, VPC_DNS)
    twice = both(
        beside(
            ENDPOINT,
            "second",
            {
                "serviceName": here.services["ssm"],
                "vpcEndpointType": "Interface",
                "privateDnsEnabled": True,
                "vpcId": UNKNOWN_STRING,
            },
            "ssm-s3",
            vpcId=("private", "aws:ec2/vpc:Vpc"),
        )
    )
    yield Mutant("private DNS twice", "duplicate", twice, DUPLICATE)
    for direction in ("ingress", "egress"):
        opened = [
            {
                "ruleNo": 1,
                "protocol": "-1",
                "action": "allow",
                "cidrBlock": "0.0.0.0/0",
                "fromPort": 0,
                "toPort": 0,
            }
        ]
        rules = {"ingress": opened, "egress": opened, direction: []}
        acl = beside(
            ACL,
            "acl",
            {"vpcId": UNKNOWN_STRING, "subnetIds": [UNKNOWN_STRING], **rules},
            "ssm-s3",
            vpcId=("private", "aws:ec2/vpc:Vpc"),
            subnetIds=("private-a", SUBNET),
        )
        yield Mutant(f"a network ACL with no {direction}", "network ACL", acl, NACL)


def _component(here: Region) -> Iterator[Mutant]:
    interfaces = [each for each in here.services if each != "kms"]
    for service in interfaces:
        mutate = removed("ssm", "services", here.services[service])
        yield Mutant(f"the component declares no {service}", "declaration", mutate, DECLARED)
    for family, bucket in here.buckets.items():
        mutate = removed("ssm", "buckets", bucket)
        yield Mutant(f"the component declares no {family} bucket", "declaration", mutate, DECLARED)
    for key, value in (("services", UNKNOWN_LIST), ("buckets", UNKNOWN_LIST), ("region", UNKNOWN_STRING)):
        yield Mutant(
            f"the component's {key} are not known", "declaration", put("ssm", **{key: value}), DECLARED
        )


def _buckets(here: Region) -> Iterator[Mutant]:
    for family, bucket in here.buckets.items():

        def each(new: str, bucket: str = bucket) -> Mutate:
            return arns("ssm-s3", lambda found: [arn.replace(f":::{bucket}/", f":::{new}/") for arn in found])

        def written(old: str, new: str, bucket: str = bucket) -> Mutate:
            return arns(
                "ssm-s3",
                lambda found: [arn.replace(old, new) if f":::{bucket}/" in arn else arn for arn in found],
            )

        yield Mutant(f"policy without {family}", "drop ARN", unlisted("ssm-s3", bucket), POLICY)
        elsewhere = bucket.replace(here.id, "us-west-9" if here.id != "us-west-9" else "us-east-1")
        yield Mutant(f"{family} of another Region", "Region of a bucket", each(elsewhere), POLICY)
        yield Mutant(f"{family} with a tail", "-evil", each(f"{bucket}-evil"), POLICY)
        yield Mutant(f"{family} with a capital", "case", each(bucket.capitalize()), POLICY)
        yield Mutant(f"{family} without its objects", "/* lost", written("/*", ""), POLICY)
        yield Mutant(f"one object of {family}", "one object", written("/*", "/one"), POLICY)
        yield Mutant(
            f"{family} of another partition",
            "partition",
            written(f"arn:{here.partition}:", "arn:aws-x:"),
            POLICY,
        )
        yield Mutant(
            f"a Deny of {family}",
            "Deny",
            more("ssm-s3", _deny(f"arn:{here.partition}:s3:::{bucket}/*")),
            POLICY,
        )
        some = _deny(f"arn:{here.partition}:s3:::{bucket}/windows/*")
        yield Mutant(f"a Deny of a part of {family}", "Deny", more("ssm-s3", some), POLICY)
        yield Mutant(f"a role without {family}", "role", unlisted("buckets", bucket), ROLE, "nodes")
        yield Mutant(
            f"a flat program's policy without {family}", "drop ARN", unlisted("s3", bucket), POLICY, "nodes"
        )


def _deny(resource: str, **more: object) -> JsonObject:
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resource, **more}


def _documents() -> Iterator[Mutant]:
    spoilt: dict[str, dict[str, object]] = {
        "a Deny instead of an Allow": {"Effect": "Deny"},
        "the right to write": {"Action": "s3:PutObject"},
        "the right to list": {"Action": "s3:ListBucket"},
        "everything but reading": {"Action": None, "NotAction": "s3:GetObject"},
        "an account as principal": {"Principal": {"AWS": "123456789012"}},
        "a service as principal": {"Principal": {"Service": "ec2.amazonaws.com"}},
        "no principal": {"Principal": None},
        "only for the organisation": {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}},
        "only for the account": {"Condition": {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}},
        "only for own resources": {"Condition": {"StringEquals": {"aws:ResourceAccount": "123456789012"}}},
        "only from one VPC endpoint": {
            "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}
        },
    }
    for name, elements in spoilt.items():
        yield Mutant(name, "statement", statement("ssm-s3", **elements), POLICY)
    turned = document(
        "ssm-s3", lambda f: f["Statement"][0].update(NotResource=f["Statement"][0].pop("Resource"))
    )
    yield Mutant("everything but these buckets", "NotResource", turned, POLICY)
    yield Mutant("a Deny of everything", "Deny", more("ssm-s3", _deny("*")), POLICY)
    unsigned = _deny("*", Condition={"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}})
    yield Mutant("a Deny of strangers", "Deny", more("ssm-s3", unsigned), POLICY)
    texts = {
        "empty": "",
        "an empty object": "{}",
        "no JSON": "{'Version'",
        "a list": "[]",
        "a number": "7",
        "null": "null",
    }
    for name, text in texts.items():
        yield Mutant(f"a policy that is {name}", "malformed", put("ssm-s3", policy=text), FORMED)
        yield Mutant(f"an ssm policy that is {name}", "malformed", put("ssm-ssm", policy=text), FORMED)
    yield Mutant("a policy that is not known", "unknown", put("ssm-s3", policy=UNKNOWN_STRING), POLICY)
    key = document("ssm-s3", lambda f: f["Statement"][0].update(Resources="*"))
    yield Mutant("a misspelt element", "malformed", key, FORMED)
    long = document("ssm-s3", lambda f: f["Statement"][0].update(Sid="A" * 21_000))
    yield Mutant("more than 20,480 characters", "too long", long, FORMED)
    version = document("ssm-s3", lambda f: f.update(Version="2012-10-18"))
    yield Mutant("a Version that AWS never had", "malformed", version, FORMED)


def _names(here: Region) -> Iterator[Mutant]:
    def add(bucket: str) -> Mutate:
        return arns("ssm-s3", lambda found: [*found, f"arn:{here.partition}:s3:::{bucket}/*"])

    for pattern in (
        "aws-ssm-*",
        "aws-patch-manager-*",
        "*-birdwatcher-prod",
        "amazon-ssm-*",
        "patch-baseline-snapshot-*",
    ):
        yield Mutant(f"the wildcard {pattern}", "wildcard", add(pattern), IN_REGION)
    for stem in ("aws-patch-manager", "patch-baseline-snapshot", "aws-windows-downloads"):
        yield Mutant(f"the wildcard {stem}-<Region>-*", "wildcard", add(f"{stem}-{here.id}-*"), IN_REGION)
    other = "us-west-2" if here.id != "us-west-2" else "us-east-1"
    for bucket in (f"aws-ssm-{other}", f"{other}-birdwatcher-prod", f"amazon-ssm-{other}"):
        yield Mutant(
            f"{bucket.replace(other, '<another Region>')} beside", "foreign bucket", add(bucket), IN_REGION
        )


def _groups() -> Iterator[Mutant]:
    yield Mutant("no ingress rule", "drop rules", dropped(*RULES), HTTPS)
    for rule in RULES:
        yield Mutant(f"no rule {rule}", "drop rule", dropped(rule), SUBNETS)
        yield Mutant(f"{rule} on another port", "port", put(rule, fromPort=80, toPort=80), SUBNETS)
        yield Mutant(f"{rule} from elsewhere", "source", put(rule, cidrIpv4="192.0.2.0/24"), SUBNETS)
        yield Mutant(f"half of {rule}", "source", put(rule, cidrIpv4=rule.rsplit("-", 2)[1] + "/20"), SUBNETS)
    changes: dict[str, JsonObject] = {
        "only port 80": {"fromPort": 80, "toPort": 80},
        "only UDP": {"ipProtocol": "udp"},
        "an unknown protocol": {"ipProtocol": UNKNOWN_STRING},
        "every IPv4 address": {"cidrIpv4": "0.0.0.0/0"},
        "every IPv6 address": {"cidrIpv4": None, "cidrIpv6": "::/0"},
        "an unknown source": {"cidrIpv4": UNKNOWN_STRING},
    }
    for name, change in changes.items():
        yield Mutant(name, "ingress", both(*(put(rule, **change) for rule in RULES)), HTTPS)
    yield Mutant("no security group", "no group", unlink("ssm-ssm", "securityGroupIds", None), HTTPS)
    stranger = unlink("ssm-ssm", "securityGroupIds", ["sg-0123456789abcdef0"])
    yield Mutant("a security group known only by id", "group by id", stranger, HTTPS)
    yield Mutant(
        "an unknown security group", "unknown", unlink("ssm-ssm", "securityGroupIds", UNKNOWN_LIST), HTTPS
    )
    moved = both(*(unlink(rule, "securityGroupId", "sg-0123456789abcdef0") for rule in RULES))
    yield Mutant("rules of another group", "moved rules", moved, HTTPS)
    yield Mutant("the nodes' group is not admitted", "ingress", dropped("in"), HTTPS, "nodes")


def _agents(here: Region) -> Iterator[Mutant]:
    def policy(service: str, **elements: object) -> Mutate:
        own = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **elements}
        text = json.dumps({"Version": "2012-10-17", "Statement": [own]})
        return put(f"ssm-{service}", policy=text)

    org = {"StringEquals": {"aws:ResourceOrgID": "o-abcdefghij"}}
    yield Mutant(
        "ssm without PutInventory", "missing action", policy("ssm", Action=["ssm:GetDocument"]), AGENT
    )
    yield Mutant("ssm of another service", "missing action", policy("ssm", Action="s3:*"), AGENT)
    yield Mutant(
        "ssm on own documents alone",
        "resource",
        policy("ssm", Resource=f"arn:{here.partition}:ssm:{here.id}:123456789012:document/mine"),
        AGENT,
    )
    yield Mutant("ssm of own resources alone", "resource condition", policy("ssm", Condition=org), AGENT)
    yield Mutant("ssm with a Deny", "Deny", policy("ssm", Effect="Deny"), AGENT)
    yield Mutant("ssm that is not known", "unknown", put("ssm-ssm", policy=UNKNOWN_STRING), AGENT)
    services = [each for each in ("ssmmessages", "ec2messages") if each in here.services]
    for service in services:
        yield Mutant(
            f"{service} of own resources alone", "resource condition", policy(service, Condition=org), AGENT
        )
        half = policy(service, Action=[f"{service}:CreateControlChannel", f"{service}:GetMessages"])
        yield Mutant(f"{service} with some actions", "missing action", half, AGENT)
        ill = policy(service, Resource=f"arn:{here.partition}:{service}:{here.id}:123456789012:x")
        yield Mutant(f"{service} on a resource", "resource", ill, AGENT)
    caller = {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
    activation = beside("aws:ssm/activation:Activation", "site", {"iamRole": "site"}, "ssm-s3")
    hybrid = both(policy("ssm", Condition=caller), activation)
    yield Mutant("ssm for the organisation, with hybrid nodes", "unsigned calls", hybrid, AGENT)


def _nodes() -> Iterator[Mutant]:
    def node(name: str, operator: str, mutate: Mutate, right: str) -> Mutant:
        return Mutant(name, operator, mutate, right, "nodes")

    yield node("no way out to the endpoints", "egress", dropped("to-endpoints"), EGRESS)
    yield node("no way out to S3", "egress", dropped("to-s3"), EGRESS)
    yield node("a way out on another port", "egress", put("to-endpoints", fromPort=80, toPort=80), EGRESS)
    yield node("a way out by UDP", "egress", put("to-s3", ipProtocol="udp"), EGRESS)
    yield node(
        "a way out that is not known", "egress", put("to-endpoints", ipProtocol=UNKNOWN_STRING), EGRESS
    )
    yield node("a role that reads no bucket", "role", dropped("buckets"), ROLE)
    yield node("a role that writes", "role", statement("buckets", Action="s3:PutObject"), ROLE)
    yield node(
        "a role with a Deny",
        "role",
        more("buckets", {"Effect": "Deny", "Action": "*", "Resource": "*"}),
        ROLE,
    )
    yield node("a role policy that is not known", "role", put("buckets", policy=UNKNOWN_STRING), ROLE)
    yield node("no kms for encrypted sessions", "feature seen", dropped("kms"), COMPLETE)
    unread = both(put("prefs", content=UNKNOWN_STRING), dropped("kms"))
    yield node("a document that cannot be read", "feature unknown", unread, COMPLETE)
    table = without("a", "aws:ec2/routeTableAssociation:RouteTableAssociation")
    yield node("a node subnet on the main route table", "route table", table, TABLES)
    yield node("no DNS hostnames", "DNS attribute", put("net", enableDnsHostnames=None), VPC_DNS)
    yield node("a flat program without ssm", "drop endpoint", dropped("ssm"), COMPLETE)
    yield node("a flat program without ssmmessages", "drop endpoint", dropped("ssmmessages"), COMPLETE)
    one = relink("ssm", "subnetIds", [UNKNOWN_STRING], ("a", SUBNET))
    yield node("a flat program's ssm in one zone", "one subnet", one, ZONES)


def price_of(here: Region) -> dict[str, Any]:
    """A limit that the dev stack keeps to the cent: two zones of 730 hours for each interface endpoint, at a cent."""
    interfaces = [each for each in here.services if each not in ("s3", "kms")]
    return {"maxMonthlyUsd": 14.6 * len(interfaces), "endpointHourUsd": 0.01}


def _costs(here: Region) -> Iterator[Mutant]:
    def costly(name: str, mutate: Mutate, **config: object) -> Mutant:
        return Mutant(name, "cost", mutate, COST, config={**price_of(here), **config})

    properties = {"serviceName": f"com.amazonaws.{here.id}.sqs", "vpcEndpointType": "Interface"}
    sqs = {**properties, "vpcId": UNKNOWN_STRING, "subnetIds": [UNKNOWN_STRING]}
    one_more = beside(
        ENDPOINT, "sqs", sqs, "ssm-s3", vpcId=("private", "aws:ec2/vpc:Vpc"), subnetIds=("private-a", SUBNET)
    )
    yield costly("one endpoint more than may be paid", one_more)
    yield costly("an endpoint in subnets that nobody knows", unlink("ssm-ssm", "subnetIds", UNKNOWN_LIST))
    yield costly("a type that nobody knows", put("ssm-ssm", vpcEndpointType=UNKNOWN_STRING))
    yield costly("a dearer hour", lambda _: None, endpointHourUsd=0.0101)
    yield costly("a cent less to pay", lambda _: None, maxMonthlyUsd=price_of(here)["maxMonthlyUsd"] - 0.01)
