"""Endpoints that somebody made before become the stack's own, in both ways that README names: nothing is replaced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.networks import Project, Vpc
from tests.e2e.test_networks import goes, nodes_of
from tools.import_file import adopted, import_file, read_plan

COMPONENT = "ssm-vpc-endpoints:index:SsmEndpoints"
ENDPOINT = f"{COMPONENT}$aws:ec2/vpcEndpoint:VpcEndpoint"
SSM, S3 = (f"{ENDPOINT}::ssm-{service}" for service in ("ssm", "s3"))
IN_PLACE = {"create", "update"}


def theirs(project: Project, vpc: Vpc) -> tuple[str, str, str]:
    """Endpoints of ssm and s3 as somebody made them by hand: a group, and full access. Their ids."""
    ec2 = project.client("ec2")
    group = ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=vpc.id)["GroupId"]
    common: dict[str, Any] = {"VpcId": vpc.id}
    ssm = ec2.create_vpc_endpoint(
        **common,
        ServiceName="com.amazonaws.eu-west-1.ssm",
        VpcEndpointType="Interface",
        SubnetIds=list(vpc.subnets),
        SecurityGroupIds=[group],
        PrivateDnsEnabled=True,
    )
    s3 = ec2.create_vpc_endpoint(
        **common,
        ServiceName="com.amazonaws.eu-west-1.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=list(vpc.tables),
    )
    return group, ssm["VpcEndpoint"]["VpcEndpointId"], s3["VpcEndpoint"]["VpcEndpointId"]


def write_import(project: Project, stack: str, text: str, *, known: bool = False) -> Path:
    plan, stack_file = read_plan(project.folder, stack)
    path = project.folder / "import.json"
    document = import_file(plan, adopted(text, plan, stack_file), stack, known=known)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def imported(project: Project, stack: str, file: Path) -> None:
    answer = project.pulumi(
        "import", "--stack", stack, "--file", str(file), "--yes", "--generate-code=false", "--protect=false"
    )
    assert answer.code == 0, answer.text


def test_by_import(project: Project) -> None:
    vpc = project.vpc("10.61.0.0/16")
    _, ssm, s3 = theirs(project, vpc)
    project.stack("imported", network=vpc.network())
    imported(project, "imported", write_import(project, "imported", f"ssm={ssm} s3={s3}"))
    shown = project.steps("imported", pack=nodes_of(vpc))
    assert {op for op, _ in shown.changed} == IN_PLACE
    assert {("update", SSM), ("update", S3)} <= set(shown.changed)
    up = project.run("up", "imported", pack=nodes_of(vpc))
    assert up.code == 0, up.text
    assert project.steps("imported", pack=nodes_of(vpc)).changed == []
    outputs = project.outputs("imported")
    assert (outputs["endpointIds"]["ssm"], outputs["endpointIds"]["s3"]) == (ssm, s3)
    found = {
        each["VpcEndpointId"]: each
        for each in project.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[ssm, s3])["VpcEndpoints"]
    }
    assert [group["GroupId"] for group in found[ssm]["Groups"]] == [outputs["securityGroupId"]]
    assert outputs["buckets"][0] in found[s3]["PolicyDocument"]

    # Another one, now that the stack is there.
    kms = project.client("ec2").create_vpc_endpoint(
        VpcId=vpc.id,
        ServiceName="com.amazonaws.eu-west-1.kms",
        VpcEndpointType="Interface",
        SubnetIds=list(vpc.subnets),
    )["VpcEndpoint"]["VpcEndpointId"]
    project.stack("imported", network=vpc.network(), features={"kmsEncryption": True})
    imported(project, "imported", write_import(project, "imported", f"kms={kms}", known=True))
    shown = project.steps("imported", pack=nodes_of(vpc))
    assert [each for each in shown.changed if "VpcEndpoint" in each[1]] == [
        ("update", f"{ENDPOINT}::ssm-kms")
    ]
    goes(project, "imported")


def test_by_leaving_alone_first(project: Project) -> None:
    vpc = project.vpc("10.62.0.0/16")
    group, ssm, s3 = theirs(project, vpc)
    project.stack("alone", network=vpc.network(), topology={"existing": {"ssm": ssm, "s3": s3}})
    pack = {**nodes_of(vpc), "trustedSecurityGroups": [group]}
    # Their S3 policy reaches every bucket, which the pack says and does not block.
    up = project.run("up", "alone", pack=pack)
    assert up.code == 0, up.text
    assert project.steps("alone", pack=pack).changed == []
    project.stack("alone", network=vpc.network())
    shown = project.steps("alone", pack=pack)
    assert sorted(shown.changed) == sorted([("update", f"{COMPONENT}::ssm"), ("update", SSM), ("update", S3)])
    up = project.run("up", "alone", pack=pack)
    assert up.code == 0, up.text
    assert project.steps("alone", pack=pack).changed == []
    assert project.outputs("alone")["endpointIds"]["ssm"] == ssm
    goes(project, "alone")
    left = project.client("ec2").describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc.id]}])
    assert [each for each in left["VpcEndpoints"] if each["State"].lower() != "deleted"] == []


def test_a_group_cannot_be_taken_over(project: Project) -> None:
    """Why the tool refuses one: the engine would replace it, by its description and its automatic name."""
    vpc = project.vpc("10.63.0.0/16")
    group, ssm, _ = theirs(project, vpc)
    project.stack("group", network=vpc.network(), preflight="off")
    file = write_import(project, "group", f"ssm={ssm}")
    document = json.loads(file.read_text(encoding="utf-8"))
    entry = {**document["resources"][1], "type": "aws:ec2/securityGroup:SecurityGroup"}
    document["resources"].append({**entry, "name": "ssm-https", "id": group})
    file.write_text(json.dumps(document), encoding="utf-8")
    imported(project, "group", file)
    shown = project.steps("group", pack=nodes_of(vpc))
    assert ("replace", f"{COMPONENT}$aws:ec2/securityGroup:SecurityGroup::ssm-https") in shown.changed
