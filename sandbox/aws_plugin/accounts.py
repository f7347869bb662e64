"""Signing in: assumes the configured roles on loopback, and refuses accounts that are not to be worked in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from sandbox.aws_plugin import account_settings
from sandbox.aws_plugin.api import FailedError
from sandbox.aws_plugin.guard import Keys, Target, parsed


def sign_in(target: Target, config: Mapping[str, Any]) -> Target:
    """The target with the keys of the last role. `config` is one that `guard.target` took.

    Raises FailedError when a role cannot be assumed or the account is not allowed, as the official provider does.
    """
    config = {key: parsed(value) for key, value in config.items()}
    for request in account_settings.requests(config):
        target = replace(target, keys=_assumed(target, request))
    allowed, forbidden = config.get("allowedAccountIds"), config.get("forbiddenAccountIds")
    if allowed or forbidden:
        account = _account(target, config)
        if (allowed and account not in allowed) or (forbidden and account in forbidden):
            hint = "" if account else ". aws:skipRequestingAccountId kept it from being asked: leave that out"
            raise FailedError(f"AWS account ID not allowed: {account}{hint}")
    return target


def _assumed(target: Target, request: Mapping[str, Any]) -> Keys:
    """The keys that the role gives to whoever holds the target's."""
    sts = target.client("sts", target.region)
    try:
        given = sts.assume_role(**request)["Credentials"]
    except ClientError as error:
        raise FailedError(f"IAM Role ({request['RoleArn']}) cannot be assumed: {error}") from None
    return Keys(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def _account(target: Target, config: Mapping[str, Any]) -> str:
    """Whose account it is; "" when both settings are on that keep the official provider from asking."""
    skips = ("skipCredentialsValidation", "skipRequestingAccountId")
    if all(str(config.get(key)).lower() == "true" for key in skips):
        return ""
    return str(target.client("sts", target.region).get_caller_identity()["Account"])
