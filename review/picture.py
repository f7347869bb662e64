"""A VPC as a picture: an SVG that a page can hold, in the page's own colours, for screens and for paper.

zones side by side, in each its subnets with the interface endpoints that have a network interface there; below them the
route tables and the S3 gateway endpoint; on the left who else is admitted, on the right where hosted zones answer too
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from review.network import Home, Place

# All in the SVG's own units, which are pixels at full size. Text is set in 13 units, about 7.2 wide for each character.
_CHARACTER, _LINE, _GAP, _EDGE = 7.2, 18, 16, 14
_COLUMN = 200
_SIDE = 224


@dataclass
class _Canvas:
    parts: list[str] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self.parts.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>'
        )

    def text(self, x: float, y: float, words: str, kind: str = "", *, width: float = 0) -> None:
        """A line of text. What is longer than `width` is cut short; the whole of it is in the tables of the page."""
        most = int(width / _CHARACTER) if width else len(words)
        shown = words if len(words) <= most else words[: max(most - 1, 1)] + "…"
        title = f"<title>{escape(words)}</title>" if shown != words else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>{escape(shown)}{title}</text>'
        )

    def arrow(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.parts.append(f'<path class="arrow" d="M{x1:g} {y1:g} L{x2:g} {y2:g}" marker-end="url(#tip)"/>')


def svg(home: Home, number: int) -> str:
    """The picture of one VPC. `number` tells it from the others of a page."""
    canvas = _Canvas()
    zones = list(dict.fromkeys(place.zone for place in home.places)) or ["no subnet is seen"]
    left = _SIDE + _GAP if home.clients else 0
    inner_x, top = left + _EDGE, 58
    heights = [_zone_height(home, zone) for zone in zones]
    tables = sorted({place.table for place in home.places if place.nodes} | set(_gateway_tables(home)))
    zone_height = max(heights)
    tables_y = top + zone_height + _GAP
    gateways = [each for each in home.endpoints if each.type == "Gateway"]
    gateway_x = inner_x + _COLUMN + 3 * _GAP
    width = max(len(zones) * (_COLUMN + _GAP) - _GAP, 2 * _COLUMN + 3 * _GAP)
    vpc_height = tables_y + max(len(tables) * (_LINE + 12), len(gateways) * 60 - 8, _LINE) + _EDGE - 6
    canvas.box(left + 0.5, 0.5, width + 2 * _EDGE, vpc_height, "vpc")
    title = f"{home.label}  {home.block}  {home.region}".strip()
    canvas.text(inner_x, 26, title, "strong", width=width)
    dns = sorted({each.service for each in home.endpoints if each.private_dns == "on"})
    if dns:
        canvas.text(inner_x, 46, f"private DNS: {', '.join(dns)}", "faint", width=width)
    for index, zone in enumerate(zones):
        _zone(canvas, home, zone, inner_x + index * (_COLUMN + _GAP), top, zone_height)
    for index, table in enumerate(tables):
        y = tables_y + index * (_LINE + 12)
        canvas.box(inner_x, y, _COLUMN, _LINE + 6, "table")
        canvas.text(inner_x + 8, y + 16, f"route table {table}", width=_COLUMN - 12)
        for place, gateway in enumerate(gateways):
            if table in gateway.attached:
                canvas.arrow(inner_x + _COLUMN, y + 12, gateway_x, tables_y + 23 + place * 60)
    for place, gateway in enumerate(gateways):
        x, y = gateway_x, tables_y + place * 60
        canvas.box(x, y, _COLUMN, 46, "gateway")
        canvas.text(x + 8, y + 18, "S3 gateway endpoint", width=_COLUMN - 12)
        canvas.text(x + 8, y + 36, gateway.name, "faint", width=_COLUMN - 12)
    right = left + width + 2 * _EDGE
    if home.clients:
        _list(canvas, 0, top, "also admitted on 443", home.clients)
        canvas.arrow(_SIDE, top + 30, left, top + 30)
    if home.spokes:
        _list(canvas, right + _GAP, top, "hosted zones also answer in", home.spokes)
        canvas.arrow(right, top + 30, right + _GAP, top + 30)
        right += _SIDE + _GAP
    sides = (
        max(len(home.clients), len(home.spokes), 0) * _LINE + 60 + top if home.clients or home.spokes else 0
    )
    height = max(vpc_height, sides) + 2
    return (
        f'<svg viewBox="0 0 {right + 1:g} {height:g}" width="{right + 1:g}" height="{height:g}" role="img" '
        f'aria-labelledby="picture-{number}-title picture-{number}-words">'
        f'<title id="picture-{number}-title">{escape(title)}</title>'
        f'<desc id="picture-{number}-words">{escape(words(home))}</desc>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0 0 L8 4 L0 8 Z"/></marker></defs>' + "".join(canvas.parts) + "</svg>"
    )


def words(home: Home) -> str:
    """The picture in words, for who does not see it."""
    said = [f"{home.label} in {home.region}."]
    for place in home.places:
        role = "node subnet" if place.nodes else "subnet"
        held = f"interfaces of {', '.join(place.holds)}" if place.holds else "no endpoint interface"
        said.append(f"{role} {place.name} in {place.zone}: {held}; route table {place.table}.")
    for each in home.endpoints:
        if each.type == "Gateway":
            said.append(f"S3 gateway endpoint {each.name} on {', '.join(each.attached) or 'no route table'}.")
    said += [f"Also admitted on 443: {', '.join(home.clients)}."] if home.clients else []
    said += [f"Provided elsewhere, as declared: {'; '.join(home.elsewhere)}."] if home.elsewhere else []
    said += [f"Hosted zones also answer in {', '.join(home.spokes)}."] if home.spokes else []
    return " ".join(said)


def _zone(canvas: _Canvas, home: Home, zone: str, x: float, y: float, height: float) -> None:
    canvas.box(x, y, _COLUMN, height, "zone")
    canvas.text(x + 8, y + 18, zone, "faint", width=_COLUMN - 12)
    y += 28
    for place in _places(home, zone):
        tall = _place_height(place)
        canvas.box(x + 6, y, _COLUMN - 12, tall, "nodes" if place.nodes else "subnet")
        canvas.text(x + 14, y + 18, place.name, "strong", width=_COLUMN - 30)
        canvas.text(
            x + 14, y + 36, f"{place.block}{' · nodes' if place.nodes else ''}", "faint", width=_COLUMN - 30
        )
        for index, name in enumerate(place.holds):
            canvas.box(x + 14, y + 44 + index * (_LINE + 4), _COLUMN - 28, _LINE + 1, "interface")
            canvas.text(x + 20, y + 58 + index * (_LINE + 4), name, width=_COLUMN - 42)
        y += tall + 8


def _list(canvas: _Canvas, x: float, y: float, title: str, lines: Sequence[str]) -> None:
    canvas.box(x, y, _SIDE - 2, 34 + len(lines) * _LINE, "outside")
    canvas.text(x + 8, y + 20, title, "faint", width=_SIDE - 16)
    for index, line in enumerate(lines):
        canvas.text(x + 8, y + 40 + index * _LINE, line, width=_SIDE - 16)


def _gateway_tables(home: Home) -> Iterable[str]:
    return (table for each in home.endpoints if each.type == "Gateway" for table in each.attached)


def _places(home: Home, zone: str) -> list[Place]:
    return [place for place in home.places if place.zone == zone]


def _place_height(place: Place) -> float:
    return 46 + len(place.holds) * (_LINE + 4) + 2


def _zone_height(home: Home, zone: str) -> float:
    return 36 + sum(_place_height(place) + 8 for place in _places(home, zone))
