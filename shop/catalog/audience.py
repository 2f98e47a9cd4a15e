"""For whom a product is, in the words of schema.org and of merchants' feeds."""

from __future__ import annotations

from shop.catalog.models import Product
from shop.catalog.models.products import Gender

GENDERS: dict[str, str] = {
    Gender.WOMEN: "female",
    Gender.GIRLS: "female",
    Gender.MEN: "male",
    Gender.BOYS: "male",
}


def gender_of(product: Product) -> str:
    return GENDERS.get(product.gender, "unisex")


def age_group_of(product: Product) -> str:
    return "kids" if product.gender in (Gender.GIRLS, Gender.BOYS) else "adult"
