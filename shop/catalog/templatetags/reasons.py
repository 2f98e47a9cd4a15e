"""What is drawn over a photograph to show why it is like another."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import template

from recommender.search import Parts, Rings
from shop.catalog.parts import Photograph

register = template.Library()

# Lines over what has another colour: from one to the next, as a share of a photograph's width.
STEP = 0.025


@register.inclusion_tag("catalog/_parts.html")
def outlined(photograph: Photograph, parts: Parts, name: str) -> dict[str, Any]:
    """A veil over what of a photograph is not like the other one, lines over what is in another
    colour, and an edge around the rest, in the photograph's pixels.

    `name` is what this one's parts are called on the page.
    """
    width, height = photograph.width, photograph.height
    return {
        "name": name,
        "width": width,
        "height": height,
        "shape": _path(parts.shape, width, height),
        "colour": _path(parts.colour, width, height),
        "step": round(STEP * width, 2),
        "line": round(STEP * width / 6, 2),
    }


def _path(rings: Rings, width: int, height: int) -> str:
    """Closed curves near the points of the rings, in SVG's words."""
    return "".join(_curve([(x * width, y * height) for x, y in ring]) for ring in rings)


def _curve(points: list[tuple[float, float]]) -> str:
    """From the middle between two points to the next one, each point drawing it aside."""
    closed = [*points, *points[:2]]
    middles = [
        ((x + next_x) / 2, (y + next_y) / 2) for (x, y), (next_x, next_y) in pairwise(closed)
    ]
    start, *ends = middles
    bends = zip(closed[1:], ends, strict=False)
    return f"M{_pair(start)}" + "".join(f"Q{_pair(by)} {_pair(to)}" for by, to in bends) + "Z"


def _pair(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
