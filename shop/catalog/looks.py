"""What a photograph tells before its product is sold: is it there already, and what does it show?

Nothing is decided by it: a merchant reads it, and may go on whatever it says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL.Image import Image

from recommender import search
from recommender.search import COPY_FROM, Copy, Match, Opinion
from shop.catalog.colours import families_of
from shop.catalog.listing import PUBLISHED, live
from shop.catalog.live.cards import products
from shop.catalog.live.view import Narrowing
from shop.catalog.models import Product, Status

# So many neighbours have a say in what it is, each by its score, and none that has less than this.
NEIGHBOURS, LEAST_SCORE = 20, 0.3
# With so many drafts a picture is compared, the latest.
MOST_DRAFTS = 200
# What has less of their votes is not suggested, nor a colour that the encoder is less sure of.
MOST_VOTES, SURE_OF_COLOUR = 0.5, 0.5
# So near by looks, but for the colour, is one design; so many of them are named.
ONE_DESIGN, MOST_COLOURWAYS = 0.9, 3


@dataclass(frozen=True)
class Double:
    """A product that a photograph shows as well, by which of its own, and how much it is that."""

    product: Product
    photo: str
    likeness: float

    @property
    def percent(self) -> int:
        """Rounded down: 100 is the very same."""
        return int(100 * self.likeness)

    @property
    def stem(self) -> str:
        """As the address of the photograph has it."""
        return self.photo.removesuffix(".jpg")


@dataclass(frozen=True)
class Looks:
    """`doubles` by falling likeness; `colourways` are designs of which it may be another colour.

    `kind`, `colour` and `category` (its id) are as the shop writes them; "" where nobody is sure.
    """

    doubles: Sequence[Double] = ()
    colourways: Sequence[Product] = ()
    kind: str = ""
    colour: str = ""
    category: str = ""


def looks_of(picture: Image, without: str = "") -> Looks:
    """What a picture from `open_picture` tells; `without` the product, by its id, whose it is.

    It is compared with what is published and, as to what it shows, with the latest drafts. Raises
    recommender.search.SearchUnavailable and what MongoDB raises.
    """
    query = search.vector_of(picture)

    def accept(items: list[str]) -> dict[str, str]:
        statuses = zip(items, live().values(items, "status"), strict=True)
        return {id: id for id, has in statuses if id != without and has == (Status.PUBLISHED,)}

    copies = search.copies_of(picture, query, accept)
    copies += search.copies_among(picture, query, _drafts(without))
    doubles = _doubles(copies)
    near = search.by_vector(query, NEIGHBOURS, accept, diversity=0)
    colour = search.opinions_of(query).colour
    named = _colour(near, colour)
    double = {str(one.product.pk) for one in doubles}
    others = [match for match in near if match.item not in double]
    return Looks(
        doubles,
        _colourways(others, named),
        kind=_voted(near, "kind"),
        colour=named,
        category=_voted(near, "category"),
    )


def _drafts(without: str) -> list[str]:
    """The latest drafts: what is uploaded together may be there twice."""
    drafts = live().select(Narrowing.to({"status": {Status.DRAFT.value}}))
    return [id for id in drafts.run("newest", 0, MOST_DRAFTS) if id != without]


def _doubles(copies: Iterable[Copy]) -> list[Double]:
    same = sorted(
        (one for one in copies if one.likeness >= COPY_FROM), key=lambda one: -one.likeness
    )
    found = {str(one.pk): one for one in Product.objects.with_ids([copy.item for copy in same])}
    return [
        Double(found[copy.item], copy.photo, copy.likeness) for copy in same if copy.item in found
    ]


def _colourways(near: Sequence[Match], colour: str) -> list[Product]:
    """Designs that are told from it by nothing but their colour."""
    own = families_of([colour]) if colour else []
    if not own:
        return []
    close = [match.item for match in near if match.similarity >= ONE_DESIGN]
    colours = zip(close, live().values(close, "colour"), strict=True)
    other = [
        id for id, has in colours if (families := families_of(has)) and not set(families) & set(own)
    ]
    return products(live(), other[:MOST_COLOURWAYS])


def _voted(near: Sequence[Match], attribute: str) -> str:
    """The value that most of what looks like it has, each counting by its score."""
    voters = [match for match in near if match.score >= LEAST_SCORE]
    values = live().values([match.item for match in voters], attribute)
    votes: defaultdict[str, float] = defaultdict(float)
    total = 0.0
    for match, found in zip(voters, values, strict=True):
        for value in found[:1]:
            votes[value] += match.score
            total += match.score
    best = max(votes, key=votes.__getitem__, default="")
    return best if best and votes[best] >= MOST_VOTES * total else ""


def _colour(near: Sequence[Match], seen: Opinion | None) -> str:
    """What the encoder sees, as the shop calls it: by the name that its likes have for it."""
    if seen is None or seen.chance < SURE_OF_COLOUR:
        return ""
    known = live().counts(PUBLISHED, "colour")
    same = [name for name in known if name.casefold() == seen.word.casefold()]
    if same:
        return max(same, key=lambda name: known[name])
    family = set(families_of([seen.word]))
    for match, has in zip(near, live().values([m.item for m in near], "colour"), strict=True):
        for name in has:
            if match.score >= LEAST_SCORE and family & set(families_of([name])):
                return name
    return seen.word
