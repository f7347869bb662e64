"""What AWS answers, laid over a state: what is gone, what differs, and what the pack gets to read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies import tokens
from tests.verification.overlays import GROUP, REGION, VPC, endpoint, live, overlay, resource, rule
from verification import acls, endpoints, groups, look, network
from verification.state import Overlay, canonical

STATE: dict[str, Any] = {
    "vpcId": VPC,
    "serviceName": f"com.amazonaws.{REGION}.ssm",
    "vpcEndpointType": "Interface",
    "policy": "",
    "privateDnsEnabled": True,
    "subnetIds": ["subnet-a", "subnet-b"],
    "securityGroupIds": [GROUP],
    "ipAddressType": "ipv4",
    "dnsOptions": {"dnsRecordIpType": "ipv4"},
}


def told(found: Overlay) -> set[tuple[str, str, str]]:
    return {(each.property, each.state, each.aws) for each in found.drift}


def group(**outputs: Any) -> dict[str, Any]:
    return resource(tokens.SECURITY_GROUP, GROUP, {"name": "https", "vpcId": VPC, **outputs}, "https")


def detached(id: str, type_: str = tokens.SECURITY_GROUP_INGRESS_RULE, **outputs: Any) -> dict[str, Any]:
    said = {"securityGroupId": GROUP, "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, **outputs}
    return resource(type_, id, said)


def of_group(found: Overlay, *rules: dict[str, Any]) -> Overlay:
    answers = live(
        groups={GROUP: {"GroupId": GROUP, "GroupName": "https", "VpcId": VPC}}, rules={GROUP: list(rules)}
    )
    groups.lay_over(found, answers, [GROUP], [])
    return found


class TestEndpoints:
    def test_order_of_ids_layout_of_a_policy_and_its_absence_are_no_difference(self) -> None:
        found = overlay(resource(tokens.ENDPOINT, "vpce-1", STATE))
        endpoints.lay_over(found, live(endpoints={"vpce-1": endpoint()}))
        assert told(found) == set()

    @pytest.mark.parametrize(
        ("answer", "property", "state", "aws"),
        [
            ({"PrivateDnsEnabled": False}, "privateDnsEnabled", "on", "off"),
            ({"SubnetIds": ["subnet-a"]}, "subnetIds", "subnet-a, subnet-b", "subnet-a"),
            ({"Groups": []}, "securityGroupIds", GROUP, "nothing"),
            ({"IpAddressType": "dualstack"}, "ipAddressType", "ipv4", "dualstack"),
            (
                {"DnsOptions": {"DnsRecordIpType": "dualstack"}},
                "dnsOptions",
                '{"dnsRecordIpType": "ipv4"}',
                '{"dnsRecordIpType": "dualstack"}',
            ),
        ],
    )
    def test_what_differs_is_said_and_what_aws_says_is_judged(
        self, answer: dict[str, Any], property: str, state: str, aws: str
    ) -> None:
        found = overlay(resource(tokens.ENDPOINT, "vpce-1", STATE))
        endpoints.lay_over(found, live(endpoints={"vpce-1": endpoint(**answer)}))
        assert told(found) == {(property, state, aws)}
        (there,) = found.of(tokens.ENDPOINT)
        judged = endpoints.described(endpoint(**answer))[property]
        assert there["inputs"][property] == there["outputs"][property] == judged

    def test_private_dns_that_is_off_reaches_the_pack_as_off(self) -> None:
        assert endpoints.described(endpoint(PrivateDnsEnabled=False))["privateDnsEnabled"] is False

    def test_what_aws_does_not_answer_stays_as_the_state_says(self) -> None:
        answer = endpoint()
        del answer["IpAddressType"], answer["DnsOptions"]
        found = overlay(resource(tokens.ENDPOINT, "vpce-1", {**STATE, "ipAddressType": "dualstack"}))
        endpoints.lay_over(found, live(endpoints={"vpce-1": answer}))
        assert found.of(tokens.ENDPOINT)[0]["outputs"]["ipAddressType"] == "dualstack"

    @pytest.mark.parametrize(
        "state", ["pending", "pendingAcceptance", "rejected", "failed", "expired", "partial"]
    )
    def test_an_endpoint_in_any_other_state_than_available_is_unusable(self, state: str) -> None:
        answer = endpoint(State=state, LastError={"Code": "InternalError", "Message": "try again"})
        found = overlay(resource(tokens.ENDPOINT, "vpce-1", STATE, "ssm-ssm"))
        (said,) = endpoints.lay_over(found, live(endpoints={"vpce-1": answer}))
        assert (said.available, said.state, said.error) == (False, state, "InternalError: try again")

    def test_available_is_available_however_it_is_written(self) -> None:
        found = overlay(resource(tokens.ENDPOINT, "vpce-1", STATE))
        (said,) = endpoints.lay_over(found, live(endpoints={"vpce-1": endpoint(State="Available")}))
        assert said.available

    def test_one_that_aws_does_not_have_is_named_with_its_whole_service(self) -> None:
        policy = resource(tokens.ENDPOINT_POLICY, "vpce-1", {"vpcEndpointId": "vpce-1", "policy": "{}"})
        found = overlay(resource(tokens.ENDPOINT, "vpce-1", STATE), policy)
        assert endpoints.lay_over(found, live()) == []
        assert [each.what for each in found.gone] == ["ssm endpoint vpce-1 (com.amazonaws.eu-west-1.ssm)"]
        assert found.of(tokens.ENDPOINT, tokens.ENDPOINT_POLICY) == []

    def test_an_attachment_of_its_own_that_was_undone_is_named(self) -> None:
        said = {"vpcEndpointId": "vpce-1", "subnetId": "subnet-c"}
        found = overlay(
            resource(tokens.ENDPOINT, "vpce-1", STATE), resource(tokens.ENDPOINT_SUBNET, "a-1", said)
        )
        endpoints.lay_over(found, live(endpoints={"vpce-1": endpoint()}))
        assert [each.what for each in found.gone] == [
            "subnet subnet-c of endpoint vpce-1 (com.amazonaws.eu-west-1.ssm)"
        ]

    def test_what_the_program_marked_as_secret_is_neither_compared_nor_shown(self) -> None:
        secret = {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "ciphertext": "v1:x",
        }
        found = overlay(resource(tokens.ENDPOINT, "vpce-1", {**STATE, "serviceName": secret}))
        endpoints.lay_over(found, live(endpoints={"vpce-1": endpoint()}))
        assert found.of(tokens.ENDPOINT)[0]["outputs"]["serviceName"] == secret
        assert found.notes == ["vpce-1: serviceName is secret in the state and was not compared"]
        assert told(found) == set()

    def test_another_regions_endpoints_are_left_for_its_own_answers(self) -> None:
        there = resource(tokens.ENDPOINT, "vpce-1", STATE)
        there["outputs"]["region"] = "us-east-1"
        found = overlay(there)
        endpoints.lay_over(found, live())
        assert found.gone == []


class TestSecurityGroups:
    def test_rules_of_every_form_that_are_there_are_no_difference(self) -> None:
        inline = {
            "protocol": "tcp",
            "fromPort": 443.0,
            "toPort": 443.0,
            "cidrBlocks": ["10.0.0.0/24", "10.0.1.0/24"],
        }
        older = {
            "type": "egress",
            "protocol": "-1",
            "fromPort": 0.0,
            "toPort": 0.0,
            "cidrBlocks": ["0.0.0.0/0"],
        }
        found = of_group(
            overlay(
                group(ingress=[inline]),
                detached("sgr-1", cidrIpv6="fd00::/64"),
                resource(tokens.SECURITY_GROUP_RULE, "sgrule-1", {"securityGroupId": GROUP, **older}),
            ),
            rule("sgr-0", CidrIpv4="10.0.0.0/24"),
            rule("sgr-2", CidrIpv4="10.0.1.0/24"),
            rule("sgr-1", CidrIpv6="fd00::/64"),
            rule("sgr-3", IsEgress=True, IpProtocol="-1", FromPort=-1, ToPort=-1, CidrIpv4="0.0.0.0/0"),
        )
        assert (told(found), found.gone) == (set(), [])

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (
                {"protocol": "50", "fromPort": 0, "toPort": 0},
                {"IpProtocol": "50", "FromPort": -1, "ToPort": -1},
            ),
            (
                {"protocol": "50", "fromPort": 0, "toPort": 0},
                {"IpProtocol": "50", "FromPort": None, "ToPort": None},
            ),
            ({"protocol": "TCP", "fromPort": 443.0, "toPort": 443.0}, {}),
        ],
    )
    def test_two_spellings_of_a_protocol_and_its_ports_are_no_difference(
        self, said: dict[str, Any], answer: dict[str, Any]
    ) -> None:
        inline = {**said, "cidrBlocks": ["10.0.0.0/16"]}
        found = of_group(overlay(group(ingress=[inline])), rule("sgr-1", CidrIpv4="10.0.0.0/16", **answer))
        assert (told(found), found.gone) == (set(), [])

    @pytest.mark.parametrize(
        ("inline", "alone", "answer"),
        [
            (
                {"securityGroups": ["123456789012/sg-99"]},
                {"referencedSecurityGroupId": "123456789012/sg-99"},
                {"ReferencedGroupInfo": {"GroupId": "sg-99", "UserId": "123456789012"}},
            ),
            (
                {"ipv6CidrBlocks": ["2001:DB8::/64"]},
                {"cidrIpv6": "2001:0DB8::/64"},
                {"CidrIpv6": "2001:db8::/64"},
            ),
        ],
    )
    def test_two_spellings_of_a_source_are_no_difference(
        self, inline: dict[str, Any], alone: dict[str, Any], answer: dict[str, Any]
    ) -> None:
        entry = {"protocol": "tcp", "fromPort": 443, "toPort": 443, **inline}
        for state in (overlay(group(ingress=[entry])), overlay(group(), detached("sgr-1", **alone))):
            found = of_group(state, rule("sgr-1", **answer))
            assert (told(found), found.gone) == (set(), [])

    @pytest.mark.parametrize("value", [5, "10.0.0.0/16", [5], [None], {"a": 1}])
    @pytest.mark.parametrize(
        "key", ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups", "fromPort"]
    )
    def test_a_value_that_no_export_has_is_a_rule_that_says_nothing(self, key: str, value: object) -> None:
        odd = {"protocol": "tcp", "fromPort": 443, "toPort": 443, key: value}
        found = of_group(
            overlay(
                group(ingress=[odd], egress=5), resource(tokens.ENDPOINT, "vpce-1", {"securityGroupIds": 5})
            ),
            rule("sgr-1", CidrIpv4="10.0.0.0/16"),
        )
        assert ("ingress", "no such rule", "tcp 443 from 10.0.0.0/16") in told(found)

    def test_the_pack_reads_all_rules_of_the_group_inline(self) -> None:
        found = of_group(
            overlay(group(), detached("sgr-1", cidrIpv4="10.0.0.0/24")),
            rule("sgr-1", CidrIpv4="10.0.0.0/24"),
            rule("sgr-2", ReferencedGroupInfo={"GroupId": "sg-2"}),
            rule("sgr-3", ReferencedGroupInfo={"GroupId": GROUP}),
            rule("sgr-4", PrefixListId="pl-1"),
        )
        (there,) = found.of(tokens.SECURITY_GROUP)
        said = there["inputs"]["ingress"]
        assert {(each["protocol"], each["fromPort"], each["toPort"]) for each in said} == {("tcp", 443, 443)}
        assert sorted(
            map(
                json.dumps,
                (
                    [each.get(k) for k in ("cidrBlocks", "securityGroups", "prefixListIds", "self")]
                    for each in said
                ),
            )
        ) == sorted(
            map(
                json.dumps,
                (
                    [["10.0.0.0/24"], None, None, False],
                    [None, ["sg-2"], None, False],
                    [None, None, None, True],
                    [None, None, ["pl-1"], False],
                ),
            )
        )
        assert found.of(*tokens.SECURITY_GROUP_RULES) == []

    def test_a_rule_that_was_changed_in_place_says_both(self) -> None:
        found = of_group(
            overlay(group(), detached("sgr-1", cidrIpv4="10.0.0.0/24")), rule("sgr-1", CidrIpv4="10.9.0.0/24")
        )
        assert told(found) == {("rule", "tcp 443 from 10.0.0.0/24", "tcp 443 from 10.9.0.0/24")}

    def test_an_inline_rule_that_is_gone_and_a_new_one(self) -> None:
        inline = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/24"]}
        found = of_group(
            overlay(group(ingress=[inline])), rule("sgr-9", CidrIpv4="0.0.0.0/0", FromPort=0, ToPort=65535)
        )
        assert told(found) == {
            ("ingress", "tcp 443 from 10.0.0.0/24", "no such rule"),
            ("ingress", "no such rule", "tcp 0-65535 from 0.0.0.0/0"),
        }

    def test_a_rule_more_that_a_refresh_wrote_into_the_state_is_still_nobodys(self) -> None:
        """A refresh lists in a group's outputs whatever rule AWS has. Where resources say the rules, that is no word of the
        program's."""
        more, own = ("10.9.0.0/16", "10.0.0.0/24")
        listed = [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": [more, own]}]
        refreshed = group(ingress=listed)
        refreshed["inputs"] = {}
        there = [rule("sgr-1", CidrIpv4=own), rule("sgr-2", CidrIpv4=more)]
        found = of_group(overlay(refreshed, detached("sgr-1", cidrIpv4=own)), *there)
        assert told(found) == {("ingress", "no such rule", "tcp 443 from 10.9.0.0/16")}
        inline = group(ingress=listed)
        assert told(of_group(overlay(inline, detached("sgr-1", cidrIpv4=own)), *there)) == set()

    def test_a_rule_in_somebody_elses_group_that_is_gone(self) -> None:
        kept, gone = (
            detached(id, tokens.SECURITY_GROUP_EGRESS_RULE, prefixListId=list)
            for id, list in (("sgr-1", "pl-1"), ("sgr-2", "pl-2"))
        )
        found = of_group(overlay(kept, gone), rule("sgr-1", IsEgress=True, PrefixListId="pl-1"))
        assert [each.what for each in found.gone] == [f"rule of security group {GROUP} (tcp 443 to pl-2)"]
        assert [each["id"] for each in found.of(*tokens.SECURITY_GROUP_RULES)] == ["sgr-1"]

    def test_a_group_that_is_gone_takes_its_rules_along(self) -> None:
        found = overlay(group(), detached("sgr-1", cidrIpv4="10.0.0.0/24"))
        groups.lay_over(found, live(), [GROUP], [])
        assert [each.what for each in found.gone] == [f"security group {GROUP} (https)"]
        assert found.of(*tokens.SECURITY_GROUP_RULES) == []

    def test_a_group_that_an_endpoint_names_is_read_unless_somebody_vouches_for_it(self) -> None:
        for vouched, added in (((), [f"SecurityGroup {GROUP}"]), ((GROUP,), [])):
            found = overlay(resource(tokens.ENDPOINT, "vpce-1", STATE))
            answers = live(groups={GROUP: {"GroupId": GROUP, "GroupName": "https", "VpcId": VPC}})
            groups.lay_over(found, answers, [], vouched)
            assert found.added == added


class TestNetwork:
    TABLE = "rtb-1"

    def table(self, *routes: dict[str, Any]) -> dict[str, Any]:
        local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
        return {"RouteTableId": self.TABLE, "VpcId": VPC, "Routes": [local, *routes], "Associations": []}

    def test_the_vpcs_own_route_and_a_gateway_endpoints_are_not_listed(self) -> None:
        s3 = {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "active"}
        assert network.routes(self.table(s3)) == {}

    def test_a_route_that_leads_nowhere_is_no_route(self) -> None:
        dead = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"}
        state = resource(
            tokens.ROUTE_TABLE,
            self.TABLE,
            {"vpcId": VPC, "routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}]},
        )
        found = overlay(state)
        network.lay_over(found, live(tables={self.TABLE: self.table(dead)}), [])
        assert told(found) == {
            ("routes", '{"natGatewayId": "nat-1"}', "no route to 0.0.0.0/0 that leads anywhere")
        }

    def test_a_firewalls_endpoint_is_somewhere_to_go(self) -> None:
        wall = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "vpce-2", "State": "active"}
        assert network.routes(self.table(wall)) == {
            "0.0.0.0/0": {"cidrBlock": "0.0.0.0/0", "vpcEndpointId": "vpce-2"}
        }

    def test_a_route_of_its_own_that_was_deleted_and_one_that_leads_elsewhere(self) -> None:
        routes = [
            resource(
                tokens.ROUTE,
                f"r-{cidr}",
                {"routeTableId": self.TABLE, "destinationCidrBlock": cidr, "natGatewayId": "nat-1"},
            )
            for cidr in ("0.0.0.0/0", "192.0.2.0/24")
        ]
        found = overlay(resource(tokens.ROUTE_TABLE, self.TABLE, {"vpcId": VPC, "routes": []}), *routes)
        now = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
        network.lay_over(found, live(tables={self.TABLE: self.table(now)}), [])
        assert [each.what for each in found.gone] == [f"route to 192.0.2.0/24 of route table {self.TABLE}"]
        assert told(found) == {("0.0.0.0/0", '{"natGatewayId": "nat-1"}', '{"gatewayId": "igw-1"}')}
        assert found.of(tokens.ROUTE_TABLE)[0]["inputs"]["routes"] == [
            {"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}
        ]

    def test_a_route_in_somebody_elses_table_that_is_gone(self) -> None:
        said = {"routeTableId": self.TABLE, "destinationCidrBlock": "192.0.2.0/24", "natGatewayId": "nat-1"}
        there = {"DestinationCidrBlock": "192.0.2.0/24", "NatGatewayId": "nat-1", "State": "active"}
        for now, gone in (([there], []), ([], [f"route to 192.0.2.0/24 of route table {self.TABLE}"])):
            found = overlay(resource(tokens.ROUTE, "r-1", said))
            network.lay_over(found, live(tables={self.TABLE: self.table(*now)}), [])
            assert [each.what for each in found.gone] == gone

    def test_a_subnet_that_is_gone_takes_its_association_along(self) -> None:
        said = {"subnetId": "subnet-a", "routeTableId": self.TABLE}
        found = overlay(
            resource(tokens.SUBNET, "subnet-a", {"vpcId": VPC, "cidrBlock": "10.0.0.0/24"}),
            resource(tokens.ROUTE_TABLE_ASSOCIATION, "rtbassoc-1", said),
        )
        network.lay_over(found, live(), [])
        assert [each.what for each in found.gone] == ["subnet subnet-a (10.0.0.0/24)"]
        assert found.of(tokens.ROUTE_TABLE_ASSOCIATION) == []


class TestNetworkAcls:
    ACL = "acl-1"

    def answer(self, *entries: dict[str, Any], default: bool = False) -> dict[str, Any]:
        last = {
            "RuleNumber": 32767,
            "Egress": False,
            "RuleAction": "deny",
            "Protocol": "-1",
            "CidrBlock": "0.0.0.0/0",
        }
        return {
            "NetworkAclId": self.ACL,
            "VpcId": VPC,
            "IsDefault": default,
            "Associations": [{"SubnetId": "subnet-a"}],
            "Entries": [*entries, last],
        }

    def allow(self, number: int) -> dict[str, Any]:
        ports = {"From": 443, "To": 443}
        return {
            "RuleNumber": number,
            "Egress": False,
            "RuleAction": "allow",
            "Protocol": "6",
            "PortRange": ports,
            "CidrBlock": "10.0.0.0/16",
        }

    def test_rules_of_their_own_are_compared_by_number(self) -> None:
        said = {"networkAclId": self.ACL, "egress": False, "protocol": "6", "fromPort": 443, "toPort": 443}
        said |= {"ruleAction": "allow", "cidrBlock": "10.0.0.0/16"}
        rules = [
            resource(tokens.NETWORK_ACL_RULE, f"nacl-{n}", {**said, "ruleNumber": n}) for n in (100, 110)
        ]
        found = overlay(
            resource(tokens.NETWORK_ACL, self.ACL, {"vpcId": VPC, "subnetIds": ["subnet-a"]}), *rules
        )
        acls.lay_over(found, live(acls={self.ACL: self.answer(self.allow(100))}))
        assert [each.what for each in found.gone] == [f"ingress rule 110 of network ACL {self.ACL}"]
        assert told(found) == set()
        assert [each["ruleNo"] for each in found.of(tokens.NETWORK_ACL)[0]["inputs"]["ingress"]] == [100]

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            ({"protocol": "icmp", "icmpType": -1, "cidrBlock": "0.0.0.0/0"}, {"Protocol": "1"}),
            (
                {"protocol": "icmpv6", "ipv6CidrBlock": "2001:DB8::/64"},
                {"Protocol": "58", "CidrBlock": None, "Ipv6CidrBlock": "2001:db8::/64"},
            ),
        ],
    )
    def test_two_spellings_of_a_rule_are_no_difference(
        self, said: dict[str, Any], answer: dict[str, Any]
    ) -> None:
        entry = {"ruleNo": 100, "action": "allow", "fromPort": 0, "toPort": 0, **said}
        now = {**self.allow(100), "PortRange": None, "CidrBlock": "0.0.0.0/0", **answer}
        found = overlay(
            resource(
                tokens.NETWORK_ACL,
                self.ACL,
                {"vpcId": VPC, "subnetIds": ["subnet-a"], "ingress": [entry, {}]},
            )
        )
        acls.lay_over(found, live(acls={self.ACL: self.answer(now)}))
        assert all(each[0] != "ingress" or "100" not in each[1] + each[2] for each in told(found))

    def test_one_that_no_judged_subnet_has_is_not_read(self) -> None:
        for subnet, added in (("subnet-a", [f"DefaultNetworkAcl {self.ACL}"]), ("subnet-z", [])):
            found = overlay(resource(tokens.SUBNET, subnet, {"vpcId": VPC}))
            acls.lay_over(found, live(acls={self.ACL: self.answer(default=True)}))
            assert found.added == added


def test_numbers_of_an_export_are_those_of_the_api() -> None:
    assert canonical("", [{"port": 443.0}]) == canonical("", [{"port": 443}])


def test_the_state_that_was_read_is_never_changed() -> None:
    export = {"version": 3, "deployment": {"resources": [resource(tokens.ENDPOINT, "vpce-1", STATE)]}}
    before = json.dumps(export)
    found = Overlay(export, REGION)
    endpoints.lay_over(found, live())
    assert found.gone
    assert json.dumps(export) == before


@pytest.mark.parametrize(("named", "read"), [(["subnet-n"], {"subnet-e"}), ([], set())])
def test_subnets_of_endpoints_are_read_where_it_is_said_which_ones_nodes_run_in(
    named: list[str], read: set[str]
) -> None:
    """Where nobody says it, the pack would take them for the nodes' own."""
    subnets = {id: {"SubnetId": id, "VpcId": VPC} for id in ("subnet-n", "subnet-e", "subnet-other")}
    there = live(subnets=subnets, endpoints={"vpce-1": endpoint(SubnetIds=["subnet-e"])})
    assert look.of_endpoints(there, named) == read
