"""Bytes from a stranger -> an upright sRGB picture, or a BadImage that says why not."""

import ctypes
import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Lock
from typing import Protocol

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from recommender import decoding, large_pictures
from recommender.conf import conf
from recommender.decoding import MAX_PIXELS, MAX_SIDE

MIN_SIDE = 8
# Shrunk for the catalogue, a thinner one would have a side below MIN_SIDE.
MOST_TIMES_AS_LONG = 100

# By `decoding.planned`: what costs more is decoded in a process of its own, and what costs less by
# all threads together within as much. A phone's photograph of 12 million pixels costs less.
SMALL_BYTES = 100_000_000
# mallopt(3): from how many bytes on a block is the system's again once it is freed, and from how
# many that lie free behind all others on all of these are. A panel is ranked by a megabyte of
# vectors: the usual 128 kB would have them come from the system each time, page by page, which
# takes longer than the ranking.
M_MMAP_THRESHOLD, LARGE_BLOCK = -3, 4 * 1024**2
M_TRIM_THRESHOLD, MOST_FREE = -1, 2 * 1024**2
PATIENCE_SECONDS = 20
# Whatever their header promises: the decoder may find a larger picture than it names.
DECODED_APART = {"AVIF"}

NOT_A_PICTURE = _(
    "This is not a picture: send a JPEG, PNG, WebP, GIF, HEIC, AVIF, BMP or TIFF file."
)
A_DRAWING = _(
    "This is an SVG or HTML document, not a photograph: send a JPEG, PNG, WebP or HEIC file."
)
DAMAGED = _("The picture is damaged or incomplete: save or send it once more.")
TOO_COSTLY = _(
    "Reading this picture would take too much memory or time: save it smaller, or as a JPEG."
)
TOO_BUSY = _("Many large pictures are being read just now: try again in a minute.")


class Readable(Protocol):
    """A file, or what an upload is: all that is asked of it is to be read."""

    def read(self, size: int, /) -> bytes: ...


class BadImage(ValueError):
    """A file that is not a usable picture; its text is one plain sentence for a person."""


class TooBusy(BadImage):
    """The file may be a usable picture, but too many large ones are being read just now."""


def open_picture(file: Readable | bytes | Path, *, for_side: int | None = None) -> Image.Image:
    """Decode the first frame of `file` into an upright RGB picture in sRGB.

    Alpha is laid on white; the long side is at most MAX_SIDE pixels; no metadata remains.
    `for_side` (pixels) lets a large JPEG be decoded at a fraction of its size, with both sides
    still at least that long, for callers that shrink it to that anyway.

    What would cost much memory is decoded in a process of its own, one at a time.

    Raises BadImage, and nothing else, for any content whatever. Errors of reading the file
    (FileNotFoundError and its like) pass through.
    """
    data, side = _read(file), for_side or MAX_SIDE
    return _small(data, side) or _large(data, side)


def begins_as_picture(head: bytes) -> bool:
    """Whether a file that begins with these bytes, 16 or more, is of a kind that is read."""
    Image.init()
    asked = (Image.OPEN[kind][1] for kind in decoding.FORMATS)
    return any(accepts(head) for accepts in asked if accepts)


