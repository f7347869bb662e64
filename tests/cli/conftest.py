from collections.abc import Iterator

import pytest

from tests.support.aws_api import serving


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    """The port of an AWS API on loopback with nothing in it."""
    with serving() as port:
        yield port
