"""AWS's names for eu-west-1 with the default features, typed from the pages in the facts' sources."""

BUCKETS = (
    "aws-ssm-eu-west-1",
    "amazon-ssm-eu-west-1",
    "aws-windows-downloads-eu-west-1",
    "patch-baseline-snapshot-eu-west-1",
    "aws-patch-manager-eu-west-1-5522fb710",
    "eu-west-1-birdwatcher-prod",
)
