"""Which endpoint services a stack needs: said once, for the settings' rules and for the plan. (The policy pack decides for
itself.)"""

from __future__ import annotations

from collections.abc import Collection

from blueprint.catalog import Catalog, Region, Service, agent_version


def services(
    catalog: Catalog, region: Region, features: Collection[str], oldest_agent: str
) -> tuple[Service, ...]:
    """In the order of the facts. `features` are those that are on; `oldest_agent` is "" where nobody said it, so older than
    all."""

    def is_needed(service: Service) -> bool:
        retired = service.not_needed_from_agent
        if retired and oldest_agent and agent_version(oldest_agent) >= agent_version(retired):
            return False
        return region.has_service(service.id) is not False and set(service.features) <= set(features)

    return tuple(service for service in catalog.services.values() if is_needed(service))
