"""What is drawn over a photograph to show why it is like another."""

from __future__ import annotations

from typing import Any

from django import template

from recommender.search import Side
from shop.catalog.parts import Photograph

register = template.Library()

# The blur and the size of a number, as shares of what they are drawn on.
BLUR, NUMBER = 0.4, 0.035


@register.inclusion_tag("catalog/_marks.html")
def marks(photograph: Photograph, side: Side, name: str) -> dict[str, Any]:
    """A veil over what of a photograph does not make it alike, and numbers at the `side`'s places.

    In the photograph's pixels; `name` is what this one's parts are called on the page.
    """
    width, height = photograph.width, photograph.height
    regions = [
        {
            "x": round(region.left * width),
            "y": round(region.top * height),
            "width": round((region.right - region.left) * width),
            "height": round((region.bottom - region.top) * height),
            "weight": round(region.weight, 2),
        }
        for region in side.regions
    ]
    places = [{"x": round(place.x * width), "y": round(place.y * height)} for place in side.places]
    return {
        "name": name,
        "width": width,
        "height": height,
        "regions": regions,
        "blur": round(BLUR * regions[0]["width"]) if regions else 0,
        "places": places,
        "radius": round(NUMBER * max(width, height)),
    }
