"""Pictures that people searched with: kept for a day, beside the vectors that they are searched by.

All of them together, with their renditions, have `settings.QUERY_BYTES`; the oldest go first.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import threading
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL.Image import Image
from PIL.Image import open as open_lazily

from recommender import search
from recommender.images import open_picture
from recommender.search import PhotoVector, SearchUnavailable
from shop.catalog import pictures
from shop.catalog.frames import MIN_SIDE, Box, all_of
from shop.catalog.parts import TINT, Photograph
from shop.catalog.remember import Recent

logger = logging.getLogger(__name__)

FOLDER = "queries"
# In pixels: the widest rendition of a picture across.
LONG_SIDE = pictures.WIDTHS[-1]
# After the key of what was looked at, where that is not all of the picture.
WHOLE = "-whole"
KEPT_FOR = timedelta(days=1)
PROPOSED_SECONDS = 600
# What a file takes on a disk, however small it is: this bounds their number.
BLOCK_BYTES = 4096
# A picture with the renditions that its page will ask for, as a multiple of the picture.
WITH_RENDITIONS = 3


def keep(picture: Image) -> str:
    """Keep a picture that somebody searched with; returns the 32 hex digits that name it."""
    key = uuid.uuid4().hex
    _keep_picture(key, picture)
    return key


def look_at(picture: Image) -> str:
    """Keep what the recommender looks at, and all of the picture too where that is another.

    Returns the key of what was looked at.
    """
    key, seen = _looked_at(picture)
    if seen is not picture:
        _keep_picture(f"{key}{WHOLE}", picture)
    return key


def look_at_part(key: str, part: Box) -> str:
    """The same for a part of a kept picture, which is kept beside it. Raises what `picture` raises.

    As it is: written anew for each part it would fade.
    """
    whole = picture(key)
    new, _seen = _looked_at(whole.crop(part.edges))
    with default_storage.open(picture_name(key)) as kept:
        _keep_file(f"{new}{WHOLE}", ContentFile(kept.read()))
    return new


def _looked_at(picture: Image) -> tuple[str, Image]:
    """Keep what the recommender looks at; its key, and which that was."""
    try:
        look = search.look_at(picture)
    except SearchUnavailable:
        # The results' page says so, or looks at all of it.
        return keep(picture), picture
    key = keep(look.picture)
    _keep_vector(key, look.query)
    return key, look.picture


def proposed_part(key: str) -> Box:
    """Where in a kept picture the thing seems to be; all of it where nobody can tell now.

    Raises what `picture` raises.
    """
    shown = picture(key)
    try:
        return _proposed.get_or_set(key, lambda: _proposed_part(shown))
    except SearchUnavailable as unavailable:
        logger.warning("No part of a picture is proposed: %s", unavailable)
        return all_of(shown.size)


# It costs a pass, and a page may be asked for any number of times.
_proposed: Recent[str, Box] = Recent(seconds=PROPOSED_SECONDS, most=1024)


def _proposed_part(shown: Image) -> Box:
    left, top, right, bottom = search.propose_part(shown)
    box = Box(left, top, right - left, bottom - top)
    # A smaller one could not be searched by.
    return box if min(box.width, box.height) >= MIN_SIDE else all_of(shown.size)


def other_key(key: str) -> str | None:
    """The key of the whole to a part that was looked at, or the other way; None without one."""
    other = key.removesuffix(WHOLE) if key.endswith(WHOLE) else f"{key}{WHOLE}"
    return other if default_storage.exists(picture_name(other)) else None


def _keep_picture(key: str, picture: Image) -> None:
    small = pictures.shrink(picture, LONG_SIDE)
    # Somebody waits, and it is kept for a day: a third of the time that an original takes.
    _keep_file(key, pictures.jpeg(small, comment=pictures.tint(small).encode()))


def _keep_file(key: str, file: ContentFile[bytes]) -> None:
    pictures.save(picture_name(key), file)
    if _stored.is_much(WITH_RENDITIONS * _on_disk(file.size)):
        prune()


def picture_name(key: str) -> str:
    """The storage name of the picture with this key."""
    return f"{FOLDER}/{key}.jpg"


def picture(key: str) -> Image:
    """The kept picture. Raises FileNotFoundError, and BadImage where its file is damaged."""
    with default_storage.open(picture_name(key)) as file:
        return open_picture(file.read())


def photograph(key: str) -> Photograph:
    """The kept picture as its page shows it. Raises what `picture` raises."""
    (width, height), tint = _noted(key) or _seen(picture(key))
    return Photograph(name=picture_name(key), width=width, height=height, tint=tint)


def _noted(key: str) -> tuple[tuple[int, int], str] | None:
    """Its size and tint, told by the head of its file; None where that does not tell them.

    What was kept by earlier versions has no tint there.
    """
    with (
        default_storage.open(picture_name(key)) as file,
        suppress(OSError, SyntaxError),
        open_lazily(file) as kept,
    ):
        tint = kept.info.get("comment", b"").decode(errors="replace")
        return (kept.size, tint) if re.fullmatch(TINT, tint) else None
    return None


def _seen(picture: Image) -> tuple[tuple[int, int], str]:
    return picture.size, pictures.tint(picture)


def vector(key: str) -> PhotoVector | None:
    """What a picture is searched by; None where nothing of the encoder that serves is kept whole.

    Raises recommender.search.SearchUnavailable.
    """
    try:
        with default_storage.open(_vector_name(key)) as file:
            digest, encoder = file.readline().strip(), file.readline().strip()
            content = file.read()
    except FileNotFoundError:
        return None
    # NumPy stumbles over damage in more ways than can be caught, or does not see it.
    if digest != _digest(content):
        return None
    arrays = io.BytesIO(content)
    vector, thumbnail = (np.load(arrays, allow_pickle=False) for _ in range(2))
    kept = PhotoVector(encoder.decode(errors="replace"), vector, thumbnail)
    # Earlier versions kept something else than a thumbnail.
    return kept if thumbnail.ndim == 3 and search.is_current(kept) else None


def make_vector(key: str, picture: Image) -> PhotoVector:
    """What a picture is searched by, made and kept. Raises recommender.search.SearchUnavailable."""
    made = search.vector_of(picture)
    _keep_vector(key, made)
    return made


def _keep_vector(key: str, made: PhotoVector) -> None:
    try:
        _store_vector(_vector_name(key), made)
    except OSError as full:
        logger.warning("A vector is not kept and must be made again: %s", full)


def _store_vector(name: str, made: PhotoVector) -> None:
    arrays = io.BytesIO()
    for array in (made.vector, made.thumbnail):
        np.save(arrays, array, allow_pickle=False)
    default_storage.delete(name)
    content = arrays.getvalue()
    file = ContentFile(b"\n".join((_digest(content), made.encoder.encode(), content)))
    saved = default_storage.save(name, file)
    if saved != name:
        # Somebody who opened the same page kept the same one meanwhile.
        default_storage.delete(saved)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def prune() -> None:
    """Delete what is older than a day, then the oldest until the others have room."""
    rendered = _rendered_bytes()
    kept = _kept(rendered)
    gone = rendered.keys() - {query.key for query in kept}
    room = settings.QUERY_BYTES
    newest = timezone.now() - KEPT_FOR
    for query in sorted(kept, key=lambda query: query.since, reverse=True):
        room -= query.size
        if room < 0 or query.since < newest:
            gone.add(query.key)
    _delete(gone)


@dataclass(frozen=True)
class _Kept:
    """A picture that is kept; `size` is in bytes, with its vector and its renditions."""

    key: str
    since: datetime
    size: int


def _kept(rendered: Counter[str]) -> list[_Kept]:
    found = []
    for key in _keys():
        try:
            since = default_storage.get_modified_time(picture_name(key))
            size = _on_disk(default_storage.size(picture_name(key)))
        except FileNotFoundError:
            # Another process prunes as well.
            continue
        found.append(_Kept(key, since, size + _vector_size(key) + rendered[key]))
    return found


def _keys() -> list[str]:
    if not default_storage.exists(FOLDER):
        return []
    files = default_storage.listdir(FOLDER)[1]
    return [file[:-4] for file in files if pictures.is_ours(f"{FOLDER}/{file}")]


def _rendered_bytes() -> Counter[str]:
    """What the renditions of each picture take; some may be left of pictures that are gone."""
    sizes: Counter[str] = Counter()
    for path in pictures.rendered(FOLDER):
        try:
            sizes[path.name.partition(".")[0]] += _on_disk(path.stat().st_size)
        except FileNotFoundError:
            continue
    return sizes


def _delete(keys: set[str]) -> None:
    for key in keys:
        default_storage.delete(_vector_name(key))
    pictures.delete_photographs(map(picture_name, keys))


def _vector_name(key: str) -> str:
    return f"{FOLDER}/{key}.vector"


def _vector_size(key: str) -> int:
    try:
        return _on_disk(default_storage.size(_vector_name(key)))
    except FileNotFoundError:
        return 0


def _on_disk(size: int) -> int:
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


class _Stored:
    """How much this process has stored since it last looked at what all of them have."""

    def __init__(self) -> None:
        self._bytes = 0
        self._lock = threading.Lock()

    def is_much(self, size: int) -> bool:
        """Adds `size`; whether it has come to a twentieth of the room, and counts anew."""
        with self._lock:
            self._bytes += size
            if self._bytes < settings.QUERY_BYTES // 20:
                return False
            self._bytes = 0
            return True


_stored = _Stored()
