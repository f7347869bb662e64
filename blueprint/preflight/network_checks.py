"""Whether the VPC and its subnets are as the stack's owner says."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from blueprint.preflight.findings import NODES, Case, listed
from blueprint.preflight.questions import created, redirected, redirects_here
from blueprint.preflight.shapes import Absent, Subnet, Vpc
from blueprint.settings import ExistingNetwork
from blueprint.settings.network import NodeSubnet

_VPC = ("network", "vpcId")
_SHARED = "AWS lets only the owner of a VPC make endpoints in its subnets, shared or not"
_ATTRIBUTES = {"dns_support": "enableDnsSupport", "dns_hostnames": "enableDnsHostnames"}


def check(case: Case) -> None:
    """Everything under `network` for a VPC that is there."""
    network, vpc = case.network, case.answers.vpc
    if network is None:
        return
    if isinstance(vpc, Absent):
        case.wrong(
            _VPC,
            f"is no VPC of {_account(case)} in {case.settings.region}: another account or Region, or a wrong id",
            "compare with: aws ec2 describe-vpcs --query 'Vpcs[].VpcId'; choose the account with AWS_PROFILE",
        )
    if isinstance(vpc, Vpc):
        _check_vpc(case, network, vpc)
    for position, declared in enumerate(network.node_subnets):
        found = case.answers.subnets.get(declared.id)
        if isinstance(found, Absent):
            case.wrong(
                (*NODES, position, "id"),
                f"is no subnet of {_account(case)} in {case.settings.region}",
                f"compare with: aws ec2 describe-subnets --filters Name=vpc-id,Values={network.vpc_id}",
            )
        elif isinstance(found, Subnet):
            _check_subnet(case, position, declared, found)
    _check_unadmitted(case, network)


def _check_vpc(case: Case, network: ExistingNetwork, vpc: Vpc) -> None:
    if _foreign(case, vpc.owner):
        case.wrong(
            _VPC,
            f"belongs to account {vpc.owner}, and these are the credentials of {_account(case)}",
            _SHARED,
        )
    if created(case.plan) or redirected(case.plan):
        for name, attribute in _ATTRIBUTES.items():
            if not getattr(vpc, name):
                option = f"--{'enable-dns-support' if name == 'dns_support' else 'enable-dns-hostnames'}"
                case.wrong(
                    _VPC,
                    f"has {attribute} off, and private DNS needs it "
                    "(AWS: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames)",
                    f"aws ec2 modify-vpc-attribute --vpc-id {vpc.id} {option} Value=true",
                    f"or where the VPC is made: {attribute}: true (Pulumi: enable_{name}=True)",
                )
    if network.vpc_cidrs and set(network.vpc_cidrs) != set(vpc.cidrs):
        case.wrong(("network", "vpcCidrs"), "are not the VPC's blocks", f"vpcCidrs: {listed(vpc.cidrs)}")
    elif network.vpc_cidrs and network.vpc_cidrs[0] != vpc.cidrs[0]:
        case.wrong(
            ("network", "vpcCidrs"),
            f"begin with another block than the VPC's primary one, {vpc.cidrs[0]}: its resolver's address follows from it",
            f"vpcCidrs: {listed(vpc.cidrs)}",
        )


def _check_subnet(case: Case, position: int, declared: NodeSubnet, found: Subnet) -> None:
    loc = (*NODES, position)
    network = case.network
    vpc = case.answers.vpc
    if network and found.vpc != network.vpc_id:
        case.wrong(
            (*loc, "id"),
            f"is a subnet of {found.vpc}, not of {network.vpc_id}",
            "remove it, or correct vpcId",
        )
        return
    if _foreign(case, found.owner) and not (isinstance(vpc, Vpc) and _foreign(case, vpc.owner)):
        case.wrong((*loc, "id"), f"is shared by account {found.owner}", _SHARED)
    if found.cidr != declared.cidr:
        case.wrong(
            (*loc, "cidr"),
            f"is not the block of {declared.id}, which is {found.cidr or 'none: it has IPv6 alone'}: "
            "the nodes would not be admitted",
            f"cidr: {found.cidr}",
            nearest=found.cidr,
        )
    if found.zone != declared.availability_zone:
        case.wrong(
            (*loc, "availabilityZone"),
            f"is not the zone of {declared.id}",
            f"availabilityZone: {found.zone}",
            nearest=found.zone,
        )
    dual = case.plan.ip_address_type in ("dualstack", "ipv6")
    if declared.ipv6_cidr and declared.ipv6_cidr != found.ipv6_cidr:
        case.wrong(
            (*loc, "ipv6Cidr"),
            f"is not the IPv6 block of {declared.id}, which is {found.ipv6_cidr or 'none'}",
            f"ipv6Cidr: {found.ipv6_cidr}"
            if found.ipv6_cidr
            else "remove the key, or give the subnet a block",
            nearest=found.ipv6_cidr,
        )
    elif dual and not found.ipv6_cidr:
        case.wrong(
            (*loc, "id"),
            f"has no IPv6 block, and dns.ipAddressType is {case.plan.ip_address_type}",
            "give the subnet one, or set dns: {ipAddressType: ipv4}",
        )
    explicit = case.answers.route_tables.get(declared.id)
    main = vpc.main_route_table if isinstance(vpc, Vpc) else ""
    table = explicit if isinstance(explicit, str) else main if isinstance(explicit, Absent) else ""
    if table and table != declared.route_table_id:
        how = (
            "the VPC's main one, for nobody associated another"
            if table == main and explicit != table
            else "associated"
        )
        case.wrong(
            (*loc, "routeTableId"),
            f"is not the route table of {declared.id}, which is {table} ({how}): its nodes would have no route to S3",
            f"routeTableId: {table}",
            nearest=table,
        )


def _check_unadmitted(case: Case, network: ExistingNetwork) -> None:
    ids = case.answers.every_subnet
    if not redirects_here(case.plan) or network.accept_unadmitted_subnets or not isinstance(ids, tuple):
        return
    admitted = list(collapse_addresses(IPv4Network(block) for block in case.plan.client_cidrs))
    admitted6 = list(collapse_addresses(IPv6Network(block) for block in case.plan.client_ipv6_cidrs))
    outside: list[Subnet] = []
    alone: list[Subnet] = []
    for id in ids:
        subnet = case.answers.subnets.get(id)
        if not isinstance(subnet, Subnet):
            continue
        if subnet.cidr and not any(IPv4Network(subnet.cidr).subnet_of(block) for block in admitted):
            outside.append(subnet)
        elif subnet.ipv6_cidr and not subnet.cidr and case.plan.ip_address_type in ("dualstack", "ipv6"):
            block = IPv6Network(subnet.ipv6_cidr)
            alone += [] if any(block.subnet_of(each) for each in admitted6) else [subnet]
    services = ", ".join(redirected(case.plan))
    known = {declared.id for declared in network.node_subnets}
    outside = [subnet for subnet in outside if subnet.id not in known]
    if outside:
        clients = [*network.client_cidrs, *(subnet.cidr for subnet in outside)]
        told = ", ".join(f"{subnet.id} ({subnet.cidr})" for subnet in outside)
        case.wrong(
            ("network", "clientCidrs"),
            f"leave out subnets of the VPC that private DNS redirects too; calls of {services} there would fail: {told}",
            f"clientCidrs: {listed(clients)}",
            "or, if nothing there calls them: acceptUnadmittedSubnets: true",
        )
    if alone:
        told = ", ".join(f"{subnet.id} ({subnet.ipv6_cidr})" for subnet in alone)
        case.wrong(
            ("network", "nodeSubnets"),
            f"leave out subnets with IPv6 alone that private DNS redirects too: {told}",
            "list them here with their ipv6Cidr, or set acceptUnadmittedSubnets: true",
            value=f"({len(network.node_subnets)} subnets)",
        )


def _foreign(case: Case, owner: str) -> bool:
    account = case.answers.account
    return isinstance(account, str) and bool(account and owner) and account != owner


def _account(case: Case) -> str:
    account = case.answers.account
    return f"account {account}" if isinstance(account, str) and account else "this account"
