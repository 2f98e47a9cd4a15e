"""The search by photo, as a browser without JavaScript does it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL.Image import Image
from pytest_django import Settings

from recommender import search
from recommender.framing import Box
from recommender.search import PhotoLook, PhotoVector, SearchUnavailable
from shop.catalog import alike, queries
from shop.catalog.models import Product
from tests.drawn import LargePicture
from tests.shop.catalog.shelves import jpeg


def send(client: Client, content: bytes, name: str = "coat.jpg") -> HttpResponse:
    return client.post("/photo/", {"picture": SimpleUploadedFile(name, content)})


def test_a_photo_leads_to_results_that_can_be_shared(
    client: Client, products: list[Product]
) -> None:
    response = send(client, jpeg())
    assert response.status_code == 302
    assert re.fullmatch(r"/photo/[0-9a-f]{32}/", response["Location"])
    html = Client().get(response["Location"]).content.decode()
    assert html.count('class="card__name"') == len(products)
    assert "Very close" in html
    picture = re.search(r'src="(/pictures/[^"]+queries[^"]+)"', html)
    assert picture
    served = client.get(picture[1])
    served.close()
    assert served.status_code == 200


def test_a_phone_s_photograph_is_not_read_in_full(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[int, int]] = []

    def look_at(picture: Image) -> str:
        read.append(picture.size)
        return queries.keep(picture)

    monkeypatch.setattr(queries, "look_at", look_at)
    send(client, jpeg(size=(3000, 4000)))
    assert read == [(750, 1000)]


def test_whoever_must_wait_for_other_large_pictures_may_try_again(
    client: Client, large_pictures_wait: LargePicture
) -> None:
    response = send(client, large_pictures_wait.content)
    assert response.status_code == 503
    assert "try again in a minute" in response.content.decode()


def test_results_can_be_narrowed_and_shared_as_they_are(
    client: Client, products: list[Product]
) -> None:
    address = send(client, jpeg())["Location"]
    html = Client().get(f"{address}?colour=Navy&gender=women").content.decode()
    assert re.findall(r'class="card__name">([^<]+)', html) == ["Piece 3"]
    assert 'href="?gender=women"' in html
    html = client.get(f"{address}?price_min=900").content.decode()
    assert "Nothing in the shop fits all of that" in html


def names(html: str) -> list[str]:
    return re.findall(r'class="card__name">([^<]+)', html)


def test_words_narrow_a_photo_s_results_in_the_same_address(
    client: Client, products: list[Product]
) -> None:
    address = send(client, jpeg())["Location"]
    html = Client().get(f"{address}?q=this,+but+a+parka+under+30").content.decode()
    assert names(html) == ["Piece 0"]
    assert f'<form class="find find--beside" action="{address}"' in html
    assert 'name="q" value="this, but a parka under 30"' in html
    assert 'href="/search/?q=this%2C+but+a+parka+under+30"' in html
    html = client.get(f"{address}?q=parka&gender=men&colour=Navy").content.decode()
    assert names(html) == ["Piece 0"]
    # What was chosen is kept to where other words are typed.
    header = html.partition("</header>")[0]
    assert re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', header) == [
        *(("colour", "Navy"), ("gender", "men"))
    ]
    assert 'href="?q=parka&amp;gender=men"' in html


def test_words_that_nothing_alike_has_are_left_out_and_said(
    client: Client, products: list[Product]
) -> None:
    address = send(client, jpeg())["Location"]
    html = client.get(f"{address}?q=parka+zzyzxq").content.decode()
    assert names(html) == ["Piece 0", "Piece 3"]
    assert re.search("Left out:\\s+“zzyzxq”", html)
    html = client.get(f"{address}?q=zzyzxq").content.decode()
    assert len(names(html)) == len(products)
    html = client.get(f"{address}?q=parka&colour=Gold").content.decode()
    assert "Nothing in the shop fits all of that" in html
    assert ">Leave the words out</a>" in html


def test_german_words_on_a_german_page(client: Client, products: list[Product]) -> None:
    address = send(client, jpeg())["Location"]
    html = client.get(f"/de{address}?q=so+wie+das,+aber+bis+20+€").content.decode()
    assert names(html) == ["Piece 0", "Piece 1"]


def test_words_may_come_with_the_photo(client: Client, products: list[Product]) -> None:
    picture = SimpleUploadedFile("coat.jpg", jpeg())
    response = client.post("/photo/", {"picture": picture, "q": "but a parka"})
    assert re.fullmatch(r"/photo/[0-9a-f]{32}/\?q=but\+a\+parka", response["Location"])
    assert names(client.get(response["Location"]).content.decode()) == ["Piece 0", "Piece 3"]
    form = client.get("/photo/?q=but+a+parka").content.decode()
    assert 'name="q" value="but a parka"' in form


def test_what_is_close_to_nothing_is_told_so(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(client, jpeg())["Location"]
    said = "Nothing in the shop comes close"
    assert said not in client.get(address).content.decode()
    monkeypatch.setattr(alike, "CLOSE_FROM", 0.99)
    html = client.get(address).content.decode()
    assert said in html
    assert html.count('class="card__name"') == len(products)
    assert said not in client.get(f"{address}?colour=Navy").content.decode()


def test_the_form_works_without_a_token_and_without_a_cookie(products: list[Product]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert not strict.get("/photo/").cookies
    assert send(strict, jpeg()).status_code == 302


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.jpg"),
        (b"just words", "words.jpg"),
        (jpeg()[:300], "half.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg"),
        (b"<html><script>alert(1)</script>", '"><script>.jpg'),
    ],
)
def test_a_bad_picture_is_explained_at_the_form(
    client: Client, db: None, no_memory: None, content: bytes, name: str
) -> None:
    response = send(client, content, name)
    html = response.content.decode()
    assert response.status_code == 400
    assert 'role="alert"' in html
    assert 'type="file"' in html
    assert "<script>." not in html
    assert not response.cookies


def test_a_file_that_is_too_large_is_explained_at_the_form(
    client: Client, db: None, no_memory: None, settings: object
) -> None:
    settings.MAX_UPLOAD_BYTES = 100  # type: ignore[attr-defined]
    response = send(client, jpeg(size=(400, 400)))
    assert response.status_code == 400
    assert "larger than" in response.content.decode()


def test_a_form_without_a_file_is_explained(client: Client, db: None, no_memory: None) -> None:
    for data in ({}, {"picture": "words"}):
        response = client.post("/photo/", data)
        assert response.status_code == 400
        assert "Choose a picture first" in response.content.decode()


def test_results_whose_picture_is_gone_say_so(client: Client, db: None, no_memory: None) -> None:
    response = client.get(f"/photo/{'0' * 32}/")
    assert response.status_code == 404
    assert "This picture is gone" in response.content.decode()


@pytest.mark.slow
def test_results_whose_picture_is_damaged_say_so(client: Client, db: None, no_memory: None) -> None:
    address = send(client, jpeg())["Location"]
    Path(default_storage.path(queries.picture_name(address.split("/")[2]))).write_bytes(b"\xff\xd8")
    response = client.get(address)
    assert response.status_code == 404
    assert "This picture is gone" in response.content.decode()


def test_without_the_recommender_the_results_page_says_so(
    client: Client, products: list[Product], search_away: None
) -> None:
    response = client.get(send(client, jpeg())["Location"])
    assert response.status_code == 503
    assert "resting at the moment" in response.content.decode()


def test_an_empty_shop_has_nothing_to_compare_with(
    client: Client, db: None, no_memory: None, alike_by_order: None
) -> None:
    html = client.get(send(client, jpeg())["Location"]).content.decode()
    assert "Nothing in the shop looks like it so far" in html


@pytest.fixture
def encoded(products: list[Product], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sides of the pictures that went through the encoder; another one may serve meanwhile."""
    sides: list[int] = []

    def vector_of(picture: Image) -> PhotoVector:
        sides.append(picture.width)
        return PhotoVector("e" * 16, np.ones(4, np.float32))

    monkeypatch.setattr(search, "vector_of", vector_of)
    monkeypatch.setattr(search, "look_at", lambda picture: PhotoLook(picture, vector_of(picture)))
    return sides


