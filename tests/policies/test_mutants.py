"""One thing wrong with a good stack at a time, played to the pack's own process: exactly these policies block it.

The good stack is what the real engine showed a pack for the dev stack: in its first preview, with every id unknown, and
once more when it was up, with every id known.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.mutants import edits
from tests.mutants.edits import Mutate, both, document, dropped, put, unlink, unlisted
from tests.support.aws_names import BUCKETS as BUCKETS_OF_DEV
from tests.support.graph import UNKNOWN_BOOL, UNKNOWN_LIST, UNKNOWN_STRING, JsonObject, RecordedGraph
from tests.support.pack import Pack

COMPLETE = "ssm-endpoints-complete"
DECLARED = "ssm-endpoints-declared"
BUCKETS = "s3-gateway-buckets-complete"
POLICY = "s3-gateway-policy-complete"
IN_REGION = "s3-gateway-buckets-in-region"
SERVICE = "endpoint-service-in-region"
DNS = "interface-private-dns"
HTTPS = "endpoint-ingress-https"
TYPE = "endpoint-type-correct"
DUPLICATE = "no-duplicate-private-dns"
FORMED = "endpoint-policy-well-formed"
SUBNETS = "endpoint-admits-node-subnets"

INTERFACES = ("ssm", "ssmmessages", "ec2messages", "ec2")
RULES = ("ssm-https-10.0.0.0-19", "ssm-https-10.0.32.0-19")

MUTANTS: dict[str, tuple[Mutate, set[str]]] = {}


def mutant(name: str, mutate: Mutate, *blocked_by: str) -> None:
    assert name not in MUTANTS
    MUTANTS[name] = (mutate, set(blocked_by))


def policy(change: Callable[[JsonObject], object]) -> Mutate:
    """Change the S3 gateway endpoint's policy document."""
    return document("ssm-s3", change)


def statement(**elements: object) -> Mutate:
    """Set elements of the statement for AWS's buckets; None takes one out."""
    return edits.statement("ssm-s3", **elements)


def arns(replace: Callable[[list[str]], list[str]]) -> Mutate:
    """Replace the ARNs of AWS's buckets."""
    return edits.arns("ssm-s3", replace)


def without(bucket: str) -> Mutate:
    return unlisted("ssm-s3", bucket)


def rewritten(bucket: str, old: str, new: str) -> Mutate:
    """Replace part of one bucket's ARN."""
    return arns(lambda resources: [arn.replace(old, new) if bucket in arn else arn for arn in resources])


def beside(bucket: str) -> Mutate:
    """Admit one more bucket."""
    return arns(lambda resources: [*resources, f"arn:aws:s3:::{bucket}/*"])


def renamed(old: str, new: str) -> Mutate:
    return arns(lambda resources: [arn.replace(f":::{old}/", f":::{new}/") for arn in resources])


def more(statement: JsonObject) -> Mutate:
    return edits.more("ssm-s3", statement)


# --- An endpoint is missing -------------------------------------------------------------------------------------------
for service in INTERFACES:
    mutant(f"no {service}", dropped(f"ssm-{service}"), COMPLETE)
mutant("no s3 gateway", dropped("ssm-s3"), COMPLETE, BUCKETS)
mutant("no endpoint at all", dropped(*(f"ssm-{s}" for s in (*INTERFACES, "s3"))), COMPLETE, BUCKETS)
mutant(
    "no ssm, and a decoy whose service name is unknown",
    both(dropped("ssm-ec2"), put("ssm-ssm", serviceName=UNKNOWN_STRING)),
    COMPLETE,
)
for service, lookalike in (
    ("ssm", "ssmmessages"),
    ("ssm", "ssm-contacts"),
    ("ssm", "ssm-incidents"),
    ("ssmmessages", "ssm"),
    ("ssmmessages", "ssm-quicksetup"),
    ("ec2", "ec2messages"),
    ("ec2messages", "ec2"),
    ("ec2", "ec2-fips"),
):
    mutant(
        f"{lookalike} in place of {service}",
        put(f"ssm-{service}", serviceName=f"com.amazonaws.eu-west-1.{lookalike}"),
        *((COMPLETE, DUPLICATE) if lookalike in INTERFACES else (COMPLETE,)),
    )
