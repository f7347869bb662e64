"""The stand-in against a real account: impossible by construction. Whatever a URL, an environment or an answer says, every
connection is one to a loopback address, and no key but the sandbox's is sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.util import parse_url

from sandbox import environments
from sandbox.bootstrap.places import STAND_IN_FOLDER
from sandbox.loopback import is_loopback
from tests.sandbox.plugin import SANDBOX, SERVICES, AbortedError, Plugin

LOOPBACK = [
    *("http://127.0.0.1:5577", "http://127.0.0.1:5577/", "http://127.8.9.10", "https://localhost:1"),
    *("http://[::1]:5577", "http://localhost", "http://127.0.0.1:65535/path-1"),
]
# Each is a way to be taken for a loopback address by one reader of URLs.
ELSEWHERE = [
    *(
        "https://ec2.eu-west-1.amazonaws.com",
        "http://169.254.169.254",
        "http://[fd00:ec2::254]",
        "http://0.0.0.0:1",
    ),
    *(
        "http://[::]",
        "http://[::ffff:127.0.0.1]",
        "http://[::ffff:8.8.8.8]",
        "http://[::1%25eth0]",
        "http://[::1]evil.example",
    ),
    *(
        "http://127.0.0.1@evil.example",
        "http://test:test@127.0.0.1",
        "http://127.0.0.1:80@evil.example",
        "http://@127.0.0.1",
    ),
    *(
        "http://evil.example\\@127.0.0.1:1",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1\\.evil.example",
    ),
    *("http://evil.example#@127.0.0.1", "http://evil.example?@127.0.0.1", "http://127.0.0.1#@evil.example"),
    *(
        "http://127.0.0.1?x=http://evil.example",
        "http://127.0.0.1%2eevil.example",
        "http://127.0.0.1%40evil.example",
    ),
    *(
        "http://evil.example\t@127.0.0.1",
        "http://127.0.0.1\n.evil.example",
        "http://127.0.0.1\r\nHost: evil.example",
        " http://127.0.0.1",
    ),
    *(
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://localhost.",
        "http://evil-localhost",
    ),
    *(
        "http://127.1",
        "http://2130706433",
        "http://0x7f.0.0.1",
        "http://0177.0.0.1",
        "http://127.0.0.256",
        "http://127.000.0.01",
    ),
    *(
        "http://①27.0.0.1",
        "http://localhost。evil.example",
        "http://ⓛocalhost",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:1:2",
    ),
    *(
        "//127.0.0.1",
        "127.0.0.1:1",
        "ftp://127.0.0.1",
        "file:///127.0.0.1",
        "unix:///tmp/x",
        "http:127.0.0.1",
        "",
        "http://",
    ),
]


@pytest.mark.parametrize("url", LOOPBACK)
def test_a_loopback_url_is_one_to_whoever_connects(url: str) -> None:
    assert is_loopback(url)
    host = (parse_url(url).host or "").strip("[]")
    assert {each[4][0] for each in socket.getaddrinfo(host, 80)} <= {"::1", host, "127.0.0.1"}


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_other_url_is_taken_for_one(url: str) -> None:
    assert not is_loopback(url)
    for service in ("ec2", "s3"):
        config = {**SANDBOX, "endpoints": json.dumps([{"ec2": "http://127.0.0.1:1", service: url}])}
        if url or service == "ec2":  # an empty URL is none: the service is not called
            assert "aws:endpoints" in Plugin().check_config(config)
            with pytest.raises(AbortedError, match="stand-in"):
                Plugin(config)


@contextmanager
def answering(
    status: int, headers: dict[str, str], body: bytes = b""
) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A server on loopback that answers all requests alike; its port, and the headers that it got."""
    got: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            got.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_CONNECT = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1], got
        finally:
            server.shutdown()


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where this process connects to. A connection to anywhere but loopback is an error, and is not made."""
    found: list[tuple[str, int]] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        found.append((str(address[0]), int(address[1])))
        if address[0] not in ("127.0.0.1", "::1"):
            raise OSError(f"a connection to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return found


def configured(port: int, **more: Any) -> Plugin:
    return Plugin({**SANDBOX, "endpoints": [dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}")], **more})


CALLS = {
    "ec2": lambda plugin: plugin.api("ec2").describe_vpcs(),
    "s3": lambda plugin: plugin.api("s3").head_bucket(Bucket="acme"),
    "iam": lambda plugin: plugin.api("iam").get_role(RoleName="x"),
    "route53": lambda plugin: plugin.api("route53").list_hosted_zones(),
    "sts": lambda plugin: plugin.api("sts").get_caller_identity(),
}


@pytest.mark.parametrize("service", sorted(CALLS))
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(service: str, status: int, reached: list[tuple[str, int]]) -> None:
    """Neither HTTP's nor S3's own, which names another Region."""
    error = b"<Error><Code>PermanentRedirect</Code><Endpoint>evil.example</Endpoint></Error>"
    with answering(200, {}) as (elsewhere, stolen):
        to = {"Location": f"http://127.0.0.1:{elsewhere}/", "x-amz-bucket-region": "us-west-2"}
        with answering(status, to, error) as (port, got), pytest.raises((ClientError, BotoCoreError)):
            CALLS[service](configured(port))
    assert got
    assert stolen == []
    assert {where for _, where in reached} == {port}


def test_nothing_of_the_users_environment_leads_a_call_elsewhere_or_signs_it(
    reached: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (
        answering(200, {}) as (proxy, through),
        answering(200, {}, b"<DescribeVpcsResponse/>") as (port, got),
    ):
        files = tmp_path / "config"
        files.write_text(
            f"[default]\nendpoint_url = http://127.0.0.1:{proxy}\nregion = us-east-2\ncredential_process = /bin/false\n"
            "[profile work]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = default\n"
        )
        keys = tmp_path / "credentials"
        keys.write_text("[default]\naws_access_key_id = AKIAFROMAFILE\naws_secret_access_key = x\n")
        url = f"http://127.0.0.1:{proxy}"
        for name, value in {
            **dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"), url),
            **dict.fromkeys(
                ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_CONTAINER_CREDENTIALS_FULL_URI"), url
            ),
            **{
                "AWS_ACCESS_KEY_ID": "AKIAFROMTHESHELL",
                "AWS_SECRET_ACCESS_KEY": "x",
                "AWS_SESSION_TOKEN": "token",
            },
            **{
                "AWS_PROFILE": "work",
                "AWS_CONFIG_FILE": str(files),
                "AWS_SHARED_CREDENTIALS_FILE": str(keys),
            },
            **{
                "AWS_EC2_METADATA_DISABLED": "false",
                "AWS_USE_DUALSTACK_ENDPOINT": "true",
                "AWS_USE_FIPS_ENDPOINT": "true",
            },
        }.items():
            monkeypatch.setenv(name, value)
        configured(port).api("ec2").describe_vpcs()
    assert through == []
    assert {where for _, where in reached} == {port}
    (asked,) = got
    assert "Credential=test/" in asked["authorization"]
    assert "x-amz-security-token" not in asked
    assert "AKIA" not in json.dumps(asked)


def test_a_services_url_that_is_not_given_is_not_aws_s_own(reached: list[tuple[str, int]]) -> None:
    plugin = Plugin({**SANDBOX, "endpoints": [{"ec2": "http://127.0.0.1:1", "sts": "http://127.0.0.1:1"}]})
    for service in ("iam", "route53", "s3", "service-quotas", "route53resolver"):
        with pytest.raises(Exception, match="only an AWS API on a loopback address is ever called"):
            plugin.api(service)
    assert reached == []


@pytest.mark.parametrize(
    "path", ["{stand_in}", "{stand_in}/", "/usr/bin:{stand_in}:/bin", "{link}", "{stand_in}/../bin"]
)
def test_a_run_in_a_real_account_never_has_the_stand_in(path: str, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(STAND_IN_FOLDER)
    user = {"PATH": path.format(stand_in=STAND_IN_FOLDER, link=link), "AWS_PROFILE": "work"}
    seen = environments.for_real(None, user)
    assert not [
        each
        for each in seen["PATH"].split(":")
        if Path(each, "pulumi-resource-aws").resolve() == (STAND_IN_FOLDER / "pulumi-resource-aws").resolve()
    ]
    assert seen["AWS_PROFILE"] == "work"
