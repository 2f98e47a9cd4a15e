"""The words of the catalogue: what somebody who types a few words is looking for. Pure.

`build` writes the index of all published products into a folder, which is `Built` for those who
read it; `Fresh` holds in memory what changed since; a `View` of both answers `search` with keys,
the 12 bytes of ObjectIds, in the order of relevance, and `suggest`; `ever_fewer` serves who looks
for more than words. Nothing here asks a database:
documents come as plain `Document`s.
"""

from shop.catalog.live.words.bounds import NO_BOUNDS, Bounds
from shop.catalog.live.words.documents import Document
from shop.catalog.live.words.index import FORMAT, Fresh, build
from shop.catalog.live.words.searching import Built, Found, View
from shop.catalog.live.words.sizes import LETTERS, fits
from shop.catalog.live.words.suggesting import Suggestion, Suggestions, suggest

__all__ = [
    "FORMAT",
    "LETTERS",
    "NO_BOUNDS",
    "Bounds",
    "Built",
    "Document",
    "Found",
    "Fresh",
    "Suggestion",
    "Suggestions",
    "View",
    "build",
    "fits",
    "suggest",
]
