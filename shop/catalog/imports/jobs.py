"""Imports that run in a worker: claimed by one of them, reporting as they go, resumable.

A job is claimed for a lease: see `claims.leases`. Whatever stops its worker counts as an attempt,
except that something the shop stands on is away. `attempts` begins anew with every row that is
dealt with, so that only what stops its workers again and again at the same place is given up.
Whatever a worker writes of a job it writes on condition that the job is still its own, and so does
whoever lost it, or deleted it, no harm.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from bson import ObjectId
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from claims.leases import ATTEMPTS, Document, Leases
from shop.catalog.imports import dropped, gone, previewing, supply
from shop.catalog.imports.archives import Archive, Files, Zip
from shop.catalog.imports.importing import AT_ONCE, import_rows
from shop.catalog.imports.rows import MOST_SAID, BadRow, ImportRefused, Report, quoted
from shop.catalog.imports.sources import (
    Source,
    content_of,
    source_of_archive,
    source_of_content,
)
from shop.catalog.models import ImportJob
from shop.catalog.stored import stored_before
from shop.config.routers import catalogue_connection
from shop.web.trouble import trouble_of

logger = logging.getLogger(__name__)

# The storage's folder of what was uploaded.
UPLOADS = "imports"
PROGRESS_EVERY_S = 0.5
# Of its time that a worker tells how far it is.
MOST_TELLING = 0.05
LEASE_S = 60.0
AGAIN_AFTER_S = 15.0
# Whoever looked at an import and did not begin it may upload its files again after that.
KEPT_TO_BE_LOOKED_AT = timedelta(days=7)
# What no row takes, however large its photographs: a worker that needs longer hangs.
LONGEST_ROW_S = 600.0
COUNTS = (
    "done",
    "created_count",
    "updated_count",
    "unchanged_count",
    "bad_count",
    "stock_set_count",
    "stock_left_count",
    "category_count",
    "categories",
    "archived_count",
)
WRITTEN = ("state", "error", "attempts", "total", "notes", "preview", "held", *COUNTS)


class Overtaken(Exception):
    """The job is another worker's, since its lease ran out, or was deleted."""


def _documents() -> Collection[Document]:
    collection: Collection[Document] = catalogue_connection().database[ImportJob._meta.db_table]
    return collection


LEASES = Leases(_documents, working=str(ImportJob.State.RUNNING))


def run(job_id: str) -> None:
    """Run a job to its end, unless it is settled or another worker is at it."""
    key = ObjectId(job_id)
    claim = LEASES.claim([key], LEASE_S)
    if not claim.documents:
        LEASES.give_up([key], _why_given_up())
        return
    pace = _Pace()
    with LEASES.kept(claim.owner, key, LEASE_S, gets_on=pace.gets_on), suppress(Overtaken):
        _run(job_id, claim.owner, pace)


def _run(job_id: str, owner: str, pace: _Pace) -> None:
    job = ImportJob.objects.filter(pk=job_id, owner=owner).first()
    if job is None:
        raise Overtaken
    has_looked = job.preview is not None
    try:
        _supply(job)
        if has_looked:
            _look(job)
        else:
            _import(job, pace)
    except supply.Unchanged:
        supply.note_unchanged(job)
    except ImportRefused as refused:
        _settle(job, ImportJob.State.FAILED, str(refused))
    except Overtaken:
        raise
    except Exception as error:
        # If MongoDB is away, the lease runs out.
        with suppress(PyMongoError):
            _stopped_by(error, job, owner)
        raise
    else:
        _settle(job, ImportJob.State.PREVIEWED if has_looked else ImportJob.State.DONE)


def _stopped_by(error: Exception, job: ImportJob, owner: str) -> None:
    """Let a job be tried again after an error, unless that was the last attempt."""
    if trouble_of(error):
        # Which says nothing about the job.
        LEASES.give_back(owner, [job.pk], seconds=AGAIN_AFTER_S)
    elif job.attempts < ATTEMPTS:
        LEASES.put_back(owner, [job.pk], _why_stopped(error), seconds=AGAIN_AFTER_S)
    else:
        _settle(job, ImportJob.State.FAILED, _why_stopped(error))


