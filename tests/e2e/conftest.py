"""Every test of this folder runs the real engine."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.house import House


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
