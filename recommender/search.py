"""The recommender's face: all that a shop calls.

An item is an opaque text id without "|"; a photograph is a name in Django's default storage.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import numpy as np
from cachetools import TTLCache, cached
from django.utils.translation import gettext as _
from PIL.Image import Image
from pymongo.errors import PyMongoError

from recommender import copies, decoding, framing, looking, switching, tasks, twins
from recommender.conf import conf
from recommender.encoder import (
    NAMES,
    Calibration,
    Encoder,
    calibration_of,
    fingerprint_of,
    load_encoder,
)
from recommender.encoder import EncoderUnavailable as EncoderUnavailable
from recommender.encoder import encoder_notice as encoder_notice
from recommender.encoder import missing_for as missing_for
from recommender.encoder.calibration import CLOSE_FROM as CLOSE_FROM
from recommender.encoder.correspondence import Parts as Parts
from recommender.encoder.correspondence import Rings as Rings
from recommender.encoder.opinions import Opinion as Opinion
from recommender.encoder.opinions import Opinions as Opinions
from recommender.encoder.opinions import opinions
from recommender.explaining import Explainer
from recommender.explaining import Shown as Shown
from recommender.framing import Box
from recommender.index import snapshot
from recommender.matching import Accept as Accept
from recommender.matching import Filter, Wanted, matches, matches_of_item
from recommender.matching import Knowledge as Knowledge
from recommender.matching import Match as Match
from recommender.serving import checking, jobs, reports
from recommender.serving.checking import Check, Verdict
from recommender.serving.jobs import Job, Standing
from recommender.serving.keeper import NotLoaded, View, keeper
from recommender.serving.reports import Clock as Clock
from recommender.serving.reports import Process as Process
from recommender.several import matches_of_several
from recommender.store import database, embeddings, reading, search_indexes, tracking
from recommender.store.database import Document
from recommender.store.embeddings import State
from recommender.store.search_indexes import VectorSearchUnavailable
from recommender.switching import EncoderRef

log = logging.getLogger(__name__)

CALIBRATION_LIFE_S = 60.0
# An encoder takes all cores for half a second as it is loaded, which the first pages need more.
PAGES_FIRST_S = 1.0

COPY_FROM = copies.COPY_FROM
"""From this likeness on two photographs are one, if altered."""

LOOK_SIDE = 480
"""What to ask of `open_picture` for a picture to look at. A part of it may be what is looked at,
and it is shown beside what it finds; most screenshots are PNG, of which all is read."""

ENCODERS = NAMES
"""The names of the encoders that `switch_encoder` takes."""


class SearchUnavailable(Exception):
    """The recommender cannot answer now; a page leaves its panel out."""


class PhotoStatus(NamedTuple):
    """`seconds` from listing to ready, `error` one sentence for a person; each may be None."""

    photo: str
    state: str
    seconds: float | None
    error: str | None


class PhotoVector(NamedTuple):
    """What a picture is searched by: float32 of shape (d,), and the fingerprint of its encoder.

    `thumbnail`, uint8 (h, w, 3), is what the very picture is told by.
    """

    encoder: str
    vector: np.ndarray
    thumbnail: np.ndarray = twins.NO_PICTURE


class PhotoLook(NamedTuple):
    """What of a picture was looked at, upright, and what that is searched by.

    `picture` is the very picture that was asked about where that is all of it, as it came.
    """

    picture: Image
    query: PhotoVector


class Copy(NamedTuple):
    """An item that may be shown by a picture that was asked about, by this photograph of it.

    `likeness` is how much the two have in common, at most 1; from COPY_FROM on they are one.
    """

    item: str
    photo: str
    likeness: float


class Switching(NamedTuple):
    """A change of the encoder on its way: `done` of `total` photographs.

    `trouble` says why it cannot go on, if it cannot.
    """

    name: str
    done: int
    total: int
    trouble: str | None


class Overview(NamedTuple):
    """For an admin's page. `age` is seconds since this process last saw the store.

    `trouble` says why MongoDB, where it searches, would find nothing.
    """

    encoder: str
    fingerprint: str
    notice: str | None
    states: dict[str, int]
    size: int
    age: float | None
    switching: Switching | None
    trouble: str | None


class IndexReport(NamedTuple):
    """How the index stands in every process, for an admin's page and for metrics.

    `moment` is when that was, by the store's clock. `belonging` is how many photographs should be
    in it, `snapshot` the newest of this machine, `clocks` those of all processes, workers included,
    `found` what the last check found. Where MongoDB searches (not `in_memory`) there is no
    snapshot.
    """

    moment: dt.datetime
    encoder: str
    fingerprint: str
    in_memory: bool
    trouble: str | None
    belonging: int
    states: dict[str, int]
    snapshot: snapshot.Description | None
    processes: list[Process]
    clocks: list[Clock]
    rebuild: Standing
    check: Standing
    found: Check | None
    verdict: Verdict | None


@contextmanager
def _searching() -> Iterator[None]:
    try:
        yield
    except (VectorSearchUnavailable, EncoderUnavailable) as error:
        raise SearchUnavailable(str(error)) from error


def warm_up() -> None:
    """Load the index and the encoder in the background, before the first visitor asks.

    For a web process at its start; without it, the first page and the first photo search wait.
    """
    keeper().start()
    later = threading.Timer(PAGES_FIRST_S, _load_encoder)
    later.daemon = True
    later.start()


def _load_encoder() -> None:
    try:
        load_encoder(_view().encoder.name)
    except (SearchUnavailable, EncoderUnavailable) as error:
        log.warning("The encoder is loaded at its first use: %s", error)


# Telling


def track(item: str, photos: Sequence[str], listed: bool = True) -> None:
    """Say which photographs an item has now; a worker embeds those that are new.

    An item that is not `listed` is left out of every answer but keeps its vectors. May be called
    any number of times. Succeeds without a broker. Raises SearchUnavailable when the store is
    away.
    """
    if "|" in item:
        raise ValueError(f"An item's id must not contain '|': {item}")
    bulk = _bulk.get()
    with _store():
        while True:
            encoders = switching.current().fingerprints
            if not tracking.match_wanted(
                item, photos, listed=listed, encoders=encoders, bulk=bulk is not None
            ):
                break
            if bulk is None:
                embed_now()


def forget(item: str) -> None:
    """Drop an item with all its vectors. Raises SearchUnavailable when the store is away."""
    with _store():
        while tracking.match_wanted(item, (), listed=False, encoders=()):
            pass


_bulk: ContextVar[object] = ContextVar("bulk", default=None)


@contextmanager
def bulk() -> Iterator[None]:
    """Within it, tracked photographs wait behind those that people upload one by one.

    Workers are woken at the end, and by their sweep meanwhile, instead of by every product.
    """
    token = _bulk.set(object())
    try:
        yield
    finally:
        _bulk.reset(token)
        embed_now()


def embed_now() -> None:
    """Wake a worker. Without a broker nothing is lost: the sweep wakes one later."""
    tasks.wake()


def retry(item: str, photo: str) -> bool:
    """Try a failed photograph again; False where it has not failed."""
    with _store():
        again = [
            tracking.requeue(embeddings.embedding_id(item, photo, encoder))
            for encoder in switching.current().fingerprints
        ]
    if any(again):
        embed_now()
    return any(again)


def switch_encoder(name: str) -> None:
    """Have workers re-embed everything with another encoder (one of `ENCODERS`), then switch.

    The present one answers until then; asking for the present one ends the change. Raises
    ValueError for an unknown name, damaged weights and what this machine cannot load, and
    SearchUnavailable.
    """
    try:
        lacking = missing_for(name)
    except EncoderUnavailable as error:
        raise ValueError(str(error)) from error
    if lacking:
        raise ValueError(lacking)
    with _store():
        switching.want(name)
    tasks.look_around()


def rebuild_index() -> None:
    """Have a worker build the index anew; `index_report` tells how far it is.

    Raises SearchUnavailable.
    """
    _ask_of_index(Job.REBUILD)


def check_index() -> None:
    """Have a worker compare the index with the store, and its search with exact search.

    `index_report` tells what it found. Raises SearchUnavailable.
    """
    _ask_of_index(Job.CHECK)


def _ask_of_index(job: Job) -> None:
    with _store():
        jobs.ask(job)
    tasks.call_to_index()


# Asking how it stands


def status(item: str) -> list[PhotoStatus]:
    """The state of each of an item's photographs, for the serving encoder."""
    return statuses([item])[item]


