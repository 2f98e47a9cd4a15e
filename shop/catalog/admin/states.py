"""Where each photograph stands on its way into the index, as the merchant sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommender import search
from recommender.search import PhotoStatus
from shop.catalog.models import Product
from shop.catalog.parts import Photograph

WAITING = "waiting"
WORKING = "working"
READY = "ready"
FAILED = "failed"

IN_WORDS = {
    WAITING: _("waiting"),
    WORKING: _("working"),
    READY: _("ready"),
    FAILED: _("failed"),
}


@dataclass(frozen=True)
class Badge:
    """A photograph's state: `state` chooses the colour, `text` says it."""

    photograph: Photograph
    state: str
    text: str

    @property
    def key(self) -> str:
        """A name that is safe in an element's id."""
        return PurePosixPath(self.photograph.name).stem

    @property
    def failed(self) -> bool:
        return self.state == FAILED

    @property
    def settled(self) -> bool:
        return self.state in (READY, FAILED)


@dataclass(frozen=True)
class Summary:
    """The states of all photographs of one product, in one short line."""

    state: str
    text: str

    @property
    def settled(self) -> bool:
        return self.state not in (WAITING, WORKING)


def badges(product: Product) -> list[Badge]:
    """The state of each photograph, in order of display."""
    return _badges(product, _known([product]).get(str(product.pk), ()))


def summaries(products: Sequence[Product]) -> dict[str, Summary]:
    """One line for each product, by its id as text."""
    known = _known(products)
    return {
        str(product.pk): _summary(_badges(product, known.get(str(product.pk), ())))
        for product in products
    }


def _known(products: Iterable[Product]) -> dict[str, list[PhotoStatus]]:
    try:
        return search.statuses([str(product.pk) for product in products])
    except search.SearchUnavailable:
        # The page is about the product: it comes without the states rather than not at all.
        return {}


def _badges(product: Product, statuses: Iterable[PhotoStatus]) -> list[Badge]:
    by_photo = {status.photo: status for status in statuses}
    return [_badge(photograph, by_photo.get(photograph.name)) for photograph in product.photographs]


def _badge(photograph: Photograph, status: PhotoStatus | None) -> Badge:
    if status is None:
        return Badge(photograph, WAITING, str(IN_WORDS[WAITING]))
    text = str(IN_WORDS[status.state])
    if status.state == READY and status.seconds is not None:
        text = gettext("ready in %(seconds)s s") % {"seconds": number_format(status.seconds, 1)}
    if status.state == FAILED:
        reason = status.error or gettext("the reason is not known")
        text = gettext("failed: %(reason)s") % {"reason": reason}
    return Badge(photograph, status.state, text)


def _summary(badges: Sequence[Badge]) -> Summary:
    if not badges:
        return Summary("none", gettext("no photograph"))
    counts = Counter(badge.state for badge in badges)
    worst = next(s for s in (FAILED, WAITING, WORKING, READY) if counts[s])
    return Summary(worst, ", ".join(f"{counts[s]} {IN_WORDS[s]}" for s in sorted(counts)))
