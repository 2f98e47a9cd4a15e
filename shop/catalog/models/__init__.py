"""What the catalogue keeps in MongoDB, under names from the shop floor."""

from shop.catalog.models.categories import (
    MOST_LEVELS,
    Category,
    CategoryQuerySet,
    tidied,
)
from shop.catalog.models.entries import SLUG_LENGTH, FormerAddress, Tombstone
from shop.catalog.models.fetched import FetchedPicture, WantedPhotographs
from shop.catalog.models.imports import Every, Held, ImportJob, ImportSource
from shop.catalog.models.products import (
    SOLD,
    Gender,
    Product,
    ProductQuerySet,
    Status,
)
from shop.catalog.models.separated import Separated
from shop.catalog.models.tree import Tree

__all__ = [
    "MOST_LEVELS",
    "SLUG_LENGTH",
    "SOLD",
    "Category",
    "CategoryQuerySet",
    "Every",
    "FetchedPicture",
    "FormerAddress",
    "Gender",
    "Held",
    "ImportJob",
    "ImportSource",
    "Product",
    "ProductQuerySet",
    "Separated",
    "Status",
    "Tombstone",
    "Tree",
    "WantedPhotographs",
    "tidied",
]
