"""Copies of stack files: what is in git is never written, and what is secret is refused."""

import json
from pathlib import Path

import pytest
import yaml

from sandbox import stack_config
from sandbox.layout import DEFAULT_PORT, Layout, SandboxError
from tests.sandbox.machines import REAL

# The names of `aws:endpoints` in pulumi-aws; what is missing here would leave the sandbox for AWS.
SERVICES = ("ec2", "sts", "iam", "route53", "route53resolver", "s3", "servicequotas", "ram", "ssm", "kms")


def test_the_copy_has_the_port_keeps_the_salt_and_leaves_git_alone(layout: Layout, tmp_path: Path) -> None:
    source = layout.stack_file("dev")
    before = source.read_bytes()
    target = stack_config.copy(layout, "dev", 5601, layout.config)
    text = target.read_text()
    (endpoints,) = yaml.safe_load(text)["config"]["aws:endpoints"]
    assert endpoints == dict.fromkeys(SERVICES, "http://127.0.0.1:5601")
    assert str(DEFAULT_PORT) not in text
    target.write_text(f"{text}encryptionsalt: v1:grains\n")
    again = yaml.safe_load(stack_config.copy(layout, "dev", DEFAULT_PORT, layout.config).read_text())
    assert again.pop("encryptionsalt") == "v1:grains"
    assert again == yaml.safe_load(before)
    assert source.read_bytes() == before
    assert (layout.config / "Pulumi.yaml").read_text() == (tmp_path / "Pulumi.yaml").read_text()


def test_a_real_stacks_copy_can_only_reach_the_sandbox(layout: Layout) -> None:
    target = stack_config.redirect(layout, "prod-me-south-1", 5601, layout.config, "sandbox-prod-me-south-1")
    assert target.name == "Pulumi.sandbox-prod-me-south-1.yaml"
    text = target.read_text()
    found = yaml.safe_load(text)
    assert set(found) == {"config"}
    config = found["config"]
    assert config.pop("aws:endpoints") == [dict.fromkeys(SERVICES, "http://127.0.0.1:5601")]
    assert config.pop("aws:accessKey") == config.pop("aws:secretKey") == "test"
    for check in stack_config.SKIPPED_CHECKS:
        assert config.pop(f"aws:skip{check}") is True
    assert {key for key in config if key.startswith("aws:")} == {"aws:region", "aws:defaultTags"}
    assert config["ssm-vpc-endpoints:minimumAgentVersion"] == "3.3.40.0"
    assert config["ssm-vpc-endpoints:preflight"] == "off"
    assert "zip: 0123" in text  # as its owner wrote it: YAML 1.1 would read 83
    assert layout.stack_file("prod-me-south-1").read_text() == REAL


@pytest.mark.parametrize("value", ["{secure: AAAB}", "[{deep: {secure: AAAB}}]"])
def test_an_encrypted_value_is_refused_by_name(layout: Layout, value: str) -> None:
    layout.stack_file("prod-me-south-1").write_text(f"config:\n  ssm-vpc-endpoints:tags: {value}\n")
    with pytest.raises(SandboxError, match=r"(?s)ssm-vpc-endpoints:tags: .*fix:") as caught:
        stack_config.redirect(layout, "prod-me-south-1", 5601, layout.config, "x")
    assert "AAAB" not in str(caught.value)


# Sixty lines that stand for 2^60 values.
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))


