"""The runner: python -m sandbox preview|up|down|drift|status|reset [--stack dev] [--sandbox] [-- more]."""

import argparse
import os
import signal
import sys
from types import FrameType

from sandbox import runs, stack_config
from sandbox.bootstrap.places import SetupError
from sandbox.layout import Layout, SandboxError, port_setting

SANDBOX_SETTING = "SANDBOX"
YES, NO = ("1", "yes", "true", "on"), ("", "0", "no", "false", "off")


def main(arguments: list[str]) -> int:
    """Runs one command; whatever the user can put right is a message, never a traceback."""
    signal.signal(signal.SIGTERM, _stop)
    own, extra = arguments, []
    if "--" in arguments:
        cut = arguments.index("--")
        own, extra = arguments[:cut], arguments[cut + 1 :]
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("verb", choices=("preview", "up", "down", "drift", "status", "reset"))
    parser.add_argument("--stack", default="dev")
    parser.add_argument(
        "--sandbox", action="store_true", help="preview a real stack's settings in the sandbox"
    )
    options = parser.parse_args(own)
    try:
        return _dispatch(Layout(), options.verb, options.stack, sandbox=options.sandbox, extra=extra)
    except (SandboxError, SetupError) as error:
        sys.stdout.flush()
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _dispatch(layout: Layout, verb: str, stack: str, *, sandbox: bool, extra: list[str]) -> int:
    if verb == "status":
        return runs.status(layout)
    if verb == "reset":
        return runs.reset(layout)
    port = port_setting()
    sandbox = _is_yes(os.environ.get(SANDBOX_SETTING, "")) or sandbox
    if stack_config.is_for_sandbox(stack_config.read(layout, stack)):
        if verb == "down":
            return runs.down(layout, extra)
        if verb == "drift":
            return runs.drift(layout, stack, extra)
        return (runs.up if verb == "up" else runs.preview)(layout, stack, port, extra)
    if not sandbox:
        return runs.in_real_account(layout, verb, stack, extra)
    if verb != "preview":
        raise SandboxError(
            f"stack {stack} is a real one: the sandbox can preview it, but its VPC does not exist there\n"
            f"  fix: make preview STACK={stack} SANDBOX=1, or make {verb} for the sandbox's own stack"
        )
    return runs.preview_real(layout, stack, port, extra)


def _is_yes(text: str) -> bool:
    word = text.strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise SandboxError(
        f"{SANDBOX_SETTING}={text}: this is neither yes nor no\n"
        f"  fix: {SANDBOX_SETTING}=1 for the sandbox, or leave {SANDBOX_SETTING} out for your account"
    )


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
