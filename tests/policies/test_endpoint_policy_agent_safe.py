import json
from typing import Any

import pytest

from tests.policies.conftest import Judge
from tests.policies.endpoint_documents import OWN, PERIMETER, VPC, allow, deny, detached, document, interface
from tests.support import flat
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.pack import Pack

ACTIVATION: JsonObject = {"Activation": "on-premises", "iamRole": "hybrid"}
UNSIGNED = [
    "ssm:RegisterManagedInstance",
    "ssm:RequestManagedInstanceRoleToken",
    "ssm:UpdateManagedInstancePublicKey",
]
SSM_CORE = [
    *("ssm:DescribeAssociation", "ssm:DescribeDocument", "ssm:GetDeployablePatchSnapshotForInstance"),
    *("ssm:GetDocument", "ssm:GetManifest", "ssm:GetParameter", "ssm:GetParameters", "ssm:ListAssociations"),
    *("ssm:ListInstanceAssociations", "ssm:PutComplianceItems", "ssm:PutConfigurePackageResult"),
    *("ssm:PutInventory", "ssm:UpdateAssociationStatus", "ssm:UpdateInstanceAssociationStatus"),
    "ssm:UpdateInstanceInformation",
]
KMS: JsonObject = {"features": {"kmsEncryption": True}}
LOGS: JsonObject = {"features": {"cloudwatchLogs": True}}

# AWS's own sample for the ssm endpoint: vpc_endpoint_policies/ssm_endpoint_policy.json of data-perimeter-policy-examples.
SERVICES = allow(Principal={"AWS": "*"}, Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}})
AWS_DOCUMENTS = allow(
    [
        *("ssm:Describe*", "ssm:List*", "ssm:Get*"),
        *("ssm:SendCommand", "ssm:CreateAssociation", "ssm:StartSession"),
    ],
    ["arn:aws:ssm:eu-west-1::parameter/aws/*", "arn:aws:ssm:eu-west-1::document/*"],
    Principal={"AWS": "*"},
    Condition=OWN,
)
EXCEPTION = allow(
    Principal={"AWS": "*"},
    Condition={
        "StringEquals": OWN["StringEquals"] | {"aws:PrincipalTag/resource-perimeter-exception": "true"}
    },
)
SAMPLE = document(allow(Principal={"AWS": "*"}, Condition=PERIMETER), SERVICES, AWS_DOCUMENTS, EXCEPTION)
# Its sample for every other service: default_endpoint_policy.json.
DEFAULT_SAMPLE = document(allow(Condition=PERIMETER), SERVICES, EXCEPTION)


def of(
    judge: Judge,
    service: str,
    *statements: JsonObject,
    config: JsonObject | None = None,
    hybrid: bool = False,
) -> list[str]:
    more = [ACTIVATION] if hybrid else []
    return judge.resources(VPC, interface(service, document(*statements)), *more, config=config)


def pasted(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.partition('fix: add to "Statement": ')[2].partition("\n")[0])
    return found


@pytest.mark.parametrize("service", ["ssm", "ssmmessages", "ec2messages"])
def test_no_policy_and_full_access_pass(judge: Judge, service: str) -> None:
    assert judge.resources(VPC, interface(service), ACTIVATION) == []
    assert of(judge, service, allow(), hybrid=True) == []
    assert of(judge, service, allow(f"{service}:*"), hybrid=True) == []


def test_exactly_the_actions_of_aws_core_policy_are_enough(judge: Judge) -> None:
    assert of(judge, "ssm", allow(SSM_CORE)) == []


@pytest.mark.parametrize("action", SSM_CORE)
def test_leaving_out_one_action_is_one_finding_that_names_it(judge: Judge, action: str) -> None:
    (said,) = of(judge, "ssm", allow([each for each in SSM_CORE if each != action]))
    assert "endpoint 'ssm' (com.amazonaws.eu-west-1.ssm): its policy does not let SSM Agent call " in said
    assert f"call {action}: no statement allows it" in said
    assert pasted(said) == {"Effect": "Allow", "Principal": "*", "Action": [action], "Resource": "*"}


