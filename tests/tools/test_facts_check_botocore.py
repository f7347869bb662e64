"""botocore's data beside the facts: what it names and the facts do not is found, by name, with what to do."""

from __future__ import annotations

import dataclasses
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blueprint import announced
from blueprint.catalog import load
from tests.support import botocore_wheels as wheels
from tools.facts_check import botocore_data, botocore_facts
from tools.facts_check.botocore_data import installed, newest
from tools.facts_check.shapes import CheckError, Difference
from tools.facts_check.write import announce

CATALOG = load()
DATA = installed()


def changed(folder: Path, change: Callable[[dict[str, Any]], object], **more: Any) -> tuple[Difference, ...]:
    """What is found in a wheel whose data was changed."""
    found = wheels.data()
    change(found)
    with newest(str(wheels.wheel(folder, found=found, **more))) as data:
        return botocore_facts.compare(data).differences


def listed(
    region: str, partition: str, *services: str, name: str = "A place"
) -> Callable[[dict[str, Any]], None]:
    """A change: AWS has a Region, with these services."""

    def change(found: dict[str, Any]) -> None:
        parts, ends = wheels.partition(found, partition)
        parts["regions"][region] = {"description": name}
        if services:
            ends["regions"][region] = {"description": name}
        for service in services:
            ends["services"][service]["endpoints"][region] = {}

    return change


def test_the_facts_are_those_of_the_installed_botocore() -> None:
    """The build's gate: a Region of either list without a row fails here, and says what to do."""
    found = botocore_facts.compare(DATA)
    told = [f"{each.file} [{each.row}] {each.key}: {each.theirs}\n{each.todo}" for each in found.differences]
    assert not told, "make facts-check; docs/how-to/refresh-the-facts.md\n" + "\n".join(told)
    assert f"{len(CATALOG.partitions)} partitions, {len(CATALOG.regions)} Regions" in found.compared[0]


def test_a_wheel_is_read_like_what_is_installed(tmp_path: Path) -> None:
    assert changed(tmp_path, lambda _: None) == ()


@pytest.mark.parametrize("region", CATALOG.regions)
def test_a_region_without_its_row_is_found_by_name(region: str) -> None:
    rows = {id: row for id, row in CATALOG.regions.items() if id != region}
    (found,) = botocore_facts.compare(DATA, dataclasses.replace(CATALOG, regions=rows)).differences
    partition = CATALOG.regions[region].partition.id
    assert (found.file, found.row, found.ours, found.theirs) == ("regions.toml", region, None, partition)
    assert f"[{region}]" in found.todo
    assert "tests/blueprint/aws_table.py" in found.todo


@pytest.mark.parametrize("region", ["me-west-1", "sa-west-1"])
def test_an_announced_region_without_its_row_is_found_by_name(region: str) -> None:
    known = {id: row for id, row in announced.load().items() if id != region}
    (found,) = botocore_facts.compare(DATA, known=known).differences
    assert (found.file, found.row, found.ours) == ("announced.toml", region, None)


def test_a_region_that_is_only_named_gets_a_row_that_claims_no_more(tmp_path: Path) -> None:
    (found,) = changed(tmp_path, listed("ap-northeast-9", "aws", name="Asia Pacific (Ulan Bator)"))
    assert (found.file, found.row, found.theirs) == (
        "announced.toml",
        "ap-northeast-9",
        "Asia Pacific (Ulan Bator)",
    )
    shutil.copy(botocore_facts.FACTS / "announced.toml", tmp_path)
    before = (tmp_path / "announced.toml").read_text(encoding="utf-8")
    assert announce([found], tmp_path) == ["ap-northeast-9"]
    after = (tmp_path / "announced.toml").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    assert tomllib.loads(after)["ap-northeast-9"] == {
        "partition": "aws",
        "name": "Asia Pacific (Ulan Bator)",
        "source": "botocore-partitions",
        "evidence": "verified",
    }


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("ap-northeast-9", 'x"\npartition = "aws-cn'),
        ("ap-northeast-9", "\x1b[2Jx"),
        ("ap-northeast-9]\n[eu-west-1", "A place"),
        ("../etc", "A place"),
    ],
)
def test_a_region_with_a_name_that_is_none_is_never_written(tmp_path: Path, region: str, name: str) -> None:
    found = changed(tmp_path, listed(region, "aws", name=name))
    shutil.copy(botocore_facts.FACTS / "announced.toml", tmp_path)
    before = (tmp_path / "announced.toml").read_bytes()
    assert announce(found, tmp_path) == []
    assert (tmp_path / "announced.toml").read_bytes() == before
    assert all(each.row.isprintable() and (each.theirs or "").isprintable() for each in found)


@pytest.mark.parametrize(("region", "partition"), [("ap-northeast-9", "aws"), ("cn-south-1", "aws-cn")])
def test_a_region_with_services_gets_a_template_that_guesses_nothing(
    tmp_path: Path, region: str, partition: str
) -> None:
    (found,) = changed(tmp_path, listed(region, partition, "ssm", "ec2"))
    assert (found.file, found.row, found.theirs) == ("regions.toml", region, partition)
    assert "botocore lists ssm, ec2 there" in found.todo
    (row,) = tomllib.loads(found.todo.partition("\n")[2]).values()
    assert row == {
        "partition": partition,
        "services_absent": ["ec2messages"],
        "source": "botocore-partitions",
        "evidence": "verified",
    }
    assert '# aws-patch-manager = ""' in found.todo


def test_an_announced_region_that_got_services_is_to_move(tmp_path: Path) -> None:
    (found,) = changed(tmp_path, listed("sa-west-1", "aws", "ssm"))
    assert found.todo.startswith("announced.toml [sa-west-1] goes, and regions.toml gets a row")


