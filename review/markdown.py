"""The review as Markdown, for a comment on a pull request: the page's content, within what a comment may hold."""

from __future__ import annotations

import re

from review import tellings
from review.model import Review
from review.network import Home
from review.templates import template

# A comment on GitHub holds 65,536 characters; in bytes, and with room for what whoever posts it adds.
LONGEST = 60_000
# How many findings, resources and rows are shown, of the first try and of the ones after it.
_MOST = (200, 40, 10, 3)


def render(review: Review) -> str:
    """The text, at most LONGEST bytes: of a stack that is larger than that, fewer rows are shown, and it says so."""
    for most in _MOST:
        text = _render(review, most)
        if len(text.encode()) <= LONGEST:
            return text
    end = "\n\nThe rest is in the HTML page.\n"
    return text.encode()[: LONGEST - len(end)].decode(errors="ignore") + end


def _render(review: Review, most: int) -> str:
    # This is Markdown: `inline`, `code` and `fenced` keep values from being markup.
    text = template("report.md.jinja", html=False, inline=inline, code=code, fenced=fenced).render(
        **tellings.words(review),
        reached=tellings.reached(review),
        findings=review.findings[:most],
        more_findings=max(len(review.findings) - most, 0),
        most=most,
        mermaid=mermaid,
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def inline(text: object) -> str:
    """A value in running text: it can neither end its line or table cell, nor be a link, HTML or a mention."""
    line = " ".join(str(text).split())
    return re.sub(r"([\\`*_{}\[\]<>|@#~!])", r"\\\1", line)


def code(text: object) -> str:
    """A value in a code span, in a table as well."""
    line = " ".join(str(text).split()).replace("|", "\\|")
    ticks = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    padded = f" {line} " if line.startswith("`") or line.endswith("`") else line
    return f"{ticks}{padded}{ticks}" if line else ""


def fenced(text: object, indent: int = 0) -> str:
    """A value in a block of its own, which no fence in the value ends."""
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", str(text))), default=0) + 1)
    lines = [f"{ticks}text", *str(text).splitlines(), ticks]
    return "\n".join(" " * indent + line if line else line for line in lines)


def mermaid(home: Home) -> str:
    """The network as a Mermaid flowchart, which GitHub and GitLab draw.

    https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams (2026-11-25)
    """
    lines = ["flowchart LR", f"  subgraph vpc[{_quoted(f'{home.label} {home.block}')}]"]
    for number, place in enumerate(home.places):
        kind = " nodes" if place.nodes else ""
        held = f"<br/>{', '.join(map(_escaped, place.holds))}" if place.holds else ""
        label = f"{_escaped(place.name)} {_escaped(place.zone)}<br/>{_escaped(place.block)}{kind}{held}"
        lines.append(f'    s{number}["{label}"]')
    for number, gateway in enumerate(each for each in home.endpoints if each.type == "Gateway"):
        lines.append(f"    g{number}[/{_quoted(f'S3 gateway {gateway.name}')}/]")
        for index, place in enumerate(home.places):
            if place.nodes and place.table in gateway.attached:
                lines.append(f"    s{index} -- {_quoted(f'route table {place.table}')} --> g{number}")
    lines.append("  end")
    for number, client in enumerate(home.clients):
        lines.append(f"  c{number}({_quoted(client)}) -- 443 --> vpc")
    for number, spoke in enumerate(home.spokes):
        lines.append(f"  vpc -. hosted zones .- p{number}({_quoted(spoke)})")
    for number, other in enumerate(home.elsewhere):
        lines.append(f"  vpc -- declared --> e{number}({_quoted(other)})")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return re.sub(r"[\"<>#;&`]", lambda found: f"#{ord(found[0])};", text)
