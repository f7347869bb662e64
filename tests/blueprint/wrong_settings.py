"""Wrong configurations, each with the exact problems it must be told of.

A row is: what is wrong, the changes to a right configuration ({"path": value}, a path as in YAML with positions as
numbers; after "=", a key as it stands), and the problems: key without the namespace, a part of the message, the
nearest right spelling.
"""

from tests.blueprint.right_settings import ABSENT, NODE, RIGHT, Row
from tests.blueprint.wrong_buckets import BUCKETS
from tests.blueprint.wrong_network import FIRST, N0, NETWORK
from tests.blueprint.wrong_topology import ROWS as TOPOLOGY

REGION: list[Row] = [
    ("no Region", {"aws:region": ABSENT}, [("aws:region", "is required: the Region", "")]),
    ("null Region", {"aws:region": None}, [("aws:region", "is required: the Region", "")]),
    ("empty Region", {"aws:region": ""}, [("aws:region", "is required: the Region", "")]),
    ("misspelt Region", {"aws:region": "eu-wst-1"}, [("aws:region", "allowed: af-south-1, ", "eu-west-1")]),
    ("a zone for a Region", {"aws:region": "eu-west-1a"}, [("aws:region", "is not a Region", "eu-west-1")]),
    ("upper-case Region", {"aws:region": "EU-WEST-1"}, [("aws:region", "is not a Region", "eu-west-1")]),
    ("Cyrillic Region", {"aws:region": "\u0435u-west-1"}, [("aws:region", "is not a Region", "eu-west-1")]),
    (
        "Cyrillic letter, two alike",
        {"aws:region": "u\u0455-west-1"},
        [("aws:region", "is not a Region", "us-west-1")],
    ),
    ("no such Region", {"aws:region": "moon"}, [("aws:region", "is not a Region", "")]),
    ("Region in a list", {"aws:region": ["eu-west-1"]}, [("aws:region", "must be text", "")]),
    (
        "Region in our namespace",
        {"aws:region": ABSENT, "region": "eu-west-1"},
        [("region", "is not a key", "aws:region")],
    ),
]

SHAPE: list[Row] = [
    ("no network", {"network": ABSENT}, [("network", "is required: vpcId and nodeSubnets", "")]),
    ("null network", {"network": None}, [("network", "must be an object\nallowed: vpcId, ", "")]),
    ("network is text", {"network": "vpc-1"}, [("network", "must be an object\nallowed: vpcId, ", "")]),
    ("network is a list", {"network": []}, [("network", "must be an object\nallowed: vpcId, ", "")]),
    (
        "broken JSON",
        {"network": '{"vpcId": '},
        [("network", "does not parse: Expecting value at character 11", "")],
    ),
    ("1000 deep", {"network": "[" * 100_000}, [("network", "nested too deep", "")]),
    ("endless number", {"tags": '{"a": ' + "1" * 5000 + "}"}, [("tags", "a number in it is too long", "")]),
    # Pulumi.yaml gives every stack an empty network: that the owner wrote one cannot be seen.
    (
        "neither kind",
        {"network": {}},
        [("network", "is required: vpcId and nodeSubnets of a VPC that is there, or create for a new", "")],
    ),
    ("clients alone", {"network": {"clientCidrs": []}}, [("network", "or create, for a new one", "")]),
    (
        "both kinds, each wrong",
        {
            "network": {
                "vpcId": "vpc-1",
                "create": {"cidr": "10.0.0.1/16", "availabilityZones": ["eu-west-1a"]},
            }
        },
        [
            ("network", "keep one kind", ""),
            ("network.vpcId", "vpc- and 17", ""),
            ("network.nodeSubnets", "is required", ""),
            ("network.create.cidr", "has host bits set", "10.0.0.0/16"),
        ],
    ),
    (
        "half a surrogate",
        {"network.vpcId": "vpc-\ud800"},
        [("network.vpcId", "is not an id", "")],
    ),
    (
        "unknown key",
        {"speed": 1},
        [("speed", "allowed: network, features, minimumAgentVersion, buckets, accountId, nodes, ", "")],
    ),
    ("misspelt key", {"tag": {}}, [("tag", "is not a key here", "tags")]),
    (
        "snake_case",
        {"minimum_agent_version": "3.3.40.0"},
        [("minimum_agent_version", "is not a key", "minimumAgentVersion")],
    ),
    (
        "kebab-case",
        {"features": {"patch-manager": True}},
        [("features.patch-manager", "is not a key", "patchManager")],
    ),
    (
        "PascalCase",
        {"features": {"PatchManager": True}},
        [("features.PatchManager", "is not a key", "patchManager")],
    ),
    ("dotted key", {"=features.macos": True}, [("features.macos", "a dot is part of the name", "")]),
    ("two colons", {"=aws:region": "x"}, [("ssm-vpc-endpoints:aws:region", "only one colon", "")]),
    (
        "misspelt key with a wrong value below",
        {"network": ABSENT, "netwrok": {**RIGHT["network"], "vpcId": "x"}},
        [("netwrok", "is not a key here", "network"), ("network.vpcId", "is not an id", "")],
    ),
    (
        "misspelt required key",
        {FIRST: {**NODE, "cidr": ABSENT, "cdir": "10.0.1.0/24"}},
        [(f"{N0}.cdir", "allowed: id, cidr", "cidr")],
    ),
    (
        "escape in a key",
        {"features": {"\x1b[2J": True}},
        [('features["\\u001b[2J"]', "is not a key here", "")],
    ),
    ("undecrypted", {"network.vpcId": {"secure": "AAAB"}}, [("network.vpcId", "must be text", "")]),
]

