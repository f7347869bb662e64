"""Endpoints and policies for tests: resources as `tests/support/flat.py` reads them."""

import json
from typing import Any

from tests.support.graph import JsonObject

OWN = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
PERIMETER = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890", "aws:ResourceOrgID": "o-1234567890"}}
VPC: JsonObject = {"Vpc": "net"}


def document(*statements: JsonObject, version: str | None = "2012-10-17") -> str:
    return json.dumps({**({"Version": version} if version else {}), "Statement": list(statements)})


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> JsonObject:
    return {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> JsonObject:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def interface(service: str, policy: str | None = None) -> JsonObject:
    made = {
        "VpcEndpoint": service,
        "vpcId": "${net}",
        "serviceName": f"com.amazonaws.eu-west-1.{service}",
        "vpcEndpointType": "Interface",
    }
    return made | ({} if policy is None else {"policy": policy})


def gateway(policy: str | None = None) -> JsonObject:
    made = {"VpcEndpoint": "s3", "vpcId": "${net}", "serviceName": "com.amazonaws.eu-west-1.s3"}
    return made | ({} if policy is None else {"policy": policy})


def detached(name: str, policy: str) -> JsonObject:
    return {"VpcEndpointPolicy": f"{name}-policy", "vpcEndpointId": f"${{{name}}}", "policy": policy}
