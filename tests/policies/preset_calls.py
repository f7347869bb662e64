"""Calls through an interface endpoint, written out: who asks, what for, and every condition key that AWS would set.

The keys are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and, for nodes,
https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html#vpc-endpoint-policies-hybrid-nodes
(read 2026-11-25). Two evaluators judge them: the pack's, and one that is put together here of `fnmatch` and pycfmodel.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pycfmodel.model.resources.properties.statement_condition import StatementCondition

from policies import iam

OURS, SPOKE, COLLEAGUE, STRANGER, LONER = (
    *("111122223333", "222233334444", "333344445555", "777788889999", "888899990000"),
)
ORGANISATION, ANOTHER = "o-a1b2c3d4e5", "o-zzzzzzzzzz"
# The last belongs to no organisation; AWS's own accounts belong to one of AWS's.
ORGANISATIONS = {
    **dict.fromkeys((OURS, SPOKE, COLLEAGUE), ORGANISATION),
    STRANGER: ANOTHER,
    LONER: None,
    "aws": "o-awsawsaws0",
}
PARTITIONS = {"eu-west-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"}


@dataclass(frozen=True)
class Call:
    """One call: `caller` is an account, `owner` that of the resource ("aws", or None where the call is about nothing).

    `signed=False`: as a hybrid node registers; the account is then the one that the node belongs to.
    """

    action: str
    caller: str
    resource: str = "*"
    owner: str | None = None
    signed: bool = True
    region: str = "eu-west-1"

    @property
    def context(self) -> dict[str, str | None]:
        """Every key that decides, with None for those that are not in the request."""
        organisation = ORGANISATIONS[self.caller]
        node = self.action in (
            "ssm:RegisterManagedInstance",
            "ssm:RequestManagedInstanceRoleToken",
            "ssm:UpdateManagedInstancePublicKey",
        )
        return {
            "aws:PrincipalAccount": self.caller if self.signed else None,
            "aws:PrincipalOrgID": organisation if self.signed else None,
            "ssm:NodeAccountId": self.caller if node else None,
            "ssm:NodeOrgId": organisation if node else None,
            "aws:ResourceAccount": None if self.owner in (None, "aws") else self.owner,
            "aws:ResourceOrgID": ORGANISATIONS[self.owner] if self.owner else None,
            "aws:RequestedRegion": self.region,
        }


def the_pack_allows(policy: str, call: Call) -> bool:
    """What policies/iam.py says; it has to be sure."""
    context: dict[str, iam.Value] = {
        key.lower(): iam.ABSENT if value is None else (value,) for key, value in call.context.items()
    }
    who = iam.Signed(call.caller) if call.signed else iam.UNSIGNED
    verdict = iam.decide(iam.parse(policy), iam.Request(call.action, call.resource, who, context)).verdict
    assert verdict is not iam.Verdict.UNDECIDABLE, (call, policy)
    return verdict is iam.Verdict.ALLOWED


def others_allow(policy: str, call: Call) -> bool:
    """The same question to what we did not write: names and ARNs to fnmatch, conditions to pycfmodel."""
    reached = {each["Effect"] for each in json.loads(policy)["Statement"] if _reaches(each, call)}
    return reached == {"Allow"}


def _reaches(statement: dict[str, Any], call: Call) -> bool:
    assert statement["Principal"] == "*"
    context = {key: value for key, value in call.context.items() if value is not None}
    try:
        met = StatementCondition(**statement["Condition"])(context) if "Condition" in statement else True
    except KeyError:
        met = False  # A key that is not there: https://github.com/Skyscanner/pycfmodel has no other word for it.
    return (
        bool(met)
        and any(fnmatchcase(call.action, each) for each in _listed(statement["Action"]))
        and any(fnmatchcase(call.resource, each) for each in _listed(statement["Resource"]))
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
