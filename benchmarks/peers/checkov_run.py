"""Runs checkov with our one check on a plan, in checkov's own environment: `checkov_run.py <plan.json>`.

Prints a JSON line: what it found, and what starting and checking cost.
"""

import json
import logging
import resource
import sys
import time
from pathlib import Path


def main(plan: str) -> None:
    started = time.perf_counter()
    logging.disable(logging.CRITICAL)
    from checkov.runner_filter import RunnerFilter  # type: ignore[import-not-found]
    from checkov.terraform.plan_runner import Runner  # type: ignore[import-not-found]

    sys.path.insert(0, str(Path(__file__).parent))
    import checkov_check  # type: ignore[import-not-found] # registers itself

    ready, ready_cpu = time.perf_counter(), time.process_time()
    only = RunnerFilter(framework=["terraform_plan"], checks=[checkov_check.ID], show_progress_bar=False)
    report = Runner().run(root_folder=None, files=[plan], runner_filter=only)
    done, done_cpu = time.perf_counter(), time.process_time()
    failed = [record.resource for record in report.failed_checks]
    sys.stdout.write(
        json.dumps(
            {
                "failed": len(failed),
                "passed": len(report.passed_checks),
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
