"""Writes policies/config/<stack>.json from policies/config/stacks.toml.

CrossGuard's configuration is per policy; ours is per stack. The generator repeats it for each policy, so that nobody does it
by hand and forgets one. `--check` writes nothing and fails if a file is not what it would write. `--check FILE` reads a
configuration that somebody wrote by hand: the engine says little about a misspelt policy, and nothing about a misspelt key.
"""

import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policies import telling, waivers  # noqa: E402
from policies.pack_config import PackConfigError, read  # noqa: E402
from policies.registry import POLICIES  # noqa: E402

FOLDER = Path("policies") / "config"
# Some hundred times what the largest fleet's stack has.
_MOST_BYTES = 5_000_000
LEVELS = ("mandatory", "advisory", "disabled")
_STACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_NAMES = [policy.name for policy in POLICIES]
# Keys of a stack in stacks.toml that are not the same for every policy.
_APART = ("enforcement", "waivers")


def main(root: Path = ROOT, *, check: bool = False) -> int:
    """Write (or check) every file; returns the exit code. Everything that is wrong is said, each with its place."""
    wrong, written = [], []
    try:
        stacks = _stacks(root)
    except PackConfigError as error:
        stacks, wrong = {}, [f"stacks.toml {error}"]
    else:
        files = (path for path in (root / FOLDER).glob("*.json") if path.stem not in stacks)
        wrong += [
            f"{path.name} belongs to no stack in stacks.toml: remove the file, or add [{path.stem}]"
            for path in files
        ]
    for stack, config in stacks.items():
        if found := list(problems(stack, config)):
            wrong += [f"stacks.toml, [{stack}]: {problem}" for problem in found]
            continue
        if not (root / f"Pulumi.{stack}.yaml").exists():
            sys.stderr.write(f"{FOLDER}: note: [{stack}] has no Pulumi.{stack}.yaml\n")
        wanted = text(config)
        path = root / FOLDER / f"{stack}.json"
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        if check:
            wrong.append(f"{path.name} is not what stacks.toml says: run `make policy-config`")
        else:
            path.write_text(wanted, encoding="utf-8")
            written.append(path.name)
    for line in wrong:
        sys.stderr.write(f"{FOLDER}: {telling.printable(line)}\n")
    if not wrong:
        sys.stdout.write(
            f"{FOLDER}: {', '.join(written) + ' written' if written else f'{len(stacks)} files are right'}\n"
        )
    return 1 if wrong else 0


