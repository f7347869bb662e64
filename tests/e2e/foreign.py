"""Programs in other languages: the host that runs each, and the modules of a TypeScript program."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.bootstrap import languages
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import cache_folder, child_environment
from tests.e2e.elsewhere import Elsewhere
from tests.support.pack import ROOT

TYPESCRIPT = ROOT / "tests" / "fixtures" / "typescript"
PACKAGE = ROOT / "package"


def add_host(project: Elsewhere, program: str) -> None:
    """Puts a language host within the engine's reach; fails the test, with what to do, where there is none."""
    found = languages.find(program)
    if found is None:
        fix = "python3 -m sandbox.bootstrap --for test"
        pytest.fail(f"There is no {program}, and this test runs the real one. Fix: {fix}", pytrace=False)
    project.environment["PATH"] = os.pathsep.join([project.environment["PATH"], str(found.parent)])


def write_yaml(project: Elsewhere, *changes: tuple[str, str]) -> None:
    """The package's example in the project's folder, with every change made in its text."""
    text = (PACKAGE / "example" / "Pulumi.yaml").read_text(encoding="utf-8")
    changes = (("name: private-nodes", "name: elsewhere"), ("path: ..", f"path: {PACKAGE}"), *changes)
    _write(project.folder / "Pulumi.yaml", text, changes)


def write_typescript(project: Elsewhere, *changes: tuple[str, str]) -> None:
    """The flat TypeScript program in the project's folder, with its modules, and every change made in its text."""
    for name in ("package.json", "tsconfig.json"):
        shutil.copy(TYPESCRIPT / name, project.folder / name)
    modules = project.folder / "node_modules"
    modules.unlink(missing_ok=True)
    modules.symlink_to(_modules())
    (project.folder / "Pulumi.yaml").write_text("name: elsewhere\nruntime: nodejs\n", encoding="utf-8")
    _write(project.folder / "index.ts", (TYPESCRIPT / "index.ts").read_text(encoding="utf-8"), changes)


def _write(file: Path, text: str, changes: tuple[tuple[str, str], ...]) -> None:
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is not once in {file.name}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def _modules() -> Path:
    """The locked npm modules, installed once (190 MB) and kept, because the lock changes seldom."""
    lock = TYPESCRIPT / "package-lock.json"
    folder = cache_folder() / f"npm-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    with exclusive(cache_folder() / "npm.lock"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(TYPESCRIPT / name, folder / name)
            # No module needs its install script to be imported.
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=folder, env=child_environment(), check=True, timeout=300)
            (folder / "complete").touch()
    return folder / "node_modules"
