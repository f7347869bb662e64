"""What a stack's interface endpoints may cost a month. Sums are worked out by hand, with 730 hours."""

from tests.policies.conftest import Judge
from tests.support.graph import UNKNOWN_LIST, UNKNOWN_STRING, JsonObject

SUBNETS: list[JsonObject] = [
    {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True},
    *(
        {
            "Subnet": zone,
            "vpcId": "${net}",
            "cidrBlock": f"10.0.{n}.0/24",
            "availabilityZone": f"us-east-1{zone}",
        }
        for n, zone in enumerate("abc")
    ),
]
EAST = "us-east-1"


def endpoint(service: str, zones: str = "ab", region: str = EAST, **more: object) -> JsonObject:
    return {
        "VpcEndpoint": service,
        "vpcId": "${net}",
        "serviceName": f"com.amazonaws.{region}.{service}",
        "vpcEndpointType": "Interface",
        "subnetIds": ["${" + zone + "}" for zone in zones],
        "privateDnsEnabled": True,
        **more,
    }


def test_a_stack_that_costs_too_much_is_told_each_line_the_total_and_what_would_help(judge: Judge) -> None:
    (said,) = judge.fixture("fail-too-much")
    # (3 + 3 + 2 + 2) zones x 730 h x 0.01 USD.
    assert "cost 73.00 USD a month, not 50.00 (maxMonthlyUsd)" in said
    assert "eu-west-1, 0.01 per endpoint, zone and hour (configured)" in said
    assert "ec2 in 2 zones = 14.60" in said
    assert "ssmmessages in 3 zones = 21.90" in said
    assert "s3" not in said
    assert (
        '"minimumAgentVersion": "3.3.40.0", if no node runs an older agent (without ec2messages: 14.60 less)'
        in said
    )
    assert '"features": {"vssSnapshots": false}, if the nodes do not use it (without ec2: 14.60 less)' in said
    assert "a subnet less in 'ssm', 'ssmmessages', in a zone without nodes (14.60 less)" in said
    assert (
        '"sharedEndpoints": [{"vpc": "<this VPC>", "services": ["ec2", "ec2messages", "ssm", "ssmmessages"]'
        in said
    )
    assert '{"maxMonthlyUsd": 73} in the pack\'s configuration' in said
    assert said.endswith("control: none")


def test_the_table_says_its_price_and_day_where_nobody_configured_one(judge: Judge) -> None:
    (said,) = judge.resources(*SUBNETS, endpoint("ssm"), config={"maxMonthlyUsd": 14}, region=EAST)
    assert "cost 14.60 USD a month, not 14.00" in said
    assert (
        "us-east-1, 0.010 per endpoint, zone and hour (AWS's price of 2026-09-17): ssm in 2 zones = 14.60"
        in said
    )
    assert '{"maxMonthlyUsd": 15}' in said
    assert judge.resources(*SUBNETS, endpoint("ssm"), config={"maxMonthlyUsd": 14.6}, region=EAST) == []


def test_a_configured_price_wins_over_the_tables(judge: Judge) -> None:
    config = {"maxMonthlyUsd": 14.6, "endpointHourUsd": 0.0101}
    (said,) = judge.resources(*SUBNETS, endpoint("ssm"), config=config, region=EAST)
    assert "cost 14.75 USD" in said
    assert (
        judge.resources(*SUBNETS, endpoint("ssm"), config={**config, "endpointHourUsd": 0.009}, region=EAST)
        == []
    )


def test_without_a_limit_nobody_asks(judge: Judge) -> None:
    for config in ({}, {"endpointHourUsd": 9.0}):
        assert judge.resources(*SUBNETS, endpoint("ssm", "abc"), config=config) == []


def test_a_limit_of_nothing_forbids_the_first_endpoint(judge: Judge) -> None:
    assert judge.resources(*SUBNETS, config={"maxMonthlyUsd": 0}, region=EAST) == []
    assert len(judge.resources(*SUBNETS, endpoint("ssm"), config={"maxMonthlyUsd": 0}, region=EAST)) == 1


def test_every_interface_endpoint_counts_and_gateways_do_not(judge: Judge) -> None:
    sqs = endpoint("sqs", "a")
    free = endpoint("dynamodb", vpcEndpointType="Gateway")
    (said,) = judge.resources(*SUBNETS, endpoint("ssm"), sqs, free, config={"maxMonthlyUsd": 20}, region=EAST)
    assert "cost 21.90 USD a month" in said
    assert "sqs in 1 zone = 7.30" in said
    assert "dynamodb" not in said


def test_subnets_that_only_their_configurations_name_are_not_taken_for_none(judge: Judge) -> None:
    fixed = endpoint(
        "ssm", "", subnetConfigurations=[{"subnetId": "subnet-0123456789abcdef0", "ipv4": "10.0.0.9"}]
    )
    (said,) = judge.resources(*SUBNETS, fixed, config={"maxMonthlyUsd": 1000}, region=EAST)
    assert "in how many Availability Zones it is cannot be read" in said


