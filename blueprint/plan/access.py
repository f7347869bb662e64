"""The interface endpoints' policies: the owner's preset and statements, for everybody whose nodes use the endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from blueprint.catalog import Catalog, Region, Service
from blueprint.endpoint_documents import Access, Statement, interface_endpoint
from blueprint.problems import NAMESPACE, Problem
from blueprint.settings import Settings
from blueprint.statement_rules import check_length


def policies(
    services: Iterable[Service], settings: Settings, region: Region, catalog: Catalog
) -> dict[str, str]:
    """The policy of each interface endpoint, by service id, as JSON text."""
    given = settings.endpoint_policies
    accounts = [settings.account_id, *given.account_ids]
    accounts += [spoke.account_id for spoke in settings.topology.spokes]
    access = Access(
        preset=given.preset,
        account_ids=tuple(dict.fromkeys(account for account in accounts if account)),
        organization_id=given.organization_id,
        kms_keys=given.kms_keys,
        log_groups=given.log_groups,
        statements={
            service: tuple(
                Statement(
                    effect=each.effect,
                    actions=each.actions,
                    resources=each.resources,
                    principals=each.principals,
                    conditions=each.conditions,
                )
                for each in listed
            )
            for service, listed in given.statements.items()
        },
    )
    calls = catalog.agent_calls.values()
    return {
        service.id: interface_endpoint(service.id, region=region, access=access, agent_calls=calls)
        for service in services
    }


def too_long(found: Mapping[str, str]) -> Iterator[Problem]:
    """Policies that are longer than AWS takes."""
    for problem in check_length(found):
        (service,) = problem.loc
        yield Problem(
            key=f"{NAMESPACE}:endpointPolicies.statements.{service}",
            value="(preset and statements)",
            message=problem.message,
        )