def _why_stopped(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return _("There was not enough memory for it.")
    return _("It was stopped by a fault of the shop's own (%(fault)s).") % {
        "fault": quoted(f"{type(error).__name__}: {error}")
    }


def _why_given_up() -> str:
    return _("The worker stopped %(times)d times while it was at it.") % {"times": ATTEMPTS}


def unattended() -> list[str]:
    """The ids of jobs that wait or whose worker fell silent."""
    # Uploaded to a web server from before there were leases, that still serves during an update.
    unleased = {"lease": 0.0, "attempts": 0, "owner": None}
    _documents().update_many({"lease": {"$exists": False}}, {"$set": unleased})
    return [str(found["_id"]) for found in _documents().find(LEASES.free(), {"_id": 1})]


def keep_upload(file: File[bytes]) -> str:
    """Keep an uploaded file for the worker that will import it; returns its name in the storage."""
    return default_storage.save(f"{UPLOADS}/{uuid.uuid4().hex}", file)


def discard_uploads(job: ImportJob) -> None:
    """Delete the files that a job was made from."""
    for upload in job.uploads:
        default_storage.delete(upload["name"])


def discard_unclaimed(seconds: float) -> None:
    """Delete uploads, stored so many seconds ago, that no job will read.

    Whoever stored them was killed before their job was written down, or once it was settled.
    """
    stored = stored_before(UPLOADS, timezone.now() - timedelta(seconds=seconds))
    states = ImportJob.State
    unread = Q(state__in=(states.WAITING, states.RUNNING))
    looked_at = Q(state=states.PREVIEWED, created__gt=timezone.now() - KEPT_TO_BE_LOOKED_AT)
    jobs = ImportJob.objects.filter(unread | looked_at)
    read = {upload["name"] for job in jobs for upload in job.uploads}
    for name in stored - read:
        default_storage.delete(name)


def go_on(job: ImportJob) -> bool:
    """Let a job that was looked at be imported; whether nobody else did, or deleted it."""
    changes = {"state": ImportJob.State.WAITING, "preview": None, "attempts": 0, "lease": 0.0}
    looked_at = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.PREVIEWED)
    return bool(looked_at.update(**changes))


def _supply(job: ImportJob) -> None:
    """Keep what a source's file holds as if somebody had uploaded it, unless that was done."""
    if not job.source:
        return
    source = supply.source_of(job)
    if job.uploads:
        return
    with supply.content(job, source) as content:
        job.uploads = [{"name": keep_upload(content.file), "title": content.title}]
        job.validators = content.validators
    _save(job, uploads=job.uploads, validators=job.validators)


def _look(job: ImportJob) -> None:
    """Write down what would become of the first products, and of nothing else."""
    with _open(job) as source:
        job.total, job.notes = source.total, source.notes
        if job.source:
            found = gone.lacking(job.source, gone.named(source.products()))
            job.notes = [*job.notes, *found.notes()]
        job.preview = [previewing.told(each) for each in previewing.preview(source)]


def _import(job: ImportJob, pace: _Pace) -> None:
    with _open(job) as source:
        job.total, job.notes = source.total, source.notes
        report = report_of(job)

        def progress(report: Report) -> None:
            # Rows that are passed over are nothing new.
            if pace.is_time_to_tell() and report.done > job.done:
                with pace.telling():
                    _write_down(job, report)

        try:
            # Whatever stopped a worker is looked for row by row.
            at_once = 1 if job.attempts > 1 else AT_ONCE
            import_rows(
                source,
                report=report,
                progress=progress,
                mark=str(job.pk),
                source=job.source,
                at_once=at_once,
            )
        except Exception:
            # So much is done, if that can be told, and if it is told by us.
            with suppress(PyMongoError, Overtaken):
                _write_down(job, report)
            raise
        _write_down(job, report)
        if job.source:
            _follow(job, source, pace)


def _follow(job: ImportJob, source: Source, pace: _Pace) -> None:
    """Archive what came from a source and is in its file no more, or write down why not."""
    named = gone.named(source.products())
    gone.adopt(job.source, named)
    found = gone.lacking(job.source, named)
    if found.held:
        job.held, job.gone = found.held, found.ids
        _save(job, gone=job.gone)
    else:
        job.archived_count = gone.archive(job.source, found.ids, str(job.pk), pace.step)


