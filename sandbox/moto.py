"""Starting, recognising and stopping the sandbox's AWS."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from sandbox.bootstrap.places import child_environment
from sandbox.bootstrap.progress import Ticker
from sandbox.layout import DEFAULT_PORT, HOST, IDENTITY_PATH, Layout, SandboxError, endpoint

START_SECONDS = 60.0
STOP_SECONDS = 10.0
SUGGESTED_PORTS = range(5601, 5700)
# A server whose record is gone notices it within two seconds or so, and ends.
ENDING_SECONDS = 4.0
# Servers that this process started: they may outlive it, but while both live it has to collect the dead.
_children: dict[int, subprocess.Popen[bytes]] = {}


class PortTakenError(SandboxError):
    """Something else listens there."""


@dataclass(frozen=True)
class Server:
    """A moto server that is ours and answers."""

    instance: str
    port: int
    pid: int


def running(layout: Layout) -> Server | None:
    """The server of this clone, if the one that answers is really the one that we started."""
    try:
        record = json.loads(layout.server_record.read_text(encoding="utf-8"))
        instance, port = str(record["instance"]), int(record["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    answer = identity(port)
    if answer is None or answer.get("instance") != instance:
        return None
    return Server(instance, port, int(answer["pid"]))


def identity(port: int) -> dict[str, str] | None:
    """What a sandbox server on that port says about itself; None if whatever is there is none of ours."""
    # No proxy may stand between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{endpoint(port)}{IDENTITY_PATH}", timeout=1) as answer:
            found = json.loads(answer.read(4096))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"instance", "pid", "clone"} <= found.keys() else None


def start(layout: Layout, port: int, *, parent: int | None = None) -> Server:
    """Starts a server that outlives this process (or `parent`, if given) and waits until it answers."""
    if not is_free(port) and not _becomes_free(layout, port):
        raise PortTakenError(_busy(port, is_preview=parent is not None))
    layout.root.mkdir(parents=True, exist_ok=True)
    instance = secrets.token_hex(8)
    write(layout.server_record, json.dumps({"instance": instance, "port": port}) + "\n")
    command = [sys.executable, "-m", "sandbox.moto_server", "--port", str(port), "--instance", instance]
    command += ["--record", str(layout.server_record), "--clone", str(layout.repository)]
    command += ["--parent", str(parent)] if parent else []
    with layout.server_log.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=Path(__file__).resolve().parents[1],
            env=child_environment(MOTO_EC2_LOAD_DEFAULT_AMIS="false", MOTO_IAM_LOAD_MANAGED_POLICIES="true"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal is not meant for it
        )
    _children[process.pid] = process
    ticker = Ticker("starting the sandbox's AWS")
    while time.monotonic() - ticker.started < START_SECONDS:
        server = running(layout)
        if server is not None:
            return server
        if process.poll() is not None:
            break
        ticker.tick()
        time.sleep(0.1)
    process.kill()
    process.wait()
    layout.server_record.unlink(missing_ok=True)
    said = layout.server_log.read_text(encoding="utf-8", errors="replace").strip()[-1500:]
    if not is_free(port) or f"Port {port} is in use" in said:
        raise PortTakenError(_busy(port, is_preview=parent is not None))
    raise SandboxError(f"sandbox: moto did not start on {HOST}:{port}. It said:\n{said}\n  fix: make setup")


def stop(layout: Layout) -> bool:
    """Stops our server and nobody else's; True if there was one."""
    server = running(layout)
    layout.server_record.unlink(missing_ok=True)
    if server is None:
        return False
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(server.pid, sign)
        except ProcessLookupError:
            break
        deadline = time.monotonic() + STOP_SECONDS
        while not is_free(server.port) and time.monotonic() < deadline:
            time.sleep(0.05)
        if is_free(server.port):
            break
    child = _children.pop(server.pid, None)
    if child is not None:
        child.wait()
    return True


def is_free(port: int) -> bool:
    """True if a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """The usual port or one of its neighbours; where all are taken, whichever the system gives."""
    ports: list[int] = [DEFAULT_PORT, *SUGGESTED_PORTS]
    for port in ports:
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_own(layout: Layout, owner: dict[str, str] | None) -> bool:
    """True if that server, by what it says about itself, was started from this clone."""
    return owner is not None and owner["clone"] == str(layout.repository)


def state_owner(layout: Layout) -> str | None:
    """The instance that the state belongs to; None where there is no state."""
    return layout.state_owner.read_text(encoding="utf-8") if layout.state_owner.exists() else None


def write(file: Path, text: str) -> None:
    """Writes a file so that a reader sees the old text or the new one, never half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def _becomes_free(layout: Layout, port: int) -> bool:
    """Waits for a server of this clone that is about to end, because its record was deleted (rm -rf .sandbox)."""
    deadline = time.monotonic() + ENDING_SECONDS
    ending = False
    while not is_free(port) and time.monotonic() < deadline:
        owner = identity(port)
        # One that has a parent is a preview's: it ends when that preview does.
        ending = ending or (is_own(layout, owner) and not (owner or {}).get("parent"))
        if not ending:
            break
        time.sleep(0.1)
    return is_free(port)


def _busy(port: int, *, is_preview: bool) -> str:
    owner = identity(port)
    if owner is None:
        who, ways = "another program", ["stop that program"]
    elif owner.get("parent"):
        who = f"a preview of the clone {owner['clone']} (process {owner['parent']})"
        ways = ["wait until it has ended"]
    else:
        who = f"the sandbox of the clone {owner['clone']} (process {owner['pid']})"
        ways = [f"stop it there (cd {owner['clone']} && make down)"]
    if is_preview:
        ways.insert(0, "leave SANDBOX_PORT out, then the preview takes any free port")
    else:
        other = next((free for free in SUGGESTED_PORTS if is_free(free)), None)
        ways += [f"use another port: make up SANDBOX_PORT={other}"] if other is not None else []
    return f"sandbox: port {port} on {HOST} is taken by {who}\n  fix: {', or '.join(ways)}"
