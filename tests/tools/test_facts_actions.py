"""The list of IAM actions is what botocore and the corrections say, and the corrections correct something."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from blueprint import iam_actions as facts
from tools.iam_actions import FACTS, actions, main, problems


def test_the_file_is_what_botocore_and_the_corrections_say() -> None:
    """After an upgrade of botocore: `make facts-actions`, and look at what has changed."""
    assert main(check=True) == 0


def copied(folder: Path, old: str, new: str) -> Path:
    shutil.copy(FACTS / "iam_actions.toml", folder)
    text = (FACTS / "iam_services.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "iam_services.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_stale_file_is_told_and_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copied(tmp_path, '"SendReply"', '"SendReply", "SendReplies"')
    assert main(folder, check=True) == 1
    assert "run `make facts-actions`" in capsys.readouterr().err
    assert main(folder) == 0
    written = tomllib.loads((folder / "iam_actions.toml").read_text(encoding="utf-8"))
    assert written["ec2messages"]["actions"][-2:] == ["SendReplies", "SendReply"]
    assert main(folder, check=True) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'no_action = ["ReEncrypt"]',
            'no_action = ["ReEncypt"]',
            "[kms] no_action: ReEncypt is no operation",
        ),
        ('"ReEncryptTo"', '"ReEncryptTo", "Encrypt"', "[kms] more_actions: Encrypt is an operation"),
    ],
)
def test_a_correction_that_corrects_nothing_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    assert main(copied(tmp_path, old, new)) == 1
    assert said in capsys.readouterr().err


def test_a_service_without_a_published_api_has_the_actions_that_were_typed() -> None:
    row = {"more_actions": ["OpenDataChannel", "CreateDataChannel"]}
    assert actions(row) == ["CreateDataChannel", "OpenDataChannel"]
    assert problems(row) == []


# Typed from AWS's Service Authorization Reference: where IAM's names and the API's differ.
@pytest.mark.parametrize(
    ("service", "known", "unknown"),
    [
        (
            "s3",
            "GetObject PutObject PutObjectAcl GetEncryptionConfiguration ListBucket",
            "ListObjectsV2 HeadObject",
        ),
        ("kms", "ReEncryptFrom ReEncryptTo Decrypt GenerateDataKey", "ReEncrypt"),
        (
            "ssm",
            "UpdateInstanceInformation GetManifest RequestManagedInstanceRoleToken GetParametersByPath",
            "",
        ),
        ("logs", "CreateLogStream PutLogEvents Unmask StopLiveTail", "PutEvents"),
        ("ec2", "CreateSnapshots DescribeInstanceAttribute RunInstances", "CreateInstances"),
        (
            "ssmmessages",
            "CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel",
            "OpenChannel",
        ),
        (
            "ec2messages",
            "AcknowledgeMessage DeleteMessage FailMessage GetEndpoint GetMessages SendReply",
            "Reply",
        ),
    ],
)
def test_names_that_iam_has_and_has_not(service: str, known: str, unknown: str) -> None:
    assert set(known.split()) <= set(facts.load()[service].actions)
    assert not set(unknown.split()) & set(facts.load()[service].actions)