def test_subnets_of_associations_count(judge: Judge) -> None:
    one = {"VpcEndpointSubnetAssociation": "third", "vpcEndpointId": "${ssm}", "subnetId": "${c}"}
    config = {"maxMonthlyUsd": 14.6}
    (said,) = judge.resources(*SUBNETS, endpoint("ssm"), one, config=config, region=EAST)
    assert "ssm in 3 zones = 21.90" in said
    stray = {**one, "vpcEndpointId": UNKNOWN_STRING}
    stack = (*SUBNETS, endpoint("ssm"), stray, {**stray, "VpcEndpointSubnetAssociation": "fourth"})
    (said,) = judge.resources(*stack, config=config, region=EAST)
    assert judge.resources(*stack, config={**config, "onUnknown": "warn"}, region=EAST) == []
    assert "'fourth', 'third': which endpoint gets one more zone cannot be read in the preview" in said


def test_a_price_that_nobody_verified_blocks_until_it_is_configured(judge: Judge) -> None:
    (said,) = judge.fixture("fail-price-not-verified")
    assert "'ec2', 'ssm': AWS's price of an interface endpoint in eu-west-1 is not verified" in said
    assert "so it cannot be proven that the stack's endpoints cost at most 500.00 USD a month" in said
    assert '{"endpointHourUsd": <USD per endpoint, zone and hour>}' in said
    assert "https://aws.amazon.com/privatelink/pricing/" in said
    assert judge.fixture("fail-price-not-verified", {"maxMonthlyUsd": 500, "endpointHourUsd": 0.011}) == []
    few = (endpoint("ssm", "a", "eu-west-1"), endpoint("ec2", "", "eu-west-1"))
    (said,) = judge.resources(*SUBNETS, *few, config={"maxMonthlyUsd": 500})
    assert "\n'ssm': AWS's price" in said
    # It is no value of the preview: `warn` does not let it pass.
    assert len(judge.fixture("fail-price-not-verified", {"maxMonthlyUsd": 500, "onUnknown": "warn"})) == 1


def test_unread_subnets_and_types_block_as_unproven(judge: Judge) -> None:
    limit = {"maxMonthlyUsd": 100}
    for unknown in (
        {"subnetIds": UNKNOWN_LIST},
        {"subnetIds": [UNKNOWN_STRING, "${a}"]},
        {"vpcEndpointType": UNKNOWN_STRING},
    ):
        stack = (*SUBNETS, endpoint("ssm"), endpoint("ec2", **unknown))
        (said,) = judge.resources(*stack, config=limit, region=EAST)
        assert "'ec2': in how many Availability Zones it is cannot be read in the preview" in said
        assert judge.resources(*stack, config={**limit, "onUnknown": "warn"}, region=EAST) == []


def test_what_is_known_may_be_too_much_already(judge: Judge) -> None:
    stack = (*SUBNETS, endpoint("ssm"), endpoint("ec2", subnetIds=UNKNOWN_LIST))
    (said,) = judge.resources(*stack, config={"maxMonthlyUsd": 14, "onUnknown": "warn"}, region=EAST)
    assert "cost 14.60 USD a month, not 14.00" in said
    assert "ec2 in ? zones = ?" in said


def test_an_unread_region_is_unproven_unless_the_price_is_configured(judge: Judge) -> None:
    stack = (*SUBNETS, endpoint("ssm"))
    (said,) = judge.resources(*stack, config={"maxMonthlyUsd": 14.6}, region="")
    assert "'ssm': their Region cannot be read in the preview, nor AWS's price there" in said
    assert judge.resources(*stack, config={"maxMonthlyUsd": 14.6, "onUnknown": "warn"}, region="") == []
    config = {"maxMonthlyUsd": 14.6, "endpointHourUsd": 0.01}
    assert judge.resources(*stack, config=config, region="") == []
    (said,) = judge.resources(*stack, config={**config, "maxMonthlyUsd": 14}, region="")
    assert "\n  a Region that is not known, 0.01 per endpoint, zone and hour (configured): ssm in 2" in said


def test_regions_add_up_each_at_its_own_price(judge: Judge) -> None:
    west = endpoint("kms", region="us-west-2") | {"region": "us-west-2"}
    stack = (*SUBNETS, endpoint("ssm"), west)
    (said,) = judge.resources(*stack, config={"maxMonthlyUsd": 29}, region=EAST)
    assert "cost 29.20 USD a month" in said
    assert (
        "us-west-2, 0.010 per endpoint, zone and hour (AWS's price of 2026-10-06): kms in 2 zones = 14.60"
        in said
    )
    assert judge.resources(*stack, config={"maxMonthlyUsd": 29.2}, region=EAST) == []


def test_only_what_would_help_is_offered(judge: Judge) -> None:
    config = {"maxMonthlyUsd": 1, "minimumAgentVersion": "3.3.40.0", "features": {"vssSnapshots": False}}
    (said,) = judge.resources(*SUBNETS, endpoint("ssm"), endpoint("ec2"), config=config, region=EAST)
    assert "minimumAgentVersion" not in said
    assert "vssSnapshots" not in said
    assert "a subnet less" not in said
    (said,) = judge.resources(*SUBNETS, endpoint("ec2messages"), config=config, region=EAST)
    assert "fix: take it out (without ec2messages: 14.60 less)" in said
    (said,) = judge.resources(*SUBNETS, endpoint("sqs"), config=config, region=EAST)
    assert "sharedEndpoints" not in said
