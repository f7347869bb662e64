"""The networks that people have: each comes up under the pack, stays as it is, and goes away."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.e2e.networks import Project, Vpc
from tests.support.aws_names import BUCKETS

SERVICES = ("ssm", "ssmmessages", "ec2messages", "ec2")


def nodes_of(vpc: Vpc) -> dict[str, Any]:
    """What the pack's owner says of a VPC that the stack does not make: where its nodes live."""
    return {"nodeSubnets": [{"vpcId": vpc.id, **subnet} for subnet in vpc.node_subnets()]}


def comes_and_goes(
    project: Project, stack: str, created: int, pack: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Up, a second preview without changes; the outputs. Destroying is the caller's."""
    up = project.run("up", stack, pack=pack)
    assert up.code == 0, up.text
    assert f"+ {created} created" in up.text, up.text
    again = project.run("preview", stack, pack=pack)
    assert again.code == 0, again.text
    assert "unchanged" in again.text, again.text
    assert not re.search(r"to (create|update|replace|delete|import)", again.text), again.text
    return project.outputs(stack)


def endpoints_of(project: Project, vpc: Vpc) -> list[dict[str, Any]]:
    found = project.client("ec2").describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc.id]}])
    return [each for each in found["VpcEndpoints"] if each["State"] != "deleted"]


def answered(project: Project, zone: str) -> dict[str, str]:
    """The aliases of a hosted zone, name to target."""
    records = project.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {
        each["Name"]: each["AliasTarget"]["DNSName"].removesuffix(".")
        for each in records
        if "AliasTarget" in each
    }


def destination(rule: dict[str, Any]) -> str:
    group = rule.get("ReferencedGroupInfo") or {}
    return str(rule.get("PrefixListId") or group.get("GroupId") or rule.get("CidrIpv4"))


def goes(project: Project, *stacks: str) -> None:
    for stack in stacks:
        down = project.run("destroy", stack)
        assert down.code == 0, down.text
    assert project.tagged_endpoints() <= project.before


def test_private_with_nodes(project: Project) -> None:
    create = {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}
    project.stack(
        "private",
        network={"create": create},
        accountId="123456789012",
        nodes={"instanceRole": True, "hybridRole": True, "securityGroup": True},
    )
    outputs = comes_and_goes(project, "private", 29)
    iam = project.client("iam")
    profile = iam.get_instance_profile(InstanceProfileName=outputs["instanceProfile"])["InstanceProfile"]
    assert [role["RoleName"] for role in profile["Roles"]] == [outputs["instanceRole"]]
    for role in (outputs["instanceRole"], outputs["hybridRole"]):
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert [each["PolicyArn"] for each in attached] == [
            "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
        ]
        (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        assert document["Statement"][0]["Resource"] == [f"arn:aws:s3:::{bucket}/*" for bucket in BUCKETS]
    trust = iam.get_role(RoleName=outputs["hybridRole"])["Role"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnEquals": {"aws:SourceArn": "arn:aws:ssm:eu-west-1:123456789012:*"},
    }
    rules = project.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [outputs["nodeSecurityGroupId"]]}]
    )["SecurityGroupRules"]
    assert all(rule["IsEgress"] and rule["IpProtocol"] == "tcp" for rule in rules)
    assert {(rule["FromPort"], rule["ToPort"]) for rule in rules} == {(443, 443)}
    assert sorted(destination(rule) for rule in rules) == sorted(
        [outputs["s3PrefixListId"], outputs["securityGroupId"]]
    )
    goes(project, "private")


def test_existing_vpc(project: Project) -> None:
    vpc = project.vpc()
    project.stack("existing", network=vpc.network())
    outputs = comes_and_goes(project, "existing", 10, nodes_of(vpc))
    assert outputs["forwarders"] == [{"zone": "amazonaws.com", "targets": ["10.20.0.2"]}]
    goes(project, "existing")