def report_of(job: ImportJob) -> Report:
    """How an import went so far, as it was written down."""
    # Web servers from before an update, which serve until that is through, know no newer counts.
    return Report(
        created=job.created_count,
        updated=job.updated_count,
        unchanged=job.unchanged_count,
        stock_set=job.stock_set_count or 0,
        stock_left=job.stock_left_count,
        category_count=job.category_count or 0,
        categories=job.categories or [],
        bad_count=job.bad_count,
        bad=[BadRow(*pair) for pair in job.bad],
        notes=job.notes,
    )


class _Pace:
    """When the last row was dealt with, and when somebody is told next."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._next = self._last + PROGRESS_EVERY_S

    def step(self) -> None:
        """Note that something was dealt with."""
        self._last = time.monotonic()

    def is_time_to_tell(self) -> bool:
        """Whether to tell of the row just dealt with: not more often than a person can see."""
        self.step()
        return self._last >= self._next

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell, and then not again before that is a small part of all that was done."""
        begun = time.monotonic()
        yield
        ended = time.monotonic()
        self._next = ended + max(PROGRESS_EVERY_S, (ended - begun) / MOST_TELLING)

    def gets_on(self) -> bool:
        return time.monotonic() < self._last + LONGEST_ROW_S


def _write_down(job: ImportJob, report: Report) -> None:
    if report.done > job.done:
        job.attempts = 1
    job.done = report.done
    job.created_count = report.created
    job.updated_count = report.updated
    job.unchanged_count = report.unchanged
    job.stock_set_count = report.stock_set
    job.stock_left_count = report.stock_left
    job.category_count, job.categories = report.category_count, report.categories
    job.bad_count = report.bad_count
    if len(report.bad) == len(job.bad):
        _save(job)
    else:
        # It may be megabytes.
        job.bad = [[row.line, row.reason] for row in report.bad]
        _save(job, bad=job.bad)


def _save(job: ImportJob, **more: Any) -> None:
    """Save what may change of a job. Raises Overtaken where it went to another worker."""
    values = {name: getattr(job, name) for name in WRITTEN} | more
    if not ImportJob.objects.filter(pk=job.pk, owner=job.owner).update(**values):
        raise Overtaken


def _settle(job: ImportJob, state: Any, error: str = "") -> None:
    job.state, job.error = state, quoted(error, MOST_SAID)
    _save(job, owner=None)
    if state != ImportJob.State.PREVIEWED:
        discard_uploads(job)


@contextmanager
def _open(job: ImportJob) -> Iterator[Source]:
    archive = _archive(job)
    try:
        yield _source(job, archive)
    finally:
        archive.close()


def _archive(job: ImportJob) -> Archive:
    zips = [upload for upload in job.uploads if _ending(upload) == ".zip"]
    # What was dropped among photographs is to be one, whatever it is called.
    if zips and not job.options:
        return Zip(_still_there(zips[0]["name"]), zips[0]["title"])
    return Files(job.title, [(u["title"], partial(_opened, u["name"])) for u in job.uploads])


def _source(job: ImportJob, archive: Archive) -> Source:
    if job.options:
        facts = dropped.Facts(**job.options)
        total = len(dropped.groups(archive, facts.grouped))
        return Source("photographs", total, lambda: dropped.rows(archive, facts), archive)
    tables = [upload for upload in job.uploads if _ending(upload) != ".zip"]
    if not tables:
        return source_of_archive(archive)
    title = tables[0]["title"]
    with _still_there(tables[0]["name"]) as file:
        content = content_of(file, title)
    return source_of_content(content, title, archive)


def _opened(name: str) -> BinaryIO:
    return cast(BinaryIO, default_storage.open(name))


def _still_there(name: str) -> BinaryIO:
    """An uploaded file. Raises ImportRefused where it is gone."""
    try:
        return _opened(name)
    except FileNotFoundError as gone:
        raise ImportRefused(_("The uploaded files are gone: upload them again.")) from gone


def _ending(upload: dict[str, Any]) -> str:
    return PurePosixPath(upload["title"]).suffix.lower()
