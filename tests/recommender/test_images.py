"""What `open_picture` makes of good files; tests/faults/test_bad_images.py has the bad ones."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageCms

from recommender.decoding import reduced
from recommender.images import MAX_SIDE, open_picture

LOSSLESS = 1
LOSSY = 12


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((30, 30, 200), (size[0] // 2, 0, *size))
    return picture.convert(mode)


def colour(picture: Image.Image, x: float, y: float) -> np.ndarray:
    """The colour at a place given as shares of width and height."""
    place = int(x * (picture.width - 1)), int(y * (picture.height - 1))
    return np.array(picture.getpixel(place), dtype=int)


def assert_halves(picture: Image.Image, tolerance: int = LOSSY) -> None:
    assert picture.mode == "RGB"
    assert np.abs(colour(picture, 0.2, 0.5) - (200, 30, 30)).max() <= tolerance
    assert np.abs(colour(picture, 0.8, 0.5) - (30, 30, 200)).max() <= tolerance


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF", "BMP", "TIFF"])
def test_reads_every_format_it_names(format: str):
    options = {} if format in {"BMP", "GIF", "TIFF", "PNG"} else {"quality": 95}
    picture = open_picture(saved(halves(), format, **options))
    assert picture.size == (64, 48)
    assert_halves(picture)


def test_takes_bytes_files_and_paths(tmp_path: Path):
    data = saved(halves(), "PNG")
    path = tmp_path / "no ending at all"
    path.write_bytes(data)
    for source in (data, io.BytesIO(data), path):
        assert_halves(open_picture(source), LOSSLESS)


def test_lays_alpha_on_white():
    picture = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    picture.putpixel((3, 3), (10, 20, 30, 255))
    flat = open_picture(saved(picture, "PNG"))
    assert flat.getpixel((0, 0)) == (255, 255, 255)
    assert flat.getpixel((3, 3)) == (10, 20, 30)


def test_lays_a_transparent_palette_colour_on_white():
    picture = Image.new("P", (16, 16), 1)
    picture.putpalette([0, 0, 0, 200, 30, 30])
    picture.putpixel((0, 0), 0)
    flat = open_picture(saved(picture, "PNG", transparency=0))
    assert flat.getpixel((0, 0)) == (255, 255, 255)
    assert flat.getpixel((5, 5)) == (200, 30, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_reads_every_mode_of_png(mode: str):
    picture = open_picture(saved(Image.new(mode, (16, 16), 1), "PNG"))
    assert (picture.mode, picture.size) == ("RGB", (16, 16))


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_brings_16_bits_to_8(format: str):
    values = np.full((16, 16), 0x8000, np.uint16)
    assert open_picture(saved(Image.fromarray(values), format)).getpixel((0, 0)) == (128,) * 3


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_stretches_32_bits_to_8(kind: type):
    values = np.linspace(-5, 900, 256).reshape(16, 16).astype(kind)
    picture = open_picture(saved(Image.fromarray(values), "TIFF"))
    assert picture.getpixel((0, 0)) == (0, 0, 0)
    assert picture.getpixel((15, 15)) == (255, 255, 255)


def test_reads_cmyk():
    assert_halves(open_picture(saved(halves("CMYK"), "JPEG", quality=95)))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_turns_upright(orientation: int, format: str):
    """Each file is turned so that the reader's turning brings the red back to the left."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = halves()
    turned = picture.transpose(undo[orientation]) if orientation in undo else picture
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = open_picture(saved(turned, format, exif=exif))
    assert upright.size == picture.size
    assert_halves(upright, 40)


def test_ignores_broken_exif():
    assert_halves(open_picture(saved(halves(), "JPEG", quality=95, exif=b"Exif\0\0broken")))


def test_applies_the_embedded_profile():
    """A profile without a tone curve makes middle grey lighter when it is read as sRGB."""
    data = saved(Image.new("RGB", (16, 16), (55, 55, 55)), "PNG", icc_profile=linear_profile())
    red, _, _ = open_picture(data).getpixel((8, 8))
    assert abs(red - 127) <= 3


def linear_profile() -> bytes:
    """LittleCMS's XYZ profile, the one with linear light that Pillow can make."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    curve = profile.index(b"para")
    # Parametric curve of type 0, Y = X^1, where sRGB's own curve stood.
    profile[curve : curve + 16] = b"para" + bytes(8) + (65536).to_bytes(4)
    return bytes(profile)


def test_ignores_a_broken_profile():
    data = saved(halves(), "PNG", icc_profile=b"this is no profile")
    assert_halves(open_picture(data), LOSSLESS)


def test_ignores_a_profile_of_another_colour_space():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert_halves(open_picture(saved(halves(), "PNG", icc_profile=lab)), LOSSLESS)


def test_keeps_no_metadata():
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    picture = open_picture(saved(halves(), "JPEG", exif=exif, comment=b"mine"))
    assert picture.info == {}
    assert not picture.getexif()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK"])
def test_shrinks_to_the_longest_side_allowed(mode: str):
    format = "TIFF" if mode == "CMYK" else "PNG"
    picture = open_picture(saved(Image.new(mode, (3 * MAX_SIDE, 300)), format))
    assert picture.size == (MAX_SIDE, 100)


def test_decodes_a_large_jpeg_at_a_fraction_of_its_size():
    data = saved(halves(size=(1600, 1200)), "JPEG", quality=95)
    small = open_picture(data, for_side=200)
    assert small.size == (400, 300)
    assert_halves(small)
    assert open_picture(data).size == (1600, 1200)


@pytest.mark.parametrize("size", [(1600, 1200), (1599, 1201), (801, 799), (400, 200), (399, 3000)])
def test_what_is_whole_is_reduced_to_what_a_jpeg_would_have_been_decoded_at(size: tuple[int, int]):
    data = saved(halves(size=size), "JPEG", quality=95)
    whole, decoded = open_picture(data), open_picture(data, for_side=200)
    small = reduced(whole, 200)
    assert small.size == decoded.size
    assert_halves(small)
    assert reduced(whole, None) is whole


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_takes_the_first_frame_of_an_animation(format: str):
    later = [Image.new("RGB", (64, 48), shade) for shade in ("black", "white")]
    options = {"lossless": True} if format == "WEBP" else {}
    data = saved(halves(), format, save_all=True, append_images=later, **options)
    assert_halves(open_picture(data))


PICTURES = st.sampled_from([(), (3,), (4,)]).flatmap(
    lambda channels: arrays.arrays(
        np.uint8, st.tuples(st.integers(8, 40), st.integers(8, 40)).map(lambda s: s + channels)
    )
)


@given(pixels=PICTURES, format=st.sampled_from(["PNG", "WEBP", "TIFF"]))
def test_any_pixels_become_an_rgb_picture_of_the_same_size(pixels: np.ndarray, format: str):
    picture = open_picture(saved(Image.fromarray(pixels), format))
    assert picture.mode == "RGB"
    assert picture.size == (pixels.shape[1], pixels.shape[0])


@given(pixels=arrays.arrays(np.uint8, (12, 12, 3)))
def test_lossless_colours_stay_as_they_are(pixels: np.ndarray):
    picture = open_picture(saved(Image.fromarray(pixels), "PNG"))
    np.testing.assert_array_equal(np.asarray(picture), pixels)
