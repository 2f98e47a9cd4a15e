"""`manage.py embed`: embed every photograph that waits, or watch a worker do it."""

from collections.abc import Iterable
from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string
from rich.console import Console

from recommender import embedding, switching
from recommender.conf import conf
from recommender.management.progress import bar, count
from recommender.store import reading, tracking

LOOK_S = 0.25


class Command(BaseCommand):
    help = "Turns the photographs on the work list into vectors, beside any Celery worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            action="store_true",
            help="leave the work to the Celery workers and show how far they are",
        )

        parser.add_argument(
            "--all",
            action="store_true",
            dest="everything",
            help="first list every product of the catalogue again; done anyway where nothing is "
            "listed, as after the embeddings were lost",
        )

        parser.add_argument(
            "--again",
            nargs="+",
            metavar="ITEM",
            help="first list these items' photographs again, whose files were changed in place; an "
            "item is a product's id, which stands in the address of its page in the admin",
        )

    def handle(
        self, *args: Any, watch: bool, everything: bool, again: list[str] | None, **options: Any
    ) -> None:
        console = Console()
        for item in again or ():
            _list_again(item)
        if everything or (conf.TRACK_EVERYTHING and not reading.counts()):
            with console.status("Listing the catalogue's photographs ..."):
                _list_everything()
        encoders = {} if watch else embedding.load_encoders()
        # An encoder whose weights are not here any more has work that nobody can do.
        fingerprints = switching.current().fingerprints if watch else tuple(encoders)
        total = _unfinished(fingerprints)
        if not total:
            console.print("Every photograph has its vector.")
            return
        with bar(console) as progress:
            task = progress.add_task("Embedding", total=total)
            if not watch:
                embedding.drain(encoders, done=lambda number: progress.advance(task, number))
            # What others have claimed, or what waits for its next attempt, is still under way.
            while left := _unfinished(fingerprints):
                total = max(total, left)
                progress.update(task, total=total, completed=total - left)
                sleep(LOOK_S)
                if not watch:
                    embedding.drain(encoders)
            progress.update(task, completed=total)
        console.print(_report())


def _list_everything() -> None:
    if conf.TRACK_EVERYTHING is None:
        raise CommandError("The setting TRACK_EVERYTHING names no function that lists every item.")
    import_string(conf.TRACK_EVERYTHING)()


def _list_again(item: str) -> None:
    if not tracking.requeue_item(item, switching.current().fingerprints):
        raise CommandError(f"No photograph of an item {item} was ever listed.")


def _unfinished(fingerprints: Iterable[str]) -> int:
    return sum(map(reading.unfinished, fingerprints))


def _report() -> str:
    states = reading.counts().get(switching.current().serving.fingerprint, {})
    ready, failed = states.get("ready", 0), states.get("failed", 0)
    return f"{count(ready, 'photograph')} ready, {failed} failed."
