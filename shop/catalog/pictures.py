"""Photographs in storage: stored once at full size, served in the sizes that pages ask for."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from recommender.images import Readable, TooBusy, open_picture
from shop.catalog.parts import Photograph

logger = logging.getLogger(__name__)

WIDTHS = (160, 320, 480, 640, 960, 1280)
LONG_SIDE = 1600
# Of one product.
MAX_PHOTOGRAPHS = 24
BUSY_PAUSE_SECONDS = 1.0

# Every name that this module gives out, and so the only names that it will open.
_NAME = re.compile(r"(?:photographs/[0-9a-f]{2}|queries)/[0-9a-f]{32}(?:-whole)?\.jpg")


class NoSuchPicture(LookupError):
    """No readable photograph has that name, or the size or format is not one that is served."""


@dataclass(frozen=True)
class Format:
    """How a rendition is encoded and announced."""

    content_type: str
    pillow: str
    options: dict[str, Any]


# AVIF at speed 9 of 10: a sixth smaller than WebP and made as fast; speed 8 takes four times as
# long for a twentieth less.
FORMATS = {
    "avif": Format("image/avif", "AVIF", {"quality": 60, "speed": 9, "max_threads": 1}),
    "webp": Format("image/webp", "WEBP", {"quality": 80, "method": 4}),
    "jpg": Format("image/jpeg", "JPEG", {"quality": 82, "progressive": True, "optimize": True}),
}


@dataclass(frozen=True)
class Incoming:
    """An uploaded picture that was found good and is not stored yet.

    It holds the file that will be stored, a tenth of its pixels: a product may have two dozen.
    """

    content: bytes
    width: int
    height: int
    tint: str
    digest: str

    def store(self) -> Photograph:
        key = uuid.uuid4().hex
        return self.as_stored(save(f"photographs/{key[:2]}/{key}.jpg", ContentFile(self.content)))

    def as_stored(self, name: str) -> Photograph:
        """The photograph whose file of that name is in the storage."""
        return Photograph(
            name=name, width=self.width, height=self.height, tint=self.tint, digest=self.digest
        )


def read_photograph(file: Readable | bytes) -> Incoming:
    """Check an uploaded picture without storing anything. Raises recommender.images.BadImage."""
    source = file if isinstance(file, bytes) else file.read(settings.MAX_UPLOAD_BYTES + 1)
    return incoming(open_picture(source, for_side=LONG_SIDE), digest(source))


def read_in_turn(source: bytes) -> Incoming:
    """The same where nobody sits before it, so that a large picture waits. Raises BadImage."""
    while True:
        try:
            return read_photograph(source)
        except TooBusy:
            time.sleep(BUSY_PAUSE_SECONDS)


def incoming(picture: Image.Image, digest: str, long_side: int = LONG_SIDE) -> Incoming:
    """A picture at the size that is kept, ready to be stored."""
    kept = shrink(picture, long_side)
    content = jpeg(kept, subsampling="4:4:4", optimize=True).read()
    return Incoming(content, kept.width, kept.height, tint(kept), digest)


def store_all(incoming: Iterable[Incoming]) -> list[Photograph]:
    """Store pictures of one product: all of them, or none where one finds no room."""
    stored: list[Photograph] = []
    try:
        for picture in incoming:
            stored.append(picture.store())
    except OSError:
        delete_photographs(photograph.name for photograph in stored)
        raise
    return stored


def stored(shown: Sequence[Photograph | Incoming]) -> list[Photograph]:
    """The same pictures, all of them stored; see `store_all`."""
    lacking = [each for each in shown if isinstance(each, Incoming)]
    there = iter(store_all(lacking))
    return [next(there) if isinstance(each, Incoming) else each for each in shown]


def save(name: str, content: ContentFile[bytes]) -> str:
    """Put a file into the storage under a name of our own: all of it, or an OSError and nothing."""
    try:
        saved = default_storage.save(name, content)
    except OSError:
        # The storage leaves behind what it had written until the disk was full.
        default_storage.delete(name)
        raise
    return saved


def digest(source: bytes) -> str:
    """SHA-256 of a picture's bytes as they came in, in hex."""
    return hashlib.sha256(source).hexdigest()


