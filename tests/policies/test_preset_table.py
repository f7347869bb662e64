"""What the presets of `endpointPolicies` let through: a table that was typed from AWS's pages, call by call.

Actions: AmazonSSMManagedInstanceCore v2, getting-started-create-iam-instance-profile.html, setup-create-vpc.html,
vss-iam-reqs.html (all in blueprint/facts/sources.toml). Which of them are about a resource, and which resource: the Service
Authorization Reference. Nothing here was copied from what the code printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from blueprint.catalog import load
from blueprint.documents import full_access
from blueprint.endpoint_documents import Access, Preset, Statement, interface_endpoint
from tests.policies.endpoint_documents import VPC, interface
from tests.policies.preset_calls import (
    COLLEAGUE,
    LONER,
    ORGANISATION,
    OURS,
    PARTITIONS,
    SPOKE,
    STRANGER,
    Call,
    others_allow,
    the_pack_allows,
)
from tests.support import flat
from tests.support.pack import Pack

SERVICES = ("ssm", "ssmmessages", "ec2messages", "ec2", "kms", "logs")
NARROW: tuple[Preset, ...] = ("account", "organization")
CALLERS = (OURS, SPOKE, COLLEAGUE, STRANGER, LONER)
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
OWNERS = {
    "ours": OURS,
    "spoke's": SPOKE,
    "colleague's": COLLEAGUE,
    "stranger's": STRANGER,
    "aws's": "aws",
    "-": None,
}
RESOURCES = {
    "-": "*",
    "instance": "arn:{p}:ec2:{r}:{a}:instance/i-02573cafcfEXAMPLE",
    "managed": "arn:{p}:ssm:{r}:{a}:managed-instance/mi-02573cafcfEXAMPLE",
    "association": "arn:{p}:ssm:{r}:{a}:association/8dfe3659-4309-493a-8755-0123456789ab",
    "document": "arn:{p}:ssm:{r}:{a}:document/AWS-RunPatchBaseline",
    "parameter": "arn:{p}:ssm:{r}:{a}:parameter/app/database",
    "public": "arn:{p}:ssm:{r}:{a}:parameter/aws/service/ami-amazon-linux-latest/al2023",
    "key": "arn:{p}:kms:{r}:{a}:key/" + KEY,
    "group": "arn:{p}:logs:{r}:{a}:log-group:sessions",
    "streams": "arn:{p}:logs:{r}:{a}:log-group:sessions:log-stream:",
    "stream": "arn:{p}:logs:{r}:{a}:log-group:sessions:log-stream:i-02573cafcfEXAMPLE",
    "volume": "arn:{p}:ec2:{r}:{a}:volume/vol-049df61146c4d7901",
    "snapshot": "arn:{p}:ec2:{r}::snapshot/snap-066877671789bd71b",
}
# Callers: our account, a spoke of the hub's, another of the organisation, another organisation's, one of none.
#                                                                                             account  organization
TABLE = """
ssm       ssm:GetDeployablePatchSnapshotForInstance             -            -               YY---    YYY--
ssm       ssm:GetManifest                                       -            -               YY---    YYY--
ssm       ssm:ListAssociations                                  -            -               YY---    YYY--
ssm       ssm:PutConfigurePackageResult                         -            -               YY---    YYY--
ssm       ssm:PutInventory                                      -            -               YY---    YYY--
ssm       ssm:DescribeAssociation                               instance     ours            YY---    YYY--
ssm       ssm:DescribeAssociation                               managed      ours            YY---    YYY--
ssm       ssm:DescribeAssociation                               association  ours            YY---    YYY--
ssm       ssm:ListInstanceAssociations                          instance     ours            YY---    YYY--
ssm       ssm:ListInstanceAssociations                          managed      ours            YY---    YYY--
ssm       ssm:PutComplianceItems                                instance     ours            YY---    YYY--
ssm       ssm:PutComplianceItems                                managed      ours            YY---    YYY--
ssm       ssm:UpdateAssociationStatus                           instance     ours            YY---    YYY--
ssm       ssm:UpdateAssociationStatus                           document     aws's           YY---    YYY--
ssm       ssm:UpdateInstanceAssociationStatus                   instance     ours            YY---    YYY--
ssm       ssm:UpdateInstanceAssociationStatus                   managed      ours            YY---    YYY--
ssm       ssm:UpdateInstanceInformation                         instance     ours            YY---    YYY--
ssm       ssm:UpdateInstanceInformation                         managed      ours            YY---    YYY--
ssm       ssm:DescribeDocument                                  document     aws's           YY---    YYY--
ssm       ssm:GetDocument                                       document     aws's           YY---    YYY--
ssm       ssm:DescribeDocument                                  document     ours            YY---    YYY--
ssm       ssm:GetDocument                                       document     ours            YY---    YYY--
ssm       ssm:GetDocument                                       document     spoke's         YY---    YYY--
ssm       ssm:GetDocument                                       document     colleague's     -----    YYY--
ssm       ssm:GetDocument                                       document     stranger's      -----    -----
ssm       ssm:GetParameter                                      public       aws's           YY---    YYY--
ssm       ssm:GetParameters                                     public       aws's           YY---    YYY--
ssm       ssm:GetParameter                                      parameter    ours            YY---    YYY--
ssm       ssm:GetParameters                                     parameter    ours            YY---    YYY--
ssm       ssm:GetParameters                                     parameter    colleague's     -----    YYY--
ssm       ssm:GetParameter                                      parameter    stranger's      -----    -----
ssm       ssm:PutParameter                                      parameter    ours            -----    -----
ssm       ssm:PutParameter                                      parameter    stranger's      -----    -----
ssm       ssm:SendCommand                                       document     aws's           -----    -----
ssm       ssm:StartSession                                      instance     stranger's      -----    -----
ssmmessages  ssmmessages:CreateControlChannel                   -            -               YY---    YYY--
ssmmessages  ssmmessages:CreateDataChannel                      -            -               YY---    YYY--
ssmmessages  ssmmessages:OpenControlChannel                     -            -               YY---    YYY--
ssmmessages  ssmmessages:OpenDataChannel                        -            -               YY---    YYY--
ec2messages  ec2messages:AcknowledgeMessage                     -            -               YYYYY    YYYYY
ec2messages  ec2messages:DeleteMessage                          -            -               YYYYY    YYYYY
ec2messages  ec2messages:FailMessage                            -            -               YYYYY    YYYYY
ec2messages  ec2messages:GetEndpoint                            -            -               YYYYY    YYYYY
ec2messages  ec2messages:GetMessages                            -            -               YYYYY    YYYYY
ec2messages  ec2messages:SendReply                              -            -               YYYYY    YYYYY
kms       kms:Decrypt                                           key          ours            YY---    YYY--
kms       kms:GenerateDataKey                                   key          ours            YY---    YYY--
kms       kms:Decrypt                                           key          colleague's     -----    YYY--
kms       kms:Decrypt                                           key          stranger's      -----    -----
kms       kms:GenerateDataKey                                   key          stranger's      -----    -----
kms       kms:Encrypt                                           key          ours            -----    -----
kms       kms:Encrypt                                           key          stranger's      -----    -----
logs      logs:CreateLogGroup                                   group        ours            YY---    YYY--
logs      logs:CreateLogStream                                  stream       ours            YY---    YYY--
logs      logs:DescribeLogStreams                               streams      ours            YY---    YYY--
logs      logs:PutLogEvents                                     stream       ours            YY---    YYY--
logs      logs:DescribeLogGroups                                -            -               YY---    YYY--
logs      logs:PutLogEvents                                     stream       colleague's     -----    YYY--
logs      logs:PutLogEvents                                     stream       stranger's      -----    -----
logs      logs:CreateLogStream                                  stream       stranger's      -----    -----
logs      logs:CreateLogGroup                                   group        stranger's      -----    -----
logs      logs:GetLogEvents                                     stream       ours            -----    -----
ec2       ec2:DescribeInstanceAttribute                         instance     ours            YY---    YYY--
ec2       ec2:CreateSnapshots                                   instance     ours            YY---    YYY--
ec2       ec2:CreateSnapshots                                   volume       ours            YY---    YYY--
ec2       ec2:CreateSnapshots                                   snapshot     ours            YY---    YYY--
ec2       ec2:CreateImage                                       instance     ours            YY---    YYY--
ec2       ec2:CreateTags                                        snapshot     ours            YY---    YYY--
ec2       ec2:DescribeImages                                    -            -               YY---    YYY--
ec2       ec2:DescribeSnapshots                                 -            -               YY---    YYY--
ec2       ec2:CreateSnapshot                                    volume       ours            YY---    YYY--
ec2       ec2:DescribeInstances                                 -            -               YY---    YYY--
ec2       ec2:DescribeVolumes                                   -            -               YY---    YYY--
ec2       ec2:ModifySnapshotAttribute                           snapshot     ours            -----    -----
ec2       ec2:RunInstances                                      instance     ours            -----    -----
"""
# Without a signature: the account, and its organisation, is the one that the node is registered to.
UNSIGNED = """
ssm       ssm:RegisterManagedInstance                           -            -               YY---    YYY--
ssm       ssm:RequestManagedInstanceRoleToken                   managed      ours            YY---    YYY--
ssm       ssm:UpdateManagedInstancePublicKey                    managed      ours            YY---    YYY--
ssm       ssm:UpdateInstanceInformation                         managed      ours            -----    -----
ssm       ssm:GetDocument                                       document     aws's           -----    -----
ssm       ssm:GetParameter                                      parameter    ours            -----    -----
ssmmessages  ssmmessages:CreateControlChannel                   -            -               -----    -----
kms       kms:Decrypt                                           key          ours            -----    -----
logs      logs:PutLogEvents                                     stream       ours            -----    -----
"""


def access(preset: Preset, **more: Any) -> Access:
    return Access(preset=preset, account_ids=(OURS, SPOKE), organization_id=ORGANISATION, **more)


def policy(service: str, of: Access, region: str = "eu-west-1") -> str:
    facts = load()
    return interface_endpoint(
        service, region=facts.region(region), access=of, agent_calls=facts.agent_calls.values()
    )


def arn(kind: str, owner: str | None, region: str) -> str:
    account = "" if owner in (None, "aws") else owner
    return RESOURCES[kind].format(p=PARTITIONS[region], r=region, a=account)


def rows() -> Iterator[tuple[str, str, str, str, bool, dict[str, str]]]:
    for text, signed in ((TABLE, True), (UNSIGNED, False)):
        for line in text.strip().splitlines():
            service, action, kind, owner, account, organization = line.split()
            yield service, action, kind, owner, signed, {"account": account, "organization": organization}


ROWS = list(rows())


@pytest.mark.parametrize("region", PARTITIONS)
@pytest.mark.parametrize(
    ("service", "action", "kind", "owner", "signed", "expected"),
    ROWS,
    ids=[f"{row[1]}-{row[2]}-{row[3]}{'' if row[4] else '-unsigned'}" for row in ROWS],
)
def test_the_table(
    service: str, action: str, kind: str, owner: str, signed: bool, expected: dict[str, str], region: str
) -> None:
    resource, of = arn(kind, OWNERS[owner], region), OWNERS[owner]
    for preset in NARROW:
        text = policy(service, access(preset), region)
        calls = [Call(action, caller, resource, of, signed, region) for caller in CALLERS]
        for judge in (the_pack_allows, others_allow):
            said = "".join("Y" if judge(text, call) else "-" for call in calls)
            assert said == expected[preset], (preset, judge.__name__)


def test_the_table_has_every_call_that_the_facts_know() -> None:
    """And with that, every call of the agent is let through for our nodes and not for strangers'."""
    signed = {row[1] for row in ROWS if row[4]}
    unsigned = {row[1] for row in ROWS if not row[4]}
    for calls in load().agent_calls.values():
        assert set(calls.actions) <= (signed if calls.signed else unsigned), calls.id


