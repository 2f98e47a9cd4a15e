"""Which collections of MongoDB this process writes to, so that no others need be emptied."""

from __future__ import annotations

from typing import Any

from pymongo import monitoring
from pymongo.collection import Collection

WRITING = ("insert", "update", "findAndModify")


class Written(monitoring.CommandListener):
    """Notes what the clients write to that this process makes from now on."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        monitoring.register(self)

    def take(self) -> set[str]:
        """The names of the collections since the last time."""
        names, self._names = self._names, set()
        return names

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in WRITING:
            self._names.add(event.command[event.command_name])

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


def empty(collection: Collection[Any]) -> None:
    """Deletes every document but the store's identity, without which all indexes are made anew."""
    collection.delete_many({"_id": {"$ne": "store"}})