@pytest.mark.parametrize(
    ("stack", "text", "told"),
    [
        ("prod-me-suoth-1", None, r"(?s)there are: dev, prod-me-south-1.*did you mean prod-me-south-1"),
        ("zzz", None, r"(?s)there are: dev, prod-me-south-1\n  fix: copy"),
        ("bad", "config: [", r"(?s)Pulumi.bad.yaml: this is not YAML.*fix:"),
        ("bad", "- a\n", r"(?s)a stack file is a mapping with the key `config:`.*fix:"),
        ("bad", "config: text\n", r"(?s)`config:` has to be a mapping.*fix:"),
        ("bad", "config: {tags: &loop [*loop]}\n", r"(?s)an alias leads back to what it is part of.*fix:"),
        (
            "bad",
            "config:\n  ? [a, b]\n  : c\n",
            r"(?s)Pulumi.bad.yaml: line 2 has a key that is not text.*fix:",
        ),
        ("bad", "? {a: b}\n: c\n", r"(?s)line 1 has a key that is not text.*fix:"),
        ("bad", "config: " + "[" * 100_000, r"(?s)values are nested deeper than 100 times.*fix:"),
        (
            "bad",
            "config: {tags: [" + "1," * 60_000 + "]}\n",
            r"(?s)this is too large: more than 50,000 values.*fix:",
        ),
        (
            "bad",
            f"config: {{a: {'x' * 5_000_000}}}\n",
            r"(?s)this is too large: more than 5,000,000 char.*fix:",
        ),
        ("bad", BOMB, r"(?s)its aliases stand for too many values, more than 50,000.*fix:"),
    ],
)
def test_a_stack_that_cannot_be_read_is_a_message(
    layout: Layout, stack: str, text: str | None, told: str
) -> None:
    if text is not None:
        layout.stack_file(stack).write_text(text)
    with pytest.raises(SandboxError, match=told):
        stack_config.read(layout, stack)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "config:\n  network: {a: 1}\n  ssm-vpc-endpoints:network: {a: 2}\n",
            "line 2 (`network:`) and line 3 (`ssm-vpc-endpoints:network:`)",
        ),
        (
            "config:\n  aws:region: eu-west-1\n  x: 1\n  aws:config:region: eu-west-2\n",
            "line 2 (`aws:region:`) and line 4 (`aws:config:region:`)",
        ),
        (
            "config:\n  tags: 1\n  tags: 2\n  'tags': 3\n",
            "3 times: line 2 (`tags:`) and line 3 (`tags:`) and",
        ),
        ("config:\n  buckets:\n    own:\n      - {name: a, name: b}\n", "line 4 (`name:`) and line 4"),
        ("config: {}\nconfig: {}\n", "line 1 (`config:`) and line 2 (`config:`)"),
    ],
)
def test_a_key_that_is_set_twice_is_refused_with_its_lines(layout: Layout, text: str, told: str) -> None:
    layout.stack_file("bad").write_text(text)
    with pytest.raises(SandboxError, match=r"Pulumi\.bad\.yaml: (?s:.*)fix: keep one") as caught:
        stack_config.read(layout, "bad")
    assert told in str(caught.value)


def test_a_key_of_the_project_file_that_is_set_twice_is_refused(layout: Layout) -> None:
    """The engine would take `{}` for the tags, and nobody would hear of it."""
    project = layout.repository / "Pulumi.yaml"
    text = project.read_text(encoding="utf-8").replace(
        "template:\n", "  tags: {value: {a: b}}\ntemplate:\n", 1
    )
    project.write_text(text, encoding="utf-8")
    told = r"(?s)Pulumi\.yaml: only one.*\(`ssm-vpc-endpoints:tags:`\) and line \d+ \(`tags:`\)"
    with pytest.raises(SandboxError, match=told):
        stack_config.read(layout, "dev")


def test_what_only_looks_as_if_it_were_set_twice_is_read(layout: Layout) -> None:
    layout.stack_file("good").write_text(
        "config:\n"
        "  network: &shared {network: 1, ssm-vpc-endpoints:network: 2}\n"
        "  acme:network: *shared\n"
        "  tags: [{a: 1}, {a: 1}]\n"
    )
    stack_config.read(layout, "good")


def test_a_file_that_is_no_text_is_a_message(layout: Layout) -> None:
    layout.stack_file("bad").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
    with pytest.raises(SandboxError, match=r"Pulumi.bad.yaml: this is not text in UTF-8"):
        stack_config.read(layout, "bad")


def test_a_key_that_is_set_twice_is_told_without_its_terminal_escapes(layout: Layout) -> None:
    layout.stack_file("bad").write_text('config:\n  "\\e[2J": 1\n  "\\e[2J": 2\n')
    with pytest.raises(SandboxError) as caught:
        stack_config.read(layout, "bad")
    assert r"\x1b[2J" in str(caught.value)
    assert all(line.isprintable() for line in str(caught.value).split("\n"))


ELSEWHERE = "https://ec2.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    "url", [ELSEWHERE, "http://[bad", "http://127.0.0.1:port", "http://127.0.0.1:99999", "\x00"]
)
def test_what_is_no_url_on_loopback_is_not_the_sandbox(layout: Layout, url: str) -> None:
    layout.stack_file("x").write_text(f'config: {{"aws:endpoints": [{{ec2: {json.dumps(url)}}}]}}\n')
    with pytest.raises(SandboxError, match=r"aws:endpoints\[0\]\.ec2: .* is not on loopback"):
        stack_config.read(layout, "x")


def test_which_stacks_are_for_the_sandbox(layout: Layout) -> None:
    assert stack_config.is_for_sandbox(stack_config.read(layout, "dev"))
    assert not stack_config.is_for_sandbox(stack_config.read(layout, "prod-me-south-1"))
    for port, own in ((4566, False), (DEFAULT_PORT, True)):
        layout.stack_file("x").write_text(yaml.safe_dump({"config": stack_config.provider_keys(port)}))
        assert stack_config.is_for_sandbox(stack_config.read(layout, "x")) is own
