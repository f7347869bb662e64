"""Links in .venv/bin to an engine in the user's cache: `. .venv/bin/activate` puts `pulumi` on PATH, too."""

import os
from collections.abc import Iterable
from pathlib import Path

from sandbox.bootstrap.places import ENGINES, PROJECT


def is_ours(file: Path) -> bool:
    """True for a link to a program in some cache of ours: whichever cache, key or clone it was made for."""
    if not file.is_symlink():
        return False
    target = file.readlink()
    return target.name == file.name and target.parts[-4:-2] == (PROJECT, ENGINES)


def refresh(folder: Path, engine: Path | None, names: Iterable[str]) -> bool:
    """Makes `folder` hold links to these programs of `engine`, or none of ours; True if there are any."""
    wanted = {name: engine / name for name in names} if engine is not None else {}
    for file in list(folder.iterdir()):
        if file.name not in wanted and is_ours(file):
            file.unlink()
    linked = False
    for name, target in wanted.items():
        link = folder / name
        if os.path.lexists(link) and not is_ours(link):
            continue  # somebody else's: it stays
        linked = True
        if link.is_symlink() and link.readlink() == target:
            continue
        # A run that starts at this moment finds the old program or the new one, never none.
        new = folder / f".{name}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(target)
        new.replace(link)
    return linked


def without(path: str) -> str:
    """A PATH without the folders whose `pulumi` is such a link: it is the cached engine, not the user's own."""
    folders = path.split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not folder or not is_ours(Path(folder) / "pulumi"))
