"""Pictures as people send them: the written list of what becomes of a photograph on the way.

Each function is one such alteration and its docstring is its line in the list. The generator alone
decides what is random in it, so that figures can be compared. ``TAUGHT`` may be used in training;
what is in ``KEPT_OUT`` is never trained on. Each family (frames, cards, light, turns, overlays,
cuts, losses) has members on both sides.
"""

from __future__ import annotations

import io
from zlib import crc32

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from .alterations import Alteration, flip

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

# A phone's picture has room for text and frames; a small one is enlarged to this long side first.
LONG_SIDE = 400
PHONE = (360, 640)
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
WORDS = ("Is this still there?", "Found it!", "size M, as new", "my style", "SALE", "love this one")
GROUNDS: tuple[Colour, ...] = ((214, 92, 76), (70, 120, 168), (238, 190, 84), (96, 150, 108))


def send(name: str, picture: Image.Image, key: str) -> Image.Image:
    """The RGB picture altered by the function of that name in ``EVERY``, always alike for a key."""
    rng = np.random.default_rng(crc32(f"{name} {key}".encode()))
    return EVERY[name](phone_size(picture), rng)


def phone_size(picture: Image.Image) -> Image.Image:
    """The picture with a long side of at least ``LONG_SIDE``, which the functions below expect."""
    scale = LONG_SIDE / max(picture.size)
    if scale <= 1:
        return picture
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.BICUBIC)


# Frames.


