"""What `recover` does with one stack, whoever opened it: look, show, ask, write."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass

import typer

from cli.errors import FOUND, WELL, CannotAnswerError
from cli.output import Page, note, progress
from recovery import left, permissions, plan
from recovery.left import name_of
from recovery.plan import FORGET, LEAVE, RECORD, RECORD_TO_DELETE, REFRESH, Row
from sandbox import backend_files
from sandbox.backend_files import Lock
from sandbox.mending import LockedError, Stack
from tools.stack_file import StackFile
from verification.access import Login, opened

_DOES = {
    RECORD: "record it in the state",
    RECORD_TO_DELETE: "record it as one to delete: the next update deletes it and makes another",
    FORGET: "forget the operation",
    REFRESH: "read it anew from AWS",
    LEAVE: "nothing: this is yours to decide",
}


@dataclass(frozen=True)
class Advice:
    """What people type for this stack. `again`: to have it written; `cancel`: to take a lock away; `next`: after it;
    `profile`: to be in the stack's account; `account`: to say which that is, with {account} for its number;
    `permissions`: for the policy with all that is read."""

    again: str
    cancel: str
    next: str
    profile: str
    account: str
    permissions: str


def mend(mended: Stack, read: StackFile, login: Login, advice: Advice, *, yes: bool) -> int:
    """Find what was made and not recorded, and record it. The exit code. Raises: CannotAnswerError, SandboxError,
    AccessError."""
    region = read.text("aws:region")
    if not _whole(mended, advice, yes=yes):
        return FOUND
    with progress("reading the stack's locks and state") as say:
        locks = _of_the_dead(mended.locks(), mended.name, advice)
        export = mended.export()
        say("asking the program what it would make")
        interrupted = left.left(export, mended.planned())
        say("asking AWS what it has of that")
        with opened(login, permissions.ACTIONS, advice.permissions) as access:
            account = access.account(region)
            certain = _is_of_the_stack(account, read, export, advice) or bool(mended.aws)
            rows = plan.rows(export, interrupted, access, region)
    page = Page()
    page.heading(f"{read.name}, {region}, account {account}")
    for lock in locks:
        asks = lock.alive is not False
        page.line(
            f"a lock {lock}: {'you will be asked about it' if asks else 'it will be taken away'}", indent=2
        )
    if not rows and not locks:
        page.line("nothing to recover: no operation is under way, and all that AWS has is recorded", indent=2)
        return WELL
    _show(page, rows)
    if rows and all(row.action == LEAVE for row in rows) and not locks:
        return FOUND
    if not certain and any(row.action == FORGET for row in rows):
        _ask_for_the_account(account, read, advice, yes=yes)
    if not _agreed(yes, "Write this into the stack's state? AWS is not changed by it."):
        note(_nothing_written(advice))
        return FOUND
    with progress("writing the state") as say:
        _write(mended, rows, export, advice, yes=yes)
        pending = left.pending_of(mended.export())
    _done(page, rows, len(pending), advice)
    return FOUND if any(row.action == LEAVE for row in rows) else WELL


def _whole(mended: Stack, advice: Advice, *, yes: bool) -> bool:
    """Whether the engine can read the stack; files that a killed one did not write to their end are deleted for that."""
    files = mended.cut_off()
    if not files:
        return True
    names = "\n".join(f"  {file}" for file in files)
    note(
        f"not written to its end, and without any of the state in it (it says how the file beside it is stored):\n{names}"
    )
    if not _agreed(yes, "Delete it? The engine reads no state before."):
        note(_nothing_written(advice))
        return False
    for file in files:
        file.unlink(missing_ok=True)
    return True


def _of_the_dead(locks: list[Lock], stack: str, advice: Advice) -> list[Lock]:
    """The locks, none of which may be of a process that runs here."""
    for lock in locks:
        if lock.alive:
            raise CannotAnswerError(
                f"stack {stack} is locked: a lock {lock}\n"
                f"  fix: wait until it has ended; if it is not Pulumi's: {advice.cancel}"
            )
    return locks


def _is_of_the_stack(account: str, read: StackFile, export: dict[str, object], advice: Advice) -> bool:
    """Whether state or stack file say that the stack is in this account; False if they say nothing of it.

    With another account's credentials nothing would be found, and all be forgotten. Raises: CannotAnswerError.
    """
    owners = left.owners_of(left.resources_of(export)) | _accounts(read)
    if owners and account not in owners:
        raise CannotAnswerError(
            f"the credentials are of account {account}, and the stack is in {', '.join(sorted(owners))}\n"
            f"  fix: {advice.profile}"
        )
    return bool(owners)


def _accounts(read: StackFile) -> set[str]:
    """The accounts that a stack file names for its resources: its own key, the provider's, the last role's."""
    allowed, roles = read.config.get("aws:allowedAccountIds"), read.config.get("aws:assumeRoles")
    last = roles[-1] if isinstance(roles, list) and roles else None
    own = left.account_of(str(last.get("roleArn") or "")) if isinstance(last, dict) else ""
    said = [read.settings().account_id, own, *(allowed if isinstance(allowed, list) else [])]
    return {str(each) for each in said if each and str(each).isdecimal()}


def _ask_for_the_account(account: str, read: StackFile, advice: Advice, *, yes: bool) -> None:
    """Where nothing says which account the stack is in, the wrong one would have everything forgotten."""
    question = f"Neither state nor stack file say in which account the stack is. Is it {account}?"
    if not yes and sys.stdin.isatty() and typer.confirm(question, default=False, err=True):
        return
    raise CannotAnswerError(
        f"neither the state nor {read.file} say in which account the stack is, and with credentials of another one "
        f"everything would be forgotten\n"
        f"  fix: if {account} is the account: {advice.account.format(account=account)}; then recover again"
    )


def _show(page: Page, rows: list[Row]) -> None:
    if not rows:
        return
    page.line()
    page.table(
        ("resource", "type", "in AWS", "what will be done"),
        [
            (name_of(row.urn), _type(row.urn), ", ".join(row.ids) or "nothing", _DOES[row.action])
            for row in rows
        ],
    )
    page.line()
    for row in rows:
        page.line(f"{row.urn}", indent=2)
        page.line(row.why, indent=4)


def _type(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1].rpartition(":")[2]


def _agreed(yes: bool, question: str) -> bool:
    return yes or (sys.stdin.isatty() and typer.confirm(question, default=False, err=True))


def _nothing_written(advice: Advice) -> str:
    return f"nothing was written. To write: {advice.again}"


def _write(mended: Stack, rows: list[Row], export: dict[str, object], advice: Advice, *, yes: bool) -> None:
    # Since the first look somebody may have begun, and the engine takes away every lock at once.
    locks = _of_the_dead(mended.locks(), mended.name, advice)
    for lock in locks:
        _ask_for_the_lock(lock, f"a lock {lock}", mended, advice, yes=yes)
    if locks:
        mended.unlock()
    document, refreshed = plan.edited(export, rows), plan.to_refresh(rows)
    _is_unchanged(mended, export)
    try:
        mended.write(document, refreshed)
    except LockedError as error:
        _ask_for_the_lock(backend_files.holder(error.who), error.who, mended, advice, yes=yes)
        mended.unlock()
        _is_unchanged(mended, export)
        mended.write(document, refreshed)


def _is_unchanged(mended: Stack, export: dict[str, object]) -> None:
    """What another run recorded meanwhile is not written over."""
    if mended.export() != export:
        raise CannotAnswerError(
            f"stack {mended.name}: another run has changed its state while this looked and asked; nothing was written\n"
            f"  fix: when no run is under way, recover again"
        )


def _ask_for_the_lock(lock: Lock | None, who: str, mended: Stack, advice: Advice, *, yes: bool) -> None:
    """A lock may be taken away if its process is known to be dead, or if the user says so. `lock`: None where what the
    backend says of it names no process."""
    if lock is not None and lock.alive is False and mended.of_files():
        return
    told = f"the stack is locked, and whether that run is alive nobody can see from here:\n{who}"
    if lock is None or not lock.alive:
        note(told)
        asked = not yes and sys.stdin.isatty()
        if asked and typer.confirm("Is that run dead? The lock is taken away then.", default=False, err=True):
            return
    raise CannotAnswerError(
        f"stack {mended.name}: {told}\n  fix: if that run is dead: {advice.cancel}; then recover again"
    )


def _done(page: Page, rows: list[Row], pending: int, advice: Advice) -> None:
    counted = Counter(row.action for row in rows)
    told = {
        RECORD: "recorded",
        RECORD_TO_DELETE: "recorded to delete",
        FORGET: "forgotten",
        REFRESH: "read anew",
    }
    text = ", ".join(f"{counted[action]} {word}" for action, word in told.items() if counted[action])
    page.line()
    page.line(f"written: {text or 'the lock is gone'}. Pending operations: {pending}.")
    page.line(f"Next: {advice.next}")
