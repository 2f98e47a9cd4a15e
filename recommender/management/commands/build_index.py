"""`manage.py build_index`: build the index anew from the stored vectors."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from recommender.management.progress import bar, count
from recommender.serving import building
from recommender.store.search_indexes import VectorSearchUnavailable


class Command(BaseCommand):
    help = (
        "Builds the snapshot that this machine's processes load and publishes it by rename; with "
        "VITRINE_INDEX=mongodb has MongoDB build its search indexes instead."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console()
        with bar(console) as progress:
            task = progress.add_task("Reading vectors", total=None, visible=False)
            try:
                size = building.build(
                    always=True,
                    progress=lambda done, total: progress.update(
                        task, completed=done, total=total, visible=True
                    ),
                )
            except building.Busy as error:
                raise CommandError("Another process is building a snapshot now.") from error
            except VectorSearchUnavailable as error:
                raise CommandError(str(error)) from error
        if size:
            console.print(f"The index holds {count(size, 'vector')}.")
        else:
            console.print("There is no vector yet: `manage.py embed` makes them.")
