"""Who draws what: every family of garments by the name that the ranges call it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drawings.canvas import Canvas
from drawings.garments.accessories import Accessory, draw_accessory
from drawings.garments.bags import Bag, draw_bag
from drawings.garments.bottoms import Skirt, Trousers, draw_skirt, draw_trousers
from drawings.garments.dresses import Dress, draw_dress
from drawings.garments.jewellery import Jewel, draw_jewel
from drawings.garments.outerwear import Coat, draw_coat
from drawings.garments.shirts import Shirt, draw_shirt
from drawings.garments.shoes import Shoe, draw_shoes
from drawings.garments.tops import Top, draw_top
from drawings.look import Look


@dataclass(frozen=True)
class Drawer[Garment]:
    """What a style may say of its garment, and the function that lays such a garment down."""

    garment: type[Garment]
    draw: Callable[[Canvas, Look, Garment], None]


DRAWERS: dict[str, Drawer[Any]] = {
    "accessory": Drawer(Accessory, draw_accessory),
    "bag": Drawer(Bag, draw_bag),
    "coat": Drawer(Coat, draw_coat),
    "dress": Drawer(Dress, draw_dress),
    "jewel": Drawer(Jewel, draw_jewel),
    "shirt": Drawer(Shirt, draw_shirt),
    "shoe": Drawer(Shoe, draw_shoes),
    "skirt": Drawer(Skirt, draw_skirt),
    "top": Drawer(Top, draw_top),
    "trousers": Drawer(Trousers, draw_trousers),
}