FEATURES: list[Row] = [
    (
        "text for true",
        {"features.windows": "true"},
        [("features.windows", "must be true or false, without quotes", "")],
    ),
    ("one for true", {"features.windows": 1}, [("features.windows", "must be true or false", "")]),
    ("null for false", {"features.windows": None}, [("features.windows", "must be true or false", "")]),
    (
        "features in a list",
        {"features": ["windows"]},
        [("features", "must be an object\nallowed: patchManager, ", "")],
    ),
    (
        "misspelt feature",
        {"features.patchManger": True},
        [("features.patchManger", "allowed: patchManager, ", "patchManager")],
    ),
    ("beginning of a feature", {"features.kms": True}, [("features.kms", "is not a key", "kmsEncryption")]),
    ("end of a feature", {"features.logs": True}, [("features.logs", "is not a key here", "")]),
    (
        "version in a list, as text",
        {"minimumAgentVersion": '["3.3.40.0"]'},
        [("minimumAgentVersion", "four numbers in quotes", '"3.3.40.0"')],
    ),
    (
        "number for a version",
        {"minimumAgentVersion": 3.3},
        [("minimumAgentVersion", "must be text, in quotes", "")],
    ),
    (
        "three numbers",
        {"minimumAgentVersion": "3.3.40"},
        [("minimumAgentVersion", "four numbers in quotes", '"3.3.40.0"')],
    ),
    (
        "v before it",
        {"minimumAgentVersion": "v3.3.40.0"},
        [("minimumAgentVersion", "four numbers", '"3.3.40.0"')],
    ),
    ("latest", {"minimumAgentVersion": "latest"}, [("minimumAgentVersion", "four numbers", "")]),
    (
        "endless version",
        {"minimumAgentVersion": f"3.3.40.{'1' * 5000}"},
        [("minimumAgentVersion", "four numbers", "")],
    ),
]

TAGS: list[Row] = [
    ("number for a tag", {"tags": {"cost": 7}}, [("tags.cost", "must be text, in quotes", "")]),
    ("AWS's own tag", {"tags": {"AWS:x": "y"}}, [('tags["AWS:x"]', "starts with aws:", "")]),
    ("empty key", {"tags": {"": "x"}}, [('tags[""]', "1 to 128 characters", "")]),
    ("129 characters", {"tags": {"k" * 129: "x"}}, [(f'tags["{"k" * 76}...]', "1 to 128 characters", "")]),
    ("value of 257 characters", {"tags": {"a": "v" * 257}}, [("tags.a", "0 to 256 characters", "")]),
    ("an accent alone", {"tags": {"a": "e\u0301"}}, [("tags.a", "no tag may have", "")]),
    ("semicolon", {"tags": {"a": "x;y"}}, [("tags.a", "no tag may have", "")]),
    ("escape in a value", {"tags": {"a": "\x1b[31m"}}, [("tags.a", "no tag may have", "")]),
    ("51 tags", {"tags": {f"k{n}": "" for n in range(51)}}, [("tags", "AWS takes 50", "")]),
    ("tags in a list", {"tags": ["a"]}, [("tags", "must be an object", "")]),
    ("surrogate in a key", {"tags": {"a\ud800": "x"}}, [('tags["a\\ud800"]', "key that is not text", "")]),
    (
        "key and value",
        {"tags": {"a;": "b;"}},
        [('tags["a;"]', "in its key", ""), ('tags["a;"]', "in its value", "")],
    ),
]

ROWS = [*REGION, *SHAPE, *NETWORK, *FEATURES, *BUCKETS, *TAGS, *TOPOLOGY]
