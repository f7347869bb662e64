# ruff: noqa: ARG002  (every operation gets the same arguments)
"""Security groups and their rules on boto3: inline, one by one, and in the older all-in-one form."""

import zlib

from sandbox.aws_plugin.api import Ec2, Handler, tag_specification
from sandbox.aws_plugin.values import Values


def _sources(wanted: Values) -> set[str]:
    """Who an IpPermission lets in."""
    keys = {
        "IpRanges": "CidrIp",
        "Ipv6Ranges": "CidrIpv6",
        "PrefixListIds": "PrefixListId",
        "UserIdGroupPairs": "GroupId",
    }
    return {each[key] for listed, key in keys.items() for each in wanted.get(listed, [])}


def _source(rule: Values) -> str | None:
    """Who a single rule, as DescribeSecurityGroupRules tells it, lets in."""
    group: str | None = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or group


def permission(rule: Values, group_id: str) -> Values:
    """One inline rule, or the inputs of a SecurityGroupRule, as the EC2 API's IpPermission."""
    said = {"Description": rule["description"]} if rule.get("description") else {}
    protocol = "-1" if str(rule["protocol"]) in ("-1", "all") else str(rule["protocol"])
    groups = [
        *rule.get("securityGroups", []),
        rule.get("sourceSecurityGroupId"),
        group_id if rule.get("self") else None,
    ]
    found = {
        "IpRanges": [{"CidrIp": cidr, **said} for cidr in rule.get("cidrBlocks", [])],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **said} for cidr in rule.get("ipv6CidrBlocks", [])],
        "PrefixListIds": [{"PrefixListId": each, **said} for each in rule.get("prefixListIds", [])],
        "UserIdGroupPairs": [{"GroupId": each, **said} for each in groups if each],
    }
    ports = {} if protocol == "-1" else {"FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    return {"IpProtocol": protocol, **ports, **{key: value for key, value in found.items() if value}}


def inline_rule(found: Values, group_id: str) -> Values:
    """The reverse of `permission`, with every field the official plugin reports."""
    pairs = [pair["GroupId"] for pair in found.get("UserIdGroupPairs", [])]
    sources = [*found.get("IpRanges", []), *found.get("Ipv6Ranges", []), *found.get("UserIdGroupPairs", [])]
    return {
        "cidrBlocks": [each["CidrIp"] for each in found.get("IpRanges", [])],
        "description": next((each["Description"] for each in sources if each.get("Description")), ""),
        "fromPort": found.get("FromPort", 0),
        "ipv6CidrBlocks": [each["CidrIpv6"] for each in found.get("Ipv6Ranges", [])],
        "prefixListIds": [each["PrefixListId"] for each in found.get("PrefixListIds", [])],
        "protocol": found["IpProtocol"],
        "securityGroups": [each for each in pairs if each != group_id],
        "self": group_id in pairs,
        "toPort": found.get("ToPort", 0),
    }


def _pair_description(ec2: Ec2, rule: Values) -> str | None:
    """What a rule says of the group it lets in."""
    group = ec2.describe_security_groups(GroupIds=[rule["GroupId"]])["SecurityGroups"][0]
    ports: Values = {"IpProtocol": rule["IpProtocol"], "FromPort": rule["FromPort"], "ToPort": rule["ToPort"]}
    return next(
        (
            pair.get("Description")
            for each in group["IpPermissionsEgress" if rule["IsEgress"] else "IpPermissions"]
            for pair in each.get("UserIdGroupPairs", [])
            if {"FromPort": -1, "ToPort": -1} | {key: each[key] for key in ports.keys() & each.keys()}
            == ports
            and pair["GroupId"] == _source(rule)
        ),
        None,
    )


class SecurityGroup(Handler):
    """aws:ec2/securityGroup:SecurityGroup"""

    def create(self, ec2: Ec2, inputs: Values) -> str:
        place = {"VpcId": inputs["vpcId"]} if "vpcId" in inputs else {}
        group_id: str = ec2.create_security_group(
            GroupName=inputs["name"],
            Description=inputs["description"],
            TagSpecifications=tag_specification("security-group", inputs),
            **place,
        )["GroupId"]
        # AWS lets a new group send anything anywhere; the official plugin takes that away.
        everything = {"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}
        ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=[permission(everything, group_id)])
        self.update(ec2, group_id, {}, inputs, {"ingress", "egress"})
        return group_id

    def read(self, ec2: Ec2, group_id: str, state: Values) -> Values | None:
        group: Values = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
        return group | {
            "name": group["GroupName"],
            "ingress": [inline_rule(each, group_id) for each in group["IpPermissions"]],
            "egress": [inline_rule(each, group_id) for each in group["IpPermissionsEgress"]],
            "revokeRulesOnDelete": state.get("revokeRulesOnDelete", False),
        }

    def update(self, ec2: Ec2, group_id: str, olds: Values, news: Values, changed: set[str]) -> None:
        for direction in {"ingress", "egress"} & changed:
            for verb, rules in (("revoke", olds.get(direction)), ("authorize", news.get(direction))):
                if rules:
                    permissions = [permission(rule, group_id) for rule in rules]
                    call = getattr(ec2, f"{verb}_security_group_{direction}")
                    call(GroupId=group_id, IpPermissions=permissions)

    def delete(self, ec2: Ec2, group_id: str, state: Values) -> None:
        if state.get("revokeRulesOnDelete"):
            found = self.read(ec2, group_id, state) or {}
            self.update(ec2, group_id, found, {}, {"ingress", "egress"})
        ec2.delete_security_group(GroupId=group_id)


class GroupRule(Handler):
    """aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule and its egress sibling: one rule, one id."""

    FIELDS = (
        ("cidrIpv4", "CidrIpv4"),
        ("cidrIpv6", "CidrIpv6"),
        ("description", "Description"),
        ("fromPort", "FromPort"),
        ("ipProtocol", "IpProtocol"),
        ("prefixListId", "PrefixListId"),
        ("referencedSecurityGroupId", "ReferencedGroupId"),
        ("toPort", "ToPort"),
    )

    def __init__(self, direction: str) -> None:
        self.direction = direction

    def create(self, ec2: Ec2, inputs: Values) -> str:
        group_id = inputs["securityGroupId"]
        rule: Values = {
            **{key: inputs[key] for key in ("description", "fromPort", "toPort") if key in inputs},
            "protocol": inputs["ipProtocol"],
            "cidrBlocks": [inputs["cidrIpv4"]] if "cidrIpv4" in inputs else [],
            "ipv6CidrBlocks": [inputs["cidrIpv6"]] if "cidrIpv6" in inputs else [],
            "prefixListIds": [inputs["prefixListId"]] if "prefixListId" in inputs else [],
            "sourceSecurityGroupId": inputs.get("referencedSecurityGroupId"),
        }
        answer = getattr(ec2, f"authorize_security_group_{self.direction}")(
            GroupId=group_id,
            IpPermissions=[permission(rule, group_id)],
            TagSpecifications=tag_specification("security-group-rule", inputs),
        )
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def read(self, ec2: Ec2, rule_id: str, state: Values) -> Values | None:
        rule: Values = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])[
            "SecurityGroupRules"
        ][0]
        ports = {} if rule["IpProtocol"] == "-1" else {"fromPort": rule["FromPort"], "toPort": rule["ToPort"]}
        referenced = rule.get("ReferencedGroupInfo", {}).get("GroupId")
        if referenced:  # moto tells the description of such a rule in the group's permissions only
            rule["Description"] = _pair_description(ec2, rule)
        return {key: value for key, value in rule.items() if key not in ("FromPort", "ToPort")} | {
            **ports,
            "securityGroupId": rule["GroupId"],
            "referencedSecurityGroupId": referenced,
            "OwnerId": rule.get("GroupOwnerId"),
        }

    def update(self, ec2: Ec2, rule_id: str, olds: Values, news: Values, changed: set[str]) -> None:
        if changed - {"tags"}:
            rule = {api: news[name] for name, api in self.FIELDS if name in news}
            request = [{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": rule}]
            ec2.modify_security_group_rules(GroupId=news["securityGroupId"], SecurityGroupRules=request)

    def delete(self, ec2: Ec2, rule_id: str, state: Values) -> None:
        revoke = getattr(ec2, f"revoke_security_group_{self.direction}")
        revoke(GroupId=state["securityGroupId"], SecurityGroupRuleIds=[rule_id])


class LegacyRule(Handler):
    """aws:ec2/securityGroupRule:SecurityGroupRule: one resource, as many rules as it names sources."""

    needs_state = True

    def create(self, ec2: Ec2, inputs: Values) -> str:
        group_id = inputs["securityGroupId"]
        wanted = permission(inputs, group_id)
        getattr(ec2, f"authorize_security_group_{inputs['type']}")(GroupId=group_id, IpPermissions=[wanted])
        # The id that the official plugin makes up: a checksum over what the rule says.
        sources = sorted(f"{each}--" if each.startswith("sg-") else f"{each}-" for each in _sources(wanted))
        ports = "".join(f"{wanted[key]}-" for key in ("FromPort", "ToPort") if wanted.get(key, 0) > 0)
        text = f"{group_id}-{ports}{wanted['IpProtocol']}-{inputs['type']}-{''.join(sources)}"
        return f"sgrule-{zlib.crc32(text.encode())}"

    def read(self, ec2: Ec2, rule_id: str, state: Values) -> Values | None:
        wanted = permission(state, state["securityGroupId"])
        listed = ec2.describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [state["securityGroupId"]]}]
        )
        found = [
            rule
            for rule in listed["SecurityGroupRules"]
            if rule["IsEgress"] == (state["type"] == "egress")
            and (rule["IpProtocol"], rule["FromPort"], rule["ToPort"])
            == (wanted["IpProtocol"], wanted.get("FromPort", -1), wanted.get("ToPort", -1))
            and _source(rule) in _sources(wanted)
        ]
        if len(found) < len(_sources(wanted)):
            return None
        said = found[0].get("Description") or _pair_description(ec2, found[0])
        single = found[0]["SecurityGroupRuleId"] if len(found) == 1 else ""
        return state | {"description": said, "securityGroupRuleId": single}

    def update(self, ec2: Ec2, rule_id: str, olds: Values, news: Values, changed: set[str]) -> None:
        wanted = permission({"description": "", **news}, news["securityGroupId"])
        call = getattr(ec2, f"update_security_group_rule_descriptions_{news['type']}")
        call(GroupId=news["securityGroupId"], IpPermissions=[wanted])

    def delete(self, ec2: Ec2, rule_id: str, state: Values) -> None:
        revoke = getattr(ec2, f"revoke_security_group_{state['type']}")
        revoke(GroupId=state["securityGroupId"], IpPermissions=[permission(state, state["securityGroupId"])])