@pytest.mark.parametrize("region", PARTITIONS)
def test_the_facts_own_examples_are_let_through_for_every_listed_account(region: str) -> None:
    for calls in load().agent_calls.values():
        names = {"partition": PARTITIONS[region], "region": region, "account": OURS}
        examples = [each.format(**names) for each in calls.resources] or ["*"]
        for preset, action, resource, caller in (
            (preset, action, resource, caller)
            for preset in NARROW
            for action in calls.actions
            for resource in examples
            for caller in (OURS, SPOKE)
        ):
            owner = None if resource == "*" else OURS if OURS in resource else "aws"
            call = Call(action, caller, resource, owner, calls.signed, region)
            text = policy(calls.service, access(preset), region)
            assert the_pack_allows(text, call), (preset, call)
            assert others_allow(text, call), (preset, call)


@pytest.mark.parametrize("service", ["ssm", "ssmmessages", "ec2", "kms", "logs"])
@pytest.mark.parametrize("preset", NARROW)
def test_nothing_of_another_region_or_partition_is_named(service: str, preset: Preset) -> None:
    for region, partition in PARTITIONS.items():
        text = policy(service, access(preset), region)
        for other, another in PARTITIONS.items():
            assert other == region or other not in text
            assert another == partition or f"arn:{another}:" not in text


