"""A right configuration, and the means to make wrong ones of it."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from blueprint.settings import NAMESPACE, Problem, SettingsError, parse

Row = tuple[str, dict[str, Any], list[tuple[str, str, str]]]

ABSENT = object()
NODE = {
    "id": "subnet-0a1b2c3d4e5f60703",
    "cidr": "10.0.3.0/24",
    "availabilityZone": "eu-west-1c",
    "routeTableId": "rtb-0a1b2c3d4e5f60701",
}
RIGHT: dict[str, Any] = {
    "aws:region": "eu-west-1",
    "network": {
        "vpcId": "vpc-0a1b2c3d4e5f60718",
        "nodeSubnets": [
            {
                **NODE,
                "id": "subnet-0a1b2c3d4e5f60701",
                "cidr": "10.0.1.0/24",
                "availabilityZone": "eu-west-1a",
            },
            {
                **NODE,
                "id": "subnet-0a1b2c3d4e5f60702",
                "cidr": "10.0.2.0/24",
                "availabilityZone": "eu-west-1b",
            },
        ],
    },
}


def changed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The right configuration with these changes, under full keys."""
    config = copy.deepcopy(RIGHT)
    for path, value in changes.items():
        parts: list[Any] = [path[1:]] if path.startswith("=") else path.split(".")
        place: Any = config
        for part in parts[:-1]:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        last = int(parts[-1]) if isinstance(place, list) else parts[-1]
        place[last] = value
    region = config.pop("aws:region") if "=aws:region" not in changes else RIGHT["aws:region"]
    full = {f"{NAMESPACE}:{name}": present(value) for name, value in config.items() if value is not ABSENT}
    return full if region is ABSENT else {"aws:region": region, **full}


def present(value: Any) -> Any:
    """The value without what is ABSENT."""
    if isinstance(value, dict):
        return {key: present(item) for key, item in value.items() if item is not ABSENT}
    return [present(item) for item in value] if isinstance(value, list) else value


def problems(config: Mapping[str, Any], **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as caught:
        parse(config, stack_file="Pulumi.test.yaml", **options)
    # Whatever is in it, the report can be printed.
    str(caught.value).encode("utf-8")
    return caught.value.problems


def full(key: str) -> str:
    """The key as a problem has it; the rows leave the namespace out."""
    return key if key.startswith(("aws:", NAMESPACE)) else f"{NAMESPACE}:{key}"
