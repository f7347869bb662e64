"""Somebody who does what a page says, from top to bottom, in a fresh copy of the project.

The copy has a sandbox and a state of its own. What differs from a reader's machine: the Python environment is there already,
so `make` does not set it up again; `pulumi` is the sandbox's, so no account is reached; nobody is asked "yes?".
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

from sandbox import environments, moto
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import Layout
from tests.docs.account import Account
from tests.docs.fragments import put
from tests.docs.pages import ACCOUNT, EMPTY, ENDS_WITH, NOT_RUN, OUTPUT, UNSEEN, Block
from tests.e2e.house import Answer, House

SECONDS = 300
OF_MAKE = {"ARGS", "STACK", "SANDBOX", "FILE", "STATE", "CONFIG", "ADOPT", "MAKELEVEL", "MFLAGS"}
STACKS = Path("policies/config/stacks.toml")
# What the reader does in $EDITOR where README says "copy [prod-eu-west-1] to [mystack]".
EDITOR = """#!/usr/bin/env python3
import re, sys
path = sys.argv[1]
text = open(path).read()
table = re.search(r"^\\[prod-eu-west-1\\]\\n(.*?)(?=^\\[|\\Z)", text, re.M | re.S)[1]
open(path, "a").write("\\n[mystack]\\n" + table)
"""
# An installed `ssm-endpoints` may be another checkout's. `make up STACK=x`, for an account, is Pulumi after some questions
# about plugin, credentials and backend: here, plugin and backend are the sandbox's.
PRELUDE = """
[ ! -f "$READER/environment" ] || . "$READER/environment"
ssm-endpoints() { "$PWD/.venv/bin/python" -m cli "$@"; }
pulumi() { case "$1" in up | destroy | import) command pulumi "$@" --yes ;; *) command pulumi "$@" ;; esac; }
make() {
  local stack="nobody" options="" word
  for word; do case "$word" in STACK=*) stack="${word#*=}" ;; ARGS=*) options="${word#*=}" ;; esac; done
  [[ " $* " != *" SANDBOX=1 "* ]] || stack="nobody"
  case "$1 $ACCOUNT" in
    preview*" $stack "* | up*" $stack "*)
      python tools/policy_config.py --check "policies/config/$stack.json"
      pulumi "$1" --stack "$stack" --policy-pack policies --policy-pack-config "policies/config/$stack.json" $options ;;
    *) command make "$@" ;;
  esac
}
ACCOUNT=$(cat "$READER/account")
trap 'code=$?; export -p > "$READER/environment"; exit $code' EXIT
set -e -o pipefail
"""
_IDS = re.compile(r"\b(vpce|vpc|subnet|rtb|sg|pl|eni|rslvr-in)-[0-9a-f]{8,20}\b(-[0-9a-z]{8})?")
_ZONES = re.compile(r"\b(?=[0-9A-Z]*[0-9])[0-9A-Z]{18,24}\b")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def plain(text: str) -> str:
    """In one line, with the ids taken out: where lines are broken, and which id an AWS gave, is of no interest."""
    text = _ZONES.sub("<zone>", _IDS.sub(r"<\1>", _COLOURS.sub("", text)))
    return re.sub(r"\s+", " ", text)


class Reader:
    """The page's commands, files and outputs, one after the other."""

    def __init__(self, folder: Path, port: int, instead: Mapping[str, str]) -> None:
        (folder / "copy").mkdir(parents=True)
        self.house = House(folder / "copy", port)
        self.folder, self.port, self.instead = folder, port, instead
        self.layout = Layout(self.house.folder, self.house.folder / ".sandbox")
        self.account = Account(port)
        self.layout.state.mkdir(parents=True)
        self.heard = ""
        # Which stacks the account is for. A file: what a page exports is carried from block to block, and is older.
        self.here = folder / "account"
        self.here.write_text(" ", encoding="utf-8")
        found = engine.find()
        assert found is not None
        home = folder / "home"
        home.mkdir()
        plugins = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "plugins"
        if plugins.is_dir():
            (home / "plugins").symlink_to(plugins)
        stand_in = aws_plugin.sandbox_needs_stand_in()
        editor = folder / "editor"
        editor.write_text(EDITOR, encoding="utf-8")
        editor.chmod(0o755)
        kept = environments.for_sandbox(self.layout, found, port, stand_in=stand_in)
        # What whoever runs the tests has said to `make test` is not for the reader's own `make`.
        self.environment = {name: value for name, value in kept.items() if name not in OF_MAKE} | {
            "PULUMI_HOME": str(home),
            "SANDBOX_PORT": str(port),
            "MAKEFLAGS": "BOOTSTRAP=:",
            "EDITOR": str(editor),
            "READER": str(folder),
        }

    def does(self, block: Block) -> None:
        """One step. Raises: AssertionError, with the place and what was printed."""
        if block[ACCOUNT]:
            self._gets_an_account(block[ACCOUNT].split())
        elif put(block, self.house.folder):
            self._translate()
        elif block.language in ("bash", UNSEEN) and not block[NOT_RUN]:
            self._runs(block)
        elif block.language in OUTPUT and not block[NOT_RUN]:
            self._compares(block)

    def leaves(self) -> None:
        """Stops what is still up."""
        moto.stop(self.layout)

    def _runs(self, block: Block) -> None:
        text = self.account.of_here(block.text)
        for written, played in self.instead.items():
            text = text.replace(written, played)
        answer = self._shell(text)
        self.heard += plain(answer.text)
        wanted = int(block[ENDS_WITH] or 0)
        assert answer.code == wanted, f"{block.place} ended with {answer.code}:\n{text}\n\n{answer.text}"

    def _shell(self, text: str) -> Answer:
        done = subprocess.run(
            ["bash", "-c", PRELUDE + text],
            cwd=self.house.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Answer(done.returncode, done.stdout)

    def _compares(self, block: Block) -> None:
        parts = [plain(part).strip() for part in re.split(r"\.\.\.", block.text)]
        missing = [part for part in parts if part and part not in self.heard]
        told = "\n".join(self._broken(part) for part in missing)
        assert not missing, f"{block.place}: no command of the page has said\n{told}"

    def _broken(self, part: str) -> str:
        """The part, with a mark where it stops being what was said."""
        words = part.split(" ")
        as_far = max(n for n in range(len(words) + 1) if " ".join(words[:n]) in self.heard)
        return " ".join([*words[:as_far], *([">>>"] if as_far else []), *words[as_far:]])

    def _gets_an_account(self, stacks: list[str]) -> None:
        if moto.running(self.layout) is None:
            server = moto.start(self.layout, self.port)
            moto.write(self.layout.state_owner, server.instance)
        required = tomllib.loads((self.house.folder / STACKS).read_text(encoding="utf-8"))
        for stack in (each for each in stacks if each != EMPTY):
            file = self.house.folder / f"Pulumi.{stack}.yaml"
            self.account.build(file, required.get(stack, {}).get("trustedSecurityGroups", ()))
            self.account.lead(file)
        named = [*self.here.read_text(encoding="utf-8").split(), *stacks]
        self.here.write_text(f" {' '.join(named)} ", encoding="utf-8")
        self._translate()

    def _translate(self) -> None:
        if self.account.ids:
            here, config = self.house.folder, self.house.folder / STACKS
            for file in (*here.glob("Pulumi.*.yaml"), config, *config.parent.glob("*.json")):
                text = file.read_text(encoding="utf-8")
                file.write_text(self.account.of_here(text), encoding="utf-8")
