"""What AWS knows of a role that is there and no call says: its path, and its permissions boundary."""

from __future__ import annotations

from dataclasses import replace

from moto.iam.models import iam_backends

from tests.support.iam_requests import Asked

_BOUNDARY = "iam:permissionsboundary"


def as_it_is(question: Asked, account: str) -> Asked:
    """The question with the role's own ARN, and with its boundary unless the call sets one."""
    head, _, name = question.resource.partition(":role/")
    roles = iam_backends[account]["aws"].roles.values()
    found = next((each for each in roles if each.name == name), None) if head and name else None
    if found is None:
        return question
    has = (found.permissions_boundary_arn,) if found.permissions_boundary_arn else ()
    return replace(question, resource=found.arn, context={_BOUNDARY: has, **question.context})
