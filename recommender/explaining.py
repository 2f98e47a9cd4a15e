"""Why two pictures are alike: which photographs are compared, what of them, and what both show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from recommender import copies
from recommender.decoding import reduced
from recommender.encoder import Calibration, Encoder
from recommender.encoder.correspondence import Parts
from recommender.encoder.opinions import Opinions, opinions
from recommender.index import Searchable
from recommender.store import embeddings

Floats = npt.NDArray[np.float32]


class Shown(NamedTuple):
    """One of two pictures that are alike.

    `photo` is the name of an item's photograph, "" for a picture that somebody sent. `parts` are
    what of it is like the other; None by an encoder that was not taught to tell, and where one of
    the two cannot be read. `opinions` are what the encoder takes it for.
    """

    photo: str
    parts: Parts | None
    opinions: Opinions


class _Compared(NamedTuple):
    photo: str
    picture: Image | None
    vector: Floats


class _Vectors(NamedTuple):
    """An item's photographs by their `_id`, and their vectors: float32 (n, d)."""

    ids: list[str]
    rows: Floats


@dataclass(frozen=True)
class Explainer:
    """What knows why pictures are alike. `calibration` is the encoder's, if it has one."""

    index: Searchable
    encoder: Encoder
    calibration: Calibration | None

    def items(self, item: str, other: str) -> tuple[Shown, Shown] | None:
        """Of two items the photographs that are the most alike; None where one has no vector.

        Raises EncoderUnavailable as `Encoder.compare`.
        """
        own, others = self._vectors(item), self._vectors(other)
        if own is None or others is None:
            return None
        place, there = divmod(int((own.rows @ others.rows.T).argmax()), len(others.ids))
        return self._shown(self._stored(own, place), self._stored(others, there))

    def picture(self, picture: Image, vector: Floats, item: str) -> tuple[Shown, Shown] | None:
        """The same of a picture with its vector, float32 (d,), and an item."""
        found = self._vectors(item)
        if found is None:
            return None
        nearest = int((found.rows @ vector).argmax())
        seen = reduced(picture, self.encoder.decode_side)
        return self._shown(_Compared("", seen, vector), self._stored(found, nearest))

    def _vectors(self, item: str) -> _Vectors | None:
        ids = self.index.ids_under(f"{item}|")
        try:
            return _Vectors(ids, self.index.vectors_of(ids)) if ids else None
        except KeyError:
            # Removed between the two calls.
            return None

    def _stored(self, found: _Vectors, place: int) -> _Compared:
        _item, photo = embeddings.parts_of(found.ids[place])
        picture = copies.stored(photo, self.encoder.decode_side)
        return _Compared(photo, picture, found.rows[place])

    def _shown(self, one: _Compared, other: _Compared) -> tuple[Shown, Shown]:
        parts: tuple[Parts | None, Parts | None] = None, None
        if one.picture is not None and other.picture is not None:
            parts = self.encoder.compare(one.picture, other.picture) or parts
        return (
            Shown(one.photo, parts[0], self._opinions(one.vector)),
            Shown(other.photo, parts[1], self._opinions(other.vector)),
        )

    def _opinions(self, vector: Floats) -> Opinions:
        return opinions(vector, self.calibration.kinds) if self.calibration else Opinions()
