"""The sandbox's AWS: whose it is, and that its state and Pulumi's are one unit."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import leftovers, moto, runs
from sandbox.bootstrap.locks import exclusive
from sandbox.layout import Layout, SandboxError
from tests.sandbox.machines import fake_state, free_port, wait_until
from tests.support.aws_api import client


def test_our_moto_is_recognised_serves_and_is_stopped(layout: Layout) -> None:
    assert moto.running(layout) is None
    server = moto.start(layout, free_port())
    assert moto.running(layout) == server
    said = moto.identity(server.port)
    assert said is not None
    assert said["clone"] == str(layout.repository)
    ec2 = client(server.port, "ec2")
    assert leftovers.find(server.port, ["eu-west-1"]) == []
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    found = leftovers.find(server.port, ["eu-west-1", "eu-west-2"])
    assert f"vpc {vpc} (eu-west-1)" in found
    assert all("eu-west-2" not in entry for entry in found)
    service = "com.amazonaws.eu-west-1.ssm"
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Interface")["VpcEndpoint"]
    assert f"vpc endpoint {made['VpcEndpointId']} (eu-west-1)" in leftovers.find(server.port, ["eu-west-1"])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert not any("endpoint" in entry for entry in leftovers.find(server.port, ["eu-west-1"]))
    iam, zones, resolver = (client(server.port, service) for service in ("iam", "route53", "route53resolver"))
    iam.create_role(RoleName="node", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
    managed = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    iam.attach_role_policy(RoleName="node", PolicyArn=managed)  # AWS's own policies are there
    iam.create_instance_profile(InstanceProfileName="node")
    zone = zones.create_hosted_zone(Name="example.com", CallerReference="x")["HostedZone"]["Id"]
    places = [{"CidrBlock": f"10.0.{n}.0/24", "VpcId": vpc} for n in (1, 2)]
    subnets = [ec2.create_subnet(**place)["Subnet"]["SubnetId"] for place in places]
    inbound = resolver.create_resolver_endpoint(
        CreatorRequestId="x",
        Direction="INBOUND",
        SecurityGroupIds=[ec2.create_security_group(GroupName="x", Description="x", VpcId=vpc)["GroupId"]],
        IpAddresses=[{"SubnetId": subnet} for subnet in subnets],
    )["ResolverEndpoint"]["Id"]
    found = leftovers.find(server.port, ["eu-west-1", "eu-west-2", "cn-north-1"])
    for alive in (
        "role node (aws)",
        "instance profile node (aws)",
        f"hosted zone {zone.removeprefix('/hostedzone/')} (aws)",
        f"resolver endpoint {inbound} (eu-west-1)",
    ):
        assert found.count(alive) == 1
    for each in (ec2, iam, zones, resolver):
        each.close()
    assert moto.stop(layout)
    assert moto.is_free(server.port)
    assert not moto.stop(layout)


def test_leftovers_in_other_accounts_are_found_where_a_role_leads_there(layout: Layout) -> None:
    server = moto.start(layout, free_port())
    role = "arn:aws:iam::210987654321:role/deploy"
    vpc = client(server.port, "ec2", role=role).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    trust = '{"Version": "2012-10-17", "Statement": []}'
    client(server.port, "iam", role=role).create_role(RoleName="node", AssumeRolePolicyDocument=trust)
    regions = ["eu-west-1", "eu-west-2"]
    assert leftovers.find(server.port, regions) == []
    assert leftovers.find(server.port, regions, ["arn:aws:iam::111122223333:role/deploy"]) == []
    found = leftovers.find(server.port, iter(regions), [role])
    assert found.count(f"vpc {vpc} (eu-west-1, 210987654321)") == 1
    assert found.count("role node (aws, 210987654321)") == 1
    assert {entry.split()[0] for entry in found} == {"vpc", "route", "role"}


def test_a_busy_port_is_named_with_the_way_out(layout: Layout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SandboxError, match=f"port {port} .* is taken by another program") as caught:
            moto.start(layout, port)
    assert "make up SANDBOX_PORT=56" in str(caught.value)
    assert not layout.server_record.exists()


def test_another_clones_sandbox_is_named_and_left_alone(layout: Layout, tmp_path: Path) -> None:
    other = Layout(tmp_path / "other", tmp_path / "other/.sandbox")
    server = moto.start(other, free_port())
    try:
        with pytest.raises(SandboxError, match=f"the sandbox of the clone {other.repository}"):
            moto.start(layout, server.port)
        moto.write(layout.server_record, json.dumps({"instance": "not-it", "port": server.port}))
        assert moto.running(layout) is None
        assert not moto.stop(layout)
        assert moto.running(other) == server
    finally:
        moto.stop(other)


def test_make_up_waits_for_a_server_of_its_own_that_is_about_to_end(layout: Layout) -> None:
    old = moto.start(layout, free_port())
    shutil.rmtree(layout.root)
    new = moto.start(layout, old.port)
    assert new.instance != old.instance
    assert moto.running(layout) == new


def test_the_server_does_not_hold_the_lock_of_the_run_that_started_it(layout: Layout) -> None:
    with exclusive(layout.root / "run.lock") as lock:
        os.set_inheritable(lock.fileno(), True)
        moto.start(layout, free_port())
    with (layout.root / "run.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_server_ends_with_its_record_and_with_its_parent(layout: Layout) -> None:
    server = moto.start(layout, free_port())
    shutil.rmtree(layout.root)
    assert wait_until(lambda: moto.is_free(server.port))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent:
        server = moto.start(layout, free_port(), parent=parent.pid)
        parent.communicate(b"\n")
    assert wait_until(lambda: moto.is_free(server.port))


def test_state_is_dropped_with_its_moto_and_kept_with_it(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    server = moto.start(layout, free_port())
    state = fake_state(layout, server.instance)
    assert runs._current(layout, None) == server
    assert state.exists()
    os.kill(server.pid, signal.SIGKILL)
    assert wait_until(lambda: moto.is_free(server.port))
    assert runs._current(layout, None) is None
    assert not state.exists()
    assert capsys.readouterr().out.count("its state was dropped") == 1
    assert runs._current(layout, None) is None
    assert capsys.readouterr().out == ""


def test_a_moto_without_its_state_is_stopped(layout: Layout) -> None:
    server = moto.start(layout, free_port())
    fake_state(layout, "another-instance")
    assert runs._current(layout, None) is None
    assert moto.is_free(server.port)
    assert not layout.state.exists()


def test_a_sandbox_that_is_up_stays_on_its_port(layout: Layout) -> None:
    server = moto.start(layout, free_port())
    layout.state_owner.write_text(server.instance)
    assert runs._current(layout, server.port) == server
    with pytest.raises(SandboxError, match=f"already up, on port {server.port}"):
        runs._current(layout, free_port())
