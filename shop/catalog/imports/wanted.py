"""The work list of photographs that imports name by their addresses, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from bson import ObjectId
from django.conf import settings
from pymongo.collection import Collection

from claims.leases import WAITING, Document, Leases
from shop.catalog.imports.rows import MOST_BAD_ROWS, MOST_SAID, BadRow, ImportRow, quoted
from shop.catalog.models import ImportJob, Product, Status, WantedPhotographs
from shop.config.routers import catalogue_connection
from shop.fetching.guard import origin_of

# Whether something else lies at an address is asked after no more often.
FRESH_S = 7 * 24 * 3600.0
_ABSOLUTE = ("https://", "http://")
UNFINISHED = (WantedPhotographs.State.WAITING, WantedPhotographs.State.WORKING)


def _documents() -> Collection[Document]:
    return _collection(WantedPhotographs)


def _collection(model: Any) -> Collection[Document]:
    collection: Collection[Document] = catalogue_connection().database[model._meta.db_table]
    return collection


LEASES = Leases(_documents, working=str(WantedPhotographs.State.WORKING))


def fetchable(named: Iterable[str]) -> list[str]:
    """The addresses among what names photographs, each once, if the shop fetches from any.

    Some files name paths within their shop.
    """
    found = dict.fromkeys(map(str.strip, named)) if settings.FETCH else ()
    return [each for each in found if each.lower().startswith(_ABSOLUTE)]


def are_fetched(row: ImportRow) -> bool:
    """Whether the photographs of a row are to come from their addresses."""
    return bool(settings.FETCH and row.addresses and not row.photographs)


def want(product: Product, row: ImportRow, status: Status, job: str) -> None:
    """Have the photographs of a row fetched, unless that was done lately.

    A draft that waits for them becomes what `status` says; `job` hears what could not be fetched.
    """
    key, addresses = str(product.pk), list(row.addresses)
    before = WantedPhotographs.objects.filter(pk=key).first()
    if before and _is_settled(before, addresses):
        return
    news = {
        "addresses": addresses,
        "host": host_of(addresses[0]),
        "status": status.value,
        "job": job,
        "line": row.line,
        "faults": [],
        "state": WAITING,
        "rounds": 0,
        **{"error": "", "owner": None, "lease": 0.0, "attempts": 0},
    }
    first = {"given": [], "settled": 0.0}
    _documents().update_one({"_id": key}, {"$set": news, "$setOnInsert": first}, upsert=True)


def _is_settled(before: WantedPhotographs, addresses: list[str]) -> bool:
    is_done = before.state == WantedPhotographs.State.DONE and not before.faults
    is_fresh = before.settled > time.time() - FRESH_S
    return before.addresses == addresses and is_done and is_fresh


def host_of(address: str) -> str:
    """Whom an address asks, with the port."""
    _scheme, host, port = origin_of(address)
    return f"{host}:{port}"[:300]


def next_free() -> str | None:
    """A product whose photographs can be fetched now, if there is one."""
    found = _documents().find_one(LEASES.free(), {"_id": 1})
    return found["_id"] if found else None


def delay(host: str, seconds: float) -> None:
    """Leave whatever is wanted of a host alone for so many seconds."""
    end = LEASES.end(seconds)
    sooner = {"state": WAITING, "host": host, "lease": {"$lt": end}}
    _documents().update_many(sooner, {"$set": {"lease": end}})


def waiting(job: str) -> int:
    """Of how many products that an import named photographs are still to be fetched."""
    return WantedPhotographs.objects.filter(job=job, state__in=UNFINISHED).count()


def faults(job: str) -> list[BadRow]:
    """What could not be fetched for an import whose report nobody keeps."""
    lists = WantedPhotographs.objects.filter(job=job).exclude(faults=[])
    return [BadRow(each.line, said(*fault)) for each in lists for fault in each.faults]


def said(address: str, reason: str) -> str:
    """What a report says of an address."""
    return f"{quoted(address)}: {reason}"[:MOST_SAID]


def report(wanted: WantedPhotographs) -> None:
    """Write into an import's report what could not be fetched; doing so twice changes nothing."""
    if not (wanted.faults and wanted.job):
        return
    told = [[wanted.line, said(*fault)] for fault in wanted.faults]
    # Only while there is room in it.
    found = {"_id": ObjectId(wanted.job), f"picture_faults.{MOST_BAD_ROWS}": {"$exists": False}}
    change = {"$addToSet": {"picture_faults": {"$each": told}}}
    _collection(ImportJob).update_one(found, change)


def is_wanted(address: str, but: str) -> bool:
    """Whether another product still waits for what lies at an address."""
    waits = {"$in": [str(state) for state in UNFINISHED]}
    others = {"state": waits, "addresses": address, "_id": {"$ne": but}}
    return _documents().find_one(others, {"_id": 1}) is not None
