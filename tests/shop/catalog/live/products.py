"""Products of few values, so that many share them: what hypothesis draws for the live catalogue."""

from __future__ import annotations

from hypothesis import strategies as st

from shop.catalog.live.facts import KEY_BYTES, NEVER, STARS, Facts, order_key, searchable
from shop.catalog.live.view import Narrowing

LANGUAGES = ("en", "de")
VALUES = {
    "gender": ("women", "men"),
    "season": ("summer",),
    "usage": ("casual", "sports"),
    "status": ("published", "draft"),
    "sale": ("on",),
    "stock": ("in", "out"),
    "category": ("c1", "c2", "c3"),
    "kind": ("Shirt", "Parka"),
    "brand": ("Lido",),
    "colour": ("navy", "Blue", "blue", "red", "teal", "Unheard of"),
    "size": ("S", "M", "L"),
    "rating": STARS,
}
NAMES = ("Äpfel", "apfel", "Zebra", "", "Straße", "strasse")
MOST_KEYS = 24
# Some end in a zero byte, which columns of text leave out.
KEYS = [bytes([number % 5] * 10 + [number, 0 if number % 3 else 7]) for number in range(MOST_KEYS)]
assert all(len(key) == KEY_BYTES for key in KEYS)


def some(attribute: str, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(VALUES[attribute]), max_size=most, unique=True).map(tuple)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    values = {name: draw(some(name, 1)) for name in VALUES}
    values |= {name: draw(some(name, 3)) for name in ("colour", "size")}
    values["rating"] = STARS[draw(st.integers(0, len(STARS))) :]
    values["stock"] = (draw(st.sampled_from(VALUES["stock"])),)
    names = {language: draw(st.sampled_from(NAMES)) for language in LANGUAGES}
    return Facts(
        key=draw(st.sampled_from(KEYS)),
        revision=draw(st.integers(0, 9)),
        until=draw(st.sampled_from((5, NEVER))),
        price=draw(st.integers(1, 60)),
        position=draw(st.integers(0, 3)),
        created=draw(st.integers(0, 3)),
        style=draw(st.integers(0, 3)),
        values=values,
        names={language: order_key(name) for language, name in names.items()},
        text=b"\0".join(searchable(name) for name in names.values()) + b"\0",
    )


@st.composite
def narrowings(draw: st.DrawFn) -> Narrowing:
    attributes = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=3, unique=True))
    bound = st.none() | st.integers(0, 60)
    return Narrowing.to(
        {name: draw(some(name, 2)) for name in attributes}, draw(bound), draw(bound)
    )


# What happens: many products are saved at once, or some are taken away.
changes = st.lists(
    st.lists(facts(), min_size=1, max_size=8)
    | st.lists(st.sampled_from(KEYS), min_size=1, max_size=4),
    max_size=6,
)
