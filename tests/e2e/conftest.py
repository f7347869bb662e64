"""Every test of this folder runs the real engine."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.elsewhere import Elsewhere
from tests.e2e.house import House
from tests.e2e.networks import Project
from tests.support.aws_api import serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def house(tmp_path: Path, free_port: int) -> Iterator[House]:
    house = House(tmp_path, free_port)
    yield house
    house.run("-m", "sandbox", "reset")


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    """The port of an AWS API on loopback, with AWS's managed policies as in the sandbox."""
    with serving() as port:
        yield port


@pytest.fixture
def elsewhere(tmp_path: Path, moto: int) -> Elsewhere:
    folder = tmp_path / "program"
    folder.mkdir()
    return Elsewhere(folder, moto)


@pytest.fixture
def project(tmp_path: Path, moto: int) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, moto)
