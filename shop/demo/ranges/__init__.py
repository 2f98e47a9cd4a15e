"""What the demo shop sells: one file for each part of the wardrobe."""

from shop.demo.ranges.accessories import ACCESSORIES
from shop.demo.ranges.bags import BAGS
from shop.demo.ranges.bottoms import BOTTOMS
from shop.demo.ranges.dresses import DRESSES
from shop.demo.ranges.jewellery import JEWELLERY
from shop.demo.ranges.outerwear import OUTERWEAR
from shop.demo.ranges.shoes import SHOES
from shop.demo.ranges.tops import TOPS

CATEGORIES = (*TOPS, *DRESSES, *BOTTOMS, *OUTERWEAR, *SHOES, *BAGS, *ACCESSORIES, *JEWELLERY)

__all__ = ["CATEGORIES"]
