"""Sources: files that the shop is kept in step with, imported again when they have changed.

A run is an ImportJob. One of a source is under way at a time: whoever begins one writes its id into
the source, on condition that the one that stands there is through.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from shop.catalog.imports import gone, jobs
from shop.catalog.models import ImportJob, ImportSource

# Runs of a source that are kept, with their reports.
KEPT_RUNS = 50
# After so many runs that failed, one after the other, somebody should look.
FAILING = 3
# What whoever begins a run takes at most.
BEGINNING_S = 60.0


def begin(source: ImportSource, *, author: str = "", preview: bool = False) -> ImportJob | None:
    """Begin a run of a source, unless one is under way; one with an author reads whatever is there.

    A worker is still to be sent.
    """
    before = source.run
    if before and _is_under_way(before):
        return None
    job = ImportJob(
        title=source.name,
        source=str(source.pk),
        author=author,
        preview=[] if preview else None,
        # Nobody takes it up before it is the source's run.
        lease=jobs.LEASES.end(BEGINNING_S),
    )
    job.save()
    free = ImportSource.objects.filter(pk=source.pk, run=before)
    if not free.update(run=str(job.pk), due=source.next_time()):
        job.delete()
        return None
    ImportJob.objects.filter(pk=job.pk).update(lease=0.0)
    _prune(source)
    return job


def _is_under_way(job_id: str) -> bool:
    job = ImportJob.objects.filter(pk=job_id).first()
    return job is not None and not job.settled


def due() -> list[ImportSource]:
    """The sources whose time has come."""
    return list(ImportSource.objects.filter(due__lte=timezone.now()))


def runs(source: ImportSource, most: int) -> list[ImportJob]:
    """What was imported from a source lately, the last first, without what was left out."""
    own = ImportJob.objects.filter(source=str(source.pk))
    return list(own.defer("bad", "picture_faults", "preview")[:most])


def failing() -> list[tuple[ImportSource, str]]:
    """The sources that have failed so often that it is no accident, each with the last reason."""
    last = [(source, _settled(source)[:FAILING]) for source in ImportSource.objects.all()]
    return [(source, some[0].error) for source, some in last if _have_failed(some)]


def _settled(source: ImportSource) -> list[ImportJob]:
    return [job for job in runs(source, FAILING + 1) if job.settled]


def _have_failed(some: Sequence[ImportJob]) -> bool:
    are_failed = all(job.state == ImportJob.State.FAILED for job in some)
    return len(some) == FAILING and are_failed


def may_agree(job: ImportJob) -> bool:
    """Whether what a run would have archived may still be: no later one has looked."""
    done = ImportJob.objects.filter(source=job.source, state=ImportJob.State.DONE)
    last = done.first() if job.source and job.held else None
    return last is not None and last.pk == job.pk and not job.agreed


def agree(job: ImportJob) -> bool:
    """Have what a run held back archived after all; whether a worker is to be sent."""
    held = ImportJob.objects.filter(pk=job.pk, agreed=False).exclude(held="")
    return may_agree(job) and bool(held.update(agreed=True))


def agreed() -> list[str]:
    """The ids of runs whose products are still to be archived."""
    waiting = ImportJob.objects.filter(agreed=True).exclude(held="")
    return [str(pk) for pk in waiting.values_list("pk", flat=True)]


def archive(job_id: str) -> None:
    """Archive what a run held back, once the merchant agreed; doing so twice changes nothing."""
    job = ImportJob.objects.filter(pk=job_id, agreed=True).exclude(held="").first()
    if job:
        count = gone.archive(job.source, job.gone, job_id, step=lambda: None)
        ImportJob.objects.filter(pk=job.pk).update(archived_count=count, held="", gone=[])


def _prune(source: ImportSource) -> None:
    """Forget the reports of long ago."""
    for job in ImportJob.objects.filter(source=str(source.pk))[KEPT_RUNS:]:
        jobs.discard_uploads(job)
        job.delete()
