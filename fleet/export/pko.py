"""The fleet as resources of the Pulumi Kubernetes Operator, version 2: what `kubectl apply -f -` takes.

For every stack of the fleet, in the order of the waves: a ConfigMap with the policy pack's configuration, a `Stack` that
only previews, and the `Stack` that brings it up once that preview and all stacks of the wave before have ended well.

The policy pack: the operator's resources have no field for one, and its agent passes none on ("TODO:PolicyPack" in
https://github.com/pulumi/pulumi-kubernetes-operator/blob/475dbc6c9d34ccab38ba1d3b16c924dd8a1c59b1/agent/pkg/server/server.go;
https://github.com/pulumi/pulumi-kubernetes-operator/issues/366 is open; both 2026-11-30). So the engine gets it as it gets
any option, from the environment (https://github.com/pulumi/docs/pull/16595, engine 3.208.0 and later, 2026-11-30). That
alone would not do: the operator's updates come from the Automation API, which says --skip-preview
(https://github.com/pulumi/pulumi/blob/sdk/v3.190.0/sdk/go/auto/stack.go, 2026-11-30). Policies about what is missing judge
previews alone, and the others would stop an update half-way. A policy group of Pulumi Cloud has the same gap. Hence the
`Stack` that previews: where the pack blocks, it fails, and what has it as a prerequisite is not begun.

How values go: as they are. `spec.config` takes objects, lists, numbers and booleans from operator 2.3.0 and engine 3.202.0
on (examples/structured-config/README.md at the commit above); each replaces all that its key held.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from fleet.content import ROOT
from fleet.export.documents import text
from fleet.settings import Fleet
from fleet.shapes import WAVES, Stack
from sandbox.bootstrap.engine import read_pin
from tools.policy_config import of_policies
from tools.stack_file import PROJECT_FILE, file_name

__all__ = ["RESYNC_SECONDS", "ExportError", "documents", "text"]

# Once a day; below 60 the operator takes 60 (StackSpec.ResyncFrequencySeconds at the commit above).
RESYNC_SECONDS = 86_400
# "Stack name must be no more than 42 characters in length": the resource's own rule, which is no part of its schema's types.
_NAME_CHARACTERS = 42
_PREVIEW = "-preview"
_HASH_CHARACTERS = 8
_PACK_CONFIG = "policies.json"
_MOUNTED = "/etc/ssm-endpoints"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# What a pod can clone: https://host/..., ssh://git@host/..., git@host:...; no password, and no other machine's folder.
_REPOSITORY = re.compile(r"https://[^\s/@]+/\S+|ssh://([^\s/@:]+@)?[^\s/@]+/\S+|[\w.-]+@[\w.-]+:\S+")


class ExportError(Exception):
    """The fleet cannot go where it was asked to; the text says why and how to go on."""


def documents(
    stacks: Sequence[Stack],
    fleet: Fleet,
    *,
    repository: str,
    commit: str,
    namespace: str,
    root: Path = ROOT,
) -> list[dict[str, Any]]:
    """The resources, in the order in which they have to be applied. `root` is a clone of `repository` at `commit`.

    Raises: ExportError.
    """
    _check(fleet, repository, commit, namespace)
    names = _names(stacks)
    common: dict[str, Any] = {
        "backend": fleet.backend.url,
        "projectRepo": repository,
        "commit": commit,
    }
    found: list[dict[str, Any]] = []
    before: list[str] = []
    for wave in WAVES:
        due = [stack for stack in stacks if stack.wave == wave]
        for stack in due:
            found += _of_stack(stack, fleet, names[stack.name], namespace, common, before, root)
        # A wave without stacks holds nobody up, and lets nobody pass either.
        before = [names[stack.name] for stack in due] or before
    return found


def _of_stack(
    stack: Stack,
    fleet: Fleet,
    name: str,
    namespace: str,
    common: dict[str, Any],
    before: Sequence[str],
    root: Path,
) -> list[dict[str, Any]]:
    policies = json.dumps(of_policies(stack.requirements), sort_keys=True)
    # The content's hash is in the name: another configuration makes another Stack of it, which is previewed anew.
    configured = f"{name}-{_hash(policies)}"
    shared = {
        "stack": stack.name,
        **common,
        "secretsProvider": stack.secrets_provider,
        "config": _config(stack, root),
        "envRefs": _environment(fleet, stack),
        "serviceAccountName": _service_account(fleet, stack),
        "workspaceTemplate": _workspace(configured),
        # Else a pod of every stack stays for good.
        "workspaceReclaimPolicy": "Delete",
    }
    # Each by itself: a dictionary in two documents would be an alias in YAML.
    preview, up = json.loads(json.dumps([shared, shared]))
    preview["preview"] = True
    up |= {
        # AWS against the state first, once a day even if nothing was said anew: what drifted is put back.
        "refresh": True,
        "continueResyncOnCommitMatch": True,
        "resyncFrequencySeconds": RESYNC_SECONDS,
        "prerequisites": [{"name": each} for each in (name + _PREVIEW, *before)],
    }
    labels = {
        "app.kubernetes.io/part-of": fleet.name,
        "ssm-endpoints/account": stack.account,
        "ssm-endpoints/region": stack.region,
        "ssm-endpoints/wave": stack.wave,
    }

    def resource(version: str, kind: str, called: str, **rest: Any) -> dict[str, Any]:
        metadata = {"name": called, "namespace": namespace, "labels": dict(labels)}
        return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}

    return [
        resource("v1", "ConfigMap", configured, data={_PACK_CONFIG: policies}),
        resource("pulumi.com/v1", "Stack", name + _PREVIEW, spec=preview),
        resource("pulumi.com/v1", "Stack", name, spec=up),
    ]


def _environment(fleet: Fleet, stack: Stack) -> dict[str, Any]:
    """The engine's environment: the pack as an option of the engine, and secrets by name, from the fleet's Secret."""
    options = {"POLICY_PACK": "policies", "POLICY_PACK_CONFIG": f"{_MOUNTED}/{_PACK_CONFIG}"}
    found: dict[str, Any] = {
        f"PULUMI_OPTION_{option}": {"type": "Literal", "literal": {"value": value}}
        for option, value in options.items()
    }
    secrets = {}
    if stack.secrets_provider == "passphrase":
        secrets["PULUMI_CONFIG_PASSPHRASE"] = "passphrase"  # noqa: S105 - the key's name in the Secret
    if fleet.backend.url.startswith(("https://", "http://")):
        secrets["PULUMI_ACCESS_TOKEN"] = "accessToken"  # noqa: S105 - the key's name in the Secret
    for name, key in secrets.items():
        found[name] = {"type": "Secret", "secret": {"name": f"pulumi-{fleet.name}", "key": key}}
    return found


def _service_account(fleet: Fleet, stack: Stack) -> str:
    """One for all that assume a role; where the pod's own credentials have to be the account's, one for the account."""
    return f"pulumi-{fleet.name}" if stack.role_arn else f"pulumi-{fleet.name}-{stack.account}"


def _workspace(configured: str) -> dict[str, Any]:
    """The pod: the engine that the project is tested with, and the pack's configuration as a file."""
    mount = {"name": "policies", "mountPath": _MOUNTED, "readOnly": True}
    pod = {
        "containers": [{"name": "pulumi", "volumeMounts": [mount]}],
        "volumes": [{"name": "policies", "configMap": {"name": configured}}],
    }
    image = f"pulumi/pulumi:{read_pin().version}-nonroot"
    return {"spec": {"image": image, "podTemplate": {"spec": pod}}}


