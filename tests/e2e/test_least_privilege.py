"""Each of four with exactly its documents: the real engine, in front of an AWS that has IAM.

tests/support/iam_guard.py says who decides what. The long form, every type of resource and every line of each document, is
tests/least_privilege (`make least-privilege`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.e2e.house import Answer
from tests.e2e.limited import BOUNDARY, Limited, caller, changed, documents_of, some
from tests.support.aws_api import serving
from tests.support.iam_guard import Gate, Guard, Policy, actions, first_denied, gate, without
from tests.support.iam_requests import Asked

# One story for all of these tests: on one worker, or each worker would play it again.
pytestmark = pytest.mark.xdist_group("test_least_privilege")

TAKEN = {
    "deployer": "ec2:ModifyVpcEndpoint",
    "previewer": "ec2:DescribeSubnets",
    "recoverer": "iam:ListInstanceProfiles",
    "verifier": "ec2:DescribeVpcAttribute",
}
"""The line that is taken out of each document, once."""


@dataclass
class Story:
    """One stack's life, and who was told what. `less` are the runs of callers that lack one line."""

    documents: dict[str, tuple[Policy, ...]]
    guards: dict[str, Guard] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    less: dict[str, Answer] = field(default_factory=dict)
    lacking: dict[str, Guard] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)

    def lacks(self, who: str) -> Guard:
        """Somebody with the documents of `who` but for one line."""
        policies = [without(each, TAKEN[who]) for each in self.documents[who]]
        return self.lacking.setdefault(who, Guard(caller(who, policies)))


@pytest.fixture(scope="module")
def aws() -> Iterator[Gate]:
    with serving() as port, gate(port) as made:
        yield made


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, aws: Gate) -> Story:
    settings = some(aws.port)
    other = changed(settings)
    story = Story(
        {
            "deployer": documents_of("deployer", settings, other),
            "previewer": documents_of("previewer", settings),
            "recoverer": documents_of("recoverer", settings, other),
            "verifier": documents_of("verifier", settings),
        }
    )
    stack = Limited(tmp_path_factory.mktemp("limited"), aws)
    story.guards = {who: Guard(caller(who, policies)) for who, policies in story.documents.items()}
    deployer, previewer, recoverer, verifier = story.guards.values()
    told = story.answers
    told["up"] = stack.run(deployer, "up", settings)
    told["verify"] = stack.verified(verifier)
    story.less["verifier"] = stack.verified(story.lacks("verifier"))
    told["preview"] = stack.run(previewer, "preview", settings, "--refresh")
    story.less["previewer"] = stack.run(story.lacks("previewer"), "preview", settings)
    story.less["deployer"] = stack.run(story.lacks("deployer"), "up", other, "--skip-preview")
    told["change"] = stack.run(deployer, "up", other, "--skip-preview")
    stack.forget("::ssm-ssm", "::nodes-instance-buckets", ":InstanceProfile::nodes-instance")
    story.less["recoverer"] = stack.recovered(story.lacks("recoverer"))
    told["recover"] = stack.recovered(recoverer)
    told["look"] = stack.run(recoverer, "refresh", other, "--preview-only", "--expect-no-changes")
    told["settled"] = stack.run(deployer, "preview", other, "--expect-no-changes")
    story.left["before"] = stack.left()
    told["previewer destroys"] = stack.run(previewer, "destroy", other, "--skip-preview")
    story.left["after the previewer"] = stack.left()
    told["destroy"] = stack.run(deployer, "destroy", other, "--skip-preview")
    story.left["after"] = stack.left()
    return story


@pytest.mark.parametrize("run", ["up", "preview", "change", "destroy"])
def test_the_documents_are_enough(story: Story, run: str) -> None:
    assert story.answers[run].code == 0, story.answers[run].text


def test_the_verifiers_is_enough(story: Story) -> None:
    """It ends with 1: the pack was given no configuration. Every call was answered."""
    answer = story.answers["verify"]
    assert answer.code in (0, 1), answer.text
    document = json.loads(answer.text[: answer.text.rindex("}") + 1])
    assert (document["deleted"], document["drift"], document["account"]) == ([], [], "123456789012")
    assert story.guards["verifier"].denied == []
    assert len(story.guards["verifier"].asked) >= 10


def test_the_recoverers_is_enough(story: Story) -> None:
    answer = story.answers["recover"]
    assert answer.code == 0, answer.text
    assert "written: 3 recorded. Pending operations: 0." in answer.text
    assert story.guards["recoverer"].denied == []
    for run in ("look", "settled"):
        assert story.answers[run].code == 0, story.answers[run].text


def test_after_the_deployers_last_run_nothing_is_left(story: Story) -> None:
    assert len(story.left["before"]) >= 15
    assert story.left["after"] == []
    assert story.guards["deployer"].denied == []


def test_a_previewer_brings_nothing_down_and_the_state_stays(story: Story) -> None:
    assert story.answers["previewer destroys"].code != 0
    denied = {each.asked.action for each in story.guards["previewer"].denied}
    assert denied
    assert not denied & actions(story.documents["previewer"])
    assert story.left["after the previewer"] == story.left["before"]


@pytest.mark.parametrize("who", sorted(TAKEN))
def test_with_a_line_less_the_run_is_denied_and_says_which(story: Story, who: str) -> None:
    answer = story.less[who]
    assert answer.code not in (0, 1) or who == "previewer", answer.text
    assert answer.code != 0
    assert TAKEN[who] in answer.text
    assert "Traceback" not in answer.text
    assert {each.asked.action for each in story.lacking[who].denied} == {TAKEN[who]}


