"""What a waiver excuses is said in every preview, and blocks nothing."""

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.pack import ROOT, Pack

FIXTURE = ROOT / "tests" / "fixtures" / "policies" / "nothing-waived" / "fail-waived.yaml"


def test_the_finding_is_said_with_who_answers_for_it_and_until_when(judge: Judge) -> None:
    (said,) = judge.fixture("fail-waived")
    for part in ("vpc-dns-enabled", "platform@example.com", "moves to the hub", "enableDnsHostnames"):
        assert part in said


def test_it_is_advice(plain_pack: Pack) -> None:
    config, resources = flat.read(FIXTURE)
    plain_pack.configure(config)
    levels = {d.policy: d.level for d in plain_pack.judge(flat.build(resources))}
    assert levels["nothing-waived"] == "ADVISORY"


def test_nothing_is_said_where_nothing_is_waived(judge: Judge) -> None:
    assert judge.fixture("pass-no-waiver") == []
