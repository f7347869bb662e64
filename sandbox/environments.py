"""What a `pulumi` that we start can see: all of the user's for real stacks, nothing of it in the sandbox."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from sandbox.bootstrap import aws_plugin, links
from sandbox.bootstrap import engine as engines
from sandbox.bootstrap.places import STAND_IN_FOLDER, VENV
from sandbox.layout import Layout, SandboxError, endpoint

# Python settings that would lead the program or the pack past the project's own virtual environment.
PYTHON_SETTINGS = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH"})
# Under which name the program reports problems of the stack file, where it is not Pulumi.<stack>.yaml.
STACK_FILE_SETTING = "SSM_STACK_FILE"
DROPPED = PYTHON_SETTINGS | {STACK_FILE_SETTING}


def in_sandbox(layout: Layout, port: int) -> dict[str, str]:
    """A sandbox run's environment, with the engine that is here and whichever `aws` plugin. Raises: SandboxError."""
    folder = engines.find()
    if folder is None:
        raise SandboxError("engine: there is no pulumi yet\n  fix: make setup")
    return for_sandbox(layout, folder, port, stand_in=aws_plugin.sandbox_needs_stand_in())


def for_sandbox(
    layout: Layout, engine: Path, port: int, *, stand_in: bool, user: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """No credential, profile, stack or policy setting of the user's reaches a sandbox run, nor a real AWS."""
    kept = {
        name: value
        for name, value in user.items()
        if not name.startswith(("AWS_", "PULUMI_")) and name not in DROPPED
    }
    if "PULUMI_HOME" in user:
        kept["PULUMI_HOME"] = user["PULUMI_HOME"]
    # The stand-in first: the engine takes an `aws` plugin from PATH before it looks for another.
    folders = [*([STAND_IN_FOLDER] if stand_in else []), VENV / "bin", engine]
    kept["PATH"] = os.pathsep.join([*map(str, folders), _without_stand_in(user.get("PATH", ""))])
    if stand_in:
        kept["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return kept | {
        "VIRTUAL_ENV": str(VENV),
        "PULUMI_BACKEND_URL": f"file://{layout.state}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Were the provider to call a service that the stack's endpoints do not name, it would meet moto, too.
        "AWS_ENDPOINT_URL": endpoint(port),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def for_real(engine: Path | None, user: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The user's own environment, with the project's Python first and never with the stand-in."""
    path = _without_stand_in(user.get("PATH", ""))
    folders = [str(VENV / "bin"), path]
    if engine is not None and shutil.which("pulumi", path=links.without(path)) is None:
        folders.append(str(engine))
    kept = {name: value for name, value in user.items() if name not in DROPPED}
    return kept | {
        "PATH": os.pathsep.join(folders),
        "VIRTUAL_ENV": str(VENV),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _without_stand_in(path: str) -> str:
    folders = [folder for folder in path.split(os.pathsep) if folder]
    return os.pathsep.join(
        folder for folder in folders if Path(folder).resolve() != STAND_IN_FOLDER.resolve()
    )
