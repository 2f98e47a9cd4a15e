"""The same questions as the live catalogue answers, asked of a plain list of products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from shop.catalog.colours import families_of
from shop.catalog.live.facts import Facts
from shop.catalog.live.view import BARS, Facets, Narrowing

ATTRIBUTES = (
    *("gender", "season", "usage", "status", "sale", "stock", "category", "kind", "brand"),
    *("colour", "size", "rating"),
)


def found_by(product: Facts, attribute: str) -> set[str]:
    values = set(product.values[attribute])
    return values | set(families_of(values)) if attribute == "colour" else values


def fits(product: Facts, narrowing: Narrowing, but: str = "") -> bool:
    price_fits = but == "price" or (
        (narrowing.lowest is None or product.price >= narrowing.lowest)
        and (narrowing.highest is None or product.price <= narrowing.highest)
    )
    return price_fits and all(
        name == but or found_by(product, name) & values for name, values in narrowing.values
    )


def select(
    products: Iterable[Facts],
    among: Narrowing,
    chosen: Narrowing,
    found: Sequence[str] | None,
    but: str = "",
) -> list[Facts]:
    return [
        product
        for product in products
        if fits(product, among)
        and fits(product, chosen, but)
        and (found is None or product.key.hex() in found)
    ]


def page(products: Iterable[Facts], order: str, found: Sequence[str] | None) -> list[str]:
    def place(product: Facts) -> tuple[object, ...]:
        key = -int(product.key.hex(), 16)
        in_order: dict[str, object] = {
            "featured": product.position,
            "newest": -product.created,
            "price": product.price,
            "-price": -product.price,
            "name:en": product.names["en"],
            "name:de": product.names["de"],
            "": found.index(product.key.hex()) if found else 0,
        }
        return product.values["stock"] != ("in",), in_order[order], key

    return [product.key.hex() for product in sorted(products, key=place)]


def facets(
    products: Sequence[Facts],
    among: Narrowing,
    chosen: Narrowing,
    found: Sequence[str] | None,
    *,
    designs: bool,
) -> Facets:
    def times(some: Iterable[Facts], attribute: str) -> dict[str, int]:
        once = {
            (product.style or product.key if designs else product.key, value)
            for product in some
            for value in found_by(product, attribute)
        }
        return dict(Counter(value for _, value in once))

    all_of_it = select(products, among, chosen, found)
    prices = [product.price for product in select(products, among, chosen, found, "price")]
    low, high = min(prices, default=None), max(prices, default=None)
    bars: tuple[int, ...] = ()
    if low is not None and high is not None:
        step = (high - low) // BARS + 1
        bars = tuple(sum((price - low) // step == bar for price in prices) for bar in range(BARS))
    return Facets(
        total=len(
            {product.style or product.key if designs else product.key for product in all_of_it}
        ),
        counts={
            name: times(select(products, among, chosen, found, name), name) for name in ATTRIBUTES
        },
        lowest=low,
        highest=high,
        bars=bars,
    )
