"""Copies of stack files: what is in git is read and never written.

A copy is edited as YAML nodes, not as Python values: every setting that is not about the sandbox reaches
Pulumi with the very text that its owner wrote.
"""

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from yaml.representer import SafeRepresenter

from sandbox import documents, duplicates, provider_settings
from sandbox.layout import DEFAULT_PORT, PROJECT_FILE, SERVICES, Layout, SandboxError, endpoint
from sandbox.moto import write

# Provider settings that mean the same in the sandbox. All others (profile, roles, accounts, proxies) lead
# to a real account or refuse the sandbox's made-up one.
KEPT_PROVIDER_KEYS = frozenset({"aws:region", "aws:defaultTags", "aws:ignoreTags"})
SKIPPED_CHECKS = ("CredentialsValidation", "RequestingAccountId", "MetadataApiCheck", "RegionValidation")
# Ids of a real stack are in no sandbox: asked, its AWS would know none of them.
PREFLIGHT = "ssm-vpc-endpoints:preflight"
# How Pulumi encrypts secrets and where it fetches settings from: none of it holds in the sandbox.
OWN_BACKEND_KEYS = frozenset({"secretsprovider", "encryptedkey", "encryptionsalt", "environment"})
# Of keys that are set twice, or refused, so many are told.
_MOST_TOLD = 20
_TEXT = "tag:yaml.org,2002:str"


def read(layout: Layout, stack: str) -> yaml.MappingNode:
    """The stack's file as YAML nodes, and nothing in it that a pull request may not say: see provider_settings.

    Unknown stacks, broken files and what is refused are a message, not a traceback.
    """
    file = layout.stack_file(stack)
    if not file.exists():
        known = layout.stacks()
        near = difflib.get_close_matches(stack, known, n=1)
        hint = f"did you mean {near[0]}? Otherwise " if near else ""
        raise SandboxError(
            f"stack {stack!r}: there is no {file.name} in {layout.repository}\n"
            f"  there are: {', '.join(known) or 'none'}\n"
            f"  fix: {hint}copy the nearest of these files to {file.name} and put in your settings"
        )
    node = _composed(file)
    if not isinstance(node, yaml.MappingNode):
        raise SandboxError(
            f"{file.name}: a stack file is a mapping with the key `config:`\n  fix: see Pulumi.dev.yaml"
        )
    config = lookup(node, "config")
    if config is not None and not isinstance(config, yaml.MappingNode):
        raise SandboxError(f"{file.name}: `config:` has to be a mapping\n  fix: see Pulumi.dev.yaml")
    for key, _ in (*node.value, *(config.value if config is not None else ())):
        # A merge (`<<`) and other alphabets (`!!binary`) make keys of Pulumi's reader that are not seen here.
        if not isinstance(key, yaml.ScalarNode) or key.tag != _TEXT or key.value == "<<":
            raise SandboxError(
                f"{file.name}: line {key.start_mark.line + 1} has a key that is not text\n  fix: see Pulumi.dev.yaml"
            )
    project = _composed(layout.repository / PROJECT_FILE)
    for name, document in ((PROJECT_FILE, project), (file.name, node)):
        where = document if isinstance(document, yaml.MappingNode) else yaml.MappingNode("", [])
        twice = duplicates.find(where, lookup(where, "config"), project_name(layout))
        if twice:
            told = "\n".join(f"  - {documents.printable(sentence)}" for sentence in twice[:_MOST_TOLD])
            raise SandboxError(
                f"{name}: only one of these would count, and which one is not certain:\n{told}\n"
                f"  fix: keep one of the lines"
            )
    _refuse(file, node, config)
    return node


def _refuse(file: Path, node: yaml.MappingNode, config: yaml.Node | None) -> None:
    """Raises: SandboxError, with all that the file says and may not."""

    def said(mapping: yaml.Node | None, wanted: Callable[[str], object]) -> dict[str, Any]:
        pairs = mapping.value if isinstance(mapping, yaml.MappingNode) else ()
        return {key.value: documents.data(value) for key, value in pairs if wanted(key.value)}

    try:
        own = said(node, ("environment", "secretsprovider").__contains__)
        settings = said(config, lambda key: provider_settings.setting(key) is not None)
    except documents.DocumentError as error:
        raise SandboxError(
            f"{file.name}: {error}\n  fix: correct it; Pulumi.dev.yaml is a right one"
        ) from None
    found = provider_settings.of_stack({**own, "config": settings})
    if found:
        more = f"\n  ... and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
        count = "1 setting" if len(found) == 1 else f"{len(found)} settings"
        raise SandboxError(
            f"{file.name}: {count} that no stack file may have, for a pull request writes it and the provider obeys "
            f"before any policy is asked:\n"
            + "\n".join(f"  - {each}" for each in found[:_MOST_TOLD])
            + f"{more}\n  allowed under aws: {', '.join(provider_settings.ALLOWED)}"
        )


