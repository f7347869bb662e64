"""Wrong inventories, each a right one with a change, and what the report has to say of it."""

from __future__ import annotations

import json
from typing import Any

import yaml

from tests.fleet.fleets import ABSENT, ROLE

# Change, then each problem: key, value as it is shown, words of the message, the nearest right spelling.
Wrong = tuple[dict[str, Any], list[tuple[str, str, str, str]]]
DAY = yaml.safe_load("2026-11-30")
ROWS: dict[str, Wrong] = {
    "misspelt at the top": (
        {"rolout": {"canaries": 2}},
        [("rolout", '{"canaries": 2}', "allowed: settings, requirements, wave, name", "rollout")],
    ),
    "misspelt in the backend": (
        {"backend.secretProvider": "passphrase"},
        [
            (
                "backend.secretProvider",
                '"passphrase"',
                "is not a key here\nallowed: url, secretsProvider",
                "secretsProvider",
            )
        ],
    ),
    "misspelt in the concurrency": (
        {"concurrency.peraccount": 2},
        [("concurrency.peraccount", "2", "allowed: overall, perAccount, perRegion", "perAccount")],
    ),
    "misspelt in an account": (
        {"accounts.1.rolArn": "x"},
        [
            ("accounts[1].roleArn", '"x"', "is not a role's ARN, such as arn:aws:iam::", ""),
            ("accounts[1].rolArn", '"x"', "is not a key here", "roleArn"),
        ],
    ),
    "misspelt in a Region": (
        {"accounts.0.regions.1.setings": {}},
        [
            (
                "accounts[0].regions[1].setings",
                "{}",
                "allowed: settings, requirements, wave, region, vpcs",
                "settings",
            )
        ],
    ),
    "misspelt in a VPC": (
        {"accounts.0.regions.0.vpcs": [{"nam": "web"}]},
        [("accounts[0].regions[0].vpcs[0].nam", '"web"', "is not a key here", "name")],
    ),
    "misspelt in what is discovered": (
        {
            "accounts.0.regions.0.vpcs": [
                {"discover": {"vpcTag": {"a": "b"}, "vpcTags": {"a": "b"}, "nodeSubnetTags": {"a": "b"}}}
            ]
        },
        [
            (
                "accounts[0].regions[0].vpcs[0].discover.vpcTag",
                '{"a": "b"}',
                "allowed: vpcTags, nodeSubnetTags",
                "vpcTags",
            )
        ],
    ),
    "a Region that there is not": (
        {"accounts.0.regions.0.region": "eu-wset-1"},
        [
            (
                "accounts[0].regions[0].region",
                '"eu-wset-1"',
                "is not a Region whose names are known\nallowed: af-south-1, ",
                "eu-west-1",
            )
        ],
    ),
    "a role of another account": (
        {"accounts.0.accountId": "333333333333"},
        [("accounts[0].roleArn", json.dumps(ROLE), "is a role of another account than accountId says", "")],
    ),
    "a role of another partition": (
        {"accounts.0.regions.1.region": "us-gov-west-1"},
        [
            (
                "accounts[0].roleArn",
                json.dumps(ROLE),
                "is of partition aws, and us-gov-west-1 is in aws-us-gov",
                "",
            )
        ],
    ),
    "an external id of nobody": (
        {"accounts.1.externalId": "x"},
        [("accounts[1].externalId", '"x"', "is for a role, and there is no roleArn", "")],
    ),
    "two accounts of a name": (
        {"accounts.1.name": "shop"},
        [("accounts[1].name", '"shop"', "is the name of an account further up", "")],
    ),
    "a Region twice": (
        {"accounts.0.regions.1.region": "eu-west-1"},
        [("accounts[0].regions[1].region", '"eu-west-1"', "is listed further up", "")],
    ),
    "two VPCs of a name": (
        {"accounts.0.regions.0.vpcs": [{"name": "web"}, {"name": "web"}]},
        [("accounts[0].regions[0].vpcs[1].name", '"web"', "must be another one", "")],
    ),
    "two VPCs without": (
        {"accounts.0.regions.0.vpcs": [{}, {}]},
        [("accounts[0].regions[0].vpcs[1].name", "(not given)", "must be another one", "")],
    ),
    "text for a number": (
        {"timeoutMinutes": "60"},
        [("timeoutMinutes", '"60"', "must be a whole number, without quotes", "")],
    ),
    "a number for text": (
        {"accounts.0.accountId": 111111111111},
        [("accounts[0].accountId", "111111111111", "must be text, in quotes: 12 digits", "")],
    ),
    "true for a number": (
        {"retries.lost": True},
        [("retries.lost", "true", "must be a whole number, without quotes", "")],
    ),
    "a list for an object": (
        {"backend": []},
        [("backend", "[]", "must be an object\nallowed: url, secretsProvider", "")],
    ),
    "an object for a list": (
        {"accounts": {"name": "shop"}},
        [("accounts", '{"name": "shop"}', "must be a list", "")],
    ),
    "text for settings": (
        {"accounts.0.settings": "x"},
        [("accounts[0].settings", '"x"', "must be an object", "")],
    ),
    "null for a name": ({"name": None}, [("name", "null", "must be text", "")]),
    "no accounts": ({"accounts": []}, [("accounts", "[]", "is an empty list: give at least one", "")]),
    "no Regions": (
        {"accounts.1.regions": []},
        [("accounts[1].regions", "[]", "is an empty list: give at least one", "")],
    ),
    "no backend": ({"backend": ABSENT}, [("backend", "(not given)", "is required", "")]),
    "no name of an account": (
        {"accounts.0.name": ABSENT},
        [("accounts[0].name", "(not given)", "is required", "")],
    ),
    "all VPCs there are": (
        {
            "accounts.0.regions.0.vpcs": [
                {"name": "web", "discover": {"vpcTags": {}, "nodeSubnetTags": {"a": "b"}}}
            ]
        },
        [("accounts[0].regions[0].vpcs[0].discover.vpcTags", "{}", "is empty, which would mean all", "")],
    ),
    "a wave that there is not": (
        {"accounts.0.wave": "canaries"},
        [("accounts[0].wave", '"canaries"', "must be one of canary, early or rest", "canary")],
    ),
    "a backend that there is not": (
        {"backend.url": "acme-state"},
        [("backend.url", '"acme-state"', "allowed: file://, s3://, gs://, azblob://, https://, http://", "")],
    ),
    "a provider of secrets that there is not": (
        {"backend.secretsProvider": "kms"},
        [("backend.secretsProvider", '"kms"', "allowed: passphrase, default, awskms://", "")],
    ),
    "a name with capitals": ({"name": "Acme"}, [("name", '"Acme"', "small letters, digits and hyphens", "")]),
    "a name with a path": (
        {"name": "../acme"},
        [("name", '"../acme"', "small letters, digits and hyphens", "")],
    ),
    "no stacks at once": (
        {"concurrency.overall": 0, "concurrency.perAccount": 0},
        [
            ("concurrency.overall", "0", "must be from 1 to 1000", ""),
            ("concurrency.perAccount", "0", "must be from 1 to 1000", ""),
        ],
    ),
    "more of an account than overall": (
        {"concurrency": {"overall": 2, "perAccount": 3}},
        [("concurrency.perAccount", "3", "is more than overall", "")],
    ),
    "more than all": ({"rollout.earlyPercent": 101}, [("rollout.earlyPercent", "101", "from 0 to 100", "")]),
    "less than no retry": ({"retries.lost": -1}, [("retries.lost", "-1", "must be from 0 to 1000", "")]),
    "a control character": (
        {"name": "a\x1b[2J"},
        [("name", '"a\\u001b[2J"', "is not a name", "")],
    ),
    "a day": (
        {"settings.tags": {"since": DAY}},
        [("settings.tags.since", "(a value of type date)", "a day is text, in quotes", "")],
    ),
    "a number as a key": (
        {"accounts.0.requirements": {"features": {1: True}}},
        [("accounts[0].requirements.features", "{1: true}", "has a key that is not text", "")],
    ),
    "no number": (
        {"requirements.maxMonthlyUsd": float("nan")},
        [("requirements.maxMonthlyUsd", "NaN", "is no number that JSON has", "")],
    ),
    "another account in settings": (
        {"settings.accountId": "222222222222", "accounts.0.settings": {"aws:assumeRoles": []}},
        [
            ("settings.accountId", '"222222222222"', "is what region, accountId and roleArn", ""),
            ('accounts[0].settings["aws:assumeRoles"]', "[]", "is what region, accountId and roleArn", ""),
        ],
    ),
    "another Region in the settings of a VPC": (
        {"accounts.0.regions.0.vpcs": [{"settings": {"aws:config:region": "us-east-1"}}]},
        [
            (
                'accounts[0].regions[0].vpcs[0].settings["aws:config:region"]',
                '"us-east-1"',
                "is what region, accountId and roleArn",
                "",
            )
        ],
    ),
    "a file that says a command": (
        {"settings": {"aws:profile": "x", "aws:sharedConfigFiles": ["notes.txt"]}},
        [
            ('settings["aws:profile"]', '"x"', "is what region, accountId and roleArn", ""),
            (
                'settings["aws:sharedConfigFiles"]',
                '["notes.txt"]',
                "is for the machine's owner to say\nfix: AWS_CONFIG_FILE in the environment of the machine that runs",
                "",
            ),
        ],
    ),
    "a file and an address that it is sent to": (
        {
            "accounts.0.settings": {
                "aws:assumeRoleWithWebIdentity": {"webIdentityTokenFile": "/proc/self/environ"},
                "aws:endpoints": [{"sts": "https://evil.example"}],
            }
        },
        [
            (
                'accounts[0].settings["aws:assumeRoleWithWebIdentity"]',
                "[secret]",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "",
            ),
            ('accounts[0].settings["aws:endpoints"]', "[secret]", "fix: AWS_ENDPOINT_URL_<SERVICE>", ""),
        ],
    ),
    "the sandbox's keys and an older spelling": (
        {
            "accounts.0.regions.0.settings": {
                "aws:accessKey": "test",
                "aws:config:secretKey": "test",
                "aws:config:endpoints": [{"sts": "http://127.0.0.1:1"}],
            }
        },
        [
            (
                'accounts[0].regions[0].settings["aws:accessKey"]',
                "[secret]",
                "is for the machine's owner",
                "",
            ),
            (
                'accounts[0].regions[0].settings["aws:config:secretKey"]',
                "[secret]",
                "AWS_SECRET_ACCESS_KEY",
                "",
            ),
            ('accounts[0].regions[0].settings["aws:config:endpoints"]', "[secret]", "AWS_ENDPOINT_URL_", ""),
        ],
    ),
    "what nobody knows, and a Region that leads elsewhere": (
        {
            "accounts.0.regions.0.vpcs": [
                {
                    "settings": {
                        "aws:futureSetting": 1,
                        "aws:maxRetry": 1,
                        "aws:endpoints[0].sts": "x",
                        "aws:stsRegion": "{region}.evil.example#",
                    }
                }
            ]
        },
        [
            (
                'accounts[0].regions[0].vpcs[0].settings["aws:futureSetting"]',
                "[secret]",
                "is not a setting that is known here\nfix: one that is allowed, or none\nallowed: aws:stsRegion, aws:forb",
                "",
            ),
            (
                'accounts[0].regions[0].vpcs[0].settings["aws:maxRetry"]',
                "1",
                "is not a setting that is known here",
                "aws:maxRetries",
            ),
            (
                'accounts[0].regions[0].vpcs[0].settings["aws:endpoints[0].sts"]',
                "[secret]",
                "is not a setting that is known here",
                "",
            ),
            (
                'accounts[0].regions[0].vpcs[0].settings["aws:stsRegion"]',
                '"{region}.evil.example#"',
                "is no Region's name: letters, digits and hyphens",
                "",
            ),
        ],
    ),
    "a key by two names": (
        {"settings.ssm-vpc-endpoints:tags": {}},
        [('settings["ssm-vpc-endpoints:tags"]', "{}", "is written without ssm-vpc-endpoints: here", "")],
    ),
}
