"""What a stack file or an inventory may say to the aws provider and to the engine: a list, and all else is refused.

Whoever opens a pull request writes a stack file, and the provider does what it says as soon as it is configured, before
any policy is asked: it runs the command (`credential_process`) of a file that is named to it, and sends what it reads of
one file to an address that is named to it. So files, addresses and keys are said in the environment of the machine, which
no pull request writes. What a later provider knows more is refused until somebody has looked.

The provider's names: https://www.pulumi.com/registry/packages/aws/installation-configuration/. The environment's:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration and, of addresses,
https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html (all 2026-11-30).
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.documents import printable
from sandbox.loopback import is_loopback

ALLOWED: Final = (
    *("region", "stsRegion", "profile", "assumeRoles", "allowedAccountIds", "forbiddenAccountIds"),
    *("defaultTags", "ignoreTags", "maxRetries", "retryMode"),
    *("useFipsEndpoint", "useDualstackEndpoint", "s3UsePathStyle"),
    *("skipCredentialsValidation", "skipRequestingAccountId", "skipMetadataApiCheck", "skipRegionValidation"),
)
OF_ROLE: Final = (
    *("roleArn", "sessionName", "externalId", "duration", "tags", "transitiveTagKeys"),
    *("policy", "policyArns", "sourceIdentity"),
)
# The provider's other settings, and the variables that say the same; "" where there is none.
ELSEWHERE: Final[Mapping[str, str]] = {
    "sharedConfigFiles": "AWS_CONFIG_FILE",
    "sharedCredentialsFiles": "AWS_SHARED_CREDENTIALS_FILE",
    "assumeRoleWithWebIdentity": "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE",
    "endpoints": "AWS_ENDPOINT_URL_<SERVICE>",
    "accessKey": "AWS_ACCESS_KEY_ID",
    "secretKey": "AWS_SECRET_ACCESS_KEY",
    "token": "AWS_SESSION_TOKEN",
    "customCaBundle": "AWS_CA_BUNDLE",
    "httpProxy": "HTTP_PROXY",
    "httpsProxy": "HTTPS_PROXY",
    "noProxy": "NO_PROXY",
    "ec2MetadataServiceEndpoint": "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "ec2MetadataServiceEndpointMode": "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "s3UsEast1RegionalEndpoint": "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    "tagPolicyCompliance": "TF_AWS_TAG_POLICY_COMPLIANCE",
    "userAgents": "TF_APPEND_USER_AGENT",
    "insecure": "",
    "tokenBucketRateLimiterCapacity": "",
}
HIDDEN: Final = "(not shown)"
# No other value is shown: a key, a token or a password may stand in it.
_SHOWN: Final = (
    *("sharedConfigFiles", "sharedCredentialsFiles", "customCaBundle", "insecure", "noProxy"),
    *("ec2MetadataServiceEndpointMode", "s3UsEast1RegionalEndpoint", "tagPolicyCompliance"),
)
_LONGEST_VALUE: Final = 80
# The end of a host's name follows a Region: anything but this could make another host of it.
_REGION: Final = re.compile(r"[A-Za-z0-9-]{1,63}", re.ASCII)
# Of https://gocloud.dev/howto/secrets/ (2026-11-30) all but what names an address.
_OF_KEY_URL: Final = re.compile(
    r"region|profile|role|awssdk|dualstack|fips|context_\w+|algorithm|engine", re.ASCII
)
_MAPPINGS: Final = "is not a list of mappings, in plain text"


@dataclass(frozen=True)
class Refused:
    """One setting: its key as it is written, with the path; its value, or HIDDEN; where it belongs instead."""

    key: str
    value: str
    why: str
    fix: str
    nearest: str = ""

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{printable(self.key)}: {self.value}: {self.why}{hint}\n    fix: {self.fix}"


def of_stack(document: Mapping[str, Any]) -> list[Refused]:
    """What a stack file says and may not. `document`: its own keys, as data; under `config`, full key to value."""
    found = [
        *_environment(document.get("environment")),
        *_secrets_provider(document.get("secretsprovider")),
        *of_config(document.get("config") or {}),
    ]
    # Parts of a list last, or one without end would hide the others.
    return sorted(found, key=lambda each: "[" in each.key)


def of_config(config: Mapping[str, Any], *, sandbox: bool = True) -> Iterator[Refused]:
    """What a configuration says to the provider and may not. `sandbox`: it may be a sandbox stack's, which names addresses
    on loopback and has the sandbox's keys, so that nobody's own ever sign what goes there."""
    said = [(key, name, value) for key, value in config.items() if (name := setting(key)) is not None]
    values = {name: value for _, name, value in said}
    blocks = _mappings(values.get("endpoints")) or []
    urls = [url for block in blocks for url in block.values()]
    local = sandbox and bool(urls) and all(map(_is_local, urls))
    own_keys = values.get("accessKey") == values.get("secretKey") == "test"
    for key, name, value in said:
        if name in ("region", "stsRegion"):
            yield from _region(key, value)
        elif name == "assumeRoles":
            yield from _roles(key, value)
        elif name == "endpoints" and sandbox:
            if not local:
                yield from _endpoints(key, value)
            elif not own_keys:
                why = (
                    "stands beside aws:accessKey: test and aws:secretKey: test alone, or real keys would sign"
                )
                yield Refused(key, HIDDEN, why, f"put in both, as in Pulumi.dev.yaml, or {_fix(name)}")
        elif name not in ALLOWED and not (name in ("accessKey", "secretKey") and local and value == "test"):
            yield _other(key, name, value, sandbox=sandbox)


def setting(key: str) -> str | None:
    """What the provider calls a key of the configuration; None for a key of another namespace.

    Those are left alone: the engine hands them to providers that the program asks for, and this one asks for aws
    (https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/default_providers.go, 2026-11-30).
    """
    namespace, colon, name = key.partition(":")
    # An older spelling, which the engine still takes: aws:config:region.
    return name.removeprefix("config:") if colon and namespace == "aws" else None


def _other(key: str, name: str, value: object, *, sandbox: bool) -> Refused:
    known = [*ALLOWED, *ELSEWHERE]
    near = next(iter(difflib.get_close_matches(name[:_LONGEST_VALUE], known, n=1)), "")
    shown = _shown(value) if near in (*ALLOWED, *_SHOWN) and near != "assumeRoles" else HIDDEN
    if name in ELSEWHERE:
        why = "is for the machine's owner to say"
        if sandbox and name in ("accessKey", "secretKey"):
            why += ', or, in the sandbox, "test" beside aws:endpoints that are all on loopback'
        return Refused(key, shown, why, _fix(name))
    base = re.split(r"[.\[]", name, maxsplit=1)[0]
    if base != name and base in ALLOWED:
        return Refused(key, HIDDEN, "is a path, which nothing reads", f"nested YAML under aws:{base}")
    nearest = f"aws:{near}" if near in ALLOWED else ""
    return Refused(key, shown, "is not a setting that is known here", "one that is allowed, or none", nearest)


def _fix(name: str) -> str:
    where = ELSEWHERE[name]
    return f"{where} in the environment of the machine that runs this" if where else "leave it out"


def _region(key: str, value: object) -> Iterator[Refused]:
    if value is None or value == "" or (isinstance(value, str) and _REGION.fullmatch(value)):
        return
    shown = _shown(value) if isinstance(value, str) else HIDDEN
    yield Refused(
        key, shown, "is no Region's name: letters, digits and hyphens, in plain text", "eu-west-1, say"
    )


def _roles(key: str, value: object) -> Iterator[Refused]:
    roles = _mappings(value)
    if roles is None and value is not None:
        yield Refused(key, HIDDEN, _MAPPINGS, "- roleArn: <the role's ARN>, and what else a role has")
    for position, role in enumerate(roles or ()):
        for name in role:
            if name not in OF_ROLE:
                near = next(iter(difflib.get_close_matches(str(name)[:_LONGEST_VALUE], OF_ROLE, n=1)), "")
                fix = (
                    f"one of {', '.join(OF_ROLE)}; the file of a token is AWS_WEB_IDENTITY_TOKEN_FILE in the "
                    "environment of the machine that runs this"
                )
                yield Refused(f"{key}[{position}].{name}", HIDDEN, "is not a setting of a role", fix, near)


def _endpoints(key: str, value: object) -> Iterator[Refused]:
    """Why these are not the addresses of a sandbox."""
    blocks = _mappings(value)
    if not blocks or not any(blocks):
        fix = f"in the sandbox, as in Pulumi.dev.yaml; otherwise {_fix('endpoints')}"
        yield Refused(key, HIDDEN, f"{_MAPPINGS}, from a service to its address", fix)
    for position, block in enumerate(blocks or ()):
        for service, url in block.items():
            if not _is_local(url):
                shown = _shown(url) if isinstance(url, str) and "@" not in url else HIDDEN
                why = "is not on loopback, and only a stack of the sandbox names addresses"
                yield Refused(f"{key}[{position}].{service}", shown, why, _fix("endpoints"))


def _environment(value: object) -> Iterator[Refused]:
    """Written out, it sets variables of the run, and AWS_CONFIG_FILE is one
    (https://www.pulumi.com/docs/esc/concepts/outputs/, 2026-11-30). What a name does, its owner in Pulumi Cloud says."""
    if value is not None and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        why = "is not a list of names of Pulumi ESC environments, and may not be one that is written out here"
        yield Refused("environment", HIDDEN, why, "environment: [<project>/<environment>]")


def _secrets_provider(value: object) -> Iterator[Refused]:
    query = value.partition("?")[2] if isinstance(value, str) else ""
    names = [each.partition("=")[0] for each in re.split("[&;]", query) if each]
    if value is not None and not (isinstance(value, str) and all(map(_OF_KEY_URL.fullmatch, names))):
        why = "is not the URL of a key alone: it says more than its Region, profile, role and context"
        yield Refused(
            "secretsprovider",
            HIDDEN,
            why,
            "leave the rest out; an address is AWS_ENDPOINT_URL_KMS in the environment of the machine that runs this",
        )


def _is_local(url: object) -> bool:
    return isinstance(url, str) and is_loopback(url)


def _mappings(value: object) -> list[dict[Any, Any]] | None:
    """A list of mappings, which may be JSON text as `pulumi config set` writes it; None for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, list) and all(isinstance(each, dict) for each in value) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that is there twice, each reader takes another value."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _shown(value: object) -> str:
    """The value as short text of plain ASCII."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return HIDDEN
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."
