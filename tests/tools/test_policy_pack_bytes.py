"""`make policy-pack` makes the same bytes of the same sources, wherever, whenever and under whatever settings it runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pack import ROOT
from tools import policy_pack

# What makes a clone another clone: the settings of whoever works in it.
SETTINGS = {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"}


def clone(folder: Path) -> Path:
    """The sources in another folder."""
    folder.mkdir(parents=True)
    for name in ("policies", "blueprint", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", folder)
    return folder


def made(repository: Path, **settings: str) -> tuple[Path, str]:
    """What `make policy-pack` runs, there: the pack and the digest that it prints."""
    done = subprocess.run(
        [sys.executable, "tools/policy_pack.py"],
        cwd=repository,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    printed = re.search(r"^sha256 of its files' list: ([0-9a-f]{64})$", done.stdout, re.MULTILINE)
    assert printed is not None, done.stdout
    return repository / "dist" / "policy-pack", printed[1]


def bytes_of(pack: Path) -> dict[str, tuple[int, float, bytes]]:
    """All that an archive of the folder would hold: modes, times, contents."""
    return {
        str(path.relative_to(pack)): (
            path.stat().st_mode,
            path.stat().st_mtime,
            b"" if path.is_dir() else path.read_bytes(),
        )
        for path in (pack, *pack.rglob("*"))
    }


def by_hand(pack: Path) -> str:
    """The digest as the page tells somebody to take it who has nothing of this project."""
    done = subprocess.run(
        ["/bin/sh", "-c", "find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum"],
        cwd=pack,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()[0]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return made(clone(tmp_path_factory.mktemp("here") / "clone"))


def test_another_folder_with_other_modes_times_and_settings_makes_the_same_bytes(
    first: tuple[Path, str], tmp_path: Path
) -> None:
    other = clone(tmp_path / "a folder with another name")
    for number, path in enumerate(sorted(other.rglob("*"))):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (number * 1000.0, number * 1000.0))
    old = os.umask(0o077)
    try:
        pack, digest = made(other, **SETTINGS)
        again, same = made(other)
    finally:
        os.umask(old)
    assert bytes_of(pack) == bytes_of(first[0])
    assert (again, digest, same) == (pack, first[1], first[1])


def test_leftovers_of_editors_and_of_python_stay_out(first: tuple[Path, str], tmp_path: Path) -> None:
    other = clone(tmp_path / "clone")
    for name in (
        "policies/zones.py~",
        "policies/.zones.py.swp",
        "policies/__pycache__/zones.cpython-311.pyc",
    ):
        (other / name).parent.mkdir(exist_ok=True)
        (other / name).write_bytes(b"left over")
    (other / "dist" / "policy-pack").mkdir(parents=True)
    (other / "dist" / "policy-pack" / "old.py").write_text("of an earlier run", encoding="utf-8")
    pack, digest = made(other)
    assert bytes_of(pack) == bytes_of(first[0])
    assert digest == first[1]


@pytest.mark.parametrize(
    "name", ["policies/zones.py", "config/dev.json", "blueprint/facts/prices.toml", "run"]
)
def test_one_changed_byte_is_another_digest(first: tuple[Path, str], tmp_path: Path, name: str) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(first[0], pack)
    assert policy_pack.digest(pack) == by_hand(pack) == first[1]
    content = bytearray((pack / name).read_bytes())
    content[-2] ^= 1
    (pack / name).write_bytes(content)
    assert policy_pack.digest(pack) == by_hand(pack) != first[1]


def test_a_renamed_or_added_file_is_another_digest(first: tuple[Path, str], tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(first[0], pack)
    (pack / "policies" / "more.py").touch()
    assert policy_pack.digest(pack) != first[1]
    (pack / "policies" / "more.py").unlink()
    assert policy_pack.digest(pack) == first[1]
    (pack / "config" / "dev.json").rename(pack / "config" / "development.json")
    assert policy_pack.digest(pack) != first[1]


def test_every_file_of_the_sources_is_in_the_pack(first: tuple[Path, str]) -> None:
    """The pack's files are chosen by their names' ends: one with another end would be missing without a word."""
    for source, folder in (
        ("policies", "policies"),
        ("policies/config", "config"),
        ("blueprint/facts", "blueprint/facts"),
    ):
        listed = subprocess.run(
            ["git", "ls-files", "--cached", source], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        for name in listed:
            inside = Path(name).relative_to(source)
            if inside.parts[0] == "config" or name == "policies/config/stacks.toml":
                continue
            place = (
                first[0] if str(inside) in (*policy_pack.ENTRIES, "PulumiPolicy.yaml") else first[0] / folder
            )
            assert (place / inside).is_file(), name
