"""botocore's data beside ours: partitions, Regions, which services are listed where, IAM's actions."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from blueprint import announced
from blueprint.announced import Announced
from blueprint.catalog import Catalog, load
from tools.facts_check.botocore_data import Botocore
from tools.facts_check.differ import Differ
from tools.facts_check.shapes import CheckError, Difference, Found, shown

FACTS = Path(__file__).resolve().parents[2] / "blueprint" / "facts"
# A Region of botocore's that is none: what it signs calls of global services with.
_GLOBAL = "-global"
# More Regions than this are counted in a note, not listed.
_LISTED = 8


def compare(
    data: Botocore,
    catalog: Catalog | None = None,
    known: Mapping[str, Announced] | None = None,
    facts: Path = FACTS,
) -> Found:
    """Everything that botocore says of what we have facts of. Raises: CheckError, if its data has another shape."""
    catalog = catalog or load()
    try:
        beside = _Beside(data, catalog, announced.load() if known is None else known)
        found = [*beside.partitions(), *beside.regions(), *beside.services(), *_actions(data, catalog, facts)]
        notes = (*beside.unlisted(), *beside.fips())
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckError(
            f"botocore {data.version}: its data has another shape than 1.44.8's ({type(error).__name__}: "
            f"{shown(str(error))})\n  fix: tools/facts_check/botocore_facts.py has to learn it"
        ) from None
    compared = (
        f"partitions.toml, regions.toml and announced.toml with botocore {data.version}: {len(catalog.partitions)} "
        f"partitions, {len(catalog.regions)} Regions",
        f"services.toml with botocore {data.version}: {', '.join(beside.listed)} in each Region",
        f"iam_actions.toml with the operations of botocore {data.version}",
    )
    return Found(compared, tuple(found), notes)


def template(region: str, partition: str, name: str) -> str:
    """The row of a Region that AWS lists services for, with what has to be found out marked as such: never guessed."""
    return (
        f"[{region}]\n"
        f"partition = {_quoted(partition)}\n"
        f"# {name}. From AWS's table of patch buckets, letter by letter. What is not in it stays out: owners are asked.\n"
        '# patch-baseline-snapshot = ""\n'
        '# aws-patch-manager = ""\n'
        '# aws-patchmanager-macos = ""\n'
        "# Launched in 2024 or later: there is no ec2messages. Nobody knows: services_unknown in its place.\n"
        'services_absent = ["ec2messages"]\n'
        'source = "botocore-partitions"\n'
        'evidence = "verified"\n'
    )


def announced_row(region: str, partition: str, name: str) -> str:
    """The row of a Region that is named and not more."""
    return (
        f"[{region}]\npartition = {_quoted(partition)}\nname = {_quoted(name)}\n"
        'source = "botocore-partitions"\nevidence = "verified"\n'
    )


def _quoted(text: str) -> str:
    """A TOML string, which no quote in the text ends."""
    return json.dumps(text, ensure_ascii=False)


class _Beside:
    def __init__(self, data: Botocore, catalog: Catalog, known: Mapping[str, Announced]) -> None:
        self._catalog, self._known, self._seen = catalog, known, f"botocore {data.version}"
        self._partitions, self._endpoints = data.partitions(), data.endpoints()
        self._differ = Differ(catalog.sources["botocore-partitions"], self._seen)
        self.listed = [id for id in catalog.services if any(self._in(part, id) for part in self._endpoints)]

    def _in(self, partition: str, service: str) -> dict[str, Any]:
        """The service's endpoints in a partition, by Region; {} where botocore has none."""
        services = self._endpoints.get(partition, {}).get("services", {})
        found: dict[str, Any] = services.get(service, {}).get("endpoints", {})
        return found

    def partitions(self) -> Iterator[Difference]:
        """Partitions that came or went, and DNS suffixes that changed."""
        theirs = {each["id"]: each["outputs"] for each in self._partitions}
        ours = self._catalog.partitions
        came = "add its row; the prefix of service names is in AWS CDK's list, or aws ec2 describe-vpc-endpoint-services"
        for id in sorted(theirs.keys() - ours.keys()):
            yield self._differ.came(f"partitions.toml {id}", "dns_suffix", theirs[id]["dnsSuffix"], came)
        for id in sorted(ours.keys() - theirs.keys()):
            yield self._differ.went(
                f"partitions.toml {id}", "dns_suffix", ours[id].dns_suffix, "ask why it is gone"
            )
        for id in sorted(ours.keys() & theirs.keys()):
            for key, mine, yours in (
                ("dns_suffix", ours[id].dns_suffix, theirs[id]["dnsSuffix"]),
                ("dual_stack_dns_suffix", ours[id].dual_stack_dns_suffix, theirs[id]["dualStackDnsSuffix"]),
            ):
                if mine != yours:
                    paste = f'paste into [{id}]: {key} = "{shown(yours)}"'
                    yield self._differ.differs(f"partitions.toml {id}", key, mine, yours, paste)

    def regions(self) -> Iterator[Difference]:
        """Regions that came or went, and announced ones for which services are listed now."""
        named = {
            region: (part["id"], about.get("description", region))
            for part in self._partitions
            for region, about in part["regions"].items()
            if not region.endswith(_GLOBAL)
        }
        listed = {
            region: (id, about.get("description", region))
            for id, part in self._endpoints.items()
            for region, about in part["regions"].items()
        }
        for region, (partition, name) in sorted({**named, **listed}.items()):
            ours = self._catalog.regions.get(region)
            if ours is not None and ours.partition.id != partition:
                todo = "a Region has moved to another partition: look at all of its names"
                where = f"regions.toml {region}"
                yield self._differ.differs(where, "partition", ours.partition.id, partition, todo)
            elif ours is None and region in listed:
                yield self._new(region, partition, name)
            elif ours is None and region not in self._known:
                row = announced_row(shown(region), shown(partition), shown(name))
                todo = f"add its row (make facts-check ARGS=--write does it):\n{row}"
                yield self._differ.came(f"announced.toml {region}", "name", name, todo)
        gone = "ask why it is gone before the row goes"
        for region in sorted(self._catalog.regions.keys() - named.keys() - listed.keys()):
            partition = self._catalog.regions[region].partition.id
            yield self._differ.went(f"regions.toml {region}", "partition", partition, gone)
        for region in sorted(self._known.keys() - named.keys() - listed.keys()):
            yield self._differ.went(f"announced.toml {region}", "name", self._known[region].name, gone)

    def _new(self, region: str, partition: str, name: str) -> Difference:
        here = [service for service in self.listed if region in self._in(partition, service)]
        was = f"announced.toml [{shown(region)}] goes, and " if region in self._known else ""
        todo = (
            f"{was}regions.toml gets a row; botocore lists {', '.join(here) or 'none of our services'} there. Verify the "
            "buckets on the page patch-buckets, the launch date, the price; the line in tests/blueprint/aws_table.py is "
            f"typed from the page as well:\n{template(shown(region), shown(partition), shown(name))}"
        )
        return self._differ.came(f"regions.toml {region}", "partition", partition, todo)

    def services(self) -> Iterator[Difference]:
        """Services that our rows offer in a Region for which botocore lists none, and the other way round; FIPS services of
        which no Region has an endpoint."""
        words = {True: "offered", False: "absent", None: "unknown"}
        for region in self._catalog.regions.values():
            for service in self.listed:
                here, ours = region.id in self._in(region.partition.id, service), region.has_service(service)
                if here == (ours is True) or (ours is None and not here):
                    continue
                key = "services_unknown" if ours is None else "services_absent"
                paste = f'paste into [{region.id}], if AWS\'s pages agree: services_absent = ["{service}"]'
                todo = f"{key} of [{region.id}]: take {service} out" if here else paste
                theirs = "listed" if here else "not listed"
                yield self._differ.differs(f"regions.toml {region.id}", service, words[ours], theirs, todo)
        for row in self._catalog.services.values():
            if row.fips and row.id in self.listed and not self._with_fips(row.id):
                todo = "topology.fips offers what no Region has"
                yield self._differ.went(f"services.toml {row.id}", "fips", row.fips, todo)

    def unlisted(self) -> Iterator[str]:
        """What botocore cannot tell."""
        missing = [id for id in self._catalog.services if id not in self.listed]
        if missing:
            yield f"{self._seen} lists no endpoints of {', '.join(missing)}: where those are, only AWS's pages say"

    def fips(self) -> Iterator[str]:
        """Where the services have FIPS endpoints of their API. Which *endpoint services* there are does not follow."""
        for service in self.listed:
            has, name = self._with_fips(service), self._catalog.services[service].fips
            told = f"services.toml has {name}" if name else "services.toml has no FIPS endpoint service of it"
            where = f"{len(has)} Regions" if len(has) > _LISTED else ", ".join(has) or "no Region"
            yield f"{service}: FIPS endpoints of the API in {where}; {told}"

    def _with_fips(self, service: str) -> list[str]:
        return sorted(
            region
            for partition in self._endpoints
            for region, about in self._in(partition, service).items()
            if region in self._catalog.regions and _has_fips(about)
        )


def _has_fips(about: Mapping[str, Any]) -> bool:
    return any(variant.get("tags") == ["fips"] for variant in about.get("variants", ()))


def _actions(data: Botocore, catalog: Catalog, facts: Path) -> Iterator[Difference]:
    """Operations that are no actions of ours yet, and actions whose operation is gone."""
    services = tomllib.loads((facts / "iam_services.toml").read_text(encoding="utf-8"))
    written = tomllib.loads((facts / "iam_actions.toml").read_text(encoding="utf-8"))
    differ = Differ(catalog.sources["botocore-operations"], f"botocore {data.version}")
    came = "if IAM's action has another name, say so in iam_services.toml; then `make lock` and `make facts-actions`"
    went = "IAM may have the action still: more_actions in iam_services.toml keeps it"
    for id, row in services.items():
        if "operations" not in row:
            continue
        theirs = data.operations(row["operations"]) - set(row.get("no_action", ()))
        theirs |= set(row["more_actions"])
        ours = set(written[id]["actions"])
        for name in sorted(theirs - ours):
            yield differ.came(f"iam_actions.toml {id}", "actions", name, came)
        for name in sorted(ours - theirs):
            yield differ.went(f"iam_actions.toml {id}", "actions", name, went)