def _read(file: Readable | bytes | Path) -> bytes:
    limit = conf.MAX_UPLOAD_BYTES
    if isinstance(file, bytes):
        data = file
    elif isinstance(file, Path):
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    else:
        data = file.read(limit + 1)
    if not data:
        raise BadImage(gettext("The file is empty."))
    if len(data) > limit:
        raise BadImage(gettext("The file is larger than %(most)d MB.") % {"most": limit // 1024**2})
    return data


def _small(data: bytes, side: int) -> Image.Image | None:
    """The decoded picture; None for a large one, of which nothing is held then."""
    # One at a time: of an animated GIF Pillow fills a frame as it opens it.
    with _opening:
        picture = _open(data)
        cost = _cost(picture, side)
        if cost > SMALL_BYTES or picture.format in DECODED_APART:
            return None
    with _memory.taken(cost):
        return _decoded(picture)


_opening = Lock()


def _large(data: bytes, side: int) -> Image.Image:
    conf.VAR_DIR.mkdir(parents=True, exist_ok=True)
    lock = conf.VAR_DIR / "large_pictures.lock"
    try:
        return large_pictures.decoded_apart(data, side, lock)
    except large_pictures.TooBusy as error:
        raise TooBusy(str(TOO_BUSY)) from error
    except large_pictures.TooCostly as error:
        raise BadImage(str(TOO_COSTLY)) from error
    except large_pictures.Undecodable as error:
        raise BadImage(str(DAMAGED)) from error


def _open(data: bytes) -> Image.Image:
    try:
        return decoding.opened(data)
    except decoding.TooManyParts as error:
        raise BadImage(str(TOO_COSTLY)) from error
    except decoding.TooLargeScreen as error:
        raise BadImage(_too_large(error.width, error.height, MAX_PIXELS)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadImage(_too_many_pixels()) from error
    except UnidentifiedImageError as error:
        raise BadImage(_why_unidentified(data)) from error
    except Exception as error:
        raise BadImage(str(DAMAGED)) from error


def _why_unidentified(data: bytes) -> str:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html", b"<!--")):
        return str(A_DRAWING)
    # Of a TIFF that is cut short even what tells its size may be missing: some have it at the end.
    return str(DAMAGED if begins_as_picture(data) else NOT_A_PICTURE)


def _cost(picture: Image.Image, side: int) -> int:
    """The bytes that decoding takes. Raises BadImage for a size that is not accepted."""
    width, height = picture.size
    if min(width, height) < MIN_SIDE:
        raise BadImage(_too_small(width, height))
    if max(width, height) > MOST_TIMES_AS_LONG * min(width, height):
        raise BadImage(_too_thin())
    try:
        cost = decoding.planned(picture, side)
    except Exception as error:
        raise BadImage(str(DAMAGED)) from error
    most = int(width * height * min(1.0, large_pictures.MOST_BYTES / cost))
    if most < min(width * height, 1_000_000):
        # What costs so much is not its pixels: no other size would do.
        raise BadImage(str(TOO_COSTLY))
    if min(most, MAX_PIXELS) < width * height:
        raise BadImage(_too_large(width, height, min(most, MAX_PIXELS)))
    return cost


def _too_small(width: int, height: int) -> str:
    return gettext(
        "The picture is only %(width)d x %(height)d pixels; "
        "each side needs at least %(least)d pixels."
    ) % {"width": width, "height": height, "least": MIN_SIDE}


def _too_thin() -> str:
    return gettext(
        "The picture is too thin: one side may be at most %(times)d times as long as the other."
    ) % {"times": MOST_TIMES_AS_LONG}


def _too_large(width: int, height: int, most: int) -> str:
    """Of a picture that may have at most so many pixels: names the size that would do."""
    scale = math.sqrt(most / (width * height))
    return gettext(
        "A picture of this kind may have at most %(most)d million pixels: "
        "save it at about %(width)d x %(height)d."
    ) % {"most": most // 1_000_000, "width": int(width * scale), "height": int(height * scale)}


def _too_many_pixels() -> str:
    """Of a picture whose size Pillow does not even tell."""
    most = MAX_PIXELS // 1_000_000
    return gettext("The picture has more than %(most)d million pixels: save it smaller.") % {
        "most": most
    }


def _decoded(picture: Image.Image) -> Image.Image:
    try:
        return decoding.decoded(picture)
    except decoding.TooManyParts as error:
        raise BadImage(str(TOO_COSTLY)) from error
    except Exception as error:
        raise BadImage(str(DAMAGED)) from error


class _Memory:
    """So many bytes, which threads take and give back; who finds too few left waits in a queue."""

    def __init__(self, bytes: int) -> None:
        self._left = bytes
        self._changed = Condition()
        self._queue: deque[object] = deque()

    @contextmanager
    def taken(self, bytes: int) -> Iterator[None]:
        """Raises TooBusy after PATIENCE_SECONDS."""
        with self._changed:
            self._wait_for(bytes)
            self._left -= bytes
        try:
            yield
        finally:
            with self._changed:
                self._left += bytes
                self._changed.notify_all()

    def _wait_for(self, bytes: int) -> None:
        """First come, first served: else small pictures would keep a larger one out for ever."""
        turn = object()
        self._queue.append(turn)
        try:
            if not self._changed.wait_for(
                lambda: self._queue[0] is turn and bytes <= self._left, PATIENCE_SECONDS
            ):
                raise TooBusy(str(TOO_BUSY))
        finally:
            self._queue.remove(turn)
            self._changed.notify_all()


_memory = _Memory(SMALL_BYTES)


def _give_large_blocks_back() -> None:
    """Tell the C library to keep little for later, of which glibc keeps much for each thread.

    Eight threads that had decoded small pictures kept 680 MB; with this they keep 30.
    """
    c_library = ctypes.CDLL(None)
    if hasattr(c_library, "mallopt"):
        c_library.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
        c_library.mallopt(M_TRIM_THRESHOLD, MOST_FREE)


_give_large_blocks_back()
