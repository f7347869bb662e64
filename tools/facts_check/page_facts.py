"""A saved page beside our facts. Which pages can be compared, `compares` in sources.toml says:

bucket-names       a table of Regions and the literal names of their buckets: the columns of regions.toml
bucket-formulas    a table of bucket ARNs with the Region left open: the families of buckets.toml
endpoint-services  the endpoint services that Systems Manager's nodes need: the rows of services.toml
service-names      every endpoint service that AWS has: the rows of services.toml, and their FIPS services
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from blueprint.catalog import Catalog, Source, load
from tools.facts_check import bucket_pages, service_pages
from tools.facts_check.differ import Differ
from tools.facts_check.page import Page
from tools.facts_check.shapes import CheckError, Found, shown

Comparison = Callable[[Page, Catalog, Differ], Found]
COMPARES: Final[dict[str, Comparison]] = {
    "bucket-names": bucket_pages.names,
    "bucket-formulas": bucket_pages.formulas,
    "endpoint-services": service_pages.needed,
    "service-names": service_pages.offered,
}


def compare(page: Page, catalog: Catalog | None = None) -> Found:
    """The page's facts beside ours. Raises: CheckError, where the page is none that we compare, or has none of its facts."""
    catalog = catalog or load()
    source = _source(page, catalog)
    found = COMPARES[source.compares](page, catalog, Differ(source, f"a page saved as {page.name}"))
    return Found((f"{found.compared[0]}: {source.title}, {source.url}",), found.differences)


def _source(page: Page, catalog: Catalog) -> Source:
    ours = [each for each in catalog.sources.values() if page.is_at(each.url)]
    found = next((each for each in ours if each.compares), None)
    if found is not None:
        return found
    comparable = "\n".join(f"    {each.url}" for each in catalog.sources.values() if each.compares)
    if ours:
        why = f"it is the source {ours[0].id}, whose facts are read by people: compare them by hand"
    elif page.addresses:
        why = f"it says that it is {shown(page.addresses[0])}, which is no source of ours"
    else:
        why = "it does not say which page it is (no canonical link, no address, no page name)"
    raise CheckError(f"{page.name} cannot be compared: {why}\n  fix: save one of\n{comparable}")
