"""Writes docs/licences.md anew; ends with 1, and writes nothing, if a package has a licence that is not allowed or known."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.advisories.go import BUILT
from tools.licences import sources
from tools.licences.sources import ROOT, Package, UnknownLicenceError

PAGE = ROOT / "docs" / "licences.md"
# All let anybody use, change and pass on; MPL-2.0 asks for the source of its own files alone.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BlueOak-1.0.0",
        "CC-BY-3.0",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
    }
)
# Of no licence at all, and let pass: see READ in sources.py.
WITHOUT = frozenset({"github.com/sourcegraph/appdash-data"})
HEAD = """# Licences

The project is under the Apache License 2.0 ([LICENSE](../LICENSE)). What it installs, and what its set-up builds where
Pulumi's own archives cannot be had, is others' work; none of it is in this repository. `make licences` writes this page
from what the packages say of themselves, and refuses a licence that is not in its list (`ALLOWED` in
`tools/licences/__main__.py`).
"""


def refused(packages: Iterable[Package]) -> list[str]:
    """What is not allowed, a line each. A package may be under one of several licences (OR), or under all (AND)."""
    wrong = []
    for package in packages:
        ways = [
            set(way.replace("(", "").replace(")", "").split(" AND ")) for way in package.licence.split(" OR ")
        ]
        if package.name not in WITHOUT and not any(way <= ALLOWED for way in ways):
            wrong.append(f"{package.name} {package.version}: {package.licence}")
    return wrong


def section(title: str, packages: Sequence[Package]) -> str:
    """A table of the page."""
    rows = "".join(f"| {each.name} | {each.version} | {each.licence} |\n" for each in packages)
    return f"\n## {title}\n\n| package | version | licence |\n| --- | --- | --- |\n{rows}"


def titles() -> dict[str, str]:
    """The page's sections of Go modules: heading by folder of tools/."""
    return {module: f"Go modules of `tools/{module}`" for module in BUILT}


def main() -> int:
    """Collect, check, write."""
    runtime, development = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    try:
        found = {
            "Python: requirements.txt": list(sources.python(runtime)),
            "Python: requirements-dev.txt, and not in requirements.txt": [
                each for each in sources.python(development) if each.name not in sources.locked(runtime)
            ],
            "npm, for one test": list(sources.npm()),
            **{title: list(sources.go(module)) for module, title in titles().items()},
        }
    except UnknownLicenceError as error:
        sys.stderr.write(
            f"licences: {error}\n"
            "  fix: read it, and put the package into READ of tools/licences/sources.py with its place and day\n"
        )
        return 1
    except (subprocess.CalledProcessError, OSError) as error:
        said = str(getattr(error, "stderr", "") or error).strip()
        sys.stderr.write(
            f"licences: Go does not list the modules: {said}\n  fix: make a Go and a module proxy reachable\n"
        )
        return 1
    wrong = [line for packages in found.values() for line in refused(packages)]
    if wrong:
        sys.stderr.write("licences: not allowed:\n" + "".join(f"  {line}\n" for line in wrong))
        return 1
    PAGE.write_text(HEAD + "".join(section(*each) for each in found.items()), encoding="utf-8")
    sys.stdout.write(
        f"{Path(PAGE).relative_to(ROOT)}: {sum(map(len, found.values()))} packages, all allowed\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
