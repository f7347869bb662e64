"""A sample of the mutants and rewrites of every Region; all of one. `make mutants` plays them all."""

from __future__ import annotations

import pytest

from tests.mutants.operators import mutants
from tests.mutants.play import play
from tests.mutants.rewrites import rewrites
from tests.support.pack import Pack
from tests.support.regions import REGIONS, region

SAMPLE, PARTS = 20, 4


@pytest.mark.parametrize(("turn", "id"), list(enumerate(REGIONS)))
def test_a_regions_mutants_are_blocked_and_its_rewrites_are_not(plain_pack: Pack, turn: int, id: str) -> None:
    tally = play(plain_pack, id, turn=turn, every=SAMPLE)
    assert (tally.survivors, tally.alarms) == ([], [])
    assert tally.blocked >= 9


@pytest.mark.parametrize("turn", range(PARTS))
def test_all_mutants_of_bahrain_are_blocked_and_its_rewrites_are_not(plain_pack: Pack, turn: int) -> None:
    """Its patch buckets have names of their own."""
    tally = play(plain_pack, "me-south-1", turn=turn, every=PARTS)
    assert (tally.survivors, tally.alarms) == ([], [])


def test_there_are_as_many_as_we_say() -> None:
    """So that a generator that yields nothing is seen."""
    for id in REGIONS:
        assert len(mutants(region(id))) >= 200, id
        assert len(rewrites(region(id))) >= 30, id
    assert len(REGIONS) == 46


def test_a_mutant_that_nobody_blocks_is_told(plain_pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness itself: a good stack that passes for a mutant, and a bad one for a rewrite."""
    from tests.mutants import play as module
    from tests.mutants.edits import dropped
    from tests.mutants.operators import COMPLETE, Mutant
    from tests.mutants.rewrites import Rewrite

    monkeypatch.setattr(module, "mutants", lambda _: [Mutant("nothing", "none", lambda _: None, COMPLETE)])
    monkeypatch.setattr(module, "rewrites", lambda _: [Rewrite("no ssm", dropped("ssm-ssm"))])
    tally = play(plain_pack, "eu-west-1")
    assert len(tally.survivors) == 1
    assert "com.amazonaws.eu-west-1.ssm " in tally.alarms[0]
    assert tally.blocked == 0