def statuses(items: Sequence[str]) -> dict[str, list[PhotoStatus]]:
    """The same for several items at once; an item that is not tracked has an empty list."""
    found: dict[str, list[PhotoStatus]] = {item: [] for item in items}
    with _store():
        serving = switching.current().serving.fingerprint
        for document in reading.statuses(items, serving):
            found[document["item"]].append(_photo_status(document))
    return found


def failed(most: int) -> list[str]:
    """Items with a photograph that the serving encoder could not embed, at most so many.

    Raises SearchUnavailable when the store is away.
    """
    with _store():
        return reading.failed_items(switching.current().serving.fingerprint, most)


def _photo_status(document: Document) -> PhotoStatus:
    seconds = None
    if document["state"] == State.READY:
        seconds = (document["finished"] - document["created"]).total_seconds()
    return PhotoStatus(document["photo"], str(document["state"]), seconds, document["error"])


@_searching()
def overview() -> Overview:
    """The encoder, the work list and this process's index at a glance."""
    with _store():
        encoders = switching.current()
        counts = reading.counts()
    view = _view()
    return Overview(
        encoder=encoders.serving.name,
        fingerprint=encoders.serving.fingerprint,
        notice=encoder_notice(),
        states=_living(counts, encoders.serving.fingerprint),
        size=len(view.index),
        age=keeper().age,
        switching=_switching(encoders, counts),
        trouble=search_indexes.trouble(encoders.serving.fingerprint),
    )


