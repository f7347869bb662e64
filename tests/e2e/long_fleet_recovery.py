"""What a fleet gets over, with the real engine: an AWS that throttles, by itself; a machine that was lost in the middle of
its calls, by doing what the messages say."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

from benchmarks import fleets
from cli import fleet_recover
from fleet import workspace
from fleet.local import Local
from fleet.session import Session
from fleet.settings import Retries
from fleet.shapes import Stack
from tests.e2e.fleets import ENDPOINTS, behind, of_runs, processes, until, up
from tests.support.aws_api import client
from tests.support.hostile_api import Held, hostile
from tests.support.slow_api import slow_api


def test_a_stack_that_aws_throttles_is_tried_again_and_passes() -> None:
    with fleets.fleet(1, 1) as (session, server), slow_api(server.port) as api:
        # So the provider itself tries each call twice. Of four endpoints one is refused twice, if there are five refusals.
        (stack,) = session.stacks
        once_more = replace(stack, config={**stack.config, "aws:maxRetries": 1})
        api.throttle["CreateVpcEndpoint"] = 5
        (result,) = up(behind(replace(session, stacks=(once_more,)), api.port), Local(1))
        assert (result.status, result.error) == ("passed", "")
        assert result.attempts > 1
        assert fleets.wrong(session.stacks, server.port, session.folder) == []


def test_a_machine_that_was_lost_leaves_a_stack_that_comes_up_by_what_the_messages_say(
    tmp_path: Path,
) -> None:
    held = Held("CreateVpcEndpoint")
    with fleets.fleet(1, 1) as (session, server), hostile(server.port, held) as port:
        retries = Retries.model_validate({"lost": 1, "locked": 0})
        slow = behind(replace(session, fleet=session.fleet.model_copy(update={"retries": retries})), port)
        (stack,) = session.stacks
        losing = threading.Thread(target=lose_the_machine, args=[session, stack], daemon=True)
        losing.start()
        (result,) = up(slow, Local(1))
        losing.join(timeout=5)
        assert (result.status, result.attempts) == ("locked", 2), result.error
        assert "(pid " in result.error

        typed(slow, stack, tmp_path, result.error)
        (result,) = up(slow, Local(1))
        assert result.status == "pending", result.error
        urns = re.findall(r"^    (urn:\S+)$", result.error, re.MULTILINE)
        assert sorted(urns) == sorted(under_way(session, stack))
        # What was asked of AWS is made, also where nobody waits for the answer any more.
        held.go.set()
        until(lambda: len(endpoints(server.port, stack)) == ENDPOINTS)
        assert (
            f"  fix: ssm-endpoints fleet recover fleet.yaml --sandbox --stack {stack.name}; then up again"
            in result.error
        )
        lost = endpoints(server.port, stack)
        assert fleet_recover.one(slow, stack, yes=True) == 0
        (result,) = up(slow, Local(1))
        assert (result.status, result.error) == ("passed", "")
        assert endpoints(server.port, stack) == lost, "those that were made are the stack's now"
        assert fleets.wrong(session.stacks, server.port, session.folder) == []


def lose_the_machine(session: Session, stack: Stack) -> None:
    """Wait until nothing but endpoints is under way, and end everything of the run at once."""
    until(lambda: len(under_way(session, stack)) == ENDPOINTS)
    (run,) = (each.id for each in processes() if each.parent == os.getpid() and "fleet.job" in each.words)
    os.killpg(run, signal.SIGKILL)
    while of_runs([run]):
        for each in processes():
            if each.session == run:
                os.kill(each.id, signal.SIGKILL)


def under_way(session: Session, stack: Stack) -> list[str]:
    """URNs of what the stack's state says is being created; none where that is not only endpoints."""
    file = session.folder / "state" / ".pulumi" / "stacks" / "ssm-vpc-endpoints" / f"{stack.name}.json"
    try:
        latest = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
    except (OSError, ValueError):
        return []  # it is not there yet, or is being written
    urns = [each["resource"]["urn"] for each in latest.get("pending_operations") or ()]
    return urns if all(":VpcEndpoint::" in urn for urn in urns) else []


def endpoints(port: int, stack: Stack) -> list[str]:
    """The ids of the stack's endpoints in AWS."""
    listed = client(port, "ec2", stack.region, stack.role_arn).describe_vpc_endpoints()["VpcEndpoints"]
    return [each["VpcEndpointId"] for each in listed]


def typed(session: Session, stack: Stack, folder: Path, message: str) -> None:
    """The command of a message, as it stands there, in a folder with the project's Pulumi.yaml, as a clone has it."""
    job = session.job("up", stack, 1)
    workspace.write(job, folder)
    environment = workspace.environment(job)
    del environment["PULUMI_BACKEND_URL"]
    (line,) = re.findall(r"^  (PULUMI_BACKEND_URL=.*)$", message, re.MULTILINE)
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
