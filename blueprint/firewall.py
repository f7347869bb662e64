"""The host names that a firewall in front of hybrid nodes has to let through on 443, one by one.

What calls S3 by which name:

- SSM Agent updates itself path-style: https://s3.<Region>.amazonaws.com/amazon-ssm-<Region>/..., in China with .com.cn
  (https://github.com/aws/amazon-ssm-agent: agent/updateutil/updateconstants/constants.go, core/app/selfupdate/constants.go).
- It fetches documents' and packages' files, writes output, and asks where a bucket is, virtual-hosted:
  https://<bucket>.s3.<Region>.amazonaws.com (agent/s3util/crossregion.go, agent/fileutil/artifact/artifact.go: the SDK's
  own way; both at commit 1c217c89, read 2026-11-25). For the last it also tries s3.amazonaws.com, and does without.
- AWS-RunPatchBaseline's script for Linux fetches its modules path-style: in partition aws from
  s3.dualstack.<Region>.amazonaws.com whatever the agent is set to, in GovCloud from s3-fips-<Region>.amazonaws.com, in China
  from s3.<Region>.amazonaws.com.cn (https://github.com/tekumara/aws-ssm-patch-manager, PatchLinux.sh, a published copy of
  the document with modules 1.80 at commit 0e735e4f, read 2026-11-25). That copy is years old, and fetched from S3 Transfer
  Acceleration in Regions that were new then; that today's document does in all Regions of aws as it did in the older
  ones is inferred.
"""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.catalog import Region
from blueprint.forwarders import is_domain


def firewall_hosts(
    region: Region, services: Iterable[str], buckets: Iterable[str], *, dual_stack: bool
) -> tuple[str, ...]:
    """Exact host names in alphabetical order: those of the interface services, of S3 and of each bucket.

    Args: `services` are short ids of interface endpoint services ("ssm"), `buckets` names of buckets. `dual_stack` adds the
    dual-stack names to the others, which parts of the agent and of its documents keep on calling.
    Raises: ValueError for a name with which there would be no host name, such as one with a wildcard.
    """
    suffix = region.partition.dns_suffix
    buckets = tuple(buckets)
    services = tuple(services)
    hosts = {region.dns_name(service) for service in services}
    s3 = f"s3.{region.id}.{suffix}"
    hosts |= {s3, *(f"{bucket}.{s3}" for bucket in buckets)}
    s3_dual_stack = f"s3.dualstack.{region.id}.{suffix}"
    if region.partition.id == "aws":
        hosts.add(s3_dual_stack)
    if region.partition.id == "aws-us-gov":
        hosts.add(f"s3-fips-{region.id}.{suffix}")
    if dual_stack:
        hosts |= {f"{service}.{region.id}.{region.partition.dual_stack_dns_suffix}" for service in services}
        hosts |= {s3_dual_stack, *(f"{bucket}.{s3_dual_stack}" for bucket in buckets)}
    for host in hosts:
        if not is_domain(host):
            raise ValueError(f"{host!r} is not a host name")
    return tuple(sorted(hosts))
