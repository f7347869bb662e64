"""Stacks that others published, in their shape: blocked for what is truly wrong with them, and for nothing else; corrected,
they pass. Each file names its source; AWS's bucket names are typed from AWS's table."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import flat
from tests.support.pack import ROOT, Pack

STACKS = sorted((ROOT / "tests" / "fixtures" / "public").glob("*.yaml"))


@pytest.mark.parametrize("path", STACKS, ids=lambda p: p.stem)
def test_a_public_stack_is_blocked_for_exactly_what_is_wrong_with_it(plain_pack: Pack, path: Path) -> None:
    about: dict[str, Any]
    about, resources = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    plain_pack.configure(about.get("config", {}))
    first = flat.build(resources, about["region"])
    assert set(plain_pack.blocked_by(first)) == set(about["blocked_by"])


def test_every_published_stack_has_a_corrected_one() -> None:
    names = [path.stem.rsplit("-", 1) for path in STACKS]
    assert {name for name, kind in names if kind == "published"} == {
        name for name, kind in names if kind == "corrected"
    }
    assert len(names) >= 6
