"""Made-up plans of what happens to a shop: see import_model.py."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.shop.catalog.import_model import (
    BAD_PRICES,
    GOOD_PRICES,
    THOUSANDS,
    Import,
    Line,
    Plan,
    Sale,
)

SKUS = ("a1", "A1", "\uff211", "B2", "Ж3", "ж3", "ß4", "SS4")
SIZES = ("S", "s", "M", "38", "38+", "38,5", "小", "中", "A/B", "AB")
CATEGORIES = ("Röcke", "Rocke", "röcke", "ワンピース", "Обувь", "Women > Boots")
COLOURS = ("red", "navy", "teal", "white")


@st.composite
def lines(draw: st.DrawFn) -> Line:
    sizes = draw(st.lists(st.sampled_from(SIZES), max_size=3).map(tuple))
    numbers = st.integers(0, 3)
    count = draw(st.sampled_from((0, len(sizes) or 1, len(sizes) or 1, 4)))
    prices = st.sampled_from((*GOOD_PRICES, *GOOD_PRICES, THOUSANDS, *BAD_PRICES))
    return Line(
        sku=draw(st.sampled_from(SKUS)),
        name=draw(st.sampled_from(("Coat", "Пальто", "コート"))),
        category=draw(st.sampled_from(CATEGORIES)),
        price=draw(prices),
        sizes=sizes,
        stock=draw(st.lists(numbers, min_size=count, max_size=count).map(tuple)),
        colours=draw(st.lists(st.sampled_from(COLOURS), max_size=3, unique=True).map(tuple)),
        names_photographs=draw(st.booleans()),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Some files, which are likely to be imported more than once, and sales between them."""
    files = draw(st.lists(st.lists(lines(), min_size=1, max_size=6), min_size=1, max_size=2))
    stops = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), max_size=2).map(tuple)
    imports = st.builds(Import, st.sampled_from([tuple(file) for file in files]), stops)
    sales = st.builds(Sale, st.integers(0, 9))
    return draw(st.lists(st.one_of(imports, imports, sales), min_size=2, max_size=5))
