"""What is drawn over a photograph to show why it is like another."""

from __future__ import annotations

from typing import Any

from django import template

from recommender.search import Region, Regions
from shop.catalog.parts import Photograph

register = template.Library()

# As a share of a region's width.
BLUR = 0.3


@register.inclusion_tag("catalog/_veil.html")
def veil(photograph: Photograph, regions: Regions, name: str) -> dict[str, Any]:
    """A veil over what of a photograph is not like the other one, in the photograph's pixels.

    `name` is what this one's parts are called on the page.
    """
    width, height = photograph.width, photograph.height
    drawn = [_drawn(region, width, height) for region in regions]
    blur = round(BLUR * drawn[0]["width"], 1) if drawn else 0
    return {"name": name, "width": width, "height": height, "regions": drawn, "blur": blur}


def _drawn(region: Region, width: int, height: int) -> dict[str, float]:
    return {
        "x": round(region.left * width, 1),
        "y": round(region.top * height, 1),
        "width": round((region.right - region.left) * width, 1),
        "height": round((region.bottom - region.top) * height, 1),
        "weight": round(region.weight, 2),
    }
