"""The written list of what becomes of a photograph before it is sent."""

import numpy as np
import pytest
from PIL import Image

from recommender.lab import sent
from tests.recommender.lab.labelled import draw


@pytest.fixture(scope="module")
def shirt() -> Image.Image:
    """Lopsided, with a collar, so that a turned or mirrored one is another."""
    picture = draw("Shirts", "Red", 1, backdrop=150)
    picture.paste((20, 20, 20), (12, 20, 22, 70))
    picture.paste((240, 240, 10), (25, 15, 40, 22))
    return sent.phone_size(picture)


def altered(name: str, picture: Image.Image, seed: int = 0) -> Image.Image:
    return sent.EVERY[name](picture, np.random.default_rng(seed))


def holds(page: Image.Image, picture: Image.Image) -> bool:
    """Whether the picture lies in the page as it is, found by its size in the middle."""
    left, top = (page.width - picture.width) // 2, (page.height - picture.height) // 2
    inside = page.crop((left, top, left + picture.width, top + picture.height))
    return inside.tobytes() == picture.tobytes()


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, float) - np.asarray(other.resize(one.size), float)).mean())


def test_the_list_has_twenty_alterations_and_half_of_it_is_kept_out_of_training():
    assert len(sent.EVERY) >= 20
    assert not set(sent.TAUGHT) & set(sent.KEPT_OUT)
    assert 2 * len(sent.KEPT_OUT) >= len(sent.EVERY)


@pytest.mark.parametrize("name", sent.EVERY)
def test_each_is_written_down_and_changes_a_copy(name: str, shirt: Image.Image):
    before = shirt.tobytes()
    changed = altered(name, shirt)
    assert sent.EVERY[name].__doc__
    assert sent.EVERY[name].__name__ == name
    assert changed.mode == "RGB"
    assert (changed.size, changed.tobytes()) != (shirt.size, before)
    assert shirt.tobytes() == before


@pytest.mark.parametrize("name", sent.EVERY)
def test_a_key_decides(name: str):
    picture = draw("Jeans", "Blue", 2)
    assert sent.send(name, picture, "7").tobytes() == sent.send(name, picture, "7").tobytes()


@pytest.mark.parametrize("name", ["letterboxed_black", "caption", "sticker", "halved", "noisy"])
def test_another_key_gives_another_picture(name: str):
    picture = draw("Jeans", "Blue", 2)
    found = {sent.send(name, picture, str(key)).tobytes() for key in range(12)}
    assert len(found) > 1


def test_a_small_picture_is_enlarged_and_a_large_one_is_not():
    assert sent.phone_size(Image.new("RGB", (60, 80))).size == (300, 400)
    large = Image.new("RGB", (900, 600))
    assert sent.phone_size(large) is large


@pytest.mark.parametrize(("name", "bars"), [("letterboxed_black", 0), ("letterboxed_white", 255)])
def test_bars_keep_the_picture_whole(name: str, bars: int, shirt: Image.Image):
    shapes = set()
    for seed in range(20):
        page = altered(name, shirt, seed)
        assert holds(page, shirt)
        assert page.getpixel((0, 0)) == (bars,) * 3
        shapes.add(round(page.width / page.height, 2))
    assert shapes == {0.56, 1.0, 1.78}


def test_bars_are_never_left_out(shirt: Image.Image):
    square = shirt.crop((0, 0, 300, 300))
    assert all(altered("letterboxed_black", square, seed).size != (300, 300) for seed in range(20))


@pytest.mark.parametrize("name", ["light_screenshot", "chat_screenshot"])
def test_a_screenshot_is_a_phone_s_screen_with_the_picture_on_it(name: str, shirt: Image.Image):
    page = np.asarray(altered(name, shirt), int)
    assert page.shape == (640, 360, 3)
    red = (page[..., 0] > 150) & (page[..., 1] < 80) & (page[..., 2] < 80)
    assert 0.05 < red.mean() < 0.3


