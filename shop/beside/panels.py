"""Which panels stand beside a product, none with a piece that the page shows already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recommender.search import SearchUnavailable
from shop.beside.pieces import look_with
from shop.catalog.alike import similar_products
from shop.catalog.colourways import tell_colours
from shop.catalog.listing import live
from shop.catalog.live.cards import products
from shop.catalog.models import Product
from shop.catalog.presentable import one_of_each_style
from shop.taste.crowd import people

MOST = 10
# Of so many of the nearest there are enough left that may be shown.
LOOKED_AT = 60
# A rail of fewer looks like an accident. What is bought together is worth it even in a pair.
FEWEST_OF_LOOK, FEWEST_BOUGHT, FEWEST_VIEWED = 3, 2, 3
# What is looked at together says half as much of what goes together as what is bought together.
VIEWED_BESIDE_BOUGHT = 0.5


@dataclass(frozen=True)
class Panel:
    """Products under a title; `name` is what events call it."""

    name: str
    title: str | Promise
    products: list[Product]


def panels_of(product: Product) -> list[Panel]:
    """Those that there is enough to show in, in their order. Raises what MongoDB raises."""
    id, everybody = str(product.pk), people()
    bought, viewed = everybody.bought_beside(id), everybody.viewed_beside(id)
    look = look_with(live(), id, _together(bought, viewed))
    found = [Panel("look", _("Complete the look"), _shown(product.style, look, FEWEST_OF_LOOK))]
    shown = _ids(found[0].products)
    with_it = _shown(product.style, _best(bought), FEWEST_BOUGHT, shown)
    found.append(Panel("bought", _("Bought together"), with_it))
    if viewed:
        shown |= _ids(with_it) | _ids(_alike(product))
        others = _shown(product.style, _best(viewed), FEWEST_VIEWED, shown)
        found.append(Panel("also-viewed", _("People also viewed"), others))
    return [panel for panel in found if panel.products]


def goes_with(bag: Collection[str]) -> list[Panel]:
    """What several orders hold beside these products, by their ids, if there is enough of it."""
    scores: dict[str, float] = {}
    for id in bag:
        for other, score in people().bought_beside(id).items():
            scores[other] = scores.get(other, 0.0) + score
    found = _shown("", _best(scores), FEWEST_BOUGHT, bag)
    return [Panel("goes-with", _("Goes with your bag"), found)] if found else []


def _together(bought: Mapping[str, float], viewed: Mapping[str, float]) -> dict[str, float]:
    """How often others are bought with a product, from 0 to 1."""
    found: dict[str, float] = {}
    for scores, most in ((viewed, VIEWED_BESIDE_BOUGHT), (bought, 1.0)):
        highest = max(scores.values(), default=1.0)
        found |= {id: most * score / highest for id, score in scores.items()}
    return found


def _alike(product: Product) -> list[Product]:
    try:
        return [match.product for match in similar_products(product, settings.SIMILAR_K)]
    except SearchUnavailable:
        return []


def _ids(shown: Iterable[Product]) -> set[str]:
    return {str(one.pk) for one in shown}


def _best(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda id: -scores[id])[:LOOKED_AT]


def _shown(style: str, ids: list[str], fewest: int, hidden: Collection[str] = ()) -> list[Product]:
    """Of these, but not of the hidden ones nor of that style, the first that may be shown; none
    where they are fewer than a rail needs."""
    left = one_of_each_style([id for id in ids if id not in hidden], but=style)
    if len(left) < fewest:
        return []
    found = products(live(), left[:MOST])
    tell_colours(found)
    return found
