"""Results as a fleet's page is made of, and a reader of such a page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args

from fleet import page
from fleet.shapes import WELL, Result, Status, Wave
from tests.support import html_pages
from tools.findings import Finding

STATUSES: tuple[Status, ...] = get_args(Status)
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "ap-southeast-2")
HOSTILE = """<script>alert(1)</script>" onload='x' & `|*_[a](http://evil.example) </style></details> {{ 7 * 7 }} @org #1"""
# A terminal's escape, a bell, a right-to-left override, a zero-width space, half of a surrogate pair, a C1 control.
INVISIBLE = "\x1b[31m \x07 \u202e \u200b \ud800 \x9b"
RUN: dict[str, Any] = {
    "fleet": "acme",
    "verb": "preview",
    "date": "2026-11-30 05:00 UTC",
    "program": "a1b2c3d4e5f6",
    "wall": 125.0,
}


class Reader(html_pages.Reader):
    """What a page holds, and the rows of its tables."""

    def __init__(self, text: str) -> None:
        self.tables: list[list[list[str]]] = []
        super().__init__(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if "id" in attrs]


def finding(policy: str = "interface-private-dns", level: str = "mandatory", **more: str) -> dict[str, Any]:
    given = {"message": "Endpoint 'ssm-ec2' has no private DNS.", "fix": "privateDnsEnabled: true", **more}
    urn = "urn:pulumi:shop::ssm-vpc-endpoints::aws:ec2/vpcEndpoint:VpcEndpoint::ssm-ec2"
    return Finding(
        policy, "ssm-vpc-endpoints", "1.0.0", level, "high", urn, given["message"], given["fix"], "EC2.10"
    ).fields()


def made(number: int, status: Status = "passed", **more: Any) -> Result:
    """A stack of a fleet whose accounts have four Regions each."""
    region = REGIONS[number % 4]
    waves: tuple[Wave, ...] = ("canary", "early", "rest", "rest")
    return Result(
        **{
            "stack": f"account{number // 4:03}-{region}",
            "verb": "preview",
            "status": status,
            "account": f"account{number // 4:03}",
            "region": region,
            "wave": waves[number % 4],
            "seconds": 10.0 + number,
            "changes": {"create": 14, "same": 3},
            "monthly_usd": None if region == "ap-southeast-2" else Decimal("113.88"),
            "worker": f"runner-{number % 3}",
            **more,
        }
    )


def of_status(number: int, status: Status) -> Result:
    """A stack that ended so, with what such a stack has to tell."""
    log = "".join(f"line {each} of what the engine said about it\n" for each in range(120))
    told: dict[Status, dict[str, Any]] = {
        "blocked": {
            "error": "Endpoint 'ssm-ec2' has no private DNS.",
            "findings": (finding(), finding("endpoint-policy", "advisory")),
            "log": log,
        },
        "failed": {
            "error": f"creating VPC Endpoint: UnauthorizedOperation\n  fix: ask\n{'x' * 300}",
            "log": log,
        },
        "drifted": {"error": "AWS is not what the state says: 2 update", "changes": {"update": 2}},
        "throttled": {"error": "RequestLimitExceeded: Request limit exceeded.", "attempts": 4, "log": log},
        "passed": {"findings": (finding("endpoint-policy", "advisory"),) if number % 5 == 0 else ()},
        "unchanged": {"seconds": 0.0, "changes": {}},
        "not run": {"error": "the canary wave did not end well", "seconds": 0.0, "changes": {}, "worker": ""},
    }
    return made(number, status, **{"error": f"it is {status}" * (status not in WELL), **told.get(status, {})})


def fleet(size: int, every: int = 3) -> list[Result]:
    """A fleet in which every third stack has a problem, each of every kind in turn."""
    bad = [status for status in STATUSES if status not in WELL]
    return [
        of_status(number, bad[number // every % len(bad)] if number % every == 0 else "passed")
        for number in range(size)
    ]


def read(results: Sequence[Result], **more: Any) -> Reader:
    return Reader(page.render(results, **{**RUN, **more}))


def table_of(results: Sequence[Result]) -> list[list[str]]:
    """The table of the stacks, its head left out."""
    return read(results).tables[1][1:]


def everywhere(said: str) -> list[Result]:
    """Results that say this wherever somebody else's text may stand."""
    more = {"stack": said, "account": said, "region": said, "worker": said, "error": said, "log": said}
    bad = {**finding(said, said, message=said, fix=said), "severity": said, "control": said, "url": said}
    bad |= {"resourceType": said, "resourceName": said}
    return [
        made(0, "blocked", **more, wave=said, findings=(bad,), changes={said: 2}),
        *(made(number, "not run", **{**more, "log": "", "stack": f"{said} {number}"}) for number in (1, 2)),
    ]


def saying(said: str) -> dict[str, Any]:
    """A run whose own facts say this."""
    return {"fleet": said, "verb": said, "date": said, "program": said, "wall": 1.0}
