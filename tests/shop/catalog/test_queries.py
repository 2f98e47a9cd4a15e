"""Pictures that people searched with: kept a while, never without end, and encoded once."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from PIL import Image
from pytest_django import Settings

from recommender import search
from recommender.images import BadImage
from recommender.search import PhotoLook, PhotoVector
from shop.catalog import pictures, queries
from shop.catalog.tasks import prune_queries
from tests.shop.catalog.shelves import made

MB = 1024**2


@pytest.fixture(autouse=True)
def empty_folder() -> Iterator[None]:
    _remove_all()
    yield
    _remove_all()


def _remove_all() -> None:
    media = Path(django_settings.MEDIA_ROOT)
    for folder in (media / "queries", *media.glob("renditions/*/queries")):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fingerprints of the encoders that served so far; the last one serves."""
    served = ["a" * 16]
    monkeypatch.setattr(search, "is_current", lambda query: query.encoder == served[-1])
    vector = np.arange(8, dtype=np.float32)
    monkeypatch.setattr(search, "vector_of", lambda picture: PhotoVector(served[-1], vector))
    monkeypatch.setattr(
        search,
        "look_at",
        lambda picture: PhotoLook(picture, PhotoVector(served[-1], vector)),
    )
    return served


def noise(side: int = 400) -> Image.Image:
    """A picture that takes about as many bytes as it has pixels."""
    generator = np.random.default_rng()
    return Image.fromarray(generator.integers(0, 256, (side, side, 3), np.uint8))


def bytes_on_disk() -> int:
    media = Path(django_settings.MEDIA_ROOT)
    files = [*media.glob("queries/*"), *media.glob("renditions/*/queries/*")]
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in files)


def kept_keys() -> set[str]:
    return {path.stem for path in Path(django_settings.MEDIA_ROOT).glob("queries/*.jpg")}


