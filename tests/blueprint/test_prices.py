"""What endpoints cost: AWS's prices are typed here from its price list, and sums are worked out by hand."""

import re
from decimal import Decimal

import pytest

from blueprint import prices
from blueprint.catalog import load
from blueprint.prices import Rate, bill, dollars, hub

# AWS Price List, offer AmazonVPC, dimension <Region>-VpcEndpoint-Hours: USE1 and APS7 as published 2026-09-17, USW2 as of
# 2026-10-06.
HOUR = {"us-east-1": "0.010", "us-west-2": "0.010", "ap-southeast-5": "0.0117"}


def test_the_table_has_the_verified_prices_and_no_others() -> None:
    assert {region: str(price.usd) for region, price in prices.load().endpoint_hour.items()} == HOUR


def test_data_has_three_tiers_with_ends_in_gb() -> None:
    """ "First 1 PB $0.01, Next 4 PB $0.006, Anything over 5 PB $0.004" (privatelink-pricing)."""
    petabyte = 1024 * 1024
    tiers = [(str(tier.usd), tier.up_to_gb) for tier in prices.load().data]
    assert tiers == [("0.01", petabyte), ("0.006", 5 * petabyte), ("0.004", None)]


def test_a_gateway_endpoint_is_free() -> None:
    """ "There is no additional charge for using gateway endpoints." """
    gateway = prices.load().gateway
    assert gateway.usd == 0
    assert load().sources[gateway.source].url.endswith("/privatelink/gateway-endpoints.html")


def test_every_price_leads_in_two_hops_to_a_page_and_has_a_day() -> None:
    table = prices.load()
    assert table.endpoint_hour.keys() <= load().regions.keys()
    for price in (*table.endpoint_hour.values(), *table.data, table.gateway):
        assert load().sources[price.source].url.startswith("https://")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", price.date)
        assert price.evidence == "verified"


def test_six_endpoints_in_two_zones_cost_eighty_seven_dollars_sixty() -> None:
    found = bill("us-east-1", [(f"e{number}", 2) for number in range(6)])
    assert found.total == Decimal("87.60")
    assert found.per_zone == Decimal("7.30")
    assert [line.usd for line in found.lines] == [Decimal("14.60")] * 6
    assert dollars(found.total) == "87.60"


def test_a_rate_says_where_it_is_from() -> None:
    table = prices.load()
    rate = table.rate("ap-southeast-5")
    assert rate
    assert (rate.usd, rate.origin) == (Decimal("0.0117"), "AWS's price of 2026-09-17")
    assert table.rate("ap-southeast-5", Decimal("0.02")) == Rate(Decimal("0.02"))
    assert table.rate("eu-west-1", Decimal("0.02")) == table.rate(None, Decimal("0.02"))
    assert Rate(Decimal("0.02")).origin == "configured"


def test_a_region_whose_price_is_not_verified_has_no_rate_and_no_total() -> None:
    for region in ("eu-west-1", "cn-north-1", None):
        found = bill(region, [("ssm", 2)])
        assert found.rate is None
        assert found.total is None
        assert found.per_zone is None
        assert found.at_least == 0


def test_what_is_not_known_is_no_part_of_the_sum_and_no_zero() -> None:
    found = bill("us-east-1", [("ssm", 2), ("ec2", None)])
    assert found.total is None
    assert found.at_least == Decimal("14.60")
    assert [line.usd for line in found.lines] == [Decimal("14.60"), None]


def test_endpoints_of_one_name_are_two_and_one_in_no_zone_costs_nothing_anywhere() -> None:
    assert bill("us-east-1", [("ssm", 1), ("ssm", 1)]).total == Decimal("14.60")
    assert bill("eu-west-1", [("ssm", 0)]).total == 0
    assert bill("eu-west-1", []).total == 0


def test_sums_are_exact() -> None:
    """Three tenths in binary fractions are not three tenths."""
    assert bill("eu-west-1", [("a", 3), ("b", 3)], Decimal("0.1")).total == Decimal("438.0")


def test_a_hub_saves_the_endpoints_of_every_vpc_but_one() -> None:
    found = hub(bill("us-east-1", [("ssm", 2), ("ssmmessages", 2)]), 10)
    assert found
    assert (found.apart, found.shared, found.saved) == (
        Decimal("292.00"),
        Decimal("29.20"),
        Decimal("262.80"),
    )
    alone = hub(bill("us-east-1", [("ssm", 2)]), 1)
    assert alone
    assert alone.saved == 0


def test_what_a_hub_saves_is_unknown_where_the_cost_is() -> None:
    assert hub(bill("eu-west-1", [("ssm", 2)]), 3) is None
    with pytest.raises(ValueError, match="vpcs is 0; allowed is a number from 1 on"):
        hub(bill("us-east-1", [("ssm", 2)]), 0)


@pytest.mark.parametrize(
    ("usd", "said"),
    [("1314", "1,314.00"), ("8.541", "8.54"), ("0", "0.00"), ("1E+30", "1" + ",000" * 10 + ".00")],
)
def test_amounts_are_shown_to_the_cent(usd: str, said: str) -> None:
    assert dollars(Decimal(usd)) == said


def test_a_price_that_is_no_text_is_refused() -> None:
    """A TOML float is the nearest fraction of two, not the price."""
    for usd in (0.01, "0,01", "-1", ""):
        with pytest.raises(ValueError, match="is not an amount"):
            prices._row({"usd": usd, "source": "price-list-vpc"})
