import json
from typing import Any

import pytest

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.aws_names import BUCKETS
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.pack import Pack

ARNS = [f"arn:aws:s3:::{bucket}/*" for bucket in BUCKETS]
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
SUBNET = "subnet-0123456789abcdef0"
ROLE: JsonObject = {"Role": "node", "assumeRolePolicy": "{}"}
PROFILE: JsonObject = {"InstanceProfile": "node", "role": "${Role.node}"}
INSTANCE: JsonObject = {
    "Instance": "web",
    "iamInstanceProfile": "${InstanceProfile.node}",
    "subnetId": SUBNET,
}
NODE = (ROLE, PROFILE, INSTANCE)
ACTIVATION: JsonObject = {"Activation": "on-premises", "iamRole": "${Role.node}"}


def allow(resource: Any = ARNS, action: Any = "s3:GetObject", **more: Any) -> JsonObject:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(resource: Any = "*", action: Any = "s3:*", **more: Any) -> JsonObject:
    return {**allow(resource, action, **more), "Effect": "Deny"}


def document(*statements: JsonObject) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


READS = document(allow())


def inline(text: str = READS) -> JsonObject:
    return {"RolePolicy": "reads", "role": "${Role.node}", "policy": text}


def attached(arn: str, name: str = "attached") -> JsonObject:
    return {"RolePolicyAttachment": name, "role": "${Role.node}", "policyArn": arn}


def customer(text: str = READS) -> JsonObject:
    return {"IamPolicy": "reads", "policy": text}


def pasted(said: str) -> list[str]:
    found: list[str] = json.loads(said.partition("a policy of the role with ")[2].partition("\n")[0])[
        "Resource"
    ]
    return found


# --- What is missing --------------------------------------------------------------------------------------------------


def test_the_core_managed_policy_alone_reads_no_bucket(judge: Judge) -> None:
    (said,) = judge.resources(*NODE, attached(CORE))
    assert "role 'node' (instance profile 'node' of Instance 'web') does not allow s3:GetObject on " in said
    assert all(f"{bucket} (" in said for bucket in BUCKETS)
    assert pasted(said) == ARNS


def test_the_pasted_statement_is_enough(judge: Judge) -> None:
    (said,) = judge.resources(*NODE, attached(CORE))
    assert judge.resources(*NODE, attached(CORE), inline(document(allow(pasted(said))))) == []


@pytest.mark.parametrize("bucket", BUCKETS)
def test_leaving_out_one_bucket_is_one_finding_that_names_it_alone(judge: Judge, bucket: str) -> None:
    (said,) = judge.resources(
        *NODE, inline(document(allow([arn for arn in ARNS if f":::{bucket}/" not in arn])))
    )
    assert pasted(said) == [f"arn:aws:s3:::{bucket}/*"]


def test_a_role_with_no_policy_at_all_reads_nothing(judge: Judge) -> None:
    (said,) = judge.resources(*NODE)
    assert "no policy of the role allows it" in said


def test_the_bucket_without_its_objects_is_not_enough(judge: Judge) -> None:
    arns = [arn.removesuffix("/*") for arn in ARNS]
    assert pasted(judge.resources(*NODE, inline(document(allow(arns))))[0]) == ARNS
    for parts in (("/agent/*",), ("/*/*",), ("/*/*", "/XX*")):
        some = [arn.replace("/*", part) for arn in ARNS for part in parts]
        assert len(judge.resources(*NODE, inline(document(allow(some))))) == 1


def test_listing_a_bucket_is_not_reading_it(judge: Judge) -> None:
    assert len(judge.resources(*NODE, inline(document(allow(action=["s3:ListBucket", "s3:PutObject"]))))) == 1


def test_features_decide_which_buckets(judge: Judge) -> None:
    without = [arn for arn in ARNS if "birdwatcher" not in arn]
    stack = (*NODE, inline(document(allow(without))))
    assert len(judge.resources(*stack)) == 1
    assert judge.resources(*stack, config={"features": {"distributor": False}}) == []


