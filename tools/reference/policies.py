"""docs/reference/policies.md: what each policy demands, with an example that passes, one that fails, and what is said of it.

The examples are fixtures of the tests, and the message is the pack's own answer to one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from policies.registry import POLICIES
from policies.rule import OfStack
from policies.server import Policy
from tests.support import flat
from tests.support.pack import ROOT, Pack, here
from tools.reference.markdown import block, code, page, table

FIXTURES = ROOT / "tests" / "fixtures" / "policies"
# Where the simplest example shows less than another.
SHOWN = frozenset({
    "ssm-endpoints-complete/pass-flat",
    "ssm-endpoints-complete/fail-no-endpoint",
    "interface-private-dns/pass-one-of-two",
    "interface-private-dns/fail-off",
    "s3-gateway-buckets-complete/fail-no-gateway",
    "s3-gateway-policy-complete/pass-every-bucket",
    "s3-gateway-policy-complete/fail-no-birdwatcher",
    "s3-gateway-buckets-in-region/fail-another-region",
    "s3-gateway-on-node-route-tables/pass-on-both",
    "endpoint-ingress-https/pass-inline",
    "endpoint-ingress-https/fail-from-everywhere",
    "endpoint-admits-node-subnets/fail-one-subnet-left-out",
    "node-egress-to-endpoints/pass-to-the-group-and-the-prefix-list",
    "node-egress-to-endpoints/fail-no-way-to-s3",
    "monthly-cost-within-limit/fail-too-much",
})  # fmt: skip
_CONTROL = re.compile(r"\ncontrol: (.+)$")
_HEAD = """\
Each policy is a file of its own name in [policies](../../policies), with a test and fixtures of that name. The examples are
such fixtures: a YAML list of resources, each with its type and name first, and `${name}` for what the program takes from
another resource, `${?}` for what a preview does not know. Where a document stands before the resources, it is the pack's
[configuration](pack-configuration.md); all policies take the same, and *configured by* lists the keys that fixtures of the
policy set.

A finding names the AWS Security Hub control that finds the same after deployment; for most there is none. A mandatory policy
blocks the update, an advisory one is only said. What a preview cannot prove blocks too.
"""


@cache
def text() -> str:
    """The page."""
    pack = here()
    listed = [(policy, list(_sections(policy, pack))) for policy in POLICIES]
    contents = table(
        ("policy", "level", "what must be true"),
        [(f"[{p.name}](#{p.name})", _level(p), p.about.description) for p, _ in listed],
    )
    parts = [part for _, parts in listed for part in parts]
    return page("Policies", "policies/registry.py and the fixtures", _HEAD, contents, *parts)


def _sections(policy: Policy, pack: Pack) -> Iterator[str]:
    about, found = policy.about, sorted((FIXTURES / policy.name).glob("*.yaml"))
    failing = {path: _said(pack, policy, path) for path in found if path.stem.startswith("fail-")}
    controls = {
        control[1] for said in failing.values() for message in said if (control := _CONTROL.search(message))
    }
    configured = {key for path in found for key in flat.read(path)[0]}
    yield f"## {policy.name}"
    yield f"**{about.description}.**"
    yield table(
        ("", ""),
        [
            ("level", _level(policy)),
            ("severity", about.severity.value),
            ("judges", _judges(policy)),
            ("what to do", about.fix),
            ("AWS's page", f"<{about.url}>"),
            ("Security Hub", ", ".join(map(code, sorted(controls - {"none"}))) or "no control"),
            ("configured by", ", ".join(map(code, sorted(configured))) or "nothing of its own"),
        ],
    )
    passes, fails = (_example([p for p in found if (p in failing) is bad], failing) for bad in (False, True))
    yield f"Passes ({code(passes.stem)}):"
    yield block(passes.read_text(encoding="utf-8"), "yaml")
    yield f"Fails ({code(fails.stem)}):"
    yield block(fails.read_text(encoding="utf-8"), "yaml")
    yield "What the pack says:"
    yield block("\n\n".join(flat.without_days(message) for message in failing[fails]))


def _example(found: list[Path], said: dict[Path, list[str]]) -> Path:
    """The one to show, or the simplest: without a configuration of its own and unknown values if there is one, with few
    findings, and short."""

    def cost(path: Path) -> tuple[bool, bool, bool, bool, int, str]:
        text, messages = path.read_text(encoding="utf-8"), len(said.get(path, ()))
        shown = f"{path.parent.name}/{path.stem}" in SHOWN
        return not shown, "\n---\n" in text, "${?}" in text, messages > 2, text.count("\n"), path.stem

    return min(found, key=cost)


def _said(pack: Pack, policy: Policy, path: Path) -> list[str]:
    """The policy's own messages about a fixture, without the description that stands before each."""
    config, resources = flat.read(path)
    pack.configure(config)
    found = pack.judge(flat.build(resources))
    return [each.message.partition("\n")[2] for each in found if each.policy == policy.name]


def _level(policy: Policy) -> str:
    return policy.about.level.value


def _judges(policy: Policy) -> str:
    if isinstance(policy, OfStack):
        return "the whole stack, at the end of a preview"
    return f"the inputs of one resource, before it is created: {', '.join(map(code, policy.types))}"