# --- Keys and log groups ----------------------------------------------------------------------------------------------

OUR_KEY = f"arn:aws:kms:eu-west-1:{OURS}:key/{KEY}"
CENTRAL_KEY = f"arn:aws:kms:eu-west-1:{LONER}:key/{KEY}"


@pytest.mark.parametrize("preset", NARROW)
def test_with_keys_given_no_other_key_is_let_through(preset: Preset) -> None:
    text = policy("kms", access(preset, kms_keys=(OUR_KEY, CENTRAL_KEY)))
    ours = Call("kms:Decrypt", OURS, OUR_KEY, OURS)
    central = Call("kms:GenerateDataKey", OURS, CENTRAL_KEY, LONER)
    another = Call("kms:Decrypt", OURS, OUR_KEY.replace("1234abcd", "5678abcd"), OURS)
    strangers = Call("kms:Decrypt", STRANGER, OUR_KEY, OURS)
    for judge in (the_pack_allows, others_allow):
        assert [judge(text, call) for call in (ours, central, another, strangers)] == [
            True,
            True,
            False,
            False,
        ]


@pytest.mark.parametrize("preset", NARROW)
def test_with_log_groups_given_no_other_group_is_let_through(preset: Preset) -> None:
    text = policy("logs", access(preset, log_groups=("sessions", "/ssm/commands")))
    head = f"arn:aws:logs:eu-west-1:{OURS}:log-group:"
    through = [
        Call("logs:CreateLogGroup", OURS, f"{head}/ssm/commands", OURS),
        Call("logs:DescribeLogStreams", OURS, f"{head}sessions:log-stream:", OURS),
        Call("logs:CreateLogStream", SPOKE, f"{head.replace(OURS, SPOKE)}sessions:log-stream:i-1", SPOKE),
        Call("logs:PutLogEvents", OURS, f"{head}/ssm/commands:log-stream:i-1", OURS),
        Call("logs:DescribeLogGroups", OURS),
    ]
    kept = [
        Call("logs:PutLogEvents", OURS, f"{head}sessions-of-others:log-stream:i-1", OURS),
        Call("logs:PutLogEvents", OURS, f"{head}other:log-stream:i-1", OURS),
        Call("logs:CreateLogGroup", OURS, f"{head}sessions2", OURS),
        Call("logs:PutLogEvents", STRANGER, f"{head}sessions:log-stream:i-1", OURS),
    ]
    for judge in (the_pack_allows, others_allow):
        assert [judge(text, call) for call in through] == [True] * len(through)
        assert [judge(text, call) for call in kept] == [False] * len(kept)


