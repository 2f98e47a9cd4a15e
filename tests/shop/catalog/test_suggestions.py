"""What the field of the header suggests: a fragment that the page's script asks for."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shop.catalog.live.finding.keeper import keeper
from shop.catalog.models import Category, Product, Status
from shop.catalog.parts import Text
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db


def suggested(client: Client, text: str, prefix: str = "") -> list[str]:
    keeper().fresh_view()
    answer = client.get(f"{prefix}/search/suggestions/", {"q": text})
    assert answer.status_code == 200
    assert "max-age=60" in answer["Cache-Control"]
    options = re.findall(r'role="option".*?</a>', answer.content.decode(), re.DOTALL)
    return [re.sub(r"<.*?>|^[^>]*>", "", option).strip() for option in options]


@pytest.fixture
def coat(coats: Category) -> Product:
    coat = make_product(coats, 1)
    coat.name, coat.kind = "Trench coat & belt", "Coat"
    coat.texts = [Text(language="de", name="Trenchcoat")]
    coat.save()
    return coat


def test_words_and_products(client: Client, coat: Product) -> None:
    words, product = suggested(client, "tre")
    assert words == "trench coats"
    assert product.startswith("Trench coat &amp; belt")
    assert suggested(client, "co")[0] == "coats"


def test_in_the_language_of_the_page(client: Client, coat: Product) -> None:
    found = suggested(client, "mä", "/de")
    assert found[0] == "Mäntel"
    assert found[-1].startswith("Trenchcoat")


def test_nothing_before_the_second_letter_nor_of_what_is_not_shown(
    client: Client, coat: Product
) -> None:
    assert suggested(client, "t") == []
    assert suggested(client, "  ") == []
    coat.status = Status.DRAFT
    coat.save()
    assert suggested(client, "tre") == []


def test_words_are_written_so_that_no_page_is_broken(client: Client, coats: Category) -> None:
    coat = make_product(coats, 1)
    coat.name = coat.brand = '"><script>alert(1)</script>'
    coat.save()
    keeper().fresh_view()
    page = client.get("/search/suggestions/", {"q": "scr"}).content.decode()
    assert "<script" not in page
    assert "alert" in page
