"""The review as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from review import picture, tellings
from review.model import Review
from review.steps import STEPS

TEMPLATES = Path(__file__).with_name("templates")


def render(review: Review) -> str:
    """The page's text."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["host"] = tellings.host
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html.jinja").render(
        review=review,
        css=Markup(css),  # noqa: S704 - a file of ours, no value of anybody's is in it
        headline=tellings.headline(review),
        figures=tellings.figures(review),
        sections=tellings.sections(review),
        changes=tellings.by_op(review),
        changes_sentence=tellings.changes(review),
        steps=STEPS,
        signs=tellings.SIGNS,
        sign=lambda cell: tellings.SIGNS[cell.state],
        short=tellings.short,
        reasons=tellings.reasons,
        verdicts=tellings.verdicts,
        left=tellings.left,
        targets=tellings.targets,
        word=tellings.word,
        # The picture escapes every text that it sets.
        pictures=[Markup(picture.svg(home, number)) for number, home in enumerate(review.homes)],  # noqa: S704
    )
