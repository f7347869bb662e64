"""The functions the stand-in knows. Importing the modules that have them fills the table."""

from sandbox.aws_plugin import functions_account, functions_dns, functions_endpoint, functions_network
from sandbox.aws_plugin.lookups import FUNCTIONS, call

MODULES = (functions_account, functions_dns, functions_endpoint, functions_network)
__all__ = ["FUNCTIONS", "MODULES", "call"]
