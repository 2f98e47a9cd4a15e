"""Parts of documents are read as the backend's own field would read them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.db.models import Model
from django.db.models.expressions import Col
from django_mongodb_backend.fields import EmbeddedModelArrayField

from shop.catalog.models import Product
from shop.catalog.parts import PartsField
from shop.config.routers import CATALOG_DATABASE

DOCUMENTS: dict[str, list[dict[str, Any]]] = {
    "photographs": [
        {"name": "a.jpg", "width": 3, "height": 4, "tint": "#aabbcc", "alt": "", "digest": "0f"},
        # As an older version of the shop may have written it.
        {"name": "b.jpg", "width": 5, "height": 6},
    ],
    "variants": [
        {"size": "S", "sku": "A-S", "price_cents": None, "photographs": [], "available": False},
        {"size": "M", "colour": "Rust", "sku": "A-M", "price_cents": 49, "photographs": ["a.jpg"]},
        {},
    ],
    "texts": [{"language": "de", "name": "Mantel", "description": "Warm."}],
    "attributes": [{"name": "Neckline", "value": "round"}],
    "former": [{"sku": "A-S", "cents": 4900}],
}


def fields() -> list[PartsField]:
    return [field for field in Product._meta.fields if isinstance(field, PartsField)]


def read(field: EmbeddedModelArrayField, documents: list[dict[str, Any]] | None) -> Any:
    """What a query makes of these documents."""
    connection = connections[CATALOG_DATABASE]
    column = Col("product", field)
    converters = connection.ops.get_db_converters(column) + column.get_db_converters(connection)
    value: Any = documents and [dict(document) for document in documents]
    for convert in converters:
        value = convert(value, column, connection)
    return value


def facts(part: Model) -> tuple[Any, ...]:
    """Its values with their types, and whether it counts as stored."""
    values = {name: value for name, value in vars(part).items() if name != "_state"}
    types = {name: type(value) for name, value in values.items()}
    return type(part), values, types, part._state.adding, part._state.db


def test_every_part_of_a_product_has_a_case() -> None:
    assert {field.name for field in fields()} == set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_parts_are_what_the_backend_makes_of_them(name: str) -> None:
    (field,) = (field for field in fields() if field.name == name)
    own = EmbeddedModelArrayField(field.embedded_model)
    own.set_attributes_from_name(name)
    own.model = Product
    documents = DOCUMENTS[name]
    assert [*map(facts, read(field, documents))] == [*map(facts, read(own, documents))]
    assert read(field, []) == read(own, []) == []
    assert read(field, None) is None


def test_what_is_left_out_is_the_fields_own_default() -> None:
    (field,) = (field for field in fields() if field.name == "variants")
    first, second = read(field, [{}, {}])
    assert (first.size, first.price_cents, first.available) == ("", None, True)
    assert first.photographs == []
    assert first.photographs is not second.photographs
