"""A stack as it is: its state, with AWS's answers laid over it, and what the two say differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from policies import tokens
from verification import acls, answers, endpoints, groups, machines, network, roles, zones
from verification.access import Access, AccessError
from verification.endpoints import State
from verification.state import Drift, Gone, Overlay, Properties, keys

_CLASSIC = "aws:"
_NATIVE = "aws-native:"


@dataclass(frozen=True)
class Named:
    """What the pack's configuration and the stack's settings name by id: (VPC, subnet) that nodes run in, and security
    groups that somebody vouches for, which are left to that."""

    subnets: tuple[tuple[str, str], ...] = ()
    vouched: frozenset[str] = frozenset()


@dataclass
class Found:
    """What was found. `strangers` are endpoints of the VPCs that the stack does not have."""

    overlay: Overlay
    account: str
    endpoints: list[State] = field(default_factory=list)
    strangers: list[State] = field(default_factory=list)

    @property
    def gone(self) -> list[Gone]:
        return self.overlay.gone

    @property
    def drift(self) -> list[Drift]:
        return self.overlay.drift

    @property
    def unusable(self) -> list[State]:
        """The stack's endpoints that are there and cannot be used."""
        return [each for each in self.endpoints if not each.available]


def look(
    overlay: Overlay, access: Access, named: Named, say: Callable[[str], None] = lambda _: None
) -> Found:
    """Ask AWS and lay its answers over the state. Raises: AccessError."""
    asked = [each for each in overlay.resources if each["type"].startswith(_CLASSIC)]
    if not asked:
        raise AccessError(
            "the state holds nothing of the aws provider's, so there is nothing to ask AWS about"
        )
    overlay.default_region = overlay.default_region or _some_region(overlay)
    regions = sorted({overlay.region(each) for each in asked if overlay.region(each)})
    if not regions:
        raise AccessError(
            "neither the state nor the stack file tells a Region\n  fix: aws:region in the stack file"
        )
    say("asking AWS whose the credentials are")
    account = access.account(regions[0])
    _same_account(overlay, asked, account)
    found = Found(overlay, account)
    for region in regions:
        say(f"asking AWS about the network in {region}")
        machines.lay_over(overlay, access, region)
        mine = [each for each in overlay.resources if overlay.region(each) == region]
        vpcs, wanted, launched = _ids(overlay, mine)
        subnets = {*launched, *(subnet for vpc, subnet in named.subnets if vpc in vpcs)}
        live = answers.ask(access, region, vpcs, wanted, subnets)
        subnets |= of_endpoints(live, subnets)
        network.lay_over(overlay, live, subnets)
        for each in endpoints.lay_over(overlay, live):
            (found.endpoints if each.name else found.strangers).append(each)
        groups.lay_over(overlay, live, wanted, named.vouched)
        acls.lay_over(overlay, live)
    say("asking AWS about hosted zones and roles")
    zones.lay_over(overlay, access)
    roles.lay_over(overlay, access)
    overlay.notes += machines.unasked(overlay)
    native = sum(each["type"].startswith(_NATIVE) for each in overlay.resources)
    if native:
        overlay.notes.append(
            f"{native} aws-native resources are judged as the state says; AWS was not asked about them"
        )
    return found


def _some_region(overlay: Overlay) -> str:
    """The Region of resources that do not tell theirs, where no stack file says it: the provider's."""
    told = [(each.get("inputs") or {}).get("region") for each in overlay.of("pulumi:providers:aws")]
    told += [overlay.region(each) for each in overlay.of(tokens.ENDPOINT, *tokens.VPCS)]
    return next((each for each in told if isinstance(each, str) and each), "")


def _ids(overlay: Overlay, resources: Iterable[Properties]) -> tuple[set[str], set[str], set[str]]:
    """The VPCs, security groups and subnets of machines that resources are or name."""
    vpcs: set[str] = set()
    wanted: set[str] = set()
    launched: set[str] = set()
    for each in resources:
        id = str(each.get("id") or "")
        if each["type"] in tokens.VPCS:
            vpcs.add(id)
        elif each["type"] in tokens.IN_A_VPC:
            vpcs.update(filter(None, [overlay.text(each, "vpcId")]))
        if each["type"] in tokens.SECURITY_GROUPS:
            wanted.add(id)
        if each["type"] in tokens.SECURITY_GROUP_RULES:
            wanted.add(overlay.text(each, "securityGroupId"))
        if each["type"] == tokens.ENDPOINT:
            wanted.update(_texts(overlay.value(each, "securityGroupIds")))
        if each["type"] in tokens.LAUNCHES:
            wanted.update(_texts(overlay.value(each, "vpcSecurityGroupIds")))
            wanted.update(_texts(overlay.value(each, "securityGroups")))
            launched.update(_texts([overlay.value(each, "subnetId")]))
            launched.update(_texts(overlay.value(each, "vpcZoneIdentifiers")))
    return vpcs, {each for each in wanted if each.startswith("sg-")}, launched


def of_endpoints(live: answers.Live, named: Iterable[str]) -> set[str]:
    """The subnets that endpoints have interfaces in. Only where it is said which subnets of the VPC nodes run in: else they
    would be taken for such."""
    homes = {live.subnets[id]["VpcId"] for id in named if id in live.subnets}
    there = (each for each in live.endpoints.values() if each["VpcId"] in homes)
    return {subnet for each in there for subnet in each.get("SubnetIds") or []}


def _same_account(overlay: Overlay, resources: Iterable[Properties], account: str) -> None:
    """With another account's credentials, everything would look deleted."""
    owners = {owner for each in resources if (owner := _owner(overlay, each))}
    if owners and account not in owners:
        raise AccessError(
            f"the credentials are of account {account}, and the stack is in {', '.join(sorted(owners))}\n"
            f"  fix: AWS_PROFILE=<a profile of that account>"
        )


def _owner(overlay: Overlay, resource: Properties) -> str:
    arn = overlay.text(resource, "arn").split(":")
    owner = overlay.text(resource, "ownerId") or (arn[4] if len(arn) > 4 else "")
    return owner if owner.isdecimal() else ""


def _texts(value: object) -> Iterator[str]:
    return keys(value) if isinstance(value, list) else iter(())
