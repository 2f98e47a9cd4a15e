"""What is near in a prepared catalogue: by the shop's own search, for a photograph or for items."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from django.template import Context, Engine
from PIL import Image

from recommender import looking
from recommender.encoder import Calibration
from recommender.index.exact import ExactIndex
from recommender.index.rows import Rows
from recommender.looking import Encodes
from recommender.matching import Match, Wanted, matches, matches_of_item

from ..datasets import Examples, caption, read_products
from ..sheets import Tile, draw

# Queries on the page and the sheet; the files have all.
SHOWN = 40
FIELDS = ("query", "rank", "item", "similarity", "score")


class UnknownItem(ValueError):
    """An item is not in the catalogue."""


class Named(Encodes, Protocol):
    """An encoder that tells which one it is."""

    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True)
class Recommendation:
    """A query, the picture that stands for it, and what is near, nearest first."""

    query: str
    picture: np.ndarray
    matches: list[Match]


class _Everything:
    """A filter that lets all through: who asks for five gets five, where a panel would end."""

    def few(self, limit: int) -> None:
        return None

    def accept(self, items: list[str]) -> set[str]:
        return set(items)


class Shelf:
    """A prepared catalogue with the vectors of its photographs, ready to be searched."""

    def __init__(
        self,
        folder: Path,
        encoder: Named,
        calibration: Calibration | None = None,
        done: Callable[[int], None] = lambda n: None,
    ) -> None:
        """Read ``folder`` and encode what it holds, or read the vectors that were kept there.

        ``done`` is told of each photograph that is encoded.
        """
        self.examples = read_products(folder)
        self.encoder, self.calibration = encoder, calibration
        kept = folder / f"vectors-{encoder.fingerprint}.npy"
        if not kept.exists():
            vectors = encoder.encode(_counted(self.examples, done))
            partial = kept.with_suffix(".partial.npy")
            np.save(partial, vectors)
            partial.replace(kept)
        ids = [f"{item}|" for item in self.examples.ids]
        self.index = ExactIndex(Rows.of(ids, np.load(kept)), metric="euclidean")
        self.rows = {item: row for row, item in enumerate(self.examples.ids)}

    def of_item(self, item: str, k: int) -> Recommendation:
        """The k others most like an item, however far they are. Raises UnknownItem."""
        picture = self.examples.pictures[self._row(item)]
        return Recommendation(item, picture, matches_of_item(self.index, item, self._wanted(k)))

    def of_every_item(self, k: int) -> Iterator[Recommendation]:
        """One after the other, in the order of the catalogue."""
        return (self.of_item(item, k) for item in self.examples.ids)

    def of_photograph(self, name: str, picture: Image.Image, k: int) -> Recommendation:
        """The k nearest to a picture, of which a part may be looked at as in the shop."""
        look = looking.look(picture, self.encoder, self.index, self.calibration)
        found = matches(self.index, look.vector, self._wanted(k))
        return Recommendation(name, np.asarray(picture.convert("RGB")), found)

    def of_liked(self, items: Sequence[str], k: int) -> Recommendation:
        """The k nearest to the mean direction of some items, none of them. Raises UnknownItem."""
        rows = [self._row(item) for item in items]
        mean = self.index.vectors_of([f"{item}|" for item in items]).mean(axis=0)
        liked = set(items)

        def others(found: list[str]) -> dict[str, str]:
            return {item: item for item in found if item not in liked}

        wanted = self._wanted(k)._replace(accept=others)
        query = mean / max(float(np.linalg.norm(mean)), 1e-12)
        first = self.examples.pictures[rows[0]]
        return Recommendation(" + ".join(items), first, matches(self.index, query, wanted))

    def _wanted(self, k: int) -> Wanted:
        return Wanted(k, filter=_Everything(), calibration=self.calibration)

    def _row(self, item: str) -> int:
        try:
            return self.rows[item]
        except KeyError:
            raise UnknownItem(f"{item} is not in the catalogue.") from None


def write(found: Sequence[Recommendation], shelf: Shelf, folder: Path) -> Path:
    """Write them as CSV, as JSON and as a contact sheet; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line for one in found for line in _lines(one)]
    with (folder / "recommendations.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, FIELDS)
        table.writeheader()
        table.writerows(lines)
    (folder / "recommendations.json").write_text(json.dumps(lines, indent=1), encoding="utf-8")
    rows = [_tiles(one, shelf) for one in found[:SHOWN]]
    draw(rows, folder / "recommendations.png")
    engine = Engine(dirs=[str(Path(__file__).parent), str(Path(__file__).parents[1])])
    page = folder / "recommendations.html"
    context = Context({"rows": rows, "queries": len(found)})
    template = engine.get_template("recommendations.html")
    page.write_text(template.render(context), encoding="utf-8")
    return page


def _lines(one: Recommendation) -> Iterator[dict[str, object]]:
    for rank, match in enumerate(one.matches, 1):
        yield {
            "query": one.query,
            "rank": rank,
            "item": match.item,
            "similarity": round(match.similarity, 4),
            "score": round(match.score, 4),
        }


def _tiles(one: Recommendation, shelf: Shelf) -> list[Tile]:
    tiles = [Tile(one.picture, one.query.rsplit("/", 1)[-1])]
    for match in one.matches:
        row = shelf.rows[match.item]
        said = caption(shelf.examples, row) or match.item
        tiles.append(Tile(shelf.examples.pictures[row], f"{match.similarity:.2f} {said}"))
    return tiles


def _counted(examples: Examples, done: Callable[[int], None]) -> Iterator[Image.Image]:
    for picture in examples.pictures:
        yield Image.fromarray(picture)
        done(1)
