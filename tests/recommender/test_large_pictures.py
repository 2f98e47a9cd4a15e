"""Large pictures cost the process that asks for them little, and keep nobody else waiting."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest
from django.conf import settings
from PIL import Image

from claims import locks
from recommender import decoding, images, large_pictures
from recommender.images import MAX_SIDE, BadImage, TooBusy, open_picture
from tests.processes import PROJECT, python, wait_until
from tests.recommender.test_images import assert_halves, halves, saved

pytestmark = pytest.mark.slow

# Four bytes a pixel: more than a process decodes by itself.
LARGE = (6000, 4500)


@pytest.fixture(autouse=True)
def ample_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of the tests may have much else to do; a processor's seconds stay limited."""
    monkeypatch.setattr(large_pictures, "TIME_LIMIT_SECONDS", 600)


def reason(data: bytes) -> str:
    with pytest.raises(BadImage) as caught:
        open_picture(data)
    return str(caught.value)


@pytest.fixture(scope="module")
def large() -> bytes:
    return saved(halves("RGBA", LARGE), "PNG", compress_level=1)


@pytest.fixture
def lock() -> Iterator[None]:
    """Somebody else has a large picture decoded all the time."""
    with locks.locked(Path(settings.VAR_DIR, "large_pictures.lock")):
        yield


# What is accepted


@pytest.mark.parametrize("options", [{}, {"progressive": True, "subsampling": "4:4:4"}])
def test_a_jpeg_of_a_hundred_megapixels(options: dict[str, object]):
    picture = open_picture(saved(halves(size=(11_656, 8_578)), "JPEG", **options))
    assert max(picture.size) == MAX_SIDE
    assert_halves(picture)


def test_a_png_of_fifty_megapixels():
    picture = open_picture(saved(halves(size=(8_660, 5_774)), "PNG", compress_level=1))
    assert max(picture.size) == MAX_SIDE
    assert_halves(picture)


def test_a_heic_of_fifty_megapixels():
    fast = {"preset": "ultrafast"}
    picture = open_picture(saved(halves(size=(8_660, 5_774)), "HEIF", enc_params=fast))
    assert max(picture.size) == MAX_SIDE
    assert_halves(picture)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_a_png_of_every_mode_is_read_up_to_the_most_pixels(mode: str):
    """By the plan alone: to make and read them all would take minutes."""
    header = saved(Image.new(mode, (8, 8)), "PNG")
    picture = decoding.opened(header)
    picture._size = (10_100, 10_099)
    assert decoding.planned(picture, MAX_SIDE) <= large_pictures.MOST_BYTES


def test_a_refusal_names_the_size_that_would_do():
    refused = halves(size=(8_000, 5_000))
    words = re.fullmatch(
        r"A picture of this kind may have at most 37 million pixels: "
        r"save it at about (\d+) x (\d+)\.",
        reason(saved(refused, "WEBP", quality=20, method=0)),
    )
    assert words is not None
    smaller = refused.resize((int(words[1]), int(words[2])))
    assert_halves(open_picture(saved(smaller, "WEBP", quality=20, method=0)), 40)


def test_what_stands_in_the_catalogue_is_decoded_where_it_is_asked_for():
    """The largest stored photograph, saved as dearly as a JPEG can be."""
    stored = saved(halves(size=(1600, 1600)), "JPEG", progressive=True, subsampling="4:4:4")
    assert decoding.planned(decoding.opened(stored), 8) < images.SMALL_BYTES / 3


# What comes out


@pytest.mark.parametrize("mode", ["P", "L", "LA", "RGBA", "CMYK"])
def test_strips_leave_no_trace(mode: str):
    """The same as shrinking the whole picture, whatever the mode."""
    whole = Image.radial_gradient("L").resize((5000, 3100))
    kept = Image.merge("LA", (whole, whole)) if mode == "LA" else whole.convert(mode)
    format = {"format": "TIFF", "compression": "tiff_lzw"} if mode == "CMYK" else {"format": "PNG"}
    picture = open_picture(saved(kept, **format))
    white = Image.new("RGBA", kept.size, "white")
    flat = Image.alpha_composite(white, kept.convert("RGBA")) if mode != "CMYK" else kept
    expected = flat.convert("RGB").resize(picture.size, Image.Resampling.LANCZOS)
    assert np.abs(np.asarray(picture, int) - np.asarray(expected, int)).max() <= 4


def test_a_large_picture_is_flat_upright_and_without_metadata():
    picture = halves("RGBA", LARGE)
    picture.putpixel((0, 0), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 0), (0, 0, LARGE[0], 1500))
    exif = Image.Exif()
    exif[0x0112] = 3
    upright = open_picture(saved(picture, "PNG", compress_level=1, exif=exif))
    assert (upright.mode, upright.size, upright.info) == ("RGB", (MAX_SIDE, 1536), {})
    assert upright.getpixel((1000, 1500)) == (255, 255, 255)
    assert_halves(upright.transpose(Image.Transpose.ROTATE_180))


