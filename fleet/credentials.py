"""An account's credentials: whoever runs the fleet becomes the account's role, as the provider does."""

from __future__ import annotations

import re
from typing import Any

import boto3
from botocore.exceptions import ClientError, NoCredentialsError, PartialCredentialsError, ProfileNotFound

from fleet.settings import Account
from tools.aws_client import answer, guard, of_keys, patient

_THROTTLED = re.compile(r"Throttl|RequestLimitExceeded|TooManyRequests|Rate exceeded")


def session(account: Account, region: str, *, name: str, endpoint: str = "") -> boto3.Session:
    """A session as the account's role, or with one's own credentials where it has none. `name`: the session's, in
    CloudTrail. `endpoint` is the URL of another AWS API than AWS's, or "". Raises: ClientError, BotoCoreError,
    NotAwsError."""
    # In the sandbox, no credential of anybody's is looked for.
    mine = of_keys("test", "test", "", region) if endpoint else boto3.Session(region_name=region)
    if not account.role_arn:
        return mine
    more = {"ExternalId": account.external_id} if account.external_id else {}
    said = service(mine, "sts", endpoint).assume_role(RoleArn=account.role_arn, RoleSessionName=name, **more)
    given = answer("sts:AssumeRole", said)["Credentials"]
    return of_keys(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region)


def service(made: boto3.Session, name: str, endpoint: str) -> Any:
    """A client that takes nothing for an answer that is not AWS's."""
    make: Any = made.client
    return guard(make(name, config=patient(endpoint), endpoint_url=endpoint or None))


def fix(error: Exception, needed: str) -> str:
    """What helps: `needed`, where AWS refused the credentials, and patience or a look at the network where it did not
    answer."""
    mine = isinstance(error, NoCredentialsError | PartialCredentialsError | ProfileNotFound)
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= 500 or _THROTTLED.search(str(error)):
            return "AWS throttles, or has an error of its own, also after several tries: run it again later"
        mine = True
    if not mine:
        return "nobody answered as AWS does: look at the network, proxies and AWS_ENDPOINT_URL, then run it again"
    return needed
