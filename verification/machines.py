"""Instances and managed prefix lists of the stack, and what of its judged resources AWS was not asked about."""

from __future__ import annotations

from collections.abc import Iterator

from policies import tokens
from verification.access import Access
from verification.answers import listed
from verification.state import Overlay, name_of

# One on its way out is gone, for whoever needs it.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html (read 2026-11-25)
_ENDED = ("shutting-down", "terminated")
# What the pack judges and no call here tells: the state's word is taken.
NOT_ASKED = (
    *(tokens.INTERNET_GATEWAY, tokens.VPN_GATEWAY, tokens.VPN_ROUTES),
    *(tokens.SPOT_INSTANCE, tokens.LAUNCH_TEMPLATE, tokens.LAUNCH_CONFIGURATION, tokens.AUTO_SCALING_GROUP),
    *(tokens.NETWORK_INTERFACE, tokens.NETWORK_INTERFACE_SECURITY_GROUP),
    *(tokens.SSM_ACTIVATION, tokens.SSM_DOCUMENT, tokens.SSM_PARAMETER, tokens.SSM_TASK),
)


def lay_over(overlay: Overlay, access: Access, region: str) -> None:
    """The instances and prefix lists of a Region. First of all: instances may have other security groups now."""
    _instances(overlay, access, region)
    _prefix_lists(overlay, access, region)


def unasked(overlay: Overlay) -> Iterator[str]:
    """A note for each type that is judged as the state says."""
    for type_ in NOT_ASKED:
        names = list(map(name_of, overlay.of(type_)))
        if names:
            yield f"not asked of AWS, and judged as the state says: {type_} ({', '.join(sorted(names))})"


def _instances(overlay: Overlay, access: Access, region: str) -> None:
    here = {str(each.get("id")): each for each in overlay.within(region, tokens.INSTANCE)}
    there = {
        each["InstanceId"]: each
        for found in listed(access, region, "DescribeInstances", "Reservations", "instance-id", here)
        for each in found.get("Instances") or []
        if (each.get("State") or {}).get("Name") not in _ENDED
    }
    for id, resource in here.items():
        if id not in there:
            overlay.is_gone(resource, f"instance {id}")
            continue
        if overlay.value(resource, "vpcSecurityGroupIds"):
            groups = sorted(each["GroupId"] for each in there[id].get("SecurityGroups") or [])
            overlay.put(resource, "vpcSecurityGroupIds", groups)
        said = overlay.text(resource, "iamInstanceProfile")
        now = str((there[id].get("IamInstanceProfile") or {}).get("Arn") or "").rpartition("/")[2]
        if said != now:
            overlay.put(resource, "iamInstanceProfile", now, blocks=bool(said))


def _prefix_lists(overlay: Overlay, access: Access, region: str) -> None:
    here = {str(each.get("id")): each for each in overlay.within(region, tokens.PREFIX_LIST)}
    lists = listed(access, region, "DescribeManagedPrefixLists", "PrefixLists", "prefix-list-id", here)
    there = {each["PrefixListId"] for each in lists}
    for id, resource in here.items():
        alone = overlay.pointing("prefixListId", id, tokens.PREFIX_LIST_ENTRY)
        if id not in there:
            overlay.is_gone(resource, f"prefix list {id} ({overlay.text(resource, 'name')})")
            for each in alone:
                overlay.leave_out(each)
            continue
        found = access.pages("ec2", region, "GetManagedPrefixListEntries", "Entries", PrefixListId=id)
        now = sorted(each["Cidr"] for each in found)
        said = overlay.value(resource, "entries")
        inline = {
            each["cidr"]
            for each in (said if isinstance(said, list) else [])
            if isinstance(each, dict) and isinstance(each.get("cidr"), str)
        }
        known = inline | {overlay.text(each, "cidr") for each in alone}
        for each in alone:
            if overlay.text(each, "cidr") in now:
                overlay.leave_out(each)
            else:
                overlay.is_gone(each, f"{overlay.text(each, 'cidr')} of prefix list {id}")
        for cidr in sorted(set(now) - known):
            overlay.differs(resource, "entries", "no such entry", cidr)
        for cidr in sorted(inline - set(now)):
            overlay.differs(resource, "entries", cidr, "no such entry")
        overlay.put(resource, "entries", [{"cidr": each} for each in now], told=False)
