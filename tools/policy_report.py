"""`make policy-report STACK=...`: what the pack says of a stack's preview, as JSON and as SARIF, for other tools to read.

It is the preview of `make preview`: the sandbox for dev or with SANDBOX=1, the real account otherwise; its output appears as
usual. The findings are taken from the engine's own events (`--event-log`), and two files are written to dist/policy-report:
<stack>.json and <stack>.sarif. The JSON:

    schemaVersion   1
    stack, project  as in Pulumi.<stack>.yaml and Pulumi.yaml
    pack            {name, version}
    facts           {newest, oldest, regions}: the days on which AWS's pages were read that the pack judges by
    ended           "passed": nothing mandatory; "blocked": by mandatory findings; "failed": for another reason, so that the
                    findings are those of half a stack or none, and say nothing about what is missing in them
    blocked         true or false: whether mandatory findings were among the reasons
    reason          why it failed, else null
    counts          {mandatory, advisory, byPolicy: {<policy>: n}}
    findings        mandatory ones first, then by severity, policy, URN, message. Each: policy, pack, packVersion,
                    enforcementLevel, severity, urn, resourceType, resourceName, message (what and where), fix (text to
                    paste or ""), control (AWS's control ids, "none", or null where nothing is said), url, remediation

Ends with 0 if it passed, 1 if it was blocked, 2 if it failed. (`make` itself turns both into 2; the file's `ended` tells.)
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from blueprint import facts_date
from tools import findings, previewed, sarif
from tools.findings import PACK
from tools.outcome import CODES, Outcome, judge, load
from tools.stack_file import file_name, short

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("dist") / "policy-report"


def report(outcome: Outcome, stack: str, root: Path = ROOT) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two documents."""
    project = yaml.safe_load((root / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
    version = findings.pack_version(root / "policies")
    counts = findings.counts(outcome.found)
    plain = {
        "schemaVersion": 1,
        "stack": stack,
        "project": project,
        "pack": {"name": PACK, "version": version},
        "facts": facts_date.of_regions([]).document(),
        "ended": outcome.ended,
        "blocked": counts["mandatory"] > 0,
        "reason": outcome.reason,
        "counts": counts,
        "findings": [finding.fields() for finding in outcome.found],
    }
    file = file_name(stack)
    return plain, sarif.document(
        outcome.found, pack=PACK, version=version, stack=short(stack), file=file, failure=outcome.reason
    )


def main(arguments: Sequence[str]) -> int:
    """Previews, writes, says where; returns the exit code."""
    own, extra = list(arguments), []
    if "--" in own:
        cut = own.index("--")
        own, extra = own[:cut], own[cut + 1 :]
    parser = argparse.ArgumentParser(prog="python -m tools.policy_report", description=__doc__.split("\n")[0])
    parser.add_argument("--stack", default="dev")
    parser.add_argument("--sandbox", action="store_true", help="the settings of a real stack, in the sandbox")
    options = parser.parse_args(own)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "events.jsonl")
        code = previewed.preview(options.stack, log, extra, sandbox=options.sandbox)
        outcome = judge(load(log), code)
    (ROOT / FOLDER).mkdir(parents=True, exist_ok=True)
    for suffix, text in zip(("json", "sarif"), report(outcome, options.stack), strict=True):
        path = ROOT / FOLDER / f"{short(options.stack)}.{suffix}"
        path.write_text(json.dumps(text, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    counts = findings.counts(outcome.found)
    sys.stdout.write(
        f"\npolicy report: the preview of {options.stack} {outcome.ended}: {counts['mandatory']} mandatory and "
        f"{counts['advisory']} advisory findings\n"
        f"  {FOLDER / short(options.stack)}.json and .sarif\n"
    )
    if outcome.reason:
        sys.stdout.write("  it failed, so these files do not say that the stack is right\n")
    return CODES[outcome.ended]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
