"""Every test of this folder runs the real engine."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from sandbox import moto_gaps
from tests.e2e.elsewhere import Elsewhere
from tests.e2e.house import House
from tests.e2e.networks import Project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house = House(tmp_path, port)
    yield house
    house.run("-m", "sandbox", "reset")


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    """The port of an AWS API on loopback, with AWS's managed policies as in the sandbox."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    moto_gaps.fill()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


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
