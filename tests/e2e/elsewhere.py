"""A program in a folder of its own that never heard of this project, previewed with `--policy-pack`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sandbox import environments
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import Layout
from tests.e2e.house import Answer
from tests.support.aws_names import BUCKETS
from tests.support.pack import ROOT

PROGRAM = """
import json
import pulumi_aws as aws
vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
subnets = [aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.0.{{n}}.0/24", availability_zone=f"eu-west-1{{zone}}")
           for n, zone in enumerate("ab")]
table = aws.ec2.RouteTable("a", vpc_id=vpc.id)
for zone, subnet in zip("ab", subnets):
    aws.ec2.RouteTableAssociation(zone, subnet_id=subnet.id, route_table_id=table.id)
https = {{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/23"]}}
group = aws.ec2.SecurityGroup("https", vpc_id=vpc.id, ingress=[https])
common = {{"vpc_id": vpc.id, "vpc_endpoint_type": "Interface", "private_dns_enabled": True,
          "subnet_ids": [subnet.id for subnet in subnets], "security_group_ids": [group.id]}}
for index, name in enumerate({services!r}):
    aws.ec2.VpcEndpoint(f"e{{index}}", service_name=f"com.amazonaws.eu-west-1.{{name}}", **common)
policy = {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
          "Resource": [f"arn:aws:s3:::{{bucket}}/*" for bucket in {buckets!r}]}}]}}
aws.ec2.VpcEndpoint("s3", vpc_id=vpc.id, service_name="com.amazonaws.eu-west-1.s3", route_table_ids=[table.id],
                    policy=json.dumps(policy))
{more}
"""
ALL = ("ssm", "ssmmessages", "ec2messages", "ec2", "kms", "logs")


class Elsewhere:
    """A project in another folder, with a state of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        found = engine.find()
        assert found is not None
        layout = Layout(ROOT, folder / "sandbox")
        layout.state.mkdir(parents=True)
        stand_in = aws_plugin.sandbox_needs_stand_in()
        self.environment = environments.for_sandbox(layout, found, port, stand_in=stand_in)
        (folder / "Pulumi.yaml").write_text("name: elsewhere\nruntime: python\n", encoding="utf-8")
        dev = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8").split("  ssm-vpc-endpoints:")[0]
        (folder / "Pulumi.dev.yaml").write_text(dev.replace(":5577", f":{port}"), encoding="utf-8")
        assert self.pulumi("stack", "init", "dev").code == 0

    def program(
        self, services: tuple[str, ...] = ALL, buckets: tuple[str, ...] = BUCKETS, more: str = ""
    ) -> None:
        text = PROGRAM.format(services=services, buckets=buckets, more=more)
        (self.folder / "__main__.py").write_text(text, encoding="utf-8")

    def preview(self, pack: Path = ROOT / "policies", *, config: str = "", **environment: str) -> Answer:
        options = ["--policy-pack-config", config] if config else []
        return self.pulumi("preview", "--stack", "dev", "--policy-pack", str(pack), *options, **environment)

    def pulumi(self, *arguments: str, **environment: str) -> Answer:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Answer(done.returncode, done.stdout)
