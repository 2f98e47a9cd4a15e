"""What everybody does, by products' ids, and its snapshots on disk, which all processes map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from publishing import folders
from publishing.folders import Damaged
from recommender.behaviour.crowd import Crowd
from recommender.behaviour.pairs import Pairs
from recommender.behaviour.scored import NOTHING, Scored
from recommender.behaviour.sessions import Sessions
from shop.catalog.live.facts import KEY_BYTES
from shop.catalog.live.table import keys_of
from shop.catalog.remember import remembered

FORMAT = 3
PREFIX = "crowd"
SESSIONS = ("items", "starts", "ended", "holders", "first")
PAIRS = ("others", "scores", "first")


@dataclass(frozen=True)
class People:
    """`keys`, S12 (n,) ascending, name the products that the others number.

    `viewed` and `bought` say what several visitors looked at together, and what is in several
    orders together; `crowd` knows of each single one.
    """

    keys: np.ndarray
    crowd: Crowd
    viewed: Pairs
    bought: Pairs

    @classmethod
    def nobody(cls) -> People:
        none = np.empty(0, np.int64)
        pairs = Pairs.of(none, none, 0)
        return cls(
            np.empty(0, f"S{KEY_BYTES}"), Crowd.of(none, none, none, 0), viewed=pairs, bought=pairs
        )

    def liked_beside(self, ids: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
        """The products, by their ids, that people like who like these, with scores.

        `ids` come with the latest first, `weights` say how much each counts.
        """
        numbers, there = self._numbers(ids)
        now = int(timezone.now().timestamp())
        return self._named(self.crowd.liked_beside(numbers, np.asarray(weights, float)[there], now))

    def knows(self, ids: Sequence[str]) -> set[str]:
        """Those of these products that somebody has looked at."""
        there = self._numbers(ids)[1].tolist()
        return {id for id, is_there in zip(ids, there, strict=True) if is_there}

    def viewed_beside(self, id: str) -> dict[str, float]:
        """What people look at who look at this product, the most first, with scores."""
        return self._beside(self.viewed, id)

    def bought_beside(self, id: str) -> dict[str, float]:
        """What is bought with this product, the most first, with scores."""
        return self._beside(self.bought, id)

    def _beside(self, pairs: Pairs, id: str) -> dict[str, float]:
        numbers, _ = self._numbers([id])
        return self._named(pairs.of_item(int(numbers[0])) if len(numbers) else NOTHING)

    def _numbers(self, ids: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        keys = keys_of(ids)
        places = np.searchsorted(self.keys, keys)
        there = np.zeros(len(keys), bool)
        if len(self.keys):
            there = self.keys[np.minimum(places, len(self.keys) - 1)] == keys
        return places[there], there

    def _named(self, found: Scored) -> dict[str, float]:
        keys = (key.ljust(KEY_BYTES, b"\0").hex() for key in self.keys[found.items].tolist())
        return dict(zip(keys, found.scores.tolist(), strict=True))


def people() -> People:
    """What everybody does, as it was some minutes ago; nobody does anything before the first
    snapshot."""
    name = _latest()
    return _opened_once(name) if name else People.nobody()


def publish(people: People, until: dict[str, int]) -> str:
    """Publish a snapshot, which knows what it was made from, `until`. Returns its name.

    Raises OSError where the disk is full or away.
    """

    def write(building: Path) -> None:
        for name, array in _arrays(people).items():
            folders.save_array(building / f"{name}.npy", array)
        files = sorted(path.name for path in building.iterdir())
        manifest = {
            "format": FORMAT,
            "until": until,
            "checksums": folders.checksums(building, files),
        }
        folders.seal(building, manifest)

    return folders.publish(folder(), PREFIX, write)


def folder() -> Path:
    return Path(settings.VAR_DIR, "taste")


def made_until() -> dict[str, int]:
    """What the newest snapshot was made from; nothing where there is none."""
    found = folders.open_latest(folder(), PREFIX, folders.read_seal)
    return dict(found["until"]) if found and found["format"] == FORMAT else {}


@remembered(seconds=5)
def _latest() -> str | None:
    return folders.latest(folder(), PREFIX)


@lru_cache(maxsize=1)
def _opened_once(name: str) -> People:
    return folders.open_latest(folder(), PREFIX, _opened) or People.nobody()


def _arrays(people: People) -> dict[str, np.ndarray]:
    crowd = people.crowd
    return {
        "keys": people.keys,
        "liked": crowd.liked,
        **{f"sessions-{name}": getattr(crowd.sessions, name) for name in SESSIONS},
        **{f"pairs-{name}": getattr(crowd.pairs, name) for name in PAIRS},
        **{f"viewed-{name}": getattr(people.viewed, name) for name in PAIRS},
        **{f"bought-{name}": getattr(people.bought, name) for name in PAIRS},
    }


def _opened(path: Path) -> People:
    manifest = folders.read_seal(path)
    if manifest["format"] != FORMAT:
        raise Damaged(f"its format is {manifest['format']}, not {FORMAT}")
    if folders.checksums(path, manifest["checksums"]) != manifest["checksums"]:
        raise Damaged("its checksums differ")

    def mapped(part: str, names: Sequence[str]) -> dict[str, Any]:
        return {name: folders.mapped(path / f"{part}-{name}.npy") for name in names}

    return People(
        folders.mapped(path / "keys.npy"),
        Crowd(
            Sessions(**mapped("sessions", SESSIONS)),
            Pairs(**mapped("pairs", PAIRS)),
            folders.mapped(path / "liked.npy"),
        ),
        viewed=Pairs(**mapped("viewed", PAIRS)),
        bought=Pairs(**mapped("bought", PAIRS)),
    )
