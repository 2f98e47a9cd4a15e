"""Which database holds what: the catalogue in MongoDB, everything else in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db import connections
from django.db.models import Model

if TYPE_CHECKING:
    from django_mongodb_backend.base import DatabaseWrapper

CATALOG_APP = "catalog"
CATALOG_DATABASE = "catalog"


def catalogue_connection() -> DatabaseWrapper:
    """This thread's connection to MongoDB."""
    return cast("DatabaseWrapper", connections[CATALOG_DATABASE])


class CatalogRouter:
    """Sends the models of `shop.catalog` to MongoDB; silence means the default database."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return CATALOG_DATABASE if model._meta.app_label == CATALOG_APP else None

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool | None:
        """No relation may cross the two databases, since no query could follow it."""
        labels = {first._meta.app_label, second._meta.app_label}
        return False if CATALOG_APP in labels and len(labels) == 2 else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == CATALOG_DATABASE) == (app_label == CATALOG_APP)
