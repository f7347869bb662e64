"""Files as a page's blocks make them: a whole one, or parts that come to it."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import yaml

from tests.docs.pages import ADD_TO, FILE, Block

# A waiver's end is a date: a page would be wrong some day, and its test red, were it not put off.
_EXPIRES = re.compile(r'(expires = ")[\d-]+(")')
_WEEKS = datetime.timedelta(weeks=4)


def put(block: Block, folder: Path) -> Path | None:
    """Writes what the block says into the file that it names; the file, if it names one."""
    name = block[FILE] or block[ADD_TO]
    if not name:
        return None
    file = folder / name
    if block[FILE]:
        text = block.text + "\n"
    elif file.suffix == ".toml":
        text = file.read_text(encoding="utf-8") + "\n" + block.text + "\n"
    else:
        assert file.suffix == ".yaml", f"{block.place}: who knows how to add to {name}?"
        old = yaml.safe_load(file.read_text(encoding="utf-8"))
        text = yaml.safe_dump(merged(old, yaml.safe_load(block.text)), sort_keys=False)
    later = (datetime.datetime.now(datetime.UTC).date() + _WEEKS).isoformat()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_EXPIRES.sub(rf"\g<1>{later}\g<2>", text), encoding="utf-8")
    return file


def merged(old: Any, new: Any) -> Any:
    """Mappings key by key; whatever else the new one has takes the old one's place."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}
    return new
