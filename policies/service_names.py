"""Which endpoint service a name means."""

from __future__ import annotations

from functools import cache

from blueprint.catalog import load


def service_meant(name: str) -> str | None:
    """The service that a name means to be, however wrong its Region or prefix; None if it is none of ours.

    Whole labels only: `ssm` is not `ssmmessages`, and a partner's or an own endpoint service is left alone.
    """
    *prefix, last = name.split(".")
    ours = name.startswith(_prefixes()) or "amazonaws" in prefix
    return last if last in load().services and ours else None


@cache
def _prefixes() -> tuple[str, ...]:
    """What AWS's service names begin with in some Region: "com.amazonaws.", "cn.com.amazonaws.", ..."""
    names = (
        region.service_name(service) for region in load().regions.values() for service in load().services
    )
    return tuple(sorted({name.rsplit(".", 2)[0] + "." for name in names}))


def is_s3_interface(name: str, region: str, type_: object) -> bool:
    """S3 also has interface endpoints, which nodes do not need and which some partitions name differently."""
    return type_ == "Interface" and name.endswith(f".{region}.s3")