@pytest.mark.parametrize(
    ("service", "action"),
    [("ssmmessages", "OpenControlChannel"), ("ec2messages", "GetMessages"), ("ec2messages", "GetEndpoint")],
)
def test_the_message_services_need_every_action(judge: Judge, service: str, action: str) -> None:
    statement = allow() | {"NotAction": f"{service}:{action}"}
    del statement["Action"]
    (said,) = of(judge, service, statement)
    assert f"call {service}:{action}: no statement allows it" in said


def test_a_deny_that_hits_a_call_blocks_and_is_to_be_moved_not_outvoted(judge: Judge) -> None:
    (said,) = of(judge, "ssmmessages", allow(), deny("ssmmessages:Open*"))
    assert "Statement[1] denies it" in said
    assert "fix: keep that Deny off ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel" in said
    assert of(judge, "ssm", allow(), deny(["ssm:SendCommand", "ssm:DeleteParameter"])) == []


# --- Data perimeters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        OWN,
        {"StringEquals": {"aws:PrincipalAccount": "111122223333"}},
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1234567890"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}},
        {"StringLike": {"aws:PrincipalOrgPaths": "o-1234567890/r-ab12/ou-ab12-11111111/*"}},
        {"Bool": {"aws:SecureTransport": "true"}},
    ],
    ids=str,
)
def test_a_condition_on_the_owners_own_callers_is_believed(judge: Judge, condition: JsonObject) -> None:
    for service in ("ssm", "ssmmessages", "ec2messages"):
        assert of(judge, service, allow(Condition=condition)) == []


def test_a_perimeter_as_a_deny_is_believed_too(judge: Judge) -> None:
    strangers = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    assert of(judge, "ssm", allow(), deny(Condition=strangers)) == []


def test_aws_sample_for_ssm_passes_on_the_ssm_endpoint(judge: Judge) -> None:
    assert judge.resources(VPC, interface("ssm", SAMPLE)) == []


def test_aws_default_sample_on_the_ssm_endpoint_keeps_aws_own_documents_out(judge: Judge) -> None:
    (said,) = judge.resources(VPC, interface("ssm", DEFAULT_SAMPLE))
    assert "call ssm:DescribeDocument, ssm:GetDocument:" in said
    assert pasted(said)["Condition"] == OWN


@pytest.mark.parametrize("service", ["ssmmessages", "ec2messages"])
@pytest.mark.parametrize("key", ["aws:ResourceOrgID", "aws:ResourceAccount"])
def test_a_condition_on_the_resource_blocks_a_service_without_resources(
    judge: Judge, service: str, key: str
) -> None:
    value = "o-1234567890" if key.endswith("OrgID") else "111122223333"
    (said,) = of(judge, service, allow(Condition={"StringEquals": {key: value}}))
    assert f"the Condition (StringEquals {key}) of Statement[0] is false" in said
    (said,) = of(judge, service, allow(), deny(Condition={"StringNotEquals": {key: value}}))
    assert "Statement[1] denies it" in said


def test_aws_default_sample_blocks_the_message_services(judge: Judge) -> None:
    """data-perimeter-policy-examples issue 20: Patch Manager froze."""
    for service in ("ssmmessages", "ec2messages"):
        (said,) = judge.resources(VPC, interface(service, DEFAULT_SAMPLE))
        assert f"its policy does not surely let SSM Agent call {service}:" in said