def age(key: str, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(default_storage.path(queries.picture_name(key)), (then, then))


def test_a_picture_goes_after_a_day_with_all_that_belongs_to_it(encoder: list[str]) -> None:
    old, new = (queries.keep(noise()) for _ in range(2))
    for key in (old, new):
        queries.make_vector(key, noise())
        made(queries.picture_name(key), 160, "avif")
    age(old, 24 * 3600 + 60)
    age(new, 24 * 3600 - 60)
    prune_queries()
    assert kept_keys() == {new}
    media = Path(django_settings.MEDIA_ROOT)
    names = {path.stem for path in media.rglob("*") if "queries/" in str(path) and path.is_file()}
    assert names == {new}


def test_a_part_and_its_whole_go_together(
    encoder: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        search,
        "look_at",
        lambda picture: PhotoLook(picture.crop((0, 0, 90, 90)), search.vector_of(picture)),
    )
    key = queries.look_at(noise())
    whole = queries.other_key(key)
    assert whole
    assert queries.other_key(whole) == key
    assert (queries.picture(key).size, queries.picture(whole).size) == ((90, 90), (400, 400))
    queries.make_vector(whole, queries.picture(whole))
    made(queries.picture_name(whole), 160, "avif")
    for one in (key, whole):
        age(one, 24 * 3600 + 60)
    prune_queries()
    assert bytes_on_disk() == 0


def test_the_oldest_go_when_there_are_too_many(settings: Settings) -> None:
    keys = [queries.keep(noise()) for _ in range(6)]
    for seconds, key in enumerate(reversed(keys)):
        age(key, seconds * 60)
    settings.QUERY_BYTES = bytes_on_disk() * 2 // 3
    prune_queries()
    assert kept_keys() < set(keys)
    assert kept_keys() == set(keys[-len(kept_keys()) :])
    assert settings.QUERY_BYTES // 2 < bytes_on_disk() <= settings.QUERY_BYTES


def test_renditions_count_too(settings: Settings) -> None:
    old, new = queries.keep(noise()), queries.keep(noise())
    age(old, 60)
    settings.QUERY_BYTES = bytes_on_disk() + 2 * queries.BLOCK_BYTES
    prune_queries()
    assert kept_keys() == {old, new}
    made(queries.picture_name(new), 320, "webp")
    prune_queries()
    assert kept_keys() == {new}


def test_many_small_pictures_are_bounded_as_well(settings: Settings) -> None:
    settings.QUERY_BYTES = 10 * queries.BLOCK_BYTES
    tiny = Image.new("RGB", (8, 8))
    for _ in range(30):
        queries.keep(tiny)
    prune_queries()
    assert len(kept_keys()) == 10


def test_keeping_holds_the_bound_without_a_worker(settings: Settings, encoder: list[str]) -> None:
    settings.QUERY_BYTES = 2 * MB
    most = 0
    for _ in range(40):
        key = queries.keep(noise())
        queries.make_vector(key, noise(8))
        most = max(most, bytes_on_disk())
    assert len(kept_keys()) < 40
    assert most <= settings.QUERY_BYTES * 1.2


def test_what_is_left_of_a_picture_that_is_gone_goes_too() -> None:
    key = queries.keep(noise())
    rendition = made(queries.picture_name(key), 160, "webp")
    default_storage.delete(queries.picture_name(key))
    prune_queries()
    assert not rendition.exists()


def test_what_its_page_shows_is_told_without_decoding_it() -> None:
    key = queries.keep(Image.new("RGB", (3200, 1600), (200, 100, 50)))
    file = Path(default_storage.path(queries.picture_name(key)))
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(BadImage):
        queries.picture(key)
    shown = queries.photograph(key)
    assert (shown.name, shown.tint) == (queries.picture_name(key), "#c86432")
    assert (shown.width, shown.height) == (1280, 640)


def test_a_picture_that_was_kept_without_its_tint_is_decoded_for_it() -> None:
    key = queries.keep(noise())
    picture = Image.new("RGB", (400, 300), (200, 100, 50))
    picture.save(default_storage.path(queries.picture_name(key)), "JPEG")
    shown = queries.photograph(key)
    assert (shown.width, shown.height) == (400, 300)
    assert shown.tint == pictures.tint(queries.picture(key))


def test_a_vector_is_kept_as_it_was_made(encoder: list[str]) -> None:
    key = queries.keep(noise())
    assert queries.vector(key) is None
    made = queries.make_vector(key, noise())
    kept = queries.vector(key)
    assert kept is not None
    assert kept.encoder == made.encoder
    assert kept.vector.dtype == np.float32
    assert np.array_equal(kept.vector, made.vector)


def test_another_encoder_has_vectors_of_its_own(encoder: list[str]) -> None:
    key = queries.keep(noise())
    queries.make_vector(key, noise())
    encoder.append("b" * 16)
    assert queries.vector(key) is None
    queries.make_vector(key, noise())
    assert queries.vector(key) is not None
    assert len(list(Path(django_settings.MEDIA_ROOT).glob(f"queries/{key}*"))) == 2


def test_what_earlier_versions_kept_is_none(encoder: list[str]) -> None:
    key = queries.keep(noise())
    face = np.zeros(768, np.float32)
    queries._keep_vector(key, search.vector_of(noise())._replace(thumbnail=face))
    assert queries.vector(key) is None


@pytest.mark.parametrize("left", [0, 5, 17, 40, 100, -1])
def test_a_vector_that_was_half_written_is_none(encoder: list[str], left: int) -> None:
    key = queries.keep(noise())
    queries.make_vector(key, noise())
    file = Path(default_storage.path(f"queries/{key}.vector"))
    file.write_bytes(file.read_bytes()[:left])
    assert queries.vector(key) is None


# Of these NumPy reads another shape or another kind of numbers, or gives up in its own ways.
@pytest.mark.parametrize(
    ("found", "put"),
    [(b"(8,)", b"(7,)"), (b"<f4", b"<i4"), (b"}", b"'"), (b"\x93NUMPY", b"PK\x03\x04PY")],
)
def test_a_vector_that_was_damaged_is_none(encoder: list[str], found: bytes, put: bytes) -> None:
    key = queries.keep(noise())
    queries.make_vector(key, noise())
    file = Path(default_storage.path(f"queries/{key}.vector"))
    whole = file.read_bytes()
    assert found in whole
    file.write_bytes(whole.replace(found, put, 1))
    assert queries.vector(key) is None
