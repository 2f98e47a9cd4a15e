"""What importing a catalogue costs, how fast it goes, and whether anything is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import Figure, import_memory, import_plans, import_speed


def run(folder: Path) -> dict[str, Figure]:
    """Figures of how fast imports are, of the memory that they take, and of what they spoil."""
    speed = import_speed.figures(folder)
    with _shop():
        return speed | import_memory.figures(folder) | import_plans.figures(folder)


@contextmanager
def _shop() -> Iterator[None]:
    """The servers that the settings name, with an empty shop in them."""
    import django

    django.setup()
    from django.core.management import call_command

    from shop.embedded import ensure_running, release

    ensure_running()
    try:
        for database in ("default", "catalog"):
            call_command("migrate", database=database, interactive=False, verbosity=0)
        yield
    finally:
        release()