def of_policies(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A stack's table as CrossGuard's configuration: the same for every policy but for its level and its waivers."""
    shared = {key: value for key, value in config.items() if key not in _APART}
    found = {}
    for policy in POLICIES:
        default = policy.enforcement_level.value if policy.enforcement_level else "mandatory"
        level = config.get("enforcement", {}).get(policy.name, default)
        own = [
            {key: value for key, value in waiver.items() if key != "policy"}
            for waiver in config.get("waivers", ())
            if waiver["policy"] == policy.name
        ]
        found[policy.name] = {"enforcementLevel": level, **shared, **({"waivers": own} if own else {})}
    return found


def _stacks(root: Path) -> dict[str, Any]:
    """All tables of stacks.toml. Raises: PackConfigError, saying why it cannot be read."""
    text = _text_of(root / FOLDER / "stacks.toml")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackConfigError(f"is not TOML: {telling.printable(str(error))}") from None
    except (ValueError, RecursionError):
        raise PackConfigError("is not TOML that can be read: nested too deep, or a number too long") from None


def _text_of(path: Path) -> str:
    """A file's text. Raises: PackConfigError."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PackConfigError(f"cannot be read: it has more than {_MOST_BYTES:,} bytes")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PackConfigError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PackConfigError("cannot be read: it is not text in UTF-8") from None


def stale(path: Path, root: Path = ROOT) -> list[str]:
    """Why a generated file is not what stacks.toml says any more; nothing for a file that no table of it is about."""
    if path.resolve().parent != (root / FOLDER).resolve():
        return []
    try:
        stacks = _stacks(root)
    except PackConfigError as error:
        return [f"stacks.toml beside it {error}"]
    config = stacks.get(path.stem)
    if config is None:
        return []
    found = [f"stacks.toml, [{path.stem}]: {problem}" for problem in problems(path.stem, config)]
    if not found and path.read_text(encoding="utf-8") != text(config):
        found.append(f"is not what [{path.stem}] in stacks.toml says\n  fix: make policy-config")
    return found


def text(config: Mapping[str, Any]) -> str:
    return json.dumps(of_policies(config), indent=2) + "\n"


def check_file(path: Path) -> list[str]:
    """What is wrong with a `--policy-pack-config` file."""
    try:
        given = json.loads(_text_of(path), object_pairs_hook=_once)
    except PackConfigError as error:
        return [str(error)]
    except RecursionError:
        return ["cannot be read: it is nested too deep"]
    except ValueError as error:
        return [f"cannot be read: {telling.printable(str(error))}"]
    if not isinstance(given, dict):
        return [f"is {type(given).__name__}; allowed is an object with a key for each policy"]
    return list(telling.some(_of_file(given)))


def _of_file(given: Mapping[str, Any]) -> Iterator[str]:
    for name, config in given.items():
        if name == "all" or (name in _NAMES and not isinstance(config, dict)):
            if config not in LEVELS:
                yield f"{name} is {telling.shown(config)}; allowed: {', '.join(LEVELS)}"
        elif name not in _NAMES:
            yield f"{telling.shown(name)} is not a policy{_right(name, _NAMES)}"
        else:
            level = config.get("enforcementLevel", "mandatory")
            if level not in LEVELS:
                yield f"{name}.enforcementLevel is {telling.shown(level)}{_right(level, LEVELS)}"
            own = {key: value for key, value in config.items() if key != "enforcementLevel"}
            yield from (f"{name}: {problem}" for problem in _of_config(own))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; a key that is there twice is refused, for the engine would take the last and say nothing."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {telling.shown(twice)} is there more than once in one object")
    return found


def problems(stack: str, config: object) -> Iterator[str]:
    """What is wrong with a stack's table, a sentence each."""
    if not _STACK.fullmatch(stack):
        yield "is not a stack's name"
        return
    if not isinstance(config, dict):
        yield f"is {telling.shown(config)}; a stack is a table: [{stack}]"
        return
    levels, excuses = config.get("enforcement", {}), config.get("waivers", [])
    if not isinstance(levels, dict):
        yield f"enforcement is {telling.shown(levels)}; allowed is a table of policies and levels"
        levels = {}
    for name, level in levels.items():
        if name not in _NAMES:
            yield f"enforcement.{telling.word(str(name))} is not a policy{_right(name, _NAMES)}"
        elif level not in LEVELS:
            yield f"enforcement.{name} is {telling.shown(level)}{_right(level, LEVELS)}"
    own = []
    for index, waiver in enumerate(excuses if isinstance(excuses, list) else []):
        name = waiver.get("policy") if isinstance(waiver, dict) else None
        if name not in _NAMES:
            yield f"waivers[{index}].policy is {telling.shown(name)}{_right(name, _NAMES)}"
        own.append({k: v for k, v in waiver.items() if k != "policy"} if isinstance(waiver, dict) else waiver)
    shared = {key: value for key, value in config.items() if key != "enforcement"}
    yield from _of_config({**shared, "waivers": own if isinstance(excuses, list) else excuses})


def _of_config(config: Mapping[str, Any]) -> Iterator[str]:
    for check in (read, waivers.read):
        try:
            check(config)
        except PackConfigError as error:
            yield str(error)
            return


def _right(name: object, allowed: list[str] | tuple[str, ...]) -> str:
    near = get_close_matches(name, allowed, n=1) if isinstance(name, str) and len(name) <= 100 else []
    return (f"; did you mean {near[0]}?" if near else "") + f"; allowed: {', '.join(allowed)}"


if __name__ == "__main__":
    file = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), None)
    if file:
        found = check_file(Path(file)) or stale(Path(file))
        sys.stderr.write("".join(f"{file}: {telling.printable(line)}\n" for line in found))
        sys.exit(1 if found else 0)
    sys.exit(main(check="--check" in sys.argv))
