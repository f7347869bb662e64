"""An AWS API on loopback, and clients of it for what other people do there."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import yaml
from moto.server import ThreadedMotoServer

from sandbox import moto_gaps

DEV = Path(__file__).parents[2] / "Pulumi.dev.yaml"
REGION = "eu-west-1"
_running: list[int] = []


@contextmanager
def serving() -> Iterator[int]:
    """Starts moto, as the sandbox does; the port that it answers on. It remembers nothing of the tests before: moto's
    memory is the process's, whatever the server, so it is emptied, but for one beside another that still runs."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    moto_gaps.fill()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    alone = not _running
    _running.append(port)
    try:
        if alone:
            urlopen(Request(f"http://127.0.0.1:{port}/moto-api/reset", method="POST"), timeout=30).close()
        yield port
    finally:
        _running.remove(port)
        server.stop()


def client(port: int, service: str, region: str = REGION, role: str = "") -> Any:
    """A boto3 client of the API on this port; with `role`, an ARN, in that role's account."""
    session, url = boto3.Session("test", "test", region_name=region), f"http://127.0.0.1:{port}"
    if role:
        sts: Any = session.client("sts", endpoint_url=url)
        given = sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
        keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        session = boto3.Session(*keys, region_name=region)
    make: Any = session.client
    return make(service, endpoint_url=url)


def provider_keys(port: int) -> dict[str, Any]:
    """The aws provider's keys of a stack file, as the dev stack has them, for the API on this port."""
    text = DEV.read_text(encoding="utf-8").replace(":5577", f":{port}")
    return {key: value for key, value in yaml.safe_load(text)["config"].items() if key.startswith("aws:")}
