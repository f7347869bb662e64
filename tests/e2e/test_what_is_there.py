"""A program asks the sandbox for what is there already: functions, and an endpoint by its id."""

from __future__ import annotations

from tests.e2e.elsewhere import Elsewhere
from tests.support.aws_api import client

PROGRAM = """
import pulumi
import pulumi_aws as aws
vpc = aws.ec2.get_vpc(id={vpc!r})
pulumi.export("hostnames", vpc.enable_dns_hostnames)
pulumi.export("subnets", aws.ec2.get_subnets_output(filters=[{{"name": "vpc-id", "values": [vpc.id]}}]).ids)
pulumi.export("account", aws.get_caller_identity().account_id)
there = aws.ec2.VpcEndpoint.get("there", {endpoint!r})
pulumi.export("service", there.service_name)
pulumi.export("cards", there.network_interface_ids.apply(len))
pulumi.export("dns", there.dns_entries[0].dns_name)
"""


def test_functions_and_an_endpoint_by_its_id(elsewhere: Elsewhere, moto: int) -> None:
    ec2 = client(moto, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    service = "com.amazonaws.eu-west-1.ssm"
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=service, VpcEndpointType="Interface", SubnetIds=[subnet]
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.close()
    program = elsewhere.folder / "__main__.py"
    program.write_text(PROGRAM.format(vpc=vpc, endpoint=endpoint), encoding="utf-8")
    answer = elsewhere.pulumi("preview", "--stack", "dev")
    assert answer.code == 0, answer.text
    found = dict(line.split(":", 1) for line in answer.text.replace(" ", "").splitlines() if ":" in line)
    assert found["hostnames"] == "false"
    assert found["account"] == '"123456789012"'
    assert found["service"] == f'"{service}"'
    assert found["cards"] == "1"
    assert found["dns"].startswith(f'"{endpoint}-')
    assert f'"{subnet}"' in answer.text

    program.write_text(PROGRAM.format(vpc="vpc-0123456789abcdef0", endpoint=endpoint), encoding="utf-8")
    answer = elsewhere.pulumi("preview", "--stack", "dev")
    assert answer.code != 0
    assert "invoking aws:ec2/getVpc:getVpc: 1 error occurred:" in answer.text
    assert "no matching EC2 VPC found" in answer.text
