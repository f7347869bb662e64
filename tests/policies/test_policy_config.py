"""The generated configuration of the pack: one requirement per stack, repeated for every policy."""

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from policies.registry import POLICIES
from tests.support.pack import ROOT
from tools import policy_config


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "policies" / "config").mkdir(parents=True)
    return tmp_path


def stacks(root: Path, text: str) -> Path:
    path = root / "policies" / "config" / "stacks.toml"
    path.write_text(text, encoding="utf-8")
    return path.parent


def test_the_committed_files_are_what_stacks_toml_says() -> None:
    assert policy_config.main(ROOT, check=True) == 0


def test_every_policy_gets_the_stacks_requirements_and_stays_mandatory(root: Path) -> None:
    folder = stacks(root, '[lean]\nscope = "always"\nfeatures = { vssSnapshots = false }\n')
    assert policy_config.main(root) == 0
    written = json.loads((folder / "lean.json").read_text(encoding="utf-8"))
    assert written.keys() == {policy.name for policy in POLICIES}
    advisory = {name for name, config in written.items() if config["enforcementLevel"] == "advisory"}
    assert advisory == {"nothing-waived", "s3-gateway-policy-not-open"}
    for name, config in written.items():
        assert config == {
            "enforcementLevel": "advisory" if name in advisory else "mandatory",
            "scope": "always",
            "features": {"vssSnapshots": False},
        }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[dev", "stacks.toml is not TOML"),
        ("dev = " + "[" * 100_000, "stacks.toml is not TOML that can be read: nested too deep"),
        ('["\\u001b[2J"]\n', r"[\x1b[2J]: is not a stack's name"),
        ('[dev]\n"\\u009b31m" = 1\n', r"'\x9b31m' is not a property"),
        ('[dev]\nenforcement = { "\\u001b[2J" = "off" }\n', r"enforcement.\x1b[2J is not a policy"),
        ('[dev]\nenforcement = "\\u202e"\n', r"enforcement is '\u202e'"),
        ('[[dev.waivers]]\npolicy = "\\u001b"\n', r"waivers[0].policy is '\x1b'"),
        ("dev = " + "9" * 5000 + "\n", "stacks.toml is not TOML that can be read"),
        ('["../evil"]\n', "is not a stack's name"),
        ("dev = 7\n", "a stack is a table: [dev]"),
        ("[dev]\nscop = 'always'\n", "'scop' is not a property; did you mean scope?"),
        ("[dev]\nfeatures = { windos = true }\n", "features.windos is not a key; did you mean windows?"),
        ("[dev]\nawsManaged = { aws-ssm = 'aws-ssm-*' }\n", "allowed is one exact bucket name, no wildcard"),
    ],
)
def test_wrong_requirements_are_named_and_nothing_is_written(
    root: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    folder = stacks(root, text)
    assert policy_config.main(root) == 1
    told = capsys.readouterr().err
    assert said in told
    assert all(line.isprintable() for line in told.split("\n"))
    assert list(root.rglob("*.json")) == []
    assert list(folder.iterdir()) == [folder / "stacks.toml"]


def test_a_file_that_was_edited_by_hand_is_found(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = stacks(root, "[dev]\n")
    assert policy_config.main(root) == 0
    (folder / "dev.json").write_text("{}", encoding="utf-8")
    (folder / "gone.json").write_text("{}", encoding="utf-8")
    assert policy_config.main(root, check=True) == 1
    said = capsys.readouterr().err
    assert "dev.json is not what stacks.toml says" in said
    assert "gone.json belongs to no stack" in said


def test_waivers_stand_under_their_policy_and_levels_may_be_raised(root: Path) -> None:
    text = """
[dev]
enforcement = { s3-gateway-policy-not-open = "mandatory" }
[[dev.waivers]]
policy = "vpc-dns-enabled"
urn = "urn:pulumi:dev::net::*::net"
reason = "moves to the hub this quarter"
owner = "platform@example.com"
expires = "2020-01-31"
"""
    folder = stacks(root, text)
    assert policy_config.main(root) == 0
    written = json.loads((folder / "dev.json").read_text(encoding="utf-8"))
    assert written["s3-gateway-policy-not-open"] == {"enforcementLevel": "mandatory"}
    (waiver,) = written["vpc-dns-enabled"].pop("waivers")
    assert waiver.keys() == {"urn", "reason", "owner", "expires"}
    assert not any("waivers" in config for config in written.values())


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("[]", "is list; allowed is an object"),
        ("{", "cannot be read"),
        ('{"ssm-endpoints-complet": {"scope": "always"}}', "did you mean ssm-endpoints-complete?"),
        ('{"all": "advisry"}', "all is 'advisry'; allowed: mandatory, advisory, disabled"),
        ('{"ssm-endpoints-complete": {"enforcementLevel": "mandatry"}}', "did you mean mandatory?"),
        ('{"ssm-endpoints-complete": {"scop": "auto"}}', "ssm-endpoints-complete: 'scop' is not a property"),
        ("[" * 100_000, "it is nested too deep"),
        ("[" + "9" * 5000 + "]", "cannot be read"),
        ('{"all": "advisory", "all": "mandatory"}', "the key 'all' is there more than once in one object"),
        ('{"all": "' + "x" * 100_000 + '"}', "all is 'xxx"),
        ('{"' + "x" * 100_000 + '": {}}', "xxx... is not a policy; allowed: "),
        ('{"\\u001b[2J\\u202e": {}}', r"'\x1b[2J\u202e' is not a policy"),
        ('{"ssm-endpoints-complete": {"\\u001b[2J": 1}}', r"'\x1b[2J' is not a property"),
        ('{"ssm-endpoints-complete": {"features": {"\\u001b[2J": true}}}', r"features.\x1b[2J is not a key"),
        ('{"ssm-endpoints-complete": {"minimumZones": 1' + "0" * 400 + "}}", "minimumZones is 1000"),
        ('{"ssm-endpoints-complete": {"maxMonthlyUsd": 1' + "0" * 400 + "}}", "maxMonthlyUsd is 1000"),
        (
            '{"ssm-endpoints-complete": {"requiredServices": ["ѕѕm"]}}',
            r"requiredServices[0] is '\u0455\u0455m'",
        ),
    ],
)
def test_a_configuration_written_by_hand_is_checked(tmp_path: Path, config: str, said: str) -> None:
    path = tmp_path / "pack.json"
    path.write_text(config, encoding="utf-8")
    (problem,) = policy_config.check_file(path)
    assert said in problem
    assert problem.isprintable()
    assert len(problem) < 1500


