"""MongoDB's search indexes over the stored vectors, for where Vector Search serves them.

There is one for each length of vectors, since a search index fixes it: encoders whose vectors are
equally long share one and are told apart by a filter. MongoDB builds it in the background and lets
it follow the collection with a short delay.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.operations import SearchIndexModel

from recommender.conf import conf
from recommender.store import reading
from recommender.store.database import stored

PREFIX = "vectors_"
# What a search may be narrowed by.
FILTERS = ("encoder", "listed", "item")


class VectorSearchUnavailable(Exception):
    """MongoDB does not answer requests to its Vector Search; the text says what to do."""


@contextmanager
def reaching() -> Iterator[None]:
    """Turns what pymongo raises into VectorSearchUnavailable."""
    try:
        yield
    except OperationFailure as error:
        # Without search nodes, each version of the server refuses by another code.
        raise VectorSearchUnavailable(
            _(
                "MongoDB's Vector Search refuses (%(reason)s). It needs Atlas or search nodes "
                "(mongot): see docs/operations.md, or unset VITRINE_INDEX."
            )
            % {"reason": str(error).split(", full error")[0]}
        ) from error
    except PyMongoError as error:
        raise VectorSearchUnavailable(_("MongoDB is away.")) from error


def in_use() -> bool:
    return conf.INDEX == "mongodb"


def name(dimension: int) -> str:
    """The search index of the vectors that have so many numbers."""
    return f"{PREFIX}{dimension}"


def model(dimension: int) -> SearchIndexModel:
    """The definition. Cosine, so that vectors need not be of length 1 to the last bit."""
    vector = {
        "type": "vector",
        "path": "vector",
        "numDimensions": dimension,
        "similarity": "cosine",
    }
    filters = [{"type": "filter", "path": path} for path in FILTERS]
    return SearchIndexModel({"fields": [vector, *filters]}, name(dimension), "vectorSearch")


def prepare(encoders: Iterable[str]) -> None:
    """Create the search indexes that these encoders need and drop those that none of them needs.

    Raises VectorSearchUnavailable.
    """
    with reaching():
        dimensions = {d for d in map(reading.dimension, encoders) if d is not None}
        wanted = {name(dimension): model(dimension) for dimension in dimensions}
        found = {found["name"] for found in stored().list_search_indexes()}
        for missing in wanted.keys() - found:
            stored().create_search_index(wanted[missing])
        for unneeded in found - wanted.keys():
            if unneeded.startswith(PREFIX):
                stored().drop_search_index(unneeded)


def trouble(encoder: str) -> str | None:
    """Why Vector Search, if it is in use, would not find this encoder's vectors."""
    if not in_use():
        return None
    try:
        with reaching():
            dimension = reading.dimension(encoder)
            if dimension is None:
                return None
            found = list(stored().list_search_indexes(name(dimension)))
    except VectorSearchUnavailable as error:
        return str(error)
    if not found:
        return _("MongoDB has no search index %(name)s yet: manage.py build_index makes it.") % {
            "name": name(dimension)
        }
    if not found[0].get("queryable"):
        state = found[0].get("status", "unknown")
        return _("MongoDB's search index %(name)s is not ready yet (status: %(state)s).") % {
            "name": name(dimension),
            "state": state,
        }
    return None
