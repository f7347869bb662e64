"""getCallerIdentity, getRegion, getBucket, getServiceQuota."""

from typing import Any

from botocore.exceptions import ClientError
from botocore.loaders import Loader

from sandbox.aws_plugin.api import Clients, FailedError
from sandbox.aws_plugin.lookups import asked, function, single, told
from sandbox.aws_plugin.values import Values

QUOTA = "Service Quotas Service Quota"


@function("aws:index/getCallerIdentity:getCallerIdentity", "id")
def get_caller_identity(aws: Clients, _: Values) -> Values:
    """Whose account this is."""
    found = asked(aws, "sts", "STS Caller Identity", "get_caller_identity")
    account = found["Account"]
    return {"accountId": account, "arn": found["Arn"], "id": account, "userId": found["UserId"]}


@function("aws:index/getRegion:getRegion", "endpoint id name")
def get_region(aws: Clients, arguments: Values) -> Values:
    """A Region by its name or its EC2 host name; without either, the provider's own."""
    name, asked_by = str(arguments.get("name") or aws.region), "name"
    if host := arguments.get("endpoint"):
        name, asked_by = str(host).removeprefix("ec2.").split(".amazonaws.", 1)[0], "endpoint"
    partitions: list[dict[str, Any]] = Loader().load_data("endpoints")["partitions"]
    for partition in partitions:
        if name in partition["regions"]:
            return {
                "description": partition["regions"][name]["description"],
                "endpoint": f"ec2.{name}.{partition['dnsSuffix']}",
                "id": name,
                "name": name,
                "region": name,
            }
    raise FailedError(f"finding Region by {asked_by} ({host or name}): couldn't find resource")


@function("aws:s3/getBucket:getBucket", "bucket")
def get_bucket(aws: Clients, arguments: Values) -> Values:
    """A bucket and the Region it is in; of another account AWS says as little as of none (403 or 404)."""
    bucket = arguments["bucket"]
    client = aws("s3")
    try:
        region = client.head_bucket(Bucket=bucket)["BucketRegion"]
    except ClientError as error:
        missing = error.response.get("Error", {}).get("Code") in ("404", "NoSuchBucket")
        said = "couldn't find resource" if missing else told(client, error)
        raise FailedError(f"reading S3 Bucket ({bucket}): {said}") from None
    suffix = "amazonaws.com.cn" if client.meta.partition == "aws-cn" else "amazonaws.com"
    return {
        "arn": f"arn:{client.meta.partition}:s3:::{bucket}",
        "bucket": bucket,
        "bucketDomainName": f"{bucket}.s3.{suffix}",
        "bucketRegion": region,
        "bucketRegionalDomainName": f"{bucket}.s3.{region}.{suffix}",
        "hostedZoneId": "",
        "id": bucket,
        "websiteDomain": "",
        "websiteEndpoint": "",
    }


@function("aws:servicequotas/getServiceQuota:getServiceQuota", "quotaCode quotaName serviceCode")
def get_service_quota(aws: Clients, arguments: Values) -> Values:
    """A quota: its default, and the account's value where it has one of its own."""
    service, name = arguments["serviceCode"], arguments.get("quotaName")
    client = aws("service-quotas")
    # By name it lists, by code it asks for one: each takes another permission
    # (https://github.com/hashicorp/terraform-provider-aws/blob/01f431114674c27cf790fafb67ac274bf8f765e1/internal/service/servicequotas/service_quota_data_source.go,
    # read 2026-11-30).
    try:
        if name:
            defaults = client.list_aws_default_service_quotas(ServiceCode=service)["Quotas"]
            defaults = [each for each in defaults if each["QuotaName"] == name]
        else:
            asked_for = {"ServiceCode": service, "QuotaCode": arguments["quotaCode"]}
            defaults = [client.get_aws_default_service_quota(**asked_for)["Quota"]]
    except ClientError as error:
        if not _absent(error):
            raise FailedError(f"reading {QUOTA}: {told(client, error)}") from None
        defaults = []
    quota = single(QUOTA, defaults)
    code = quota["QuotaCode"]
    own = quota
    try:
        own = client.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    except ClientError as error:
        if not _absent(error):
            raise FailedError(f"reading {QUOTA} ({service}/{code}): {told(client, error)}") from None
    return {
        "adjustable": quota["Adjustable"],
        "arn": own["QuotaArn"],
        "defaultValue": quota["Value"],
        "globalQuota": quota["GlobalQuota"],
        "id": quota["QuotaArn"],
        "quotaCode": code,
        "quotaName": quota["QuotaName"],
        "serviceCode": service,
        "serviceName": quota["ServiceName"],
        "usageMetrics": [],
        "value": own["Value"],
    }


def _absent(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") == "NoSuchResourceException"