def letterboxed_black(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Black bars make it 9:16, 1:1 or 16:9."""
    return _letterboxed(picture, rng, BLACK)


def letterboxed_white(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """White bars make it 9:16, 1:1 or 16:9."""
    return _letterboxed(picture, rng, WHITE)


def light_screenshot(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A phone's 9:16 screenshot of a light app: status bar, heading, picture, lines, button."""
    page, draw = _phone((246, 246, 248), (30, 30, 30))
    draw.rectangle((0, 24, PHONE[0], 72), fill=WHITE)
    draw.text((16, 38), _words(rng), BLACK, _font(18))
    _fit(page, picture, (0, 72, PHONE[0], 440))
    for line in range(4):
        draw.text((16, 456 + 22 * line), _words(rng), (90, 90, 96), _font(14))
    draw.rounded_rectangle((16, 560, 344, 600), 10, fill=(40, 110, 220))
    draw.text((150, 570), "Buy now", WHITE, _font(16))
    draw.rounded_rectangle((120, 626, 240, 631), 3, fill=(30, 30, 30))
    return page


def chat_screenshot(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A phone's 9:16 screenshot of a dark chat in which it is one of the messages."""
    page, draw = _phone((18, 24, 30), (230, 230, 230))
    draw.ellipse((14, 32, 46, 64), fill=(120, 130, 150))
    draw.text((58, 40), "Chat", WHITE, _font(18))
    _bubble(draw, (16, 84, 210, 118), (40, 48, 58), _words(rng))
    shown = _rounded(ImageOps.contain(picture, (250, 380)), 14, (18, 24, 30))
    page.paste(shown, (PHONE[0] - 14 - shown.width, 130))
    _bubble(draw, (150, 530, 346, 564), (20, 96, 84), _words(rng))
    draw.rounded_rectangle((14, 590, 346, 624), 16, fill=(40, 48, 58))
    return page


# Cards.


def rounded_card(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Its corners are rounded, with a white border on a pale ground."""
    width = round(0.04 * max(picture.size))
    pale: Colour = (232, 228, 222)
    bordered = ImageOps.expand(_rounded(picture, 3 * width, WHITE), width, WHITE)
    return ImageOps.expand(_rounded(bordered, 3 * width, pale), 2 * width, pale)


def shadow_card(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A card with a drop shadow on a coloured ground."""
    margin = round(0.16 * max(picture.size))
    page = Image.new(
        "RGB", (picture.width + 2 * margin, picture.height + 2 * margin), _one_of(rng, GROUNDS)
    )
    shadow = Image.new("L", page.size, 255)
    shift = margin // 4
    ImageDraw.Draw(shadow).rectangle(
        (margin + shift, margin + shift, margin + picture.width, margin + picture.height + shift),
        fill=90,
    )
    shadow = shadow.filter(ImageFilter.GaussianBlur(shift))
    page = ImageChops.multiply(page, Image.merge("RGB", (shadow,) * 3))
    page.paste(picture, (margin, margin))
    return page


def collage(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Beside a close detail of itself, as sellers put two pictures together."""
    width, height = picture.size
    left, top = rng.uniform(0.2, 0.4), rng.uniform(0.2, 0.4)
    detail = picture.crop(_pixels(picture, (left, top, left + 0.4, top + 0.4)))
    page = Image.new("RGB", (2 * width + 8, height), WHITE)
    page.paste(picture, (0, 0))
    page.paste(detail.resize(picture.size, Image.Resampling.BICUBIC), (width + 8, 0))
    return page


# Light and colour.


def grey(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Without its colours."""
    return ImageOps.grayscale(picture).convert("RGB")


def dark(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Taken with too little light: two fifths of the brightness."""
    return ImageEnhance.Brightness(picture).enhance(0.4)


def overexposed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Taken with too much light: everything brighter by three quarters, the whites eaten."""
    return ImageEnhance.Brightness(picture).enhance(1.75)


def warm_light(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Under a lamp in the evening: more red, much less blue."""
    tinted = np.asarray(picture, np.float32) * (1.08, 0.92, 0.62)
    return Image.fromarray(np.clip(tinted, 0, 255).astype(np.uint8))


def cold_light(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """In a shade outdoors: less red, more blue, paler."""
    tinted = np.asarray(picture, np.float32) * (0.72, 0.92, 1.0) + (0, 8, 24)
    return Image.fromarray(np.clip(tinted, 0, 255).astype(np.uint8))


# Turns.


def turned_90(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """On its left side."""
    return picture.transpose(Image.Transpose.ROTATE_90)


def turned_180(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Upside down."""
    return picture.transpose(Image.Transpose.ROTATE_180)


def turned_270(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """On its right side."""
    return picture.transpose(Image.Transpose.ROTATE_270)


def tilted(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Turned by 15 degrees to either side, the corners white or black."""
    corners = _one_of(rng, (WHITE, BLACK))
    angle = 15 if rng.random() < 0.5 else -15
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=corners)


def perspective(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Seen from a side: one edge a quarter shorter than the one across, the rest white."""
    width, height = picture.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    seen = corners.copy()
    edge = int(rng.integers(4))
    one, other = edge, (edge + 1) % 4
    along = corners[other] - corners[one]
    seen[one] += along / 8
    seen[other] -= along / 8
    matrix = _homography(seen, corners)
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        matrix,
        Image.Resampling.BICUBIC,
        fillcolor=WHITE,
    )


# Overlays.


def watermark(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A seller's name repeated across it, half transparent and slanting."""
    name, step = "VINTAGE CLOSET", max(picture.size) // 5
    side = 2 * max(picture.size)
    layer = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(layer)
    for row, top in enumerate(range(0, side, step)):
        draw.text((-40 * (row % 2), top), f"{name}   " * 8, 140, _font(step // 3))
    layer = layer.rotate(30).crop(_centred((side, side), picture.size))
    shade = _one_of(rng, (WHITE, (90, 90, 90)))
    return Image.composite(Image.new("RGB", picture.size, shade), picture, layer)


def caption(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A story's line of white text on a dark band across it."""
    changed = picture.copy()
    height = round(0.11 * picture.height)
    top = round(rng.uniform(0.1, 0.8) * picture.height)
    draw = ImageDraw.Draw(changed)
    draw.rectangle((0, top, picture.width, top + height), fill=(24, 24, 24))
    middle = (picture.width // 2, top + height // 2)
    draw.text(middle, _words(rng), WHITE, _font(height // 2), anchor="mm")
    return changed


def price_tag(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A yellow label with its price in a lower corner and a red badge in an upper one."""
    changed = picture.copy()
    width, height = picture.size
    draw = ImageDraw.Draw(changed)
    left = 0 if rng.random() < 0.5 else round(0.55 * width)
    tag = (left, round(0.82 * height), left + round(0.45 * width), round(0.97 * height))
    draw.rectangle(tag, fill=(250, 214, 60))
    price = f"{rng.integers(5, 99)},95 EUR"
    draw.text(_middle(tag), price, BLACK, _font(width // 11), anchor="mm")
    radius = width // 8
    badge = (width - 2 * radius - 6, 6, width - 6, 2 * radius + 6)
    draw.ellipse(badge, fill=(206, 32, 38))
    draw.text(_middle(badge), f"-{rng.integers(2, 8)}0%", WHITE, _font(radius // 2), anchor="mm")
    return changed


def sticker(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A round yellow face, two fifths as wide as the picture, stuck anywhere on it."""
    changed = picture.copy()
    side = round(0.4 * picture.width)
    left = int(rng.integers(picture.width - side))
    top = int(rng.integers(picture.height - side))
    draw = ImageDraw.Draw(changed)
    draw.ellipse((left, top, left + side, top + side), fill=(252, 208, 60), outline=(150, 110, 10))
    eye = side // 10
    for across in (0.33, 0.67):
        x, y = left + round(across * side), top + round(0.38 * side)
        draw.ellipse((x - eye, y - eye, x + eye, y + eye), fill=(60, 40, 10))
    mouth = (left + side // 4, top + side // 4, left + 3 * side // 4, top + 4 * side // 5)
    draw.arc(mouth, 20, 160, fill=(60, 40, 10), width=max(2, side // 20))
    return changed


# Cuts.


def cropped_tight(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Only the middle: three fifths of the width, seven tenths of the height, a little beside."""
    left, top = rng.uniform(0.12, 0.28), rng.uniform(0.08, 0.22)
    return picture.crop(_pixels(picture, (left, top, left + 0.6, top + 0.7)))


def halved(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Cut in half: left, right, upper or lower."""
    halves = ((0, 0, 0.5, 1), (0.5, 0, 1, 1), (0, 0, 1, 0.5), (0, 0.5, 1, 1))
    return picture.crop(_pixels(picture, halves[int(rng.integers(4))]))


def mirrored(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Left to right, as front cameras do."""
    return flip(picture, rng)


# Losses.


def recompressed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """JPEG at quality 8, as after many hands."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=8)
    with Image.open(file) as opened:
        return opened.convert("RGB")


def small(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A thumbnail with a long side of 64 pixels."""
    scale = 64 / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def blurred(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Out of focus: a blur as wide as a hundredth of the long side."""
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 100))


def noisy(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Taken at night: darker, with a sensor's coarse noise."""
    shape = (picture.height // 2, picture.width // 2, 3)
    grain = rng.normal(0, 26, shape).repeat(2, axis=0).repeat(2, axis=1)
    seen = np.asarray(picture, np.float32) * 0.75
    seen[: grain.shape[0], : grain.shape[1]] += grain
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))


def photographed_screen(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Photographed from a screen: slanting, waves of moire, bluish, a lamp's reflection."""
    slanting = picture.rotate(rng.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor=(16, 16, 20))
    down, across = np.mgrid[0 : picture.height, 0 : picture.width].astype(np.float32)
    angle, wave = rng.uniform(0.2, 1.3), rng.uniform(5, 9)
    phase = (across * np.cos(angle) + down * np.sin(angle)) * 2 * np.pi / wave
    moire = 1 + 0.16 * np.sin(phase + 0.8 * np.sin(down * 2 * np.pi / 90))
    x, y = rng.uniform(0.2, 0.8, 2) * (picture.width, picture.height)
    distance = np.hypot(across - x, down - y) / max(picture.size)
    lamp = 90 * np.exp(-((distance / 0.12) ** 2))
    seen = np.asarray(slanting, np.float32) * moire[..., None] * (0.86, 0.92, 1.0)
    return Image.fromarray(np.clip(seen + lamp[..., None], 0, 255).astype(np.uint8))


TAUGHT: dict[str, Alteration] = {
    "letterboxed_black": letterboxed_black,
    "light_screenshot": light_screenshot,
    "rounded_card": rounded_card,
    "grey": grey,
    "dark": dark,
    "warm_light": warm_light,
    "turned_90": turned_90,
    "tilted": tilted,
    "mirrored": mirrored,
    "watermark": watermark,
    "caption": caption,
    "cropped_tight": cropped_tight,
    "recompressed": recompressed,
    "blurred": blurred,
}
KEPT_OUT: dict[str, Alteration] = {
    "letterboxed_white": letterboxed_white,
    "chat_screenshot": chat_screenshot,
    "shadow_card": shadow_card,
    "collage": collage,
    "overexposed": overexposed,
    "cold_light": cold_light,
    "turned_180": turned_180,
    "turned_270": turned_270,
    "perspective": perspective,
    "price_tag": price_tag,
    "sticker": sticker,
    "halved": halved,
    "small": small,
    "noisy": noisy,
    "photographed_screen": photographed_screen,
}
EVERY = TAUGHT | KEPT_OUT


def _letterboxed(picture: Image.Image, rng: np.random.Generator, colour: Colour) -> Image.Image:
    """Of the three shapes one that differs from the picture's own by more than a twentieth."""
    own = picture.width / picture.height
    shapes = [shape for shape in (9 / 16, 1.0, 16 / 9) if abs(shape / own - 1) > 0.05]
    shape = shapes[int(rng.integers(len(shapes)))]
    size = (
        max(picture.width, round(picture.height * shape)),
        max(picture.height, round(picture.width / shape)),
    )
    page = Image.new("RGB", size, colour)
    page.paste(picture, _centred(size, picture.size)[:2])
    return page


def _phone(ground: Colour, ink: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A phone's empty screen with its status bar."""
    page = Image.new("RGB", PHONE, ground)
    draw = ImageDraw.Draw(page)
    draw.text((14, 5), "09:41", ink, _font(12))
    for bar in range(4):
        draw.rectangle((284 + 6 * bar, 16 - 3 * bar, 287 + 6 * bar, 18), fill=ink)
    draw.rounded_rectangle((318, 7, 344, 18), 3, outline=ink)
    draw.rectangle((320, 9, 336, 16), fill=ink)
    return page, draw


def _bubble(draw: ImageDraw.ImageDraw, box: Box, colour: Colour, words: str) -> None:
    draw.rounded_rectangle(box, 12, fill=colour)
    draw.text(_middle(box), words, WHITE, _font(14), anchor="mm")


def _fit(page: Image.Image, picture: Image.Image, box: Box) -> None:
    """As large as the box allows, in its middle."""
    left, top, right, bottom = box
    shown = ImageOps.contain(picture, (right - left, bottom - top), Image.Resampling.BICUBIC)
    x, y, _, _ = _centred((right - left, bottom - top), shown.size)
    page.paste(shown, (left + x, top + y))


def _rounded(picture: Image.Image, radius: int, ground: Colour) -> Image.Image:
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *picture.size), radius, fill=255)
    return Image.composite(picture, Image.new("RGB", picture.size, ground), mask)


def _homography(seen: np.ndarray, corners: np.ndarray) -> list[float]:
    """The eight numbers that lead from four points of what is seen to four of the picture."""
    rows = []
    for (x, y), (u, v) in zip(seen, corners, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
    numbers: list[float] = np.linalg.solve(np.array(rows), corners.ravel()).tolist()
    return numbers


def _centred(outer: tuple[int, int], inner: tuple[int, int]) -> Box:
    left, top = (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2
    return left, top, left + inner[0], top + inner[1]


def _pixels(picture: Image.Image, shares: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = shares
    width, height = picture.size
    return round(left * width), round(top * height), round(right * width), round(bottom * height)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _one_of(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(rng.integers(len(colours)))]


def _words(rng: np.random.Generator) -> str:
    return WORDS[int(rng.integers(len(WORDS)))]


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
