"""Pages with names of endpoint services: those that Systems Manager's nodes need, and all that AWS has."""

from __future__ import annotations

import re

from blueprint.catalog import Catalog
from tools.facts_check.differ import Differ
from tools.facts_check.page import Page
from tools.facts_check.shapes import CheckError, Found

# The Region is left open as `region` or {{region}}, marked up or not.
_SERVICE = re.compile(r"com\.amazonaws\.\W{0,3}region\W{0,3}\.([a-z0-9-]+(?:\.[a-z0-9-]+)*)", re.IGNORECASE)


def needed(page: Page, catalog: Catalog, differ: Differ) -> Found:
    """endpoint-services: the page names the services that we know, and no other. Raises: CheckError."""
    theirs = _services(page)
    came = "an endpoint that we do not know: which features need it, and of which type is it? A row in services.toml"
    went = "the page does not name it any more: from which SSM Agent on is it not needed?"
    found = [
        differ.came(f"services.toml {each}", "type", f"com.amazonaws.region.{each}", came)
        for each in sorted(theirs - catalog.services.keys())
    ]
    found += [
        differ.went(f"services.toml {service.id}", "type", service.type, went)
        for service in catalog.services.values()
        if service.id not in theirs
    ]
    return Found((f"services.toml with {len(theirs)} endpoint services of {page.name}",), tuple(found))


def offered(page: Page, catalog: Catalog, differ: Differ) -> Found:
    """service-names: our interface services and their FIPS services among all that AWS has. Raises: CheckError."""
    theirs = _services(page)
    found = []
    for service in catalog.services.values():
        fips, where = f"{service.id}-fips", f"services.toml {service.id}"
        # A gateway endpoint is none of these services: S3 has one of each.
        if service.type != "Interface":
            continue
        if service.id not in theirs:
            found.append(differ.went(where, "type", service.type, "is it offered under another name?"))
        if fips in theirs and not service.fips:
            paste = f'paste into [{service.id}]: fips = "{fips}" and fips_source = "{differ.source.id}"'
            found.append(differ.came(where, "fips", fips, paste))
        if service.fips and service.fips not in theirs:
            todo = "topology.fips offers what the page does not name any more"
            found.append(differ.went(where, "fips", service.fips, todo))
    return Found((f"services.toml with {len(theirs)} endpoint services of {page.name}",), tuple(found))


def _services(page: Page) -> set[str]:
    found = {each.lower() for each in _SERVICE.findall(page.text)}
    if not found:
        raise CheckError(f"{page.name}: no endpoint service (com.amazonaws.region.x) could be read")
    return found
