"""What the tests of the set-up and of the runner share."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import moto, preflight
from sandbox.bootstrap import download, places
from sandbox.layout import Layout
from tests.sandbox.machines import REAL, Server


@pytest.fixture
def serve() -> Iterator[Any]:
    """Starts servers and stops them all."""
    servers: list[Server] = []

    def start(*args: Any, **kwargs: Any) -> Server:
        servers.append(Server(*args, **kwargs))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache, an empty home, and no engine and no Go on PATH."""
    for name, value in {"XDG_CACHE_HOME": "cache", "HOME": "home", "PULUMI_HOME": "home/.pulumi"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(download, "STALL_SECONDS", 1.0)
    return tmp_path


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    """A repository of two stacks, with a sandbox of its own that is stopped at the end."""
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(places.REPOSITORY / name, tmp_path / name)
    (tmp_path / "Pulumi.prod-me-south-1.yaml").write_text(REAL)
    made = Layout(tmp_path, tmp_path / ".sandbox")
    yield made
    moto.stop(made)


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of somebody who has nothing yet."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home/.pulumi"))
    monkeypatch.setattr(preflight, "VENDOR_FILE", tmp_path / "none")
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}
