"""What killed processes leave behind: uploads half received, files half written."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shop.catalog.imports import jobs

# Whoever wrote to a file within this time may still be at it.
UNTOUCHED_SECONDS = 3600


def sweep() -> None:
    """Delete what nobody has written to for an hour and nobody will ask for."""
    for path in _unfinished():
        if _is_untouched(path):
            _delete(path)
    jobs.discard_unclaimed(UNTOUCHED_SECONDS)


def _unfinished() -> Iterator[Path]:
    """Files that end at another name, or with the request that they came in."""
    yield from Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()
    # A secret, a converted encoder, a rendition.
    yield from settings.VAR_DIR.glob("*.partial")
    yield from settings.ENCODER_CACHE_DIR.glob("*.partial")
    yield from Path(settings.MEDIA_ROOT, "renditions").rglob("*.partial")


def _is_untouched(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - UNTOUCHED_SECONDS
    except FileNotFoundError:
        # It has been finished meanwhile.
        return False


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
