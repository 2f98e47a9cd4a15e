"""The products in memory as the rule of outfits sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from shop.beside.harmony import COLOUR, colour_of
from shop.beside.outfit import (
    ETHNIC,
    NONE,
    PIECE,
    both,
    complete,
    dressed_of,
    gender_of,
    goods_of,
    rule,
    season_of,
)
from shop.catalog.colours import hex_of
from shop.catalog.live.facts import IN_STOCK, KEY_BYTES, searchable
from shop.catalog.live.table import TEXT, keys_of
from shop.catalog.live.view import Layer, View
from shop.catalog.live.words.documents import things_of_kind
from shop.catalog.live.words.vocabulary import vocabulary
from shop.catalog.models import Status


def look_with(view: View, id: str, together: Mapping[str, float]) -> list[str]:
    """The ids of the products that complete a look with this one, in the order of its places.

    Only what is published and can be had. `together` says of products, by their ids, how often they
    are bought with this one, from 0 to 1.
    """
    product = _piece_of(view, id)
    if product is None:
        return []
    pieces = view.keep("pieces of outfits", lambda: _available(view))
    bought = np.zeros(len(pieces))
    if together:
        of_key = dict(zip(keys_of(list(together)).tolist(), together.values(), strict=True))
        for row in np.flatnonzero(np.isin(pieces["key"], list(of_key))):
            bought[row] = of_key[pieces["key"][row]]
    rows = complete(product, pieces, bought)
    return [pieces["key"][row].ljust(KEY_BYTES, b"\0").hex() for row in rows]


def _piece_of(view: View, id: str) -> np.void | None:
    for layer in view.layers:
        rows, _ = layer.table.rows_of(keys_of([id]))
        if len(rows) and layer.alive[rows[0]]:
            found: np.void = _pieces(view, layer, rows)[0]
            return found
    return None


def _available(view: View) -> np.ndarray:
    """PIECE (n,), by their parts."""
    found = []
    for layer in view.layers:
        rows = layer.alive & view.having(layer, "stock", {IN_STOCK})
        rows &= view.having(layer, "status", {Status.PUBLISHED.value})
        found.append(_pieces(view, layer, np.flatnonzero(rows)))
    pieces = np.concatenate([np.empty(0, PIECE), *found])
    pieces = pieces[pieces["part"] != NONE]
    return np.asarray(pieces[np.argsort(pieces["part"], kind="stable")])


def _pieces(view: View, layer: Layer, rows: np.ndarray) -> np.ndarray:
    """These rows of a layer, PIECE (n,)."""
    columns = layer.table.columns
    traits, traits_of_row = np.unique(columns["traits"][rows], return_inverse=True)
    goods, goods_of_row = np.unique(columns["goods"][rows], return_inverse=True)
    worn = _traits(view, traits)[traits_of_row]
    kinds = _goods(view, goods)[goods_of_row]
    pieces = np.empty(len(rows), PIECE)
    for name in ("gender", "season", "ethnic", "light", "chroma", "hue"):
        pieces[name] = worn[name]
    pieces["part"], pieces["bare"] = kinds["part"], kinds["bare"]
    dressed = both(
        np.stack([kinds["low"], kinds["high"]], axis=1),
        np.stack([worn["low"], worn["high"]], axis=1),
    )
    pieces["low"], pieces["high"], pieces["middle"] = dressed.T
    pieces["key"], pieces["style"] = layer.table.keys[rows], columns["style"][rows]
    signs = rule().signs
    pieces["patterned"] = _called(layer, signs["pattern"])[rows]
    pieces["alone"] = _called(layer, signs["alone"])[rows]
    return pieces


def _traits(view: View, numbers: np.ndarray) -> np.ndarray:
    """What combinations of traits, (n,), say; PIECE (n,), of which the other fields say nothing."""
    vocabulary = view.vocabularies["traits"]
    place = {name: at for at, name in enumerate(vocabulary.attributes)}
    found = np.zeros(len(numbers), PIECE)
    for row, number in enumerate(numbers.tolist()):
        combination = vocabulary.combination(number)
        gender, season, usage, colour = (
            next(iter(combination[place[name]]), "")
            for name in ("gender", "season", "usage", "colour")
        )
        found["gender"][row], found["season"][row] = gender_of(gender), season_of(season)
        found["low"][row], found["high"][row] = dressed_of(usage)
        found["ethnic"][row] = usage.strip().lower() == ETHNIC
        for (name, _), value in zip(COLOUR, colour_of(hex_of(colour)), strict=True):
            found[name][row] = value
    return found


def _goods(view: View, numbers: np.ndarray) -> np.ndarray:
    """The same of combinations of goods."""
    vocabulary = view.vocabularies["goods"]
    shelves = {str(one["_id"]): str(one.get("name") or "") for one in view.categories}
    place = {name: at for at, name in enumerate(vocabulary.attributes)}
    found = np.zeros(len(numbers), PIECE)
    for row, number in enumerate(numbers.tolist()):
        combination = vocabulary.combination(number)
        kind, shelf = (next(iter(combination[place[name]]), "") for name in ("kind", "category"))
        things = _things(kind) or _things(shelves.get(shelf, ""))
        for name, value in zip(("part", "low", "high", "bare"), goods_of(things), strict=True):
            found[name][row] = value
    return found


@lru_cache(4096)
def _things(kind: str) -> tuple[str, ...]:
    """What a kind says a product is, then what that is one of."""
    named = sorted(things_of_kind(kind))
    closest = [
        name
        for name in named
        if not any(other != name and name in vocabulary().thing(other).broader for other in named)
    ]
    return tuple(dict.fromkeys(up for name in closest for up in vocabulary().thing(name).broader))


def _called(layer: Layer, signs: Iterable[str]) -> np.ndarray:
    """Which rows are called something that has one of the signs, bool (n,)."""
    found = np.zeros(len(layer.table), bool)
    for sign in signs:
        found[layer.table.texts[TEXT].rows_with(searchable(sign))] = True
    return found