def test_adopted_endpoint(project: Project) -> None:
    vpc = project.vpc("10.21.0.0/16")
    ec2 = project.client("ec2")
    group = ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=vpc.id)["GroupId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc.id,
        ServiceName="com.amazonaws.eu-west-1.ssm",
        VpcEndpointType="Interface",
        SubnetIds=list(vpc.subnets),
        SecurityGroupIds=[group],
        PrivateDnsEnabled=True,
    )["VpcEndpoint"]["VpcEndpointId"]
    project.stack("adopted", network=vpc.network(), topology={"existing": {"ssm": made}})
    pack = {**nodes_of(vpc), "trustedSecurityGroups": [group]}
    outputs = comes_and_goes(project, "adopted", 9, pack)
    assert outputs["endpointIds"]["ssm"] == made
    goes(project, "adopted")
    (left,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"]
    assert left["State"] == "available"


def test_hub_and_spoke(project: Project) -> None:
    hub, spoke = project.vpc("10.30.0.0/16"), project.vpc("10.31.0.0/16")
    hub_pack = {
        **nodes_of(hub),
        "hostedZones": [{"vpc": hub.id, "services": list(SERVICES), "where": "this stack"}],
    }
    project.stack(
        "hub",
        network=hub.network(),
        topology={"kind": "hub", "spokes": [{"vpcId": spoke.id, "cidrs": list(spoke.cidrs)}]},
    )
    outputs = comes_and_goes(project, "hub", 21, hub_pack)
    zones = outputs["hostedZoneIds"]
    assert set(zones) == set(SERVICES)
    for service, zone in zones.items():
        assert answered(project, zone) == {
            f"{service}.eu-west-1.amazonaws.com.": outputs["endpointDnsNames"][service]
        }
    project.stack("spoke", network=spoke.network(), topology={"kind": "spoke", "zones": zones})
    pack = {
        **nodes_of(spoke),
        "sharedEndpoints": [{"vpc": spoke.id, "services": list(SERVICES), "where": "hub"}],
    }
    comes_and_goes(project, "spoke", 8, pack)
    joined = [project.client("route53").get_hosted_zone(Id=zone)["VPCs"] for zone in zones.values()]
    assert all({each["VPCId"] for each in vpcs} == {hub.id, spoke.id} for vpcs in joined)
    services = [each["ServiceName"] for each in endpoints_of(project, spoke)]
    assert services == ["com.amazonaws.eu-west-1.s3"]
    goes(project, "spoke", "hub")


def test_hybrid_with_resolver(project: Project) -> None:
    vpc = project.vpc("10.40.0.0/16")
    project.stack(
        "hybrid",
        network=vpc.network(clientCidrs=["192.168.0.0/16"]),
        accountId="123456789012",
        nodes={"hybridRole": True},
        hybrid={"s3InterfaceEndpoint": True},
        dns={"inboundResolver": {"clientCidrs": ["192.168.53.0/24"]}},
    )
    outputs = comes_and_goes(project, "hybrid", 21, nodes_of(vpc))
    assert len(outputs["resolverAddresses"]) == 2
    assert outputs["forwarders"] == [{"zone": "amazonaws.com", "targets": outputs["resolverAddresses"]}]
    (s3,) = [
        each
        for each in endpoints_of(project, vpc)
        if each["VpcEndpointId"] == outputs["endpointIds"]["s3-interface"]
    ]
    assert (s3["VpcEndpointType"], s3["PrivateDnsEnabled"]) == ("Interface", True)
    assert json.loads(s3["PolicyDocument"])["Statement"][0]["Resource"] == [
        f"arn:aws:s3:::{b}/*" for b in BUCKETS
    ]
    assert "aws-ssm-eu-west-1.s3.eu-west-1.amazonaws.com" in outputs["firewallAllowList"]
    for snippet in outputs["dnsSnippets"].values():
        assert all(address in snippet for address in outputs["resolverAddresses"])
    goes(project, "hybrid")
