"""Changing several products at once: what would come of it, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId
from django.utils.translation import gettext as _

from recommender import search
from shop.catalog.models import Product
from shop.catalog.skus import SkuTaken

# What is changed together, as JSON keeps it: a product's id and what it was.
Facts = dict[str, Any]
PLAIN = ("name", "status", "price_cents", "sale_price_cents")
MOMENTS = ("sale_from", "sale_until")


@dataclass(frozen=True)
class Change:
    """What is to become of each product. What is left empty stays as it is.

    Per cent are of the usual price: `price_percent` of -10 takes a tenth off it and off the prices
    that sizes have of their own, `sale_percent` of 20 sells for four fifths of it from one moment
    until before another. `ends_sale` ends the one that there is. `names` are by a product's id.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    category: ObjectId | None = None
    price_percent: int | None = None
    sale_percent: int | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    ends_sale: bool = False


@dataclass(frozen=True)
class Planned:
    """A product as it would be, not saved; `fault` says why it must stay as it is."""

    product: Product
    before: Facts
    after: Facts
    fault: str = ""

    @property
    def is_change(self) -> bool:
        return self.before != self.after and not self.fault


@dataclass(frozen=True)
class Done:
    """What was changed, so that it can be taken back, and what could not be: sentences."""

    changed: dict[str, tuple[Facts, Facts]]
    faults: list[str]


def planned(products: Iterable[Product], change: Change) -> list[Planned]:
    return [_planned(product, change) for product in products]


def _planned(product: Product, change: Change) -> Planned:
    before = facts_of(product)
    _apply(product, change)
    faults = product.sale_faults().values()
    return Planned(product, before, facts_of(product), next(iter(faults), ""))


def do(plan: Iterable[Planned]) -> Done:
    """Save what is planned, each product for itself."""
    done = Done({}, [])
    for each in plan:
        if each.fault:
            done.faults.append(f"{each.product}: {each.fault}")
        elif each.is_change and _saved(each.product, done):
            done.changed[str(each.product.pk)] = each.before, each.after
    return done


def undo(changed: Mapping[str, tuple[Facts, Facts]]) -> Done:
    """Make products again what they were; one that somebody changed since stays as it is."""
    done = Done({}, [])
    for product in Product.objects.with_ids(changed):
        before, after = changed[str(product.pk)]
        if facts_of(product) != after:
            done.faults.append(_("%s was changed since, and stays as it is.") % product)
            continue
        _restore(product, before)
        if _saved(product, done):
            done.changed[str(product.pk)] = after, before
    return done


def _saved(product: Product, done: Done) -> bool:
    try:
        product.save()
    except (SkuTaken, search.SearchUnavailable) as error:
        done.faults.append(f"{product}: {error}")
        return False
    return True


def facts_of(product: Product) -> Facts:
    """All that a change may touch."""
    moments = {name: getattr(product, name) for name in MOMENTS}
    return {
        **{name: getattr(product, name) for name in PLAIN},
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
        "category": str(product.category_id),
        "own_prices": {
            variant.sku: variant.price_cents
            for variant in product.variants
            if variant.price_cents is not None
        },
    }


def _restore(product: Product, facts: Facts) -> None:
    for name in PLAIN:
        setattr(product, name, facts[name])
    for name in MOMENTS:
        setattr(product, name, facts[name] and datetime.fromisoformat(facts[name]))
    product.category_id = ObjectId(facts["category"])
    for variant in product.variants:
        variant.price_cents = facts["own_prices"].get(variant.sku)


def _apply(product: Product, change: Change) -> None:
    product.name = change.names.get(str(product.pk)) or product.name
    product.status = change.status or product.status
    product.category_id = change.category or product.category_id
    if change.price_percent is not None:
        _reprice(product, 100 + change.price_percent)
    if change.ends_sale:
        product.sale_price_cents = product.sale_from = product.sale_until = None
    if change.sale_percent is not None:
        product.sale_price_cents = _share(product.price_cents, 100 - change.sale_percent)
        product.sale_from, product.sale_until = change.sale_from, change.sale_until


def _reprice(product: Product, percent: int) -> None:
    product.price_cents = _share(product.price_cents, percent)
    for variant in product.variants:
        if variant.price_cents is not None:
            variant.price_cents = _share(variant.price_cents, percent)


def _share(cents: int, percent: int) -> int:
    """So many per cent of it, to the nearest cent, and at least one."""
    return max(1, (cents * percent + 50) // 100)
