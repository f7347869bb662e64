"""Every fixture's path states the expected verdict: that policy finds nothing in `<policy id>/pass-*.yaml`, and something in
`<policy id>/fail-*.yaml`. A fixture may begin with the pack's configuration, as a YAML document of its own."""

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
    said = {finding.policy for finding in pack.judge(flat.build(resources))}
    assert (path.parent.name in said) is path.stem.startswith("fail-")
