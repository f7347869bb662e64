"""Wrong `buckets` keys, each with the exact problems it must be told of. What a row is: see `wrong_settings.py`."""

from typing import Any

from tests.blueprint.right_settings import ABSENT, Row

OWN, ACCESS = "buckets.own[0].name", "buckets.own[0].access"
MANAGED, OTHER = "buckets.awsManaged", "buckets.otherAwsManaged"


def own(**keys: Any) -> dict[str, Any]:
    """One bucket of the owner's, with these keys changed."""
    return {"buckets.own": [{"name": "acme-logs", "access": "read", **keys}]}


BUCKETS: list[Row] = [
    ("half a surrogate in access", own(access="\ud800"), [(ACCESS, "half of a surrogate pair", "")]),
    ("wildcard", own(name="acme-*"), [(OWN, "has a wildcard", "")]),
    ("upper case", own(name="Acme-Logs"), [(OWN, "3 to 63 of a-z 0-9 - and .", "acme-logs")]),
    (
        "bad name beside a bad family",
        {**own(name="acme-*"), MANAGED: {"patch-manager": None}},
        [
            (OWN, "has a wildcard", ""),
            (f"{MANAGED}.patch-manager", "not a family", "aws-patch-manager"),
            (f"{MANAGED}.patch-manager", "must be text", ""),
        ],
    ),
    ("two letters", own(name="ab"), [(OWN, "3 to 63", "")]),
    ("64 letters", own(name="a" * 64), [(OWN, "3 to 63", "")]),
    ("ends in a hyphen", own(name="acme-"), [(OWN, "a letter or digit first and last", "")]),
    ("two dots", own(name="acme..logs"), [(OWN, "no two dots", "")]),
    ("an address", own(name="10.0.0.1"), [(OWN, "not an IP address", "")]),
    ("an ARN", own(name="arn:aws:s3:::acme-logs/x"), [(OWN, "bare name", "acme-logs")]),
    ("a URL", own(name="s3://acme-logs/x"), [(OWN, "bare name", "acme-logs")]),
    ("a prefix", own(name="acme-logs/x"), [(OWN, "bare name", "acme-logs")]),
    ("no access", own(access=ABSENT), [(ACCESS, "is required: read or readWrite", "")]),
    ("lower-case access", own(access="readwrite"), [(ACCESS, "one of read or readWrite", "readWrite")]),
    ("access is a number", own(access=5), [(ACCESS, "must be one of read or readWrite", "")]),
    ("own is an object", {"buckets.own": {"name": "acme-logs"}}, [("buckets.own", "must be a list", "")]),
    (
        "another Region's bucket",
        own(region="us-east-1"),
        [("buckets.own[0].region", "reaches only buckets in its own", "")],
    ),
    (
        "misspelt bucket Region",
        own(region="eu-wst-1"),
        [("buckets.own[0].region", "is not eu-west-1", "eu-west-1")],
    ),
    (
        "an account in groups",
        own(accountId="1111-2222-3333"),
        [("buckets.own[0].accountId", "is not an account's id: 12 digits", '"111122223333"')],
    ),
    (
        "own bucket twice",
        {"buckets.own": [{"name": "acme-logs", "access": a} for a in ("read", "readWrite")]},
        [("buckets.own[1].name", "is own[0] again", "")],
    ),
    ("AWS's bucket as own", own(name="aws-ssm-eu-west-1"), [(OWN, "is AWS's bucket", "")]),
    (
        "AWS's far bucket as own",
        own(name="aws-patch-manager-us-east-1-1970c647d"),
        [(OWN, "is AWS's bucket", "")],
    ),
    ("own and AWS's other", {**own(), OTHER: ["acme-logs"]}, [(OWN, "is AWS's bucket", "")]),
    (
        "published family",
        {MANAGED: {"aws-ssm": "acme-ssm"}},
        [(f"{MANAGED}.aws-ssm", "publishes it as aws-ssm-eu-west-1; remove", "")],
    ),
    (
        "unknown family",
        {MANAGED: {"patch-manager": "acme-pm"}},
        [(f"{MANAGED}.patch-manager", "is not a family", "aws-patch-manager")],
    ),
    (
        "family of old",
        {MANAGED: {"amazon-ssm-packages": "acme"}},
        [(f"{MANAGED}.amazon-ssm-packages", "not needed any", "")],
    ),
    ("family is a number", {MANAGED: {1: "acme-pm"}}, [(f"{MANAGED}.1", "key that is not text", "")]),
    ("other twice", {OTHER: ["acme-layers"] * 2}, [(f"{OTHER}[1]", "is otherAwsManaged[0] again", "")]),
    (
        "other in another Region",
        {OTHER: ["prod-us-east-1-starport-layer-bucket"]},
        [(f"{OTHER}[0]", "names another Region", "prod-eu-west-1-starport-layer-bucket")],
    ),
    ("other with wildcard", {OTHER: ["prod-??-starport"]}, [(f"{OTHER}[0]", "has a wildcard", "")]),
    (
        "buckets are text",
        {"buckets": "acme-logs"},
        [("buckets", "must be an object\nallowed: own, awsManaged, otherAwsManaged", "")],
    ),
]
