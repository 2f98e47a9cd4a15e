"""Files of every kind through the two doors by which they come in: the admin and photo search.

What is a picture becomes ready, whatever its make; what is none is refused in one clear sentence
and leaves nothing behind.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms

from tests.drawn import encoded
from tests.running_shop import RunningShop
from tests.visitor import File, Visitor

pillow_heif.register_heif_opener()

RED, BLUE, WHITE = (200, 30, 30), (30, 30, 200), (255, 255, 255)
SIZE = (120, 80)
STORED_NAME = re.compile(r"photographs/[0-9a-f]{2}/[0-9a-f]{32}\.jpg")
# Twice re-encoded, and through other colour spaces.
NEAR = 40


def halves(left: tuple[int, ...] = RED, right: tuple[int, ...] = BLUE, mode: str = "RGB"):
    picture = Image.new(mode, SIZE, left)
    picture.paste(right, (SIZE[0] // 2, 0, *SIZE))
    return picture


def animation(format: str) -> bytes:
    return encoded(halves(), format, save_all=True, append_images=[halves(BLUE, RED)], duration=90)


def turned() -> bytes:
    """Lies on its side, and says so: upright, the red half is above."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera with a name"
    return encoded(halves(), "JPEG", exif=exif, quality=95)


def with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(halves(), "JPEG", icc_profile=profile, quality=95)


def deep() -> bytes:
    picture = Image.new("I;16", SIZE, 0)
    picture.paste(65535, (SIZE[0] // 2, 0, *SIZE))
    return encoded(picture, "PNG")


def good() -> dict[str, tuple[bytes, tuple[int, int, int], tuple[int, int, int]]]:
    """Files by name, each with the colours of its left and right half (or upper and lower)."""
    clear = halves((*RED, 255), (0, 0, 0, 0), "RGBA")
    plain = encoded(halves(), "JPEG", quality=95)
    return {
        "animated.gif": (animation("GIF"), RED, BLUE),
        "animated.webp": (animation("WEBP"), RED, BLUE),
        "cmyk.jpg": (encoded(halves().convert("CMYK"), "JPEG", quality=95), RED, BLUE),
        "sixteen bits.png": (deep(), (0, 0, 0), WHITE),
        "palette.png": (encoded(halves().quantize(4), "PNG"), RED, BLUE),
        "alpha.png": (encoded(clear, "PNG"), RED, WHITE),
        "turned.jpg": (turned(), RED, BLUE),
        "profile.jpg": (with_profile(), RED, BLUE),
        "phone.heic": (encoded(halves(), "HEIF", quality=95), RED, BLUE),
        "../../../tmp/climbing.jpg": (plain, RED, BLUE),
        'C:\\fakepath\\quoted "it\'s".jpg': (plain, RED, BLUE),
        "\N{DRESS}\N{VARIATION SELECTOR-16} été.png": (encoded(halves(), "PNG"), RED, BLUE),
        "wrong ending.txt": (encoded(halves(), "WEBP", quality=95), RED, BLUE),
    }


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_header() -> bytes:
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"")


def corrupt() -> bytes:
    content = bytearray(encoded(halves(), "PNG"))
    middle = len(content) // 2
    content[middle : middle + 20] = b"\xff" * 20
    return bytes(content)


def bad() -> dict[str, tuple[bytes, str]]:
    """Files by name, each with what the shop says to it."""
    plain = encoded(Image.effect_noise((400, 400), 90).convert("RGB"), "JPEG")
    return {
        "truncated.jpg": (plain[: len(plain) // 2], "damaged or incomplete"),
        "corrupt.png": (corrupt(), "damaged or incomplete"),
        "notes.jpg": (b"Dear diary,\n", "This is not a picture"),
        "nothing.jpg": (b"", "empty"),
        "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG or HTML document"),
        "page.jpg": (b"<!doctype html><script>alert(1)</script>", "an SVG or HTML document"),
        "huge.png": (huge_header(), "more than 102 million pixels"),
        "bomb.png": (encoded(Image.new("1", (12_000, 9_000)), "PNG"), "million pixels"),
        "heavy.jpg": (plain + bytes(30 * 1024**2), "larger than 25 MB"),
        "dot.png": (encoded(Image.new("RGB", (1, 1)), "PNG"), "only 1 x 1 pixels"),
    }


@pytest.fixture(scope="module")
def merchant(running_shop: RunningShop) -> Iterator[Visitor]:
    return running_shop.merchant()


def stored(shop: RunningShop) -> set[Path]:
    return {path for path in (shop.var / "media").rglob("*") if path.is_file()}


def colours(picture: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the two halves, along the longer side."""
    width, height = picture.size
    if width > height:
        return [picture.getpixel((width // 4, 9)), picture.getpixel((width * 3 // 4, 9))]
    return [picture.getpixel((9, height // 4)), picture.getpixel((9, height * 3 // 4))]


def test_every_kind_of_picture_becomes_ready(running_shop: RunningShop, merchant: Visitor) -> None:
    files = good()
    answer = running_shop.upload_product(
        merchant, "EVERY-KIND", [(name, content) for name, (content, *_) in files.items()]
    )
    assert answer.address.endswith("/change/"), answer.text
    product = running_shop.database.catalog_product.find_one({"sku": "EVERY-KIND"})
    names = [photograph["name"] for photograph in product["photographs"]]
    assert len(names) == len(files)

    for name, (title, (_, *expected)) in zip(names, files.items(), strict=True):
        assert STORED_NAME.fullmatch(name)
        with Image.open(running_shop.var / "media" / name) as picture:
            assert picture.format == "JPEG", title
            assert not picture.info.keys() & {"exif", "icc_profile", "comment", "xmp"}, title
            assert picture.size == (SIZE[::-1] if title == "turned.jpg" else SIZE), title
            for seen, wanted in zip(colours(picture), expected, strict=True):
                assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < NEAR, title

    running_shop.wait_until_settled()
    work = running_shop.database.embedding_work.find({"item": str(product["_id"])})
    assert {found["photo"]: found["state"] for found in work} == dict.fromkeys(names, "ready")


@pytest.mark.parametrize("name", good())
def test_search_takes_every_kind_of_picture(running_shop: RunningShop, name: str) -> None:
    content = good()[name][0]
    answer = running_shop.visitor().post("/photo/", files=[File("picture", name, content)])
    assert (answer.status, answer.address[:7]) == (200, "/photo/")
    assert "Looks like your picture" in answer.text
    assert "card__name" in answer.text


@pytest.mark.parametrize("name", bad())
def test_what_is_no_picture_is_refused(
    running_shop: RunningShop, merchant: Visitor, name: str
) -> None:
    content, reason = bad()[name]
    before = stored(running_shop)

    answer = running_shop.visitor().post("/photo/", files=[File("picture", name, content)])
    assert answer.status == 400
    assert reason in answer.text

    # A good one beside it is not stored either: the form comes back as a whole.
    files = [("good.jpg", encoded(halves())), (name, content)]
    answer = running_shop.upload_product(merchant, "NEVER", files)
    assert (answer.status, answer.address) == (200, "/admin/catalog/product/add/")
    assert re.search(f"{re.escape(name)}: [^<]*{reason}", answer.text)

    assert stored(running_shop) == before
    assert running_shop.database.catalog_product.find_one({"sku": "NEVER"}) is None
