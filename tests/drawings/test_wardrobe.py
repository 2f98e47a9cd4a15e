"""The ranges: what they say becomes styles, and what they must not say is told by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawings.drawers import DRAWERS
from drawings.garments.tops import Top
from drawings.garments.torso import Torso
from drawings.look import PAINTS
from drawings.palette import GOLD
from drawings.reading import BadTable
from drawings.styles import Detail, Group, Style, Way, Words
from drawings.wardrobe import FOLDER, RANGES, categories, read_range

RANGE = """
[cuts.long]
sleeve = 505
cuff = 94

[[category]]
name = "T-shirts"
slug = "t-shirts"
line = "Cotton jersey."
german = { name = "T-Shirts", text = "Baumwolljersey." }
code = "TSH"

[category.every]
kind = "T-shirt"
season = "Spring"
detail = { y = -0.2 }

[[category.style]]
code = "BRE"
name = "Breton tee"
gender = "women"
season = "Summer"
usage = "Casual"
price_cents = 3900
sizes = "women"
note = "A wide neck."
german = { name = "Bretonshirt", text = "Ein weiter Ausschnitt." }
weave = "jersey"
button = "#462f26"
stitch = "denim-thread"
drawer = "top"
garment = { torso = { cut = "long", cuff = 90, neckline = "v" }, edges = "ribbed", rib = 60 }
ways = [
    { colour = "ecru", pattern = "breton", accents = ["navy"], metal = "gold" },
    { colour = "rust" },
]
"""


def read(folder: Path, text: str) -> Style:
    path = folder / "tried.toml"
    path.write_text(text, encoding="utf-8")
    ((style,),) = (category.styles for category in read_range(path))
    return style


def test_shelves_of_a_range_stand_in_its_group(tmp_path: Path) -> None:
    path = tmp_path / "tried.toml"
    path.write_text(RANGE, encoding="utf-8")
    assert [shelf.group for shelf in read_range(path)] == [None]
    group = """
    [group]
    name = "Tops"
    slug = "tops"
    line = "For above."
    german = { name = "Oberteile", text = "Für oben." }
    """
    path.write_text(RANGE + group, encoding="utf-8")
    words = Words("Oberteile", "Für oben.")
    assert [shelf.group for shelf in read_range(path)] == [
        Group("Tops", "tops", "For above.", words)
    ]


def test_a_style_is_what_its_table_says(tmp_path: Path) -> None:
    assert read(tmp_path, RANGE) == Style(
        code="BRE",
        name="Breton tee",
        kind="T-shirt",
        gender="women",
        season="Summer",
        usage="Casual",
        price_cents=3900,
        sizes="women",
        note="A wide neck.",
        german=Words("Bretonshirt", "Ein weiter Ausschnitt."),
        weave="jersey",
        drawer="top",
        garment=Top(Torso(sleeve=505, cuff=90, neckline="v"), edges="ribbed", rib=60),
        ways=(Way("ecru", "breton", ("navy",), metal=GOLD), Way("rust")),
        button=(70, 47, 38),
        stitch=PAINTS["denim-thread"],
        detail=Detail(y=-0.2),
    )


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('usage = "Casual"', 'use = "Casual"', "tried.toml, style BRE: there is no field use"),
        ('usage = "Casual"', "", "tried.toml, style BRE: usage is missing"),
        ('usage = "Casual"', 'usage = "Sleep"', "style BRE, usage: 'Sleep' is none of Casual, "),
        ("= 3900", "= 39.5", "style BRE, price_cents: 39.5 is no int"),
        ('name = "Breton tee"', "name = true", "style BRE, name: True is no str"),
        ('sizes = "women"', 'sizes = ["S"]', r"style BRE, sizes: \['S'\] is none of women, "),
        ('"jersey"', '"tweed"', "style BRE, weave: 'tweed' is none of jersey, "),
        ('"#462f26"', '"#462f2"', "style BRE, button: '#462f2' is none of denim-thread, "),
        ('drawer = "top"', "", "style BRE, drawer: None is none of accessory, "),
        ('drawer = "top"', 'drawer = "hat"', "style BRE, drawer: 'hat' is none of accessory, "),
        ('"ribbed"', '"frayed"', "style BRE, garment, edges: 'frayed' is none of stitched, ribbed"),
        ("rib = 60", "rib = true", "style BRE, garment, rib: True is no float"),
        ("rib = 60", "ribs = 60", "style BRE, garment: there is no field ribs"),
        ('cut = "long"', 'cut = "short"', "garment, torso, cut: 'short' is none of long"),
        ("garment =", "garment = 3\ndetail =", "style BRE, garment: 3 is no table"),
        ("[cuts.long]", "[[cuts.long]]", r"garment, torso, cut long: \[.* is no table"),
        ("sleeve = 505", "sleeves = 505", "garment, torso: there is no field sleeves"),
        ("cuff = 90", 'cuff = "90"', "garment, torso, cuff: '90' is no float"),
        ("{ y = -0.2 }", "-0.2", "style BRE, detail: -0.2 is no table"),
        ("y = -0.2", "why = -0.2", "style BRE, detail: there is no field why"),
        ('"rust"', '"rost"', "style BRE, ways 2, colour: 'rost' is none of chalk, ecru, "),
        ('{ colour = "rust" }', '{ trim = "rust" }', "style BRE, ways 2: colour is missing"),
        ('{ colour = "rust" }', '"rust"', "style BRE, ways 2: 'rust' is no table"),
        ('"breton"', '"argyle"', "style BRE, ways 1, pattern: 'argyle' is none of solid, "),
        ('["navy"]', '["navi"]', "style BRE, ways 1, accents 1: 'navi' is none of chalk, "),
        ('["navy"]', '"navy"', "style BRE, ways 1, accents: 'navy' is no list"),
        ('slug = "t-shirts"', "", "tried.toml, category TSH: slug is missing"),
        ('slug = "t-shirts"', "styles = []", "category TSH: there is no field styles"),
        ("[category.every]", "every = 3\n[category.all]", "category TSH, every: 3 is no table"),
        ("[[category.style]]", "[category.style]", r"category TSH, style: \{.* is no list"),
        ("[[category]]", "[category]", r"tried.toml, category: \{.* is no list"),
        ("[cuts.long]", "[cut.long]", "tried.toml: there is no table cut"),
        ("[[category]]", "[[category]", "tried.toml: "),
    ],
)
def test_what_is_not_understood_is_told_by_its_place(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    assert right in RANGE
    with pytest.raises(BadTable, match=told):
        read(tmp_path, RANGE.replace(right, wrong, 1))


def test_a_garment_is_of_a_model_that_is_drawn(tmp_path: Path) -> None:
    bag = RANGE.replace('drawer = "top"', 'drawer = "bag"')
    bag = bag[: bag.index("garment =")] + 'garment = { model = "sack" }\n'
    with pytest.raises(BadTable, match="style BRE, garment, model: 'sack' is none of tote, "):
        read(tmp_path, bag)


def test_every_range_is_sold() -> None:
    assert sorted(RANGES) == sorted(path.stem for path in FOLDER.glob("*.toml"))


def test_every_drawer_has_something_to_draw() -> None:
    assert {style.drawer for shelf in categories() for style in shelf.styles} == set(DRAWERS)