def test_of_what_is_wrong_without_end_the_first_is_told_soon(tmp_path: Path) -> None:
    """Each of a hundred thousand names would have been compared with every policy's."""
    path, given = tmp_path / "pack.json", dict[str, Any]()
    config = {"requiredServices": ["x"] * 100_000, "nodeSubnets": [{"vpcId": "v", "id": "s"}] * 100_000}
    for given in (
        {f"policy-{number}": {} for number in range(100_000)},
        {"ssm-endpoints-complete": config},
        {"ssm-endpoints-complete": {"nodeSubnets": config["nodeSubnets"]}},
    ):
        path.write_text(json.dumps(given), encoding="utf-8")
        began = process_time()
        told = "\n".join(policy_config.check_file(path))
        assert process_time() - began < 2
        assert told.endswith("and more")
        assert len(told) < 60_000


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "pack.json"
    path.write_text(" " * 5_000_001, encoding="utf-8")
    assert policy_config.check_file(path) == ["cannot be read: it has more than 5,000,000 bytes"]


def test_the_generated_files_pass_the_same_check() -> None:
    for path in (ROOT / "policies" / "config").glob("*.json"):
        assert policy_config.check_file(path) == []


def test_a_file_that_its_table_has_left_behind_is_refused_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / policy_config.FOLDER
    folder.mkdir(parents=True)
    (folder / "stacks.toml").write_text('[mine]\nscope = "always"\n', encoding="utf-8")
    assert policy_config.main(tmp_path) == 0
    file = folder / "mine.json"
    assert policy_config.stale(file, tmp_path) == []
    (folder / "stacks.toml").write_text("[mine]\nfeatures = { kmsEncryption = true }\n", encoding="utf-8")
    (problem,) = policy_config.stale(file, tmp_path)
    assert problem == "is not what [mine] in stacks.toml says\n  fix: make policy-config"
    (folder / "stacks.toml").write_text("[mine]\nfeature = {}\n", encoding="utf-8")
    assert "stacks.toml, [mine]: 'feature' is not a property" in policy_config.stale(file, tmp_path)[0]
    # Written by hand, for a stack without a table, or of another folder: nobody generated it.
    (folder / "other.json").write_text("{}", encoding="utf-8")
    assert policy_config.stale(folder / "other.json", tmp_path) == []
    (tmp_path / "mine.json").write_text("{}", encoding="utf-8")
    assert policy_config.stale(tmp_path / "mine.json", tmp_path) == []