def test_log_groups_of_the_accounts_alone_even_where_given_by_name() -> None:
    """A name is a name in every account."""
    call = Call(
        "logs:PutLogEvents",
        OURS,
        f"arn:aws:logs:eu-west-1:{STRANGER}:log-group:sessions:log-stream:i",
        STRANGER,
    )
    text = policy("logs", access("account", log_groups=("sessions",)))
    assert not the_pack_allows(text, call)


# --- What is written --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_full_access_is_what_it_was_byte_for_byte(service: str) -> None:
    text = policy(service, Access())
    assert text == full_access()
    assert text == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
    )


@pytest.mark.parametrize("preset", NARROW)
def test_a_service_that_may_take_no_policy_keeps_full_access(preset: Preset) -> None:
    assert policy("ec2messages", access(preset)) == full_access()
    denied = Statement(effect="Deny", actions=("*",))
    with pytest.raises(ValueError, match="ec2messages is not known to take an endpoint policy"):
        policy("ec2messages", access(preset, statements={"ec2messages": (denied,)}))


@pytest.mark.parametrize("preset", NARROW)
def test_unsigned_calls_have_a_statement_of_their_own_that_asks_for_the_node(preset: Preset) -> None:
    statements = json.loads(policy("ssm", access(preset)))["Statement"]
    (unsigned,) = [each for each in statements if "ssm:RegisterManagedInstance" in each["Action"]]
    assert unsigned["Action"] == [row.split()[1] for row in UNSIGNED.strip().splitlines()[:3]]
    key, value = (
        ("ssm:NodeAccountId", [OURS, SPOKE]) if preset == "account" else ("ssm:NodeOrgId", ORGANISATION)
    )
    assert unsigned["Condition"] == {"StringEquals": {key: value}}


