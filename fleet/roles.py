"""IAM documents for whoever runs a fleet: the runner's own permissions, and for each account a role that deploys and one
that only looks. What a deployer's and a previewer's policy hold: permissions/documents.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blueprint import plan as planner
from blueprint.settings import parse
from fleet import runner_access
from fleet.settings import Account, Fleet
from fleet.shapes import Stack
from permissions.documents import Statement, Subject, deployer, parts, policy, previewer

# A trust policy's characters, without white space
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, 2026-11-30).
TRUST_POLICY_CHARACTERS = 2048


def documents(
    fleet: Fleet, stacks: Sequence[Stack], *, principal: str, preview_principal: str = ""
) -> dict[str, dict[str, Any]]:
    """IAM documents by name.

    `principal`: the ARN of the role or user that the runner is. `preview_principal`: of the one that runs previews of
    changes nobody has agreed to yet, such as a pull request's; "" where there is none.

    `runner`, `preview-runner`: for those two; `drift-runner`: in place of the latter, for `fleet drift`. For each account
    `<account>-deployer`, which recovers, too, and `<account>-previewer`, with `-2` and so on where one policy would be too
    long, and `-trust`, the roles' trust policies, where the account has a role. Raises: ValueError for a principal that is
    no ARN, SettingsError for a stack that `expansion` did not check.
    """
    for each in filter(None, (principal, preview_principal)):
        if not runner_access.PRINCIPAL.fullmatch(each):
            raise ValueError(f"{each} is not the ARN of an IAM role or user")
    found = {"runner": policy(runner_access.statements(fleet, stacks, principal))}
    if preview_principal:
        statements = runner_access.statements(fleet, stacks, preview_principal, only_looks=True)
        found["preview-runner"] = policy(statements)
        statements = runner_access.statements(fleet, stacks, preview_principal, only_looks=True, locks=True)
        found["drift-runner"] = policy(statements)
    for account in fleet.accounts:
        own = [stack for stack in stacks if stack.account == account.name]
        if not own:
            continue
        subjects = [_subject(stack) for stack in own]
        found |= parts(f"{account.name}-deployer", deployer(account.account_id, subjects, recovers=True))
        found |= parts(f"{account.name}-previewer", previewer(account.account_id, subjects))
        if account.role_arn:
            found[f"{account.name}-deployer-trust"] = _trust(account, principal)
            found[f"{account.name}-previewer-trust"] = _trust(account, preview_principal or principal)
    return found


def _subject(stack: Stack) -> Subject:
    settings = parse(dict(stack.config), stack_file=stack.name)
    return Subject(settings, planner.make(settings, stack_file=stack.name))


def _trust(account: Account, principal: str) -> dict[str, Any]:
    statement: Statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    if account.external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": account.external_id}}
    return policy([statement])
