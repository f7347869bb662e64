"""What AWS's IAM is asked because of one call of an API: actions, ARNs, and what is known of the context.

By AWS's Service Authorization Reference (tests/fixtures/iam/service-authorization.json): an action is about the kinds of
things that it lists there, with the ids that stand in the call; `*` in place of an id that the call is about to make.
What else a caller has to be allowed for one call stands below, each with its source. Of the context only what a document
of ours compares is known: a condition on anything else decides nothing, and so allows nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.session

from tests.support.aws_proxy import Call
from tests.support.iam_zones import zone_context

_FILE = Path(__file__).parents[1] / "fixtures" / "iam" / "service-authorization.json"
AWS_SAYS: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))["actions"]
_IDS = {
    "vpc": "vpc",
    "subnet": "subnet",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "vpce": "vpc-endpoint",
    "eni": "network-interface",
    "pl": "prefix-list",
}
_ID = re.compile(rf"({'|'.join(_IDS)})-[0-9a-f]+")
_MADE = {
    "CreateVpc": "vpc",
    "CreateSubnet": "subnet",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateVpcEndpoint": "vpc-endpoint",
    "CreateNetworkInterface": "network-interface",
}
# S3 has no names of operations on the wire.
_S3_OBJECT = {
    "GET": "s3:GetObject",
    "HEAD": "s3:GetObject",
    "PUT": "s3:PutObject",
    "DELETE": "s3:DeleteObject",
}
# Global services are served from one Region.
_GLOBAL = {"iam": "us-east-1", "route53": "us-east-1"}


@dataclass(frozen=True)
class Asked:
    """One question to IAM. `context`: condition keys in small letters."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]


def asked(call: Call, account: str, partition: str = "aws", kms_key: str = "") -> list[Asked]:
    """Everything that has to be allowed. `account`: the caller's. `kms_key`: the one that encrypted, which AWS sees in the
    ciphertext. Raises: ValueError for a call that nothing here can read."""
    region = _GLOBAL.get(call.service, call.region)
    place = _Place(partition, region, account, {"aws:requestedregion": (region,)})
    match call.service:
        case "ec2":
            return list(_ec2(call, place))
        case "iam":
            return list(_iam(call, place))
        case "sts":
            form = _form(call)
            return [place.asked(f"sts:{call.operation}", (form.get("RoleArn") or ["*"])[0])]
        case "route53":
            return list(_route53(call, place))
        case "route53resolver" | "servicequotas" | "kms":
            return list(_json(call, place, kms_key))
        case "s3":
            return list(_s3(call, place))
    raise ValueError(f"no service is known for {call}")


