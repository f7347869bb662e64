"""Every fixture's path states the expected verdict: `<policy id>/pass-*.yaml` is not touched by that policy,
`<policy id>/fail-*.yaml` is blocked by it."""

from pathlib import Path

import pytest

from tests.support import flat
from tests.support.pack import ROOT, Pack

FOLDER = ROOT / "tests" / "fixtures" / "policies"
FIXTURES = sorted(FOLDER.glob("*/*.yaml"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_fixture_has_the_verdict_of_its_path(pack: Pack, path: Path) -> None:
    config, resources = flat.read(path)
    pack.configure(config)
    blocked = pack.blocked_by(flat.build(resources))
    assert (path.parent.name in blocked) is path.stem.startswith("fail-")
