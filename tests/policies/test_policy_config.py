"""The generated configuration of the pack: one requirement per stack, repeated for every policy."""

import json
from pathlib import Path

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
    assert said in capsys.readouterr().err
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