# --- Where the policy is ----------------------------------------------------------------------------------------------

INLINE = {**ROLE, "inlinePolicies": [{"name": "reads", "policy": READS}]}
WAYS: dict[str, tuple[JsonObject, ...]] = {
    "a policy of the role": (*NODE, inline()),
    "an inline policy": (INLINE, PROFILE, INSTANCE),
    "an attached policy of the stack": (*NODE, customer(), attached("${reads}")),
    "its ARN on the role": ({**ROLE, "managedPolicyArns": [CORE, "${reads}"]}, PROFILE, INSTANCE, customer()),
    "the exclusive list": (
        *NODE,
        customer(),
        {
            "RolePolicyAttachmentsExclusive": "all",
            "roleName": "${Role.node}",
            "policyArns": [CORE, "${reads}"],
        },
    ),
    "an attachment to several roles": (
        *(*NODE, customer()),
        {"Role": "other", "assumeRolePolicy": "{}"},
        {"PolicyAttachment": "all", "roles": ["${Role.other}", "${Role.node}"], "policyArn": "${reads}"},
    ),
    "half here and half there": (
        *NODE,
        inline(document(allow(ARNS[:3]))),
        customer(document(allow(ARNS[3:]))),
        attached("${reads}"),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_policy_counts_wherever_it_is_in_the_first_preview_and_in_a_later_one(
    judge: Judge, way: str
) -> None:
    graph = flat.build(list(WAYS[way]))
    assert judge.graph(graph) == []
    assert judge.graph(flat.known(graph)) == []


@pytest.mark.parametrize("way", WAYS)
def test_with_nothing_in_it_the_same_policy_is_not_enough(judge: Judge, way: str) -> None:
    text = json.dumps(list(WAYS[way])).replace("s3:GetObject", "s3:ListBucket")
    graph = flat.build(json.loads(text))
    assert len(judge.graph(graph)) == 1
    assert len(judge.graph(flat.known(graph))) == 1


def test_a_policy_of_another_role_does_not_count(judge: Judge) -> None:
    other: JsonObject = {"Role": "other", "assumeRolePolicy": "{}"}
    assert len(judge.resources(*NODE, other, {**inline(), "role": "${other}"})) == 1


@pytest.mark.parametrize(
    ("path", "reads"),
    [
        ("AmazonSSMManagedInstanceCore", False),
        ("CloudWatchAgentServerPolicy", False),
        ("AmazonS3ReadOnlyAccess", True),
        ("AmazonS3FullAccess", True),
        ("AdministratorAccess", True),
        ("PowerUserAccess", True),
        ("service-role/AmazonEC2RoleforSSM", True),
    ],
)
def test_what_aws_own_policies_read(judge: Judge, path: str, reads: bool) -> None:
    said = judge.resources(*NODE, attached(f"arn:aws:iam::aws:policy/{path}"), config={"onUnknown": "warn"})
    assert (said == []) is reads


# --- What cannot be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (inline("${?}"), "policy 'reads' is not known in the preview"),
        (inline("{}"), "policy 'reads' is none: policy: it has no Statement"),
        (attached("${?}"), "a policy of 'attached' is not known in the preview"),
        (attached("arn:aws:iam::111122223333:policy/ours"), "policy/ours is not of this stack"),
        (attached("arn:aws:iam::aws:policy/AmazonUnheardOf"), "policy/AmazonUnheardOf is not of this stack"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_policy_that_cannot_be_read_proves_nothing_and_takes_nothing_away(
    judge: Judge, policy: JsonObject, why: str
) -> None:
    (said,) = judge.resources(*NODE, policy)
    assert "does not surely allow s3:GetObject" in said
    assert why in said
    assert judge.resources(*NODE, policy, config={"onUnknown": "warn"}) == []
    more = {**inline(), "RolePolicy": "more"}
    assert judge.resources(*NODE, policy, more) == []


def test_inline_policies_that_are_not_known_at_all_prove_nothing(judge: Judge) -> None:
    (said,) = judge.resources({**ROLE, "inlinePolicies": "${?}"}, PROFILE, INSTANCE)
    assert "does not surely allow" in said
    assert "(an inline policy is not known in the preview)" in said
    (said,) = judge.resources({**ROLE, "inlinePolicies": [], "managedPolicyArns": []}, PROFILE, INSTANCE)
    assert "does not allow" in said


def test_a_condition_that_nobody_can_tell_proves_nothing(judge: Judge) -> None:
    tagged = allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "ops"}})
    (said,) = judge.resources(*NODE, inline(document(tagged)))
    assert "does not surely allow" in said
    own = allow(Condition={"StringEquals": {"aws:ResourceAccount": "111122223333"}})
    (said,) = judge.resources(*NODE, inline(document(own)))
    assert "does not allow" in said, "AWS's buckets are AWS's"


