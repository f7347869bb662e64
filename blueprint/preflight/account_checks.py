"""Whose account and which Region this is, and what AWS would not answer."""

from __future__ import annotations

from blueprint.preflight.findings import Case
from blueprint.preflight.shapes import Absent, Bucket, Denied, Failed
from blueprint.problems import REGION_KEY

_OFF = "or set ssm-vpc-endpoints:preflight: off, and AWS says at deployment what is wrong"
_MOST_FAILURES = 3


def check(case: Case) -> None:
    """Account, Region, and whether the questions could be asked at all."""
    settings, answers = case.settings, case.answers
    if (
        isinstance(answers.account, str)
        and answers.account
        and settings.account_id not in ("", answers.account)
    ):
        case.wrong(
            ("accountId",),
            f"is not the account of the credentials in use, {answers.account}",
            "use the credentials of that account (AWS_PROFILE, aws:profile), or correct the key: "
            f'accountId: "{answers.account}"',
        )
    if isinstance(answers.region, str) and answers.region not in ("", settings.region):
        case.wrong(
            (REGION_KEY,),
            f"is not the Region that the aws provider works in, {answers.region}",
            "every name in the plan is of the first: have one Region in both places",
        )
    _check_denied(case)
    _check_failed(case)
    _check_buckets(case)


def _check_denied(case: Case) -> None:
    denied = {
        action: None for gap in case.answers.gaps() if isinstance(gap, Denied) for action in gap.actions
    }
    if denied:
        case.wrong(
            ("preflight",),
            f"AWS denies the credentials in use what the preflight reads: {', '.join(denied)}",
            f"allow these read permissions (ssm-endpoints permissions --for previewer prints the policy), {_OFF}",
        )


def _check_failed(case: Case) -> None:
    failed: dict[str, list[str]] = {}
    for gap in case.answers.gaps():
        if isinstance(gap, Failed):
            failed.setdefault(gap.words, []).append(gap.asked)
    for words, asked in list(failed.items())[:_MOST_FAILURES]:
        more = f" (and {len(asked) - 1} more)" if len(asked) > 1 else ""
        case.wrong(
            ("preflight",),
            f"could not ask AWS for {asked[0]}{more}: {words}",
            f"try again once that is mended, {_OFF}",
        )


def _check_buckets(case: Case) -> None:
    for position, own in enumerate(case.settings.buckets.own):
        bucket, loc = case.answers.buckets.get(own.name), ("buckets", "own", position)
        if isinstance(bucket, Absent):
            case.wrong(
                (*loc, "name"),
                "is no bucket that is there, or not one that these credentials may see",
                "create it first, correct the name, or remove the entry",
            )
        elif isinstance(bucket, Bucket) and bucket.region not in ("", case.settings.region):
            case.wrong(
                (*loc, "name"),
                f"is in {bucket.region}: a gateway endpoint reaches only buckets in its own Region, {case.settings.region}",
                f"use a bucket in {case.settings.region}, or remove the entry",
            )
