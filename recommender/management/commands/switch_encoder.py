"""`manage.py switch_encoder NAME`: re-embed with another encoder, then switch at once."""

from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from recommender import search, switching
from recommender.encoder import fingerprint_of
from recommender.management.progress import bar

LOOK_S = 0.5


class Command(BaseCommand):
    help = (
        "Re-embeds every photograph with another encoder in the background. The old one serves "
        "until the new one is complete. May be interrupted and called again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=search.ENCODERS)
        parser.add_argument("--no-wait", action="store_true", help="start it and come back at once")

    def handle(self, *args: Any, name: str, no_wait: bool, **options: Any) -> None:
        console = Console()
        try:
            search.switch_encoder(name)
        except (ValueError, search.SearchUnavailable) as error:
            raise CommandError(str(error)) from error
        if no_wait:
            console.print(f"Celery workers prepare {name}; the admin's index page shows how far.")
            return
        console.print("Celery workers do this; `manage.py embed` in another window helps them.")
        with bar(console) as progress:
            _watch(
                progress.add_task(f"Embedding with {name}", total=None),
                progress,
                fingerprint_of(name),
            )
        console.print(f"{name} serves.")


def _watch(task: Any, progress: Any, wanted: str) -> None:
    while switching.advance().serving.fingerprint != wanted:
        if under_way := search.switching_progress():
            if under_way.trouble:
                raise CommandError(f"{under_way.trouble} Until it is mended the old one serves.")
            progress.update(task, completed=under_way.done, total=under_way.total)
        sleep(LOOK_S)
