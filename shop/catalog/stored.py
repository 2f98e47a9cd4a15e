"""Files in the storage that wait for something, and how long they have."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage


def stored_before(folder: str, moment: datetime) -> set[str]:
    """The names of the files in a folder of the storage that were stored before a moment."""
    if not default_storage.exists(folder):
        return set()
    names = {f"{folder}/{file}" for file in default_storage.listdir(folder)[1]}
    return {name for name in names if _is_older(name, moment)}


def _is_older(name: str, moment: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < moment
    except FileNotFoundError:
        # It has been taken meanwhile.
        return False
