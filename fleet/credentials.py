"""An account's credentials: whoever runs the fleet becomes the account's role, as the provider does."""

from __future__ import annotations

from typing import Any

import boto3

from tools.aws_client import PATIENT, answer, guard


def session(region: str, *, role_arn: str, external_id: str, name: str, endpoint: str = "") -> boto3.Session:
    """A session as this role, or with one's own credentials where `role_arn` is "". `name`: the session's, in CloudTrail.
    `endpoint` is the URL of another AWS API than AWS's, or "". Raises: ClientError, BotoCoreError, NotAwsError."""
    # In the sandbox, no credential of anybody's is looked for.
    own = "test" if endpoint else None
    mine = boto3.Session(own, own, region_name=region)
    if not role_arn:
        return mine
    more = {"ExternalId": external_id} if external_id else {}
    said = service(mine, "sts", endpoint).assume_role(RoleArn=role_arn, RoleSessionName=name, **more)
    given = answer("sts:AssumeRole", said)["Credentials"]
    return boto3.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=region
    )


def service(made: boto3.Session, name: str, endpoint: str) -> Any:
    """A client that takes nothing for an answer that is not AWS's."""
    make: Any = made.client
    return guard(make(name, config=PATIENT, endpoint_url=endpoint or None))
