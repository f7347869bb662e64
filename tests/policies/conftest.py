"""The pack, and the graph that the real engine showed it for the dev stack."""

from typing import Any

import pytest

from tests.support import flat
from tests.support.graph import JsonObject, RecordedGraph, load
from tests.support.pack import ROOT, Pack, here

GRAPHS = ROOT / "tests" / "fixtures" / "graphs"
FIXTURES = ROOT / "tests" / "fixtures" / "policies"


@pytest.fixture(scope="session")
def plain_pack() -> Pack:
    return here()


@pytest.fixture
def pack(plain_pack: Pack) -> Pack:
    plain_pack.configure({"scope": "always"})
    return plain_pack


@pytest.fixture(params=["dev-preview", "dev-unchanged"])
def dev(request: pytest.FixtureRequest) -> RecordedGraph:
    """The dev stack in its first preview (a new VPC, every id unknown) and in one after it is up (every id known)."""
    return load(GRAPHS / f"{request.param}.json")


class Judge:
    """One policy's findings on a fixture or on resources written in a test."""

    def __init__(self, pack: Pack, policy: str) -> None:
        self.pack, self.policy = pack, policy

    def fixture(self, name: str, config: dict[str, Any] | None = None) -> list[str]:
        own, resources = flat.read(FIXTURES / self.policy / f"{name}.yaml")
        return self.graph(flat.build(resources), own if config is None else config)

    def resources(
        self, *resources: JsonObject, config: dict[str, Any] | None = None, region: str = "eu-west-1"
    ) -> list[str]:
        return self.graph(flat.build(list(resources), region), config)

    def graph(self, graph: RecordedGraph, config: dict[str, Any] | None = None) -> list[str]:
        self.pack.configure(config or {})
        return [d.message for d in self.pack.judge(graph) if d.policy == self.policy]


@pytest.fixture
def judge(plain_pack: Pack, request: pytest.FixtureRequest) -> Judge:
    """The policy that the test's file is named after."""
    return Judge(plain_pack, request.path.stem.removeprefix("test_").replace("_", "-"))