# --- Hybrid nodes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "way_out"),
    [
        ("aws:PrincipalOrgID", "o-1234567890", "ssm:NodeOrgId"),
        ("aws:PrincipalAccount", "111122223333", "ssm:NodeAccountId"),
    ],
)
def test_an_organisation_condition_blocks_the_unsigned_calls_of_hybrid_nodes(
    judge: Judge, key: str, value: str, way_out: str
) -> None:
    statement = allow(Condition={"StringEquals": {key: value}})
    (said,) = of(judge, "ssm", statement, hybrid=True)
    assert f"SSM Agent of a hybrid node call {', '.join(UNSIGNED)} (without a signature" in said
    assert pasted(said) == allow(UNSIGNED, Condition={"StringEquals": {way_out: value}})
    assert of(judge, "ssm", statement) == [], "no hybrid node in sight"
    assert of(judge, "ssm", statement, pasted(said), hybrid=True) == []


def test_an_account_as_principal_leaves_unsigned_calls_out(judge: Judge) -> None:
    account = allow(Principal={"AWS": "arn:aws:iam::111122223333:root"})
    (said,) = of(judge, "ssm", account, hybrid=True)
    assert "the Principal of Statement[0] leaves out unsigned callers" in said
    assert of(judge, "ssm", account) == []


