"""Where a preview's time and memory go: process by process, and the program's imports package by package."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.process import running
from benchmarks.process_tree import Seen
from benchmarks.stack_box import POLICIES, ROOT, Box, Size

# Words of a command line, and whose it is: the first that fits. Rows of the table, in this order.
ROLES = (
    ("-m pip list", "the language host's pip list"),
    ("pulumi-language-python-exec", "program"),
    ("pulumi.policy", "pack"),
    ("pulumi-analyzer-policy-python", "pack"),
    ("pulumi-resource-aws", "aws plugin"),
    ("pulumi-language-python", "language host"),
    ("/pulumi preview", "engine"),
)
OTHERS = "others"
# Top-level packages, and the row that they are in; what is not here is Python's own or somebody else's.
PACKAGES = {
    "pulumi": "pulumi",
    "pulumi_aws": "pulumi_aws (ec2, vpc)",
    "grpc": "grpc, protobuf, opentelemetry",
    "google": "grpc, protobuf, opentelemetry",
    "opentelemetry": "grpc, protobuf, opentelemetry",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "blueprint": "ours: blueprint (its models included)",
    "components": "ours: components",
}
REST = "Python's and other"
# pulumi_aws loads a service's module at the first use of a name in it: these are the program's.
USED = "import pulumi_aws\npulumi_aws.ec2.Vpc\npulumi_aws.vpc.SecurityGroupIngressRule\n"
IMPORT_RUNS, PACK_STARTS = 5, 5


@dataclass(frozen=True)
class Role:
    """What the processes of one role had: seconds of the processor, and MB resident at most in the largest of them."""

    cpu: float
    rss_mb: float


@dataclass(frozen=True)
class Breakdown:
    """`roles` by size and role; `imports` has milliseconds by package, a run each; `pack_starts` wall seconds."""

    roles: dict[str, dict[str, Role]]
    imports: list[dict[str, float]] = field(default_factory=list)
    pack_starts: list[float] = field(default_factory=list)


def look(box: Box, sizes: Sequence[Size]) -> Breakdown:
    """Watch a preview under the pack for each size, import what the program imports, and start the pack."""
    roles = {size.name: by_role(box.preview(ROOT, size, *POLICIES, watch=True).seen) for size in sizes}
    imports = [by_package(_imported()) for _ in range(IMPORT_RUNS)]
    starts = []
    for _ in range(PACK_STARTS):
        with running(ROOT / "policies") as pack:
            starts.append(pack.start.wall)
    return Breakdown(roles, imports, starts)


def by_role(seen: Iterable[Seen]) -> dict[str, Role]:
    """The processes of a preview, by what they are."""
    found: dict[str, Role] = {}
    for process in seen:
        role = next((name for words, name in ROLES if words in process.words), OTHERS)
        before = found.get(role, Role(0.0, 0.0))
        found[role] = Role(before.cpu + process.cpu, max(before.rss_mb, process.rss_mb))
    return found


def by_package(log: str) -> dict[str, float]:
    """Milliseconds by package, from what `python -X importtime` writes. Each module's own, without what it imports."""
    found: dict[str, float] = {}
    for line in log.splitlines():
        head, _, numbers = line.partition(":")
        if head != "import time" or "self" in numbers:
            continue
        own, _, module = numbers.split("|")
        package = PACKAGES.get(module.strip().partition(".")[0], REST)
        found[package] = found.get(package, 0.0) + int(own) / 1000
    return found


def imports_of(source: str) -> str:
    """The import statements of a module, and nothing else of it."""
    tree = ast.parse(source)
    kept = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return ast.unparse(ast.Module(body=list(kept), type_ignores=[]))


def _imported() -> str:
    """What Python says of the imports of the project's program, in a process of their own."""
    source = imports_of((ROOT / "__main__.py").read_text(encoding="utf-8"))
    done = subprocess.run(  # noqa: S603 (the program's own imports)
        [sys.executable, "-X", "importtime", "-c", f"{source}\n{USED}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr
