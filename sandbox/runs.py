"""What `make preview`, `make up`, `make down` do. A moto server and a Pulumi state are one sandbox."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import yaml

from sandbox import deployed, engine_run, environments, interrupted, leftovers, moto, preflight, stack_config
from sandbox.bootstrap import engine
from sandbox.bootstrap.progress import say
from sandbox.engine_run import Ended
from sandbox.layout import DEFAULT_PORT, DEFAULT_STACK, Layout, SandboxError
from sandbox.throwaway import throwaway

QUIET = ["--yes", "--non-interactive"]


def in_real_account(layout: Layout, verb: str, stack: str, extra: Sequence[str]) -> int:
    """A run with the user's own backend, plugin and credentials. Pulumi asks before it changes anything."""
    environment = environments.for_real(engine.find())
    preflight.check(layout, stack, environment)
    if verb in ("up", "down"):
        interrupted.refuse(deployed.pending(layout, stack, environment), stack, verb)
    command = {
        "preview": ["preview"],
        "up": ["up"],
        "down": ["destroy"],
        "drift": [*engine_run.LOOK, QUIET[1]],
    }[verb]
    policies = engine_run.with_policies(layout, stack) if verb in ("preview", "up") else []
    ended = engine_run.show(
        ["pulumi", *command, "--stack", stack, *policies, *extra], environment, layout.repository
    )
    return _finish(ended, verb, stack)


def preview(layout: Layout, stack: str, port: int | None, extra: Sequence[str]) -> int:
    """Previews a sandbox stack: against what is up, or against an empty AWS that ends with it."""
    with engine_run.alone(layout) as lock:
        server = _current(layout, port)
        if server is not None:
            copy = stack_config.copy(layout, stack, server.port, layout.config)
            return _finish(_run(layout, server, "preview", stack, copy, extra, lock), "preview", stack)
    with throwaway(layout, port) as (box, server):
        copy = stack_config.copy(box, stack, server.port, box.config)
        return _finish(_run(box, server, "preview", stack, copy, extra), "preview", stack)


def preview_real(layout: Layout, stack: str, port: int | None, extra: Sequence[str]) -> int:
    """Previews a real stack's settings in an empty sandbox. Nothing of it is kept."""
    stack_config.read(layout, stack)
    name = f"sandbox-{stack.rsplit('/', 1)[-1]}"
    with throwaway(layout, port) as (box, server):
        copy = stack_config.redirect(box, stack, server.port, box.config, name)
        say(f"sandbox: {stack}'s settings as stack {name}, on loopback; no account, and nothing is kept.")
        say(
            "sandbox: preflight: off, for no sandbox has the ids of a real account; make preview there asks AWS."
        )
        # In full: all there is to see of a stack that does not exist yet is what it would be made of.
        ended = _run(box, server, "preview", name, copy, ["--diff", *extra], stands_for=stack)
    return _finish(ended, "preview", stack, in_sandbox=" SANDBOX=1")


def up(layout: Layout, stack: str, port: int | None, extra: Sequence[str]) -> int:
    """Starts the sandbox's AWS if it is not up, and runs `pulumi up` against it."""
    stack_config.read(layout, stack)
    with engine_run.alone(layout) as lock:
        server = _current(layout, port)
        if server is None:
            server = moto.start(layout, port or DEFAULT_PORT)
            moto.write(layout.state_owner, server.instance)
        interrupted.refuse(interrupted.pending_in(layout, [stack]), stack, "up")
        copy = stack_config.copy(layout, stack, server.port, layout.config)
        ended = _run(layout, server, "up", stack, copy, [*QUIET[:1], *extra], lock)
    if ended.code == 0:
        say(
            f"\nThe sandbox is up: an AWS API of its own on 127.0.0.1:{server.port}, no account involved.\n"
            f"Next: make up          again, to see that there is nothing left to change\n"
            f"      make down        destroys it, checks that nothing is left, and stops the sandbox\n"
            f"      real account     copy Pulumi.prod-eu-west-1.yaml to Pulumi.<stack>.yaml, put in your ids;\n"
            f"                       in policies/config/stacks.toml copy [prod-eu-west-1] to [<stack>];\n"
            f"                       then: make policy-config\n"
            f"                             . .venv/bin/activate && pulumi login && pulumi stack init <stack>\n"
            f"                             make preview STACK=<stack>"
        )
    elif not ended.interrupted:
        say(
            f"\npulumi ended with {ended.code}; the reason is above. Next: make up again, or make down.\n"
            f"If a process or a connection broke in the middle of it: make recover first."
        )
    return _finish(ended, "up", stack)


def drift(layout: Layout, stack: str, extra: Sequence[str]) -> int:
    """Says where the sandbox's AWS is not what the stack's state says. Neither is written."""
    with engine_run.alone(layout) as lock:
        server = deployed.server_of(layout, stack)
        copy = stack_config.copy(layout, stack, server.port, layout.config)
        command = ["pulumi", *engine_run.LOOK, "--stack", stack, "--config-file", str(copy), QUIET[1], *extra]
        ended = engine_run.show(
            command, environments.in_sandbox(layout, server.port), layout.repository, lock
        )
    return _finish(ended, "drift", stack)