def index_report() -> IndexReport:
    """How the index stands. Loads none in this process. Raises SearchUnavailable."""
    with _store():
        serving = switching.current().serving
        standings = jobs.standings()
        checked = standings[Job.CHECK].result
        found = Check(**checked) if checked else None
        return IndexReport(
            moment=database.now(),
            encoder=serving.name,
            fingerprint=serving.fingerprint,
            in_memory=not search_indexes.in_use(),
            trouble=search_indexes.trouble(serving.fingerprint),
            belonging=reading.count_listed(serving.fingerprint),
            states=_living(reading.counts(), serving.fingerprint),
            snapshot=snapshot.described_latest(conf.INDEX_DIR, serving.fingerprint),
            processes=reports.processes(),
            clocks=reports.clocks(),
            rebuild=standings[Job.REBUILD],
            check=standings[Job.CHECK],
            found=found,
            verdict=checking.verdict(found) if found else None,
        )


def astray() -> list[str]:
    """A sentence for each process that answers from something else than the store holds.

    Takes a moment where there are any. Raises SearchUnavailable.
    """
    with _store():
        return [checking.astray_words(process) for process in checking.astray()]


def switching_progress() -> Switching | None:
    """How far a change of the encoder is; None where there is none."""
    with _store():
        return _switching(switching.current(), reading.counts())


def _living(counts: dict[str, dict[str, int]], encoder: str) -> dict[str, int]:
    found = counts.get(encoder, {})
    return {str(state): found.get(state, 0) for state in State if state != State.REMOVED}


def _switching(encoders: switching.Encoders, counts: dict[str, dict[str, int]]) -> Switching | None:
    if encoders.target is None:
        return None
    states = _living(counts, encoders.target.fingerprint)
    done = states[State.READY] + states[State.FAILED]
    total = sum(_living(counts, encoders.serving.fingerprint).values())
    return Switching(encoders.target.name, done, total, encoders.trouble)


# Finding


def version() -> Hashable | None:
    """The same, in every process, while `similar` answers the same, as long as its callables do;
    None where nobody knows. Raises SearchUnavailable.
    """
    view = _view()
    if view.version is None:
        return None
    return view.version, hash(_calibration(view.encoder))


@_searching()
def similar(
    item: str,
    k: int = 5,
    accept: Accept | None = None,
    filter: Filter | None = None,
    *,
    knowledge: Knowledge | None = None,
    preference: Knowledge | None = None,
    diversity: float | None = None,
) -> list[Match]:
    """The k items most like this one, by falling score, without the item itself.

    `accept` is given item ids and returns those that may be shown, each with its group, of which
    only the first is shown; the search widens while there are more. Fewer are found where no more
    are close, at least CLOSE_FROM. `filter` narrows what may be found, exactly, and then it may be
    as far as it is. `knowledge` says what is known of items beside their pictures; `preference`
    brings items forward, by log odds too, which no score shows. `diversity`, the setting DIVERSITY
    where it is None, keeps things apart that are alike to each other, from 0, not at all, to 1;
    without it the answer for few is the beginning of that for many. Empty where the item has no
    vector yet. Raises SearchUnavailable.
    """
    view = _view()
    wanted = _wanted(view, k, accept, filter, diversity)
    wanted = wanted._replace(knowledge=knowledge, preference=preference)
    return matches_of_item(view.index, item, wanted)


