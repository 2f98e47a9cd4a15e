"""H&M's data set: `articles.csv`, with `images/<first three digits>/<article_id>.jpg`.

An article is a colour of a product code. The set names no prices and no sizes: as with Kaggle's
they follow from the kind of article. Ids have ten digits, of which a spreadsheet drops the zeros at
the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from shop.catalog.imports import kinds
from shop.catalog.imports.formats import facts
from shop.catalog.imports.formats.listing import Listed, Listing, Loss
from shop.catalog.imports.rows import BadRow, ImportRow, Place, RowRefused
from shop.catalog.imports.tables import Table

ID_DIGITS, CODE_DIGITS = 10, 7
COLUMNS = frozenset(
    (
        *("article_id", "product_code", "prod_name", "product_type_name", "product_group_name"),
        *("graphical_appearance_name", "colour_group_name", "index_group_name", "section_name"),
        "detail_desc",
    )
)
_WORDS = {
    "girls": frozenset(("girl", "girls")),
    "boys": frozenset(("boy", "boys")),
    "women": frozenset(("ladies", "women", "womens")),
    "men": frozenset(("men", "mens")),
}
_GENDERS = {"ladieswear": "women", "divided": "women", "menswear": "men"}


def is_one(table: Table) -> bool:
    """Whether a table has the columns of `articles.csv`."""
    return set(table.columns) >= COLUMNS


def listing(table: Table) -> Listing:
    """The articles of such a table."""
    return Listing("H&M's articles.csv", partial(_products, table))


def _products(table: Table) -> Iterator[Listed | BadRow]:
    for record in table.records(texts=("detail_desc",)):
        if isinstance(record, BadRow):
            yield record
            continue
        line, values = record
        try:
            yield _product(line, values)
        except RowRefused as refused:
            yield BadRow(line, str(refused), values["article_id"].zfill(ID_DIGITS))


def _product(line: Place, values: Mapping[str, str]) -> Listed:
    for column in ("article_id", "prod_name"):
        if not values[column]:
            raise facts.empty(column)
    number = values["article_id"].zfill(ID_DIGITS)
    kind, gender = values["product_type_name"], _gender_of(values)
    way = facts.category(f"{values['product_group_name']} > {kind}")
    pattern = values["graphical_appearance_name"]
    row = ImportRow(
        sku=number,
        name=values["prod_name"],
        category=way or facts.unsorted(),
        gender=gender,
        kind=kind,
        colours=[values["colour_group_name"]] if values["colour_group_name"] else None,
        season=None,
        usage=None,
        price_cents=kinds.price_for(kind, number),
        description=values["detail_desc"],
        sizes=kinds.sizes_for(kind, gender),
        photographs=(),
        line=line,
        style=values["product_code"].zfill(CODE_DIGITS),
        may_lack_photographs=True,
        attributes={"Pattern": pattern} if pattern else {},
    )
    lost = (Loss.PRICE,) if way else (Loss.PRICE, Loss.CATEGORY)
    return Listed(row, (f"{number}.jpg",), frozenset(lost))


def _gender_of(values: Mapping[str, str]) -> str:
    """By its section, such as "Kids Girl" or "Men Sport", or else by the part of the shop."""
    words = frozenset(values["section_name"].lower().replace("&", " ").split())
    said = {gender for gender, names in _WORDS.items() if words & names}
    if len(said) == 1:
        return said.pop()
    return _GENDERS.get(values["index_group_name"].lower(), "unisex")
