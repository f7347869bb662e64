"""Every fixture's path states the expected verdict: that policy finds nothing in `<policy id>/pass-*.yaml`, and something in
`<policy id>/fail-*.yaml`. A fixture may begin with the pack's configuration, as a YAML document of its own.

What is said of each is in __snapshots__: all messages, to be read by people before they are accepted.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.support import flat
from tests.support.graph import RecordedGraph
from tests.support.pack import ROOT, Pack

FOLDER = ROOT / "tests" / "fixtures" / "policies"
FIXTURES = sorted(FOLDER.glob("*/*.yaml"))


def said(pack: Pack, stack: RecordedGraph, config: Mapping[str, Any]) -> list[str]:
    """All that the pack says of a stack: the policy, the resource it is shown at, whether it is unproven, and what."""
    pack.configure({**config, "onUnknown": "warn"})
    certain = pack.judge(stack)
    pack.configure(config)
    return [
        f"{each.policy} at {each.urn.rpartition('::')[2] or '-'}{'' if each in certain else ' (unproven)'}: "
        + each.message.partition("\n")[2]
        for each in pack.judge(stack)
    ]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_fixture_has_the_verdict_of_its_path(pack: Pack, path: Path) -> None:
    config, resources = flat.read(path)
    pack.configure(config)
    found = {finding.policy for finding in pack.judge(flat.build(resources))}
    assert (path.parent.name in found) is path.stem.startswith("fail-")


@pytest.mark.parametrize("policy", sorted({path.parent.name for path in FIXTURES}))
def test_what_a_policy_says(plain_pack: Pack, policy: str, snapshot: SnapshotAssertion) -> None:
    """What it says of its own fixtures; days move on, and are not part of it."""
    told = []
    for path in (path for path in FIXTURES if path.parent.name == policy):
        config, resources = flat.read(path)
        lines = [each for each in said(plain_pack, flat.build(resources), config) if each.startswith(policy)]
        told += [f"--- {path.stem}", *lines]
    assert flat.without_days("\n".join(told)) == snapshot
