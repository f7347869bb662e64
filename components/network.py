"""The network that components build in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pulumi


class Network(Protocol):
    """Ids of the network to build in, known (`GivenNetwork`) or about to be (`PrivateNetwork`)."""

    @property
    def vpc_id(self) -> pulumi.Input[str]: ...

    @property
    def endpoint_subnet_ids(self) -> Sequence[pulumi.Input[str]]:
        """One subnet per zone, for the interface endpoints' network interfaces."""

    @property
    def route_table_ids(self) -> Sequence[pulumi.Input[str]]:
        """The route tables of the nodes' subnets, for the S3 gateway endpoint."""
