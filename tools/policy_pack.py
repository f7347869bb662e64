"""Assembles dist/policy-pack: the pack with the facts it reads, in one folder that works anywhere.

`pulumi policy publish` ships only the pack's own folder, and a team without this repository wants just that.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What an engine starts: the one itself, the other with the environment's Python.
ENTRIES = ("run", "__main__.py")


def assemble(target: Path) -> None:
    """Write the pack to `target`, which is emptied first."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    skip = shutil.ignore_patterns("__pycache__", "config", "PulumiPolicy.yaml", *ENTRIES)
    shutil.copytree(ROOT / "policies", target / "policies", ignore=skip)
    for name in ENTRIES:
        shutil.copy(ROOT / "policies" / name, target)
    shutil.copytree(
        ROOT / "policies" / "config", target / "config", ignore=shutil.ignore_patterns("stacks.toml")
    )
    (target / "blueprint").mkdir()
    for name in ("__init__.py", "announced.py", "catalog.py", "prices.py"):
        shutil.copy(ROOT / "blueprint" / name, target / "blueprint")
    shutil.copytree(ROOT / "blueprint" / "facts", target / "blueprint" / "facts")
    # In the repository the pack shares the program's environment; elsewhere it has its own, in `venv`: that is also where
    # the engine installs a published pack's requirements.
    description = (ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8")
    (target / "PulumiPolicy.yaml").write_text(
        description.replace("virtualenv: ../.venv", "virtualenv: venv"), encoding="utf-8"
    )
    # `pulumi policy publish` uploads what git would: the environment stays here.
    (target / ".gitignore").write_text("venv/\n.venv/\n__pycache__/\n", encoding="utf-8")
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
        "next: copy it to where you want it, and in that folder, once:\n"
        "        python3 -m venv venv && venv/bin/pip install --require-hashes -r requirements.txt\n"
        "      then, from anywhere: pulumi preview --policy-pack <that folder>\n"
        "      an engine that wants an executable: pulumi preview --policy-pack <that folder>/run\n"
        "      for an organisation, in that folder: pulumi policy publish <organisation>\n"
    )