@_searching()
def like_several(
    items: Sequence[str],
    weights: Sequence[float],
    k: int = 5,
    accept: Accept | None = None,
    *,
    diversity: float | None = None,
) -> list[Match]:
    """The k items that look like some of these, which are somebody's tastes, without themselves.

    `items` come with what was looked at last in front, `weights` say how much each counts; the
    score of a match is smaller where it is for a taste of small weight. `accept` and `diversity` as
    above. Raises SearchUnavailable.
    """
    view = _view()
    wanted = _wanted(view, k, accept, None, diversity)
    return matches_of_several(view.index, items, weights, wanted)


def vector_of(picture: Image) -> PhotoVector:
    """The vector of all of a picture from `open_picture`, by the encoder that serves.

    Raises SearchUnavailable.
    """
    encoder = _encoder(_view())
    seen = decoding.reduced(picture, encoder.decode_side)
    vector = encoder.encode([seen])[0]
    return PhotoVector(encoder.fingerprint, vector, twins.thumbnail(picture))


@_searching()
def look_at(picture: Image) -> PhotoLook:
    """Look at a picture from `open_picture` as `recommender.looking` does: without its bars.

    Raises SearchUnavailable.
    """
    view = _view()
    encoder = _encoder(view)
    look = looking.look(picture, encoder, view.index, _calibration(view.encoder))
    query = PhotoVector(encoder.fingerprint, look.vector, twins.thumbnail(look.picture))
    return PhotoLook(look.picture, query)


@_searching()
def propose_part(picture: Image) -> Box:
    """Where in a picture from `open_picture` its thing seems to be, in pixels.

    All of it by an encoder that was not taught to tell. Raises SearchUnavailable.
    """
    found = _encoder(_view()).locate(picture)
    return Box(*found) if found else framing.whole(picture)


@_searching()
def why_similar(item: str, other: str) -> tuple[Shown, Shown] | None:
    """Why two items are alike: of each the photograph that is the most like one of the other, in
    two passes. None where one of them has no vector. Raises SearchUnavailable.
    """
    return _explainer(_view()).items(item, other)


@_searching()
def why_like(picture: Image, query: PhotoVector, item: str) -> tuple[Shown, Shown] | None:
    """The same of a picture from `open_picture`, with its vector, and an item."""
    view = _view_of(query)
    return _explainer(view).picture(picture, query.vector, item)


def _explainer(view: View) -> Explainer:
    return Explainer(view.index, _encoder(view), _calibration(view.encoder))


def _encoder(view: View) -> Encoder:
    try:
        encoder = load_encoder(view.encoder.name)
    except EncoderUnavailable as error:
        raise SearchUnavailable(_("The encoder is not to be had.")) from error
    if encoder.fingerprint != view.encoder.fingerprint:
        raise SearchUnavailable(_("The encoder is being changed."))
    return encoder


def is_current(query: PhotoVector) -> bool:
    """Whether a vector is of the encoder that serves now. Raises SearchUnavailable."""
    return query.encoder == _view().encoder.fingerprint


@_searching()
def by_vector(
    query: PhotoVector,
    k: int = 5,
    accept: Accept | None = None,
    filter: Filter | None = None,
    *,
    diversity: float | None = None,
) -> list[Match]:
    """The k items most like a picture, as `similar` finds them. Raises SearchUnavailable.

    An item that shows the very picture, be it altered, comes first, as a twin. The scores are small
    where the picture shows nothing that a shop of clothes may have; where nothing is close, the k
    least far are found.
    """
    view = _view_of(query)
    wanted = _wanted(view, k, accept, filter, diversity)
    wanted = wanted._replace(thumbnail=query.thumbnail, far=True)
    if wanted.calibration:
        chance = wanted.calibration.chance_of_a_thing(query.vector)
        wanted = wanted._replace(chance=chance)
    return matches(view.index, query.vector, wanted)


