"""Which URLs are on this machine: for the stand-in, and for what a stack file may name."""

import ipaddress
import re

_LOOPBACK = re.compile(
    r"https?://(?P<host>localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:(?P<port>\d{1,5}))?(/[\w./-]*)?",
    re.ASCII,
)
_LAST_PORT = 65535


def is_loopback(url: str) -> bool:
    """Whether a URL is a loopback address's, a port's and a path's and nothing else's.

    Names are not resolved, so `localhost` alone is one. Nothing that readers of URLs disagree about: of
    `http://example.com\\@127.0.0.1` Python's urlsplit says that the host is 127.0.0.1, and urllib3 goes to example.com.
    """
    found = _LOOPBACK.fullmatch(url)
    if found is None or int(found["port"] or 0) > _LAST_PORT:
        return False
    host = found["host"].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
