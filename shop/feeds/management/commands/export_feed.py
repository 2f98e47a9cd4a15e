"""`manage.py export_feed NAME PATH`: write a feed of all published products, and look at it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.feeds.checking import faults_in, write
from shop.feeds.feeds import Feed
from shop.feeds.rules import Fault

NAMED = 20


class Command(BaseCommand):
    help = "Write the feed of that name into a file, and say which of its readers' rules it breaks."

    def add_arguments(self, parser: CommandParser) -> None:
        names = [feed.name for feed in Feed.every()]
        parser.add_argument("name", choices=names, metavar="NAME", help=", ".join(names))
        parser.add_argument("path", type=Path, help="the file to write")
        parser.add_argument(
            "--origin",
            default=settings.ORIGIN,
            help="the shop's scheme and host, as https://shop.example; else VITRINE_ORIGIN",
        )

    def handle(self, *, name: str, path: Path, origin: str, **options: Any) -> None:
        feed = Feed.named(name)
        if feed is None:
            raise CommandError(f"There is no feed {name}.")
        if not origin:
            raise CommandError("Where is the shop? Set VITRINE_ORIGIN, or name an --origin.")
        wrong = _put(feed, origin.rstrip("/"), path)
        for fault in wrong[:NAMED]:
            self.stderr.write(str(fault))
        if wrong:
            raise CommandError(f"{path} is written, and breaks rules {len(wrong)} times.")
        self.stdout.write(f"{path} is written, and keeps the rules.")


def _put(feed: Feed, origin: str, path: Path) -> list[Fault]:
    """Write all of it before it takes the place of what was there: what is wrong with it."""
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with partial.open("w+b") as file:
            write(feed.text(origin), file)
            file.seek(0)
            wrong = list(faults_in(file, feed))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return wrong
