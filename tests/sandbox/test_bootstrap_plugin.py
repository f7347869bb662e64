"""The official `aws` plugin: downloaded, held against the published sums, installed from that file, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.bootstrap import aws_plugin, download, places, plugin_archive
from tests.sandbox.machines import script
from tests.sandbox.releases import Releases, released, tarball

ARCHIVE = tarball({aws_plugin.PROGRAM: b"#!/bin/sh\n"})
VERSION = aws_plugin.locked_version()


@pytest.fixture
def releases(monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    with released(monkeypatch) as found:
        yield found


@pytest.fixture
def engine(bare: Path) -> Path:
    """An engine that installs a plugin as the real one does: by unpacking the file that it is handed."""
    folder = bare / "engine"
    plugins = places.pulumi_home() / "plugins" / f"resource-aws-v{VERSION}"
    script(
        folder / "pulumi",
        f'[ "$1 $2 $3 $4 $5 $6" = "plugin install resource aws {VERSION} --file" ] || exit 9',
        f'mkdir -p "{plugins}" && tar xzf "$7" -C "{plugins}"',
    )
    return folder


def test_it_is_downloaded_verified_and_installed_from_the_file(
    bare: Path, engine: Path, releases: Releases
) -> None:
    archive, sums = releases.plugin(ARCHIVE, VERSION)
    said = aws_plugin.ensure(engine, retry=False)
    assert said == f"the official plugin {VERSION} was downloaded, verified and installed"
    assert aws_plugin.installed(VERSION) is not None
    assert not aws_plugin.sandbox_needs_stand_in()
    assert releases.asked == [sums, archive]
    assert list((bare / "cache").rglob("*.tar.gz")) == []
    assert aws_plugin.ensure(engine, retry=True) == f"the official plugin {VERSION} is installed"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_one_changed_byte_stops_the_set_up_and_nothing_is_installed(
    bare: Path, engine: Path, releases: Releases, algorithm: str
) -> None:
    archive, _ = releases.plugin(ARCHIVE, VERSION, algorithm=algorithm)
    assert aws_plugin.ensure(engine, retry=False).endswith("was downloaded, verified and installed")
    program = aws_plugin.installed(VERSION)
    assert program is not None
    program.unlink()
    changed = bytearray(ARCHIVE)
    changed[len(changed) // 2] ^= 1
    releases.files[archive] = bytes(changed)
    with pytest.raises(places.SetupError, match="aws plugin: wrong checksum") as caught:
        aws_plugin.ensure(engine, retry=False)
    for said in (f"{releases.url}{archive}", f"{algorithm} wanted:", "fix:", "SANDBOX_AWS_PLUGIN=stand-in"):
        assert said in str(caught.value)
    assert aws_plugin.installed(VERSION) is None
    assert list((bare / "cache").rglob("*.tar.gz")) == []


def without_sums(releases: Releases) -> str:
    _, sums = releases.plugin(ARCHIVE, VERSION)
    del releases.files[sums]
    return "127.0.0.1 answered 404"


def without_its_line(releases: Releases) -> str:
    releases.plugin(ARCHIVE, VERSION, sums=f"{'a' * 40}  ./pulumi-resource-aws-v1.2.3-linux-amd64.tar.gz\n")
    return "127.0.0.1 has no sum for pulumi-resource-aws-v"


def with_a_line_that_is_no_sum(releases: Releases) -> str:
    releases.plugin(ARCHIVE, VERSION, sums="<html>please log in</html>\n")
    return "127.0.0.1 has no sum for pulumi-resource-aws-v"


def without_the_archive(releases: Releases) -> str:
    archive, _ = releases.plugin(ARCHIVE, VERSION)
    del releases.files[archive]
    return "127.0.0.1 answered 404"


def with_half_the_archive(releases: Releases) -> str:
    archive, _ = releases.plugin(ARCHIVE, VERSION)
    releases.cut.add(archive)
    return "closed the connection after"


@pytest.mark.parametrize(
    "trouble",
    [without_sums, without_its_line, with_a_line_that_is_no_sum, without_the_archive, with_half_the_archive],
)
def test_what_cannot_be_verified_is_not_installed_and_the_stand_in_takes_its_place(
    engine: Path, releases: Releases, trouble: Any
) -> None:
    why = trouble(releases)
    said = aws_plugin.ensure(engine, retry=False)
    assert why in said
    assert "sandbox runs use the stand-in" in said
    assert aws_plugin.installed(VERSION) is None


def test_a_redirect_is_followed_and_what_comes_is_verified(engine: Path, releases: Releases) -> None:
    """As GitHub answers: with a redirect to where the files lie."""
    archive, _ = releases.plugin(ARCHIVE, VERSION)
    releases.moved[archive] = f"{releases.url}/storage/42"
    releases.files["/storage/42"] = ARCHIVE + b"more"
    with pytest.raises(places.SetupError, match="wrong checksum"):
        aws_plugin.ensure(engine, retry=False)
    releases.files["/storage/42"] = ARCHIVE
    assert aws_plugin.ensure(engine, retry=False).endswith("was downloaded, verified and installed")
    assert releases.asked[-1] == "/storage/42"


def test_an_engine_that_installs_nothing_is_not_believed(bare: Path, releases: Releases) -> None:
    releases.plugin(ARCHIVE, VERSION)
    script(bare / "engine" / "pulumi", "exit 0")
    assert "`pulumi plugin install` ended well but the plugin is not there" in aws_plugin.ensure(
        bare / "engine", retry=False
    )


def test_archives_are_named_as_pulumis_workflow_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://github.com/pulumi/pulumi-aws/blob/0802c1b/.github/workflows/publish.yml (2026-11-30)"""
    for machine, name in (
        (("linux", "x64"), "pulumi-resource-aws-v7.27.0-linux-amd64.tar.gz"),
        (("linux", "arm64"), "pulumi-resource-aws-v7.27.0-linux-arm64.tar.gz"),
        (("darwin", "arm64"), "pulumi-resource-aws-v7.27.0-darwin-arm64.tar.gz"),
    ):
        monkeypatch.setattr("sandbox.bootstrap.plugin_archive.system", lambda machine=machine: machine)
        assert plugin_archive.name("7.27.0") == name


def test_both_addresses_are_pulumis_own_over_https() -> None:
    assert plugin_archive.ARCHIVES.startswith("https://github.com/pulumi/pulumi-aws/releases/download/")
    assert plugin_archive.SUMS.startswith("https://get.pulumi.com/releases/plugins/")
    assert set(download.ALGORITHMS.values()) == {"sha1", "sha256"}
