"""Which store this is, which encoder serves in it, and the way from one encoder to the next.

A store has an identity, made once, and a revision, which every change of the vectors raises. What
was taken from a store, an index or a snapshot, belongs to it as long as the identity is the same
and the revision no lower. A backup that is restored brings an earlier revision back; whoever
notices gives the store a new identity, so that everybody takes everything anew.

One document says all of the encoders: `serving`, the one whose vectors every index holds; `target`,
the one that is being prepared, if any; `trouble`, why the target cannot be loaded, if it cannot;
`wanted`, the name that was last asked for; `configured`, the setting when it was last looked at;
`retired`, those whose vectors are still to be deleted.

A switch is: set the target; list every photograph for it; embed; when nothing is unfinished (and
MongoDB can search the target's vectors, where that is its part), make the target the serving one by
one conditional update. Each step may run twice and any number of processes may take it, so an
interruption costs nothing but time.

Nothing falls between the encoders, because `track` and `forget` repeat their pass, reading this
document anew each time, until there is nothing left to write: whoever read the document before the
target was set has its photographs listed before the copying starts, and whoever read it later
lists them for the target as well.
"""

import contextlib
import datetime as dt
import logging
import uuid
from typing import NamedTuple

from pymongo.errors import DuplicateKeyError

from recommender import encoder as encoders
from recommender.conf import conf
from recommender.store import database, embeddings, reading, search_indexes, two_encoders
from recommender.store.database import Document, state

log = logging.getLogger(__name__)

# Readers move over within a second; this is how long the old vectors outlive the switch.
RETIRED_FOR = dt.timedelta(seconds=60)


class EncoderRef(NamedTuple):
    name: str
    fingerprint: str


