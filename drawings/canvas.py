"""The drawing board: pieces of cloth laid on one another, lines sewn on, one light over all."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from drawings import light
from drawings.fabrics import TILE, Cloth, Paint, rgb_of
from drawings.light import CELL, Field, Fold
from drawings.outlines import Outline, Point, ribbon, stitches

WIDTH, HEIGHT = 960, 1200
GROUND = (246, 243, 238)
OVERSAMPLE = 3
MESH = 96
# Pixels: no patch is narrower or lower.
LEAST = 4

Shape = Outline | Sequence[Outline]


@dataclass(frozen=True)
class View:
    """Where the eye is: the board point in the picture's middle, the zoom, and a turn in degrees.

    `bend` moves everything by a few units along slow waves, so that nothing lies quite
    symmetrically.
    """

    centre: Point = (0.0, 600.0)
    zoom: float = 1.0
    tilt: float = 0.0
    bend: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    mirror: bool = False

    @property
    def cell(self) -> int:
        """Pixels to a cell of the coarse grid on which this view's relief is worked out."""
        return CELL if self.zoom < 1.7 else 2 * CELL

    def bent(self, points: Outline) -> Outline:
        """Board points as they lie after the bend."""
        a, b, c, d = self.bend
        x, y = points[:, 0], points[:, 1]
        across = 3.2 * np.sin(y / 210 + a) + 2.2 * np.sin(y / 90 + b)
        along = 3.0 * np.sin(x / 160 + c) + 1.8 * np.sin(x / 75 + d)
        return np.column_stack([x + across, y + along])

    def pixels(self, points: Outline) -> Outline:
        """Board points as picture points, in pixels."""
        away = (self.bent(points) - np.asarray(self.centre)) * self.zoom
        if self.mirror:
            away = away * np.array([-1.0, 1.0])
        c, s = cos(radians(self.tilt)), sin(radians(self.tilt))
        turned: Outline = away @ np.array([[c, s], [-s, c]])
        return turned + (WIDTH / 2, HEIGHT / 2)

    def all_pixels(self, lines: Sequence[Outline]) -> list[Outline]:
        """Several lines of board points as picture points, reckoned in one go."""
        if not lines:
            return []
        ends = np.cumsum([len(line) for line in lines])[:-1]
        return np.split(self.pixels(np.concatenate(lines)), ends)

    def board(self, pixels: Outline) -> Outline:
        """Picture points as board points, the bend left out: cloth bends with its garment."""
        away = (pixels - (WIDTH / 2, HEIGHT / 2)) / self.zoom
        c, s = cos(radians(self.tilt)), sin(radians(self.tilt))
        turned: Outline = away @ np.array([[c, -s], [s, c]])
        if self.mirror:
            turned = turned * np.array([-1.0, 1.0])
        moved: Outline = turned + np.asarray(self.centre)
        return moved


@dataclass(frozen=True)
class Patch:
    """A mask over a box of the picture: `mask` is float32 coverage, `left, top` its place."""

    left: int
    top: int
    mask: Field

    @property
    def window(self) -> tuple[slice, slice]:
        """The patch's rows and columns in the picture."""
        rows, columns = self.mask.shape
        return slice(self.top, self.top + rows), slice(self.left, self.left + columns)


