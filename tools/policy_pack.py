"""Assembles dist/policy-pack: the pack with the facts it reads, in one folder that works anywhere.

`pulumi policy publish` ships only the pack's own folder, and a team without this repository wants just that.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def assemble(target: Path) -> None:
    """Write the pack to `target`, which is emptied first."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    skip = shutil.ignore_patterns("__pycache__", "config", "PulumiPolicy.yaml", "__main__.py")
    shutil.copytree(ROOT / "policies", target / "policies", ignore=skip)
    shutil.copy(ROOT / "policies" / "__main__.py", target)
    shutil.copytree(
        ROOT / "policies" / "config", target / "config", ignore=shutil.ignore_patterns("stacks.toml")
    )
    (target / "blueprint").mkdir()
    for name in ("__init__.py", "catalog.py"):
        shutil.copy(ROOT / "blueprint" / name, target / "blueprint")
    shutil.copytree(ROOT / "blueprint" / "facts", target / "blueprint" / "facts")
    # In the repository the pack shares the program's environment; elsewhere it runs in whichever Python is first on PATH,
    # or, once published, in the one that the engine installs from requirements.txt.
    description = (ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8")
    (target / "PulumiPolicy.yaml").write_text(
        description.partition("runtime:")[0] + "runtime: python\n", encoding="utf-8"
    )
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    (target / "requirements.txt").write_text(_without(locked, ("pulumi-aws",)), encoding="utf-8")


def _without(lock: str, packages: tuple[str, ...]) -> str:
    """A lock file without some packages: the pack never imports the AWS SDK, which is most of the installation."""
    kept, keep = [], True
    for line in lock.splitlines(keepends=True):
        if not line.startswith((" ", "#")):
            keep = line.split("==")[0] not in packages
        if keep:
            kept.append(line)
    return "".join(kept)


if __name__ == "__main__":
    folder = ROOT / "dist" / "policy-pack"
    assemble(folder)
    sys.stdout.write(
        f"{folder.relative_to(ROOT)}: the pack and its facts in one folder\n"
        "next, elsewhere: python -m venv venv && . venv/bin/activate && pip install -r <that folder>/requirements.txt\n"
        "                 pulumi preview --policy-pack <that folder>      or      pulumi policy publish\n"
    )
