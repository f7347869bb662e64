"""The long form of test_hostile_api.py, for `make hostile`: all of it at once, for several seeds, from up to destroy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.own_stack import OwnStack
from tests.e2e.test_hostile_api import BAD, SETTINGS, again, in_aws, is_as_asked
from tests.support.hostile_api import Lag, Weather, hostile

SEEDS = range(1, 6)
CHANGED = {**SETTINGS, "buckets": {"otherAwsManaged": ["amazoncloudwatch-agent-eu-west-1"]}}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stack_comes_up_is_changed_and_goes_in_bad_weather_with_reads_that_lag(
    seed: int, tmp_path: Path, moto: int
) -> None:
    weather, lag = Weather(BAD, seed), Lag(reads=2)
    with hostile(moto, weather, lag) as port:
        stack = OwnStack(tmp_path, port)
        for settings in (SETTINGS, CHANGED):
            up = stack.run("up", settings, "--yes", "--skip-preview")
            assert up.code == 0, up.text
            again(stack, settings)
        is_as_asked(stack, moto)
        vpc = str(stack.outputs()["vpcId"])
        refresh = stack.run("refresh", CHANGED, "--yes")
        assert "18 unchanged" in refresh.text, refresh.text
        down = stack.run("destroy", CHANGED, "--yes")
        assert down.code == 0, down.text
    assert in_aws(moto, vpc).total() == 0
    assert all(weather.seen[name] for name in ("throttled", "errors", "resets", "slow")), weather.seen
    assert all(lag.seen[name] for name in ("not there", "as before")), lag.seen
