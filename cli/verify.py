"""`ssm-endpoints verify --stack`: what is deployed, as AWS tells it now, judged by the policy pack. It reads only."""

from __future__ import annotations

import json as jsonlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from blueprint.catalog import Region, load
from blueprint.settings import ExistingNetwork
from cli import stacks, verify_report
from cli.errors import FOUND, WELL, CannotAnswerError
from cli.output import Json, as_json, progress
from policies.registry import POLICIES
from sandbox import deployed, moto
from sandbox.layout import SERVICES, Layout, endpoint, port_setting
from tools import audit
from tools.analyzer import of_policy, read_config
from tools.state import Replay, StateError, replay
from verification import node_subnets, probes, state
from verification.access import Login, opened
from verification.look import Found, Named, look
from verification.probes import Probe

NO_NETWORK = "--no-network"
SANDBOX_HAS_NONE = "the sandbox's AWS has no network"


def verify(
    stack: stacks.Stack,
    config: stacks.PackConfig = None,
    state_file: Annotated[
        Path | None,
        typer.Option("--state", help="What pulumi stack export wrote, in place of the backend's state."),
    ] = None,
    no_network: Annotated[
        bool, typer.Option("--no-network", help="Leave out DNS answers and TCP 443 from this machine.")
    ] = False,
    inside: Annotated[
        bool, typer.Option("--inside", help="This machine is like a node: what does not answer here counts.")
    ] = False,
    json: Json = False,
) -> None:
    """Holds what is deployed against the policy pack and the stack's state, through AWS's API. Changes nothing."""
    layout = Layout()
    read = stacks.read(stack, layout)
    file = stacks.pack_config(stack, config, layout)
    pack_config = read_config(file) if file else {}
    with progress("reading the stack's state") as say:
        export, url = _state(layout, read, stack, state_file)
        asked = Asked(read, export, url, pack_config)
        answer = judged(asked, say, no_network=no_network, inside=inside)
    if json:
        as_json(answer.document())
    else:
        verify_report.show(answer, configured=bool(pack_config))
    raise typer.Exit(FOUND if answer.blocks else WELL)


@dataclass(frozen=True)
class Asked:
    """What is asked about: a stack's file, its export, the URL of the sandbox's AWS, the pack's configuration."""

    read: stacks.Read
    export: str
    url: str
    pack_config: Mapping[str, Any]


def judged(
    asked: Asked, say: Callable[[str], None], *, no_network: bool = True, inside: bool = False
) -> verify_report.Answer:
    """What is deployed, judged. Raises: CannotAnswerError, StateError, AccessError, AnalyzerError."""
    read, region = asked.read, asked.read.text("aws:region")
    replayed = replayable(asked.export, read.name)
    overlay = state.read(asked.export, region)
    named = _named(read, asked.pack_config, replayed)
    with opened(login(read, asked.url)) as access:
        found = look(overlay, access, named, say)
    say("asking the policy pack")
    findings = audit.judge(_text(found), with_node_subnets(asked.pack_config, _there(named, found)))[1]
    say("asking this machine's network")
    probed = _probed(found, read.sandboxed, no_network=no_network, region=region)
    return verify_report.Answer(read.name, region, found, findings, probed, replayed.left_out, inside)


def _state(layout: Layout, read: stacks.Read, stack: str, file: Path | None) -> tuple[str, str]:
    """The export's text, and the URL of the sandbox's AWS."""
    if file is None:
        found = deployed.of_stack(layout, stack)
        return found.export, found.aws
    try:
        return file.read_text(encoding="utf-8"), _sandbox(layout) if read.sandboxed else ""
    except (OSError, ValueError) as error:
        raise CannotAnswerError(
            f"--state {file}: {getattr(error, 'strerror', None) or 'this is not text'}"
        ) from None


def _sandbox(layout: Layout) -> str:
    """Where the sandbox's AWS is: at the chosen port, or where it runs; "" where neither tells. Raises: SandboxError."""
    port = port_setting()
    if port is None and (server := moto.running(layout)):
        port = server.port
    return endpoint(port) if port else ""


def replayable(export: str, stack: str) -> Replay:
    """An export that holds something, as it is. Raises: StateError."""
    try:
        return replay(export)
    except StateError as error:
        if "holds no resources" in str(error):
            raise CannotAnswerError(
                f"stack {stack} was never up, or was taken down: its state holds nothing to verify\n"
                f"  fix: make up STACK={stack}"
            ) from None
        raise


