"""What PyPI's advisories say of a lock file, asked by pip-audit (https://github.com/pypa/pip-audit, 2.10.1, 2026-11-30)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tools.advisories.shapes import Advisory, Looked
from tools.own_environment import installed

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "tools" / "pip-audit.txt"
HOME = ROOT / ".sandbox" / "audit"
OPTIONS = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off")
LIMIT = 600.0


def program() -> Path:
    """pip-audit, in an environment of its own. Raises: CalledProcessError."""
    return installed(HOME, LOCK) / "pip-audit"


def look(auditor: Path, lock: str) -> Looked:
    """Every package of the lock file of that name in the repository: the name's folder tells two `requirements.txt` apart.

    pip-audit says "No known vulnerabilities found", and ends with 0, of packages that the service does not know: each one
    that was skipped is one that nobody has looked at.
    """
    done = subprocess.run(  # noqa: S603
        [auditor, *OPTIONS, "--requirement", ROOT / lock],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return Looked(lock, blind=f"pip-audit ended with {done.returncode}: {last}")
    packages = answer["dependencies"]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    if skipped or not packages:
        named = ", ".join(skipped[:3]) + (", ..." if len(skipped) > 3 else "")
        return Looked(
            lock,
            blind="the service of advisories (pypi.org) says nothing of "
            f"{len(skipped)} of {len(packages)} packages: {named}",
        )
    advisories = tuple(
        Advisory(
            lock,
            vulnerability["id"],
            f"{package['name']} {package['version']}",
            ", ".join(vulnerability["fix_versions"]),
            _first_line(vulnerability.get("description") or ", ".join(vulnerability["aliases"])),
        )
        for package in packages
        for vulnerability in package["vulns"]
    )
    return Looked(lock, advisories, about=f"{len(packages)} packages, by pypi.org")


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0][:120]