def _config(stack: Stack, root: Path) -> dict[str, Any]:
    """What the operator has to set so that the stack's configuration is the inventory's.

    It sets keys one by one in the clone's own stack file, if there is one of that name, and leaves that file's other keys as
    they are. Those get the value that says nothing, which Pulumi.yaml declares for each of the program's.
    """
    config = json.loads(json.dumps(dict(stack.config)))
    file = root / file_name(stack.name)
    if not file.is_file():
        return dict(config)
    said = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    declared = yaml.safe_load((root / PROJECT_FILE).read_text(encoding="utf-8"))["config"]
    foreign = sorted(set(said) - {"config"})
    for key in said.get("config") or {}:
        if key not in config and key in declared:
            config[key] = declared[key]["value"]
        elif key not in config:
            foreign.append(key)
    if foreign:
        raise ExportError(
            f"{file.name} of the repository says {', '.join(foreign)}, and the operator would add that to what "
            f"the inventory says of {stack.name}\n"
            "  fix: delete that file in the commit, or name the account or VPC differently"
        )
    return dict(config)


def _names(stacks: Sequence[Stack]) -> dict[str, str]:
    """Each stack's name as a resource's: short enough for the rule of 42 with what is appended, and a service's name."""
    longest = _NAME_CHARACTERS - len(_PREVIEW)
    found: dict[str, str] = {}
    for stack in stacks:
        # The workspace's service is called after it, and those begin with a letter:
        # https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names (2026-11-30).
        name = stack.name if stack.name[0].isalpha() else f"s-{stack.name}"
        if len(name) > longest:
            kept = name[: longest - _HASH_CHARACTERS - 1].rstrip("-")
            name = f"{kept}-{_hash(stack.name)}"
        found[stack.name] = name
    taken = [each + end for each in found.values() for end in ("", _PREVIEW)]
    if twice := sorted({name for name in taken if taken.count(name) > 1}):
        raise ExportError(
            f"two resources would be called {', '.join(twice)}\n  fix: name one of the accounts or VPCs differently"
        )
    return found


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:_HASH_CHARACTERS]


def _check(fleet: Fleet, repository: str, commit: str, namespace: str) -> None:
    """Raises: ExportError for what no pod could make anything of."""
    if fleet.backend.url.startswith("file://"):
        raise ExportError(
            "backend.url is a folder of this machine, and a pod that ends takes its own with it\n"
            "  fix: a backend that all runners reach, such as s3://bucket"
        )
    if not _REPOSITORY.fullmatch(repository):
        raise ExportError(
            "--repository is not a URL that a pod can clone, or holds credentials\n"
            "  fix: https://host/owner/name; credentials go into a Secret, see docs/how-to/fleet-elsewhere.md"
        )
    if not _COMMIT.fullmatch(commit):
        raise ExportError("--commit is not a full commit\n  fix: --commit $(git rev-parse HEAD)")
    if not _LABEL.fullmatch(namespace):
        raise ExportError(
            "--namespace is not a namespace's name\n  fix: small letters, digits and hyphens, at most 63"
        )