def copies_of(picture: Image, query: PhotoVector, accept: Accept | None = None) -> list[Copy]:
    """The items most like a picture from `open_picture`, by how much of it their photographs are.

    `query` is its vector. More thorough than a twin, and slower: flat borders are seen through as
    well. Raises SearchUnavailable.
    """

    def nearest(query: PhotoVector) -> list[tuple[str, str]]:
        # They are compared afterwards.
        unseen = query._replace(thumbnail=twins.NO_PICTURE)
        found = by_vector(unseen, copies.AMONG, accept, diversity=0)
        return [(match.item, match.photo) for match in found]

    return _copies(picture, query, nearest)


def copies_among(picture: Image, query: PhotoVector, items: Sequence[str]) -> list[Copy]:
    """The same among these items alone, listed or not, as far as they have vectors.

    Reads all of those. Raises SearchUnavailable.
    """
    with _store():
        ids, rows = reading.load(reading.embedded_of(items, query.encoder))

    def nearest(query: PhotoVector) -> list[tuple[str, str]]:
        first: dict[str, str] = {}
        for place in np.argsort(-(rows @ query.vector)).tolist():
            first.setdefault(*embeddings.parts_of(ids[place]))
        return list(first.items())[: copies.AMONG]

    return _copies(picture, query, nearest) if ids else []


type _Nearest = Callable[[PhotoVector], list[tuple[str, str]]]
"""The items nearest to a vector, each with its nearest photograph."""


def _copies(picture: Image, query: PhotoVector, nearest: _Nearest) -> list[Copy]:
    whole, *within = copies.parts(picture)
    looks = [(whole, query), *((part, vector_of(part)) for part in within)]
    best: dict[str, Copy] = {}
    for part, vector in looks:
        found = nearest(vector)
        likenesses = copies.likenesses(part, [photo for _item, photo in found])
        for (item, photo), likeness in zip(found, likenesses, strict=True):
            if item not in best or likeness > best[item].likeness:
                best[item] = Copy(item, photo, likeness)
    return sorted(best.values(), key=lambda copy: -copy.likeness)


def serving() -> str:
    """The fingerprint of the encoder that serves. Raises SearchUnavailable."""
    return _view().encoder.fingerprint


@_searching()
def chance_of_a_thing(query: PhotoVector) -> float:
    """How sure it is that a picture shows anything that a shop of clothes may have, from 0 to 1.

    Raises SearchUnavailable.
    """
    calibration = _calibration(_view().encoder)
    return calibration.chance_of_a_thing(query.vector) if calibration else 1.0


@_searching()
def opinions_of(query: PhotoVector) -> Opinions:
    """What the encoder takes a picture for; nothing by one that was taught no words.

    Raises SearchUnavailable.
    """
    view = _view()
    calibration = _calibration(view.encoder)
    if calibration is None or query.encoder != view.encoder.fingerprint:
        return Opinions()
    return opinions(query.vector, calibration.kinds)


def _wanted(
    view: View, k: int, accept: Accept | None, filter: Filter | None, diversity: float | None
) -> Wanted:
    diversity = conf.DIVERSITY if diversity is None else diversity
    return Wanted(k, accept, filter, diversity, _calibration(view.encoder))


# A weights file that cannot be read now may be whole again in a minute.
@cached(TTLCache(maxsize=4, ttl=CALIBRATION_LIFE_S), lock=threading.Lock())
def _calibration(encoder: EncoderRef) -> Calibration | None:
    """The serving encoder's; None too where its name stands for other weights by now."""
    try:
        if fingerprint_of(encoder.name) == encoder.fingerprint:
            return calibration_of(encoder.name)
    except EncoderUnavailable as error:
        log.warning("Similarities are not calibrated: %s", error)
    return None


def _view() -> View:
    try:
        return keeper().view()
    except NotLoaded as error:
        raise SearchUnavailable(_("The index is not loaded and its store is away.")) from error


def _view_of(query: PhotoVector) -> View:
    """The index that a vector may be compared with. Raises SearchUnavailable."""
    view = _view()
    if query.encoder != view.encoder.fingerprint:
        raise SearchUnavailable(_("The encoder is being changed."))
    return view


@contextmanager
def _store() -> Iterator[None]:
    try:
        yield
    except PyMongoError as error:
        raise SearchUnavailable(_("The store of the embeddings is away.")) from error
    except EncoderUnavailable as error:
        raise SearchUnavailable(_("The encoder is not to be had.")) from error
