"""A page saved from AWS beside the facts: what changed is found, another page is refused, a hostile one does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprint.catalog import load
from tests.support import aws_pages as pages
from tools.facts_check import page, page_facts
from tools.facts_check.shapes import CheckError, Found

CATALOG = load()
Rows = dict[str, list[tuple[str, str]]]


def compared(folder: Path, text: str | bytes, name: str = "saved.html") -> Found:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return page_facts.compare(page.read(path))


def told(found: Found) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(each.file, each.row, each.key, each.ours, each.theirs) for each in found.differences]


FORMS: dict[str, Callable[[Rows], str]] = {
    "HTML": pages.patch_page,
    "Markdown of a mirror": pages.patch_markdown,
    "Markdown of AWS's": lambda rows: pages.patch_markdown(rows, front=False),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_aws_table_as_it_was_read_is_our_facts(form: Callable[[Rows], str], tmp_path: Path) -> None:
    found = compared(tmp_path, form(pages.patch_rows()))
    assert told(found) == []
    assert found.compared[0].startswith("regions.toml with 102 bucket names of saved.html: ")
    assert pages.PATCH_BUCKETS in found.compared[0]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_name_that_changed_is_told_with_both_and_text_to_paste(
    form: Callable[[Rows], str], tmp_path: Path
) -> None:
    rows = pages.patch_rows()
    where = rows["patch-baseline-snapshot"].index(
        ("me-south-1", "patch-baseline-snapshot-me-south-1-uduvl7q8")
    )
    rows["patch-baseline-snapshot"][where] = ("me-south-1", "patch-baseline-snapshot-me-south-1-0a1b2c3d")
    found = compared(tmp_path, form(rows))
    assert told(found) == [
        (
            "regions.toml",
            "me-south-1",
            "patch-baseline-snapshot",
            "patch-baseline-snapshot-me-south-1-uduvl7q8",
            "patch-baseline-snapshot-me-south-1-0a1b2c3d",
        )
    ]
    (each,) = found.differences
    assert each.todo.endswith(
        'paste into [me-south-1]: patch-baseline-snapshot = "patch-baseline-snapshot-me-south-1-0a1b2c3d"'
    )
    assert (each.source.id, each.seen) == ("patch-buckets", "a page saved as saved.html")


def test_a_row_that_is_gone_and_one_that_came_are_told(tmp_path: Path) -> None:
    rows = pages.patch_rows()
    del rows["aws-patch-manager"][0]
    rows["aws-patchmanager-macos"].append(("sa-west-1", "aws-patchmanager-macos-sa-west-1-0a1b2c3d4"))
    found = compared(tmp_path, pages.patch_page(rows))
    assert told(found) == [
        (
            "regions.toml",
            "sa-west-1",
            "aws-patchmanager-macos",
            None,
            "aws-patchmanager-macos-sa-west-1-0a1b2c3d4",
        ),
        ("regions.toml", "af-south-1", "aws-patch-manager", "aws-patch-manager-af-south-1-bdd5f65a9", None),
    ]
    assert "sa-west-1 has no row" in found.differences[0].todo


def test_a_page_of_one_partition_says_nothing_of_anothers(tmp_path: Path) -> None:
    rows = {"aws-patch-manager": [("cn-north-1", "aws-patch-manager-cn-north-1-0a1b2c3d4")]}
    assert told(compared(tmp_path, pages.patch_page(rows))) == [
        ("regions.toml", "cn-north-1", "aws-patch-manager", None, "aws-patch-manager-cn-north-1-0a1b2c3d4")
    ]


def test_a_bucket_family_that_nobody_knows_is_told(tmp_path: Path) -> None:
    rows = pages.patch_rows() | {"aws-patch-new": [("eu-west-1", "aws-patch-new-eu-west-1-77")]}
    (each,) = compared(tmp_path, pages.patch_page(rows)).differences
    assert (each.key, each.theirs) == ("aws-patch-new", "aws-patch-new-eu-west-1-77")
    assert each.todo.startswith("a family of buckets that buckets.toml does not have")


@pytest.mark.parametrize("said", ["aws-patch-manager-eu-west-1-*", "aws-patch-manager-eu-west-1-A_B"])
def test_what_is_no_bucket_name_is_not_offered_to_paste(said: str, tmp_path: Path) -> None:
    rows = pages.patch_rows()
    rows["aws-patch-manager"] = [
        (r, said if r == "eu-west-1" else name) for r, name in rows["aws-patch-manager"]
    ]
    (each,) = compared(tmp_path, pages.patch_page(rows)).differences
    assert (each.ours, each.theirs) == ("aws-patch-manager-eu-west-1-5522fb710", said)
    assert each.todo == "this is no single bucket name: look at the page itself"


def test_two_names_for_one_region_are_not_offered_to_paste(tmp_path: Path) -> None:
    rows = pages.patch_rows()
    rows["aws-patch-manager"].append(("eu-west-1", "aws-patch-manager-eu-west-1-another00"))
    (each,) = compared(tmp_path, pages.patch_page(rows)).differences
    assert each.theirs == "aws-patch-manager-eu-west-1-5522fb710 and aws-patch-manager-eu-west-1-another00"
    assert "paste" not in each.todo


@pytest.mark.parametrize("form", [pages.agent_page, pages.agent_markdown])
def test_the_agents_buckets_are_our_families(form: Callable[..., str], tmp_path: Path) -> None:
    assert told(compared(tmp_path, form())) == []
    fewer = compared(tmp_path, form(pages.AGENT_ARNS[:-1]))
    assert told(fewer) == [("buckets.toml", "birdwatcher", "formula", "{region}-birdwatcher-prod", None)]
    more = compared(tmp_path, form((*pages.AGENT_ARNS, "arn:aws:s3:::aws-ssm-new-REGION/*")))
    assert told(more) == [("buckets.toml", "?", "formula", None, "aws-ssm-new-{region}")]


@pytest.mark.parametrize("form", [pages.services_page, pages.services_markdown, pages.services_escaped])
def test_the_endpoints_of_nodes_are_our_services(form: Callable[..., str], tmp_path: Path) -> None:
    assert told(compared(tmp_path, form(pages.NEEDED))) == []
    assert told(compared(tmp_path, form([*pages.NEEDED[1:], "ssm-new"]))) == [
        ("services.toml", "ssm-new", "type", None, "com.amazonaws.region.ssm-new"),
        ("services.toml", "ssm", "type", "Interface", None),
    ]


def test_fips_services_that_came_or_went_are_told(tmp_path: Path) -> None:
    offered = [*pages.NEEDED, "ec2-fips", "kms-fips", "sts", "ecr.api"]
    assert told(compared(tmp_path, pages.services_page(offered, pages.ALL_SERVICES))) == []
    offered.remove("kms-fips")
    found = compared(tmp_path, pages.services_page([*offered, "ssm-fips"], pages.ALL_SERVICES))
    assert told(found) == [
        ("services.toml", "ssm", "fips", None, "ssm-fips"),
        ("services.toml", "kms", "fips", "kms-fips", None),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.aws.amazon.com/it_it/systems-manager/latest/userguide/patch-operations-s3-buckets.html",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-operations-s3-buckets.md",
        f"{pages.PATCH_BUCKETS}#aws-patch-manager-buckets-macos",
    ],
)
def test_the_page_is_known_in_other_languages_and_forms(url: str, tmp_path: Path) -> None:
    assert told(compared(tmp_path, pages.patch_page(url=url))) == []


def test_the_address_that_a_browser_wrote_is_enough(tmp_path: Path) -> None:
    text = pages.patch_page().replace('rel="canonical"', 'rel="x"').replace('name="target_state"', 'name="x"')
    with pytest.raises(CheckError, match="does not say which page it is"):
        compared(tmp_path, text)
    saved = text.replace(
        "<!DOCTYPE html>", f"<!DOCTYPE html>\n<!-- saved from url=(0086){pages.PATCH_BUCKETS} -->"
    )
    assert told(compared(tmp_path, saved)) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (
            "https://docs.aws.amazon.com/kms/latest/developerguide/kms-vpc-endpoint.html",
            "it is the source kms-endpoint, whose facts are read by people",
        ),
        ("https://docs.aws.amazon.com/sns/latest/dg/welcome.html", "which is no source of ours"),
        (
            "https://docs.amazonaws.cn/en_us/systems-manager/latest/userguide/patch-operations-s3-buckets.html",
            "which is no source of ours",
        ),
        (
            "https://evil.example/systems-manager/latest/userguide/patch-operations-s3-buckets.html",
            "no source",
        ),
        ("https://[", "no source of ours"),
    ],
)
def test_another_page_is_refused_by_name(url: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=why) as caught:
        compared(tmp_path, pages.patch_page(url=url))
    assert f"    {pages.PATCH_BUCKETS}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (pages.html(pages.PATCH_BUCKETS, "<p>moved</p>"), "no row with a Region and a bucket's name"),
        (pages.html(pages.AGENT_BUCKETS, "<table><tr></tr></table>"), "no table with bucket ARNs"),
        (pages.html(pages.ENDPOINTS, "<p>com.amazonaws.eu-west-1.ssm</p>"), "no endpoint service"),
        (pages.patch_page({"aws-patch-manager": []}), "no row with a Region"),
    ],
)
def test_a_page_without_its_table_could_not_be_read(text: str, why: str, tmp_path: Path) -> None:
    """That nothing was found does not say that nothing changed."""
    with pytest.raises(CheckError, match=why):
        compared(tmp_path, text)


def test_what_readers_do_not_see_is_no_fact(tmp_path: Path) -> None:
    table = pages.html_table(("a", "b"), [("eu-west-1", "aws-patch-manager-eu-west-1-0a1b2c3d4")])
    for hidden in (f"<script>{table}</script>", f"<!-- {table} -->", f"<noscript>{table}</noscript>"):
        text = pages.patch_page().replace("</h1>", f"</h1>{hidden}")
        assert told(compared(tmp_path, text)) == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8 text"),
        (
            b"From: <Saved by Blink>\nSnapshot-Content-Location: https://docs.aws.amazon.com/\n",
            "is an archive",
        ),
        (b"bplist00\0", "is an archive"),
        (pages.patch_page().encode("utf-16"), "is not UTF-8 text"),
        (b"x" * (page._MOST + 1), "has more than 4194304 bytes"),
        (b"", "does not say which page it is"),
    ],
)
def test_what_is_no_page_is_one_sentence(data: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=why):
        compared(tmp_path, data, "saved.html")


def test_a_page_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.html", tmp_path):
        with pytest.raises(CheckError, match="fix: PAGE="):
            page.read(path)


def test_control_characters_are_spelled_out(tmp_path: Path) -> None:
    rows = pages.patch_rows()
    rows["aws-patch-manager"].append(("xx-west-1", "aws-patch-manager-\x1b[2J\u202e-x"))
    found = compared(tmp_path, pages.patch_page(rows), "sa\x1bved.html")
    (each,) = found.differences
    assert each.theirs == "aws-patch-manager-\\x1b[2J\\u202e-x"
    for text in (*found.compared, each.row, each.key, each.seen, each.todo.replace("\n", "")):
        assert text.isprintable(), text


@pytest.mark.parametrize(
    "piece",
    [
        "<td>",
        "<table>",
        "<!--",
        "<![CDATA[",
        "<a b='",
        "<script>",
        "&#x26",
        "</",
        "<?",
        "| eu-west-1 |\n",
        "com.amazonaws.",
    ],
)
def test_a_page_that_repeats_without_end_is_read_in_bounded_time(piece: str, tmp_path: Path) -> None:
    text = pages.patch_page().replace("</body>", piece * (200_000 // len(piece)))
    began = time.monotonic()
    try:
        found = compared(tmp_path, text)
    except CheckError:
        found = None
    assert time.monotonic() - began < 10
    assert found is None or told(found) == []
