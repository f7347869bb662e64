"""The environment that makes mutants: the project's own, with mutmut on top, made on first use and kept."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import cache_folder, child_environment

REQUIREMENTS = Path(__file__).parent / "requirements.txt"


def python() -> Path:
    """Its Python."""
    site = sysconfig.get_path("purelib")
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode() + site.encode()).hexdigest()[:12]
    folder = cache_folder() / f"mutation-{key}"
    with exclusive(cache_folder() / "mutation.lock"):
        if not (folder / "complete").exists():
            sys.stderr.write(f"installing mutmut, once, into {folder} ...\n")
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            install = [
                str(folder / "bin" / "pip"),
                "install",
                "--quiet",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "--no-deps",
                "-r",
                str(REQUIREMENTS),
            ]
            subprocess.run(install, check=True, env=child_environment())
            (own,) = (folder / "lib").glob("python*/site-packages")
            (own / "project.pth").write_text(site + "\n", encoding="utf-8")
            (folder / "complete").touch()
    return folder / "bin" / "python"
