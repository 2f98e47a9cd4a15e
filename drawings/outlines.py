"""Curves and closed outlines in garment coordinates.

A garment lies on a board 960 wide and 1200 high; x runs from -480 to 480 with the garment's middle
at 0, y from 0 at the top to 1200. Every outline is a float array of shape (n, 2).
"""

from collections.abc import Sequence
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Outline = NDArray[np.float64]

STEPS = 12


def curve(*points: Point) -> Outline:
    """The Catmull-Rom spline through the points, ends included; two points give a straight line."""
    knots = np.asarray(points, dtype=np.float64)
    if len(knots) < 3:
        return knots
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None, None]
    line = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    joined: Outline = np.vstack([line.transpose(1, 0, 2).reshape(-1, 2), knots[-1:]])
    return joined


def outline(*runs: Sequence[Point]) -> Outline:
    """Runs of smooth curve joined by corners: each run goes on from where the last one ended."""
    pieces = [curve(*runs[0])]
    last = runs[0][-1]
    for run in runs[1:]:
        pieces.append(curve(last, *run)[1:])
        last = run[-1]
    return np.vstack(pieces)


def mirrored(*runs: Sequence[Point]) -> Outline:
    """A symmetric outline from the runs of its right half.

    The half starts and ends on the middle line (x = 0), where the two sides meet smoothly.
    """
    starts = [runs[0][0], *(run[-1] for run in runs[:-1])]
    knots = [
        list(runs[0]),
        *([start, *run] for start, run in zip(starts[1:], runs[1:], strict=True)),
    ]
    other = [[(-x, y) for x, y in reversed(run)] for run in knots]
    if len(knots) == 1:
        return outline(knots[0], other[0][1:])
    top, bottom = other[0] + knots[0][1:], knots[-1] + other[-1][1:]
    middle, back = knots[1:-1], other[1:-1][::-1]
    return outline(top, *(run[1:] for run in (*middle, bottom, *back)))


def flip(line: Outline) -> Outline:
    """The same line on the other side of the middle."""
    flipped: Outline = line * np.array([-1.0, 1.0])
    return flipped


def both(line: Outline) -> list[Outline]:
    """The line and its mirror image."""
    return [line, flip(line)]


def shift(line: Outline, dx: float, dy: float) -> Outline:
    """The line moved by (dx, dy)."""
    shifted: Outline = line + np.array([dx, dy])
    return shifted


def turn(line: Outline, degrees: float, about: Point = (0.0, 0.0)) -> Outline:
    """The line turned clockwise (as seen, y pointing down) about a point."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    centre = np.asarray(about)
    turned: Outline = (line - centre) @ np.array([[c, s], [-s, c]]) + centre
    return turned


def ellipse(
    x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360
) -> Outline:
    """An ellipse, or the arc of it from `start` to `end` degrees (clockwise from three o'clock)."""
    angles = np.radians(np.linspace(start, end, 49))
    return np.column_stack([x + rx * np.cos(angles), y + ry * np.sin(angles)])


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Outline:
    """A rectangle with rounded corners."""
    corners = [
        ellipse(right - radius, top + radius, radius, radius, -90, 0),
        ellipse(right - radius, bottom - radius, radius, radius, 0, 90),
        ellipse(left + radius, bottom - radius, radius, radius, 90, 180),
        ellipse(left + radius, top + radius, radius, radius, 180, 270),
    ]
    return np.vstack(corners)


def evenly(line: Outline, step: float) -> Outline:
    """The line resampled so that neighbouring points lie about `step` apart."""
    lengths = np.hypot(*np.diff(line, axis=0).T)
    far = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(2, round(far[-1] / step) + 1)
    at = np.linspace(0, far[-1], count)
    return np.column_stack([np.interp(at, far, line[:, 0]), np.interp(at, far, line[:, 1])])


def normals(line: Outline) -> Outline:
    """Unit vectors across the line at its points, to the right of its direction of travel."""
    along = np.empty(line.shape)
    along[1:-1] = line[2:] - line[:-2]
    along[0], along[-1] = line[1] - line[0], line[-1] - line[-2]
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    return np.column_stack([-along[:, 1], along[:, 0]])


def beside(line: Outline, distance: float) -> Outline:
    """The line moved sideways by `distance`: stitching that runs along an edge."""
    return line + normals(line) * distance


def ribbon(line: Outline, width: float, end_width: float | None = None) -> Outline:
    """The closed outline of a band along the line, tapering from `width` to `end_width`."""
    last = width if end_width is None else end_width
    half = np.linspace(width, last, len(line))[:, None] / 2
    across = normals(line) * half
    return np.vstack([line + across, (line - across)[::-1]])


def stitches(line: Outline, width: float, on: float, off: float) -> list[Outline]:
    """Stitches along the line as closed outlines: `on` long, `width` wide, gaps of `off`."""
    points = evenly(line, (on + off) / 6)
    across = normals(points) * (width / 2)
    right, left = points + across, points - across
    keep = max(2, round(6 * on / (on + off)) + 1)
    starts = range(0, len(points) - 1, 6)
    return [np.vstack([right[at : at + keep], left[at : at + keep][::-1]]) for at in starts]
