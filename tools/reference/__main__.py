"""Writes the generated reference: docs/reference/*.md, and the table of outputs in Pulumi.README.md. `make reference`.

`--check` writes nothing and fails if a page is not what it would write.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tools.reference import configuration, outputs, pack_configuration, policies

ROOT = Path(__file__).resolve().parents[2]
PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/configuration.md": configuration.text,
    "docs/reference/outputs.md": outputs.text,
    "docs/reference/policies.md": policies.text,
    "docs/reference/pack-configuration.md": pack_configuration.text,
    "Pulumi.README.md": outputs.stack_readme,
}


def main(root: Path = ROOT, *, check: bool = False) -> int:
    """Write (or check) every page; returns the exit code."""
    stale = []
    for name, text in PAGES.items():
        path, wanted = root / name, text()
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, encoding="utf-8")
    if check and stale:
        sys.stderr.write(f"not what the code says: {', '.join(stale)}: run `make reference`\n")
        return 1
    sys.stdout.write(f"{', '.join(stale)} written\n" if stale else "the reference is right\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
