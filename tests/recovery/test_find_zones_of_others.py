"""Hosted zones that a VPC is associated with, and that are another hub's, another account's or a service's."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from recovery.found import Found
from recovery.left import Wanted
from tests.recovery.aws import access, found, previewed, wanted
from tests.support.aws_api import REGION, client
from tests.support.aws_proxy import Behaviour, Call, Reply, proxy
from tests.support.hostile_api import refused

ZONE, ASSOCIATION = "aws:route53/zone:Zone", "aws:route53/zoneAssociation:ZoneAssociation"
AUTHORIZATION = "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization"
NAME = f"ssm.{REGION}.amazonaws.com"
BY_VPC, OF_ZONES = "/2013-04-01/hostedzonesbyvpc", "/2013-04-01/hostedzone/"
AUTHORIZED = "/authorizevpcassociation"
# moto's account.
OURS = "<OwningAccount>123456789012</OwningAccount>"
OTHERS = "<OwningAccount>999999999999</OwningAccount>"
OF_A_SERVICE = "<OwningService>efs.amazonaws.com</OwningService>"
numbers = itertools.count()


@dataclass
class Listed(Behaviour):
    """Answers with pages in place of AWS's one list; of zones that are not in AWS it tells nobody anything. `denied`: those
    that were asked for all the same."""

    zones: Sequence[Sequence[tuple[str, str]]] = ()
    authorized: Sequence[str] = ()
    denied: list[str] = field(default_factory=list)

    def before(self, call: Call) -> Reply | None:
        path = urlsplit(call.path).path
        if path == BY_VPC and self.zones:
            listed = [
                "".join(
                    f"<HostedZoneSummary><HostedZoneId>{id}</HostedZoneId><Name>{NAME}.</Name>{owner}</HostedZoneSummary>"
                    for id, owner in page
                )
                for page in self.zones
            ]
            return _page(call, "ListHostedZonesByVPC", "HostedZoneSummaries", listed)
        if path.endswith(AUTHORIZED):
            vpcs = [
                f"<VPC><VPCRegion>{REGION}</VPCRegion><VPCId>{id}</VPCId></VPC>" for id in self.authorized
            ]
            return _page(call, "ListVPCAssociationAuthorizations", "VPCs", vpcs)
        if path.startswith(f"{OF_ZONES}ZOTHER"):
            self.denied.append(path.removeprefix(OF_ZONES))
            return refused("route53", 403, "AccessDenied", "not yours")
        return None


def _page(call: Call, operation: str, key: str, pages: Sequence[str]) -> Reply:
    (number,) = parse_qs(urlsplit(call.path).query).get("nexttoken", ["0"])
    after = int(number) + 1
    token = f"<NextToken>{after}</NextToken>" if after < len(pages) else ""
    root = f"{operation}Response"
    xmlns = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"'
    text = f"<{root} {xmlns}><{key}>{pages[int(number)]}</{key}>{token}</{root}>"
    return Reply(200, (("Content-Type", "text/xml"),), text.encode())


@pytest.fixture
def route53(aws: int) -> Any:
    return client(aws, "route53")


@pytest.fixture
def vpc(aws: int) -> str:
    return a_vpc(aws)


def a_vpc(aws: int) -> str:
    return str(client(aws, "ec2").create_vpc(CidrBlock="10.83.0.0/16")["Vpc"]["VpcId"])


def made(route53: Any, vpc: str, comment: str = "constant") -> str:
    answer = route53.create_hosted_zone(
        Name=NAME,
        CallerReference=str(next(numbers)),
        HostedZoneConfig={"Comment": comment, "PrivateZone": True},
        VPC={"VPCRegion": REGION, "VPCId": vpc},
    )
    return str(answer["HostedZone"]["Id"]).removeprefix("/hostedzone/")


def zone_of(*vpcs: Any) -> Wanted:
    return previewed(ZONE, "hub-ssm", name=NAME, comment="constant", vpcs=list(vpcs))


def behind(aws: int, listed: Listed, what: Wanted) -> list[Found]:
    """What is found where AWS answers as `listed` says."""
    with proxy(aws, listed) as port:
        try:
            return found(port, what)
        finally:
            access(port).close()


def ids(there: list[Found]) -> list[str]:
    return [each.id for each in there]


def test_a_zone_that_answers_another_vpc_too_is_another_hubs(aws: int, route53: Any, vpc: str) -> None:
    hub = a_vpc(aws)
    id = made(route53, hub)
    assert ids(found(aws, zone_of({"vpcId": hub}))) == [id]
    assert ids(found(aws, zone_of({"vpcId": hub, "vpcRegion": REGION}))) == [id]
    route53.associate_vpc_with_hosted_zone(HostedZoneId=id, VPC={"VPCRegion": REGION, "VPCId": vpc})
    assert found(aws, zone_of({"vpcId": vpc})) == []
    assert found(aws, zone_of({"vpcId": hub})) == []
    assert ids(found(aws, zone_of({"vpcId": vpc}, {"vpcId": hub}))) == [id], "once, not for each VPC"
    assert found(aws, zone_of({"vpcId": hub, "vpcRegion": "eu-central-1"}, {"vpcId": vpc})) == []
    assert found(aws, zone_of()) == []


def test_a_zone_with_records_is_in_use(aws: int, route53: Any, vpc: str) -> None:
    """Another hub of the same VPC: AWS does not let both be, but the other one's may be there."""
    id = made(route53, vpc)
    own = [("NS", "ns-0.awsdns-00.com."), ("SOA", "ns-0.awsdns-00.com. a.b. 1 7200 900 1209600 86400")]
    there = [
        each["Type"] for each in route53.list_resource_record_sets(HostedZoneId=id)["ResourceRecordSets"]
    ]
    for kind, value in [*((kind, value) for kind, value in own if kind not in there), ("A", "10.83.0.4")]:
        assert ids(found(aws, zone_of({"vpcId": vpc}))) == [id], f"before {kind}"
        change = {"Name": NAME, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": change}]}
        route53.change_resource_record_sets(HostedZoneId=id, ChangeBatch=batch)
    assert found(aws, zone_of({"vpcId": vpc})) == []


@pytest.mark.parametrize("owner", [OTHERS, OF_A_SERVICE])
def test_a_zone_of_another_account_or_of_a_service_is_not_asked_for(aws: int, vpc: str, owner: str) -> None:
    listed = Listed(zones=[[("ZOTHER1", f"<Owner>{owner}</Owner>")]])
    assert behind(aws, listed, zone_of({"vpcId": vpc})) == []
    assert listed.denied == []


@pytest.mark.parametrize("owner", [f"<Owner>{OURS}</Owner>", "<Owner></Owner>", ""])
def test_a_zone_is_asked_for_where_it_is_ours_or_nothing_says_whose(
    aws: int, route53: Any, vpc: str, owner: str
) -> None:
    id = made(route53, vpc)
    assert ids(behind(aws, Listed(zones=[[(id, owner)]]), zone_of({"vpcId": vpc}))) == [id]


def test_zones_of_later_pages_are_seen(aws: int, route53: Any, vpc: str) -> None:
    id = made(route53, vpc)
    theirs = [(f"ZOTHER{n}", f"<Owner>{OTHERS}</Owner>") for n in range(2)]
    listed = Listed(zones=[theirs, theirs, [(id, f"<Owner>{OURS}</Owner>")]])
    assert ids(behind(aws, listed, zone_of({"vpcId": vpc}))) == [id]
    joined = wanted(ASSOCIATION, "spoke-ssm", zoneId=id, vpcId=vpc)
    assert ids(behind(aws, listed, joined)) == [f"{id}:{vpc}:{REGION}"]


def test_authorizations_of_later_pages_are_seen(aws: int) -> None:
    what = wanted(AUTHORIZATION, "hub-ssm-spoke", zoneId="Z1", vpcId="vpc-2")
    assert ids(behind(aws, Listed(authorized=["vpc-1", "vpc-2"]), what)) == ["Z1:vpc-2"]
    assert behind(aws, Listed(authorized=["vpc-1", "vpc-3"]), what) == []