mutant(
    "s3express in place of s3",
    put("ssm-s3", serviceName="com.amazonaws.eu-west-1.s3express"),
    COMPLETE,
    BUCKETS,
)
mutant("a longer name that ends alike", put("ssm-ssm", serviceName="com.acme.eu-west-1.ssm"), COMPLETE)

# --- An endpoint is there and does not count --------------------------------------------------------------------------
for service in INTERFACES:
    mutant(
        f"{service} of another Region",
        put(f"ssm-{service}", serviceName=f"com.amazonaws.us-east-1.{service}"),
        COMPLETE,
        SERVICE,
    )
mutant(
    "s3 of another Region",
    put("ssm-s3", serviceName="com.amazonaws.us-east-1.s3"),
    COMPLETE,
    BUCKETS,
    SERVICE,
)
mutant(
    "ec2 as China names it", put("ssm-ec2", serviceName="cn.com.amazonaws.eu-west-1.ec2"), COMPLETE, SERVICE
)
mutant("a misspelt Region", put("ssm-ssm", serviceName="com.amazonaws.eu-wst-1.ssm"), COMPLETE, SERVICE)
mutant("ssm created in another Region", put("ssm-ssm", region="us-east-1"), COMPLETE, SERVICE)
mutant("ssm through another Region's service", put("ssm-ssm", serviceRegion="us-east-1"), COMPLETE)
mutant("ssm in another VPC", unlink("ssm-ssm", "vpcId", "vpc-0123456789abcdef0"), COMPLETE, BUCKETS)
mutant("ssm in a VPC that nothing identifies", unlink("ssm-ssm", "vpcId", UNKNOWN_STRING), COMPLETE)
mutant("ssm as a gateway", put("ssm-ssm", vpcEndpointType="Gateway"), COMPLETE, TYPE)
mutant("ssm with no type, which means a gateway", put("ssm-ssm", vpcEndpointType=None), COMPLETE, TYPE)
mutant("ssm with an unknown type", put("ssm-ssm", vpcEndpointType=UNKNOWN_STRING), COMPLETE, TYPE)
mutant("s3 as an interface", put("ssm-s3", vpcEndpointType="Interface"), COMPLETE, BUCKETS, TYPE)
mutant("s3 with an unknown type", put("ssm-s3", vpcEndpointType=UNKNOWN_STRING), COMPLETE, BUCKETS, TYPE)
mutant("ssm in no subnet", unlink("ssm-ssm", "subnetIds", []), COMPLETE)
mutant("ssm with no subnets said", unlink("ssm-ssm", "subnetIds", None), COMPLETE)
mutant("ssm in unknown subnets", unlink("ssm-ssm", "subnetIds", UNKNOWN_LIST), COMPLETE)
mutant("s3 on no route table", unlink("ssm-s3", "routeTableIds", []), COMPLETE, BUCKETS)
mutant("s3 on unknown route tables", unlink("ssm-s3", "routeTableIds", UNKNOWN_LIST), COMPLETE, BUCKETS)
mutant("an unknown service name", put("ssm-ssm", serviceName=UNKNOWN_STRING), COMPLETE)
mutant("s3 with an unknown service name", put("ssm-s3", serviceName=UNKNOWN_STRING), COMPLETE, BUCKETS)

# --- The component's own word -----------------------------------------------------------------------------------------
mutant(
    "the component declares no ssm",
    lambda g: g.edit("ssm", lambda p: p["services"].remove("com.amazonaws.eu-west-1.ssm")),
    DECLARED,
)
mutant(
    "the component leaves out a bucket",
    lambda g: g.edit("ssm", lambda p: p["buckets"].remove(BUCKETS_OF_DEV[4])),
    DECLARED,
)
mutant("the component's services are unknown", put("ssm", services=UNKNOWN_LIST), DECLARED)
mutant("the component's buckets are unknown", put("ssm", buckets=UNKNOWN_LIST), DECLARED)
mutant("the component's Region is unknown", put("ssm", region=UNKNOWN_STRING), DECLARED)
mutant("the component's Region is another", put("ssm", region="us-east-1"), DECLARED)

