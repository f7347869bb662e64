"""Two updates of one stack at once: one wins, and the other ends without a call, or waits for its turn."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from tests.e2e.fleets import until
from tests.e2e.house import House
from tests.e2e.own_stack import OwnStack, flat
from tests.e2e.test_hostile_api import SETTINGS, is_as_asked
from tests.support.hostile_api import Held, hostile

SECONDS = 100.0


def at_rest(file: Path) -> bool:
    """Whether a file is there and nobody has written it for a second."""
    return file.exists() and time.time() - file.stat().st_mtime > 1


def started(stack: OwnStack) -> subprocess.Popen[str]:
    """`pulumi up` of a stack, without waiting."""
    stack.write(SETTINGS)
    return subprocess.Popen(
        ["pulumi", "up", "--stack", stack.name, "--config-file", stack.file, "--yes", "--non-interactive"],
        cwd=stack.layout.repository,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_of_two_clones_with_one_backend_one_wins_and_the_other_ends_without_a_call(
    tmp_path: Path, moto: int
) -> None:
    held = Held("CreateVpcEndpoint")
    with hostile(moto, held) as port:
        winner, loser = OwnStack(tmp_path / "a", port), OwnStack(tmp_path / "b", port)
        loser.environment["PULUMI_BACKEND_URL"] = winner.environment["PULUMI_BACKEND_URL"]
        with started(winner) as process:
            assert held.come.wait(SECONDS)
            # A file backend is read in the middle of a write, too: then the engine says "failed to load checkpoint: EOF".
            until(lambda: at_rest(winner.state))
            before = held.calls
            lost = loser.run("up", SETTINGS, "--yes")
            assert held.calls == before, "the winner waits, so every call would be the loser's"
            held.go.set()
            said, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, said
        assert lost.code != 0
        assert "the stack is currently locked by 1 lock(s)" in lost.text
        assert f"(pid {process.pid})" in lost.text
        assert (
            "Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`"
            in lost.text
        )
        is_as_asked(winner, moto)
        before = held.calls
        assert loser.run("refresh", SETTINGS, "--preview-only").code == 0
        assert held.calls > before, "what the loser calls is counted, when it may"


def test_a_second_make_up_in_one_clone_waits_and_finds_nothing_to_do(house: House) -> None:
    command = [str(house.folder / ".venv" / "bin" / "python"), "-u", "-m", "sandbox", "up", "--stack", "dev"]
    environment = {**os.environ, "SANDBOX_PORT": str(house.port)}

    def started() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=house.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    with started() as first, started() as second:
        said = [flat(process.communicate(timeout=2 * SECONDS)[0]) for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    made = [text for text in said if "+ 18 created" in text]
    found = [text for text in said if "18 unchanged" in text]
    assert (len(made), len(found)) == (1, 1), said
    assert "waiting for another run in this clone" in found[0]
    assert len([id for id in house.alive() if id.startswith("vpce-")]) == 5
