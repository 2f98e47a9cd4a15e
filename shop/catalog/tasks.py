"""The catalogue's background work. Tasks take ids as text, may run twice, and find their work
in the database or the storage."""

from __future__ import annotations

from celery import shared_task

from claims.messages import send
from shop.catalog import changes, queries, registering, tracking
from shop.catalog.imports import fetching, in_step, jobs
from shop.catalog.live import building
from shop.catalog.live.finding import building as words
from shop.catalog.rendering import render_photograph

__all__ = [
    "archive_gone",
    "build_live_snapshot",
    "fetch_photographs",
    "keep_in_step",
    "prune_queries",
    "register_skus",
    "render_photograph",
    "resume_imports",
    "run_import",
    "tend_changes",
    "track_catalogue",
]


# A worker turns to its other tasks this often while it fetches photographs.
SLICE_S = 10.0


@shared_task
def run_import(job_id: str) -> None:
    """Import what a merchant uploaded, if nobody else is at it."""
    jobs.run(job_id)
    send(fetch_photographs)


@shared_task
def keep_in_step() -> None:
    """Begin what sources are due, and go on with what merchants agreed to."""
    for source in in_step.due():
        if job := in_step.begin(source):
            send(run_import, str(job.pk))
    for job_id in in_step.agreed():
        send(archive_gone, job_id)


@shared_task
def archive_gone(job_id: str) -> None:
    """Archive what a source's file lacked, as its merchant agreed."""
    in_step.archive(job_id)


@shared_task
def fetch_photographs() -> None:
    """Fetch photographs from their addresses until none waits, or the time slice is over."""
    if not fetching.drain(SLICE_S):
        send(fetch_photographs)


@shared_task
def resume_imports() -> None:
    """Take up imports whose message was lost or whose worker died."""
    for job_id in jobs.unattended():
        send(run_import, job_id)


@shared_task
def track_catalogue() -> None:
    """Make up for products that were saved while the recommender was away."""
    tracking.track_all()


@shared_task
def tend_changes() -> None:
    """Revise what was made without a revision, and drop old tombstones."""
    changes.tend()


@shared_task
def build_live_snapshot() -> None:
    """Publish a new snapshot of the live catalogue when enough has changed since the last."""
    building.build()
    words.build()


@shared_task
def register_skus() -> None:
    """Make the registry of SKUs fit the catalogue, and note what clashes."""
    registering.mend(registering.differences())


@shared_task
def prune_queries() -> None:
    """Delete the pictures that people searched with: old ones, and those that are too many."""
    queries.prune()
