"""What would gather for ever: uploads half received, files half written, unread mails."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shop.catalog.imports import fetching, jobs
from shop.outbox import keeping as outbox

# Whoever wrote to a file within this time may still be at it.
UNTOUCHED_SECONDS = 3600
# Where no mail server is named, mails lie in a folder for whoever tries the shop.
MAILS_ARE_KEPT_SECONDS = 30 * 24 * 3600


def sweep() -> None:
    """Delete what nobody has written to for an hour and nobody will ask for, and old mails."""
    for path in _unfinished():
        if _is_older(path, UNTOUCHED_SECONDS):
            _delete(path)
    for path in outbox.files():
        if _is_older(path, MAILS_ARE_KEPT_SECONDS):
            _delete(path)
    jobs.discard_unclaimed(UNTOUCHED_SECONDS)
    fetching.discard_unused()


def _unfinished() -> Iterator[Path]:
    """Files that end at another name, or with the request that they came in."""
    yield from Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()
    # A secret, a converted encoder, a mail, a rendition.
    yield from settings.VAR_DIR.glob("*.partial")
    yield from settings.ENCODER_CACHE_DIR.glob("*.partial")
    yield from outbox.folder().glob("*.partial")
    yield from Path(settings.MEDIA_ROOT, "renditions").rglob("*.partial")


def _is_older(path: Path, seconds: float) -> bool:
    try:
        return path.stat().st_mtime < time.time() - seconds
    except FileNotFoundError:
        # It has been finished meanwhile.
        return False


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