def test_a_deny_of_everybody_without_an_organisation_blocks_hybrid_nodes(judge: Judge) -> None:
    strangers = deny(Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1234567890"}})
    (said,) = of(judge, "ssm", allow(), strangers, hybrid=True)
    assert f"fix: keep that Deny off {', '.join(UNSIGNED)}" in said


def test_an_activation_of_another_region_needs_nothing_here(judge: Judge) -> None:
    graph = flat.build([VPC, interface("ssm", document(allow(Condition=OWN))), ACTIVATION])
    for each in (graph.resource("on-premises"), graph.input("on-premises")):
        each["properties"]["region"] = "eu-central-1"
    assert judge.graph(graph) == []


def test_hybrid_nodes_need_the_calls_about_themselves(judge: Judge) -> None:
    instances = allow(resource=["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:*:document/*"])
    documents = allow(["ssm:GetDocument", "ssm:DescribeDocument"], "*")
    rest = allow([each for each in SSM_CORE if "Instance" not in each and "Association" not in each])
    more = allow(["ssm:ListAssociations", "ssm:GetDeployablePatchSnapshotForInstance", *UNSIGNED])
    statements = (instances, documents, rest, more)
    assert of(judge, "ssm", *statements) == []
    (said,) = of(judge, "ssm", *statements, hybrid=True)
    assert "of a hybrid node call ssm:DescribeAssociation, ssm:ListInstanceAssociations" in said


# --- Resources --------------------------------------------------------------------------------------------------------


def test_a_resource_list_blocks_the_actions_that_take_no_resource(judge: Judge) -> None:
    (said,) = of(judge, "ssm", allow(resource=["arn:aws:ssm:*", "arn:aws:ec2:*"]))
    assert "ssm:GetDeployablePatchSnapshotForInstance, ssm:GetManifest, ssm:ListAssociations" in said
    assert "ssm:PutInventory" in said
    assert "ssm:GetDocument" not in said


def test_documents_of_the_account_alone_leave_aws_own_out(judge: Judge) -> None:
    rest = allow([each for each in SSM_CORE if "Document" not in each])
    own = allow(["ssm:GetDocument", "ssm:DescribeDocument"], "arn:aws:ssm:eu-west-1:444455556666:document/*")
    (said,) = of(judge, "ssm", rest, own)
    assert "call ssm:DescribeDocument, ssm:GetDocument:" in said
    both = allow(["ssm:GetDocument", "ssm:DescribeDocument"], "arn:aws:ssm:eu-west-1:*:document/*")
    assert of(judge, "ssm", rest, both) == []


def test_which_parameters_is_the_owners_choice(judge: Judge) -> None:
    rest = allow([each for each in SSM_CORE if "Parameter" not in each])
    own = allow(["ssm:GetParameter*"], "arn:aws:ssm:eu-west-1:444455556666:parameter/app/*")
    assert of(judge, "ssm", rest, own) == []
    assert len(of(judge, "ssm", rest)) == 1


def test_an_instance_role_as_principal_cannot_be_proven(judge: Judge) -> None:
    role = allow(Principal={"AWS": "arn:aws:iam::111122223333:role/node"})
    (said,) = of(judge, "ssmmessages", role)
    assert "does not surely let SSM Agent call" in said
    assert of(judge, "ssmmessages", role, config={"onUnknown": "warn"}) == []


# --- KMS and CloudWatch Logs ------------------------------------------------------------------------------------------


def test_some_key_is_enough_and_a_missing_action_is_not(judge: Judge) -> None:
    key = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert of(judge, "kms", allow(["kms:Decrypt", "kms:GenerateDataKey"], key), config=KMS) == []
    assert of(judge, "kms", allow("kms:*", "arn:aws:kms:*:*:key/*", Condition=PERIMETER), config=KMS) == []
    (said,) = of(judge, "kms", allow("kms:Decrypt", key), config=KMS)
    assert "call kms:GenerateDataKey: no statement allows it" in said
    abroad = key.replace("eu-west-1", "us-east-1")
    assert len(of(judge, "kms", allow("kms:*", abroad), config=KMS)) == 1


def test_some_log_group_is_enough_and_aws_own_example_lacks_two_calls(judge: Judge) -> None:
    group = "arn:aws:logs:eu-west-1:444455556666:log-group:sessions:*"
    assert of(judge, "logs", allow("logs:*", group), config=LOGS) == []
    (said,) = of(judge, "logs", allow(["logs:CreateLogStream", "logs:PutLogEvents"]), config=LOGS)
    assert "call logs:DescribeLogGroups, logs:DescribeLogStreams: no statement allows it" in said


def test_an_endpoint_that_nodes_do_not_need_may_be_anything(judge: Judge) -> None:
    assert of(judge, "logs", allow(["logs:CreateLogStream", "logs:PutLogEvents"])) == []
    assert of(judge, "kms", deny()) == []
    assert of(judge, "ec2messages", deny(), config={"minimumAgentVersion": "3.3.40.0"}) == []
    assert len(of(judge, "ec2messages", deny())) == 1


# --- Where the policy is ----------------------------------------------------------------------------------------------


def test_a_detached_policy_is_judged_in_the_first_preview_and_in_a_later_one(judge: Judge) -> None:
    bad = detached("ssm", document(allow("ssm:Get*")))
    graph = flat.build([VPC, interface("ssm"), bad])
    assert len(judge.graph(graph)) == 1
    assert len(judge.graph(flat.known(graph))) == 1
    good = flat.build([VPC, interface("ssm"), detached("ssm", document(allow()))])
    assert judge.graph(good) == judge.graph(flat.known(good)) == []


def test_an_unknown_policy_proves_nothing(judge: Judge) -> None:
    (said,) = judge.resources(VPC, interface("ssm", "${?}"))
    assert "is not known in the preview" in said
    assert judge.resources(VPC, interface("ssm", "${?}"), config={"onUnknown": "warn"}) == []


def test_a_malformed_policy_is_told_elsewhere(judge: Judge) -> None:
    assert judge.resources(VPC, interface("ssm", "{}"), interface("ssmmessages", "")) == []


def test_beside_a_malformed_policy_the_other_is_judged(judge: Judge) -> None:
    bad = document(allow("ssm:Get*"))
    for own, other in (("{}", bad), (bad, "{}")):
        assert len(judge.resources(VPC, interface("ssm", own), detached("ssm", other))) == 1


def test_fixtures(judge: Judge) -> None:
    assert "does not let SSM Agent of a hybrid node call" in judge.fixture("fail-hybrid-nodes")[0]
    assert "ssmmessages:CreateControlChannel" in judge.fixture("fail-resource-condition")[0]


def test_the_dev_stacks_endpoints_are_safe(pack: Pack, dev: RecordedGraph) -> None:
    assert "endpoint-policy-agent-safe" not in pack.blocked_by(dev)
