"""What the pages tell people to type is typed here: every command, in order, in a fresh copy, with the real engine."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tests.docs.pages import ALONE, NOT_RUN, OUTPUT, Block, PageError, blocks, documentation, prose
from tests.docs.reader import Reader, plain

PAGES = documentation()
ALL = [block for page in PAGES for block in blocks(page)]
LANGUAGES = {*ALONE, "bash", *OUTPUT, "yaml", "toml", "json", "mermaid", "python", "typescript", "go"}
# Every block that is marked as not run, by its first line. One more is a decision, and so is one less.
LEFT_OUT: dict[str, set[str]] = {
    "README.md": {
        "config:",
        "pulumi preview --policy-pack path/to/ssm-vpc-endpoints/policies",
    },
    "docs/how-to/existing-vpc.md": {
        "aws ec2 describe-subnets --filters Name=vpc-id,Values=vpc-0c11d3e4f5a607182 \\"
    },
    "docs/how-to/drift.md": {"17 5 * * 1-5  cd /srv/ssm-vpc-endpoints && make drift STACK=prod-eu-west-1"},
    "docs/how-to/fleet.md": {".venv/bin/dask scheduler", "ssm-endpoints fleet preview", "regions:"},
    "docs/how-to/fleet-elsewhere.md": {
        "kubectl apply --server-side -f fleet-of-stacks.yaml",
        "pulumi deployment settings init --stack acme/ssm-vpc-endpoints/dev-eu-west-1",
    },
    "docs/how-to/hybrid.md": {
        'aws ssm create-activation --iam-role "$(pulumi stack output hybridRole --stack factory)" --registration-limit 10 '
        "--region eu-central-1"
    },
    "docs/how-to/least-privilege.md": {
        "jq '.\"prod-eu-west-1-deployer\"' documents.json > deployer.json",
        "make least-privilege",
    },
    "docs/how-to/other-languages.md": {
        "pulumi preview --policy-pack ../ssm-vpc-endpoints/policies",
        "[mandatory] [severity: high]  ssm-endpoints-complete  (aws:ec2/vpc:Vpc: net)",
        "plugins:",
        "pulumi stack init dev",
        "pulumi package add ../ssm-vpc-endpoints/package/pulumi-resource-ssm-vpc-endpoints",
        "error: ssm-vpc-endpoints:index:SsmEndpoints resource 'ssm' has a problem: inputs of 'ssm': 1 problem, nothing was "
        "created.",
    },
    "docs/how-to/refresh-the-facts.md": {
        "make facts-check",
        "make facts-check PAGE=patch-operations-s3-buckets.html",
        "make explanation reference",
    },
    "docs/how-to/review-a-stack.md": {"pack=path/to/ssm-vpc-endpoints"},
    "docs/how-to/roll-out-the-pack.md": {"cd dist/policy-pack"},
    "docs/supply-chain.md": {
        "make audit-dependencies",
        "(cd vulndb && go run ./cmd/indexdb -vulns data/osv -out ../vulndb-index)",
    },
}
# What is typed in place of a line, and why that is the same.
INSTEAD: dict[str, dict[str, str]] = {
    "README.md": {
        # Credentials of an account: the sandbox's are in the environment.
        "export AWS_PROFILE=...": ":",
        # This is one of its tests.
        "make test ": ": ",
        # The file is what the comment behind it says.
        "make audit STATE=export.json ": "pulumi stack export --stack dev > export.json; make audit STATE=export.json ",
    },
}


def steps(page: str) -> list[Block]:
    return [block for block in blocks(page) if block.said or block.language in ("bash", *OUTPUT)]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.e2e
@pytest.mark.parametrize("page", [page for page in PAGES if any(b.language == "bash" for b in steps(page))])
def test_every_command_does_what_the_page_says(page: str, tmp_path: Path, port: int) -> None:
    reader = Reader(tmp_path / "reader", port, INSTEAD.get(page, {}))
    try:
        for block in steps(page):
            reader.does(block)
    finally:
        reader.leaves()


def test_what_is_not_run_is_a_closed_list() -> None:
    marked: dict[str, set[str]] = {}
    for block in ALL:
        if block[NOT_RUN]:
            marked.setdefault(block.page, set()).add(block.first)
    assert marked == LEFT_OUT


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is(page: str) -> None:
    for block in blocks(page):
        assert block.language, (
            f"{block.place}: ```bash, ```console, ```yaml? A block without a word is never tried"
        )
        assert block.language in LANGUAGES, f"{block.place}: what is {block.language}?"


@pytest.mark.parametrize("page", PAGES)
def test_no_command_hides_in_an_indented_block(page: str) -> None:
    """An indented block has no language, so nobody could tell what to do with it."""
    before = ""
    in_list = False
    for number, line in prose(page):
        in_list = bool(re.match(r"\s*([-*]|\d+\.) ", line)) or (
            in_list and (not line.strip() or line[0] == " ")
        )
        hidden = line.startswith("    ") and not before.strip() and not in_list
        assert not hidden, f"{page}:{number}: put this into a fence"
        before = line


@pytest.mark.parametrize("name", sorted({name for lines in INSTEAD.values() for name in lines}))
def test_what_is_replaced_is_on_its_page(name: str) -> None:
    assert any(name in block.text for block in ALL if name in INSTEAD.get(block.page, {}))


def test_what_was_said_to_make_test_is_not_for_the_readers_make(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGS", "--durations=9")
    monkeypatch.setenv("STACK", "another")
    reader = Reader(tmp_path / "reader", port, {})
    assert not {"ARGS", "STACK"} & reader.environment.keys()


def test_a_page_with_a_wrong_command_or_output_is_found(tmp_path: Path, port: int) -> None:
    """The reader itself: it sees a failure, an output that nobody printed, and a code that is not the one promised."""
    text = """
```bash
name=world; export name
```
```bash
echo "hello $name vpc-0a1b2c3d4e5f60718"; echo second
```
```console
hello world vpc-00000000000000000
...
second
```
<!-- ends with: 3 -->
```bash
exit 3
```
```console
third
```
```bash
false | true
```
"""
    reader = Reader(tmp_path / "reader", port, {})
    *good, third, failing = blocks("made-up.md", text)
    for block in good:
        reader.does(block)
    with pytest.raises(AssertionError, match=r"made-up\.md:17: no command of the page has said\nthird"):
        reader.does(third)
    with pytest.raises(AssertionError, match=r"made-up\.md:20 ended with 1"):
        reader.does(failing)


def test_a_mark_before_nothing_is_an_error() -> None:
    for text in ("<!-- not run: why -->\nwords", "<!-- file: x.yaml -->\n", "```bash\nls\n"):
        with pytest.raises(PageError, match=r"made-up\.md"):
            blocks("made-up.md", text)


def test_ids_and_line_breaks_are_of_no_interest_and_names_are() -> None:
    assert plain("a vpce-0123456789abcdef0\n  b") == plain("a vpce-00000000000000001 b")
    assert plain("aws-ssm-eu-west-1") != plain("aws-ssm-eu-west-2")
