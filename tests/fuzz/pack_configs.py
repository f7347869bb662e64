"""Configurations of the pack: a refusal that names policy and key, and blocks; or a stack that is judged by what they say.

No configuration makes the pack pass a stack that lacks an endpoint, unless it says that the endpoint is elsewhere or waived.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from google.protobuf import json_format
from hypothesis import strategies as st

from policies import waivers
from policies.pack_config import PackConfigError, read, schema
from policies.registry import POLICIES
from tests.fuzz.configs import SOMETIMES
from tests.fuzz.spoil import spoil
from tests.fuzz.tally import FALSE_BLOCK, PASSED, Tally, WrongError, check_message, timed
from tests.support.pack import here
from tests.support.regions import graph, region
from tools import policy_config

Draw = Callable[[st.SearchStrategy[Any]], Any]
Config = dict[str, Any]
KEYS: Final = frozenset(schema().properties)
# What says that an endpoint need not be in the stack.
EXCUSES: Final = frozenset(("sharedEndpoints", "existingEndpoints", "internetAccess", "waivers"))
_HERE: Final = region("eu-west-1")
_VPC: Final = "vpc-0a1b2c3d4e5f60718"
_ELSEWHERE: Final = {"vpc": _VPC, "services": ["ssm"], "where": "the hub"}
_MOST: Final = 20_000


def _waiver() -> Config:
    day = datetime.now(UTC).date() + timedelta(days=30)
    urn = "urn:pulumi:prod::*::*::*"
    return {"urn": urn, "reason": "until the hub is up", "owner": "net", "expires": f"{day}"}


def _right_values() -> dict[str, list[Any]]:
    """Right values of every key."""
    subnet = {"vpcId": _VPC, "id": "subnet-0a1b2c3d"}
    whole = {"cidr": "10.0.1.0/24", "ipv6Cidr": "2001:db8::/64", "availabilityZone": "eu-west-1a"}
    return {
        "profile": ["current", "seed"],
        "features": [{}, {"windows": False}, {"vssSnapshots": True, "macos": False}],
        "minimumAgentVersion": ["", "3.3.40.0"],
        "requiredServices": [[], ["ssm"], ["com.amazonaws.eu-west-1.sqs"]],
        "requiredBuckets": [[], ["acme-logs"]],
        "awsManaged": [{}, {"aws-ssm": "given-name"}],
        "sharedEndpoints": [[], [_ELSEWHERE]],
        "existingEndpoints": [[], [{**_ELSEWHERE, "services": ["s3"]}]],
        "hostedZones": [[], [{**_ELSEWHERE, "where": "this stack"}]],
        "internetAccess": [[], [{"vpc": _VPC, "where": "NAT"}]],
        "nodeSubnets": [[], [{**subnet, **whole, "routeTableId": "rtb-0a1b2c3d"}]],
        "minimumZones": [1, 2, 3.0],
        "maxMonthlyUsd": [0, 250, 99.5],
        "endpointHourUsd": [0.011],
        "trustedSecurityGroups": [[], ["sg-0a1b2c3d"]],
        "scope": ["auto", "always"],
        "onUnknown": ["fail", "warn"],
        "waivers": [[], [_waiver()]],
    }


@st.composite
def right(draw: Draw) -> Config:
    """A configuration that the pack has to take."""
    return {key: draw(st.sampled_from(values)) for key, values in _right_values().items() if draw(SOMETIMES)}


@st.composite
def cases(draw: Draw) -> tuple[bool, Any]:
    """Whether it is right, and the configuration."""
    config = draw(right())
    if draw(SOMETIMES):
        return True, config
    return False, spoil(draw, config or {"scope": "always"})


class Judge:
    """Plays cases; `folder` is for files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pack = folder, here()
        self.good, self.lacking = graph("dev-preview", _HERE), graph("dev-preview", _HERE)
        self.lacking.drop("ssm-ssm", "aws:ec2/vpcEndpoint:VpcEndpoint")

    def __call__(self, case: tuple[bool, Any], tally: Tally) -> None:
        is_right, config = case
        self._file(config, tally)
        self._table(config, tally)
        try:
            with timed(tally, "pack configuration"):
                read(config), waivers.read(config)
        except PackConfigError as error:
            if is_right:
                raise WrongError(FALSE_BLOCK, f"a right configuration is refused: {error}") from None
            check_message(str(error), limit=_MOST)
            tally.refused |= {key for key in KEYS if key in str(error)}
            tally.outcomes["error"] += 1
            self._blocks_everything(config)
            return
        tally.valid |= KEYS & config.keys()
        tally.outcomes["valid"] += 1
        with timed(tally, "judgement"):
            if not self._set_up(config):
                raise WrongError(PASSED, "a configuration is taken that no engine could hand over")
            blocked = self.pack.blocked_by(self.lacking)
        tally.outcomes["blocked"] += bool(blocked)
        if not blocked and EXCUSES.isdisjoint(config):
            raise WrongError(PASSED, "a stack without the ssm endpoint passes")

    def _file(self, config: Any, tally: Tally) -> None:
        """`make policy-config FILE=`: the same for one policy, as JSON."""
        file = self.folder / "pack.json"
        try:
            file.write_text(json.dumps({POLICIES[0].name: config}, default=str), encoding="utf-8")
        except (TypeError, ValueError, RecursionError):
            return  # JSON has no such thing.
        with timed(tally, "file"):
            wrong = policy_config.check_file(file)
        check_message("\n".join(wrong), limit=_MOST)

    def _table(self, config: Any, tally: Tally) -> None:
        """A table of stacks.toml, or the requirements of an inventory."""
        with timed(tally, "table"):
            wrong = list(policy_config.problems("x", config))
        check_message("\n".join(wrong), limit=_MOST)

    def _set_up(self, config: Config) -> bool:
        """Hand it to every policy, as the engine would; whether that can be done at all."""
        try:
            self.pack.set_up({"all": config})
        except (
            json_format.ParseError,
            TypeError,
            ValueError,
            ArithmeticError,
            AttributeError,
            RecursionError,
        ):
            return False
        return True

    def _blocks_everything(self, config: Config) -> None:
        """Every policy that was given a wrong configuration says so and blocks, also where the stack is a good one."""
        if not self._set_up(config):
            return
        found = [each for each in self.pack.judge(self.good) if each.level == "MANDATORY"]
        for each in found:
            check_message(each.message, limit=_MOST)
        said = {each.policy for each in found if "configuration cannot be used" in each.message}
        mandatory = {name for name, info in self.pack.policies.items() if info.enforcementLevel == 1}
        if not mandatory <= said:
            raise WrongError(PASSED, f"{mandatory - said} take what cannot be used")


def shown(case: tuple[bool, Any]) -> str:
    """The case as text to paste."""
    return f"config = {case[1]!r}"[:4000]
