"""What Go's vulnerability database says of the programs that the set-up builds, asked by govulncheck (1.9.0, 2026-11-30).

https://go.dev/doc/security/vuln/ (2026-11-30): a finding counts where the program can reach the vulnerable function.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.advisories.shapes import Advisory, Looked

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
PACKAGE = "golang.org/x/vuln/cmd/govulncheck"
# Folder of tools/ to the package that is built of it.
BUILT = {
    "pulumi": "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "language-python": "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    "language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    "language-yaml": "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    "pythons/3.12": ".",
    "pythons/3.13": ".",
    "govulncheck": PACKAGE,
}
# The database, or a copy of it: docs/supply-chain.md, "Without the internet".
DATABASE = "https://vuln.go.dev"
SETTING = "GOVULNDB"
LIMIT = 1800.0


def database() -> str:
    """Where the database lies."""
    return os.environ.get(SETTING) or DATABASE


def unreachable() -> str:
    """Why the database cannot be read; nothing if it can. govulncheck asks it after minutes of work."""
    try:
        with urllib.request.urlopen(f"{database()}/index/db.json", timeout=20) as answer:  # noqa: S310
            json.load(answer)
    except (OSError, ValueError) as error:
        return f"no database of vulnerabilities at {database()}: {getattr(error, 'reason', error)}"
    return ""


def environment() -> dict[str, str]:
    """As the set-up builds: by go.sum, with the Go that is here."""
    return {
        **os.environ,
        "GOFLAGS": "-mod=readonly",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def program(folder: Path) -> Path | None:
    """govulncheck, built from pinned modules; None without a Go. Raises: CalledProcessError."""
    go = shutil.which("go")
    if go is None:
        return None
    target = folder / "govulncheck"
    subprocess.run(  # noqa: S603
        [go, "build", "-o", target, PACKAGE],
        cwd=TOOLS / "govulncheck",
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return target


def look(checker: Path, module: str, package: str) -> Looked:
    """Every function that the program can reach."""
    done = subprocess.run(  # noqa: S603
        [checker, "-db", database(), "-format", "json", package],
        cwd=TOOLS / module,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return Looked(module, blind=f"govulncheck ended with {done.returncode}: {last}")
    config: dict[str, Any] = {}
    known: dict[str, str] = {}
    reached: dict[str, Advisory] = {}
    for message in messages(done.stdout):
        config = message.get("config", config)
        if "osv" in message:
            known[message["osv"]["id"]] = message["osv"].get("summary", "")
        finding = message.get("finding")
        if finding and "function" in finding["trace"][0]:
            at = finding["trace"][0]
            reached[finding["osv"]] = Advisory(
                module,
                finding["osv"],
                f"{at['module']} {at.get('version', '')}".strip(),
                finding.get("fixed_version", ""),
                known.get(finding["osv"], ""),
            )
    if config.get("scan_level") != "symbol":
        return Looked(module, blind="govulncheck looked at no program")
    return Looked(module, tuple(reached.values()), about=f"by {config['db']} of {config['db_last_modified']}")


def messages(text: str) -> Iterator[dict[str, Any]]:
    """govulncheck's JSON: one object after the other, each over several lines."""
    decoder, at = json.JSONDecoder(), 0
    while (at := len(text) - len(text[at:].lstrip())) < len(text):
        message, at = decoder.raw_decode(text, at)
        yield message