# --- The S3 gateway's policy does not admit a bucket ------------------------------------------------------------------
for bucket in BUCKETS_OF_DEV:
    elsewhere = bucket.replace("eu-west-1", "eu-west-2")
    mutant(f"policy without {bucket}", without(bucket), BUCKETS, POLICY)
    mutant(f"{bucket} of another Region", renamed(bucket, elsewhere), BUCKETS, POLICY, IN_REGION)
    mutant(f"{bucket} with a tail", renamed(bucket, f"{bucket}-evil"), BUCKETS, POLICY, IN_REGION)
    mutant(f"{bucket} without its objects", rewritten(bucket, "/*", ""), BUCKETS, POLICY)
    mutant(f"only one object of {bucket}", rewritten(bucket, "/*", "/one"), BUCKETS, POLICY)
    mutant(
        f"{bucket} of partition aws-cn",
        rewritten(bucket, "arn:aws:", "arn:aws-cn:"),
        BUCKETS,
        POLICY,
        IN_REGION,
    )
mutant(
    "the patch bucket without its suffix",
    renamed("aws-patch-manager-eu-west-1-5522fb710", "aws-patch-manager-eu-west-1"),
    BUCKETS,
    POLICY,
    IN_REGION,
)
mutant(
    "a snapshot bucket with a suffix that it does not have",
    renamed("patch-baseline-snapshot-eu-west-1", "patch-baseline-snapshot-eu-west-1-uduvl7q8"),
    BUCKETS,
    POLICY,
    IN_REGION,
)
mutant("a Deny instead of an Allow", statement(Effect="Deny"), BUCKETS, POLICY)
mutant("the right to write instead of read", statement(Action="s3:PutObject"), BUCKETS, POLICY)
mutant("everything but reading", statement(Action=None, NotAction="s3:GetObject"), BUCKETS, POLICY)
mutant("everything but these buckets", lambda g: policy(_except)(g), BUCKETS, POLICY)
mutant("an account as the principal", statement(Principal={"AWS": "123456789012"}), BUCKETS, POLICY, FORMED)
mutant("no principal", statement(Principal=None), BUCKETS, POLICY, FORMED)
mutant(
    "only for the organisation",
    statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}),
    BUCKETS,
    POLICY,
)
DENY: JsonObject = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
mutant("a Deny of everything beside it", more(DENY), BUCKETS, POLICY)
mutant(
    "a Deny of one bucket beside it",
    more({**DENY, "Resource": "arn:aws:s3:::aws-ssm-eu-west-1/*"}),
    BUCKETS,
    POLICY,
)
mutant(
    "a Deny of some objects of one bucket",
    more({**DENY, "Resource": "arn:aws:s3:::aws-ssm-eu-west-1/windows/*"}),
    BUCKETS,
    POLICY,
)
mutant(
    "a Deny of unsigned reads",
    more({**DENY, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}}),
    BUCKETS,
    POLICY,
)
for name, text in {
    "empty": "",
    "an empty object": "{}",
    "no JSON": "{'Version'",
    "a list": "[]",
    "a number": "7",
}.items():
    mutant(f"a policy that is {name}", put("ssm-s3", policy=text), BUCKETS, POLICY, FORMED)
mutant("a policy that is unknown", put("ssm-s3", policy=UNKNOWN_STRING), BUCKETS, POLICY)

# --- The S3 gateway's policy admits somebody else's bucket ------------------------------------------------------------
for pattern in (
    "aws-ssm-*",
    "aws-patch-manager-eu-west-1-*",
    "aws-patch-manager-*",
    "*-birdwatcher-prod",
    "amazon-ssm-eu-*",
):
    mutant(f"the wildcard {pattern} beside the names", beside(pattern), IN_REGION)
for bucket in (
    "aws-ssm-us-east-1",
    "patch-baseline-snapshot-me-south-1-uduvl7q8",
    "us-east-1-birdwatcher-prod",
):
    mutant(f"{bucket} beside the names", beside(bucket), IN_REGION)

# --- Nodes cannot resolve or reach an endpoint ------------------------------------------------------------------------
for service in INTERFACES:
    mutant(f"private DNS of {service} off", put(f"ssm-{service}", privateDnsEnabled=False), DNS)
