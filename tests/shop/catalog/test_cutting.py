"""Photographs that are turned and cropped, and shown again as they came in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recommender import search
from shop.catalog import cutting, pictures
from shop.catalog.cutting import Cut
from shop.catalog.frames import Box
from shop.catalog.imports import import_rows
from shop.catalog.models import Category, Product
from shop.catalog.parts import Photograph, Variant
from tests.shop.catalog.catalogues import row
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db

SIZE = (120, 80)
# Its quarters, clockwise from the left at the top.
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 160, 30), (30, 30, 220), (250, 250, 250)


def quartered() -> bytes:
    picture = Image.new("RGB", SIZE)
    width, height = SIZE[0] // 2, SIZE[1] // 2
    places = [(0, 0), (width, 0), (width, height), (0, height)]
    for colour, place in zip((RED, GREEN, BLUE, WHITE), places, strict=True):
        picture.paste(colour, (*place, place[0] + width, place[1] + height))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def coat(db: None, no_memory: None) -> Iterator[Product]:
    """With a quartered photograph and a plain one; the first is of one of its sizes alone."""
    coats = Category.objects.create(name="Coats", slug="coats")
    photographs = [
        pictures.read_photograph(quartered()).store(),
        pictures.read_photograph(plain()).store(),
    ]
    photographs[0].alt = "Quarters"
    sizes = [Variant(size="S", photographs=[photographs[0].name]), Variant(size="M")]
    product = make_product(coats, 0, photographs=photographs, variants=sizes)
    yield product
    for left in Product.objects.all():
        left.delete()


def plain() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 50), "tan").save(buffer, "PNG")
    return buffer.getvalue()


def cover() -> Photograph:
    return Product.objects.get().photographs[0]


def corners(name: str) -> list[str]:
    """What is at the corners of a stored picture, clockwise from the left at the top."""
    colours = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    with default_storage.open(name) as file, Image.open(file) as picture:
        right, bottom = picture.width - 4, picture.height - 4
        found = [picture.getpixel(at) for at in ((3, 3), (right, 3), (right, bottom), (3, bottom))]
    return [min(colours, key=lambda each: distance(colours[each], pixel)) for pixel in found]


def distance(one: Any, other: Any) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def files() -> set[Path]:
    folder = Path(settings.MEDIA_ROOT, "photographs")
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("turn", "box", "size", "seen"),
    [
        (90, Box(0, 0, 80, 120), (80, 120), ["white", "red", "green", "blue"]),
        (180, Box(0, 0, 120, 80), (120, 80), ["blue", "white", "red", "green"]),
        (270, Box(0, 0, 80, 120), (80, 120), ["green", "blue", "white", "red"]),
        (0, Box(60, 0, 60, 80), (60, 80), ["green", "green", "blue", "blue"]),
        (90, Box(40, 60, 40, 60), (40, 60), ["green"] * 4),
    ],
)
def test_it_is_shown_as_it_was_asked_for(
    coat: Product, turn: int, box: Box, size: tuple[int, int], seen: list[str]
) -> None:
    whole = SIZE if turn in (0, 180) else SIZE[::-1]
    cutting.cut(coat, coat.photographs[0].name, Cut(turn, box, whole))
    assert (cover().width, cover().height) == size
    assert corners(cover().name) == seen
    assert Cut.of(cover()) == Cut(turn, box, whole)


def test_another_address_and_another_vector_and_nothing_else(coat: Product) -> None:
    before, other = coat.photographs
    cutting.cut(coat, before.name, Cut(90, Box(0, 0, 80, 100), (80, 120)))
    after = Product.objects.get()
    assert cover().name != before.name
    assert (cover().alt, cover().digest) == ("Quarters", before.digest)
    assert after.photographs[1].name == other.name
    assert after.variants[0].photographs == [cover().name]
    tracked = {state.photo for state in search.status(str(coat.pk))}
    assert tracked == {cover().name, other.name}


def test_what_came_in_is_shown_again_from_its_own_file(coat: Product) -> None:
    before, there = coat.photographs[0], files()
    for _twice in range(2):
        cut = Cut.of(cover())
        cutting.cut(Product.objects.get(), cover().name, cut.turned(90))
        # The cut one before is gone.
        assert len(files() - there) == 1
    whole = Cut(0, Box(0, 0, *SIZE), SIZE)
    cutting.cut(Product.objects.get(), cover().name, whole)
    assert cover().name == before.name
    assert (cover().original, cover().turn, cover().crop) == ("", 0, [])
    assert files() == there


def test_all_files_go_with_the_product(coat: Product) -> None:
    cutting.cut(coat, coat.photographs[0].name, Cut(180, Box(0, 0, *SIZE), SIZE))
    names = [cover().name, cover().original]
    assert all(map(default_storage.exists, names))
    Product.objects.get().delete()
    assert not any(map(default_storage.exists, names))


def test_the_same_cut_again_changes_nothing(coat: Product) -> None:
    name = coat.photographs[0].name
    cutting.cut(coat, name, Cut(0, Box(0, 0, *SIZE), SIZE))
    assert cover().name == name


def test_an_import_of_the_same_files_leaves_it_cut(db: None, no_memory: None) -> None:
    import_rows([row()])
    product = Product.objects.get()
    cut = Cut.of(product.photographs[0]).turned(90)
    cutting.cut(product, product.photographs[0].name, cut)
    assert str(import_rows([row()])) == "1 unchanged"
    assert Cut.of(cover()) == cut
    Product.objects.get().delete()


@given(
    st.sampled_from((90, 180, 270)),
    st.tuples(*(st.integers(1, 50) for _ in range(4))),
)
def test_turning_round_leads_back(turn: int, sides: tuple[int, int, int, int]) -> None:
    cut = Cut(0, Box(*sides), (100, 101))
    turned = cut.turned(turn)
    assert turned.box.left + turned.box.width <= turned.whole[0]
    assert turned.box.top + turned.box.height <= turned.whole[1]
    assert turned.turned(360 - turn) == cut


# The page


def page_of(product: Product) -> str:
    return f"/admin/catalog/product/{product.pk}/photograph/{cover().key}/"


ALL = {"turn": 0, "left": 0, "top": 0, "width": 120, "height": 80}


def test_turning_is_seen_before_it_is_saved(admin_client: Client, coat: Product) -> None:
    name = cover().name
    asked = ALL | {"left": 60, "width": 60, "by": "90"}
    shown = admin_client.post(page_of(coat), asked).text
    assert 'name="turn" value="90"' in shown
    assert 'data-width="80" data-height="120"' in shown
    assert "M0 60h80v60h-80z" in shown
    assert cover().name == name


def test_it_is_saved_and_taken_back(admin_client: Client, coat: Product) -> None:
    name = cover().name
    answer = admin_client.post(page_of(coat), ALL | {"width": 60, "save": ""}, follow=True)
    assert "The photograph is shown so from now on." in answer.text
    assert (cover().width, cover().height) == (60, 80)
    admin_client.post(page_of(coat), {"original": "1"})
    assert cover().name == name


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"left": 120}, "The picture is 120 pixels wide and 80 high."),
        ({"left": 110}, "At least 16 pixels must be left of each side."),
        ({"width": 15}, "At least 16 pixels must be left of each side."),
        ({"top": -1}, "greater than or equal to 0"),
        ({"height": ""}, "required"),
        ({"turn": 45}, "45"),
    ],
)
def test_what_cannot_be_cut_is_refused(
    admin_client: Client, coat: Product, wrong: dict[str, Any], said: str
) -> None:
    name = cover().name
    answer = admin_client.post(page_of(coat), ALL | wrong | {"save": ""})
    assert answer.status_code == 200
    assert said in answer.text
    assert cover().name == name


def test_a_photograph_that_is_gone_has_no_page(admin_client: Client, coat: Product) -> None:
    gone = f"/admin/catalog/product/{coat.pk}/photograph/{'0' * 32}/"
    assert admin_client.get(gone).status_code == 404


def test_who_may_only_look_cuts_nothing(client: Client, coat: Product) -> None:
    from django.contrib.auth.models import Permission, User

    clerk = User.objects.create_user("cleo", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_product"))
    client.force_login(clerk)
    assert client.get(page_of(coat)).status_code == 403