@dataclass
class Canvas:
    """One picture in the making, in float32 planes.

    `colour` (3, height, width) is premultiplied, 0 to 255; `alpha` (height, width) is coverage, 0
    to 1.
    """

    view: View
    colour: Field = field(init=False)
    alpha: Field = field(init=False)

    def __post_init__(self) -> None:
        self.colour = np.zeros((3, HEIGHT, WIDTH), np.float32)
        self.alpha = np.zeros((HEIGHT, WIDTH), np.float32)

    def piece(
        self,
        shape: Shape,
        cloth: Cloth,
        *,
        cut: Sequence[Outline] = (),
        grain: float = 0.0,
        folds: Iterable[Fold] = (),
        puff: float = 1.0,
        edge: float = 5.0,
        cast: float = 1.0,
        tone: float = 1.0,
        reach: float | None = None,
        over: bool = False,
    ) -> None:
        """Lay a piece of cloth down.

        `cut` are holes, `grain` turns the cloth (degrees), `puff` is how round the piece is, `edge`
        how thick (board units), `cast` how dark its shadow on what lies beneath, `tone` its
        brightness (below 1 for an inside). `over` keeps it to what is already there.
        """
        shapes = [shape] if isinstance(shape, np.ndarray) else list(shape)
        patch = self._patch(shapes, cut)
        if patch is None:
            return
        if over:
            patch = Patch(patch.left, patch.top, patch.mask * self.alpha[patch.window])
        if cast:
            self._cast(patch, cast)
        shade = self._shade(patch, shapes, cut, list(folds), puff, reach)
        if edge:
            shade = shade + light.rim(patch.mask, edge * self.view.zoom)
        self._lay(patch, self._lit(self._cloth(patch, cloth, grain), shade * tone, tone, cloth))

    @contextmanager
    def moved(self, dx: float, dy: float, turn: float = 0.0) -> Iterator[None]:
        """Lay what is drawn inside the block (dx, dy) further on, turned by that many degrees."""
        here = self.view
        x, y = here.centre
        self.view = replace(here, centre=(x - dx, y - dy), tilt=here.tilt + turn)
        try:
            yield
        finally:
            self.view = here

    def line(self, line: Shape, paint: Paint, width: float = 2.0, strength: float = 1.0) -> None:
        """Draw a flat line on what is already there."""
        lines = [line] if isinstance(line, np.ndarray) else list(line)
        self.flat([ribbon(each, width) for each in lines], paint, strength)

    def seam(self, line: Shape, depth: float = 0.3, width: float = 2.4) -> None:
        """A pressed line: dark, with a lit lip below it to the right."""
        lines = [line] if isinstance(line, np.ndarray) else list(line)
        lip = [ribbon(each + (1.5, 1.7), width * 0.8) for each in lines]
        self.flat(lip, (255, 255, 255), depth * 0.35)
        self.flat([ribbon(each, width) for each in lines], (18, 14, 16), depth)

    def stitches(
        self, line: Shape, paint: Paint, width: float = 2.0, on: float = 8.0, strength: float = 0.85
    ) -> None:
        """A row of stitches along each line."""
        lines = [line] if isinstance(line, np.ndarray) else list(line)
        sewn = [stitch for each in lines for stitch in stitches(each, width, on, on * 0.55)]
        self.flat([stitch + (0.8, 1.1) for stitch in sewn], (18, 14, 16), 0.22)
        self.flat(sewn, paint, strength)

    def flat(self, shape: Shape, paint: Paint, strength: float = 1.0) -> None:
        """Colour a shape flatly, only where something already lies."""
        shapes = [shape] if isinstance(shape, np.ndarray) else list(shape)
        patch = self._patch(shapes, ())
        if patch is None:
            return
        window = patch.window
        share = patch.mask * np.float32(strength)
        alpha = self.alpha[window]
        for plane, value in zip(self.colour, rgb_of(paint), strict=True):
            plane[window] += (alpha * np.float32(value) - plane[window]) * share

    def glow(self, shape: Shape, strength: float, soft: float = 12.0) -> None:
        """Lighten (or, below 0, darken) what lies under a soft shape: a sheen, a hollow."""
        shapes = [shape] if isinstance(shape, np.ndarray) else list(shape)
        patch = self._patch(shapes, (), margin=soft * 2)
        if patch is None:
            return
        cell = self.view.cell
        small = Image.fromarray(patch.mask).reduce(cell)
        blurred = light.blur(np.asarray(small, np.float32), soft * self.view.zoom / cell)
        rows, columns = patch.mask.shape
        box = (0.0, 0.0, columns / cell, rows / cell)
        box = (0.0, 0.0, min(box[2], small.width), min(box[3], small.height))
        share = light.enlarged(blurred, (columns, rows), box) * np.float32(abs(strength))
        window = patch.window
        target = self.alpha[window] * np.float32(255 if strength > 0 else 0)
        for plane in self.colour:
            plane[window] += (target - plane[window]) * share

    def finished(self) -> Image.Image:
        """The picture: everything laid down, on the shop's ground, with its shadow."""
        small = np.asarray(Image.fromarray(self.alpha).reduce(CELL), np.float32)
        shadow = light.ground_shadow(small, self.view.zoom**0.5)
        cells = (0.0, 0.0, WIDTH / CELL, HEIGHT / CELL)
        lit = light.enlarged(shadow, (WIDTH, HEIGHT), cells) * (1 - self.alpha)
        planes = [
            Image.fromarray((plane + lit * np.float32(value) + _GRAIN).astype(np.uint8))
            for plane, value in zip(self.colour, GROUND, strict=True)
        ]
        return Image.merge("RGB", planes)

    # How a piece is made

    def _patch(
        self, shapes: Sequence[Outline], cut: Sequence[Outline], margin: float = 0.0
    ) -> Patch | None:
        drawn = self.view.all_pixels([shape for shape in shapes if len(shape) > 2])
        if not drawn:
            return None
        every = np.concatenate(drawn)
        low = every.min(axis=0) - margin * self.view.zoom - 1
        high = every.max(axis=0) + margin * self.view.zoom + 2
        left, top = max(0, int(low[0])), max(0, int(low[1]))
        right, bottom = min(WIDTH, int(high[0])), min(HEIGHT, int(high[1]))
        if right - left < 1 or bottom - top < 1:
            return None
        # A sliver at the picture's edge is still a surface, which can lean.
        left, top = min(left, WIDTH - LEAST), min(top, HEIGHT - LEAST)
        right, bottom = max(right, left + LEAST), max(bottom, top + LEAST)
        holes = self.view.all_pixels(cut)
        size = (right - left, bottom - top)
        mask = _mask(drawn, holes, (left, top), size, OVERSAMPLE, 1.0)
        return Patch(left, top, mask)

    def _shade(
        self,
        patch: Patch,
        shapes: Sequence[Outline],
        cut: Sequence[Outline],
        folds: Sequence[Fold],
        puff: float,
        reach: float | None,
    ) -> Field:
        """Brightness over the patch, about 1.0, from the piece's body and its folds."""
        cell = self.view.cell
        cells = _reach(shapes, reach) * self.view.zoom / cell
        margin = int(3 * cells) + 2
        left, top = patch.left // cell - margin, patch.top // cell - margin
        rows, columns = patch.mask.shape
        size = (columns // cell + 2 * margin + 2, rows // cell + 2 * margin + 2)
        drawn, holes = self.view.all_pixels(shapes), self.view.all_pixels(cut)
        mask = _mask(drawn, holes, (left * cell, top * cell), size, 2, 1 / cell)
        lean, near_edge = light.body(mask, cells)
        shade = 1 + puff * (0.55 * lean - 0.10 * near_edge)
        if folds:
            scale = self.view.zoom / cell
            lines = self.view.all_pixels([fold.line for fold in folds])
            inside = [
                (line / cell - (left, top), fold.depth, round(fold.width * scale, 1))
                for line, fold in zip(lines, folds, strict=True)
            ]
            shade = shade + 0.5 * light.creases(inside, mask.shape)
        x, y = patch.left / cell - left, patch.top / cell - top
        return light.enlarged(
            shade.astype(np.float32), (columns, rows), (x, y, x + columns / cell, y + rows / cell)
        )

    def _cloth(self, patch: Patch, cloth: Cloth, grain: float) -> Field:
        """The cloth under the patch, turned by the grain: float32 (3, rows, columns)."""
        rows, columns = patch.mask.shape
        tile = cloth.tile(self.view.zoom)
        side = tile.shape[0]
        across, down = -(-columns // MESH), -(-rows // MESH)
        xs = np.minimum(np.arange(across + 1) * MESH, columns)
        ys = np.minimum(np.arange(down + 1) * MESH, rows)
        grid = np.stack(np.meshgrid(xs + patch.left, ys + patch.top), axis=-1).reshape(-1, 2)
        board = self.view.board(grid.astype(np.float64))
        board = _against_grain(self.view.bent(board), grain)
        places = (board * (side / TILE)).reshape(down + 1, across + 1, 2)
        places -= np.floor(places.min(axis=(0, 1)) / side) * side
        repeats = (np.ceil((places.max(axis=(0, 1)) + 2) / side)).astype(int)
        sheet = Image.fromarray(np.tile(tile, (repeats[1], repeats[0], 1)))
        mesh = [
            ((int(xs[i]), int(ys[j]), int(xs[i + 1]), int(ys[j + 1])), _quad(places, i, j))
            for j in range(down)
            for i in range(across)
        ]
        warped = sheet.transform(
            (columns, rows), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR
        )
        return np.stack([np.asarray(plane, np.float32) for plane in warped.split()])

    def _lit(self, cloth: Field, shade: Field, tone: float, material: Cloth) -> Field:
        """The cloth in that light: shadows cooler, sheen added where the cloth is glossy."""
        shade = np.clip(shade, 0.25, 1.45)
        sheen = (shade - np.float32(tone)) * 20
        if material.gloss:
            sheen = sheen + np.clip(shade - np.float32(tone + 0.02), 0, 1) * (170 * material.gloss)
        shade = shade - 1
        for plane, depth in zip(cloth, (1.06, 1.0, 0.92), strict=True):
            plane *= shade * np.float32(depth) + 1
            plane += sheen
        return np.clip(cloth, np.float32(3), np.float32(252), out=cloth)

    def _lay(self, patch: Patch, colour: Field) -> None:
        window, mask = patch.window, patch.mask
        for plane, laid in zip(self.colour, colour, strict=True):
            plane[window] += (laid - plane[window]) * mask
        self.alpha[window] += (1 - self.alpha[window]) * mask

    def _cast(self, patch: Patch, strength: float) -> None:
        """Darken what lies beneath the piece and just beyond it, down to the right."""
        reach = 4.5 * self.view.zoom
        margin = int(3 * reach)
        rows, columns = patch.mask.shape
        left, top = max(0, patch.left - margin), max(0, patch.top - margin)
        right = min(WIDTH, patch.left + columns + margin)
        bottom = min(HEIGHT, patch.top + rows + margin)
        window = (slice(top, bottom), slice(left, right))
        if not self.alpha[window].any():
            return
        spread = np.zeros((bottom - top, right - left), np.float32)
        inner = (slice(patch.top - top, patch.top - top + rows),)
        spread[inner[0], patch.left - left : patch.left - left + columns] = patch.mask
        step = self.view.cell // 2
        small = np.asarray(Image.fromarray(spread).reduce(step), np.float32)
        moved = light.moved(
            light.blur(small, reach / step), round(reach / step * 0.7), round(reach / step * 0.5)
        )
        size = (right - left, bottom - top)
        box = (0.0, 0.0, min(size[0] / step, small.shape[1]), min(size[1] / step, small.shape[0]))
        dark = light.enlarged(moved, size, box) * np.float32(0.42 * strength)
        dark = 1 - dark
        for plane in self.colour:
            plane[window] *= dark


class Measure(Canvas):
    """A canvas that draws nothing and only remembers how far its pieces reach, in board units."""

    def __post_init__(self) -> None:
        self.low, self.high = np.full(2, np.inf), np.full(2, -np.inf)

    def piece(self, shape: Shape, cloth: Cloth, **how: object) -> None:
        """Remember the piece's reach."""
        shapes = [shape] if isinstance(shape, np.ndarray) else list(shape)
        for each in shapes:
            points = self.view.pixels(each) - (WIDTH / 2, HEIGHT / 2)
            self.low = np.minimum(self.low, points.min(axis=0))
            self.high = np.maximum(self.high, points.max(axis=0))

    def _no_reach(self, *drawn: object, **how: object) -> None:
        """What is sewn, coloured or lit on the pieces reaches no further than they do."""

    line = seam = stitches = flat = glow = _no_reach


def _mask(
    shapes: Sequence[Outline],
    holes: Sequence[Outline],
    corner: tuple[int, int],
    size: tuple[int, int],
    oversample: int,
    scale: float,
) -> Field:
    """Coverage (0 to 1) of the shapes less the holes, `scale` cells to a pixel."""
    image = Image.new("L", (size[0] * oversample, size[1] * oversample), 0)
    draw = ImageDraw.Draw(image)
    for outlines, fill in ((shapes, 255), (holes, 0)):
        for outline in outlines:
            points = (outline - corner) * (scale * oversample)
            draw.polygon(list(map(tuple, points.tolist())), fill=fill)
    return np.asarray(image.reduce(oversample), np.float32) / np.float32(255)


def _reach(shapes: Sequence[Outline], wanted: float | None) -> float:
    """How far in from its edge a piece is round: a share of its thickness, in board units."""
    if wanted is not None:
        return wanted
    x, y = shapes[0][:, 0], shapes[0][:, 1]
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    around = np.hypot(*np.diff(shapes[0], axis=0).T).sum()
    return float(np.clip(0.5 * area / max(around, 1.0), 2.5, 34))


def _against_grain(points: Outline, degrees: float) -> Outline:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    turned: Outline = points @ np.array([[c, -s], [s, c]])
    return turned


def _quad(places: Outline, i: int, j: int) -> tuple[float, ...]:
    """A mesh cell's four source corners in Pillow's order: NW, SW, SE, NE."""
    corners = (places[j, i], places[j + 1, i], places[j + 1, i + 1], places[j, i + 1])
    return tuple(float(value) for corner in corners for value in corner)


def _grain() -> NDArray[np.float32]:
    noise = np.random.default_rng(3).standard_normal((HEIGHT, WIDTH))
    return np.clip(noise * 0.9 + 0.5, -2, 3).astype(np.float32)


_GRAIN = _grain()


def jpeg(picture: Image.Image) -> bytes:
    """The picture as JPEG bytes, every pixel's colour kept."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=93, subsampling=0)
    return out.getvalue()