def down(layout: Layout, extra: Sequence[str]) -> int:
    """Destroys every stack of the sandbox, asks the API whether anything is left, and stops the sandbox."""
    with engine_run.alone(layout) as lock:
        server = _current(layout, None)
        if server is None:
            _forget(layout)
            say("sandbox: nothing is up, so there is nothing to take down. Next: make up")
            return 0
        engine_run.unlock(layout)
        filled = [stack for stack, resources in engine_run.stacks_in_state(layout).items() if resources]
        for stack in filled:
            interrupted.refuse(interrupted.pending_in(layout, [stack]), stack, "down")
        for stack in filled:
            config = layout.config / f"Pulumi.{stack}.yaml"
            command = ["pulumi", "destroy", "--stack", stack, "--config-file", str(config), *QUIET, *extra]
            ended = engine_run.show(
                command, environments.in_sandbox(layout, server.port), layout.repository, lock
            )
            if ended.code != 0:
                why = "Interrupted by you" if ended.interrupted else f"pulumi ended with {ended.code}"
                say(f"\n{why}: the sandbox stays up. Next: make down, or make clean")
                return ended.code
        alive = leftovers.find(server.port, _regions(layout), _roles(layout))
        if alive:
            listed = "\n".join(f"  {entry}" for entry in alive)
            raise SandboxError(
                f"sandbox: the destroy ended well, but this is still alive:\n{listed}\n"
                f"  fix: that is a bug of the program or the plugin; the sandbox stays up until make clean"
            )
        moto.stop(layout)
        _forget(layout)
    say("\nThe sandbox is down: nothing was left alive in its AWS, which was stopped; its state was dropped.")
    return 0


def reset(layout: Layout) -> int:
    """Stops the sandbox whatever state it is in, destroying nothing first."""
    was_up = moto.stop(layout)
    _forget(layout)
    say("sandbox: stopped, state dropped" if was_up else "sandbox: nothing was up")
    return 0


def status(layout: Layout) -> int:
    """Says what is up."""
    server = moto.running(layout)
    if server is None:
        say("sandbox: nothing is up. Next: make up")
        return 0
    stacks = engine_run.stacks_in_state(layout)
    told = ", ".join(f"{stack} ({count} resources)" for stack, count in stacks.items()) or "none yet"
    say(f"sandbox: up on 127.0.0.1:{server.port} (process {server.pid}). Stacks: {told}")
    return 0


def _run(
    layout: Layout,
    server: moto.Server,
    verb: str,
    stack: str,
    config: Path,
    extra: Sequence[str],
    lock: TextIO | None = None,
    *,
    stands_for: str | None = None,
) -> Ended:
    environment = environments.in_sandbox(layout, server.port)
    if stands_for is not None:
        # Problems are reported with the name of the file in git: the copy's name is nobody's business.
        environment[environments.STACK_FILE_SETTING] = layout.stack_file(stands_for).name
    engine_run.unlock(layout)
    engine_run.ensure_stack(layout, stack, environment)
    policies = engine_run.with_policies(layout, stands_for or stack)
    command = ["pulumi", verb, "--stack", stack, "--config-file", str(config), *policies, QUIET[1], *extra]
    return engine_run.show(command, environment, layout.repository, lock)


def _finish(ended: Ended, verb: str, stack: str, in_sandbox: str = "") -> int:
    """The exit code. Says so if the user stopped the run: what pulumi says then looks like findings."""
    if ended.interrupted:
        named = f" STACK={stack}{in_sandbox}" if stack != DEFAULT_STACK else ""
        ways = f"make {verb}{named} again" + (f", or make down{named}." if verb == "up" else ".")
        judged = (
            ""
            if verb in ("down", "drift")
            else " Policy findings above judge a half-built stack: ignore them."
        )
        say(f"\nInterrupted by you.{judged} Next: {ways}")
    return ended.code


def _current(layout: Layout, port: int | None) -> moto.Server | None:
    """The running server that the state belongs to. If either half is gone, the other is dropped."""
    server = moto.running(layout)
    if server is not None and server.instance == moto.state_owner(layout):
        if port not in (None, server.port):
            raise SandboxError(
                f"sandbox: it is already up, on port {server.port}\n  fix: make down first, then move it"
            )
        return server
    if server is not None:
        moto.stop(layout)
    if any(engine_run.stacks_in_state(layout).values()):
        say("sandbox: the AWS of the last run is gone (stopped, or a reboot), so its state was dropped.")
    _forget(layout)
    return None


def _forget(layout: Layout) -> None:
    for folder in (layout.state, layout.config):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (layout.state_owner, layout.server_record, layout.server_log):
        file.unlink(missing_ok=True)


def _provider_key(layout: Layout, key: str) -> list[yaml.Node]:
    """What the config copies say for a key of the provider, in those that have it."""
    files = layout.config.glob("Pulumi.*.yaml")
    nodes = (yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader) for file in files)
    values = (stack_config.lookup(stack_config.lookup(node, "config"), key) for node in nodes)
    return [value for value in values if value is not None]


def _regions(layout: Layout) -> list[str]:
    found = _provider_key(layout, "aws:region")
    return sorted({str(region.value) for region in found if isinstance(region, yaml.ScalarNode)})


def _roles(layout: Layout) -> list[str]:
    """The roles that the stacks end up in: the last of each chain."""
    chains = [node.value for node in _provider_key(layout, "aws:assumeRoles") if isinstance(node.value, list)]
    last = [stack_config.lookup(chain[-1], "roleArn") for chain in chains if chain]
    return sorted({str(arn.value) for arn in last if isinstance(arn, yaml.ScalarNode)})
