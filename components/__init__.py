"""ComponentResources. They build a plan and decide nothing."""

from components.hosted_zones import HubZones, SpokeZones
from components.inbound_resolver import InboundResolver
from components.managed_nodes import ManagedNodes
from components.preflight import build_unless_refused
from components.private_network import PrivateNetwork
from components.ssm_endpoints import SsmEndpoints, SsmEndpointsArgs
from components.stack import build

__all__ = [
    "HubZones",
    "InboundResolver",
    "ManagedNodes",
    "PrivateNetwork",
    "SpokeZones",
    "SsmEndpoints",
    "SsmEndpointsArgs",
    "build",
    "build_unless_refused",
]