def test_a_damaged_large_picture(large: bytes):
    assert "damaged" in reason(large[: len(large) // 2])


# What it costs

GROWTH = """
import re, resource, sys
from pathlib import Path
import django
django.setup()
from recommender.images import open_picture

def memory(which):
    return int(re.search(which + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

small, large = (Path(name).read_bytes() for name in sys.argv[1:])
open_picture(small)
before = memory("VmRSS")
Path("/proc/self/clear_refs").write_text("5")
open_picture(large)
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(memory("VmHWM") - before, memory("VmRSS") - before, child)
"""


def test_a_large_picture_leaves_the_process_small(tmp_path: Path):
    """The result takes 16 MB, twice while it is received; the decoded picture would take 316."""
    (tmp_path / "small.png").write_bytes(saved(halves(), "PNG"))
    palette = Image.new("P", (10_240, 7_680), 1)
    palette.putpalette([0, 0, 0, 200, 30, 30])
    (tmp_path / "large.png").write_bytes(saved(palette, "PNG", transparency=0))
    done = subprocess.run(
        python("-c", GROWTH, str(tmp_path / "small.png"), str(tmp_path / "large.png")),
        cwd=PROJECT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "shop.config.settings", "VITRINE_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    peak, kept, child = (int(kilobytes) / 1000 for kilobytes in done.stdout.split())
    assert peak < 80
    assert kept < 20
    assert 79 < child < 400


def test_the_process_of_its_own_is_kept_to_its_memory():
    dear = saved(halves(size=(10_000, 6_000)), "WEBP", quality=20, method=0)
    with pytest.raises(large_pictures.TooCostly):
        large_pictures.decoded_apart(dear, MAX_SIDE, Path(settings.VAR_DIR, "large_pictures.lock"))


def test_decoding_that_takes_too_long_is_ended(large: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(large_pictures, "TIME_LIMIT_SECONDS", 0.01)
    assert "too much memory or time" in reason(large)
    assert not decoders()


def test_a_process_that_is_killed_gives_a_reason(large: bytes):
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(reason, large)
        wait_until(decoders)
        for process in decoders():
            process.kill()
        assert "too much memory or time" in asked.result()
    # And the next one has its turn.
    assert open_picture(large).size == (MAX_SIDE, 1536)


def decoders() -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children()
        if process.status() != psutil.STATUS_ZOMBIE
        and "recommender.large_pictures" in process.cmdline()
    ]


def test_it_needs_no_django():
    loaded = "import sys, recommender.large_pictures; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=PROJECT, capture_output=True)
    assert done.stdout == b"False\n"


@pytest.mark.usefixtures("lock")
def test_an_avif_is_not_decoded_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    """Its header may name a size that the decoder does not keep to."""
    monkeypatch.setattr(large_pictures, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(TooBusy):
        open_picture(saved(halves(), "AVIF"))


def test_alpha_is_counted_in_a_heic():
    """Measured: 8.3 bytes a pixel with it, 12.4 where the colours are as fine as the light."""
    costs = {
        options: decoding.planned(
            decoding.opened(saved(halves(mode, (1000, 1000)), "HEIF", chroma=chroma)), MAX_SIDE
        )
        for options in [("RGB", "420"), ("RGBA", "420"), ("RGB", "444"), ("RGBA", "444")]
        for mode, chroma in [options]
    }
    assert costs["RGBA", "420"] >= 8_300_000 > costs["RGB", "420"]
    assert costs["RGBA", "444"] >= 12_400_000 > costs["RGB", "444"]


@pytest.mark.parametrize(
    ("error", "of_cost"),
    [
        (MemoryError(), True),
        (decoding.TooManyParts(), True),
        (RuntimeError("Memory allocation error: Security limit exceeded"), True),
        (OSError("broken data stream when reading image file"), False),
    ],
)
def test_what_found_no_memory_is_not_called_damaged(error: Exception, of_cost: bool):
    assert large_pictures._of_cost(error) is of_cost


# Who waits


def test_smaller_pictures_do_not_overtake_one_that_waits():
    memory, served = images._Memory(10), []

    def decode(bytes: int) -> None:
        with memory.taken(bytes):
            served.append(bytes)

    with ThreadPoolExecutor(2) as threads:
        with memory.taken(5):
            first = threads.submit(decode, 10)
            wait_until(lambda: len(memory._queue) == 1)
            second = threads.submit(decode, 1)
            wait_until(lambda: len(memory._queue) == 2)
            assert not served
        first.result()
        second.result()
    assert served == [10, 1]


def test_memory_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "PATIENCE_SECONDS", 0)
    memory = images._Memory(10)
    with memory.taken(5):
        with pytest.raises(TooBusy, match="try again"), memory.taken(6):
            pass
        # Nobody is kept waiting by who went away.
        with memory.taken(5):
            pass


@pytest.mark.usefixtures("lock")
def test_small_pictures_do_not_wait_for_large_ones():
    photograph = saved(halves(size=(4032, 3024)), "JPEG", progressive=True)
    assert_halves(open_picture(photograph, for_side=1600))


@pytest.mark.usefixtures("lock")
def test_one_waits_only_so_long_for_its_turn(large: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(large_pictures, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(TooBusy, match="try again"):
        open_picture(large)


def test_only_some_threads_of_a_process_wait(large: bytes):
    taken = 0
    while large_pictures._places.acquire(blocking=False):
        taken += 1
    try:
        with pytest.raises(TooBusy, match="try again"):
            open_picture(large)
    finally:
        large_pictures._places.release(taken)
    assert taken == 3
