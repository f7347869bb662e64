"""One model of a preview, for every page that shows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from blueprint import facts_date, forwarders
from blueprint.catalog import load
from blueprint.facts_date import FactsDate
from policies import waivers
from policies.pack_config import PackConfig, PackConfigError
from policies.pack_config import read as read_pack_config
from review import buckets, events, network, reachability
from review.buckets import Bucket, Further
from review.cost import Cost, cost
from review.events import Change
from review.network import Home
from review.reachability import Matrix
from review.recording import Recording
from tools.analyzer import of_policy
from tools.findings import Finding
from tools.outcome import Outcome
from tools.state import UNKNOWN

# Its configuration says for all policies what the stack needs: they share these keys (`make policy-config`).
ANY_POLICY = "ssm-endpoints-complete"


class ReviewError(Exception):
    """What was given cannot be shown; the text says why and what to do."""


@dataclass(frozen=True)
class Waived:
    """A waiver of the pack's configuration. `days` are left until it expires; fewer than 0: it has."""

    policy: str
    urn: str
    reason: str
    owner: str
    expires: str
    days: int


@dataclass(frozen=True)
class Forwarded:
    """A zone whose queries a DNS server of one's own has to send to these addresses; none while they are not known."""

    zone: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """All of it. `seen`: whether the policies saw the whole stack; where not, there is no network, matrix or bucket to
    show. `facts`: how old those are that it was judged by. `notices` are what components say aloud of effects beyond the
    nodes."""

    stack: str
    project: str
    made: str
    pack_version: str
    facts: FactsDate
    ended: str
    reason: str
    findings: tuple[Finding, ...]
    waivers: tuple[Waived, ...]
    changes: tuple[Change, ...]
    counts: Mapping[str, int]
    notices: tuple[str, ...]
    seen: bool
    homes: tuple[Home, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    further: tuple[Further, ...] = ()
    cost: Cost | None = None
    forwarders: tuple[Forwarded, ...] = ()

    @property
    def mandatory(self) -> tuple[Finding, ...]:
        """The findings that block."""
        return tuple(each for each in self.findings if each.level == "mandatory")

    @property
    def advisory(self) -> tuple[Finding, ...]:
        """The findings that only advise."""
        return tuple(each for each in self.findings if each.level != "mandatory")


def make(
    *,
    said: list[dict[str, Any]],
    outcome: Outcome,
    recording: Recording | None,
    config: Mapping[str, Any],
    stack: str,
    pack_version: str,
    now: datetime | None = None,
) -> Review:
    """Everything about one preview.

    Args: `said` are the engine's events and `outcome` what they came to, `recording` what the policies were shown, `config`
    the pack's configuration as `--policy-pack-config` takes it, `stack` the name that its owner knows the stack by.
    Raises: ReviewError, if the pack's configuration cannot be used.
    """
    told = events.read(said)
    moment = now or datetime.now(UTC)
    found = Review(
        stack=stack or told.stack,
        project=told.project,
        made=moment.strftime("%Y-%m-%d %H:%M UTC"),
        pack_version=pack_version,
        facts=facts_date.of_regions([]),
        ended=outcome.ended,
        reason=outcome.reason or "",
        findings=tuple(outcome.found),
        waivers=tuple(_waivers(config, moment.date())),
        changes=told.changes,
        counts=told.counts,
        notices=told.notices,
        seen=recording is not None,
    )
    if recording is None:
        return found
    needs, graph = _needs(config), recording.graph
    wanted = tuple(buckets.needed(graph, needs))
    homes = tuple(network.homes(graph, needs, recording.secrets))
    whole = replace(
        found,
        facts=facts_date.of_regions(home.region for home in homes),
        homes=homes,
        matrices=tuple(reachability.matrices(graph, needs)),
        buckets=wanted,
        further=tuple(buckets.further(graph, wanted, recording.secrets)),
        cost=cost(graph, needs),
        forwarders=tuple(_forwarders(told.outputs, homes)),
    )
    # What a program marks as secret can be a name, a block or part of a policy: it is taken out of all of them.
    return _without_secrets(whole, recording) if recording.secrets else whole


def _without_secrets(value: Any, recording: Recording) -> Any:
    if isinstance(value, str):
        return recording.without_secrets(value)
    if isinstance(value, tuple | list):
        return type(value)(_without_secrets(each, recording) for each in value)
    if isinstance(value, Mapping):
        return {key: _without_secrets(each, recording) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = {
            each.name: _without_secrets(getattr(value, each.name), recording)
            for each in dataclasses.fields(value)
        }
        return type(value)(**shown)
    return value


def _forwarded(given: Any) -> Forwarded | None:
    """An entry of the output `forwarders`; None where it is somebody else's output of that name."""
    zone, targets = (given.get(key) if isinstance(given, Mapping) else None for key in ("zone", "targets"))
    if not isinstance(zone, str):
        return None
    known = [each for each in targets if isinstance(each, str)] if isinstance(targets, list) else []
    return Forwarded(zone, tuple(each for each in known if each != UNKNOWN))


def _needs(config: Mapping[str, Any]) -> PackConfig:
    given = of_policy(config, ANY_POLICY)
    given.pop("enforcementLevel", None)
    try:
        return read_pack_config(given)
    except PackConfigError as error:
        raise ReviewError(f"the pack's configuration cannot be used: {error}") from None


def _waivers(config: Mapping[str, Any], today: date) -> list[Waived]:
    found = []
    for policy, given in config.items():
        try:
            listed = waivers.read(given) if isinstance(given, Mapping) else []
        except PackConfigError as error:
            raise ReviewError(f"the waivers of {policy} cannot be used: {error}") from None
        for each in listed:
            found.append(
                Waived(
                    policy,
                    each.urn,
                    each.reason,
                    each.owner,
                    each.expires.isoformat(),
                    (each.expires - today).days,
                )
            )
    return sorted(found, key=lambda waived: (waived.days, waived.policy, waived.urn))


def _forwarders(outputs: Mapping[str, Any], homes: tuple[Home, ...]) -> list[Forwarded]:
    """Our program's own output; for any other, the zones of the Regions, whose targets only its owner knows."""
    given = outputs.get("forwarders")
    found = [_forwarded(each) for each in given] if isinstance(given, list) else []
    if found and None not in found:
        return [each for each in found if each is not None]
    regions = [load().regions[home.region] for home in homes if home.region in load().regions]
    names = dict.fromkeys(zone for region in regions for zone in forwarders.zones(region, dual_stack=False))
    return [Forwarded(zone, ()) for zone in names]
