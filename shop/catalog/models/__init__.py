"""What the catalogue keeps in MongoDB, under names from the shop floor."""

from shop.catalog.models.categories import SLUG_LENGTH, Category, CategoryQuerySet
from shop.catalog.models.imports import ImportJob
from shop.catalog.models.products import (
    DEFAULT_SORT,
    SORTS,
    Gender,
    Product,
    ProductQuerySet,
    Status,
)

__all__ = [
    "DEFAULT_SORT",
    "SLUG_LENGTH",
    "SORTS",
    "Category",
    "CategoryQuerySet",
    "Gender",
    "ImportJob",
    "Product",
    "ProductQuerySet",
    "Status",
]
