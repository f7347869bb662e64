"""`make import-file STACK=... ADOPT="ssm=vpce-... s3=vpce-..."`: endpoints that are there become the stack's own.

Writes what `pulumi import --file` reads, with the names and parents that the program uses, so that the next preview finds
the endpoints under its own URNs and changes them in place. It asks nobody: whether the ids are right, the engine finds out.

Ends with 0, or with 1 and every problem that there is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from blueprint.names import ShapeError, aws_id
from blueprint.plan import Plan
from blueprint.settings import SettingsError
from policies.telling import printable
from sandbox import documents
from sandbox.documents import DocumentError
from tools import stack_file

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("dist") / "import"
COMPONENT, NAME = "ssm-vpc-endpoints:index:SsmEndpoints", "ssm"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
GROUP = (
    "a security group cannot be taken over: its name and description are fixed when it is made, so the engine would replace "
    "it. The stack makes its own; the endpoints join it in place, and yours is free then"
)


class ImportFileError(Exception):
    """What is wrong, every problem on a line of its own."""


def import_file(plan: Plan, adopt: Mapping[str, str]) -> dict[str, Any]:
    """The document for `pulumi import --file`; `adopt` is endpoint id by service, as `endpoints_of` has them.

    The component is made where it is not in the stack's state yet, and else left as it is.
    """
    version = metadata.version("pulumi-aws")
    names = endpoints_of(plan)
    resources: list[dict[str, Any]] = [
        {"type": ENDPOINT, "name": names[service], "id": id, "parent": NAME, "version": version}
        for service, id in adopt.items()
    ]
    return {"resources": [{"type": COMPONENT, "name": NAME, "component": True}, *resources]}


def endpoints_of(plan: Plan) -> dict[str, str]:
    """The endpoints that the program makes by this plan: what ADOPT calls it, and its name in the program."""
    names = {each.service: f"{NAME}-{each.service}" for each in plan.interface_endpoints}
    if not plan.gateway_endpoint.adopted:
        names[plan.gateway_endpoint.service] = f"{NAME}-{plan.gateway_endpoint.service}"
    if plan.s3_interface_endpoint:
        names["s3-interface"] = f"{NAME}-s3-interface"
    return names


def adopted(text: str, plan: Plan, stack_file: str) -> dict[str, str]:
    """ADOPT as endpoint id by service. Raises: ImportFileError, with everything that is wrong."""
    found: dict[str, str] = {}
    problems = list(_problems(text, plan, stack_file, found))
    if problems:
        raise ImportFileError("\n".join(problems))
    return found


def _problems(text: str, plan: Plan, stack_file: str, found: dict[str, str]) -> Iterator[str]:
    names = endpoints_of(plan)
    kept = {each.service for each in (*plan.adopted, plan.gateway_endpoint.adopted) if each}
    for pair in text.replace(",", " ").split():
        service, sign, id = pair.partition("=")
        if service == "group" or id.startswith("sg-"):
            yield f"{pair}: {GROUP}"
            continue
        if not sign:
            yield f"{pair}: is not <service>=<endpoint id>, such as ssm=vpce-0a1b2c3d4e5f60718"
            continue
        if service in kept:
            yield f"{pair}: topology.existing has {service}, which leaves it alone; take it out of {stack_file} first"
        elif service not in names:
            yield f"{pair}: {stack_file} makes no endpoint of {service!r}; it makes {', '.join(names) or 'none'}"
        elif service in found:
            yield f"{pair}: {service} is {found[service]} already"
        elif id in found.values():
            yield f"{pair}: that id is given for another service, too"
        try:
            found.setdefault(service, aws_id(id, "vpce"))
        except ShapeError as error:
            yield f"{pair}: {error}"
    if not text.strip():
        yield f'ADOPT is empty; say which: ADOPT="{" ".join(f"{name}=vpce-..." for name in names)}"'


def read_plan(root: Path, stack: str) -> tuple[Plan, str]:
    """The plan of a stack's file and its name. Raises: ImportFileError."""
    file = root / stack_file.file_name(stack)
    try:
        own = documents.data(documents.compose(file.read_text(encoding="utf-8"))) or {}
        if not isinstance(own, dict) or not isinstance(own.get("config") or {}, dict):
            raise ImportFileError(
                f"{file.name}: a stack file is a mapping with the key `config:`, a mapping too"
            )
        return stack_file.merged(root, stack, own).plan(), file.name
    except OSError as error:
        raise ImportFileError(f"{file.name}: {error.strerror}; STACK=<a stack with a file here>") from None
    except DocumentError as error:
        raise ImportFileError(f"{file.name}: {error}") from None
    except UnicodeDecodeError:
        raise ImportFileError(f"{file.name}: this is not text in UTF-8") from None
    except SettingsError as error:
        raise ImportFileError(str(error)) from None


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Writes the file, and says what to run; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.import_file", description=__doc__.split("\n")[0])
    parser.add_argument("--stack", required=True)
    parser.add_argument("--adopt", default="", help="<service>=<endpoint id>, separated by blanks")
    options = parser.parse_args(arguments)
    try:
        plan, file = read_plan(root, options.stack)
        document = import_file(plan, adopted(options.adopt, plan, file))
    except ImportFileError as error:
        sys.stderr.write("".join(f"import-file: {line}\n" for line in printable(str(error)).split("\n")))
        return 1
    path = FOLDER / f"{stack_file.short(options.stack)}.json"
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    protect = "true" if plan.protect else "false"
    sys.stdout.write(
        f"{path}: {len(document['resources'])} entries. Next:\n"
        f"  pulumi import --stack {options.stack} --file {path} --generate-code=false --protect={protect}\n"
        f"  make preview STACK={options.stack}    # updates in place, nothing replaced or deleted\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
