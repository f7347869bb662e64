from collections.abc import Iterator

import pytest

from tests.recovery.aws import access
from tests.support.aws_api import serving


@pytest.fixture(scope="module")
def aws() -> Iterator[int]:
    """The port of an AWS API on loopback."""
    with serving() as port:
        yield port
        access(port).close()
        access.cache_clear()
