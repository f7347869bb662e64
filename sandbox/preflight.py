"""What a real stack needs before the engine starts: every problem at once, each with its way out."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import yaml

from sandbox.bootstrap import aws_plugin, engine
from sandbox.bootstrap.places import pulumi_home
from sandbox.layout import Layout, SandboxError
from sandbox.stack_config import lookup, read

ASK_SECONDS = 6.0
CREDENTIAL_SETTINGS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
# Keys in a stack file are the sandbox's own: of a stack whose addresses are on loopback, at another port than the sandbox.
CREDENTIAL_KEYS = ("aws:profile", "aws:accessKey")
# Amazon's machines say so themselves; there, a role may give credentials. No network is asked.
VENDOR_FILE = Path("/sys/class/dmi/id/sys_vendor")


def check(layout: Layout, stack: str, environment: Mapping[str, str]) -> None:
    """Raises one SandboxError with all problems of a run against a real account."""
    node = read(layout, stack)
    found = [
        *_engine(environment),
        *_plugin(environment),
        *_credentials(layout, stack, node, environment),
        *_stack(layout, stack, environment),
    ]
    if found:
        raise SandboxError(
            f"stack {stack} is a real one and cannot run from here yet:\n"
            + "\n".join(f"  - {problem}\n    fix: {fix}" for problem, fix in found)
            + f"\nTo try its settings without an account: make preview STACK={stack} SANDBOX=1"
        )


def _engine(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    minimum = engine.read_pin().version
    folder, why = engine.on_path(minimum, environment)
    return [] if folder else [(f"engine: {why}", f"install Pulumi {minimum} or newer, or run make setup")]


def _plugin(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    version = aws_plugin.locked_version()
    if aws_plugin.installed(version) or aws_plugin.on_users_path(environment):
        return []
    return [
        (
            f"aws plugin: the official one, {version}, is not installed (the stand-in does not count)",
            f"pulumi plugin install resource aws {version}",
        )
    ]


def _credentials(
    layout: Layout, stack: str, node: yaml.MappingNode, environment: Mapping[str, str]
) -> list[tuple[str, str]]:
    config = lookup(node, "config")
    home = Path(environment.get("HOME") or Path.home()) / ".aws"
    files = [
        Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials"),
        Path(environment.get("AWS_CONFIG_FILE") or home / "config"),
    ]
    if (
        any(environment.get(name) for name in CREDENTIAL_SETTINGS)
        or any(lookup(config, key) is not None for key in CREDENTIAL_KEYS)
        or lookup(node, "environment") is not None  # Pulumi ESC may bring them
        or any(file.is_file() and file.stat().st_size for file in files)
        or _is_amazons_machine()
    ):
        return []
    return [
        (
            f"credentials: none in the environment, in {home}, or in {layout.stack_file(stack).name}",
            "aws configure sso, or set AWS_PROFILE, or pulumi config set aws:profile <name>",
        )
    ]


def _is_amazons_machine() -> bool:
    try:
        return "amazon" in VENDOR_FILE.read_text(encoding="utf-8", errors="replace").lower()
    except OSError:
        return False


def _stack(layout: Layout, stack: str, environment: Mapping[str, str]) -> list[tuple[str, str]]:
    if not _has_backend(layout, environment):
        return [
            (
                f"backend: you are not logged in, so there is nowhere to keep the state of {stack}",
                f"pulumi login (or pulumi login --local), then pulumi stack init {stack}",
            )
        ]
    known = _known_stacks(layout, environment)
    short = stack.rsplit("/", 1)[-1]
    if known is None or any(name in (stack, short) or name.endswith(f"/{short}") for name in known):
        return []
    return [(f"stack: your backend has no stack {stack}", f"pulumi stack init {stack}")]


def _has_backend(layout: Layout, environment: Mapping[str, str]) -> bool:
    if environment.get("PULUMI_BACKEND_URL") or environment.get("PULUMI_ACCESS_TOKEN"):
        return True
    project = yaml.compose(
        (layout.repository / "Pulumi.yaml").read_text(encoding="utf-8"), Loader=yaml.SafeLoader
    )
    if lookup(lookup(project, "backend"), "url") is not None:
        return True
    try:
        login = json.loads((pulumi_home() / "credentials.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(login, dict) and bool(login.get("current"))


def _known_stacks(layout: Layout, environment: Mapping[str, str]) -> list[str] | None:
    """The backend's stacks; None if it does not answer in time or at all: the engine will say why."""
    try:
        answer = subprocess.run(
            ["pulumi", "stack", "ls", "--json", "--non-interactive"],  # noqa: S607
            cwd=layout.repository,
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
            check=True,
        )
        return [str(entry["name"]) for entry in json.loads(answer.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None
