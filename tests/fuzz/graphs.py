"""What the engine might send a pack: recorded stacks with garbage in them.

A good stack in which a deciding value is garbage is blocked; so is a stack that lacks something, whatever garbage is added.
An error is no pass, for the engine stops at one; but where a message can be read it is no answer either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.deserialize import (
    SPECIAL_ARCHIVE_SIG,
    SPECIAL_ASSET_SIG,
    SPECIAL_SECRET_SIG,
    SPECIAL_SIG_KEY,
)

from tests.fuzz.junk import CONTROL, nested
from tests.fuzz.process import Process
from tests.fuzz.tally import FALSE_BLOCK, MESSAGE, PASSED, Tally, WrongError, check_message
from tests.support.graph import UNKNOWN_BOOL, UNKNOWN_LIST, UNKNOWN_STRING, JsonObject, RecordedGraph
from tests.support.regions import graph, region

Draw = Callable[[st.SearchStrategy[Any]], Any]
HERE: Final = region("eu-west-1")
STAGES: Final = ("dev-preview", "dev-unchanged", "nodes-preview", "nodes-unchanged")
# A stack with nodes uses KMS: its endpoint is there.
CONFIG: Final = {"scope": "always"}
# No finding is longer; an answer has so many.
_LONGEST_FINDING: Final = 60_000
OUTPUT_SIG: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

# Values of every kind that a property may have on the wire, none of which is right anywhere.
GARBAGE: Final[st.SearchStrategy[Any]] = st.one_of(
    st.sampled_from(
        [
            0.0,
            -1.5,
            1e308,
            True,
            False,
            "",
            " ",
            "x",
            [],
            {},
            [None],
            [[]],
            [{}],
            {"": None},
            "*",
            "{}",
            "[",
            "null",
        ]
    ),
    st.sampled_from([UNKNOWN_STRING, UNKNOWN_BOOL, UNKNOWN_LIST, [UNKNOWN_STRING], {"a": UNKNOWN_STRING}]),
    st.sampled_from(CONTROL[:-1]).map(lambda text: f"com.amazonaws.eu-west-1.ssm{text}"),
    st.text(max_size=12),
    st.builds(
        lambda sig, value: {SPECIAL_SIG_KEY: sig, "value": value},
        st.sampled_from([SPECIAL_SECRET_SIG, SPECIAL_ASSET_SIG, SPECIAL_ARCHIVE_SIG, OUTPUT_SIG, "", 7.0]),
        st.sampled_from(["x", None, [], {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": {}}, UNKNOWN_STRING]),
    ),
    st.sampled_from([{SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG}, {SPECIAL_SIG_KEY: None}, {SPECIAL_SIG_KEY: {}}]),
    st.builds(nested, st.sampled_from([5, 20])),
    st.builds(lambda: nested(12, mapping=True)),
)
# The property of which resource decides: with garbage there, the stack is not a good one any more.
_OF_AN_INTERFACE: Final = (
    "serviceName",
    "vpcEndpointType",
    "vpcId",
    "privateDnsEnabled",
    "subnetIds",
    "securityGroupIds",
)
DECIDING: Final = (
    *((service, key) for service in ("ssm", "ssmmessages", "ec2messages", "ec2") for key in _OF_AN_INTERFACE),
    *(("s3", key) for key in ("serviceName", "vpcEndpointType", "vpcId", "routeTableIds", "policy")),
)


@dataclass
class Case:
    """A stack to play. `lacking`: what it lacks, so that it has to be blocked; "" where nothing has to."""

    stack: RecordedGraph
    lacking: str = ""
    done: list[str] = field(default_factory=list)


@st.composite
def cases(draw: Draw) -> Case:
    """A recorded stack with garbage in it."""
    base = draw(st.sampled_from(STAGES))
    stack, prefix = graph(base, HERE), "ssm-" if base.startswith("dev") else ""
    case = Case(stack)
    how = draw(st.sampled_from(["deciding", "deciding", "lacking", "lacking", "anything"]))
    if how == "deciding":
        service, key = draw(st.sampled_from(DECIDING))
        spoil(case, f"{prefix}{service}", key, draw(GARBAGE))
    elif how == "lacking":
        service = draw(st.sampled_from(["ssm", "ssmmessages", "ec2messages", "ec2", "s3"]))
        stack.drop(f"{prefix}{service}", _ENDPOINT)
        case.lacking = f"no endpoint of {service}"
    if how != "deciding":
        for _ in range(draw(st.integers(1, 4))):
            _spoil(draw, case)
    return case


_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"


def spoil(case: Case, name: str, key: str, value: Any) -> None:
    """Give an endpoint a value for a property that decides. One that is there already spoils nothing."""
    right = case.stack.resource(name, _ENDPOINT)["properties"].get(key)
    case.stack.edit(name, lambda properties: properties.update({key: value}), _ENDPOINT)
    _without_sources(case.stack.resource(name, _ENDPOINT), key)
    if type(value) is not type(right) or value != right:
        case.lacking = f"{name}: {key} is {value!r}"


def _without_sources(resource: JsonObject, key: str) -> None:
    """Garbage was computed from nothing."""
    resource.get("propertyDependencies", {}).pop(key, None)


def _spoil(draw: Draw, case: Case) -> None:
    """Garbage in some property of some resource, as input, as output or as both; or a resource of garbage."""
    stack = case.stack
    if draw(st.integers(0, 5)) == 0:
        type_ = draw(
            st.sampled_from(
                [_ENDPOINT, "aws:ec2/vpc:Vpc", "aws-native:ec2:VpcEndpoint", "x", "", "\x1b[2J", "a:b:c"]
            )
        )
        name = draw(st.sampled_from(["x", "", *CONTROL[:-1]]))
        values = {
            key: draw(GARBAGE)
            for key in draw(st.sets(st.sampled_from(["vpcId", "serviceName", "policy", "region", "id"])))
        }
        resource = {
            "type": type_,
            "name": name,
            "urn": f"urn:pulumi:dev::x::{type_}::{name}",
            "properties": values,
        }
        stack.add({**resource, "parent": draw(st.sampled_from(["", "x"]))})
        case.done.append(f"added {resource!r}")
        return
    listed = draw(st.sampled_from([stack.inputs, stack.resources]))
    resource = draw(st.sampled_from(listed))
    # The stack's own region decides which names are right, and the stack has another.
    key = draw(
        st.sampled_from(
            [*resource["properties"], "vpcId", "tags", "ingress", "cidrBlock", "subnetId", "extra"]
        )
    )
    value = draw(GARBAGE)
    resource["properties"][key] = value
    case.done.append(f"{resource['urn']}: {key} is {value!r}")


class Judge:
    """Plays cases to one process of the pack."""

    def __init__(self, process: Process) -> None:
        self.process, self.count = process, 0
        self.good = [graph(base, HERE) for base in STAGES]

    def __call__(self, case: Case, tally: Tally) -> None:
        self.process.pack.configure(CONFIG)
        blocked, refused = self.play(case.stack)
        tally.outcomes["error" if refused else "blocked" if blocked else "valid"] += 1
        if case.lacking and not blocked and not refused:
            raise WrongError(PASSED, f"{case.lacking} passed, with {case.done}")
        self.count += 1
        if self.count % 40 == 0 or refused:
            self.judges_well()

    def judges_well(self) -> None:
        """Whatever was sent before: a good stack passes, and one that lacks an endpoint does not."""
        self.process.pack.configure(CONFIG)
        stack = self.good[self.count % len(self.good)]
        if self.play(stack) != (False, False):
            raise WrongError(FALSE_BLOCK, "a good stack is blocked, after what was sent before")

    def play(self, stack: RecordedGraph) -> tuple[bool, bool]:
        """Whether something mandatory was found, and whether a call was answered with an error."""
        blocked = refused = False
        for request in stack.analyze_requests():
            found, failed = self._ask("Analyze", request)
            blocked, refused = blocked or found, refused or failed
        found, failed = self._ask("AnalyzeStack", stack.stack_request())
        return blocked or found, refused or failed

    def _ask(self, method: str, request: Any) -> tuple[bool, bool]:
        answer = self.process.ask(method, request)
        return is_blocking(answer), answer is None


def is_blocking(answer: analyzer_pb2.AnalyzeResponse | None) -> bool:
    """Whether an answer has a mandatory finding. Every finding can be shown. Raises: WrongError."""
    found = list(answer.diagnostics) if answer else []
    for each in found:
        check_message(each.message, limit=_LONGEST_FINDING)
        if not each.policyName:
            raise WrongError(MESSAGE, f"a finding of no policy: {each.message}")
    return any(each.enforcementLevel == analyzer_pb2.MANDATORY for each in found)


def shown(case: Case) -> str:
    """The case as text."""
    return f"{case.lacking}; {case.done}"[:4000]
