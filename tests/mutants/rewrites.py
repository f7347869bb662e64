"""Other ways to write the same good stack: none may be blocked, in any Region. One that ought to block would be a mutant."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.mutants.edits import Mutate, arns, beside, both, document, dropped, more, put, statement, unlink
from tests.mutants.operators import price_of
from tests.support.graph import UNKNOWN_STRING, JsonObject, RecordedGraph
from tests.support.regions import Region

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
INTERFACES = ("ssm", "ssmmessages", "ec2messages", "ec2")
RULES = ("ssm-https-10.0.0.0-19", "ssm-https-10.0.32.0-19")
VPC = ("private", "aws:ec2/vpc:Vpc")


@dataclass(frozen=True)
class Rewrite:
    """A good stack, and what its owner tells the pack."""

    name: str
    mutate: Mutate
    config: dict[str, Any] = field(default_factory=dict)
    base: str = "dev"


def rewrites(here: Region) -> list[Rewrite]:
    """All rewrites for one Region."""
    present = [each for each in INTERFACES if each in here.services]
    ours = {f"arn:{here.partition}:s3:::{bucket}/*" for bucket in here.buckets.values()}
    elsewhere = {"vpc": "*", "services": present, "where": "the hub"}

    def in_statements(change: Callable[[JsonObject], list[JsonObject]]) -> Mutate:
        return document("ssm-s3", lambda found: found.update(Statement=change(found["Statement"][0])))

    full = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
        }
    )
    service = f"com.amazonaws.{here.id}"
    found = [
        Rewrite("as recorded", lambda _: None),
        Rewrite("a flat program, as recorded", lambda _: None, base="nodes"),
        Rewrite("what may be paid, to the cent", lambda _: None, price_of(here)),
        Rewrite("resources the other way round", _turned),
        Rewrite("ARNs the other way round", arns("ssm-s3", lambda each: each[::-1])),
        Rewrite("every ARN twice", arns("ssm-s3", lambda each: each * 2)),
        Rewrite(
            "a statement for each bucket",
            in_statements(
                lambda s: [{**s, "Sid": f"S{n}", "Resource": arn} for n, arn in enumerate(s["Resource"])]
            ),
        ),
        Rewrite("one action in a list", statement("ssm-s3", Action=["s3:GetObject"])),
        Rewrite("actions in small letters", statement("ssm-s3", Action="s3:getobject")),
        Rewrite("every reading action", statement("ssm-s3", Action=["s3:Get*", "s3:List*"])),
        Rewrite("everything but deleting", statement("ssm-s3", Action=None, NotAction="s3:DeleteObject")),
        Rewrite("principal AWS *", statement("ssm-s3", Principal={"AWS": "*"})),
        Rewrite("principal in a list", statement("ssm-s3", Principal={"AWS": ["*"]})),
        Rewrite(
            "a Sid and an Id",
            both(statement("ssm-s3", Sid="Managed"), document("ssm-s3", lambda f: f.update(Id="x"))),
        ),
        Rewrite(
            "white space",
            lambda g: g.edit(
                "ssm-s3", lambda p: p.update(policy=json.dumps(json.loads(p["policy"]), indent=4))
            ),
        ),
        Rewrite(
            "own buckets for the organisation",
            more(
                "ssm-s3",
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": f"arn:{here.partition}:s3:::acme-logs/*",
                    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}},
                },
            ),
        ),
        Rewrite(
            "a Deny of something else",
            more(
                "ssm-s3",
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": f"arn:{here.partition}:s3:::acme-secret/*",
                },
            ),
        ),
        Rewrite(
            "a Deny of writing",
            more("ssm-s3", {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}),
        ),
        Rewrite(
            "a Deny of everything else",
            more(
                "ssm-s3",
                {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "NotResource": sorted(ours)},
            ),
        ),
        Rewrite(
            "a condition that every read meets",
            statement("ssm-s3", Condition={"StringEquals": {"aws:RequestedRegion": here.id}}),
        ),
        Rewrite("full access", put("ssm-s3", policy=full)),
        Rewrite("no policy, which is full access", put("ssm-s3", policy=None)),
        Rewrite("full access on ssm", put("ssm-ssm", policy=full)),
        Rewrite("tags that are not known", put("ssm-ssm", tags=UNKNOWN_STRING)),
        Rewrite("a description that is not known", put("ssm-https", description=UNKNOWN_STRING)),
        Rewrite("a name tag", put("ssm-ssm", tags={"Name": "ssm"})),
        Rewrite(
            "an endpoint for something else",
            beside(
                ENDPOINT,
                "sqs",
                {
                    "serviceName": f"{service}.sqs",
                    "vpcEndpointType": "Interface",
                    "privateDnsEnabled": True,
                    "vpcId": UNKNOWN_STRING,
                },
                "ssm-s3",
                vpcId=VPC,
            ),
        ),
        Rewrite(
            "a FIPS endpoint beside",
            beside(
                ENDPOINT,
                "fips",
                {
                    "serviceName": f"{service}.ec2-fips",
                    "vpcEndpointType": "Interface",
                    "privateDnsEnabled": True,
                    "vpcId": UNKNOWN_STRING,
                },
                "ssm-s3",
                vpcId=VPC,
            ),
        ),
        Rewrite(
            "a partner's endpoint service",
            beside(
                ENDPOINT,
                "partner",
                {
                    "serviceName": f"com.amazonaws.vpce.{here.id}.vpce-svc-0123456789abcdef0",
                    "vpcEndpointType": "Interface",
                    "vpcId": UNKNOWN_STRING,
                },
                "ssm-s3",
                vpcId=VPC,
            ),
        ),
        Rewrite(
            "dynamodb's gateway",
            beside(
                ENDPOINT,
                "dynamodb",
                {"serviceName": f"{service}.dynamodb", "vpcId": UNKNOWN_STRING},
                "ssm-s3",
                vpcId=VPC,
            ),
        ),
        Rewrite(
            "endpoints in a declared hub",
            dropped(*(f"ssm-{each}" for each in present)),
            {"sharedEndpoints": [elsewhere]},
            "",
        ),
        Rewrite(
            "endpoints of another stack",
            dropped(*(f"ssm-{each}" for each in (*present, "s3"))),
            {"existingEndpoints": [{**elsewhere, "services": [*present, "s3"]}]},
            "",
        ),
        Rewrite(
            "private DNS by hosted zones elsewhere",
            both(*(put(f"ssm-{each}", privateDnsEnabled=False) for each in present)),
            {"hostedZones": [elsewhere]},
        ),
        Rewrite("one rule for the whole VPC", both(put(RULES[0], cidrIpv4="10.0.0.0/16"), dropped(RULES[1]))),
        Rewrite(
            "a rule for all protocols",
            both(*(put(rule, ipProtocol="-1", fromPort=None, toPort=None) for rule in RULES)),
        ),
        Rewrite("a range of ports", both(*(put(rule, fromPort=1, toPort=1024) for rule in RULES))),
        Rewrite(
            "inline rules",
            both(
                dropped(*RULES),
                put(
                    "ssm-https",
                    ingress=[
                        {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/18"]}
                    ],
                ),
            ),
        ),
        Rewrite("serviceRegion read back empty", put("ssm-ssm", serviceRegion="")),
        Rewrite(
            "a trusted security group",
            unlink("ssm-ssm", "securityGroupIds", ["sg-0123456789abcdef0"]),
            {"trustedSecurityGroups": ["sg-0123456789abcdef0"]},
        ),
    ]
    return [Rewrite(each.name, _undeclared(each), each.config, each.base or "dev") for each in found]


def _turned(graph: RecordedGraph) -> None:
    graph.resources.reverse()
    graph.inputs.reverse()


def _undeclared(rewrite: Rewrite) -> Mutate:
    """Where endpoints are elsewhere, no component of ours declares them here."""
    if rewrite.base:
        return rewrite.mutate

    def mutate(graph: RecordedGraph) -> None:
        rewrite.mutate(graph)
        graph.drop("ssm", "ssm-vpc-endpoints:index:SsmEndpoints")

    return mutate
