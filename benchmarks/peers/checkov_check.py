"""The rule for checkov: a Python check of each VPC, which finds its endpoints through one index of checkov's graph."""

from __future__ import annotations

import json
from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult  # type: ignore[import-not-found]
from checkov.terraform.checks.resource.base_resource_check import (  # type: ignore[import-not-found]
    BaseResourceCheck,
)

ID = "CKV_SSM_1"
INTERFACES = {f"com.amazonaws.eu-west-1.{name}" for name in ("ssm", "ssmmessages", "ec2messages", "ec2")}
GATEWAY = "com.amazonaws.eu-west-1.s3"
BUCKETS = {
    "arn:aws:s3:::aws-ssm-eu-west-1/*",
    "arn:aws:s3:::amazon-ssm-eu-west-1/*",
    "arn:aws:s3:::aws-windows-downloads-eu-west-1/*",
    "arn:aws:s3:::patch-baseline-snapshot-eu-west-1/*",
    "arn:aws:s3:::aws-patch-manager-eu-west-1-5522fb710/*",
    "arn:aws:s3:::eu-west-1-birdwatcher-prod/*",
}


class SsmEndpoints(BaseResourceCheck):  # type: ignore[misc]
    """Every VPC has the interface endpoints, with private DNS, and an S3 gateway that admits the buckets."""

    def __init__(self) -> None:
        super().__init__("SSM endpoints", ID, [CheckCategories.NETWORKING], ["aws_vpc"])
        self.indexed: Any = None
        self.served: dict[str, set[str]] = {}

    def scan_resource_conf(self, conf: dict[str, Any]) -> Any:
        if self.indexed is not self.graph:
            self.indexed, self.served = self.graph, _index(self.graph)
        found = self.served.get(conf["__address__"], set())
        return CheckResult.PASSED if found >= INTERFACES | {GATEWAY} else CheckResult.FAILED


def _index(graph: Any) -> dict[str, set[str]]:
    """The services that each VPC is served, by the VPC's address."""
    served: dict[str, set[str]] = {}
    for _, node in graph.nodes():
        if node.get("resource_type") != "aws_vpc_endpoint":
            continue
        service = node.get("service_name")
        if service in INTERFACES:
            good = node.get("private_dns_enabled") is True and node.get("vpc_endpoint_type") == "Interface"
        else:
            good = service == GATEWAY and _resources(node.get("policy")) >= BUCKETS
        if good:
            served.setdefault(str(node.get("vpc_id")).removesuffix(".id"), set()).add(service)
    return served


def _resources(policy: Any) -> set[str]:
    document = json.loads(policy) if isinstance(policy, str) else policy
    return {
        resource
        # checkov shows a list with one item as the item.
        for statement in _list(document["Statement"])
        if statement["Effect"] == "Allow" and _list(statement["Action"]) == ["s3:GetObject"]
        for resource in _list(statement["Resource"])
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


check = SsmEndpoints()