def login(read: stacks.Read, url: str) -> Login:
    """How the stack's own provider reaches AWS, as far as its file says it in plain text; the rest is the environment's."""
    endpoints = dict.fromkeys(SERVICES, url) if url else _endpoints(read)
    own = (
        ""
        if os.environ.get("AWS_PROFILE") or os.environ.get("AWS_ACCESS_KEY_ID")
        else read.text("aws:profile")
    )
    key, secret = read.text("aws:accessKey"), read.text("aws:secretKey")
    return Login(own, key if secret else "", secret if key else "", endpoints)


def _endpoints(read: stacks.Read) -> dict[str, str]:
    """The addresses that the stack file gives in place of AWS's. Raises: CannotAnswerError."""
    given = read.config.get("aws:endpoints") or []
    found: dict[str, str] = {}
    for entry in given if isinstance(given, list) else [given]:
        if not isinstance(entry, dict) or not all(map(_is_url, entry.values())):
            raise CannotAnswerError(
                f"{read.file}: aws:endpoints is a list of mappings from a service to its address in plain text, such as\n"
                f"  - ec2: https://ec2.eu-west-1.amazonaws.com\n  fix: it got {entry!r}; otherwise AWS itself would be asked"
            )
        found |= {str(service): str(address) for service, address in entry.items()}
    return found


def _is_url(address: object) -> bool:
    try:
        return isinstance(address, str) and bool(urlsplit(address).scheme and urlsplit(address).hostname)
    except ValueError:
        return False


def _named(read: stacks.Read, config: Mapping[str, Any], replayed: Replay) -> Named:
    """The node subnets that the pack's configuration declares, or failing that the stack file, or the state; and vouched
    groups."""
    subnets: dict[tuple[str, str], None] = {}
    vouched: set[str] = set()
    for said in config.values():
        if isinstance(said, dict):
            subnets |= {
                (str(each.get("vpcId")), str(each["id"])): None for each in said.get("nodeSubnets") or []
            }
            vouched |= set(said.get("trustedSecurityGroups") or [])
    network = read.settings().network
    if isinstance(network, ExistingNetwork) and not subnets:
        subnets |= {(network.vpc_id, each.id): None for each in network.node_subnets}
    subnets = subnets or dict.fromkeys(node_subnets.of_state(replayed))
    return Named(tuple(each for each in subnets if each[1].startswith("subnet-")), frozenset(vouched))


def _there(named: Named, found: Found) -> Named:
    """Without the subnets that were deleted: that is told already."""
    gone = {each.id for each in found.gone}
    return replace(named, subnets=tuple(each for each in named.subnets if each[1] not in gone))


def with_node_subnets(config: Mapping[str, Any], named: Named) -> dict[str, Any]:
    """The pack's configuration, with the stack file's node subnets where it has none: AWS tells the rest of each."""
    entries = [{"vpcId": vpc, "id": subnet} for vpc, subnet in named.subnets]
    full: dict[str, Any] = {}
    for policy in POLICIES:
        properties = of_policy(config, policy.name)
        if entries and not properties.get("nodeSubnets"):
            properties["nodeSubnets"] = entries
        full[policy.name] = properties
    return full


def _text(found: Found) -> str:
    return jsonlib.dumps(found.overlay.export)


def _probed(found: Found, sandboxed: bool, *, no_network: bool, region: str) -> list[Probe]:
    where = load().regions.get(region or next((each.region for each in found.endpoints), ""))
    if where is None:
        return []
    names = public_names(found, where)
    if no_network or sandboxed:
        return probes.untried(found.endpoints, where, names, NO_NETWORK if no_network else SANDBOX_HAS_NONE)
    return probes.probe(found.endpoints, where, names)


def public_names(found: Found, region: Region) -> dict[str, str]:
    """The public name that has to lead to an endpoint inside of its VPC, by endpoint id."""
    services = {region.service_name(id, "Interface"): id for id in load().services}
    zones = {overlay_name(each) for each in found.overlay.of("aws:route53/zone:Zone")}
    names = {}
    for each in found.endpoints:
        name = region.dns_name(services[each.service_name]) if each.service_name in services else ""
        if name and each.region == region.id and (each.private_dns or name in zones):
            names[each.id] = name
    return names


def overlay_name(zone: dict[str, Any]) -> str:
    """A hosted zone's name without its last dot."""
    return str((zone.get("outputs") or {}).get("name") or "").removesuffix(".")
