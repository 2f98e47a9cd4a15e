"""What the demo shop sells: one file for each part of the wardrobe."""

from drawings.ranges.accessories import ACCESSORIES
from drawings.ranges.bags import BAGS
from drawings.ranges.bottoms import BOTTOMS
from drawings.ranges.dresses import DRESSES
from drawings.ranges.jewellery import JEWELLERY
from drawings.ranges.outerwear import OUTERWEAR
from drawings.ranges.shoes import SHOES
from drawings.ranges.tops import TOPS

CATEGORIES = (*TOPS, *DRESSES, *BOTTOMS, *OUTERWEAR, *SHOES, *BAGS, *ACCESSORIES, *JEWELLERY)

__all__ = ["CATEGORIES"]
