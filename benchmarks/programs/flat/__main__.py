"""The resources of `Pulumi.yaml`'s own program, as people write them: one file, no component, no settings, no checks.

It reads the same stack file (`network.create`, `network.clientCidrs`, `features`, `tags`) and takes all of it on trust.
`benchmarks.same` holds both programs' previews against each other: same types, names, inputs and references.
"""

import ipaddress
import json

import pulumi
from pulumi_aws import ec2, vpc

region = pulumi.Config("aws").require("region")
config = pulumi.Config("ssm-vpc-endpoints")
network = config.require_object("network")
features = config.get_object("features") or {}
tags = config.get_object("tags") or {}
services = ["ssm", "ssmmessages", "ec2messages", "ec2"]
services += [
    name for name, key in (("kms", "kmsEncryption"), ("logs", "cloudwatchLogs")) if features.get(key)
]
buckets = {
    "eu-west-1": "aws-patch-manager-eu-west-1-5522fb710",
    "us-east-1": "aws-patch-manager-us-east-1-1970c647d",
}
full_access = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
s3_access = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AllowGetFromAwsManagedBuckets",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": [
                f"arn:aws:s3:::aws-ssm-{region}/*",
                f"arn:aws:s3:::amazon-ssm-{region}/*",
                f"arn:aws:s3:::aws-windows-downloads-{region}/*",
                f"arn:aws:s3:::patch-baseline-snapshot-{region}/*",
                f"arn:aws:s3:::{buckets[region]}/*",
                f"arn:aws:s3:::{region}-birdwatcher-prod/*",
            ],
        }
    ],
}

private = ec2.Vpc(
    "private",
    cidr_block=network["create"]["cidr"],
    enable_dns_support=True,
    enable_dns_hostnames=True,
    tags={"Name": "private", **tags},
)
eighths = list(ipaddress.ip_network(network["create"]["cidr"]).subnets(prefixlen_diff=3))
subnets, tables, blocks = [], [], []
for zone in network["create"]["availabilityZones"]:
    name, block = f"private-{zone[-1]}", str(eighths["abcdefgh".index(zone[-1])])
    subnet = ec2.Subnet(
        name, vpc_id=private.id, cidr_block=block, availability_zone=zone, tags={"Name": name, **tags}
    )
    table = ec2.RouteTable(name, vpc_id=private.id, tags={"Name": name, **tags})
    ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=table.id)
    subnets.append(subnet.id)
    tables.append(table.id)
    blocks.append(block)

group = ec2.SecurityGroup(
    "ssm-https",
    description="HTTPS from managed nodes to Systems Manager endpoints",
    vpc_id=private.id,
    tags={"Name": "ssm-https", **tags},
)
for block in [*blocks, *network.get("clientCidrs", ())]:
    vpc.SecurityGroupIngressRule(
        f"ssm-https-{block.replace('/', '-')}",
        security_group_id=group.id,
        description=f"HTTPS from {block}",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4=block,
        tags={"Name": f"ssm-https-{block}", **tags},
    )

endpoints = {
    service: ec2.VpcEndpoint(
        f"ssm-{service}",
        vpc_id=private.id,
        service_name=f"com.amazonaws.{region}.{service}",
        vpc_endpoint_type="Interface",
        subnet_ids=subnets,
        security_group_ids=[group.id],
        private_dns_enabled=True,
        policy=json.dumps(full_access, separators=(",", ":")),
        tags={"Name": f"ssm-{service}", **tags},
    )
    for service in services
}
endpoints["s3"] = ec2.VpcEndpoint(
    "ssm-s3",
    vpc_id=private.id,
    service_name=f"com.amazonaws.{region}.s3",
    vpc_endpoint_type="Gateway",
    route_table_ids=tables,
    policy=json.dumps(s3_access, separators=(",", ":")),
    tags={"Name": "ssm-s3", **tags},
)
pulumi.export("vpcId", private.id)
pulumi.export("endpointIds", {service: endpoint.id for service, endpoint in endpoints.items()})