class Encoders(NamedTuple):
    """The state of the switch, as read at one moment, with the store's identity and revision.

    `since` is when the serving one began to serve, by the store's clock.
    """

    serving: EncoderRef
    since: dt.datetime
    target: EncoderRef | None
    trouble: str | None
    wanted: str
    configured: str
    retired: tuple[str, ...]
    store: str
    revision: int

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The encoders that a photograph has to be listed for, the serving one first."""
        return tuple(ref.fingerprint for ref in (self.serving, self.target) if ref)


def current() -> Encoders:
    """Read the state; on an empty store the configured encoder starts to serve.

    Raises PyMongoError, and EncoderUnavailable where that encoder is not to be had.
    """
    documents = {found["_id"]: found for found in state().find({})}
    if "store" not in documents:
        documents["store"] = _identified()
    if "encoder" not in documents:
        documents["encoder"] = _first()
    revision = documents.get("revision", {"value": 0})["value"]
    return _parsed(documents["encoder"], documents["store"]["identity"], revision)


def begin_anew(now: Encoders) -> Encoders:
    """Give a store that went back another identity, unless somebody else did so already."""
    change = {"$set": {"identity": uuid.uuid4().hex}}
    state().update_one({"_id": "store", "identity": now.store}, change)
    return current()


def _identified() -> Document:
    """The identity of a store that has none: it is new, or somebody dropped it."""
    database.make_indexes_anew()
    return _inserted({"_id": "store", "identity": uuid.uuid4().hex})


def _inserted(document: Document) -> Document:
    """The document as it stands in the store: where another process is first, what it wrote."""
    with contextlib.suppress(DuplicateKeyError):
        state().insert_one(document)
    return state().find_one({"_id": document["_id"]}) or document


def _first() -> Document:
    name = conf.ENCODER
    return _inserted(
        {
            "_id": "encoder",
            "serving": {"name": name, "fingerprint": encoders.fingerprint_of(name)},
            "target": None,
            "trouble": None,
            "wanted": name,
            "configured": name,
            "retired": [],
        }
    )


def _parsed(document: Document, store: str, revision: int) -> Encoders:
    target = document["target"]
    return Encoders(
        serving=EncoderRef(document["serving"]["name"], document["serving"]["fingerprint"]),
        since=document.get("since", embeddings.NEVER),
        target=EncoderRef(target["name"], target["fingerprint"]) if target else None,
        trouble=document.get("trouble"),
        wanted=document["wanted"],
        configured=document["configured"],
        retired=tuple(entry["fingerprint"] for entry in document["retired"]),
        store=store,
        revision=revision,
    )


def want(name: str) -> None:
    """Ask for an encoder by name and make it the target; workers bring it about by `advance`."""
    current()
    state().update_one({"_id": "encoder"}, {"$set": {"wanted": name}})
    _aim(current())


def report(target: EncoderRef, trouble: str | None) -> None:
    """Say why the target cannot be loaded, or that it can."""
    state().update_one(
        {"_id": "encoder", "target.fingerprint": target.fingerprint}, {"$set": {"trouble": trouble}}
    )


def advance() -> Encoders:
    """Take whatever step towards the wanted encoder is due; returns the state afterwards.

    A changed setting is a new wish. So are changed weights under the same name: their fingerprint
    differs from the one that serves.
    """
    now = current()
    if now.configured != conf.ENCODER:
        change = {"configured": conf.ENCODER, "wanted": conf.ENCODER}
        state().update_one({"_id": "encoder"}, {"$set": change})
        now = current()
    _aim(now)
    _finish(current())
    _drop_retired()
    return current()


def _aim(now: Encoders) -> None:
    """Make the wanted encoder the target, unless it serves already."""
    try:
        wanted = EncoderRef(now.wanted, encoders.fingerprint_of(now.wanted))
    except encoders.EncoderUnavailable as error:
        log.warning("The wanted encoder %s is not to be had: %s", now.wanted, error)
        return
    aim = None if wanted.fingerprint == now.serving.fingerprint else wanted
    if aim == now.target:
        return
    unchanged: Document = {"_id": "encoder"}
    if now.target:
        unchanged["target.fingerprint"] = now.target.fingerprint
    else:
        unchanged["target"] = None
    change: Document = {"$set": {"target": aim and aim._asdict(), "trouble": None}}
    if now.target:
        change["$push"] = {"retired": _retirement(now.target.fingerprint)}
    if state().update_one(unchanged, change).modified_count and aim:
        log.info("Preparing the encoder %s (%s).", aim.name, aim.fingerprint)


def _finish(now: Encoders) -> None:
    """List every photograph for the target; switch over when all are ready or have failed."""
    if now.target is None or reading.unfinished(now.target.fingerprint):
        return
    if two_encoders.copy_work(now.serving.fingerprint, now.target.fingerprint):
        return
    # Once more: where nothing was missing any more, another process may have just listed it.
    if reading.unfinished(now.target.fingerprint):
        return
    if wait := search_indexes.trouble(now.target.fingerprint):
        log.info("The encoder %s cannot serve yet: %s", now.target.name, wait)
        return
    switched = state().update_one(
        {
            "_id": "encoder",
            "serving.fingerprint": now.serving.fingerprint,
            "target.fingerprint": now.target.fingerprint,
        },
        {
            "$set": {"serving": now.target._asdict(), "target": None, "trouble": None},
            "$push": {"retired": _retirement(now.serving.fingerprint)},
            "$currentDate": {"since": True},
        },
    )
    if switched.modified_count:
        log.info("The encoder %s (%s) serves.", now.target.name, now.target.fingerprint)


def _retirement(fingerprint: str) -> Document:
    return {"fingerprint": fingerprint, "at": database.now()}


def _drop_retired() -> None:
    retired = (state().find_one({"_id": "encoder"}) or {"retired": []})["retired"]
    if not retired:
        return
    due, living = database.now() - RETIRED_FOR, current().fingerprints
    for entry in retired:
        if entry["at"] > due:
            continue
        if entry["fingerprint"] not in living:
            two_encoders.drop_encoder(entry["fingerprint"])
        state().update_one({"_id": "encoder"}, {"$pull": {"retired": entry}})