def test_a_region_that_is_gone_is_told(tmp_path: Path) -> None:
    def change(found: dict[str, Any]) -> None:
        for part in wheels.partition(found, "aws"):
            del part["regions"]["me-south-1"]
        for service in wheels.partition(found, "aws")[1]["services"].values():
            service.get("endpoints", {}).pop("me-south-1", None)

    found = changed(tmp_path, change)
    assert ("regions.toml", "me-south-1", "aws", None) in [(d.file, d.row, d.ours, d.theirs) for d in found]


def test_a_new_partition_and_another_suffix_are_told(tmp_path: Path) -> None:
    def change(found: dict[str, Any]) -> None:
        parts = found["partitions.json"]["partitions"]
        parts.append(
            {"id": "aws-new", "regions": {}, "outputs": {"dnsSuffix": "x.aws", "dualStackDnsSuffix": "y.aws"}}
        )
        wheels.partition(found, "aws-eusc")[0]["outputs"]["dnsSuffix"] = "amazonaws.example"

    assert [(d.row, d.key, d.ours, d.theirs) for d in changed(tmp_path, change)] == [
        ("aws-new", "dns_suffix", None, "x.aws"),
        ("aws-eusc", "dns_suffix", "amazonaws.eu", "amazonaws.example"),
    ]


def test_a_service_that_a_region_lost_and_one_that_came_are_told(tmp_path: Path) -> None:
    def change(found: dict[str, Any]) -> None:
        services = wheels.partition(found, "aws")[1]["services"]
        del services["logs"]["endpoints"]["il-central-1"]
        every: dict[str, Any] = {id: {} for id, row in CATALOG.regions.items() if row.partition.id == "aws"}
        services["ec2messages"] = {"endpoints": every}

    told = {(d.row, d.key, d.ours, d.theirs) for d in changed(tmp_path, change)}
    assert ("il-central-1", "logs", "offered", "not listed") in told
    assert ("mx-central-1", "ec2messages", "absent", "listed") in told


def test_a_fips_service_that_no_region_has_is_told(tmp_path: Path) -> None:
    def change(found: dict[str, Any]) -> None:
        for part in found["endpoints.json"]["partitions"]:
            for about in part["services"]["kms"]["endpoints"].values():
                about.pop("variants", None)

    (found,) = changed(tmp_path, change)
    assert (found.file, found.row, found.key, found.ours) == ("services.toml", "kms", "fips", "kms-fips")


def test_operations_that_came_or_went_are_told(tmp_path: Path) -> None:
    names = [name for name in sorted(DATA.operations("kms")) if name != "Encrypt"]
    found = changed(tmp_path, lambda _: None, operations={"kms": [*names, "EncryptTwice"]})
    assert [(d.row, d.ours, d.theirs) for d in found] == [
        ("kms", None, "EncryptTwice"),
        ("kms", "Encrypt", None),
    ]


BROKEN: dict[str, dict[str, str]] = {
    "no JSON": {"partitions.json": "{"},
    "another shape": {"partitions.json": '{"partitions": [{"name": "aws"}]}'},
    "no list": {"partitions.json": '{"partitions": 7}'},
    "deeper than anything": {"endpoints.json": "[" * 200_000},
    "names that are no text": {
        "partitions.json": '{"partitions": [{"id": 7, "regions": {"x-y-1": {}}, "outputs": {}}]}'
    },
}


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN)
def test_data_of_another_shape_is_one_sentence(tmp_path: Path, files: dict[str, str]) -> None:
    with (
        newest(str(wheels.wheel(tmp_path, files=files))) as data,
        pytest.raises(CheckError, match=r"botocore 99\.0\.0"),
    ):
        botocore_facts.compare(data)


def test_a_file_that_unpacks_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore_data, "_MOST", 100_000)
    path = wheels.wheel(tmp_path, files={"partitions.json": " " * 50_000_000})
    assert path.stat().st_size < 1_000_000
    with newest(str(path)) as data, pytest.raises(CheckError, match="is larger than 100000 bytes"):
        data.partitions()


def test_what_is_no_wheel_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "botocore-1.0-py3-none-any.whl").write_text("no archive", encoding="utf-8")
    for asked, why in (
        (str(tmp_path / "botocore-1.0-py3-none-any.whl"), "is no wheel"),
        (str(tmp_path / "botocore-2.0-py3-none-any.whl"), "there is no botocore wheel"),
        (str(tmp_path / "moto-2.0-py3-none-any.whl"), "there is no botocore wheel"),
        ("--index-url=http://192.0.2.1", "neither a version"),
        ("1.44.8 evil", "neither a version"),
    ):
        with pytest.raises(CheckError, match=why), newest(asked):
            pass


def test_the_newest_is_what_pip_finds_and_no_program_of_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package index in a folder: two wheels, and a newer source distribution whose set-up would be run."""
    wheels.wheel(tmp_path, "98.0.0")
    wheels.wheel(tmp_path, "99.1.0")
    ran = tmp_path / "ran"
    with zipfile.ZipFile(tmp_path / "botocore-99.9.0.zip", "w") as source:
        source.writestr("botocore-99.9.0/setup.py", f"open({str(ran)!r}, 'w')\n")
        source.writestr(
            "botocore-99.9.0/PKG-INFO", "Metadata-Version: 2.1\nName: botocore\nVersion: 99.9.0\n"
        )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with newest() as data:
        assert (data.version, data.installed) == ("99.1.0", False)
        assert botocore_facts.compare(data).differences == ()
    with newest("98.0.0") as data:
        assert data.version == "98.0.0"
    with pytest.raises(CheckError, match=r"pip cannot bring botocore==97\.0\.0"), newest("97.0.0"):
        pass
    assert not ran.exists()
