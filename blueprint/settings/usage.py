"""`features` and `buckets`: what the nodes use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from blueprint.fields import ONCE, AccountId, BucketFamilyId, BucketName, Items, RegionOfStack
from blueprint.settings.base import Keys


class Features(Keys):
    """What the nodes use. Each decides endpoints, buckets or both: see `features` in blueprint/facts."""

    patch_manager: bool = Field(default=True, description="Patch Manager: its snapshot and module buckets")
    distributor: bool = Field(default=True, description="Distributor: its manifest bucket")
    vss_snapshots: bool = Field(default=True, description="VSS snapshots: the ec2 endpoint")
    windows: bool = Field(default=True, description="Windows documents: their bucket")
    macos: bool = Field(default=False, description="EC2 Mac: its patch bucket")
    amazon_linux: bool = Field(default=False, description="the Region's Amazon Linux repository buckets")
    kms_encryption: bool = Field(
        default=False, description="KMS for Session Manager or parameters: the kms endpoint"
    )
    cloudwatch_logs: bool = Field(default=False, description="logs to CloudWatch: the logs endpoint")

    @property
    def enabled(self) -> frozenset[str]:
        """The names of the features that are on, as in YAML and in the facts."""
        return frozenset(name for name, on in self.model_dump(by_alias=True).items() if on)


class OwnBucket(Keys):
    """A bucket of the owner's that nodes use. `region` is the stack's, or "" when it was not said;
    `account_id` is "" likewise."""

    name: BucketName = Field(description="the bucket's name")
    access: Literal["read", "readWrite"] = Field(description="read or readWrite: what nodes do there")
    region: RegionOfStack = Field(
        default="", description="the Region the bucket is in, which has to be the stack's: to have it checked"
    )
    account_id: AccountId = Field(
        default="",
        description="the account that owns the bucket: one of that name in any other account is not reached",
    )


class Buckets(Keys):
    """Buckets beyond those whose names AWS publishes. `aws_managed` maps a family to its exact name."""

    own: Items[OwnBucket] = Field(default=(), description="your buckets: name, access read or readWrite")
    aws_managed: Mapping[BucketFamilyId, BucketName] = Field(
        default_factory=dict, description="names that AWS does not publish, by family"
    )
    other_aws_managed: Items[BucketName] = Field(
        default=(), description="further exact names of AWS's buckets", json_schema_extra=ONCE
    )