# --- What takes it away -----------------------------------------------------------------------------------------------


def test_a_deny_takes_it_away_and_is_to_be_moved(judge: Judge) -> None:
    (said,) = judge.resources(*NODE, inline(), customer(document(deny(ARNS[0]))), attached("${reads}"))
    assert "denies it, or may deny it" in said
    assert "aws-ssm-eu-west-1 (" in said
    assert "amazon-ssm-eu-west-1 (" not in said
    assert f"fix: take out that Deny, or keep it off {ARNS[0]}\n" in said


def test_a_deny_of_a_part_of_a_bucket_takes_it_away(judge: Judge) -> None:
    part = deny("arn:aws:s3:::aws-ssm-eu-west-1/patchbaselineoperations/*")
    assert len(judge.resources(*NODE, inline(document(allow(), part)))) == 1
    assert judge.resources(*NODE, inline(document(allow(), deny("arn:aws:s3:::secret/*")))) == []


def test_a_boundary_that_leaves_it_out_takes_it_away(judge: Judge) -> None:
    def bounded(text: str) -> list[str]:
        role = {**ROLE, "permissionsBoundary": "${reads}"}
        return judge.resources(role, PROFILE, INSTANCE, inline(), customer(text))

    (said,) = bounded(document(allow("*", "ssm:*")))
    assert "no permissions boundary admits all of its objects" in said
    # Another policy of the role would change nothing.
    assert "fix: the permissions boundary, as a policy of this stack, with " in said
    statement = json.loads(said.partition("of this stack, with ")[2].partition("\n")[0])
    assert bounded(document(allow("*", "ssm:*"), statement)) == []
    assert bounded(document(allow("*", "*"))) == []
    (said,) = bounded(document(allow("*", "*"), deny(ARNS[0])))
    assert "aws-ssm-eu-west-1" in said


def test_a_boundary_of_another_stack_proves_nothing(judge: Judge) -> None:
    role = {**ROLE, "permissionsBoundary": "arn:aws:iam::111122223333:policy/boundary"}
    (said,) = judge.resources(role, PROFILE, INSTANCE, inline())
    assert "does not surely allow" in said
    assert judge.resources({**ROLE, "permissionsBoundary": ""}, PROFILE, INSTANCE, inline()) == []
    known = {**ROLE, "permissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"}
    assert judge.resources(known, PROFILE, INSTANCE, inline()) == []


# --- Whose role it is -------------------------------------------------------------------------------------------------


def test_the_role_of_a_hybrid_activation_is_a_nodes_role(judge: Judge) -> None:
    (said,) = judge.resources(ROLE, ACTIVATION, attached(CORE))
    assert "role 'node' (hybrid activation 'on-premises')" in said
    assert judge.resources(ROLE, ACTIVATION, inline()) == []


def test_one_role_of_many_nodes_is_one_finding(judge: Judge) -> None:
    second = {**INSTANCE, "Instance": "api"}
    (said,) = judge.resources(*NODE, second, ACTIVATION)
    assert "Instance 'web'" in said
    assert "Instance 'api'" in said
    assert "'on-premises'" in said


