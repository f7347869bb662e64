from tests.support.aws_api import client, serving


def _vpcs(port: int) -> set[str]:
    return {each["CidrBlock"] for each in client(port, "ec2").describe_vpcs()["Vpcs"]}


def test_an_api_knows_nothing_of_the_one_before() -> None:
    """One worker runs many files; what one of them leaves behind may not fail another."""
    with serving() as port:
        client(port, "ec2").create_vpc(CidrBlock="10.99.0.0/16")
        assert "10.99.0.0/16" in _vpcs(port)
    with serving() as port:
        assert "10.99.0.0/16" not in _vpcs(port)


def test_an_api_beside_another_takes_nothing_from_it() -> None:
    with serving() as port:
        client(port, "ec2").create_vpc(CidrBlock="10.99.0.0/16")
        with serving():
            assert "10.99.0.0/16" in _vpcs(port)
        assert "10.99.0.0/16" in _vpcs(port)
