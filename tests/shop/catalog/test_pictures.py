"""Stored photographs and their renditions."""

from __future__ import annotations

import io
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recommender.images import BadImage
from shop.catalog import pictures
from shop.catalog.parts import Photograph
from shop.catalog.rendering import render_photograph
from shop.catalog.templatetags.storefront import gallery_sizes
from tests.shop.catalog.shelves import jpeg, made


def stored_files() -> set[Path]:
    folder = Path(settings.MEDIA_ROOT)
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_stored_photograph_is_ours_alone() -> None:
    source = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret in the metadata"
    Image.new("RGB", (3000, 1500), (200, 100, 50)).save(source, "JPEG", exif=exif)
    photograph = pictures.read_photograph(source.getvalue()).store()
    assert (photograph.width, photograph.height) == (1600, 800)
    assert photograph.digest == pictures.digest(source.getvalue())
    assert photograph.tint.startswith("#c8")
    with default_storage.open(photograph.name) as file:
        kept = file.read()
    assert b"secret" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (1600, 800)
        assert not picture.getexif()


def test_a_small_photograph_keeps_its_size() -> None:
    photograph = pictures.read_photograph(io.BytesIO(jpeg(size=(60, 80)))).store()
    assert (photograph.width, photograph.height) == (60, 80)


def test_noise_takes_more_than_a_byte_a_pixel_and_is_stored_and_shown() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 300, 3), np.uint8)
    source = io.BytesIO()
    Image.fromarray(noise).save(source, "PNG")
    name = pictures.read_photograph(source.getvalue()).store().name
    assert default_storage.size(name) > 400 * 300
    for form in pictures.FORMATS:
        with pictures.rendition(name, 320, form) as file, Image.open(file) as shown:
            assert shown.size == (300, 400)


def test_a_bad_picture_leaves_nothing() -> None:
    before = stored_files()
    with pytest.raises(BadImage):
        pictures.read_photograph(b"no picture at all")
    assert stored_files() == before


@pytest.mark.parametrize("extension", pictures.FORMATS)
@pytest.mark.parametrize("width", pictures.WIDTHS)
def test_renditions_are_no_wider_than_asked_nor_than_the_original(
    width: int, extension: str
) -> None:
    name = pictures.read_photograph(jpeg(size=(400, 500))).store().name
    with pictures.rendition(name, width, extension) as file, Image.open(file) as picture:
        assert picture.width == min(width, 400)
        assert picture.height == round(picture.width * 500 / 400)
        assert picture.format == pictures.FORMATS[extension].pillow


def test_a_rendition_is_made_once() -> None:
    name = pictures.read_photograph(jpeg()).store().name
    path = made(name, 320, "webp")
    at = path.stat().st_mtime_ns
    assert made(name, 320, "webp").stat().st_mtime_ns == at


def test_two_requests_at_once_leave_one_whole_rendition() -> None:
    name = pictures.read_photograph(jpeg(size=(800, 1000))).store().name
    threads = [Thread(target=made, args=(name, 640, "avif")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    path = made(name, 640, "avif")
    with Image.open(path) as picture:
        picture.load()
    assert list(path.parent.glob("*.partial")) == []


@pytest.mark.parametrize(
    "name",
    [
        "photographs/../../db.sqlite3",
        "../secret_key",
        "/etc/passwd",
        "photographs/aa/" + "a" * 32 + ".png",
        "photographs/aa/" + "a" * 32 + ".jpg\n",
        "photographs/aa/" + "a" * 32 + ".jpg",
        "queries/..",
        "",
    ],
)
def test_foreign_and_missing_names_are_refused(name: str) -> None:
    with pytest.raises(pictures.NoSuchPicture):
        pictures.rendition(name, 320, "webp")


@pytest.mark.parametrize("kept", [0, 7, 400])
def test_a_damaged_file_is_no_picture(kept: int) -> None:
    name = pictures.read_photograph(jpeg(size=(400, 500))).store().name
    path = Path(default_storage.path(name))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(pictures.NoSuchPicture):
        pictures.rendition(name, 320, "webp")


@pytest.mark.slow
@given(st.text(max_size=60))
def test_no_other_name_ever_opens_a_file(name: str) -> None:
    with pytest.raises(pictures.NoSuchPicture):
        pictures.rendition(name, 320, "jpg")


@pytest.mark.parametrize(("width", "extension"), [(321, "webp"), (0, "jpg"), (320, "png")])
def test_only_fixed_sizes_and_formats_are_served(width: int, extension: str) -> None:
    name = pictures.read_photograph(jpeg()).store().name
    with pytest.raises(pictures.NoSuchPicture):
        pictures.rendition(name, width, extension)


@pytest.mark.parametrize(
    ("width", "offered"),
    [(60, (160,)), (160, (160,)), (161, (160, 320)), (5000, pictures.WIDTHS)],
)
def test_no_more_widths_are_offered_than_differ(width: int, offered: tuple[int, ...]) -> None:
    assert pictures.widths_for(width) == offered


def test_a_worker_renders_ahead_and_minds_no_deleted_photograph() -> None:
    name = pictures.read_photograph(jpeg(size=(400, 500))).store().name
    render_photograph(name)
    folder = Path(settings.MEDIA_ROOT, "renditions")
    made = sorted(
        int(path.relative_to(folder).parts[0]) for path in folder.rglob(Path(name).stem + ".*")
    )
    assert made == [160, 320, 480]
    pictures.delete_photographs([name])
    render_photograph(name)
    assert list(folder.rglob(Path(name).stem + ".*")) == []


def test_deleting_takes_the_renditions_along_and_may_be_repeated() -> None:
    before = stored_files()
    name = pictures.read_photograph(jpeg()).store().name
    made(name, 160, "jpg")
    pictures.delete_photographs([name])
    pictures.delete_photographs([name])
    assert stored_files() == before


def test_the_tint_is_the_mean_colour() -> None:
    picture = Image.new("RGB", (2, 1), "black")
    picture.putpixel((0, 0), (255, 255, 255))
    assert pictures.tint(picture) in ("#7f7f7f", "#808080")


@pytest.mark.parametrize(("size", "width"), [((960, 1200), "31vh"), ((1200, 800), "57vh")])
def test_a_phone_is_told_how_narrow_a_tall_photograph_is(size: tuple[int, int], width: str) -> None:
    photograph = Photograph(width=size[0], height=size[1])
    assert gallery_sizes(photograph).endswith(f"100vw, min(100vw, {width})")