mutant("private DNS unknown", put("ssm-ssm", privateDnsEnabled=UNKNOWN_BOOL), DNS)
mutant("private DNS not said", put("ssm-ssm", privateDnsEnabled=None), DNS)
mutant("no ingress rule", dropped(*RULES), HTTPS)
mutant("only port 80", both(*(put(rule, fromPort=80, toPort=80) for rule in RULES)), HTTPS)
mutant("only UDP", both(*(put(rule, ipProtocol="udp") for rule in RULES)), HTTPS)
mutant("an unknown protocol", both(*(put(rule, ipProtocol=UNKNOWN_STRING) for rule in RULES)), HTTPS)
mutant("an unknown block", put(RULES[0], cidrIpv4=UNKNOWN_STRING), HTTPS)
mutant("from every IPv4 address", put(RULES[0], cidrIpv4="0.0.0.0/0"), HTTPS)
# The subnet's IPv4 addresses are no longer admitted.
mutant("from every IPv6 address", put(RULES[0], cidrIpv4=None, cidrIpv6="::/0"), HTTPS, SUBNETS)
mutant(
    "from every IPv6 address, spelt out",
    put(RULES[0], cidrIpv4=None, cidrIpv6="0:0:0:0:0:0:0:0/0"),
    HTTPS,
    SUBNETS,
)
mutant("an unknown inline ingress", put("ssm-https", ingress=UNKNOWN_LIST), HTTPS)
mutant("no security group", unlink("ssm-ssm", "securityGroupIds", None), HTTPS)
mutant(
    "a security group known only by id",
    unlink("ssm-ssm", "securityGroupIds", ["sg-0123456789abcdef0"]),
    HTTPS,
)
mutant("an unknown security group", unlink("ssm-ssm", "securityGroupIds", UNKNOWN_LIST), HTTPS)
mutant(
    "rules on another security group",
    both(*(unlink(rule, "securityGroupId", "sg-0123456789abcdef0") for rule in RULES)),
    HTTPS,
)


def _except(document: JsonObject) -> None:
    first = document["Statement"][0]
    first["NotResource"] = first.pop("Resource")


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_blocked_by_exactly_these_policies(pack: Pack, dev: RecordedGraph, name: str) -> None:
    mutate, expected = MUTANTS[name]
    mutate(dev)
    assert set(pack.blocked_by(dev)) == expected


def test_the_good_stack_passes_without_a_word(pack: Pack, dev: RecordedGraph) -> None:
    assert pack.judge(dev) == []


def test_there_are_enough_mutants() -> None:
    assert len(MUTANTS) >= 40


@pytest.mark.parametrize("service", INTERFACES)
def test_dropping_one_endpoint_is_one_finding_that_names_it_in_full(
    pack: Pack, dev: RecordedGraph, service: str
) -> None:
    dev.drop(f"ssm-{service}")
    (finding,) = pack.judge(dev)
    for said in (f"com.amazonaws.eu-west-1.{service} ", "VPC 'private'", "fix: aws.ec2.VpcEndpoint("):
        assert said in finding.message
    assert finding.urn == dev.resource("private", "aws:ec2/vpc:Vpc")["urn"]


@pytest.mark.parametrize("bucket", BUCKETS_OF_DEV)
def test_dropping_one_bucket_is_one_finding_per_policy_that_names_it(
    pack: Pack, dev: RecordedGraph, bucket: str
) -> None:
    without(bucket)(dev)
    findings = pack.judge(dev)
    assert sorted(f.policy for f in findings) == [BUCKETS, POLICY]
    for finding in findings:
        assert f"does not admit {bucket} " in finding.message
        assert f'"arn:aws:s3:::{bucket}/*"' in finding.message


def test_two_previews_of_the_same_stack_say_the_same_in_any_order(pack: Pack, dev: RecordedGraph) -> None:
    dev.drop("ssm-ssm")
    put("ssm-ec2", privateDnsEnabled=False)(dev)
    said = pack.judge(dev)
    dev.resources.reverse()
    assert pack.judge(dev) == said
