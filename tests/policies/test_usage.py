"""What a stack itself shows its nodes to use, they need an endpoint for; what may be such a sign is asked for."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.graph import UNKNOWN_BOOL, UNKNOWN_STRING, JsonObject
from tests.support.pack import Pack

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
KMS, LOGS = "kms", "logs"


@pytest.fixture
def complete(plain_pack: Pack) -> Judge:
    return Judge(plain_pack, "ssm-endpoints-complete")


def needed(said: list[str]) -> dict[str, str]:
    """The endpoints for features that are missed, with what they are needed for."""
    found = {
        match[1]: match[2]
        for text in said
        if (match := re.search(r" endpoint for com\.amazonaws\.eu-west-1\.(\w+) \((.*?)\)\.\n", text))
    }
    return {service: why for service, why in found.items() if service in (KMS, LOGS)}


def asked(said: list[str]) -> dict[str, str]:
    """The endpoints of which it cannot be told, with why."""
    pattern = r"^.*\n?.*: (.*), so whether nodes need the endpoint (\w+) cannot be proven"
    return {match[2]: match[1] for text in said if (match := re.search(pattern, text))}


def session(content: Any, **more: Any) -> JsonObject:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"Document": "prefs", "documentType": "Session", "content": text, **more}


def inputs(**given: Any) -> JsonObject:
    return {"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": given}


def task(delivers: Any) -> JsonObject:
    run = {"runCommandParameters": {"cloudwatchConfig": {"cloudwatchOutputEnabled": delivers}}}
    return {"MaintenanceWindowTask": "patch", "taskType": "RUN_COMMAND", "taskInvocationParameters": run}


@pytest.mark.parametrize(
    ("resource", "service", "why"),
    [
        (session(inputs(kmsKeyId="alias/x")), KMS, "'prefs' is a Session document with kmsKeyId"),
        (
            session(inputs(cloudWatchLogGroupName="/ssm")),
            LOGS,
            "'prefs' is a Session document with cloudWatchLogGroupName",
        ),
        ({"Parameter": "pw", "type": "SecureString"}, KMS, "'pw' is an encrypted parameter"),
        (task(True), LOGS, "'patch' sends its output to CloudWatch Logs"),
    ],
    ids=["a key of sessions", "a log group of sessions", "an encrypted parameter", "a maintenance window"],
)
def test_a_sign_makes_the_endpoint_needed_and_is_named(
    complete: Judge, resource: JsonObject, service: str, why: str
) -> None:
    said = complete.resources(VPC, resource)
    assert asked(said) == {}
    (found,) = needed(said).items()
    assert found[0] == service
    assert found[1].endswith(f"; {why}")


@pytest.mark.parametrize(
    "resource",
    [
        session(inputs(kmsKeyId="", cloudWatchLogGroupName="")),
        session(inputs()),
        session({"schemaVersion": "1.0"}),
        session({"inputs": None}),
        session({"inputs": ["kmsKeyId"]}),
        session([]),
        session(""),
        session(inputs(kmsKeyId="alias/x"), documentType="Command"),
        {"Document": "prefs", "content": json.dumps(inputs(kmsKeyId="alias/x"))},
        {"Parameter": "pw", "type": "String"},
        {"Parameter": "pw", "type": "StringList"},
        {"Parameter": "pw"},
        task(False),
        {"MaintenanceWindowTask": "patch", "taskType": "LAMBDA"},
        {"MaintenanceWindowTask": "patch", "taskInvocationParameters": {"lambdaParameters": {}}},
    ],
    ids=str,
)
def test_what_is_no_sign_asks_for_nothing(complete: Judge, resource: JsonObject) -> None:
    said = complete.resources(VPC, resource)
    assert (needed(said), asked(said)) == ({}, {})


UNREAD = "'prefs' is a Session document whose {} is not known in the preview"
PARAMETER = "'pw' is a parameter of a type that is not known in the preview"
TASK = "'patch' may send its output to CloudWatch Logs, which the preview does not know"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (
            session(UNKNOWN_STRING),
            {KMS: UNREAD.format("kmsKeyId"), LOGS: UNREAD.format("cloudWatchLogGroupName")},
        ),
        (
            session("a: !!int x"),
            {KMS: UNREAD.format("kmsKeyId"), LOGS: UNREAD.format("cloudWatchLogGroupName")},
        ),
        (
            session("[" * 20000),
            {KMS: UNREAD.format("kmsKeyId"), LOGS: UNREAD.format("cloudWatchLogGroupName")},
        ),
        ({"Parameter": "pw", "type": UNKNOWN_STRING}, {KMS: PARAMETER}),
        (task(UNKNOWN_BOOL), {LOGS: TASK}),
        ({**task(True), "taskInvocationParameters": UNKNOWN_STRING}, {LOGS: TASK}),
    ],
    ids=[
        *("an unknown document", "one that is no YAML", "one that is too deep"),
        *("an unknown type", "an unknown flag", "unknown parameters"),
    ],
)
def test_what_may_be_a_sign_is_asked_for_and_merely_unproven(
    complete: Judge, resource: JsonObject, expected: dict[str, str]
) -> None:
    said = complete.resources(VPC, resource)
    assert (needed(said), asked(said)) == ({}, expected)
    assert asked(complete.resources(VPC, resource, config={"onUnknown": "warn"})) == {}


def test_a_document_is_read_as_json_before_yaml(complete: Judge) -> None:
    """YAML refuses tabs before a key."""
    tabs = session(json.dumps(inputs(kmsKeyId="alias/x"), indent="\t"))
    said = complete.resources(VPC, tabs)
    assert (list(needed(said)), asked(said)) == ([KMS], {})


def test_a_document_of_unknown_type_may_be_a_session_document(complete: Judge) -> None:
    unknown = session(inputs(kmsKeyId="alias/x"), documentType=UNKNOWN_STRING)
    assert list(needed(complete.resources(VPC, unknown))) == [KMS]


def test_every_resource_is_looked_at(complete: Judge) -> None:
    """The first of each kind shows nothing; the second does, and the one after it hides nothing."""
    stack = [
        {**session(inputs(), documentType="Command"), "Document": "a"},
        {**session(inputs(cloudWatchLogGroupName="/ssm")), "Document": "b"},
        {"Parameter": "a", "type": "String"},
        {"Parameter": "b", "type": "SecureString"},
        {"Parameter": "c", "type": "SecureString"},
        {**task(False), "MaintenanceWindowTask": "a"},
        {**task(True), "MaintenanceWindowTask": "b"},
    ]
    found = needed(complete.resources(VPC, *stack))
    assert found[KMS].endswith("; 'b' is an encrypted parameter")
    assert found[LOGS].endswith("; 'b' is a Session document with cloudWatchLogGroupName")


def test_a_certain_sign_settles_an_uncertain_one(complete: Judge) -> None:
    unsure, sure = {"Parameter": "pw", "type": UNKNOWN_STRING}, session(inputs(kmsKeyId="alias/x"))
    said = complete.resources(VPC, unsure, sure)
    assert (list(needed(said)), asked(said)) == ([KMS], {})


def test_a_sign_concerns_its_own_region(complete: Judge) -> None:
    graph = flat.build([VPC, {"Parameter": "pw", "type": "SecureString"}])
    for each in (graph.resource("pw"), graph.input("pw")):
        each["provider"] = {**each["provider"], "properties": {"region": "us-east-1"}}
    assert needed(complete.graph(graph)) == {}
    for each in (graph.resource("pw"), graph.input("pw")):
        each["provider"] = {**each["provider"], "properties": {}}
    assert needed(complete.graph(graph)) == {}


def test_one_feature_is_seen_in_each_region_where_it_shows(complete: Judge) -> None:
    parameters: list[JsonObject] = [
        {"Parameter": "a", "type": "SecureString", "region": "us-east-1"},
        {"Parameter": "b", "type": "SecureString", "region": "eu-west-1"},
    ]
    assert needed(complete.resources(VPC, *parameters))[KMS].endswith("; 'b' is an encrypted parameter")
