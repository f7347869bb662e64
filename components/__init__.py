"""ComponentResources. They build a plan and decide nothing."""

from components.private_network import PrivateNetwork
from components.ssm_endpoints import SsmEndpoints, SsmEndpointsArgs

__all__ = ["PrivateNetwork", "SsmEndpoints", "SsmEndpointsArgs"]
