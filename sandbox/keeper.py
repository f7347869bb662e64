"""Runs one command, and holds the files that it inherited itself (the run lock) until that command ends.

It stands between the runner and pulumi. If the runner is killed, it goes on holding the lock for as long as pulumi
lives. Pulumi must not hold it: its plugins would inherit it, too, and some outlive a pulumi that is killed.
"""

import signal
import subprocess
import sys


def main(command: list[str]) -> int:
    """The command's exit code. Ctrl-C reaches the command by itself; SIGTERM is passed on as an interrupt."""
    started: list[subprocess.Popen[bytes]] = []
    stops: list[int] = []

    def stop(number: int, _frame: object) -> None:
        stops.append(number)
        for process in started:
            process.send_signal(signal.SIGINT)

    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, stop)
    process = subprocess.Popen(command)  # noqa: S603
    started.append(process)
    if stops:
        process.send_signal(signal.SIGINT)
    code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
