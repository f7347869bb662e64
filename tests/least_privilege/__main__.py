"""`make least-privilege`: stacks of every kind by callers with exactly their documents, and every line of each accounted
for.

Three stacks, a new network, a hub with everything and its spoke, are each brought up, verified, previewed, refreshed,
changed, recovered and destroyed. Ends with 1 if a run is denied something, if a line that runs needed is not, or if one that
no run needed has no reason in UNSEEN, or has one and was needed after all.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sandbox.bootstrap.progress import say
from tests.e2e.limited import Limited, caller, changed, documents_of, everything, some
from tests.e2e.own_stack import Network
from tests.least_privilege.losses import lose
from tests.least_privilege.unseen import UNSEEN
from tests.support.aws_api import REGION, serving
from tests.support.iam_guard import Gate, Guard, actions, first_denied, gate, without

WHO = ("deployer", "previewer", "recoverer", "verifier")
# AWS answers it to everybody; the policies name it for who reads them.
ANYBODYS = {"sts:GetCallerIdentity"}


@dataclass
class Account:
    """What is known of each document's lines after some runs."""

    there: dict[str, set[str]] = field(default_factory=lambda: {who: set() for who in WHO})
    needed: dict[str, set[str]] = field(default_factory=lambda: {who: set() for who in WHO})
    wrong: list[str] = field(default_factory=list)

    def ran(self, guard: Guard) -> None:
        """Play a guard's questions to its documents, and to them without each action in turn."""
        who, policies = guard.holder.name, guard.holder.documents
        questions = {(each.action, each.resource): each for each in guard.used(who)}.values()
        self.wrong += [f"{who}: {each.call} was denied: {each.asked}" for each in guard.denied]
        self.there[who] |= actions(policies)
        for action in {each.action for each in questions} - ANYBODYS:
            denied = first_denied(
                [without(each, action) for each in policies], questions, guard.holder.account
            )
            if denied is None or denied.action != action:
                self.wrong.append(f"{who}: without {action} the runs are allowed all the same")
            self.needed[who].add(action)

    def unseen(self, who: str) -> set[str]:
        """The lines of a document that no run needed."""
        return self.there[who] - self.needed[who] - ANYBODYS


def live(name: str, folder: Path, aws: Gate, settings: Mapping[str, Any], account: Account) -> Limited:
    """Everything in a stack's life but its end."""
    say(f"{name}: up, verify, preview, refresh, change, recover")
    stack, other = Limited(folder, aws), changed(settings)
    deployer = Guard(caller("deployer", documents_of("deployer", settings, other)))
    previewer = Guard(caller("previewer", documents_of("previewer", settings)))
    recoverer = Guard(caller("recoverer", documents_of("recoverer", settings, other)))
    verifier = Guard(caller("verifier", documents_of("verifier", settings)))
    runs = [
        ("up", stack.run(deployer, "up", settings)),
        ("preview", stack.run(previewer, "preview", settings, "--refresh")),
        ("drift", stack.run(previewer, "refresh", settings, "--preview-only")),
        ("change", stack.run(deployer, "up", other)),
        ("refresh", stack.run(deployer, "refresh", other)),
    ]
    account.wrong += [
        f"{name}: {run} ended with {end.code}: {end.text[-800:]}" for run, end in runs if end.code
    ]
    found = stack.verified(verifier)
    if found.code not in (0, 1):
        account.wrong.append(f"{name}: verify ended with {found.code}: {found.text[-800:]}")
    lost, again = lose(stack), stack.recovered(recoverer)
    if again.code or f"written: {lost} recorded. Pending operations: 0." not in again.text:
        account.wrong.append(f"{name}: recover of {lost} ended with {again.code}: {again.text[-800:]}")
    looked = stack.run(recoverer, "refresh", other, "--preview-only", "--expect-no-changes")
    mended = stack.run(deployer, "up", other)
    account.wrong += [
        f"{name}: after recover {run} ended with {end.code}: {end.text[-800:]}"
        for run, end in (("refresh", looked), ("up", mended))
        if end.code
    ]
    for guard in (deployer, previewer, recoverer, verifier):
        account.ran(guard)
    return stack


def end(name: str, stack: Limited, settings: Mapping[str, Any], account: Account) -> None:
    """Destroy it, with the deployer's documents."""
    other = changed(settings)
    deployer = Guard(caller("deployer", documents_of("deployer", settings, other)))
    answer = stack.run(deployer, "destroy", other, "--skip-preview")
    if answer.code or stack.left():
        account.wrong.append(f"{name}: destroy ended with {answer.code}: {answer.text[-800:]}")
    account.ran(deployer)


def spoke_of(hub: Limited, settings: Mapping[str, Any], port: int) -> dict[str, Any]:
    """A spoke of the hub that is up, in the VPC that the hub names."""
    (named,) = settings["topology"]["spokes"]
    ec2 = Network(port, "10.77.0.0/16").ec2
    table = ec2.create_route_table(VpcId=named["vpcId"])["RouteTable"]["RouteTableId"]
    mine = [{"Name": "vpc-id", "Values": [named["vpcId"]]}]
    nodes = []
    for each in ec2.describe_subnets(Filters=mine)["Subnets"]:
        there = ec2.describe_route_tables(
            Filters=[{"Name": "association.subnet-id", "Values": [each["SubnetId"]]}]
        )["RouteTables"]
        nodes.append(
            {
                "id": each["SubnetId"],
                "cidr": each["CidrBlock"],
                "availabilityZone": each["AvailabilityZone"],
                "routeTableId": there[0]["RouteTableId"] if there else table,
            }
        )
    return {
        "accountId": settings["accountId"],
        "minimumAgentVersion": settings["minimumAgentVersion"],
        "network": {"vpcId": named["vpcId"], "nodeSubnets": nodes},
        "nodes": {"instanceRole": True, "securityGroup": True},
        "protect": False,
        "tags": {"team": "platform", "stage": "one"},
        "topology": {
            "kind": "spoke",
            "zones": hub.stack.outputs()["hostedZoneIds"],
            "endpointCidrs": ["10.20.1.0/24", "10.20.2.0/24"],
        },
    }


def main() -> int:
    """Run them all; says what is wrong."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    account = Account()
    with TemporaryDirectory() as folder, serving() as port, gate(port) as aws:
        zones = [f"{REGION}a", f"{REGION}b"]
        created = {**some(port), "network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": zones}}}
        end("created", live("created", Path(folder, "created"), aws, created, account), created, account)
        settings = everything(port)
        hub = live("hub", Path(folder, "hub"), aws, settings, account)
        joining = spoke_of(hub, settings, port)
        end("spoke", live("spoke", Path(folder, "spoke"), aws, joining, account), joining, account)
        end("hub", hub, settings, account)
    for who in WHO:
        unseen, reasons = account.unseen(who), UNSEEN[who]
        account.wrong += [
            f"{who}: no run needed {each}, and UNSEEN has no reason"
            for each in sorted(unseen - reasons.keys())
        ]
        account.wrong += [
            f"{who}: {each} has a reason, and a run needed it" for each in sorted(reasons.keys() - unseen)
        ]
        say(
            f"{who}: {len(account.there[who])} actions, {len(account.needed[who])} needed, {len(unseen)} not seen"
        )
        for each in sorted(unseen & reasons.keys()):
            say(f"  {each}: {reasons[each]}")
    for each in account.wrong:
        say(f"wrong: {each}")
    return 1 if account.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
