"""Pages in the form that docs.aws.amazon.com gives them: the frame and the tables' markup, with rows that a test says.

Nothing of AWS's text is here: the frame was written after the markup of AWS's pages (a canonical link, `target_state`,
tables in `table-contents`, `<code class="replaceable">`), in HTML and in the Markdown that each page links to (seen
2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tests.blueprint.aws_table import TABLE

GUIDE = "https://docs.aws.amazon.com/systems-manager/latest/userguide"
PATCH_BUCKETS = f"{GUIDE}/patch-operations-s3-buckets.html"
AGENT_BUCKETS = f"{GUIDE}/ssm-agent-technical-details.html"
ENDPOINTS = f"{GUIDE}/setup-create-vpc.html"
ALL_SERVICES = "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"

# The first column of AWS's table "Amazon S3 permissions required by SSM Agent", typed from the page (read 2026-11-23).
AGENT_ARNS = (
    "arn:aws:s3:::aws-windows-downloads-REGION/*",
    "arn:aws:s3:::amazon-ssm-REGION/*",
    "arn:aws:s3:::aws-ssm-REGION/*",
    "arn:aws:s3:::patch-baseline-snapshot-REGION/* -or- arn:aws:s3:::patch-baseline-snapshot-REGION-SUFFIX/*",
    "Linux: arn:aws:s3:::aws-patch-manager-REGION-SUFFIX/* macOS: arn:aws:s3:::aws-patchmanager-macos-REGION-SUFFIX/*",
    "arn:aws:s3:::REGION-birdwatcher-prod/*",
)
# The endpoints of "Creating VPC endpoints for Systems Manager" (read 2026-11-23).
NEEDED = ("ssm", "ec2messages", "ec2", "s3", "ssmmessages", "kms", "logs")


def patch_rows() -> dict[str, list[tuple[str, str]]]:
    """AWS's three tables: family -> Region and bucket. Typed in tests/blueprint/aws_table.py."""
    return {
        "aws-patch-manager": [(r, f"aws-patch-manager-{r}-{patch}") for r, (patch, _, _) in TABLE.items()],
        "aws-patchmanager-macos": [(r, f"aws-patchmanager-macos-{r}-{p}") for r, (p, _, _) in TABLE.items()],
        "patch-baseline-snapshot": [
            (r, f"patch-baseline-snapshot-{r}" + (f"-{suffix}" if suffix else ""))
            for r, (_, suffix, _) in TABLE.items()
        ],
    }


def patch_page(rows: dict[str, list[tuple[str, str]]] | None = None, url: str = PATCH_BUCKETS) -> str:
    """The page of patch buckets as HTML."""
    tables = [
        html_table(
            ("Region name", "Region code", f"<code>{family}-{hole('region')}</code>"),
            [("A place", region, bucket) for region, bucket in listed],
        )
        for family, listed in (rows or patch_rows()).items()
    ]
    return html(url, "".join(tables))


def patch_markdown(rows: dict[str, list[tuple[str, str]]] | None = None, *, front: bool = True) -> str:
    """The same page as Markdown; `front`: with the address that mirrors write before it."""
    text = f"---\nsource_url: {PATCH_BUCKETS}\n---\n\n" if front else ""
    text += '# Buckets\n<a name="patch-operations-s3-buckets"></a>\n\n'
    for family, listed in (rows or patch_rows()).items():
        text += f"| Region name  | Region code | `{family}-{{{{region}}}}` bucket |\n| --- | --- | --- |\n"
        text += "".join(f"| A place | {region} | {bucket} |\n" for region, bucket in listed) + "\n"
    return text


def agent_page(arns: Iterable[str] = AGENT_ARNS) -> str:
    """The page with the buckets that SSM Agent reads, as HTML."""
    rows = [(f"<p><code class='code'>{_holes(arn)}</code></p>", "<p>What for.</p>") for arn in arns]
    return html(AGENT_BUCKETS, html_table(("S3 bucket ARN", "Description"), rows))


def agent_markdown(arns: Iterable[str] = AGENT_ARNS) -> str:
    """The same as Markdown: a code span for each ARN, line breaks between them, and a star that is escaped or not."""
    rows = ""
    for arn in arns:
        holes = arn.replace("REGION", "{{region}}").replace("SUFFIX", "{{unique-suffix}}")
        spans = (
            re.sub(r"(arn:\S+)", r"`\1`", holes)
            .replace("` -or- `", "` <br />-or-<br />`")
            .replace(" macOS", "<br />macOS")
        )
        cell = holes.replace("/*", "/\\*") if "aws-ssm-" in arn else spans
        rows += f"|  {cell}  | What for. For example: arn:aws:s3:::aws-ssm-us-east-2/\\*. <br />+  `A-Document`  |\n"
    return f"---\nsource_url: {AGENT_BUCKETS}\n---\n\n| S3 bucket ARN | Description |\n| --- | --- |\n{rows}"


def services_markdown(services: Iterable[str]) -> str:
    """The page of the endpoints as Markdown."""
    items = "".join(f"+ **`com.amazonaws.{{{{region}}}}.{service}`** – What for.\n" for service in services)
    return f'# Endpoints\n<a name="setup-create-vpc"></a>\n\n{items}'


def services_escaped(services: Iterable[str]) -> str:
    """The same as AWS had it on GitHub until 2023, where every sign is escaped."""
    items = "".join(f"   + **com\\.amazonaws\\.*region*\\.{service}**: What for\\.\n" for service in services)
    return f'# Step 6: \\(Optional\\) Endpoints<a name="setup-create-vpc"></a>\n\n{items}\n## More<a name="more"></a>\n'


def services_page(services: Iterable[str], url: str = ENDPOINTS) -> str:
    """A page with names of endpoint services in a list, as HTML."""
    items = [
        f"<li class='listitem'><p><b><code class='code'>com.amazonaws.{hole('region')}.{service}</code></b></p></li>"
        for service in services
    ]
    return html(url, f"<ul class='itemizedlist'>{''.join(items)}</ul>")


def html(url: str, body: str) -> str:
    """A page's frame."""
    stem = url.rsplit("/", 1)[-1].removesuffix(".html")
    return (
        '<!DOCTYPE html>\n    <html xmlns="http://www.w3.org/1999/xhtml" lang="en-US"><head><meta http-equiv="Content-Type" '
        f'content="text/html; charset=UTF-8" /><title>A page</title><meta name="target_state" content="{stem}" />'
        f'<link rel="canonical" href="{url}" /><link rel="alternate" href="{url}" hreflang="x-default" />'
        '<script defer="">document.write("<table><tr><td>us-east-1</td></tr></table>")</script></head>'
        f'<body class="awsdocs awsui"><div id="main-col-body"><h1 class="topictitle" id="{stem}">A page</h1>{body}</div>'
        "</body></html>\n"
    )


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as AWS marks it up: the body's rows follow the head without an element of their own."""
    titles = "".join(f"<th>{title}</th>" for title in head)
    body = "".join(
        "<tr>" + "".join(f'<td tabindex="-1">{cell}</td>\n' for cell in row) + "</tr>\n" for row in rows
    )
    return (
        '<div class="table-container"><div class="table-contents"><table id="w1"><thead>\n'
        f"<tr>{titles}</tr></thead>\n{body}</table></div></div>"
    )


def hole(word: str) -> str:
    """What the reader replaces."""
    return f'<code class="replaceable">{word}</code>'


def _holes(text: str) -> str:
    return text.replace("REGION", hole("region")).replace("SUFFIX", hole("unique-suffix"))
