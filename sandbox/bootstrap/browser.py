"""Step 5, for the tests alone: a Chromium that looks at the pages which this project writes.

Any Chromium or Chrome will do that the machine has; else Debian's chromium-headless-shell is unpacked: it has no windows,
and so needs half of what `chromium` does.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sandbox.bootstrap.packages import Program, Programs, said_version

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
SHELL = "chromium-headless-shell"
FIX = (
    "install Chromium or Chrome: apt install chromium (Debian), snap install chromium (Ubuntu), dnf install chromium "
    "(Fedora, RHEL with EPEL) or brew install --cask chromium (macOS)"
)
# Without a font a page has no letters, and the system's own list, where it has one, does not name the one that was unpacked.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">tree/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


def _fonts(folder: Path) -> dict[str, str]:
    (folder / "fonts.conf").write_text(FONTS, encoding="utf-8")
    return {"FONTCONFIG_FILE": "$here/fonts.conf"}


UNPACKED = Programs(
    label="browser",
    cache="browser",
    fix=FIX,
    named={SHELL: Program("--version", SHELL, ("chromium",))},
    also=("fonts-dejavu-core",),
    finish=_fonts,
)


def find(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The browser that the machine has, else the unpacked one; None before set-up. Fetches nothing.

    One that does not say its version is none: Ubuntu's `chromium-browser` only says what to install.
    """
    return next((file for file in _installed(environment) if said_version(file, "--version")), None) or (
        UNPACKED.find(SHELL, environment)
    )


def ensure(note: Callable[[str], None]) -> str:
    """Finds or brings a browser; says which. Raises: SetupError, with what to install."""
    file = find()
    return f"{file.name} {said_version(file, '--version')}" if file else UNPACKED.ensure(note)


def _installed(environment: Mapping[str, str]) -> Iterator[Path]:
    for name in NAMES:
        if on_path := shutil.which(name, path=environment.get("PATH", "")):
            yield Path(on_path)
    yield from (Path(each) for each in APPLICATIONS if Path(each).exists())