def test_preflight_verify_and_recover_say_who_prints_the_policy(story: Story) -> None:
    said = story.less["previewer"].text
    assert "AWS denies the credentials in use what the preflight reads: ec2:DescribeSubnets" in said
    assert "ssm-endpoints permissions --for previewer prints the policy" in said
    said = story.less["verifier"].text
    assert "ec2:DescribeVpcAttribute was not answered: the credentials may not" in said
    assert "ssm-endpoints permissions --for verifier prints the policy" in said
    said = story.less["recoverer"].text
    assert "iam:ListInstanceProfiles was not answered: the credentials may not" in said
    assert "ssm-endpoints permissions --for recoverer prints the policy" in said


def test_a_denied_update_goes_on_where_it_stopped(story: Story) -> None:
    assert "not authorized to perform: ec2:ModifyVpcEndpoint" in story.less["deployer"].text
    assert story.answers["change"].code == 0
    assert "updated" in story.answers["change"].text


@pytest.mark.parametrize("who", sorted(TAKEN))
def test_every_line_that_a_run_needed_is_needed(story: Story, who: str) -> None:
    """The recorded questions again, to the documents without each action in turn: exactly those about it are denied."""
    guard, policies = story.guards[who], story.documents[who]
    questions = {(each.action, each.resource): each for each in guard.used(who)}.values()
    assert first_denied(policies, questions, guard.holder.account) is None
    needed = {each.action for each in questions} - {"sts:GetCallerIdentity"}
    assert len(needed) >= 10
    for action in needed:
        less = [without(each, action) for each in policies]
        denied = first_denied(less, questions, guard.holder.account)
        assert denied is not None
        assert denied.action == action


@pytest.mark.parametrize(
    ("action", "resource", "region"),
    [
        ("ec2:CreateVpcEndpoint", "arn:aws:ec2:eu-west-2:123456789012:vpc-endpoint/*", "eu-west-2"),
        ("ec2:DeleteVpcEndpoints", "arn:aws:ec2:eu-west-1:210987654321:vpc-endpoint/vpce-1", "eu-west-1"),
        ("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", "eu-west-1"),
        ("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/administrators", "us-east-1"),
        ("iam:UpdateAssumeRolePolicy", "arn:aws:iam::123456789012:role/administrators", "us-east-1"),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/administrators", "us-east-1"),
        ("s3:ListBucket", "arn:aws:s3:::somebody-elses", "eu-west-1"),
    ],
)
def test_what_is_not_the_stacks_is_denied(story: Story, action: str, resource: str, region: str) -> None:
    """Another Region, another account, another role, another bucket."""
    question = Asked(action, resource, {"aws:requestedregion": (region,)})
    assert first_denied(story.documents["deployer"], [question], "123456789012") == question


def of_role(action: str, boundary: str, policy: str = "") -> Asked:
    """A question about a role of the program's with this boundary; "" where it has none."""
    context = {
        "aws:requestedregion": ("us-east-1",),
        "iam:permissionsboundary": (boundary,) if boundary else (),
    }
    more = {"iam:policyarn": (f"arn:aws:iam::aws:policy/{policy}",)} if policy else {}
    return Asked(action, "arn:aws:iam::123456789012:role/nodes-instance-1", {**context, **more})


def test_no_role_of_a_node_becomes_an_administrator(story: Story) -> None:
    own = of_role("iam:AttachRolePolicy", BOUNDARY, "AmazonSSMManagedInstanceCore")
    mighty = of_role("iam:AttachRolePolicy", BOUNDARY, "AdministratorAccess")
    assert first_denied(story.documents["deployer"], [own], "123456789012") is None
    assert first_denied(story.documents["deployer"], [mighty], "123456789012") == mighty


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"])
@pytest.mark.parametrize("boundary", ["", f"{BOUNDARY}-3", "arn:aws:iam::aws:policy/AdministratorAccess"])
def test_no_role_of_a_node_is_made_or_given_anything_without_the_boundary(
    story: Story, action: str, boundary: str
) -> None:
    limited, free = of_role(action, BOUNDARY), of_role(action, boundary)
    assert first_denied(story.documents["deployer"], [limited], "123456789012") is None
    assert first_denied(story.documents["deployer"], [free], "123456789012") == free


def test_the_runs_ask_for_the_boundaries_services_and_nothing_else(story: Story) -> None:
    """What IAM compares is what the engine and its plugin really send."""
    # The change to another boundary may be up before the line that is missing is missed.
    asked = [*story.guards["deployer"].used("deployer"), *story.lacks("deployer").used("deployer")]
    made = [each for each in asked if each.action == "iam:CreateRole"]
    assert [each.context["iam:permissionsboundary"] for each in made] == [(BOUNDARY,)]
    set_ = [each for each in asked if each.action == "iam:PutRolePermissionsBoundary"]
    assert [each.context["iam:permissionsboundary"] for each in set_] == [(f"{BOUNDARY}-2",)]
    services = {
        each.context.get("ec2:vpceservicename") for each in asked if each.action == "ec2:CreateVpcEndpoint"
    }
    assert services - {None} == {
        (f"com.amazonaws.eu-west-1.{each}",) for each in ("ec2", "s3", "ssm", "ssmmessages")
    }
