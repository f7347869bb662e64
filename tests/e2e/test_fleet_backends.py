"""Where a fleet keeps its states: an S3 bucket, with a key of KMS's for their secrets, both played by moto."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from benchmarks import fleets
from fleet.local import Runs
from fleet.shapes import Job, Result, Verb
from tests.support.aws_api import client

REGION = "us-east-1"


def encrypted(state: str) -> dict[str, Any]:
    """Who encrypts a state's secrets."""
    found: dict[str, Any] = json.loads(state)["checkpoint"]["latest"]["secrets_providers"]
    return found


def test_two_stacks_at_once_keep_their_states_in_a_bucket_and_no_lock_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the sandbox has its own")
    with fleets.fleet(2, 2) as (session, server):
        s3 = client(server.port, "s3", REGION)
        s3.create_bucket(Bucket="states")
        kms = client(server.port, "kms", REGION)
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        where = f"region={REGION}&endpoint=http://127.0.0.1:{server.port}"
        backend = f"s3://states?{where}&s3ForcePathStyle=true"
        providers = ("passphrase", f"awskms://{key}?region={REGION}&awssdk=v2")

        def jobs(verb: Verb) -> list[Job]:
            return [
                replace(session.job(verb, stack, 1), backend=backend, secrets_provider=provider)
                for stack, provider in zip(session.stacks, providers, strict=True)
            ]

        def run(verb: Verb) -> list[Result]:
            with ThreadPoolExecutor(2) as threads:
                return list(threads.map(Runs().run, jobs(verb)))

        made = run("up")
        assert [each.status for each in made] == ["passed", "passed"], [each.error for each in made]
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket="states")["Contents"]]
        states = {f".pulumi/stacks/ssm-vpc-endpoints/{stack.name}.json" for stack in session.stacks}
        assert states <= set(keys)
        assert not [each for each in keys if "/locks/" in each]
        text = {
            name: s3.get_object(Bucket="states", Key=name)["Body"].read().decode() for name in sorted(states)
        }
        kinds = {"cloud" if '"type": "cloud"' in each else "passphrase" for each in text.values()}
        assert kinds == {"cloud", "passphrase"}, "each account's own provider encrypts"
        assert [each.status for each in run("drift")] == ["passed", "passed"]
        again = run("up")
        assert [each.status for each in again] == ["passed", "passed"], [each.error for each in again]
        for name, before in text.items():
            after = s3.get_object(Bucket="states", Key=name)["Body"].read().decode()
            assert encrypted(after) == encrypted(before), "a later run keeps who encrypts, and the key"
        assert fleets.wrong(session.stacks, server.port, session.folder) == []

        (passphrase, _), (_, kms_url) = zip(jobs("up"), providers, strict=True)
        weaker = Runs().run(replace(passphrase, secrets_provider=kms_url))
        assert weaker.status == "failed"
        assert f"its state is encrypted by a passphrase, and the inventory says {kms_url}\n" in weaker.error
        assert f"pulumi stack change-secrets-provider --stack {passphrase.stack} '{kms_url}'" in weaker.error