@pytest.mark.parametrize("service", ["ssmmessages", "ec2"])
@pytest.mark.parametrize("preset", NARROW)
def test_no_condition_about_a_resource_where_there_is_none(service: str, preset: Preset) -> None:
    assert "aws:Resource" not in policy(service, access(preset))


def test_statements_come_after_the_presets_and_full_access_may_have_some_too() -> None:
    own = Statement(
        effect="Deny",
        actions=("ssm:SendCommand",),
        principals=(OURS,),
        conditions={"StringNotEquals": {"aws:PrincipalTag/team": ("platform",)}},
    )
    written = {
        "Effect": "Deny",
        "Principal": {"AWS": [OURS]},
        "Action": ["ssm:SendCommand"],
        "Resource": ["*"],
        "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": ["platform"]}},
    }
    for preset in ("fullAccess", *NARROW):
        given = access(preset, statements={"ssm": (own,), "kms": ()})
        plain = json.loads(policy("ssm", access(preset)))["Statement"]
        assert json.loads(policy("ssm", given))["Statement"] == [*plain, written]
        assert policy("kms", given) == policy("kms", access(preset))
    everybody = Statement(effect="Allow", actions=("ssm:StartSession",))
    text = policy("ssm", access("account", statements={"ssm": (everybody,)}))
    assert json.loads(text)["Statement"][-1] == {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["ssm:StartSession"],
        "Resource": ["*"],
    }
    assert the_pack_allows(text, Call("ssm:StartSession", OURS, arn("instance", OURS, "eu-west-1"), OURS))


def test_a_narrow_preset_without_ids_is_refused() -> None:
    with pytest.raises(ValueError, match="the preset account says nothing without the ids"):
        policy("ssm", Access(preset="account", organization_id=ORGANISATION))
    with pytest.raises(ValueError, match="the preset organization says nothing without the ids"):
        policy("ssm", Access(preset="organization", account_ids=(OURS,)))


def test_a_preset_that_knows_no_call_of_a_service_is_refused_and_no_closed_endpoint() -> None:
    facts = load()
    with pytest.raises(ValueError, match="no call of SSM Agent to ssm is known"):
        interface_endpoint("ssm", region=facts.region("eu-west-1"), access=access("account"), agent_calls=())
    with pytest.raises(KeyError):
        policy("sqs", access("account"))


def test_a_hub_of_a_hundred_accounts_fits() -> None:
    accounts = tuple(f"{number:012}" for number in range(100))
    for service in SERVICES:
        given = Access(preset="account", account_ids=accounts)
        assert len(policy(service, given, "us-gov-west-1")) <= 20480, service


# --- The pack's own policies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", PARTITIONS)
@pytest.mark.parametrize("preset", ["fullAccess", *NARROW])
@pytest.mark.parametrize("named", [False, True], ids=["every-key", "named-keys"])
def test_the_pack_finds_every_preset_well_formed_and_safe_for_agents(
    plain_pack: Pack, preset: Preset, region: str, named: bool
) -> None:
    key = arn("key", OURS, region)
    given = access(preset, **({"kms_keys": (key,), "log_groups": ("sessions",)} if named else {}))
    endpoints = [
        interface(service, policy(service, given, region))
        | {"serviceName": load().region(region).service_name(service)}
        for service in SERVICES
    ]
    graph = flat.build([VPC, *endpoints, {"Activation": "on-premises", "iamRole": "hybrid"}], region)
    plain_pack.configure({"features": {"kmsEncryption": True, "cloudwatchLogs": True}})
    judged = ("endpoint-policy-agent-safe", "endpoint-policy-well-formed")
    assert [d.message for d in plain_pack.judge(graph) if d.policy in judged] == []
    # The same stack with a policy that is neither: this test would see it.
    graph.edit("ssm", lambda properties: properties.update(policy=policy("kms", given, region)))
    if preset != "fullAccess":
        assert [d for d in plain_pack.judge(graph) if d.policy == judged[0]]
