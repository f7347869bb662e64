"""`ssm-endpoints drift` with the real engine: people change things behind Pulumi's back and in git, and what it says repairs
them. It writes neither state nor AWS. A stack in which nothing differs is in docs/how-to/drift.md."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.e2e.house import House
from tests.e2e.test_story import configure
from tests.support.aws_api import client

OPEN = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
ENDPOINT, RULE = (
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
)


class Others:
    """People with rights in the account of a house's dev stack."""

    def __init__(self, house: House) -> None:
        self.ec2: Any = client(house.port, "ec2")
        self.outputs = house.export()["deployment"]["resources"][0]["outputs"]
        self.s3, self.ssm = (str(self.outputs["endpointIds"][each]) for each in ("s3", "ssm"))
        self.group = str(self.outputs["securityGroupId"])

    def write_the_policy_anew(self) -> None:
        """The same, in another order and layout."""
        (endpoint,) = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[self.s3])["VpcEndpoints"]
        document = json.loads(endpoint["PolicyDocument"])
        for statement in document["Statement"]:
            statement["Resource"].reverse()
        turned = {key: document[key] for key in reversed(document)}
        self.ec2.modify_vpc_endpoint(VpcEndpointId=self.s3, PolicyDocument=json.dumps(turned, indent=3))

    def spoil(self) -> None:
        """An endpoint deleted, full access, a route table taken off, a rule removed, one more, DNS switched off."""
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[self.ssm])
        self.ec2.modify_vpc_endpoint(VpcEndpointId=self.s3, PolicyDocument=json.dumps(OPEN))
        (endpoint,) = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[self.s3])["VpcEndpoints"]
        self.ec2.modify_vpc_endpoint(VpcEndpointId=self.s3, RemoveRouteTableIds=endpoint["RouteTableIds"][:1])
        wanted = [{"Name": "group-id", "Values": [self.group]}]
        rules = self.ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
        (rule,) = [each["SecurityGroupRuleId"] for each in rules if each.get("CidrIpv4") == "10.0.32.0/19"]
        self.ec2.revoke_security_group_ingress(GroupId=self.group, SecurityGroupRuleIds=[rule])
        more = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.9.0.0/16"}]}
        self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=[more])
        self.ec2.modify_vpc_attribute(VpcId=self.outputs["vpcId"], EnableDnsHostnames={"Value": False})


def state_of(house: House) -> str:
    """A digest of the whole backend: states, history, locks. Newer engines take the empty folders of locks away."""
    digest = hashlib.sha256()
    for path in sorted((house.folder / ".sandbox" / "state").rglob("*")):
        if path.is_file():
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def test_drift_finds_what_others_did_says_what_repairs_it_and_writes_nothing(house: House) -> None:
    assert house.sandbox("up").code == 0
    others = Others(house)
    before = state_of(house)
    others.spoil()
    configure(house, tags={"environment": "another"})
    found = house.run("-m", "cli", "drift", "--stack", "dev", "--json")
    assert found.code == 1, found.text
    said = json.loads(found.text)
    assert state_of(house) == before
    differences = {
        (each["type"], each["name"], each["kind"], each["property"]) for each in said["aws"]["differences"]
    }
    assert differences == {
        (ENDPOINT, "ssm-ssm", "deleted", ""),
        (ENDPOINT, "ssm-s3", "changed", "policy"),
        (ENDPOINT, "ssm-s3", "changed", "routeTableIds"),
        (RULE, "ssm-https-10.0.32.0-19", "deleted", ""),
        ("aws:ec2/vpc:Vpc", "private", "changed", "enableDnsHostnames"),
    }
    (policy,) = [each for each in said["aws"]["differences"] if each["property"] == "policy"]
    assert "aws-patch-manager-eu-west-1-5522fb710" in policy["state"]
    assert json.loads(policy["aws"]) == OPEN
    changes = {each["name"]: each["properties"] for each in said["settings"]["changes"]}
    assert changes["ssm-ssm"] == ["tags"]
    mandatory = {
        each["policy"]
        for each in said["policies"]["verify"]["findings"]
        if each["enforcementLevel"] == "mandatory"
    }
    assert mandatory >= {"ssm-endpoints-complete", "s3-gateway-on-node-route-tables", "vpc-dns-enabled"}
    assert said["repair"] == "make up STACK=dev ARGS=--refresh"

    # What that command runs: nothing of make's own stands between.
    repaired = house.sandbox("up", "--", "--refresh")
    assert repaired.code == 0, repaired.text
    others.write_the_policy_anew()
    rest = house.run("-m", "cli", "drift", "--stack", "dev")
    assert rest.code == 1, rest.text
    assert (
        "changes by the settings: 0; differences in AWS: 0; mandatory findings about what AWS has: 0"
        in rest.text
    )
    assert f"by hand: no update undoes ingress of {others.group}: take it back in AWS" in rest.text
    assert "no such rule -> tcp 443 from 10.9.0.0/16" in rest.text
    assert "repair: " not in rest.text
