"""The official `aws` plugin's archive: from one server of Pulumi's, held against the sums that lie on another."""

import urllib.parse
from pathlib import Path

from sandbox.bootstrap import download
from sandbox.bootstrap.places import system

# Both are filled from one folder by one workflow, "Calculate checksums" and "Upload Provider Binaries" of
# https://github.com/pulumi/pulumi-aws/blob/0802c1b/.github/workflows/publish.yml (2026-11-30). The sums are what `shasum`
# prints, which is SHA-1: another archive with the same sum is out of reach for anybody but whoever makes both.
ARCHIVES = "https://github.com/pulumi/pulumi-aws/releases/download/v{version}"
SUMS = "https://get.pulumi.com/releases/plugins/pulumi-aws_{version}_checksums.txt"


def name(version: str) -> str:
    """The archive's name for this system: the plugins' archives call a processor as Go does."""
    system_name, processor = system()
    return f"pulumi-resource-aws-v{version}-{system_name}-{processor.replace('x64', 'amd64')}.tar.gz"


def bring(version: str, folder: Path) -> Path:
    """The verified archive, in `folder`.

    Raises: NotReachableError if the archive or its sum cannot be had; SetupError if they do not belong together.
    """
    archive, sums = folder / name(version), folder / "checksums.txt"
    address = SUMS.replace("{version}", version)
    # The sums first: 200 MB that nobody can verify are not worth the wait.
    download.fetch(address, sums, f"downloading the sums of the aws plugin {version}")
    wanted = _sum_of(archive.name, sums.read_text(encoding="utf-8", errors="replace"))
    if wanted is None:
        host = urllib.parse.urlsplit(address).hostname
        raise download.NotReachableError(f"{host} has no sum for {archive.name}")
    url = f"{ARCHIVES.replace('{version}', version)}/{archive.name}"
    download.fetch(url, archive, f"downloading the aws plugin {version}")
    download.verify(archive, wanted, url, "aws plugin")
    return archive


def _sum_of(archive: str, sums: str) -> str | None:
    for line in sums.splitlines():
        digest, _, file = line.strip().partition(" ")
        if file.strip(" *").removeprefix("./") == archive and len(digest) in download.ALGORITHMS:
            return digest.lower()
    return None
