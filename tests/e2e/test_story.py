"""The whole story with the real engine: config -> plan -> component -> policies -> outputs, and back to nothing."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from tests.e2e.house import House
from tests.sandbox.exports import compare_exports
from tests.support.pack import ROOT

# The same stack's export with terraform-provider-aws 6.x, which pulumi-aws 7 bridges, against moto.
REAL = json.loads(
    (ROOT / "tests" / "fixtures" / "real-provider" / "dev-export.json").read_text(encoding="utf-8")
)
BAHRAIN = ("patch-baseline-snapshot-me-south-1-uduvl7q8", "aws-patch-manager-me-south-1-a53fc9dce")


def configure(house: House, **config: object) -> None:
    """Set keys of the project's namespace in the dev stack's configuration."""
    path = house.folder / "Pulumi.dev.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["config"].update({f"ssm-vpc-endpoints:{key}": value for key, value in config.items()})
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that run in or from a folder."""
    found = []
    for entry in Path("/proc").iterdir() if Path("/proc").exists() else ():
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in line or str((entry / "cwd").readlink()).startswith(str(folder)):
                found.append(line)
        except OSError:
            continue
    return found


def test_up_again_without_changes_and_down_to_nothing(house: House) -> None:
    before = house.fingerprint()
    first = house.sandbox("up")
    assert first.code == 0, first.text
    assert "+ 18 created" in first.text
    for said in (
        "com.amazonaws.eu-west-1.ssmmessages",
        "aws-patch-manager-eu-west-1-5522fb710",
        "s3PrefixListId",
    ):
        assert said in first.text
    assert len([id for id in house.alive() if id.startswith("vpce-")]) == 5
    assert compare_exports(REAL, house.export()) == []
    second = house.sandbox("up")
    assert second.code == 0, second.text
    assert "18 unchanged" in second.text
    down = house.sandbox("down")
    assert down.code == 0, down.text
    assert "- 18 deleted" in down.text
    assert "nothing was left alive" in down.text
    assert house.fingerprint() == before
    assert processes_of(house.folder) == []


def test_a_stack_that_leaves_an_endpoint_out_is_blocked_before_anything_is_created(house: House) -> None:
    configure(house, features={"vssSnapshots": False})
    blocked = house.sandbox("up")
    assert blocked.code != 0
    assert "[mandatory]" in blocked.text
    assert "VPC 'private' has no Interface endpoint for com.amazonaws.eu-west-1.ec2 " in blocked.text
    assert house.alive() == []


def test_without_a_preview_no_endpoint_is_created_either(house: House) -> None:
    configure(house, features={"vssSnapshots": False})
    blocked = house.sandbox("up", "--", "--skip-preview")
    assert blocked.code != 0
    assert "component 'ssm' leaves out the endpoint com.amazonaws.eu-west-1.ec2" in blocked.text
    assert not [id for id in house.alive() if id.startswith("vpce-")]


def test_a_stack_passes_with_its_own_requirements_and_is_blocked_with_the_default_ones(house: House) -> None:
    configure(house, features={"vssSnapshots": False}, minimumAgentVersion="3.3.40.0")
    requirements = house.folder / "policies" / "config"
    with (requirements / "stacks.toml").open("a", encoding="utf-8") as stacks:
        stacks.write(
            '\n[lean]\nscope = "always"\nminimumAgentVersion = "3.3.40.0"\nfeatures = { vssSnapshots = false }\n'
        )
    assert house.run("tools/policy_config.py").code == 0
    default = (requirements / "dev.json").read_bytes()
    (requirements / "lean.json").rename(requirements / "dev.json")
    passed = house.sandbox("preview")
    assert passed.code == 0, passed.text
    (requirements / "dev.json").write_bytes(default)
    blocked = house.sandbox("preview")
    assert blocked.code != 0
    for missing in ("ec2 ", "ec2messages "):
        assert f"no Interface endpoint for com.amazonaws.eu-west-1.{missing}" in blocked.text


def test_a_real_stacks_settings_can_be_previewed_in_the_sandbox(house: House) -> None:
    before = house.fingerprint()
    shown = house.sandbox("preview", "--sandbox", stack="prod-me-south-1")
    assert shown.code == 0, shown.text
    assert all(f"arn:aws:s3:::{bucket}/*" in shown.text for bucket in BAHRAIN)
    assert house.fingerprint() == before


def test_a_region_launched_since_2024_gets_no_ec2messages(house: House) -> None:
    text = (house.folder / "Pulumi.prod-me-south-1.yaml").read_text(encoding="utf-8")
    (house.folder / "Pulumi.mexico.yaml").write_text(
        text.replace("me-south-1", "mx-central-1"), encoding="utf-8"
    )
    shown = house.sandbox("preview", "--sandbox", stack="mexico")
    assert shown.code == 0, shown.text
    assert "com.amazonaws.mx-central-1.ssmmessages" in shown.text
    assert "ec2messages" not in shown.text


def test_every_example_stack_passes_with_its_own_requirements(house: House) -> None:
    """README: any of them can be tried without an account."""
    stacks = {path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml")} - {"dev"}
    assert len(stacks) == 9
    for stack in sorted(stacks):
        shown = house.sandbox("preview", "--sandbox", stack=stack)
        assert shown.code == 0, shown.text


def test_wrong_settings_are_one_report_and_nothing_is_created(house: House) -> None:
    configure(house, features={"patchManger": True}, tag={})
    refused = house.sandbox("up")
    assert refused.code != 0
    assert "Traceback" not in refused.text
    for said in (
        "2 problems, nothing was created",
        "patchManger",
        "did you mean patchManager",
        "did you mean tags",
    ):
        assert said in refused.text
    assert house.alive() == []


def test_the_repository_is_the_one_under_test(house: House) -> None:
    """The copy holds what git would commit, so that a forgotten file shows here."""
    assert (house.folder / "policies" / "PulumiPolicy.yaml").exists()
    assert not (house.folder / ".sandbox").exists()
    assert house.folder != ROOT
