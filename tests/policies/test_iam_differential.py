"""The evaluator against evaluators that we did not write, and against itself with everything known.

moto 5, `moto.iam.access_control` (Apache-2.0), runs in the test
    judges:  Action, NotAction, Resource, Effect of whole documents
    cannot:  NotResource (ignored); conditions (a few StringEquals; a false one on an Allow counts as a Deny);
             variables; `?` (left to a regular expression); case of actions; Principals other than `*`
pycfmodel 2, `StatementCondition` (Apache-2.0), runs in the test
    judges:  one condition: operators, IfExists, set operators, alternatives
    cannot:  whole documents; Null (upside down); several values of a negated operator; a key that is not there, unless
             IfExists (KeyError); variables; wildcards of ArnEquals; case in StringLike; IPv6 beside IPv4
@cloud-copilot/iam-simulate 0.1.173, `analyzeResourcePolicy` (AGPL-3.0, Node.js), 3,000 verdicts recorded
    judges:  everything: NotResource, NotPrincipal, principals, variables, conditions
    cannot:  nothing that is drawn here. Not run: neither its licence nor Node.js belongs into this repository.
             To record anew: give it `case(0)` to `case(2999)` of `iam_cases`, an unsigned one as {type: "Anonymous"}

Where a peer differs, AWS's page decides; each difference is a test at the end of a part, so that a peer's correction is
seen.
"""

import hashlib
import ipaddress
import json
import logging
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from moto.iam.access_control import IAMPolicy, PermissionResult
from pycfmodel.model.resources.properties.statement_condition import StatementCondition

from policies.iam import (
    ABSENT,
    PRESENT,
    Request,
    Signed,
    Value,
    Verdict,
    allows_all,
    decide,
    denial_within,
    parse,
)
from tests.policies.iam_cases import (
    ACTION,
    KEYS,
    MANY,
    MANY_VALUES,
    OBJECT,
    OTHER_ACCOUNT,
    PLAIN_RESOURCES,
    Case,
    case,
    cases,
)
from tests.policies.iam_documents import allow, deny, holds, text

RECORDED = Path(__file__).parents[1] / "fixtures" / "iam" / "iam-simulate.json"
many = settings(
    max_examples=2000, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)

# moto: whole documents.


def for_moto(written: list[dict[str, Any]]) -> str:
    """The same document without what moto cannot judge."""
    judged = []
    for each in written:
        action = next(key for key in ("Action", "NotAction") if key in each)
        resource = each.get("Resource") or each["NotResource"]
        judged.append(
            {
                "Effect": each["Effect"],
                "Principal": "*",
                action: [name for name in each[action] if "?" not in name and name[0] != "S"] or ["s3:List*"],
                "Resource": [name for name in resource if "?" not in name and "$" not in name]
                or PLAIN_RESOURCES[1],
            }
        )
    return text(*judged)


def moto_allows(document: str) -> bool:
    said = IAMPolicy(document).is_action_permitted(ACTION, OBJECT)
    return bool(said == PermissionResult.PERMITTED)


@many
@given(cases)
def test_moto_agrees_on_actions_resources_and_effects(drawn: Case) -> None:
    document = for_moto(drawn.statements)
    expected = Verdict.ALLOWED if moto_allows(document) else Verdict.DENIED
    assert decide(parse(document), Request(ACTION, OBJECT)).verdict is expected


MOTO_DIFFERS = [
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
    (text(allow(Resource=None, NotResource="*")), True, Verdict.DENIED),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html: case does not matter
    (text(allow(Action="s3:getobject", Resource="*")), False, Verdict.ALLOWED),
    # A Deny whose condition is false does not apply:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
    (
        text(allow(Resource="*"), deny(Resource="*", Condition={"StringEquals": {"aws:a": "1"}})),
        False,
        Verdict.ALLOWED,
    ),
]


@pytest.mark.parametrize(("document", "moto", "right"), MOTO_DIFFERS)
def test_where_moto_differs_aws_says_otherwise(document: str, moto: bool, right: Verdict) -> None:
    assert moto_allows(document) is moto
    assert decide(parse(document), Request(ACTION, OBJECT, context={"aws:a": ABSENT})).verdict is right


# pycfmodel: conditions.


def as_pycfmodel_reads(key: str, value: str) -> Any:
    """It compares Python values, not texts."""
    operators = KEYS[key][1] if key in KEYS else []
    if "Bool" in operators:
        return value == "true"
    if "NumericEquals" in operators:
        return int(value)
    return ipaddress.ip_network(value) if "IpAddress" in operators else value


def pycfmodel_holds(condition: dict[str, Any], context: dict[str, list[str]]) -> bool | None:
    values = {key: [as_pycfmodel_reads(key, each) for each in listed] for key, listed in context.items()}
    single = {key: listed if key == MANY else listed[0] for key, listed in values.items()}
    logging.disable(logging.CRITICAL)
    try:
        answer: bool | None = StatementCondition(**condition)(single)
    finally:
        logging.disable(logging.NOTSET)
    return answer


def pycfmodel_judges(operator: str, key: str, values: Any, context: dict[str, list[str]]) -> bool:
    several = isinstance(values, list) and len(values) > 1
    # It ignores case there.
    compared = f"{values} {context.get(key)}"
    cased = "Like" in operator and compared != compared.lower()
    wild = "Arn" in operator and "Like" not in operator and "*" in str(values)
    return not (
        operator == "Null"
        or ("Not" in operator and (several or "ForAny" in operator))
        or (key not in context and not operator.endswith("IfExists"))
        or wild
        or cased
        or "${" in str(values)
        or "::/0" in str(values)
    )


