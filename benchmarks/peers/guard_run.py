"""Runs cfn-guard with our rules on a template, in its own environment: `guard_run.py <template.json>`.

Prints a JSON line: what it found, and what starting and checking cost.
"""

import json
import resource
import sys
import time
from pathlib import Path


def main(template: str) -> None:
    started = time.perf_counter()
    from cfn_guard_rs import run_checks  # type: ignore[import-not-found]

    rules = (Path(__file__).parent / "rules.guard").read_text(encoding="utf-8")
    ready, ready_cpu = time.perf_counter(), time.process_time()
    # Reading the template is part of the job: the pack decodes its requests, checkov parses its plan.
    report = run_checks(json.loads(Path(template).read_text(encoding="utf-8")), rules)
    done, done_cpu = time.perf_counter(), time.process_time()
    failed = [clause.Rule.name for clause in report.not_compliant]
    sys.stdout.write(
        json.dumps(
            {
                "failed": len(failed),
                "passed": len(report.compliant),
                "names": failed[:3],
                "start_cpu": ready_cpu,
                "start_wall": ready - started,
                "cpu": done_cpu - ready_cpu,
                "wall": done - ready,
                "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    main(sys.argv[1])
