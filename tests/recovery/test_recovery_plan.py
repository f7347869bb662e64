"""What becomes of a state: who is looked for, what is done with what is found, and what stands in the state then."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pulumi_aws
import pytest

from recovery import left as lefts
from recovery import plan
from recovery.found import Asked, Found
from recovery.left import Wanted, left, owners_of
from recovery.permissions import ACTIONS, policy_document
from tests.recovery.aws import PROVIDER, access, entry
from tests.support.pack import ROOT
from verification.access import NotReadOnlyError

VPC, GROUP = "aws:ec2/vpc:Vpc", "aws:ec2/securityGroup:SecurityGroup"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def step(entry: dict[str, Any], op: str = "create") -> dict[str, Any]:
    return {"op": op, "urn": entry["urn"], "newState": entry}


def export(*resources: dict[str, Any], of: Any = ()) -> dict[str, Any]:
    operations = [{"resource": each, "type": kind} for each, kind in of]
    return {"version": 3, "deployment": {"resources": list(resources), "pending_operations": operations}}


def test_what_was_under_way_counts_as_it_was_sent_and_the_rest_as_a_preview_says() -> None:
    sent = entry(GROUP, "ssm-https", name="ssm-https-0a1b2c3")
    drawn = entry(GROUP, "ssm-https", name="ssm-https-fffffff")
    other = entry(VPC, "private", cidrBlock="10.0.0.0/16")
    found = left(
        export(of=[(sent, "creating")]), [step(drawn), step(other), step(entry(VPC, "same"), "same")]
    )
    assert found.wanted == (Wanted(sent, exact=True), Wanted(other, exact=False))
    assert found.pending == ((sent["urn"], "creating"),)
    assert found.wanted[0].text("name") == "ssm-https-0a1b2c3"


@pytest.mark.parametrize(
    "inputs", [{"vpcId": UNKNOWN}, {"vpcs": [{"vpcId": UNKNOWN}]}, {"policy": "[secret]"}]
)
def test_what_needs_something_that_is_not_there_cannot_have_been_made(inputs: dict[str, Any]) -> None:
    assert left(export(), [step(entry(GROUP, "ssm-https", **inputs))]).wanted == ()


def test_without_a_provider_and_without_aws_nothing_was_made() -> None:
    first = {
        **entry(VPC, "private"),
        "provider": f"urn:pulumi:dev::p::pulumi:providers:aws::default::{UNKNOWN}",
    }
    component = entry("ssm-vpc-endpoints:index:PrivateNetwork", "private")
    assert left(export(), [step(first), step(component)]).wanted == ()


Finders = Callable[..., None]


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> Finders:
    """Lets the finder of a type find something."""

    def by(type: str, *there: Found) -> None:
        def finder(_: Wanted, _asked: Asked) -> Iterator[Found]:
            yield from there

        monkeypatch.setattr(plan, "FINDERS", {**plan.FINDERS, type: finder})

    return by


def rows(document: dict[str, Any], *steps: dict[str, Any]) -> list[plan.Row]:
    return plan.rows(document, left(document, steps), access(1), "eu-west-1")


def test_what_is_found_is_recorded_under_the_name_that_aws_has(finds: Finders) -> None:
    finds(GROUP, Found("sg-1", "ssm-https-0a1b2c3"))
    inputs = {"name": "ssm-https-fffffff", "description": "d", "__defaults": ["name"]}
    document = export(entry(VPC, "private"))
    before = copy.deepcopy(document)
    planned = rows(document, step(entry(GROUP, "ssm-https", **inputs)))
    after = plan.edited(document, planned)["deployment"]
    made = after["resources"][-1]
    assert (made["id"], made["inputs"]["name"], made["inputs"]["__defaults"]) == (
        "sg-1",
        "ssm-https-0a1b2c3",
        ["name"],
    )
    assert made["outputs"] == {"name": "ssm-https-0a1b2c3", "description": "d", "id": "sg-1"}
    assert (made["provider"], made.get("delete")) == (PROVIDER, None)
    assert after["pending_operations"] == []
    assert plan.to_refresh(planned) == [made["urn"]]
    assert document == before, "an export is not changed"


def test_what_is_half_made_is_for_the_next_update_to_delete(finds: Finders) -> None:
    finds(GROUP, Found("sg-1", half_made="lets everything out"))
    sent = entry(GROUP, "ssm-https")
    planned = rows(export(of=[(sent, "creating")]))
    after = plan.edited(export(of=[(sent, "creating")]), planned)["deployment"]
    assert (after["resources"][0]["id"], after["resources"][0]["delete"]) == ("sg-1", True)
    assert after["pending_operations"] == []
    assert plan.to_refresh(planned) == []


def test_an_operation_that_made_nothing_is_forgotten_and_others_are_read_anew(finds: Finders) -> None:
    finds(VPC)
    sent, changed = (
        entry(VPC, "private"),
        {**entry(GROUP, "ssm-https"), "id": "sg-1", "outputs": {"arn": "arn"}},
    )
    document = export(changed, of=[(sent, "creating"), (changed, "deleting")])
    planned = rows(document)
    assert [(row.urn, row.action) for row in planned] == [
        (sent["urn"], plan.FORGET),
        (changed["urn"], plan.REFRESH),
    ]
    after = plan.edited(document, planned)["deployment"]
    assert (after["resources"], after["pending_operations"]) == ([changed], [])
    assert plan.to_refresh(planned) == [changed["urn"]]


def test_two_that_could_be_it_are_left_alone_and_so_is_the_operation(finds: Finders) -> None:
    finds(VPC, Found("vpc-1"), Found("vpc-2"))
    document = export(of=[(entry(VPC, "private"), "creating")])
    (row,) = planned = rows(document)
    assert (row.action, row.ids) == (plan.LEAVE, ("vpc-1", "vpc-2"))
    assert plan.edited(document, planned) == document


def test_of_two_the_one_that_is_recorded_is_not_it(finds: Finders) -> None:
    finds(VPC, Found("vpc-1"), Found("vpc-2"))
    other = {**entry(VPC, "other"), "id": "vpc-1", "outputs": {"arn": "arn:aws:ec2:eu-west-1:1:vpc/vpc-1"}}
    document = export(other, of=[(entry(VPC, "private"), "creating")])
    assert [(row.action, row.ids) for row in rows(document)] == [(plan.RECORD, ("vpc-2",))]


def test_a_type_that_cannot_be_looked_for_is_left_alone() -> None:
    document = export(of=[(entry("aws:s3/bucket:Bucket", "mine"), "creating")])
    (row,) = planned = rows(document)
    assert row.action == plan.LEAVE
    assert plan.edited(document, planned) == document


@pytest.mark.parametrize(
    ("more", "expected"),
    [({}, [("new", None), ("old", True)]), ({"pendingReplacement": True}, [("new", None)])],
)
def test_what_replaces_something_takes_its_place(
    finds: Finders, more: dict[str, Any], expected: list[tuple[str, Any]]
) -> None:
    """Before those that need it: the engine refuses a state in which a dependency comes later."""
    finds(GROUP, Found("new"))
    old = {**entry(GROUP, "ssm-https"), "id": "old", "outputs": {"arn": "arn"}, **more}
    rule = {
        **entry("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "r"),
        "dependencies": [old["urn"]],
    }
    document = export(old, rule, of=[(entry(GROUP, "ssm-https"), "creating")])
    replaces = step(entry(GROUP, "ssm-https"), "create-replacement")
    after = plan.edited(document, rows(document, replaces))["deployment"]["resources"]
    assert [(each.get("id"), each.get("delete")) for each in after] == [*expected, (None, None)]
    assert after[-1] == rule


def test_what_an_engine_that_went_on_made_anew_stays_and_the_first_one_is_left_alone(finds: Finders) -> None:
    """The first VPC is not put in the place of the one that everything is in by now."""
    finds(VPC, Found("vpc-first"))
    living = {**entry(VPC, "private"), "id": "vpc-living", "outputs": {"arn": "arn"}}
    document = export(living, of=[(entry(VPC, "private"), "creating")])
    (row,) = planned = rows(document)
    assert (row.action, row.ids) == (plan.LEAVE, ("vpc-first",))
    assert "the state has vpc-living in its place already" in row.why
    assert plan.edited(document, planned) == document
    finds(VPC)
    assert [row.action for row in rows(document)] == [plan.FORGET]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], (plan.FORGET, ())),
        (["nodes-1111111"], (plan.RECORD, ("nodes-1111111",))),
        (["nodes-2222222"], (plan.RECORD, ("nodes-2222222",))),
        (["nodes-1111111", "nodes-2222222"], (plan.LEAVE, ("nodes-1111111", "nodes-2222222"))),
    ],
)
def test_what_two_runs_were_creating_is_looked_for_twice(
    monkeypatch: pytest.MonkeyPatch, names: list[str], expected: tuple[str, tuple[str, ...]]
) -> None:
    role = "aws:iam/role:Role"

    def finder(wanted: Wanted, _: Asked) -> Iterator[Found]:
        if wanted.text("name") in names:
            yield Found(wanted.text("name"))

    monkeypatch.setattr(plan, "FINDERS", {**plan.FINDERS, role: finder})
    sent = [entry(role, "nodes", name=f"nodes-{digit * 7}") for digit in "12"]
    document = export(of=[(each, "creating") for each in sent])
    (row,) = planned = rows(document)
    assert (row.action, row.ids) == expected
    recorded = plan.edited(document, planned)["deployment"]["resources"]
    assert [each["inputs"]["name"] for each in recorded] == (names if row.action == plan.RECORD else [])


@pytest.mark.parametrize(
    ("type", "custom"),
    [
        ("pulumi:providers:aws", True),
        ("pulumi:pulumi:Stack", False),
        ("ssm-vpc-endpoints:index:PrivateNetwork", False),
    ],
)
def test_of_a_provider_a_component_and_the_stack_itself_aws_has_nothing(type: str, custom: bool) -> None:
    """An engine that is killed while the provider asks for credentials leaves that provider as being created."""
    document = export(of=[({**entry(type, "x"), "custom": custom}, "creating")])
    (row,) = planned = rows(document)
    assert row.action == plan.FORGET
    assert plan.edited(document, planned)["deployment"]["pending_operations"] == []


def test_an_import_that_the_state_does_not_have_is_forgotten() -> None:
    """A refresh of a URN that is not in the state ends before it reads any other."""
    document = export(of=[({**entry(VPC, "private"), "id": "vpc-1"}, "importing")])
    planned = rows(document)
    assert [(row.action, "up does it again" in row.why) for row in planned] == [(plan.FORGET, True)]
    assert plan.to_refresh(planned) == []


def test_what_was_recorded_and_not_read_from_aws_is_read_by_the_next_recover(finds: Finders) -> None:
    finds(VPC, Found("vpc-1"))
    document = export(of=[(entry(VPC, "private", cidrBlock="10.0.0.0/16", __defaults=[]), "creating")])
    recorded = plan.edited(document, rows(document))
    (row,) = planned = rows(recorded)
    assert (row.action, row.ids) == (plan.REFRESH, ("vpc-1",))
    assert plan.to_refresh(planned) == [entry(VPC, "private")["urn"]]
    (vpc,) = recorded["deployment"]["resources"]
    vpc["outputs"]["arn"] = "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1"
    assert rows(recorded) == []


def test_what_has_no_outputs_but_its_inputs_counts_as_read() -> None:
    inputs = {"role": "nodes-1111111", "policyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}
    attachment = {
        **entry("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "core", **inputs),
        "id": "nodes-1111111/arn",
        "outputs": {**inputs, "id": "nodes-1111111/arn"},
    }
    assert rows(export(attachment)) == []


def test_every_type_that_the_components_make_can_be_found() -> None:
    """By what the program writes in its components: a new type there needs a finder here."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "components").glob("*.py")))
    made = set(re.findall(r"\b(ec2|iam|vpc|route53)\.([A-Z]\w+)\(", text))
    tokens = {
        token
        for module, name in made
        if (token := getattr(getattr(getattr(pulumi_aws, module), name), "pulumi_type", None))
    }
    assert len(tokens) > 10
    assert tokens <= plan.FINDERS.keys(), tokens - plan.FINDERS.keys()


def test_accounts_are_those_of_the_arns() -> None:
    arn = {"outputs": {"arn": "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1"}}
    aws_managed = {"outputs": {"arn": "arn:aws:iam::aws:policy/Core"}}
    assert owners_of([arn, aws_managed, {"outputs": None}, {}]) == {"123456789012"}


def test_the_policy_to_paste_is_what_is_called_and_reads_alone() -> None:
    page = (ROOT / "docs" / "reference" / "command.md").read_text(encoding="utf-8")
    assert policy_document() in page
    assert all(each.startswith(("Describe", "Get", "List")) for named in ACTIONS.values() for each in named)


def test_another_call_is_not_sent() -> None:
    with pytest.raises(NotReadOnlyError):
        access(1).read("ec2", "eu-west-1", "DescribeInstances")


def test_a_name_is_what_stands_last_in_a_urn() -> None:
    assert lefts.name_of("urn:pulumi:dev::p::a:b:C$d:e:F::x::y") == "x::y"