@many
@given(cases)
def test_pycfmodel_agrees_on_conditions(drawn: Case) -> None:
    for each in drawn.statements:
        for operator, keys in each.get("Condition", {}).items():
            for key, values in keys.items():
                if not pycfmodel_judges(operator, key, values, drawn.context):
                    continue
                condition = {operator: {key: values}}
                ours = holds(condition, dict(drawn.request.context))
                assert ours is pycfmodel_holds(condition, drawn.context), (condition, drawn.context)


PYCFMODEL_DIFFERS: list[tuple[dict[str, Any], dict[str, list[str]], bool, bool]] = [
    # "true (the key doesn't exist - it is null)":
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
    ({"Null": {"aws:username": "true"}}, {"aws:username": ["red"]}, True, False),
    # Values of a negated operator are a NOR:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
    ({"StringNotEquals": {"aws:username": ["red", "blue"]}}, {"aws:username": ["red"]}, True, False),
    # "Case-sensitive matching": the same page as for Null, #Conditions_String
    ({"StringLike": {"aws:username": "R*"}}, {"aws:username": ["red"]}, True, False),
    # "ArnEquals and ArnLike behave identically": the same page, #Conditions_ARN
    (
        {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:*:topic"}},
        {"aws:SourceArn": ["arn:aws:sns:eu-west-1:111122223333:topic"]},
        False,
        True,
    ),
]


@pytest.mark.parametrize(("condition", "context", "pycfmodel", "right"), PYCFMODEL_DIFFERS)
def test_where_pycfmodel_differs_aws_says_otherwise(
    condition: dict[str, Any], context: dict[str, list[str]], pycfmodel: bool, right: bool
) -> None:
    assert pycfmodel_holds(condition, context) is pycfmodel
    known: dict[str, Value] = {key.lower(): tuple(values) for key, values in context.items()}
    assert holds(condition, known) is right


# iam-simulate: everything. A letter per case, in order of the seeds: A for Allowed and AllowedForAccount, D for the rest.


def test_iam_simulate_agrees_wherever_there_is_an_answer() -> None:
    recorded = json.loads(RECORDED.read_text())
    drawn = [case(seed) for seed in range(len(recorded["verdicts"]))]
    written = json.dumps([[each.statements, each.caller, each.context] for each in drawn], sort_keys=True)
    assert hashlib.sha256(written.encode()).hexdigest() == recorded["sha256"], (
        "the cases changed: record anew"
    )
    ours = [decide(parse(each.text), each.request).verdict for each in drawn]
    letters = {Verdict.ALLOWED: "A", Verdict.DENIED: "D"}
    differ = [
        (seed, said)
        for seed, (verdict, said) in enumerate(zip(ours, recorded["verdicts"], strict=True))
        if verdict is not Verdict.UNDECIDABLE and letters[verdict] != said
    ]
    assert differ == []
    assert ours.count(Verdict.UNDECIDABLE) < len(ours) * 0.06
    assert ours.count(Verdict.ALLOWED) > len(ours) * 0.15


# Ourselves: what is said without knowing everything stays true whatever turns out.

UNKNOWABLE: dict[str, list[Value]] = {key: [(value,) for value in values[0]] for key, values in KEYS.items()}
UNKNOWABLE[MANY] = [*((value,) for value in MANY_VALUES), ("team", "cost"), tuple(MANY_VALUES)]


@many
@given(cases)
def test_a_verdict_without_full_knowledge_holds_for_every_completion(drawn: Case) -> None:
    document, whole = parse(drawn.text), drawn.request
    names = sorted(UNKNOWABLE)
    # Two keys are not known: one not at all, of the other only that it is there.
    first, second = names[len(drawn.text) % len(names)], names[len(drawn.text) // 7 % len(names)]
    unknown = {first: [ABSENT, *UNKNOWABLE[first]], second: UNKNOWABLE[second]}
    context = {key: value for key, value in whole.context.items() if key != first.lower()}
    context[second.lower()] = PRESENT
    if first == second:
        unknown = {second: UNKNOWABLE[second]}
    caller = Signed() if isinstance(whole.caller, Signed) else whole.caller
    said = decide(document, Request(ACTION, OBJECT, caller, context)).verdict
    if said is Verdict.UNDECIDABLE:
        return
    callers = [whole.caller, Signed(OTHER_ACCOUNT)] if isinstance(whole.caller, Signed) else [whole.caller]
    for who, values in product(callers, product(*unknown.values())):
        completed = context | {key.lower(): value for key, value in zip(unknown, values, strict=True)}
        found = decide(document, Request(ACTION, OBJECT, who, completed))
        assert found.verdict is said, (who, completed, found.reason)


@many
@given(cases)
def test_what_is_said_of_a_whole_bucket_holds_for_an_object(drawn: Case) -> None:
    document, request = parse(drawn.text), drawn.request
    bucket = Request(ACTION, "arn:aws:s3:::a/*", request.caller, request.context)
    verdict = decide(document, request).verdict
    if denial_within(document, bucket) is None and allows_all(document, bucket):
        assert verdict is Verdict.ALLOWED
    everything = parse(text(*drawn.statements, allow(Action="*", Resource="*")))
    if denial_within(document, bucket) is None:
        assert decide(everything, request).verdict is Verdict.ALLOWED
