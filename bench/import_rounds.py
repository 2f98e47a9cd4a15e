"""Imports catalogues one after the other into a shop of its own, of whichever commit it runs in.

Reads the path of a catalogue from each line of its input, and answers with how many seconds its
import took and how many products it made.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from shop.catalog.imports import import_rows, open_source
    from shop.embedded import ensure_running, release

    ensure_running()
    try:
        for database in ("default", "catalog"):
            call_command("migrate", database=database, interactive=False, verbosity=0)
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            began = time.perf_counter()
            with open_source(Path(line.strip())) as source:
                report = import_rows(source)
            print(json.dumps([time.perf_counter() - began, report.created]), flush=True)
    finally:
        release()


if __name__ == "__main__":
    main()