def test_filters_and_chips_cost_no_forward_pass(client: Client, encoded: list[int]) -> None:
    address = send(client, jpeg())["Location"]
    for filters in ("", "?colour=Navy", "?colour=Navy&gender=women", "?price_min=20", ""):
        assert client.get(f"{address}{filters}").status_code == 200
    assert len(encoded) == 1


def test_the_next_photo_s_page_has_the_same_menus_rendered_once(
    client: Client, products: list[Product]
) -> None:
    first, second = (send(client, jpeg())["Location"] for _ in range(2))
    menus = re.compile(r'<form class="filters" action="([^"]+)"(.+?)</form>', re.DOTALL)
    templates: list[list[str]] = []
    found = []
    for address in (first, second):
        response = client.get(address)
        templates.append([str(template.name) for template in response.templates])
        found.append(menus.search(response.content.decode()))
    assert [match and match[1] for match in found] == [first, second]
    assert len({match and match[2] for match in found}) == 1
    assert "catalog/_choice.html" in templates[0]
    assert "catalog/_choice.html" not in templates[1]


def test_another_encoder_encodes_once_more(
    client: Client, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(client, jpeg())["Location"]
    monkeypatch.setattr(search, "is_current", lambda query: len(encoded) > 1)
    assert [client.get(address).status_code for _ in range(3)] == [200] * 3
    assert len(encoded) == 2


def test_a_photo_that_came_while_the_encoder_was_away_is_encoded_by_its_page(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(search, "vector_of", unavailable)
        away.setattr(search, "look_at", unavailable)
        address = send(client, jpeg())["Location"]
        assert client.get(address).status_code == 503
    assert client.get(address).status_code == 200
    # From here on it needs no encoder.
    monkeypatch.setattr(search, "vector_of", unavailable)
    assert client.get(f"{address}?colour=Navy").status_code == 200


def unavailable(*_: object) -> None:
    raise SearchUnavailable("no encoder")


def test_one_address_may_search_so_often(
    client: Client, encoded: list[int], settings: Settings
) -> None:
    settings.API_PHOTO_RATE = 2
    address = send(client, jpeg())["Location"]
    assert send(client, jpeg()).status_code == 302
    refused = send(client, jpeg())
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    html = refused.content.decode()
    assert re.search(r"Try it again in \d+ seconds?\.", html)
    assert not refused.cookies
    assert len(encoded) == 2
    # What is encoded already can still be looked at and narrowed, and so can the form.
    assert client.get(f"{address}?colour=Navy").status_code == 200
    assert client.get("/photo/").status_code == 200
    assert send(Client(REMOTE_ADDR="192.0.2.1"), jpeg()).status_code == 302


def test_pages_and_the_api_count_together(
    client: Client, products: list[Product], settings: Settings
) -> None:
    settings.API_PHOTO_RATE = 2
    picture = SimpleUploadedFile("coat.jpg", jpeg())
    assert client.post("/api/v1/photo-search", {"picture": picture}).status_code == 200
    assert send(client, jpeg()).status_code == 302
    assert send(client, jpeg()).status_code == 429
    assert client.post("/api/v1/photo-search").status_code == 429


def test_a_results_page_that_must_encode_counts(
    client: Client, encoded: list[int], settings: Settings
) -> None:
    settings.API_PHOTO_RATE = 2
    address = send(client, jpeg())["Location"]
    picture = Path(default_storage.path(queries.picture_name(address.split("/")[2])))
    vector = picture.with_suffix(".vector")
    vector.unlink()
    assert [client.get(address).status_code for _ in range(3)] == [200] * 3
    vector.unlink()
    assert client.get(address).status_code == 429
    assert len(encoded) == 2


@pytest.fixture
def looks_at_the_middle(encoded: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A recommender that looks at less than all of a picture."""

    def look_at(picture: Image) -> PhotoLook:
        width, height = picture.size
        part = picture.crop((width // 4, 0, width // 2, height))
        return PhotoLook(part, search.vector_of(part))

    monkeypatch.setattr(search, "look_at", look_at)


def shown_width(html: str) -> int:
    """The width of the picture that was searched with, as its page shows it."""
    found = re.search(r"<img[^>]*queries[^>]*>", html)
    assert found
    width = re.search(r' width="(\d+)"', found[0])
    assert width
    return int(width[1])


def test_what_was_looked_at_is_shown_and_leads_to_all_of_it_and_back(
    client: Client, looks_at_the_middle: None, encoded: list[int]
) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    part = client.get(address).content.decode()
    assert "what we look at in your picture" in part
    assert shown_width(part) == 100
    whole_address = address.removesuffix("/") + "-whole/"
    assert f'href="{whole_address}"' in part
    whole = client.get(f"{whole_address}?colour=Navy").content.decode()
    assert "your picture as it came" in whole
    assert shown_width(whole) == 400
    assert f'href="{address}?colour=Navy"' in whole
    assert encoded == [100, 400]
    # From here on neither is encoded again.
    assert [client.get(one).status_code for one in (address, whole_address)] == [200, 200]
    assert len(encoded) == 2


def test_a_picture_that_was_looked_at_whole_has_no_other_page(
    client: Client, encoded: list[int]
) -> None:
    address = send(client, jpeg())["Location"]
    html = client.get(address).content.decode()
    assert "of your picture" not in html
    assert client.get(address.removesuffix("/") + "-whole/").status_code == 404


def test_a_part_outlives_the_whole_that_it_was_of(
    client: Client, looks_at_the_middle: None
) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    key = address.split("/")[2]
    default_storage.delete(queries.picture_name(key + queries.WHOLE))
    response = client.get(address)
    assert response.status_code == 200
    assert "of your picture" not in response.content.decode()


@pytest.fixture
def sees_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recommender that sees the thing in the right half of every picture."""

    def propose_part(picture: Image) -> Box:
        return Box(picture.width // 2, 0, *picture.size)

    monkeypatch.setattr(search, "propose_part", propose_part)


def frame(**sides: object) -> dict[str, object]:
    return {"left": 10, "top": 20, "width": 200, "height": 150} | sides


def test_a_part_of_the_picture_is_proposed_and_searched_by(
    client: Client, encoded: list[int], sees_the_right: None
) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    part_address = f"{address}part/"
    assert f'href="{part_address}?colour=Navy"' in client.get(f"{address}?colour=Navy").text
    page = client.get(f"{part_address}?colour=Navy").text
    assert re.findall(r'name="(\w+)" value="(\d+)"', page) == [
        *(("left", "200"), ("top", "0"), ("width", "200"), ("height", "300"))
    ]
    assert 'class="frame__edge" x="200" y="0" width="200" height="300"' in page
    found = client.post(f"{part_address}?colour=Navy", frame())["Location"]
    assert re.fullmatch(r"/photo/[0-9a-f]{32}/\?colour=Navy", found)
    assert encoded == [400, 200]
    html = client.get(found).text
    assert shown_width(html) == 200
    # And from the part back to all of it, to draw another frame.
    whole = f"{found.split('?')[0].removesuffix('/')}-whole/"
    assert f'href="{whole}?colour=Navy"' in html
    assert f'href="{whole}part/?colour=Navy"' in html
    assert shown_width(client.get(whole).text) == 400


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ({"left": 400}, "400 pixels wide and 300 high"),
        ({"left": 390}, "At least 16 pixels"),
        ({"height": 15}, "At least 16 pixels"),
        ({"top": -1}, "greater than or equal to 0"),
        ({"width": "many"}, "Enter a whole number"),
        ({"width": ""}, "required"),
    ],
)
def test_a_frame_that_cannot_be_meant_is_explained(
    client: Client, encoded: list[int], sides: dict[str, object], said: str
) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    response = client.post(f"{address}part/", frame(**sides))
    assert response.status_code == 400
    assert said in response.text
    assert len(encoded) == 1


def test_what_lies_beyond_the_picture_is_cut_off(client: Client, encoded: list[int]) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    found = client.post(f"{address}part/", frame(left=300, width="9" * 30))["Location"]
    assert shown_width(client.get(found).text) == 100


def test_a_frame_around_everything_is_the_picture_itself(
    client: Client, encoded: list[int]
) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    response = client.post(f"{address}part/", frame(left=0, top=0, width=400, height=300))
    assert response["Location"] == address
    assert len(encoded) == 1


def kept_file(address: str) -> bytes:
    return Path(default_storage.path(queries.picture_name(address.split("/")[2]))).read_bytes()


def test_parts_of_parts_are_taken_from_the_picture_as_it_was_kept(
    client: Client, encoded: list[int]
) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    kept = {kept_file(address)}
    for _ in range(3):
        found = client.post(f"{address}part/", frame())["Location"]
        address = f"{found.removesuffix('/')}-whole/"
        kept.add(kept_file(address))
    assert len(kept) == 1


def test_while_nobody_can_tell_where_it_is_the_frame_is_around_all(
    client: Client, products: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(client, jpeg(size=(400, 300)))["Location"]
    with monkeypatch.context() as away:
        for name in ("propose_part", "look_at", "vector_of"):
            away.setattr(search, name, unavailable)
        page = client.get(f"{address}part/").text
        assert 'x="0" y="0" width="400" height="300"' in page
        assert "The frame is where we see the piece" not in page
        found = client.post(f"{address}part/", frame())["Location"]
    whole = client.get(found.removesuffix("/") + "-whole/").text
    assert shown_width(whole) == 400


def test_a_proposal_costs_one_pass_and_counts_for_none(
    client: Client, encoded: list[int], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_PHOTO_RATE = 2
    asked: list[Image] = []

    def propose_part(picture: Image) -> Box:
        asked.append(picture)
        return Box(10, 10, 90, 90)

    monkeypatch.setattr(search, "propose_part", propose_part)
    address = send(client, jpeg(size=(400, 300)))["Location"]
    assert [client.get(f"{address}part/").status_code for _ in range(3)] == [200] * 3
    assert client.head(f"{address}part/").status_code == 200
    assert len(asked) == 1
    assert client.post(f"{address}part/", frame(width="many")).status_code == 400
    assert client.post(f"{address}part/", frame()).status_code == 302
    assert client.post(f"{address}part/", frame()).status_code == 429


def test_a_part_of_a_picture_that_is_gone(client: Client, db: None, no_memory: None) -> None:
    address = f"/photo/{'0' * 32}/part/"
    for response in (client.get(address), client.post(address, frame())):
        assert response.status_code == 404
        assert "This picture is gone" in response.text
