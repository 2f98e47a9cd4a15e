"""The page that says why a product looks like another, or like a picture."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL.Image import Image
from pytest_django import Settings

from recommender import search
from recommender.search import (
    Opinion,
    Opinions,
    Parts,
    PhotoVector,
    Rings,
    SearchUnavailable,
    Shown,
)
from shop.catalog.models import Category, Product
from shop.catalog.parts import Attribute
from tests.shop.catalog.shelves import jpeg, make_product

UPPER_LEFT: Rings = (((0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)),)
LOWER: Rings = (((0, 0.5), (1, 0.5), (1, 1), (0, 1)),)
IN_ONE_COLOUR = Parts(UPPER_LEFT, UPPER_LEFT), Parts(LOWER, LOWER)
IN_ANOTHER = Parts(UPPER_LEFT, ()), Parts(LOWER, ())
NOTHING = Parts((), ()), Parts((), ())
ONE_COLOUR, ANOTHER = "Alike, in colour too", "Alike, of another colour or shade"
SHIRT = Opinions(Opinion("Shirts", 0.9), Opinion("Navy Blue", 0.8))
DRESS = Opinions(Opinion("Dresses", 0.9), Opinion("Blue", 0.8))


class Explained:
    """A recommender that knows why, and counts how often it had to look."""

    def __init__(self) -> None:
        self.parts: tuple[Parts | None, Parts | None] = IN_ONE_COLOUR
        self.opinions = SHIRT, DRESS
        self.looks = 0

    def similar(self, item: str, other: str) -> tuple[Shown, Shown]:
        return self._shown(self._second(item), self._second(other))

    def like(self, picture: Image, query: PhotoVector, item: str) -> tuple[Shown, Shown]:
        return self._shown("", self._second(item))

    def _second(self, item: str) -> str:
        return str(Product.objects.get(pk=item).photographs[1].name)

    def _shown(self, photo: str, other: str) -> tuple[Shown, Shown]:
        self.looks += 1
        (parts, there), (seen, seen_there) = self.parts, self.opinions
        return Shown(photo, parts, seen), Shown(other, there, seen_there)


@pytest.fixture
def explained(products: list[Product], monkeypatch: pytest.MonkeyPatch) -> Explained:
    known = Explained()
    monkeypatch.setattr(search, "why_similar", known.similar)
    monkeypatch.setattr(search, "why_like", known.like)
    return known


def sent(client: Client) -> str:
    """The address of the results for a picture."""
    picture = SimpleUploadedFile("coat.jpg", jpeg(size=(400, 300)))
    return str(client.post("/photo/", {"picture": picture})["Location"])


def why_of(html: str) -> list[str]:
    return re.findall(r'href="([^"]+/why/[^"]+)" rel="nofollow"', html)


def traits(html: str) -> list[tuple[str, str, str]]:
    cell = r"<t[hd][^>]*>([^<]*)</t[hd]>"
    return re.findall(rf'<tr><th scope="row">([^<]*)</th>{cell}{cell}</tr>', html)


def groups(html: str) -> list[tuple[str, list[str]]]:
    """The headings of the traits, and which stand below each."""
    parts = re.split(r'scope="rowgroup">([^<]+)<', html)
    return [
        (heading, [name for name, *_ in traits(part)])
        for heading, part in zip(parts[1::2], parts[2::2], strict=True)
    ]


def test_the_panel_leads_to_why_each_is_there(client: Client, explained: Explained) -> None:
    first, *_others = addresses = why_of(client.get("/p/piece-0/").text)
    assert addresses == [f"/p/piece-0/why/piece-{number}/" for number in range(1, 6)]
    html = client.get(first).text
    # The photographs that are the most alike, which are not the covers.
    one, other = Product.objects.filter(slug__in=["piece-0", "piece-1"]).order_by("slug")
    for product in (one, other):
        assert product.photographs[1].stem in html
        assert product.photographs[0].stem not in html
        assert f'href="/p/{product.slug}/"' in html
    assert "Very close" in html
    assert "We are 95 % sure that both are of one kind." in html
    # The way back goes where it came from.
    assert "Back to Piece 0" in html
    narrowed = why_of(client.get("/p/piece-0/similar/?gender=women").text)[0]
    assert narrowed.endswith("/?gender=women")
    assert 'href="/p/piece-0/similar/?gender=women"' in client.get(narrowed).text


def test_what_makes_them_alike_is_told_in_the_pixels_of_either(
    client: Client, explained: Explained
) -> None:
    html = client.get("/p/piece-0/why/piece-1/").text
    # From the middle of one side to that of the next, by their corner.
    upper_left = (
        "M10.0 0.0Q20.0 0.0 20.0 12.5Q20.0 25.0 10.0 25.0Q0.0 25.0 0.0 12.5Q0.0 0.0 10.0 0.0Z"
    )
    lower = (
        "M20.0 25.0Q40.0 25.0 40.0 37.5Q40.0 50.0 20.0 50.0Q0.0 50.0 0.0 37.5Q0.0 25.0 20.0 25.0Z"
    )
    for line in (upper_left, lower):
        assert f'<path class="parts__edge" d="{line}"/>' in html
    assert ONE_COLOUR in html
    assert ANOTHER not in html
    assert "<pattern" not in html


def test_what_is_like_the_other_in_another_colour_is_told_apart(
    client: Client, explained: Explained
) -> None:
    explained.parts = IN_ANOTHER
    html = client.get("/p/piece-0/why/piece-1/").text
    assert ONE_COLOUR not in html
    assert ANOTHER in html
    assert html.count("<pattern") == 2
    explained.parts = IN_ANOTHER[0], IN_ONE_COLOUR[1]
    html = client.get("/p/piece-0/why/piece-2/").text
    assert ONE_COLOUR in html
    assert ANOTHER in html
    assert html.count("<pattern") == 1


def test_where_no_part_is_like_another_that_is_said(client: Client, explained: Explained) -> None:
    explained.parts = NOTHING
    html = client.get("/p/piece-0/why/piece-1/").text
    assert html.count("<mask") == 2
    assert "why__legend" not in html
    assert "No part of the one is much like" in html


def test_numbers_are_written_for_browsers_in_every_language(
    client: Client, explained: Explained
) -> None:
    explained.parts = IN_ANOTHER
    html = client.get("/de/p/piece-0/why/piece-1/").text
    assert '<pattern id="one-lines" width="1.0" height="1.0"' in html


def test_what_both_say_is_told_apart_from_what_they_do_not(
    client: Client, coats: Category, explained: Explained
) -> None:
    facts = {"kind": "Coat", "gender": "women", "season": "Winter", "brand": "", "material": "Wool"}
    belted, cropped = Attribute(name="Belt", value="Yes"), Attribute(name="Length", value="Short")
    make_product(coats, 7, **facts, name="One", colours=["Navy"], attributes=[belted, cropped])
    make_product(
        coats,
        8,
        **facts | {"season": "Summer", "brand": "Ours", "material": "wool"},
        name="Two",
        colours=["Denim", "White"],
        attributes=[belted],
    )
    html = client.get("/p/one/why/two/").text
    assert groups(html) == [
        ("Alike in", ["Kind", "Colour", "For", "Material", "Belt"]),
        ("Different in", ["Season"]),
    ]
    assert ("Colour", "Navy", "Denim, White") in traits(html)
    german = client.get("/de/p/one/why/two/").text
    assert ("Saison", "Winter", "Sommer") in traits(german)


def test_what_the_shop_does_not_say_is_told_as_it_is_seen(
    client: Client, coats: Category, explained: Explained
) -> None:
    make_product(coats, 7, name="One", kind="", colours=[])
    html = client.get("/p/one/why/piece-1/").text
    assert ("Kind", "Shirts", "Dresses") in traits(html)
    assert ("Colour", "Navy Blue", "Rust") in traits(html), "what it says of the other"


def test_results_for_a_picture_lead_to_why_and_back_with_their_filters(
    client: Client, explained: Explained
) -> None:
    address = sent(client)
    (why,) = why_of(client.get(f"{address}?colour=Navy&gender=women").text)
    assert why == f"{address}why/piece-3/?colour=Navy&amp;gender=women"
    html = client.get(why.replace("&amp;", "&")).text
    assert f'href="{address}?colour=Navy&amp;gender=women"' in html
    assert groups(html) == [("Alike in", ["Colour"]), ("Different in", ["Kind"])]
    assert re.search(r"We are \d+ % sure that it is what you look for\.", html)
    # The shop knows the product's colour, and the encoder the picture's.
    assert ("Colour", "Navy Blue", "Navy") in traits(html)


def test_what_the_results_were_narrowed_to_is_named(client: Client, explained: Explained) -> None:
    html = client.get(f"{sent(client)}why/piece-3/?q=warm&colour=Navy").text
    assert "“warm” · Navy" in re.sub(r"<[^>]+>", "", html)


def test_a_guess_is_called_one_and_what_nobody_knows_is_not_said(
    client: Client, explained: Explained
) -> None:
    explained.opinions = Opinions(Opinion("Shirts", 0.4), Opinion("Blue", 0.3)), SHIRT
    address = sent(client)
    html = client.get(f"{address}why/piece-3/").text
    assert ("Kind", "Shirts, perhaps", "Shirts") in traits(html)
    assert ("Colour", "Blue, perhaps", "Navy") in traits(html)
    assert groups(html) == [("Alike in", ["Kind", "Colour"])]
    explained.opinions = Opinions(Opinion("Shirts", 0.2), None), SHIRT
    html = client.get(f"{address}why/piece-4/").text
    assert traits(html) == []
    assert "we cannot say for sure" in html


def test_without_one_who_can_tell_the_pictures_stand_beside_each_other(
    client: Client, explained: Explained
) -> None:
    explained.parts = None, None
    html = client.get("/p/piece-0/why/piece-1/").text
    assert "<mask" not in html
    assert "why__legend" not in html
    assert "Different in" in html


def test_a_photograph_that_was_just_taken_away_is_not_drawn_over(
    client: Client, explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/p/piece-0/why/piece-1/"
    assert client.get(address).text.count("<mask") == 2
    product = Product.objects.get(slug="piece-1")
    known = explained.similar(str(Product.objects.get(slug="piece-0").pk), str(product.pk))
    product.photographs = product.photographs[:1]
    product.save()
    monkeypatch.setattr(search, "why_similar", lambda *_: known)
    html = client.get(address).text
    assert html.count("<mask") == 1
    assert product.photographs[0].stem in html


def test_to_look_twice_costs_once(client: Client, explained: Explained, settings: Settings) -> None:
    settings.API_PHOTO_RATE = 2
    for address in ("/p/piece-0/why/piece-1/", "/p/piece-0/why/piece-2/"):
        assert [client.get(address).status_code for _ in range(3)] == [200] * 3
    assert explained.looks == 2
    assert client.get("/p/piece-0/why/piece-3/").status_code == 429
    assert client.get("/p/piece-0/why/piece-1/").status_code == 200
    # Of what was changed since nothing is known.
    product = Product.objects.get(slug="piece-1")
    product.save()
    assert client.get("/p/piece-0/why/piece-1/").status_code == 429
    # Whoever asked why may go on searching.
    assert client.get(sent(client)).status_code == 200


def test_another_encoder_has_other_reasons(
    client: Client, explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/p/piece-0/why/piece-1/")
    monkeypatch.setattr(search, "serving", lambda: "f" * 16)
    client.get("/p/piece-0/why/piece-1/")
    assert explained.looks == 2


def test_what_may_be_another_in_a_moment_is_not_kept(client: Client, explained: Explained) -> None:
    """A photograph that could not be read, and one that was looked at before it was replaced."""
    address = "/p/piece-0/why/piece-1/"
    explained.parts = None, None
    assert "<mask" not in client.get(address).text
    explained.parts = IN_ONE_COLOUR
    assert client.get(address).text.count("<mask") == 2
    assert explained.looks == 2


def test_words_of_merchants_are_theirs_in_every_language(
    client: Client, coats: Category, explained: Explained
) -> None:
    for number, name in enumerate(("One", "Two"), start=7):
        make_product(coats, number, name=name, brand="Coral", season="Summer")
    german = client.get("/de/p/one/why/two/").text
    assert ("Marke", "Coral", "Coral") in traits(german)
    assert ("Saison", "Sommer", "Sommer") in traits(german)


def test_names_are_escaped_once(client: Client, coats: Category, explained: Explained) -> None:
    make_product(coats, 7, name="Levi's <b>")
    slug = Product.objects.get(name="Levi's <b>").slug
    for address in (f"/p/{slug}/why/piece-1/", f"/p/piece-1/why/{slug}/"):
        assert 'alt="Levi&#x27;s &lt;b&gt;"' in client.get(address).text


@pytest.mark.parametrize(
    "address",
    [
        *("/p/piece-0/why/nothing/", "/p/nothing/why/piece-0/", "/p/draft/why/piece-0/"),
        *("/p/piece-0/why/piece-0/",),
    ],
)
def test_what_is_not_sold_is_like_nothing(
    client: Client, coats: Category, explained: Explained, address: str
) -> None:
    make_product(coats, 7, name="Draft", status="draft")
    assert client.get(address).status_code == 404


def test_a_former_address_leads_on(client: Client, explained: Explained) -> None:
    for number in (0, 1):
        product = Product.objects.get(slug=f"piece-{number}")
        product.slug = f"renamed-{number}"
        product.save()
    response = client.get("/p/piece-0/why/piece-1/?colour=Navy")
    assert response.status_code == 301
    assert response["Location"] == "/p/renamed-0/why/renamed-1/?colour=Navy"
    response = client.get("/p/piece-2/why/piece-1/")
    assert response["Location"] == "/p/piece-2/why/renamed-1/"
    response = client.get(f"{sent(client)}why/piece-1/")
    assert response["Location"].endswith("/why/renamed-1/")


def test_what_was_not_looked_at_yet_is_like_nothing(
    client: Client, explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "why_similar", lambda *_: None)
    assert client.get("/p/piece-0/why/piece-1/").status_code == 404


def test_while_the_search_rests_the_page_says_so(
    client: Client, explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise SearchUnavailable("away")

    address = sent(client)
    for name in ("why_similar", "why_like"):
        monkeypatch.setattr(search, name, unavailable)
    for why in ("/p/piece-0/why/piece-1/", f"{address}why/piece-1/"):
        response = client.get(why)
        assert response.status_code == 503
        assert "is resting at the moment" in response.text


def test_a_picture_that_is_gone(client: Client, explained: Explained) -> None:
    response = client.get(f"/photo/{'0' * 32}/why/piece-1/")
    assert response.status_code == 404
    assert "This picture is gone" in response.text


def test_crawlers_are_kept_away(client: Client, explained: Explained) -> None:
    assert "Disallow: /*/why/*/" in client.get("/robots.txt").text
    assert 'name="robots" content="noindex"' in client.get("/p/piece-0/why/piece-1/").text
