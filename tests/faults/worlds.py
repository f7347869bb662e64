"""A copy of the project whose sandbox's AWS is in this process, behind the proxy: with the process it can be forked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from werkzeug.serving import make_server

from sandbox import moto_gaps
from sandbox.layout import DEFAULT_PORT, HOST, Layout
from sandbox.moto_server import Identified, QuietHandler
from tests.e2e.house import Answer, House
from tests.faults import neighbours, processes
from tests.faults.clouds import Compared, Ids, compared, in_aws
from tests.faults.neighbours import Keys
from tests.faults.points import CHANGE, DESTROY, VARIANTS
from tests.faults.spoiling import Spoiling
from tests.support import aws_api
from tests.support.aws_proxy import proxy
from tests.support.pack import ROOT

# What the runs call themselves; a state belongs to the AWS that has this name.
INSTANCE = "faults"
_PATIENCE = 120.0


@dataclass
class World:
    """A house, where its AWS is, how its runs are spoiled, and what others have there."""

    house: House
    api: int
    spoiling: Spoiling
    theirs: Ids

    def compared(self) -> Compared:
        """The stack's state, held against AWS."""
        return compared(self.house.folder / ".sandbox" / "state", self.api, self.theirs)

    def doomed(self, verb: str) -> Answer:
        """`up` or `down` until it ends by itself; whatever of it is left then is killed."""
        command = ["down"] if verb == DESTROY else ["up", "--stack", "dev"]
        process = subprocess.Popen(
            [
                self.house.folder / ".venv" / "bin" / "python",
                "-m",
                "sandbox",
                *command,
                "--",
                "--skip-preview",
            ],
            cwd=self.house.folder,
            env={**os.environ, "SANDBOX_PORT": str(self.house.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.spoiling.root = process.pid
        watched = _Watch(process)
        try:
            said, _ = process.communicate(timeout=_PATIENCE)
        finally:
            processes.kill(processes.alive(watched.end()))
        self.spoiling.settled()
        return Answer(process.returncode, said)


class _Watch:
    """Who was ever below a process: when it is gone, so is the way to them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._found: dict[int, processes.Process] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> list[processes.Process]:
        self._over.set()
        self._thread.join()
        return list(self._found.values())

    def _look(self) -> None:
        while not self._over.wait(0.2):
            self._found |= {each.id: each for each in processes.below(self._process.pid)}


def house(folder: Path) -> House:
    """A copy of the project."""
    folder.mkdir(parents=True)
    return House(folder, 0)


@dataclass(frozen=True)
class Scene:
    """Where a variant's runs take place. `theirs`: what others have in AWS. `before`: a sandbox that is up, in this folder,
    with its AWS in this process; None: nothing is up."""

    variant: str
    keys: Keys
    theirs: Ids
    before: Path | None = None


def scene(variant: str) -> Scene:
    """Make what others have, in this process's AWS."""
    with aws_api.serving() as port:
        return Scene(variant, neighbours.found(variant, port), set(in_aws(port)))


def configure(house: House, scene: Scene, verb: str) -> None:
    """Write a variant's keys into the dev stack's file, and those that a verb is about."""
    variant = VARIANTS[scene.variant]
    file = house.folder / "Pulumi.dev.yaml"
    document = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    named = scene.keys.changed if verb == CHANGE else scene.keys.first
    document["config"] |= {**variant.config[verb], **named}
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    config = Path("policies", "config", "dev.json")
    policies = json.loads((ROOT / config).read_text(encoding="utf-8"))
    full = {name: {**said, **variant.pack} for name, said in policies.items()}
    (house.folder / config).write_text(json.dumps(full), encoding="utf-8")


@contextmanager
def world(house: House, spoiling: Spoiling, scene: Scene) -> Iterator[World]:
    """The house with a sandbox that is up: an empty one, or the scene's."""
    layout = Layout(house.folder, house.folder / ".sandbox")
    shutil.rmtree(layout.root, ignore_errors=True)
    # Whom `make down` ends when all is gone.
    stand_in = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = {"instance": INSTANCE, "pid": str(stand_in.pid), "clone": str(house.folder), "parent": ""}
    with _serving(identity) as api, _until_it_ends(stand_in) as front:
        house.port = front.enter_context(proxy(api, spoiling))
        if scene.before is not None:
            shutil.copytree(scene.before, layout.root)
            _move(layout.root, house.port)
        layout.root.mkdir(exist_ok=True)
        record = {"instance": INSTANCE, "port": house.port}
        layout.server_record.write_text(json.dumps(record), encoding="utf-8")
        layout.state_owner.write_text(INSTANCE, encoding="utf-8")
        yield World(house, api, spoiling, scene.theirs)


def keep(house: House, folder: Path) -> None:
    """A copy of the house's sandbox, for a scene's `before`: its state and configuration, with the usual port."""
    shutil.copytree(
        house.folder / ".sandbox", folder, ignore=shutil.ignore_patterns("*.lock", "locks", "moto*")
    )
    _move(folder, DEFAULT_PORT, house.port)


def _move(folder: Path, to: int, of: int = DEFAULT_PORT) -> None:
    for file in folder.rglob("*"):
        if file.suffix in (".json", ".yaml"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(f"{HOST}:{of}", f"{HOST}:{to}"), encoding="utf-8")


@contextmanager
def _serving(identity: dict[str, str]) -> Iterator[int]:
    """Serve this process's AWS at a free port, as the sandbox's server does."""
    server = make_server(HOST, 0, Identified(identity), threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _until_it_ends(process: subprocess.Popen[bytes]) -> Iterator[ExitStack]:
    """What is entered here is left as soon as the process ends, which it does at the latest with the block."""
    with ExitStack() as stack:

        def watch() -> None:
            process.wait()
            stack.close()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield stack
        finally:
            process.kill()
            watcher.join()
            process.communicate()


moto_gaps.fill()
