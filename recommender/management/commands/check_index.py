"""`manage.py check_index`: compare the index with the store, and its search with exact search."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from recommender.encoder import EncoderUnavailable
from recommender.management.progress import bar
from recommender.serving import checking, jobs
from recommender.serving.jobs import Job
from recommender.store.search_indexes import VectorSearchUnavailable


class Command(BaseCommand):
    help = (
        "Checks that the index holds what belongs in it and that its search finds the nearest. "
        "The admin's page about the index shows the last check."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        with bar(console) as progress:
            task = progress.add_task("Searching", total=None)
            try:
                found = checking.check(
                    lambda done, total: progress.update(task, completed=done, total=total)
                )
            except (VectorSearchUnavailable, EncoderUnavailable) as error:
                raise CommandError(str(error)) from error
        jobs.record(Job.CHECK, found._asdict())
        verdict = checking.verdict(found)
        if not verdict.sound:
            raise CommandError(f"{verdict.words} {verdict.remedy}")
        console.print(verdict.words)
