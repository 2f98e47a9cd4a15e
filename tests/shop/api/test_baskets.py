"""The basket of a token's user."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop.api.models import Token
from shop.basket.models import Basket
from shop.catalog.models import Product

LINES = "/api/v1/basket/lines"


@pytest.fixture
def piece(products: list[Product]) -> Product:
    """Piece 0 at 10.00, of which there are two in M."""
    return products[0]


def add(program: Client, piece: Product, size: str = "M", **pieces: object) -> Any:
    wanted = {"product": str(piece.pk), "sku": f"SKU-COATS-{piece.position}-{size}"} | pieces
    return program.post(LINES, wanted, content_type="application/json")


def test_an_empty_basket(program: Client) -> None:
    empty = {"lines": [], "total": {"cents": 0, "currency": "EUR"}, "changes": []}
    assert program.get("/api/v1/basket").json() == empty
    assert not Basket.objects.exists()


def test_putting_something_in(program: Client, piece: Product, ada: User) -> None:
    response = add(program, piece, quantity=2)
    assert response.status_code == 200, response.content
    assert response.json() == program.get("/api/v1/basket").json()
    assert response.json() == {
        "lines": [
            {
                "id": Basket.objects.get(user=ada).lines.get().pk,
                "product": str(piece.pk),
                "sku": "SKU-COATS-0-M",
                "name": "Piece 0",
                "colour": "Navy",
                "size": "M",
                "quantity": 2,
                "left": 2,
                "unit_price": {"cents": 1000, "currency": "EUR"},
                "price": {"cents": 2000, "currency": "EUR"},
            }
        ],
        "total": {"cents": 2000, "currency": "EUR"},
        "changes": [],
    }


def test_it_is_the_basket_of_the_pages(
    program: Client, client: Client, piece: Product, ada: User
) -> None:
    add(program, piece)
    client.force_login(ada)
    assert "Piece 0" in client.get("/basket/").content.decode()


def test_what_cannot_be_put_in(program: Client, piece: Product) -> None:
    too_many = add(program, piece, quantity=3)
    assert too_many.status_code == 409
    assert too_many.json()["detail"] == "Only 2 left of Piece 0 (M)."
    assert add(program, piece, size="L").json()["detail"] == "Piece 0 (L) is sold out."
    assert add(program, piece, size="XS").json()["detail"] == "Choose a size first."
    assert add(program, piece, product="nothing").status_code == 404
    none = add(program, piece, quantity=0)
    assert [fault["where"] for fault in none.json()["errors"]] == ["body.quantity"]
    assert add(program, piece, product="\0").status_code == 422
    broken = program.post(LINES, "{", content_type="application/json")
    assert broken.status_code == 400


def test_changing_a_line(program: Client, piece: Product) -> None:
    line = add(program, piece).json()["lines"][0]["id"]
    put = program.put(f"{LINES}/{line}", {"quantity": 5}, content_type="application/json")
    assert put.json()["lines"][0]["quantity"] == 2
    assert put.json()["changes"] == ["Only 2 left of Piece 0 (M)."]
    assert program.delete(f"{LINES}/{line}").json()["lines"] == []
    assert program.delete(f"{LINES}/{line}").status_code == 404


def test_a_price_that_rose_is_told(program: Client, piece: Product) -> None:
    add(program, piece)
    piece.price_cents = 1500
    piece.save()
    found = program.get("/api/v1/basket").json()
    assert found["changes"] == ["The price of Piece 0 (M) rose from €10.00 to €15.00."]
    assert found["total"]["cents"] == 1500


def test_nobody_reaches_the_basket_of_another(program: Client, piece: Product, db: None) -> None:
    line = add(program, piece).json()["lines"][0]["id"]
    bob = User.objects.create_user("bob")
    _, secret = Token.objects.make(user=bob, name="Till")
    stranger = Client(headers={"Authorization": f"Bearer {secret}"})
    quantity = {"quantity": 1}
    address = f"{LINES}/{line}"
    assert stranger.get("/api/v1/basket").json()["lines"] == []
    assert stranger.put(address, quantity, content_type="application/json").status_code == 404
    assert stranger.delete(address).status_code == 404
    assert len(program.get("/api/v1/basket").json()["lines"]) == 1
