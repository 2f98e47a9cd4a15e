"""What one product is made of: its cloth, its trim, its thread and its metal."""

from dataclasses import dataclass

from drawings.fabrics import Cloth, Paint, mix, rgb_of
from drawings.palette import GOLD

STEEL: Paint = (176, 180, 186)
HORN: Paint = (96, 68, 48)
PEARL: Paint = (238, 233, 222)
GUM: Paint = (196, 142, 88)
OFF_WHITE: Paint = (243, 240, 232)
DENIM_THREAD: Paint = (205, 146, 78)
# By the names that the ranges call them by.
PAINTS: dict[str, Paint] = {
    "denim-thread": DENIM_THREAD,
    "gold": GOLD,
    "gum": GUM,
    "horn": HORN,
    "off-white": OFF_WHITE,
    "pearl": PEARL,
}


@dataclass(frozen=True)
class Look:
    """One product's materials; `back` asks for the drawing of its other side.

    `seed` decides how its folds fall; `stone` colours a gem, a dial or a lens.
    """

    cloth: Cloth
    trim: Cloth
    seed: int
    button: Paint = HORN
    metal: Paint = STEEL
    back: bool = False
    stitch: Paint | None = None
    stone: Paint = OFF_WHITE

    @property
    def thread(self) -> Paint:
        """The sewing thread: the one chosen, else one that shows a little on the cloth."""
        return self.stitch or thread_on(self.cloth.colour)


def thread_on(paint: Paint) -> Paint:
    """A thread a little lighter than dark cloth, a little darker than light cloth."""
    dark = sum(rgb_of(paint)) < 280
    return mix(paint, (255, 255, 255) if dark else (0, 0, 0), 0.3 if dark else 0.28)


def darker(paint: Paint, share: float = 0.25) -> Paint:
    """The paint with that share of near-black in it."""
    return mix(paint, (20, 16, 18), share)


def lighter(paint: Paint, share: float = 0.25) -> Paint:
    """The paint with that share of white in it."""
    return mix(paint, (255, 255, 255), share)