def _composed(file: Path) -> yaml.Node | None:
    """A file as nodes. Raises: SandboxError."""
    try:
        return documents.compose(file.read_text(encoding="utf-8"))
    except documents.DocumentError as error:
        raise SandboxError(
            f"{file.name}: {error}\n  fix: correct that line; Pulumi.dev.yaml is a right one"
        ) from None
    except UnicodeDecodeError:
        raise SandboxError(f"{file.name}: this is not text in UTF-8\n  fix: see Pulumi.dev.yaml") from None
    except OSError as error:
        raise SandboxError(
            f"{file.name}: this cannot be read: {error.strerror}\n  fix: see Pulumi.dev.yaml"
        ) from None


def project_name(layout: Layout) -> str:
    """The namespace of keys that are written without one."""
    name = lookup(_composed(layout.repository / PROJECT_FILE), "name")
    return str(name.value) if isinstance(name, yaml.ScalarNode) else ""


def lookup(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value of a key in a mapping node."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def is_for_sandbox(node: yaml.MappingNode) -> bool:
    """True if the stack's own endpoints are the sandbox's: such a stack never meets a real account."""
    urls = [
        str(service.value).removesuffix("/")
        for entry in getattr(lookup(lookup(node, "config"), "aws:endpoints"), "value", [])
        for _, service in (entry.value if isinstance(entry, yaml.MappingNode) else [])
        if isinstance(service, yaml.ScalarNode)
    ]
    # As they are written: of an odd URL each reader makes another host.
    return bool(urls) and all(url == endpoint(DEFAULT_PORT) for url in urls)


def provider_keys(port: int) -> dict[str, Any]:
    """The provider's keys, full key to plain value, that lead a stack to the AWS API on that port and nowhere else."""
    checks = {f"aws:skip{check}": True for check in SKIPPED_CHECKS}
    urls = {service: endpoint(port) for service in SERVICES}
    return {"aws:accessKey": "test", "aws:secretKey": "test", **checks, "aws:endpoints": [urls]}


def copy(layout: Layout, stack: str, port: int, folder: Path) -> Path:
    """A copy of a sandbox stack's file with its endpoints on `port`; keeps the salt of `stack init`."""
    node = read(layout, stack)
    _each_scalar(lookup(node, "config"), lambda text: text.replace(endpoint(DEFAULT_PORT), endpoint(port)))
    target = folder / f"Pulumi.{stack}.yaml"
    if target.exists() and lookup(node, "encryptionsalt") is None:
        old = yaml.compose(target.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        salt = lookup(old, "encryptionsalt")
        if salt is not None:
            node.value.append((_scalar("encryptionsalt"), salt))
    return _save(layout, node, target)


def redirect(layout: Layout, stack: str, port: int, folder: Path, name: str) -> Path:
    """A copy of a real stack's file, under another stack name, that can only reach the sandbox and asks it nothing."""
    node = read(layout, stack)
    config = lookup(node, "config")
    if not isinstance(config, yaml.MappingNode):
        config = yaml.MappingNode("tag:yaml.org,2002:map", [])
    secret = [key.value for key, value in config.value if _has_secret(value)]
    if secret:
        raise SandboxError(
            f"{layout.stack_file(stack).name}: {', '.join(secret)}: the sandbox has none of your keys and "
            f"cannot read an encrypted value (`secure:`)\n"
            f"  fix: put a plain value in a stack file of its own and preview that one, or preview the stack "
            f"itself without SANDBOX=1"
        )
    own = project_name(layout)
    kept = [
        pair
        for pair in config.value
        if _is_kept(pair[0].value) and PREFLIGHT not in (pair[0].value, f"{own}:{pair[0].value}")
    ]
    ours = SafeRepresenter(sort_keys=False).represent_data({**provider_keys(port), PREFLIGHT: "off"})
    config.value = kept + ours.value
    node.value = [pair for pair in node.value if pair[0].value not in OWN_BACKEND_KEYS | {"config"}]
    node.value.append((_scalar("config"), config))
    return _save(layout, node, folder / f"Pulumi.{name}.yaml")


def _is_kept(key: str) -> bool:
    return not key.startswith("aws:") or key in KEPT_PROVIDER_KEYS


def _has_secret(node: yaml.Node) -> bool:
    if isinstance(node, yaml.MappingNode):
        return any(key.value == "secure" or _has_secret(value) for key, value in node.value)
    return isinstance(node, yaml.SequenceNode) and any(_has_secret(entry) for entry in node.value)


def _each_scalar(node: yaml.Node | None, change: Callable[[str], str]) -> None:
    if isinstance(node, yaml.ScalarNode):
        node.value = change(node.value)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            _each_scalar(value, change)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _each_scalar(value, change)


def _scalar(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text)


def _save(layout: Layout, node: yaml.MappingNode, target: Path) -> Path:
    # `stack init` wants a project around it, and writes the salt beside it: in this folder, not in git.
    write(target.parent / PROJECT_FILE, (layout.repository / PROJECT_FILE).read_text(encoding="utf-8"))
    write(target, yaml.serialize(node, Dumper=yaml.SafeDumper))
    return target
