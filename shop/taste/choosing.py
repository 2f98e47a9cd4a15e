"""What is shown because of a visitor's taste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from recommender import search
from recommender.behaviour.personal import fading, ranked, with_looks
from recommender.search import SearchUnavailable
from shop.catalog.alike import Alike, similar_products
from shop.catalog.colourways import tell_colours
from shop.catalog.listing import live
from shop.catalog.live.cards import products
from shop.catalog.models import Product
from shop.catalog.presentable import available, one_of_each_style
from shop.catalog.steering import Steering
from shop.taste.crowd import people
from shop.taste.known import WEIGHTS, Known

# So many are looked for, of which the first are shown; each taste has its share of them.
LOOKED_FOR = 60
# What a visitor likes most is brought forward in a panel as if its odds were so much higher, in log
# odds: less than being of another kind takes.
LIKED = 1.5


def for_you(known: Sequence[Known], count: int) -> list[Product]:
    """The `count` products that this visitor may like best, none of which they know.

    Nothing for whoever nothing is known of. Raises what MongoDB raises.
    """
    if not known:
        return []
    liked = _liked(known, [one.product for one in known])
    chosen = one_of_each_style(liked)[:count]
    found = products(live(), chosen)
    tell_colours(found)
    return found


def panel(
    product: Product, known: Sequence[Known], count: int, steering: Steering | None = None
) -> list[Alike]:
    """What looks like a product, what this visitor likes brought forward; `steering` as there.

    Raises recommender.search.SearchUnavailable.
    """
    others = [one for one in known if one.product != str(product.pk)]
    liked = partial(_odds, _weights_of(others))
    return similar_products(product, count, liked=liked, steering=steering)


def _weights_of(known: Sequence[Known]) -> Mapping[str, float]:
    """How much a visitor likes what, from 0 to 1."""
    order = _liked(known) if known else []
    return {id: 1 - place / LOOKED_FOR for place, id in enumerate(order)}


def _odds(liked: Mapping[str, float], items: list[str]) -> dict[str, float]:
    return {item: LIKED * liked.get(item, 0.0) for item in items}


def _liked(known: Sequence[Known], without: Sequence[str] = ()) -> list[str]:
    """What the visitor may like best, the best first, by people of like mind and by looks."""
    ids = [one.product for one in known]
    kinds = [WEIGHTS[one.kind] for one in known]
    weights = (fading(len(known)) * kinds).tolist()
    looks, everybody = _looks(ids, weights), people()
    likes = everybody.liked_beside(*with_looks(ids, weights, looks))
    new = looks.keys() - everybody.knows(list(looks))
    return ranked(likes, looks, LOOKED_FOR, without, new)


def _looks(ids: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
    """Nothing while the recommender is away: what people do is known without it."""
    try:
        matches = search.like_several(ids, weights, LOOKED_FOR, available, diversity=0)
    except SearchUnavailable:
        return {}
    return {match.item: match.score for match in matches}
