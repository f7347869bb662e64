"""The roles that managed nodes have, and what their policies allow.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html (read 2026-11-23)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from blueprint.catalog import load
from policies import iam, nodes, tokens
from policies.graph import UNKNOWN, Graph, Maybe, Resource

_MANAGED = re.compile(r"arn:(?P<partition>[^:]+):iam::aws:policy/(?P<path>.+)")
_READS = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}'


@dataclass
class Policies:
    """Policies that apply together: those that were read, and what stands in place of the others."""

    documents: list[iam.Document] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def read(self, text: object, name: str) -> None:
        """Add a policy by its text."""
        try:
            if not isinstance(text, str):
                raise iam.Malformed("is not known in the preview")
            self.documents.append(iam.parse(text, "identity"))
        except iam.Malformed as error:
            self.unread.append(f"{name} {error}" if not isinstance(text, str) else f"{name} is none: {error}")


@dataclass(frozen=True)
class NodeRole:
    """A role of this stack that managed nodes have. `users` says which ones, `regions` where they are. `boundary` limits
    what the policies allow; None where there is none."""

    resource: Resource
    users: tuple[str, ...]
    regions: tuple[Maybe, ...]
    policies: Policies
    boundary: Policies | None


@dataclass(frozen=True)
class Untold:
    """Something of this stack whose role cannot be told though it may be one of this stack's."""

    resource: Resource
    what: str


def node_roles(graph: Graph) -> Iterator[NodeRole | Untold]:
    """The roles that instance profiles of this stack and hybrid activations give to nodes."""
    return _roles(graph, _uses(graph))


def waiting_roles(graph: Graph) -> Iterator[NodeRole | Untold]:
    """The roles of this stack's instance profiles, and those that Systems Manager may take on, whether or not a node here
    has them yet."""
    return _roles(graph, _waiting(graph))


def _waiting(graph: Graph) -> Iterator[tuple[Resource, str, Maybe]]:
    for profile in graph.of_type(tokens.INSTANCE_PROFILE):
        key = graph.refers_to(profile, "role", (tokens.ROLE,))
        yield profile, f"instance profile {profile.name!r}", key
    for role in graph.of_type(tokens.ROLE):
        trust = role.text("assumeRolePolicy")
        if isinstance(trust, str) and '"ssm.amazonaws.com"' in trust:
            yield role, "hybrid nodes", role.urn


def _roles(graph: Graph, uses: Iterable[tuple[Resource, str, Maybe]]) -> Iterator[NodeRole | Untold]:
    found: dict[str, list[tuple[str, Maybe]]] = {}
    for resource, user, key in uses:
        if key is UNKNOWN:
            yield Untold(resource, user)
        elif key is not None and graph.get(key) is not None:
            found.setdefault(key, []).append((user, resource.region))
    for key, told in found.items():
        role = graph.resources[key]
        users = tuple(dict.fromkeys(user for user, _ in told))
        regions = tuple(dict.fromkeys(region for _, region in told))
        yield NodeRole(role, users, regions, _policies(graph, role), _boundary(graph, role))


def _uses(graph: Graph) -> Iterator[tuple[Resource, str, Maybe]]:
    """What has a role: the resource, how to call it, and the role."""
    for launch in nodes.launches(graph):
        profile = _certainly(graph, launch.profile, tokens.INSTANCE_PROFILE)
        if profile is UNKNOWN:
            user = f"the instance profile of {launch.label}"
            yield launch.resource, user, _certainly(graph, UNKNOWN, tokens.ROLE)
        elif profile is not None and (resource := graph.get(profile)) is not None:
            role = graph.refers_to(resource, "role", (tokens.ROLE,))
            user = f"instance profile {resource.name!r} of {launch.label}"
            yield launch.resource, user, _certainly(graph, role, tokens.ROLE)
    for activation in graph.of_type(tokens.SSM_ACTIVATION):
        role = graph.refers_to(activation, "iamRole", (tokens.ROLE,))
        yield activation, f"hybrid activation {activation.name!r}", _certainly(graph, role, tokens.ROLE)


def _certainly(graph: Graph, key: Maybe, type_: str) -> Maybe:
    """What cannot be told is of another stack if this one has nothing that it could be."""
    return None if key is UNKNOWN and not any(graph.of_type(type_)) else key


def _policies(graph: Graph, role: Resource) -> Policies:
    found = Policies()
    for name, text in _inline(role):
        found.read(text, name)
    for policy in _pointing(graph, role, tokens.ROLE_POLICY, "role"):
        found.read(policy.props.get("policy"), f"policy {policy.name!r}")
    holders = [
        (role, "managedPolicyArns"),
        *((each, "policyArn") for each in _pointing(graph, role, tokens.ROLE_POLICY_ATTACHMENT, "role")),
        *(
            (each, "policyArns")
            for each in _pointing(graph, role, tokens.ROLE_POLICY_ATTACHMENTS_EXCLUSIVE, "roleName")
        ),
        *(
            (each, "policyArn")
            for each in graph.of_type(tokens.POLICY_ATTACHMENT)
            if role.urn in graph.refer_to(each, "roles", (tokens.ROLE,)).keys
        ),
    ]
    for holder, key in holders:
        _attached(graph, holder, key, found)
    return found


def _boundary(graph: Graph, role: Resource) -> Policies | None:
    if not role.props.get("permissionsBoundary"):
        return None
    found = Policies()
    _attached(graph, role, "permissionsBoundary", found)
    return found


def _pointing(graph: Graph, role: Resource, type_: str, key: str) -> list[Resource]:
    return graph.satellites(type_, key, (tokens.ROLE,)).of.get(role.urn, [])


def _inline(role: Resource) -> Iterator[tuple[str, object]]:
    given = role.props.get("inlinePolicies") or []
    for each in given if isinstance(given, list) else [UNKNOWN]:
        if not isinstance(each, Mapping):
            yield "an inline policy", UNKNOWN
        elif each.get("policy") is not None:
            # An empty object takes policies away that somebody else has given to the role.
            yield f"inline policy {each.get('name')!r}", each["policy"]


def _attached(graph: Graph, holder: Resource, key: str, found: Policies) -> None:
    """Add the policies that a property names: of this stack, AWS's own, or what cannot be read."""
    named = graph.refer_to(holder, key, (tokens.IAM_POLICY,))
    for each in named.keys:
        resource = graph.get(each)
        aws = _aws_managed(each)
        if resource is not None:
            found.read(resource.props.get("policy"), f"policy {resource.name!r}")
        elif aws is None:
            found.unread.append(f"policy {each} is not of this stack")
        else:
            found.documents += aws
    if named.more:
        found.unread.append(f"a policy of {holder.name!r} is not known in the preview")


@cache
def _aws_managed(arn: str) -> tuple[iam.Document, ...] | None:
    """What AWS's own policy says of s3:GetObject; None if the facts do not know it."""
    match = _MANAGED.fullmatch(arn)
    known = (each for each in load().managed_policies.values() if match and each.path == match["path"])
    policy = next(known, None)
    if policy is None or match is None or match["partition"] not in load().partitions:
        return None
    return (iam.parse(_READS, "identity"),) if policy.reads_every_bucket else ()
