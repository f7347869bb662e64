"""`ssm-endpoints facts <region>`: what AWS says of a Region, each word with its source."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from typing import Annotated, Any

import typer

from blueprint import announced, facts_date, prices
from blueprint.catalog import BucketFamily, Catalog, Region, Service, load
from cli.errors import CannotAnswerError
from cli.output import Json, Page, as_json

LIMITS = (
    "endpoint-policy-characters",
    "interface-endpoints-per-vpc",
    "vpc-prefix-lengths",
    "subnet-prefix-lengths",
)
UNPUBLISHED = "AWS does not publish it"


def complete(incomplete: str) -> list[str]:
    """Region names that begin so."""
    return [region for region in load().regions if region.startswith(incomplete)]


def facts(
    region: Annotated[
        str,
        typer.Argument(
            metavar="REGION", help="Such as eu-west-1.", autocompletion=complete, show_default=False
        ),
    ],
    json: Json = False,
) -> None:
    """What is known of a Region: endpoint services, buckets, the price and limits, each with its URL and date."""
    catalog = load()
    if region not in catalog.regions:
        raise CannotAnswerError(unknown(region, catalog))
    document = describe(catalog, catalog.region(region))
    if json:
        as_json(document)
    else:
        _show(document)


def unknown(region: str, catalog: Catalog) -> str:
    """That nothing is known of it, and what may be meant."""
    near = get_close_matches(region.lower(), catalog.regions, n=3, cutoff=0.5)
    hint = announced.said(region) or (f"; did you mean {' or '.join(near)}?" if near else "")
    return f"{region!r} is not a Region with known names{hint}\n  known: {', '.join(catalog.regions)}"


def describe(catalog: Catalog, region: Region) -> dict[str, Any]:
    """The Region's facts, as the JSON answer has them."""
    partition = region.partition
    source = partial(_described, catalog)

    def service(each: Service) -> dict[str, Any]:
        return {
            "service": each.id,
            "type": each.type,
            "name": region.service_name(each.id, each.type),
            "publicName": region.dns_name(each.id),
            "offered": region.has_service(each.id),
            "features": list(each.features),
            "notNeededFromAgent": each.not_needed_from_agent or None,
            "why": each.why,
            "control": each.control or None,
            "evidence": each.evidence,
            "source": source(each.source),
        }

    def bucket(each: BucketFamily) -> dict[str, Any]:
        return {
            "family": each.id,
            "name": region.bucket(each),
            "features": list(each.features),
            "legacy": each.legacy,
            "why": each.why,
            "evidence": each.evidence,
            "source": source(each.source),
        }

    return {
        "region": region.id,
        "facts": facts_date.of_regions([region.id], catalog).document(),
        "partition": {
            "id": partition.id,
            "servicePrefix": partition.service_prefix,
            "dnsSuffix": partition.dns_suffix,
            "dualStackDnsSuffix": partition.dual_stack_dns_suffix,
            "evidence": partition.evidence,
            "source": source(partition.source),
        },
        "evidence": region.evidence,
        "source": source(region.source),
        "services": [service(each) for each in catalog.services.values()],
        "buckets": [bucket(each) for each in catalog.buckets.values()],
        "price": _price(catalog, region),
        "limits": [
            {
                "limit": name,
                "value": catalog.limit(name),
                "evidence": catalog.limits[name]["evidence"],
                "source": source(catalog.limits[name]["source"]),
            }
            for name in LIMITS
        ],
    }


def _price(catalog: Catalog, region: Region) -> dict[str, Any] | None:
    """What an interface endpoint costs per Availability Zone and hour; None where nobody could verify it."""
    rate = prices.load().rate(region.id)
    if rate is None or rate.price is None:
        return None
    price = rate.price
    source = _described(catalog, price.source)
    return {"usd": str(rate.usd), "date": price.date, "evidence": price.evidence, "source": source}


def _described(catalog: Catalog, source: str) -> dict[str, str]:
    found = catalog.sources[source]
    return {"title": found.title, "url": found.url, "read": found.read, "copy": found.copy}


def _show(found: dict[str, Any]) -> None:
    page, partition = Page(), found["partition"]
    page.heading(f"{found['region']}, partition {partition['id']}")
    page.line(facts_date.FactsDate(**found["facts"]).line, 2)
    page.line(
        f"names end in {partition['dnsSuffix']}, dual-stack ones in {partition['dualStackDnsSuffix']}", 2
    )
    page.line(_source(partition), 2)
    if found["source"] != partition["source"]:
        page.line(_source(found), 2)
    page.line()
    page.heading("Endpoint services")
    for each in found["services"]:
        page.line(f"{each['name']}  ({each['type']}, {_needed(each)})", 2)
        page.line(each["why"], 6)
        page.line(_source(each), 6)
    page.line()
    page.heading("Buckets of AWS's")
    for each in found["buckets"]:
        page.line(f"{each['name'] or each['family'] + ': ' + UNPUBLISHED}  ({_needed(each)})", 2)
        if each["name"] is None and not each["legacy"]:
            page.line(f"yours to find out: ssm-vpc-endpoints:buckets.awsManaged.{each['family']}", 6)
        page.line(each["why"], 6)
        page.line(_source(each), 6)
    page.line()
    page.heading("Price")
    price = found["price"]
    if price is None:
        page.line("of an interface endpoint: nobody could verify it for this Region", 2)
    else:
        page.line(
            f"{price['usd']} USD for an interface endpoint, per Availability Zone and hour ({price['date']})",
            2,
        )
        page.line(_source(price), 6)
    page.line()
    page.heading("Limits")
    for each in found["limits"]:
        value = each["value"]
        shown = " to ".join(f"/{each}" for each in value) if isinstance(value, list) else str(value)
        page.line(f"{each['limit']}: {shown}", 2)
        page.line(_source(each), 6)


def _needed(each: dict[str, Any]) -> str:
    if each.get("legacy"):
        return "of older agents, never needed"
    if each.get("offered", True) is not True:
        return (
            "not offered here"
            if each["offered"] is False
            else "whether it is offered here nobody could verify"
        )
    said = f"with {' and '.join(each['features'])}" if each["features"] else "always"
    if each.get("notNeededFromAgent"):
        said += f", until SSM Agent {each['notNeededFromAgent']}"
    return said


def _source(each: dict[str, Any]) -> str:
    told = "" if each["evidence"] == "verified" else f", {each['evidence']}"
    return f"{each['source']['url']} (read {each['source']['read']}{told})"
