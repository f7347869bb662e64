"""Writes policies/config/<stack>.json from policies/config/stacks.toml.

CrossGuard's configuration is per policy; ours is per stack. The generator repeats it for each policy, so that nobody does it
by hand and forgets one. `--check` writes nothing and fails if a file is not what it would write.
"""

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policies.pack_config import PackConfigError, read  # noqa: E402
from policies.registry import POLICIES  # noqa: E402

FOLDER = Path("policies") / "config"
_STACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


def main(root: Path = ROOT, *, check: bool = False) -> int:
    """Write (or check) every file; returns the exit code. Everything that is wrong is said, each with its place."""
    wrong, written = [], []
    try:
        stacks = tomllib.loads((root / FOLDER / "stacks.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        stacks, wrong = {}, [f"stacks.toml is not TOML: {error}"]
    else:
        files = (path for path in (root / FOLDER).glob("*.json") if path.stem not in stacks)
        wrong += [
            f"{path.name} belongs to no stack in stacks.toml: remove the file, or add [{path.stem}]"
            for path in files
        ]
    for stack, config in stacks.items():
        problem = _problem(stack, config)
        if problem:
            wrong.append(f"stacks.toml, [{stack}]: {problem}")
            continue
        if not (root / f"Pulumi.{stack}.yaml").exists():
            sys.stderr.write(f"{FOLDER}: note: [{stack}] has no Pulumi.{stack}.yaml\n")
        text = (
            json.dumps({p.name: {"enforcementLevel": "mandatory", **config} for p in POLICIES}, indent=2)
            + "\n"
        )
        path = root / FOLDER / f"{stack}.json"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            wrong.append(f"{path.name} is not what stacks.toml says: run `make policy-config`")
        else:
            path.write_text(text, encoding="utf-8")
            written.append(path.name)
    for line in wrong:
        sys.stderr.write(f"{FOLDER}: {line}\n")
    if not wrong:
        sys.stdout.write(
            f"{FOLDER}: {', '.join(written) + ' written' if written else f'{len(stacks)} files are right'}\n"
        )
    return 1 if wrong else 0


def _problem(stack: str, config: object) -> str:
    if not _STACK.fullmatch(stack):
        return "is not a stack's name"
    if not isinstance(config, dict):
        return f"is {config!r}; a stack is a table: [{stack}]"
    try:
        read(config)
    except PackConfigError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
