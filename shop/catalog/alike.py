"""Matches of the recommender turned into products that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommender import search
from recommender.search import CLOSE_FROM, Accept, Knowledge, Match, PhotoVector
from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.live.facts import Values, style_number
from shop.catalog.live.table import keys_of
from shop.catalog.live.view import Selection
from shop.catalog.models import Product, Status
from shop.catalog.presentable import available
from shop.catalog.steering import Boost, Pin, Steering, boosted, of_panel, placed

# The widest panel; the narrow one has settings.SIMILAR_K.
WIDE_K = 10

# What the catalogue knows beside the pictures, in log odds. Chosen on photographs: the surer it is
# the more are of one kind, and the fewer of one colour; at 3 what is filed wrongly harms more.
SAME_KIND, SAME_CATEGORY, ELSEWHERE = 2.0, 0.0, -2.0

# The score from which on two things are called so.
NEAR = 0.5
CLOSENESS = (
    (0.85, _("Very close")),
    (NEAR, pgettext_lazy("similarity", "Close")),
    (CLOSE_FROM, _("Same mood")),
)
FARTHEST = _("Far from it")
TWIN = _("This very picture")
PINNED = _("Our choice")


@dataclass(frozen=True)
class Alike:
    """A product and how much it looks like what was asked for, from 0 to 1.

    A `twin` has a photograph that is the very picture that was asked about, as it is or altered.
    What a merchant `pinned` has its place whatever its score is; None where nobody knows.
    `panel` is what events call its place where that is not the panel that it stands in.
    """

    product: Product
    score: float | None
    twin: bool = False
    panel: str = ""
    pinned: bool = False

    @property
    def nearness(self) -> float:
        """The score; 0 where nobody knows."""
        return self.score or 0.0

    @property
    def is_chosen(self) -> bool:
        """Whether it would not be here by its looks."""
        return self.pinned and self.nearness < CLOSE_FROM

    @property
    def closeness(self) -> str:
        """The score in words; what does not look like it is not said to."""
        if self.twin:
            return str(TWIN)
        if self.is_chosen:
            return str(PINNED)
        words = (word for bound, word in CLOSENESS if self.nearness >= bound)
        return str(next(words, FARTHEST))

    @property
    def percent(self) -> int:
        """Rounded; 100 is the very picture."""
        return 100 if self.twin else min(round(self.nearness * 100), 99)


def nothing_is_near(found: Sequence[Alike]) -> bool:
    """Whether whoever looks for this very thing goes away without it: all is a matter of mood."""
    return all(match.nearness < NEAR for match in found)


def nothing_is_close(found: Sequence[Alike]) -> bool:
    """Whether all that was found is only the least far from what was asked for."""
    return all(match.nearness < CLOSE_FROM for match in found)


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
    steering: Steering | None = None,
) -> list[Alike]:
    """The `k` published products that look most like this one, by falling score.

    Of each style there is the first product, and none of the style of this one; fewer where no more
    are close. `among` narrows what may be found. `diversity` is the recommender's. What is `liked`
    comes forward. The merchants' `steering`, what holds now where it is None, pins, blocks and
    brings forward, which no score shows. Raises recommender.search.SearchUnavailable.
    """
    steering = of_panel(product) if steering is None else steering
    pinned = pinned_beside(product, steering, among)
    found = _by_score(product, k, among, diversity, liked, rest_of(steering, pinned))
    return placed(found, pinned)[:k]


def _by_score(
    product: Product,
    k: int,
    among: Selection | None,
    diversity: float | None,
    liked: Liked | None,
    steering: Steering,
) -> list[Alike]:
    look = partial(
        search.similar,
        str(product.pk),
        knowledge=partial(_knowledge, product, liked),
        preference=_preference(steering.boosts),
    )
    accept = _accept(product, steering)
    find = partial(_matches, look, k, among, diversity, accept)
    version = search.version()
    if among is not None or liked is not None or version is None:
        return _shown(find())
    # Most who open a page see a panel that others saw before.
    key = ("alike", product.pk, product.revision, k, diversity, steering, version)
    return _shown(live().keep(key, find))


def never_beside(product: Product) -> frozenset[str]:
    """The ids of what the panel of a product never shows: its own style, and what is blocked."""
    own = live().of_style(product.style, PUBLISHED) if product.style else ()
    return of_panel(product).blocked | {str(product.pk), *own}


def by_looks_alone(product: Product, k: int, steering: Steering) -> list[Alike]:
    """The same by the pictures, without what the catalogue knows and what is pinned."""
    look = partial(search.similar, str(product.pk), preference=_preference(steering.boosts))
    return _shown(_matches(look, k, None, None, _accept(product, steering)))


def pinned_beside(
    product: Product, steering: Steering, among: Selection | None = None
) -> list[tuple[int, Alike]]:
    """The pins that the panel of a product shows, each with its place, from 1, and its true score.

    Not itself, nor any of its style; of each style the first, none that is unpublished or, unless
    it is said, sold out. Raises recommender.search.SearchUnavailable.
    """
    pins = {pin.product: pin for pin in _shown_pins(product, steering.pins, among)}
    return [
        (pins[str(one.pk)].place, Alike(one, _score_beside(product, one), pinned=True))
        for one in products(live(), list(pins))
    ]


def rest_of(steering: Steering, pinned: Sequence[tuple[int, Alike]]) -> Steering:
    """What holds for the other places of a panel: no pinned product again, nor of its style."""
    if not pinned:
        return steering.unpinned(frozenset())
    shown = [match.product for _place, match in pinned]
    styles = (live().of_style(one.style, PUBLISHED) for one in shown if one.style)
    return steering.unpinned(frozenset({str(one.pk) for one in shown}.union(*styles)))


def _shown_pins(product: Product, pins: Sequence[Pin], among: Selection | None) -> list[Pin]:
    ids = [pin.product for pin in pins if pin.product != str(product.pk)]
    styles = _styles(ids, without=style_number(product.style))
    had = available(list(styles))
    fitting = styles.keys() if among is None else among.among(list(styles))
    first: dict[str, Pin] = {}
    for pin in pins:
        if pin.product in fitting and (pin.even_sold_out or pin.product in had):
            first.setdefault(styles[pin.product], pin)
    return list(first.values())


def _score_beside(product: Product, other: Product) -> float | None:
    """How much another product looks like this one; None while it has no vector."""

    def find() -> list[Match]:
        return search.similar(
            str(product.pk),
            k=1,
            accept=lambda items: {item: item for item in items},
            filter=Among(_alone(other)),
            knowledge=partial(_knowledge, product, None),
            diversity=0,
        )

    version = search.version()
    key = ("score", product.pk, product.revision, other.pk, version)
    found = find() if version is None else live().keep(key, find)
    return found[0].score if found else None


def alike_beside(product: Product, other: Product) -> Alike:
    """Another product, whichever, as the panel of this one would show it.

    Raises recommender.search.SearchUnavailable.
    """
    return Alike(other, _score_beside(product, other))


def products_like(
    query: PhotoVector, k: int, among: Selection | None = None, diversity: float | None = None
) -> list[Alike]:
    """The `k` published products that look most like a picture, by falling score.

    The very picture comes first. Of each style there is the first product. Where nothing is close
    those are found that are least far. `among` and `diversity` as above. Raises
    recommender.search.SearchUnavailable.
    """
    return _shown(_matches(partial(search.by_vector, query), k, among, diversity, _styles))


def alike_to(query: PhotoVector, product: Product) -> Alike | None:
    """One product, however far it is, as the results for a picture would show it.

    None while it has no vector. Raises recommender.search.SearchUnavailable.
    """
    return next(iter(products_like(query, 1, _alone(product))), None)


def _alone(product: Product) -> Selection:
    return live().select(PUBLISHED, found=[str(product.pk)])


def _matches(
    look: Callable[..., list[Match]],
    k: int,
    among: Selection | None,
    diversity: float | None,
    accept: Accept,
) -> list[Match]:
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


def _accept(product: Product, steering: Steering) -> Accept:
    """What the panel of a product may show."""
    without = style_number(product.style)

    def accept(items: list[str]) -> dict[str, str]:
        return _styles([item for item in items if item not in steering.blocked], without)

    return accept


def _preference(boosts: Sequence[Boost]) -> Knowledge | None:
    """What merchants bring forward; None where they do nothing."""

    def prefer(items: list[str]) -> dict[str, float]:
        odds = boosted(live(), keys_of(items), boosts)
        return dict(zip(items, odds.tolist(), strict=True))

    return prefer if boosts else None


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
