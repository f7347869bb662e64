"""The review as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from markupsafe import Markup

from review import picture, tellings
from review.model import Review
from review.steps import STEPS
from review.templates import TEMPLATES, template


def render(review: Review) -> str:
    """The page's text."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return template("page.html.jinja", html=True).render(
        **tellings.words(review),
        css=Markup(css),  # noqa: S704 - a file of ours, no value of anybody's is in it
        figures=tellings.figures(review),
        sections=tellings.sections(review),
        steps=STEPS,
        sign=lambda cell: tellings.SIGNS[cell.state],
        # The picture escapes every text that it sets.
        pictures=[Markup(picture.svg(home, number)) for number, home in enumerate(review.homes)],  # noqa: S704
    )