@dataclass(frozen=True)
class _Place:
    partition: str
    region: str
    account: str
    context: Mapping[str, tuple[str, ...]]

    def asked(self, action: str, resource: str, **context: str | tuple[str, ...]) -> Asked:
        """`context`: keys with _ for the colon; no value at all: the key is surely not in the request."""
        more = {
            key.replace("_", ":"): (value,) if isinstance(value, str) else value
            for key, value in context.items()
        }
        return Asked(action, resource, {**self.context, **more})

    def arn(self, service: str, rest: str, *, account: str | None = None) -> str:
        owner = self.account if account is None else account
        return f"arn:{self.partition}:{service}:{self.region}:{owner}:{rest}"

    def iam(self, rest: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:{rest}"


def _form(call: Call) -> dict[str, list[str]]:
    return parse_qs(call.body.decode("utf-8"))


def _ec2(call: Call, place: _Place) -> Iterator[Asked]:
    form, action = _form(call), f"ec2:{call.operation}"
    says = AWS_SAYS.get(action) or {"resources": {}, "narrowable": False}
    named: dict[str, set[str]] = {}
    for values in form.values():
        for value in values:
            if found := _ID.fullmatch(value):
                named.setdefault(_IDS[found[1]], set()).add(value)
    tagged = {
        values[0]
        for key, values in form.items()
        if key.startswith("TagSpecification") and key.endswith("ResourceType")
    }
    if made := _MADE.get(call.operation):
        named[made] = {"*"}
    if "security-group-rule" in tagged and call.operation.startswith("AuthorizeSecurityGroup"):
        named["security-group-rule"] = {"*"}
    about = [_of_ec2(place, kind, id) for kind in says["resources"] for id in sorted(named.get(kind, ()))]
    if not about:
        # Of something that another call named, such as an association: whichever it is.
        about = [_of_ec2(place, kind, "unknown") for kind in says["resources"]] or ["*"]
    for arn in about:
        named_service = action == "ec2:CreateVpcEndpoint" and ":vpc-endpoint/" in arn
        context = {"ec2_vpceservicename": tuple(form.get("ServiceName", ()))} if named_service else {}
        yield place.asked(action, arn, **context)
    # "If tags are specified in the resource-creating action, Amazon performs additional authorization on the ec2:CreateTags
    # action" (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html, read 2026-11-30).
    for kind in sorted(tagged):
        yield place.asked("ec2:CreateTags", _of_ec2(place, kind, "*"), ec2_createaction=call.operation)


def _of_ec2(place: _Place, kind: str, id: str) -> str:
    # S3's prefix list is AWS's own, in its ARN too: permissions/actions.py.
    owner = "aws" if kind == "prefix-list" else None
    return place.arn("ec2", f"{kind}/{id}", account=owner)


def _iam(call: Call, place: _Place) -> Iterator[Asked]:
    form, action = _form(call), f"iam:{call.operation}"
    kinds = AWS_SAYS[action]["resources"]
    role, profile, policy = (
        (form.get(key) or [""])[0] for key in ("RoleName", "InstanceProfileName", "PolicyArn")
    )
    arns = {
        "role": place.iam(f"role/{role}"),
        "instance-profile": place.iam(f"instance-profile/{profile}"),
        "policy": policy,
    }
    context: dict[str, str | tuple[str, ...]] = {"iam_policyarn": policy} if policy else {}
    if call.operation in ("CreateRole", "PutRolePermissionsBoundary"):
        # The one that the role gets; of other calls the one that it has, which tests/support/iam_roles.py knows.
        context["iam_permissionsboundary"] = tuple(form.get("PermissionsBoundary", ()))
    for arn in [arns[kind] for kind in kinds] or ["*"]:
        yield place.asked(action, arn, **context)
    # With tags, creating needs the permission to tag, too
    # (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, read 2026-11-30).
    if call.operation.startswith("Create") and any(key.startswith("Tags.") for key in form):
        kind = "role" if call.operation == "CreateRole" else "instance-profile"
        yield place.asked("iam:TagRole" if kind == "role" else "iam:TagInstanceProfile", arns[kind])
    # https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html (read 2026-11-30)
    if call.operation == "AddRoleToInstanceProfile":
        yield place.asked("iam:PassRole", arns["role"])


@lru_cache(maxsize=1)
def _paths() -> list[tuple[str, re.Pattern[str], str]]:
    """Route 53's operations: method, path, name."""
    model = botocore.session.get_session().get_service_model("route53")
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = re.sub(r"\{\w+\+?\}", "([^/]+)", http["requestUri"].partition("?")[0].rstrip("/"))
        found.append((http["method"], re.compile(path), name))
    return found


def _route53(call: Call, place: _Place) -> Iterator[Asked]:
    path = call.path.partition("?")[0].rstrip("/")
    operation, ids = next(
        (name, found.groups())
        for method, pattern, name in _paths()
        if method == call.method and (found := pattern.fullmatch(path))
    )
    action = f"route53:{operation}"
    kind = "change" if operation == "GetChange" else "hostedzone"
    narrow = AWS_SAYS[action]["narrowable"]
    about = f"arn:{place.partition}:route53:::{kind}/{unquote(ids[-1])}" if narrow and ids else "*"
    yield place.asked(action, about, **zone_context(operation, call.body))
    # Private hosted zones take the right to look at VPCs as well
    # (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/r53-api-permissions-ref.html, read 2026-11-30).
    place_of_vpc = re.search(r"<VPCRegion>([a-z0-9-]+)</VPCRegion>", call.body.decode("utf-8", "replace"))
    if place_of_vpc and operation in ("CreateHostedZone", "AssociateVPCWithHostedZone"):
        yield Asked("ec2:DescribeVpcs", "*", {"aws:requestedregion": (place_of_vpc[1],)})


def _json(call: Call, place: _Place, kms_key: str) -> Iterator[Asked]:
    said: dict[str, Any] = json.loads(call.body or b"{}")
    action = f"{call.service}:{call.operation}"
    if call.service == "servicequotas":
        yield place.asked(action, place.arn(call.service, f"{said['ServiceCode']}/{said['QuotaCode']}"))
        return
    if call.service == "kms":
        key = str(said.get("KeyId") or kms_key)
        yield place.asked(action, key if key.startswith("arn:") else place.arn("kms", f"key/{key}"))
        return
    endpoint = place.arn(call.service, f"resolver-endpoint/{said.get('ResolverEndpointId', '*')}")
    yield place.asked(action, str(said.get("ResourceArn") or endpoint))
    if call.operation == "CreateResolverEndpoint":
        if said.get("Tags"):
            yield place.asked("route53resolver:TagResource", endpoint)
        # As AWS's managed policy AmazonRoute53ResolverFullAccess has it: permissions/actions.py.
        ids = {*said["SecurityGroupIds"], *(each["SubnetId"] for each in said["IpAddresses"])}
        for id in sorted(ids):
            yield place.asked("ec2:CreateNetworkInterface", _of_ec2(place, _IDS[id.partition("-")[0]], id))
        yield place.asked("ec2:CreateNetworkInterface", _of_ec2(place, "network-interface", "*"))


def _s3(call: Call, place: _Place) -> Iterator[Asked]:
    path, _, query = call.path.partition("?")
    bucket, _, key = unquote(path).strip("/").partition("/")
    arn = f"arn:{place.partition}:s3:::{bucket}"
    if not key:
        if call.method not in ("GET", "HEAD") or "location" in parse_qs(query, keep_blank_values=True):
            raise ValueError(f"no action is known for {call.method} {call.path}")
        # HeadBucket and ListObjects are both s3:ListBucket
        # (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html, read 2026-11-30).
        yield place.asked("s3:ListBucket", arn)
        return
    yield place.asked(_S3_OBJECT[call.method], f"{arn}/{key}")
    if source := call.headers.get("x-amz-copy-source"):
        yield place.asked("s3:GetObject", f"arn:{place.partition}:s3:::{unquote(source).lstrip('/')}")
