"""Matches of the recommender turned into products that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommender import search
from recommender.search import CLOSE_FROM, Match, PhotoVector
from shop.catalog.listing import live
from shop.catalog.live.cards import products
from shop.catalog.live.facts import Values, style_number
from shop.catalog.live.view import Selection
from shop.catalog.models import Product, Status

# The widest panel; the narrow one has settings.SIMILAR_K.
WIDE_K = 10

# What the catalogue knows beside the pictures, in log odds. Chosen on photographs: the surer it is
# the more are of one kind, and the fewer of one colour; at 3 what is filed wrongly harms more.
SAME_KIND, SAME_CATEGORY, ELSEWHERE = 2.0, 0.0, -2.0

# The score from which on two things are called so; below the last it is a matter of mood.
CLOSENESS = ((0.85, _("Very close")), (0.5, pgettext_lazy("similarity", "Close")))
FARTHEST = _("Same mood")
TWIN = _("This very picture")


@dataclass(frozen=True)
class Alike:
    """A product and how much it looks like what was asked for, from 0 to 1.

    A `twin` has a photograph that is the very picture that was asked about, as it is or altered.
    `panel` is what events call its place where that is not the panel that it stands in.
    """

    product: Product
    score: float
    twin: bool = False
    panel: str = ""

    @property
    def closeness(self) -> str:
        """The score in words."""
        if self.twin:
            return str(TWIN)
        words = (word for bound, word in CLOSENESS if self.score >= bound)
        return str(next(words, FARTHEST))

    @property
    def percent(self) -> int:
        return round(self.score * 100)


def nothing_is_near(found: Sequence[Alike]) -> bool:
    """Whether whoever looks for this very thing goes away without it: all is a matter of mood."""
    return all(match.score < CLOSENESS[-1][0] for match in found)


def nothing_is_close(found: Sequence[Alike]) -> bool:
    """Whether all that was found is only the least far from what was asked for."""
    return all(match.score < CLOSE_FROM for match in found)


@dataclass(frozen=True)
class Among:
    """The recommender's filter: only these products may be found."""

    products: Selection

    def few(self, limit: int) -> Sequence[str] | None:
        return self.products.ids() if len(self.products) <= limit else None

    def accept(self, items: list[str]) -> set[str]:
        return self.products.among(items)


type Liked = Callable[[list[str]], Mapping[str, float]]
"""Of these products how much more likely one is liked, in log odds."""


def similar_products(
    product: Product,
    k: int,
    among: Selection | None = None,
    diversity: float | None = None,
    liked: Liked | None = None,
) -> list[Alike]:
    """The `k` published products that look most like this one, by falling score.

    Of each style there is the first product, and none of the style of this one; fewer where no more
    are close. `among` narrows what may be found. `diversity` is the recommender's. What is `liked`
    comes forward. Raises recommender.search.SearchUnavailable.
    """
    look = partial(search.similar, str(product.pk), knowledge=partial(_knowledge, product, liked))
    without = style_number(product.style)
    find = partial(_matches, look, k, among, diversity, without=without)
    version = search.version()
    if among is not None or liked is not None or version is None:
        return _shown(find())
    # Most who open a page see a panel that others saw before.
    key = ("alike", product.pk, product.revision, k, diversity, version)
    return _shown(live().keep(key, find))


def by_looks_alone(product: Product, k: int) -> list[Alike]:
    """The same by the pictures, without what the catalogue knows."""
    look = partial(search.similar, str(product.pk))
    return _shown(_matches(look, k, None, None, without=style_number(product.style)))


def products_like(
    query: PhotoVector, k: int, among: Selection | None = None, diversity: float | None = None
) -> list[Alike]:
    """The `k` published products that look most like a picture, by falling score.

    The very picture comes first. Of each style there is the first product. Where nothing is close
    those are found that are least far. `among` and `diversity` as above. Raises
    recommender.search.SearchUnavailable.
    """
    return _shown(_matches(partial(search.by_vector, query), k, among, diversity))


def _matches(
    look: Callable[..., list[Match]],
    k: int,
    among: Selection | None,
    diversity: float | None,
    without: int = 0,
) -> list[Match]:
    accept = partial(_styles, without=without)
    filter = None if among is None else Among(among)
    return look(k=k, accept=accept, filter=filter, diversity=diversity)


def _shown(matches: Sequence[Match]) -> list[Alike]:
    found = {str(one.pk): one for one in products(live(), [match.item for match in matches])}
    return [
        Alike(found[match.item], match.score, match.twin)
        for match in matches
        if match.item in found
    ]


def _styles(items: list[str], without: int = 0) -> dict[str, str]:
    """Of these products those that are published, each with its style, but none of one style."""
    view = live()
    styles = view.styles(items)
    return {
        item: str(styles[item] or item)
        for item, status in zip(items, view.values(items, "status"), strict=True)
        if status == (Status.PUBLISHED,) and not (without and styles[item] == without)
    }


def _knowledge(product: Product, liked: Liked | None, items: list[str]) -> dict[str, float]:
    """What the catalogue knows of how these products and this one are alike, in log odds, and how
    much they are liked."""
    view = live()
    more = liked(items) if liked else {}
    facts = zip(view.values(items, "kind"), view.values(items, "category"), strict=True)
    return {
        item: _kinship(product, kinds, categories) + more.get(item, 0.0)
        for item, (kinds, categories) in zip(items, facts, strict=True)
    }


def _kinship(product: Product, kinds: Values, categories: Values) -> float:
    if product.kind in kinds:
        return SAME_KIND
    if str(product.category_id) not in categories:
        return ELSEWHERE
    # That a kind was never filled in says nothing against it.
    return SAME_CATEGORY if product.kind and kinds else SAME_KIND
