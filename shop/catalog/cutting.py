"""Photographs turned and cropped: made anew from what came in, which is kept.

A cut photograph has a name of its own, so that every address of it is another one and it is
embedded like a new one. Its digest stays that of what came in, by which an import knows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.core.files.storage import default_storage
from PIL import Image

from shop.catalog import pictures
from shop.catalog.frames import Box, Size
from shop.catalog.models import Product
from shop.catalog.parts import Photograph

TURNS = (0, 90, 180, 270)
_TRANSPOSED = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


class NoSuchPhotograph(LookupError):
    """The product has no such photograph any more."""


@dataclass(frozen=True)
class Cut:
    """How a photograph is shown: turned clockwise by so many degrees, and then this part of it.

    `whole` is what the turned one measures, as (width, height).
    """

    turn: int
    box: Box
    whole: Size

    @classmethod
    def of(cls, photograph: Photograph) -> Self:
        """The cut that made a photograph. Raises pictures.NoSuchPicture where its file is gone."""
        whole = _turned_size(_size(photograph.source), photograph.turn)
        return cls(photograph.turn, Box(*(photograph.crop or (0, 0, *whole))), whole)

    def turned(self, degrees: int) -> Cut:
        """The same part of the picture, turned further, clockwise."""
        cut = self
        for _quarter in range(degrees // 90):
            cut = cut._turned_by_a_quarter()
        return cut

    def _turned_by_a_quarter(self) -> Cut:
        (width, height), box = self.whole, self.box
        turned = Box(height - box.top - box.height, box.left, box.height, box.width)
        return Cut((self.turn + 90) % 360, turned, (height, width))

    @property
    def is_none(self) -> bool:
        """Whether it leaves the photograph as it came in."""
        return not self.turn and self.box == Box(0, 0, *self.whole)


def cut(product: Product, name: str, wanted: Cut) -> Photograph:
    """Show a photograph of the product otherwise, at its place and in its variants, and save that.

    Raises NoSuchPhotograph, or pictures.NoSuchPicture where its file is gone.
    """
    names = product.photo_names()
    if name not in names:
        raise NoSuchPhotograph(name)
    before = product.photographs[names.index(name)]
    if Cut.of(before) == wanted:
        return before
    after = _made(before, wanted)
    for variant in product.variants:
        variant.photographs = [after.name if name == each else each for each in variant.photographs]
    product.save_with_photographs(
        [after if each.name == name else each for each in product.photographs]
    )
    return after


def _made(photograph: Photograph, wanted: Cut) -> Photograph:
    picture = _read(photograph.source)
    if wanted.turn:
        picture = picture.transpose(_TRANSPOSED[wanted.turn])
    box = wanted.box
    made = pictures.incoming(picture.crop(box.edges), photograph.digest)
    if wanted.is_none:
        after = made.as_stored(photograph.source)
    else:
        after = made.store()
        after.original, after.turn = photograph.source, wanted.turn
        after.crop = [box.left, box.top, box.width, box.height]
    after.alt = photograph.alt
    return after


def _read(name: str) -> Image.Image:
    try:
        with default_storage.open(name) as file, Image.open(file) as picture:
            return picture.convert("RGB")
    except (OSError, SyntaxError) as gone:
        raise pictures.NoSuchPicture(name) from gone


def _size(name: str) -> Size:
    try:
        with default_storage.open(name) as file, Image.open(file) as picture:
            return picture.size
    except (OSError, SyntaxError) as gone:
        raise pictures.NoSuchPicture(name) from gone


def _turned_size(size: Size, turn: int) -> Size:
    width, height = size
    return (height, width) if turn % 180 else (width, height)
