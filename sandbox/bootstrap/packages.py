"""Programs that tests ask: from PATH, else unpacked, without root, from this system's packages into the user's cache."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.bootstrap import build, progress
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import SetupError, cache_folder, child_environment, system

# Servers' programs lie here, and many users' PATH leaves these folders out.
MORE_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/opt/homebrew/bin")
# Another libc than the one that this system's loader belongs to does not run.
NEVER_FETCHED = {"libc6"}
LIMIT = 300.0


@dataclass(frozen=True)
class Program:
    """A program: what makes it say its version, the package that has it, and in which folders of it the program lies."""

    version: str
    package: str
    folders: tuple[str, ...] = ("bin", "sbin")


@dataclass(frozen=True)
class Programs:
    """Programs that belong together: what people call them, their folder of the cache, how to install them by hand.

    `also` are packages that are unpacked, too, where the system has not got them. `finish` is called with the folder that
    has the unpacked packages in its `tree`, and says what environment the programs need; $here is that folder.
    """

    label: str
    cache: str
    fix: str
    named: Mapping[str, Program]
    also: tuple[str, ...] = ()
    finish: Callable[[Path], Mapping[str, str]] = lambda _: {}

    def find(self, program: str, environment: Mapping[str, str] = os.environ) -> Path | None:
        """The program from PATH, else from the cache; None before set-up. Fast: fetches nothing."""
        on_path = shutil.which(program, path=os.pathsep.join([environment.get("PATH", ""), *MORE_FOLDERS]))
        if on_path is not None:
            return Path(on_path)
        files = sorted(self.cached().glob(f"*/bin/{program}"))
        return next((file for file in files if self.version(file)), None)

    def cached(self) -> Path:
        """The folder of the cache for this release of the system; in it one folder per set of package versions."""
        return cache_folder() / self.cache / "-".join([*release(), *system()])

    def ensure(self, note: Callable[[str], None]) -> str:
        """Finds or brings the programs; says where they come from. Raises: SetupError, with what to install."""
        missing = [program for program in self.named if self.find(program) is None]
        if not missing:
            return self._said("")
        if not (sys.platform == "linux" and shutil.which("apt-get") and shutil.which("dpkg-deb")):
            raise SetupError(f"{self.label}: {', '.join(missing)} not on PATH\n  fix: {self.fix}")
        with exclusive(self.cached().with_name(f"{self.cached().name}.lock")):
            missing = [program for program in self.named if self.find(program) is None]
            if missing:
                note(f"no {', '.join(missing)} on PATH; unpacking this system's packages in {self.cached()}")
                try:
                    self._bring(missing)
                except SetupError as error:
                    raise SetupError(f"{error}\n  fix: {self.fix}") from None
        return self._said(", brought from this system's packages")

    def version(self, program: Path) -> str:
        """What the program says of its version, or nothing if it does not run here (any more)."""
        about = self.named.get(program.name)
        return said_version(program, about.version if about else "--version")

    def _bring(self, programs: Iterable[str]) -> None:
        wanted = sorted({self.named[program].package for program in programs})
        cached = self.cached()
        cached.mkdir(parents=True, exist_ok=True)
        for leftover in cached.glob(".new-*"):
            build.remove(leftover)
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=cached))
        try:
            try:
                packages = self._fetch(wanted, new)
            except SetupError:
                if os.geteuid() != 0:
                    raise
                # A fresh machine has no list of packages, an old one a list of versions that are gone.
                _run(["apt-get", "update"], "fetching the list of packages")
                packages = self._fetch(wanted, new)
            for archive in sorted(new.glob("*.deb")):
                _run(["dpkg-deb", "-x", archive, new / "tree"], f"unpacking {archive.name}")
                archive.unlink()
            self._wrap(programs, new)
            for program in programs:
                if not self.version(new / "bin" / program):
                    raise SetupError(f"{self.label}: {program} was unpacked and does not run")
            new.chmod(0o755)
            key = [f"{package}_{packages.get(package, 'installed')}" for package in wanted]
            home = cached / re.sub(r"[^A-Za-z0-9.+_-]", "-", "_".join(key))
            build.remove(home)
            new.rename(home)
        finally:
            build.remove(new)

    def _fetch(self, wanted: list[str], folder: Path) -> dict[str, str]:
        """Downloads the packages and what they need that this system has not; their versions by name."""
        command = ["apt-get", "install", "--simulate", "--no-install-recommends", *wanted, *self.also]
        try:
            answer = subprocess.run(  # noqa: S603
                command,
                env=child_environment(LC_ALL="C"),
                capture_output=True,
                text=True,
                timeout=LIMIT,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            said = str(error.stderr).strip()
            raise SetupError(
                f"{self.label}: {' '.join(command)} ended with {error.returncode}: {said}"
            ) from None
        except (OSError, subprocess.SubprocessError) as error:
            raise SetupError(f"{self.label}: {' '.join(command)}: {error}") from None
        # A line is "Inst <package> [<version that is here>] (<version to come> <where from> [<architecture>])".
        lines = re.findall(r"^Inst (\S+) (?:\[[^]]*\] )?\((\S+)", answer.stdout, re.MULTILINE)
        packages = {name: version for name, version in lines if name not in NEVER_FETCHED}
        if not set(wanted) <= set(packages):
            raise SetupError(f"{self.label}: apt-get would not install {' '.join(wanted)}")
        # Only root has the user that apt-get would rather download as, and that one cannot write here.
        as_root = ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
        versions = [f"{name}={version}" for name, version in packages.items()]
        _run(["apt-get", *as_root, "download", *versions], f"downloading {len(versions)} packages", folder)
        return packages

    def _wrap(self, programs: Iterable[str], folder: Path) -> None:
        """Scripts in bin/ that run the unpacked programs with the unpacked libraries."""
        tree = folder / "tree"
        libraries = sorted({str(file.parent.relative_to(folder)) for file in tree.rglob("*.so*")})
        path = ":".join(f"$here/{library}" for library in libraries)
        more = "".join(f'{name}="{value}" ' for name, value in self.finish(folder).items())
        (folder / "bin").mkdir()
        for program in programs:
            about = self.named[program]
            found = [file for file in sorted(tree.rglob(program)) if file.parent.name in about.folders]
            if not found:
                raise SetupError(f"{self.label}: no {program} in {about.package}")
            script = folder / "bin" / program
            script.write_text(
                "#!/bin/sh\n"
                'here=$(cd "${0%/*}/.." && pwd) || exit 2\n'
                f'{more}LD_LIBRARY_PATH="{path}" exec "$here/{found[0].relative_to(folder)}" "$@"\n',
                encoding="utf-8",
            )
            script.chmod(0o755)

    def _said(self, end: str) -> str:
        found = {program: self.find(program) for program in self.named}
        versions = (f"{name} {self.version(file) if file else '?'}" for name, file in found.items())
        return ", ".join(versions) + end


def said_version(program: Path, question: str) -> str:
    """What a program says of its version when it is asked with `question`, or nothing if it does not run here."""
    try:
        answer = subprocess.run(  # noqa: S603
            [program, question], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    # unbound-checkconf says its version in its help, with exit code 1.
    found = re.search(r"\d+\.\d+\.\d+", answer.stdout + answer.stderr)
    return found[0] if found and answer.returncode in (0, 1) else ""


def release(file: Path = Path("/etc/os-release")) -> tuple[str, str]:
    """The system's name and release, as it says itself: ("debian", "12")."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    words = dict(re.findall(r'^(\w+)="?([\w.-]*)"?$', text, re.MULTILINE))
    return words.get("ID", sys.platform), words.get("VERSION_ID", "0")


def _run(command: list[str | Path], label: str, folder: Path | None = None) -> None:
    environment = child_environment(LC_ALL="C", DEBIAN_FRONTEND="noninteractive")
    progress.run(command, label, environment=environment, folder=folder, limit=LIMIT)