def test_the_profile_of_a_launch_template_counts(judge: Judge) -> None:
    template: JsonObject = {"LaunchTemplate": "web", "iamInstanceProfile": {"arn": "${InstanceProfile.node}"}}
    group: JsonObject = {
        "AutoScalingGroup": "web",
        "vpcZoneIdentifiers": [SUBNET],
        "launchTemplate": {"id": "${LaunchTemplate.web}"},
    }
    (said,) = judge.resources(ROLE, PROFILE, template, group)
    assert "of Group 'web'" in said


def test_a_role_that_no_node_has_is_left_alone(judge: Judge) -> None:
    assert judge.resources(ROLE, attached(CORE)) == []
    assert judge.resources(ROLE, PROFILE, attached(CORE)) == []


def test_a_launch_without_a_profile_and_a_profile_of_another_stack_are_left_alone(judge: Judge) -> None:
    assert judge.resources({"Instance": "web", "subnetId": SUBNET}) == []
    assert judge.resources({**INSTANCE, "iamInstanceProfile": "shared"}) == []
    assert judge.resources({**INSTANCE, "iamInstanceProfile": "${?}"}) == []
    assert judge.resources({**PROFILE, "role": "shared"}, INSTANCE) == []
    assert judge.resources(ROLE, {**PROFILE, "role": "shared"}, INSTANCE) == []
    assert judge.resources(ROLE, {**ACTIVATION, "iamRole": "shared"}) == []
    # It may be this stack's profile, and no role of this stack has that.
    unknown = {**INSTANCE, "iamInstanceProfile": "${?}"}
    assert judge.resources({**PROFILE, "role": "shared"}, unknown) == []
    assert judge.resources({"Activation": "on-premises", "iamRole": "shared"}) == []


def test_a_profile_or_role_that_may_be_one_of_these_proves_nothing(judge: Judge) -> None:
    unknown = {**INSTANCE, "iamInstanceProfile": "${?}"}
    (said,) = judge.resources(ROLE, PROFILE, unknown, inline())
    assert "has a role that the preview does not know" in said
    (said,) = judge.resources(ROLE, {**ACTIVATION, "iamRole": "${?}"}, inline(), config={})
    assert "hybrid activation 'on-premises' has a role" in said
    assert judge.resources(ROLE, PROFILE, unknown, inline(), config={"onUnknown": "warn"}) == []


# --- Other partitions -------------------------------------------------------------------------------------------------


def test_arns_have_the_partition_of_the_region(judge: Judge) -> None:
    (said,) = judge.resources(*NODE, region="us-gov-west-1", config={"features": {"patchManager": False}})[
        -1:
    ]
    assert "arn:aws-us-gov:s3:::" in said
    assert "arn:aws:s3" not in said


def test_a_bucket_that_nobody_can_name_is_asked_for_unless_the_role_reads_everything(judge: Judge) -> None:
    said = judge.resources(*NODE, inline(), region="us-gov-west-1")
    assert any("AWS does not publish the name of the aws-patch-manager bucket" in each for each in said)
    everything = attached("arn:aws-us-gov:iam::aws:policy/AmazonS3ReadOnlyAccess")
    assert judge.resources(*NODE, everything, region="us-gov-west-1") == []
    # Whether the one that is left out is the one, nobody can tell.
    but_one = inline(document(deny("arn:aws-us-gov:s3:::acme-secret/*")))
    said = judge.resources(*NODE, everything, but_one, region="us-gov-west-1")
    assert any("AWS does not publish the name of the aws-patch-manager bucket" in each for each in said)


def test_fixtures(judge: Judge) -> None:
    assert "role 'node'" in judge.fixture("fail-core-policy-alone")[0]
    assert "permissions boundary" in judge.fixture("fail-boundary")[0]


def test_the_dev_stack_starts_no_nodes(pack: Pack, dev: RecordedGraph) -> None:
    assert "node-role-reads-ssm-buckets" not in pack.blocked_by(dev)
