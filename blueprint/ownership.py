"""Which keys of the stack's configuration are the project's; those of other namespaces are other programs'.

The keys are ssm-vpc-endpoints:... whatever the Pulumi project is called, as a provider's are. Pulumi hands a program every
key of the stack and complains of none. A namespace that is misspelt, or the name of the Pulumi project, which a key without
a namespace gets, would thus be ignored in silence, with everything in it; here it is reported, and read as the right one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from blueprint.names import nearest
from blueprint.problems import NAMESPACE, REGION_KEY, SECRET, Report, shown

# `aws:stsRegion`, which the provider knows, is 0.86 like aws:region; two letters exchanged are 0.89.
_ALIKE: Final = 0.87
_REFUSED = (
    "is a secret, or holds one: a plan holds plain values, which the state would keep in clear text; "
    "give it as plain text (pulumi config set without --secret)"
)


def own_keys(config: Mapping[Any, object], report: Report, project: str = NAMESPACE) -> dict[str, Any]:
    """The program's keys and their values: "aws:region", and the others without their namespace.

    A key whose namespace is misspelt or is the Pulumi project's name, and what resembles aws:region where that is missing,
    is reported, and read as what it resembles unless that is there too.
    """
    found: dict[str, Any] = {}
    alike: list[str] = []
    for key, value in config.items():
        name = _name(key, config, project)
        if name is None:
            continue
        if key.count(":") > 1:
            report.add((key,), "is not a key here: only one colon can stand in one", value=shown(value))
        elif key == REGION_KEY or key.startswith(f"{NAMESPACE}:"):
            found[name] = value
        else:
            alike.append(key)
    given = found.keys() - {name for name, value in found.items() if value in ("{}", {}, "", None)}
    # Sorted, for which of two is read is not a matter of their order in the file.
    for key in sorted(alike):
        name = str(_name(key, config, project))
        if name == REGION_KEY:
            message, right = "is not a key of the provider: the Region stands under aws:region", REGION_KEY
        else:
            message = f"is in another namespace, and nothing reads it: the keys here are {NAMESPACE}:..."
            right = f"{NAMESPACE}:{shown(name)[1:-1]}"
        report.add((key,), message, value=shown(config[key]), nearest=right)
        if name not in given:
            given.add(name)
            found[name] = config[key]
            report.renamed((key,), (name,))
    return found


def refuse_secrets(
    secret_keys: Collection[str], config: Mapping[Any, object], report: Report, project: str = NAMESPACE
) -> None:
    """Report every key of the program's that Pulumi keeps as a secret: see docs/adr/0001."""
    for key in secret_keys:
        name = _name(key, config, project)
        if name is not None:
            report.add((name if key == f"{NAMESPACE}:{name}" else key,), _REFUSED, value=SECRET)


def _name(key: object, config: Mapping[Any, object], project: str) -> str | None:
    """What the program calls the key, or what resembles it most; None for keys of other programs."""
    if not isinstance(key, str) or key == REGION_KEY:
        return REGION_KEY if isinstance(key, str) else None
    namespace, colon, name = key.partition(":")
    # A namespace with a further word is another program's: ssm-vpc-endpoints-2.
    misspelt = nearest(namespace, [NAMESPACE], _ALIKE) and not namespace.startswith(f"{NAMESPACE}-")
    # A project may be called like a provider.
    of_project = namespace == project not in ("aws", "pulumi")
    if colon and (namespace == NAMESPACE or misspelt or of_project):
        return name
    no_region = config.get(REGION_KEY) in ("", None)
    return REGION_KEY if colon and no_region and nearest(key, [REGION_KEY], _ALIKE) else None
