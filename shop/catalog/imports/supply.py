"""What a source's file holds: read from the folder of sources, or fetched from its address.

A run that nobody asked for reads a file only if it has changed since a run was through with it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalog.imports.archives import MAX_CSV_BYTES
from shop.catalog.imports.formats.facts import file_of
from shop.catalog.imports.rows import ImportRefused
from shop.catalog.models import ImportJob, ImportSource
from shop.fetching import Fetched, Later, Refused, Validators, fetch

# What a file may take, which its server may write as it is asked for.
LONGEST_S = 300.0
# When a server that does not answer is asked again, if it does not say.
AGAIN_AFTER_S = 3600.0
_ZIP = b"PK\x03\x04"


class Unchanged(Exception):
    """The file is as the last run found it."""


@dataclass(frozen=True)
class Content:
    """A file, what it is called, and by what it is told whether it has changed."""

    title: str
    file: File[bytes]
    validators: dict[str, str]


def files() -> list[str]:
    """The names of the files that lie in the folder of sources."""
    found = settings.SOURCES_DIR.iterdir()
    return sorted(p.name for p in found if p.is_file() and not p.name.startswith("."))


def source_of(job: ImportJob) -> ImportSource:
    """The source of a run. Raises ImportRefused where it has none, or another run."""
    source = ImportSource.objects.filter(pk=job.source, run=str(job.pk)).first()
    if source is None:
        raise ImportRefused(_("Its source is gone, or another run of it has begun."))
    return source


@contextmanager
def content(job: ImportJob, source: ImportSource) -> Iterator[Content]:
    """What a run is to read. Raises Unchanged and ImportRefused."""
    known = {} if job.author else _last_read(source)
    with _opened(source, known) as (name, file, validators):
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest == known.get("digest"):
            raise Unchanged
        file.seek(0)
        title = _titled(name, is_zip=file.read(len(_ZIP)) == _ZIP)
        file.seek(0)
        told = {"where": _where(source), "digest": digest, **validators}
        yield Content(title, File(file, title), told)


def note_unchanged(job: ImportJob) -> None:
    """Write down that a source was looked at, instead of a report."""
    ImportSource.objects.filter(pk=job.source).update(looked=timezone.now())
    job.delete()


def _last_read(source: ImportSource) -> dict[str, str]:
    """What was told of the file by the last run that was through with it, if it lay there too."""
    done = ImportJob.objects.filter(source=str(source.pk), state=ImportJob.State.DONE).first()
    told: dict[str, str] = done.validators if done else {}
    return told if told.get("where") == _where(source) else {}


def _where(source: ImportSource) -> str:
    return source.address or f"file:{source.file}"


@contextmanager
def _opened(
    source: ImportSource, known: dict[str, str]
) -> Iterator[tuple[str, io.BytesIO | io.BufferedReader, dict[str, str]]]:
    if source.address:
        came = _fetched(source, known)
        told = {"etag": came.validators.etag, "modified": came.validators.modified}
        yield file_of(source.address), io.BytesIO(came.content), told
        return
    if source.file not in files():
        raise ImportRefused(_("%(name)s is not in the folder of sources.") % {"name": source.file})
    with Path(settings.SOURCES_DIR, source.file).open("rb") as file:
        yield source.file, file, {}


def _fetched(source: ImportSource, known: dict[str, str]) -> Fetched:
    if not settings.FETCH:
        raise ImportRefused(_("Nothing is fetched from addresses: set VITRINE_FETCH=on."))
    validators = Validators(known["etag"], known["modified"]) if known else None
    try:
        came = fetch(source.address, most_bytes=MAX_CSV_BYTES, seconds=LONGEST_S, known=validators)
    except Later as later:
        _come_again(source, later.seconds or AGAIN_AFTER_S)
        raise ImportRefused(_why_not(source, later)) from later
    except Refused as refused:
        raise ImportRefused(_why_not(source, refused)) from refused
    if came is None:
        raise Unchanged
    return came


def _why_not(source: ImportSource, error: Exception) -> str:
    return _("%(address)s could not be fetched. %(reason)s") % {
        "address": source.address,
        "reason": error,
    }


def _come_again(source: ImportSource, seconds: float) -> None:
    """Have a source that is imported by itself looked at sooner than planned."""
    soon = timezone.now() + timedelta(seconds=seconds)
    ImportSource.objects.filter(pk=source.pk, due__gt=soon).update(due=soon)


def _titled(name: str, *, is_zip: bool) -> str:
    """What a file is called among those of a job, where archives are told by their ending."""
    stem = name or _("Source")
    if is_zip:
        return stem if stem.lower().endswith(".zip") else f"{stem}.zip"
    return f"{stem}.txt" if stem.lower().endswith(".zip") else stem
