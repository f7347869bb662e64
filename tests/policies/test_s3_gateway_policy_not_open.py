import pytest

from tests.policies.conftest import Judge
from tests.policies.endpoint_documents import (
    OWN,
    PERIMETER,
    VPC,
    allow,
    deny,
    detached,
    document,
    gateway,
    interface,
)
from tests.support import flat
from tests.support.aws_names import BUCKETS
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.pack import Pack

NAME = "s3-gateway-policy-not-open"
CLOSED = [f"arn:aws:s3:::{bucket}/*" for bucket in BUCKETS]
ACCOUNT = {"StringEquals": {"aws:ResourceAccount": "111122223333"}}
ABROAD = {"StringNotEquals": {"aws:ResourceOrgID": "o-1234567890"}}


def of(judge: Judge, *statements: JsonObject) -> list[str]:
    return judge.resources(VPC, gateway(document(*statements)))


def test_it_advises_and_blocks_nothing_by_itself(pack: Pack) -> None:
    said = [d for d in pack.judge(flat.build([VPC, gateway()])) if d.policy == NAME]
    assert [d.level for d in said] == ["ADVISORY"]


def test_no_policy_is_full_access_and_the_fix_names_every_bucket(judge: Judge) -> None:
    (said,) = judge.resources(VPC, gateway())
    assert "S3 gateway endpoint 's3' has no policy, and AWS's default is full access" in said
    assert all(f'"{arn}"' in said.partition("fix: policy=")[2] for arn in CLOSED)


@pytest.mark.parametrize(
    "resource",
    ["*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:*:s3:::*", ["arn:aws:s3:::mine/*", "arn:aws:s3:::*"]],
    ids=str,
)
def test_a_resource_that_is_every_bucket_is_open(judge: Judge, resource: object) -> None:
    (said,) = of(judge, allow("s3:*", resource))
    assert "lets s3:PutObject through whatever the bucket (Statement[0] allows it)" in said
    assert "lets s3:GetObject through" in of(judge, allow("s3:GetObject", resource))[0]


def test_not_resource_is_every_other_bucket(judge: Judge) -> None:
    statement = allow("s3:*") | {"NotResource": "arn:aws:s3:::secret/*"}
    del statement["Resource"]
    assert len(of(judge, statement)) == 1


def test_named_buckets_are_closed(judge: Judge) -> None:
    assert of(judge, allow("s3:GetObject", CLOSED), allow("s3:*", "arn:aws:s3:::mine/*")) == []


@pytest.mark.parametrize("condition", [ACCOUNT, PERIMETER], ids=["account", "perimeter"])
def test_a_condition_on_whose_the_bucket_is_closes_it(judge: Judge, condition: JsonObject) -> None:
    assert of(judge, allow("s3:GetObject", CLOSED), allow(Condition=condition)) == []


@pytest.mark.parametrize(
    "condition",
    [
        OWN,
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}},
        {"StringEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}},
    ],
    ids=str,
)
def test_a_condition_on_the_caller_or_the_way_closes_nothing(judge: Judge, condition: JsonObject) -> None:
    assert len(of(judge, allow(Condition=condition))) == 1


def test_a_deny_of_everybody_elses_buckets_closes_it(judge: Judge) -> None:
    assert of(judge, allow(), deny(Condition=ABROAD)) == []
    others = deny() | {"NotResource": [*CLOSED, "arn:aws:s3:::mine/*"]}
    del others["Resource"]
    assert of(judge, allow(), others) == []
    assert len(of(judge, allow(), deny("s3:DeleteBucket"))) == 1
    # A node of the owner's account is not of the other one.
    assert len(of(judge, allow(), deny(Principal={"AWS": "444455556666"}))) == 1


def test_aws_services_alone_and_a_tag_that_somebody_hands_out_are_no_open_door(judge: Judge) -> None:
    services = allow(Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}})
    exception = allow(Condition={"StringEquals": {"aws:PrincipalTag/resource-perimeter-exception": "true"}})
    assert of(judge, allow(Condition=PERIMETER), services, exception) == []


def test_listing_names_alone_is_not_open(judge: Judge) -> None:
    assert of(judge, allow("s3:ListAllMyBuckets")) == []


def test_a_detached_policy_counts_and_takes_the_defaults_place(judge: Judge) -> None:
    closed = detached("s3", document(allow("s3:GetObject", CLOSED)))
    assert judge.resources(VPC, gateway(), closed) == []
    assert len(judge.resources(VPC, gateway(), detached("s3", document(allow())))) == 1
    graph = flat.known(flat.build([VPC, gateway(), closed]))
    assert judge.graph(graph) == []


def test_what_cannot_be_read_and_what_is_no_policy_is_for_others_to_judge(judge: Judge) -> None:
    assert judge.resources(VPC, gateway("${?}")) == []
    assert judge.resources(VPC, gateway("{}")) == []


def test_other_endpoints_are_left_alone(judge: Judge) -> None:
    dynamodb = gateway() | {"VpcEndpoint": "db", "serviceName": "com.amazonaws.eu-west-1.dynamodb"}
    assert judge.resources(VPC, interface("ssm"), interface("s3"), dynamodb) == []


def test_names_of_another_partition_are_pasted_in_its_own_spelling(judge: Judge) -> None:
    endpoint = gateway() | {"serviceName": "com.amazonaws.cn-north-1.s3"}
    said = judge.resources(VPC, endpoint, region="cn-north-1")
    assert len(said) == 1
    assert "arn:aws:s3" not in said[0]


def test_fixtures_are_advised(judge: Judge) -> None:
    assert len(judge.fixture("fail-no-policy")) == 1
    assert len(judge.fixture("fail-every-bucket")) == 1


def test_the_dev_stacks_gateway_is_closed(pack: Pack, dev: RecordedGraph) -> None:
    assert NAME not in {d.policy for d in pack.judge(dev)}