@pytest.mark.parametrize("name", ["rounded_card", "shadow_card"])
def test_a_card_has_ground_on_all_sides(name: str, shirt: Image.Image):
    page = altered(name, shirt)
    corners = {page.getpixel((x, y)) for x in (0, page.width - 1) for y in (0, page.height - 1)}
    assert len(corners) == 1
    middle = page.getpixel((page.width // 2, page.height // 2))
    assert np.abs(np.subtract(middle, shirt.getpixel((150, 200)))).max() < 12


@pytest.mark.parametrize(
    ("name", "quarters"), [("turned_90", 1), ("turned_180", 2), ("turned_270", 3)]
)
def test_a_turn_loses_nothing(name: str, quarters: int, shirt: Image.Image):
    np.testing.assert_array_equal(
        np.asarray(altered(name, shirt)), np.rot90(np.asarray(shirt), quarters)
    )


def test_a_mirror_puts_left_to_right(shirt: Image.Image):
    np.testing.assert_array_equal(
        np.asarray(altered("mirrored", shirt)), np.asarray(shirt)[:, ::-1]
    )


def test_grey_has_no_colour(shirt: Image.Image):
    found = np.asarray(altered("grey", shirt), int)
    assert np.ptp(found, axis=2).max() == 0


def test_light_goes_either_way(shirt: Image.Image):
    bright = {name: np.asarray(altered(name, shirt), float).mean() for name in sent.EVERY}
    own = np.asarray(shirt, float).mean()
    assert bright["dark"] < bright["noisy"] < own < bright["overexposed"]
    for name, warmer in (("warm_light", True), ("cold_light", False)):
        red, _, blue = np.asarray(altered(name, shirt), float).mean(axis=(0, 1))
        own_red, _, own_blue = np.asarray(shirt, float).mean(axis=(0, 1))
        assert (red / blue > own_red / own_blue) == warmer


def test_a_perspective_moves_two_corners_towards_each_other():
    dark = Image.new("RGB", (300, 400), (10, 10, 10))
    for seed in range(8):
        seen = np.asarray(altered("perspective", dark, seed), int)[..., 0] < 128
        corners = [seen[2, 2], seen[2, -3], seen[-3, 2], seen[-3, -3]]
        assert sum(corners) == 2
        assert seen.mean() == pytest.approx(7 / 8, abs=0.01)


@pytest.mark.parametrize("name", ["watermark", "caption", "price_tag", "sticker"])
def test_an_overlay_leaves_most_of_the_picture(name: str, shirt: Image.Image):
    for seed in range(5):
        changed = np.asarray(altered(name, shirt, seed)) != np.asarray(shirt)
        assert 0.02 < changed.any(axis=2).mean() < 0.4


def test_cuts_keep_a_piece_of_the_picture(shirt: Image.Image):
    sizes = {altered("halved", shirt, seed).size for seed in range(12)}
    assert sizes == {(150, 400), (300, 200)}
    width, height = altered("cropped_tight", shirt).size
    assert width * height / (300 * 400) == pytest.approx(0.42, abs=0.01)


def test_a_collage_shows_it_beside_a_detail(shirt: Image.Image):
    page = altered("collage", shirt)
    assert page.size == (608, 400)
    assert page.crop((0, 0, 300, 400)).tobytes() == shirt.tobytes()


@pytest.mark.parametrize("name", ["recompressed", "small", "blurred", "noisy"])
def test_a_loss_leaves_the_scene(name: str, shirt: Image.Image):
    assert 0.5 < difference(shirt, altered(name, shirt)) < 40


def test_a_thumbnail_is_64_pixels_long(shirt: Image.Image):
    assert altered("small", shirt).size == (48, 64)


def test_a_screen_is_photographed_with_waves_on_it():
    """On a plain picture every wave is the screen's."""
    plain = Image.new("RGB", (300, 400), (120, 120, 120))
    row = np.asarray(altered("photographed_screen", plain), float)[40, 40:260, 1]
    spectrum = np.abs(np.fft.rfft(row - row.mean()))
    # Of 220 pixels, a wave of 5 to 9 seen aslant.
    assert 220 / 40 < spectrum[5:].argmax() + 5 < 220 / 4
    assert spectrum[5:].max() > 10 * np.median(spectrum)
