"""`make audit STATE=export.json [CONFIG=policies/config/<stack>.json]`: judges what already runs.

An exported state is replayed to the policy pack as `pulumi policy analyze` of newer engines does it: no engine, no program,
no credentials. A state says what was built, as the last run left it: what changed since, outside of Pulumi, is not in it.

Ends with 0 if nothing mandatory was found, 1 if something was, 2 if the state or the configuration cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc

from policies.telling import printable
from tools import findings
from tools.analyzer import AnalyzerError, read_config, running
from tools.findings import Finding
from tools.state import Replay, StateError, replay

ROOT = Path(__file__).resolve().parents[1]


def audit(export: Path, config: Path | None, pack: Path = ROOT / "policies") -> tuple[Replay, list[Finding]]:
    """Everything that the pack says of an export. Raises: StateError, AnalyzerError."""
    try:
        text = export.read_text(encoding="utf-8")
    except OSError as error:
        raise StateError(f"{error.strerror}\nfix: STATE=<the file that pulumi stack export wrote>") from None
    except ValueError:
        raise StateError("this is not JSON: it is not even text") from None
    return judge(text, read_config(config) if config else {}, pack)


def judge(
    text: str, config: Mapping[str, Any], pack: Path = ROOT / "policies"
) -> tuple[Replay, list[Finding]]:
    """Everything that the pack says of an export's text. Raises: StateError, AnalyzerError."""
    state = replay(text)
    with running(pack) as analyzer:
        analyzer.set_up(config)
        try:
            said = analyzer.analyze(state.inputs, state.stack)
        except grpc.RpcError as error:
            raise AnalyzerError(f"the pack failed, which proves nothing: {error.details()}") from None
    version = findings.pack_version(pack)
    found = [
        findings.read(
            d.policy, _hidden(d.message, state), d.urn, d.level, pack=findings.PACK, version=version
        )
        for d in said
    ]
    return state, findings.ordered(found)


def main(arguments: Sequence[str]) -> int:
    """Judges, prints; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.audit", description=__doc__.split("\n")[0])
    parser.add_argument("--state", default="", help="what `pulumi stack export` wrote")
    parser.add_argument("--config", default="", help="the pack's configuration, as for --policy-pack-config")
    parser.add_argument(
        "--json", action="store_true", help="the findings as JSON, with the keys of policy-report"
    )
    options = parser.parse_args(arguments)
    if not options.state:
        return _refused("there is no state to judge\nfix: make audit STATE=export.json")
    try:
        state, found = audit(Path(options.state), Path(options.config) if options.config else None)
    except StateError as error:
        return _refused(f"{options.state}: {error}")
    except AnalyzerError as error:
        return _refused(str(error))
    if options.json:
        sys.stdout.write(json.dumps(_document(state, found, options.state), indent=2) + "\n")
    else:
        sys.stdout.write(printable(_listing(state, found, configured=bool(options.config)), whole=True))
    return 1 if any(finding.level == "mandatory" for finding in found) else 0


def _refused(message: str) -> int:
    sys.stderr.write(f"audit: {printable(message)}\n")
    return 2


def _hidden(text: str, state: Replay) -> str:
    for secret in sorted(state.secrets, key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text


def _document(state: Replay, found: list[Finding], file: str) -> dict[str, Any]:
    counts = findings.counts(found)
    return {
        "schemaVersion": 1,
        "stack": state.name,
        "state": file,
        "resources": len(state.stack.resources),
        "leftOut": state.left_out,
        "blocked": counts["mandatory"] > 0,
        "counts": counts,
        "findings": [finding.fields() for finding in found],
    }


def _listing(state: Replay, found: list[Finding], *, configured: bool) -> str:
    lines = [f"audit of stack {state.name}: {len(state.stack.resources)} resources"]
    lines += [f"  left out: {each}" for each in state.left_out]
    if not configured:
        lines.append(
            "  with the pack's defaults; CONFIG=policies/config/<stack>.json says what the stack needs"
        )
    for finding in found:
        where = f"  ({finding.type}: {finding.name})" if finding.urn else ""
        lines.append(f"- [{finding.level}] [severity: {finding.severity}]  {finding.policy}{where}")
        text = finding.message + (f"\nfix: {finding.fix}" if finding.fix else "")
        text += f"\ncontrol: {finding.control}" if finding.control else ""
        lines += [f"    {line}" for line in text.splitlines()]
    counts = findings.counts(found)
    lines.append(f"{counts['mandatory']} mandatory and {counts['advisory']} advisory findings")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
