"""Writes policies/config/<stack>.json from policies/config/stacks.toml.

CrossGuard's configuration is per policy; ours is per stack. The generator repeats it for each policy, so that nobody does it
by hand and forgets one. `--check` writes nothing and fails if a file is not what it would write.
"""

import json
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policies.pack_config import PackConfigError, read  # noqa: E402
from policies.registry import POLICIES  # noqa: E402

FOLDER = ROOT / "policies" / "config"


def main() -> int:
    stacks = tomllib.loads((FOLDER / "stacks.toml").read_text(encoding="utf-8"))
    wrong = [
        f"{path.name} belongs to no stack in stacks.toml"
        for path in FOLDER.glob("*.json")
        if path.stem not in stacks
    ]
    for stack, config in stacks.items():
        try:
            read(config)
        except PackConfigError as error:
            wrong.append(f"stacks.toml, [{stack}]: {error}")
            continue
        text = (
            json.dumps({p.name: {"enforcementLevel": "mandatory", **config} for p in POLICIES}, indent=2)
            + "\n"
        )
        path = FOLDER / f"{stack}.json"
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(f"{path.name} is not what stacks.toml says: run `make policy-config`")
    for line in wrong:
        sys.stderr.write(f"policies/config: {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
