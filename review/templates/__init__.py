"""The templates of the page and of the Markdown, and how they are filled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from review import tellings

TEMPLATES = Path(__file__).parent


def template(name: str, *, html: bool, **filters: Callable[..., str]) -> Template:
    """A template by its file's name. In HTML every value is escaped; in Markdown each goes through one of the `filters`. A
    name that nobody gave is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=html,  # noqa: S701 - Markdown is none: there the filters do it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"host": tellings.host, **filters}
    return environment.get_template(name)
