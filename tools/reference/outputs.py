"""docs/reference/outputs.md, and the table of outputs in the stack's own README, Pulumi.README.md."""

from __future__ import annotations

import re
from pathlib import Path

from blueprint.outputs import OUTPUTS
from tools.reference.markdown import code, page, table

ROOT = Path(__file__).resolve().parents[2]
STACK_README = ROOT / "Pulumi.README.md"
_TABLE = re.compile(r"(<!-- outputs: [^>]*-->\n).*?(<!-- /outputs -->)", re.DOTALL)
_HEAD = """\
`pulumi stack output <name>` gives one, `--json` all of them; another stack reads them with a
[stack reference](https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences). No output is a secret or holds one.
"""
_GRAPH = """\
## The stack as a graph

`pulumi stack graph graph.dot --short-node-name` writes the resources of the last update as a graph for
[Graphviz](https://graphviz.org): `dot -Tsvg graph.dot > graph.svg` draws it. Every node is called as in the program: `ssm`
is the component with the endpoints, `ssm-<service>` one of them, `ssm-https` their security group, `private` a VPC that the
stack makes. A brown edge leads from a child to its component, a green one from a resource to one that uses it, with the
property's name; `--ignore-parent-edges` or `--ignore-dependency-edges` leaves one kind out. A zone's subnet, route table and
association are all called `private-<letter>`: without `--short-node-name` a node has its URN, which holds the type.
"""


def text() -> str:
    """The page."""
    return page("Outputs of a stack", "blueprint/outputs.py", _HEAD, _outputs(), _GRAPH)


def stack_readme() -> str:
    """Pulumi.README.md with its table as it has to be."""
    found = STACK_README.read_text(encoding="utf-8")
    return _TABLE.sub(lambda match: f"{match[1]}\n{_outputs()}\n\n{match[2]}", found)


def _outputs() -> str:
    listed = [(code(name), each.kind, each.what, each.when) for name, each in OUTPUTS.items()]
    return table(("output", "value", "what", "there in"), listed)