def tint(picture: Image.Image) -> str:
    """The mean colour of an RGB picture, as `#rrggbb`."""
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def shrink(picture: Image.Image, long_side: int) -> Image.Image:
    """The picture with its long side at most `long_side` pixels; a smaller one as it is."""
    if max(picture.size) <= long_side:
        return picture
    smaller = picture.copy()
    smaller.thumbnail((long_side, long_side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return smaller


def widths_for(width: int) -> tuple[int, ...]:
    """The widths worth asking for of a photograph `width` pixels wide.

    The last one may be wider than the photograph; its rendition has the photograph's own width.
    """
    narrower = tuple(step for step in WIDTHS if step < width)
    return WIDTHS[: len(narrower) + 1]


def rendition(name: str, width: int, extension: str) -> BinaryIO:
    """A photograph at a width and in a format of `FORMATS`, made if need be and open for reading.

    It is never wider than the photograph. Where there is no room to keep it, it is made for this
    once. Raises NoSuchPicture.
    """
    if width not in WIDTHS or extension not in FORMATS or not is_ours(name):
        raise NoSuchPicture(name)
    path = _rendition_path(name, width, extension)
    with suppress(FileNotFoundError):
        return path.open("rb")
    content = _encoded(_decoded(name, width), FORMATS[extension])
    try:
        _write_rendition(path, content)
    except OSError as full:
        logger.warning("A rendition of %s is not kept: %s", name, full)
    return io.BytesIO(content)


def render(name: str) -> None:
    """Make the AVIF renditions of a photograph, so that no shopper waits for one.

    Nearly every browser takes AVIF; the other formats are made for those that ask.
    Raises NoSuchPicture when the photograph has been deleted meanwhile.
    """
    if not is_ours(name):
        raise NoSuchPicture(name)
    whole = _decoded(name, WIDTHS[-1])
    for width in widths_for(whole.width):
        path = _rendition_path(name, width, "avif")
        if not path.exists():
            _write_rendition(path, _encoded(_narrow(whole, width), FORMATS["avif"]))


def delete_photographs(names: Iterable[str]) -> None:
    """Delete photographs and all their renditions; one that is gone already is no error."""
    for name in names:
        default_storage.delete(name)
        for width in WIDTHS:
            for extension in FORMATS:
                _rendition_path(name, width, extension).unlink(missing_ok=True)


def is_ours(name: str) -> bool:
    """Whether this module could have given a photograph that name."""
    return _NAME.fullmatch(name) is not None


def jpeg(picture: Image.Image, **options: Any) -> ContentFile[bytes]:
    """A picture as a file to store."""
    return ContentFile(_written(picture, "JPEG", {"quality": 90, **options}))


def _written(picture: Image.Image, format: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    try:
        picture.save(buffer, format, **options)
    except OSError:
        # For these Pillow gives the JPEG encoder a byte a pixel to write in, and noise takes more.
        plain = {name: options[name] for name in options if name not in ("optimize", "progressive")}
        buffer = io.BytesIO()
        picture.save(buffer, format, **plain)
    return buffer.getvalue()


def rendered(folder: str) -> Iterator[Path]:
    """The files of all renditions whose photographs are in this folder of the storage."""
    for width in WIDTHS:
        yield from _rendered_at(width, folder).glob("*")


def _rendition_path(name: str, width: int, extension: str) -> Path:
    photograph = PurePosixPath(name)
    return _rendered_at(width, str(photograph.parent)) / f"{photograph.stem}.{extension}"


def _rendered_at(width: int, folder: str) -> Path:
    return Path(settings.MEDIA_ROOT, "renditions", str(width), folder)


def _decoded(name: str, width: int) -> Image.Image:
    try:
        with default_storage.open(name) as file, Image.open(file) as picture:
            # The JPEG decoder can halve as it reads: a quarter of the work for a small rendition.
            picture.draft("RGB", (width * 2, 1))
            return _narrow(picture.convert("RGB"), width)
    except FileNotFoundError as gone:
        raise NoSuchPicture(name) from gone
    except (OSError, SyntaxError) as damaged:
        logger.error("The file of %s cannot be read: %s", name, damaged)
        raise NoSuchPicture(name) from damaged


def _narrow(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(picture: Image.Image, form: Format) -> bytes:
    return _written(picture, form.pillow, form.options)


def _write_rendition(path: Path, content: bytes) -> None:
    # Written beside its place and renamed, so that nobody is ever served half a picture.
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
