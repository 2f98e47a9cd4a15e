"""Imports that run in a worker: claimed by one of them, reporting as they go, resumable.

`changed` of a running job, by which a silent worker is known, is by MongoDB's clock, as workers'
own may disagree.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from bson.codec_options import CodecOptions
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connections
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalog.imports import dropped
from shop.catalog.imports.archives import MAX_CSV_BYTES, Archive, Files, Zip
from shop.catalog.imports.importing import import_rows
from shop.catalog.imports.rows import BadRow, ImportRefused, Report
from shop.catalog.imports.sources import Source, source_of_archive, source_of_table
from shop.catalog.imports.tables import read_table
from shop.catalog.models import ImportJob
from shop.config.routers import CATALOG_DATABASE

logger = logging.getLogger(__name__)

# The storage's folder of what was uploaded.
UPLOADS = "imports"
# A running job says so at least this often; after the lease another worker may take it up.
PROGRESS_EVERY_S = 0.5
LEASE = timedelta(seconds=60)
# A job is one MongoDB document, so it lists the first bad rows and counts the others.
MOST_BAD_ROWS = 5_000
COUNTS = ("done", "created_count", "updated_count", "unchanged_count", "bad_count")
WRITTEN = ("state", "error", "total", "notes", "bad", *COUNTS)
AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


def run(job_id: str) -> None:
    """Run a job to its end, unless it is settled or another worker is at it."""
    if not _claim(job_id):
        return
    job = ImportJob.objects.get(pk=job_id)
    try:
        _import(job)
    except ImportRefused as refused:
        _settle(job, ImportJob.State.FAILED, str(refused))
    except FileNotFoundError:
        _settle(job, ImportJob.State.FAILED, _("The uploaded files are gone: upload them again."))
    else:
        _settle(job, ImportJob.State.DONE)


def unattended() -> list[str]:
    """The ids of jobs that wait or whose worker fell silent."""
    jobs = ImportJob.objects.filter(_free_to_take())
    return [str(pk) for pk in jobs.values_list("pk", flat=True)]


def keep_upload(file: UploadedFile) -> str:
    """Keep an uploaded file for the worker that will import it; returns its name in the storage."""
    name: str = default_storage.save(f"{UPLOADS}/{uuid.uuid4().hex}", file)
    return name


def discard_uploads(job: ImportJob) -> None:
    """Delete the files that a job was made from."""
    for upload in job.uploads:
        default_storage.delete(upload["name"])


def discard_unclaimed(seconds: float) -> None:
    """Delete uploads, stored so many seconds ago, that no job will read.

    Whoever stored them was killed before their job was written down, or once it was settled.
    """
    stored = _uploads_before(timezone.now() - timedelta(seconds=seconds))
    states = ImportJob.State
    unsettled = ImportJob.objects.filter(state__in=(states.WAITING, states.RUNNING))
    read = {upload["name"] for job in unsettled for upload in job.uploads}
    for name in stored - read:
        default_storage.delete(name)


def _uploads_before(time: datetime) -> set[str]:
    if not default_storage.exists(UPLOADS):
        return set()
    names = {f"{UPLOADS}/{file}" for file in default_storage.listdir(UPLOADS)[1]}
    return {name for name in names if _stored_before(name, time)}


def _stored_before(name: str, time: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < time
    except FileNotFoundError:
        # Its job was settled meanwhile.
        return False


def _free_to_take() -> Q:
    silent = Q(state=ImportJob.State.RUNNING, changed__lt=_now() - LEASE)
    return Q(state=ImportJob.State.WAITING) | silent


def _claim(job_id: str) -> bool:
    free = ImportJob.objects.filter(_free_to_take(), pk=job_id)
    return bool(free.update(state=ImportJob.State.RUNNING, changed=_now()))


def _now() -> datetime:
    """What MongoDB's clock says."""
    client = connections[CATALOG_DATABASE].database.client
    moment: datetime = client.admin.command("hello", codec_options=AWARE)["localTime"]
    return moment


def _import(job: ImportJob) -> None:
    with _open(job) as source:
        job.total, job.notes = source.total, source.notes
        report = Report(
            created=job.created_count,
            updated=job.updated_count,
            unchanged=job.unchanged_count,
            bad=[BadRow(*pair) for pair in job.bad],
        )
        # What an earlier run of this job dealt with is skipped, so that its report stays true.
        rows = islice(source, job.done, None)
        import_rows(rows, report=report, progress=_Progress(job))
        _write_down(job, report)


class _Progress:
    """Writes a report into its job, not more often than a person can see."""

    def __init__(self, job: ImportJob) -> None:
        self._job = job
        self._next = time.monotonic() + PROGRESS_EVERY_S

    def __call__(self, report: Report) -> None:
        if time.monotonic() >= self._next:
            _write_down(self._job, report)
            self._next = time.monotonic() + PROGRESS_EVERY_S


def _write_down(job: ImportJob, report: Report) -> None:
    job.done = report.done
    job.created_count = report.created
    job.updated_count = report.updated
    job.unchanged_count = report.unchanged
    job.bad_count = len(report.bad)
    job.bad = [[row.line, row.reason] for row in report.bad[:MOST_BAD_ROWS]]
    _save(job)


def _save(job: ImportJob) -> None:
    """Save what may change of a job; `save` would set `changed` by this machine's clock."""
    values = {name: getattr(job, name) for name in WRITTEN}
    ImportJob.objects.filter(pk=job.pk).update(**values, changed=_now())


def _settle(job: ImportJob, state: Any, error: str = "") -> None:
    job.state, job.error = state, error
    _save(job)
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
    if zips:
        return Zip(_opened(zips[0]["name"]), zips[0]["title"])
    pictures = [upload for upload in job.uploads if _ending(upload) != ".csv"]
    return Files(job.title, [(u["title"], partial(_opened, u["name"])) for u in pictures])


def _source(job: ImportJob, archive: Archive) -> Source:
    if job.options:
        facts = dropped.Facts(**job.options)
        total = len(dropped.groups(archive, facts.grouped))
        return Source("photographs", total, lambda: dropped.rows(archive, facts), archive)
    tables = [upload for upload in job.uploads if _ending(upload) == ".csv"]
    if not tables:
        return source_of_archive(archive)
    with _opened(tables[0]["name"]) as file:
        content = file.read(MAX_CSV_BYTES + 1)
    if len(content) > MAX_CSV_BYTES:
        raise ImportRefused(
            _("%(name)s is larger than %(most)d MB.")
            % {"name": tables[0]["title"], "most": MAX_CSV_BYTES // 1024**2}
        )
    return source_of_table(read_table(content, tables[0]["title"]), archive)


def _opened(name: str) -> BinaryIO:
    return cast(BinaryIO, default_storage.open(name))


def _ending(upload: dict[str, Any]) -> str:
    return PurePosixPath(upload["title"]).suffix.lower()
