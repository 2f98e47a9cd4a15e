"""Whether the servers that the shop stands on answer, for the health check and for `doctor`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from celery_app import app as celery
from shop.config.routers import catalogue_connection

BROKER_PATIENCE_SECONDS = 1


@dataclass(frozen=True)
class Answer:
    """What one server said: whether it answered, and its version or the reason."""

    name: str
    ok: bool
    detail: str
    seconds: float


def ask(name: str, question: Callable[[], str]) -> Answer:
    """Puts the question to a server; what the server's client raises becomes the detail."""
    started = time.perf_counter()
    try:
        ok, detail = True, question()
    except (DatabaseError, PyMongoError, OperationalError, OSError) as fault:
        ok, detail = False, str(fault).split(", Timeout:")[0]
    return Answer(name, ok, detail, time.perf_counter() - started)


def ask_sql() -> str:
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"


def ask_mongodb() -> str:
    client: MongoClient[dict[str, Any]] = catalogue_connection().database.client
    return f"MongoDB {client.server_info()['version']}"


def ask_broker() -> str:
    with celery.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE_SECONDS)
        return str(connection.transport.driver_type)


def answers() -> list[Answer]:
    """SQL, MongoDB and the broker, in this order."""
    return [ask("sql", ask_sql), ask("mongodb", ask_mongodb), ask("broker", ask_broker)]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served, 503 while a database is away.

    A broker that is away delays embeddings but stops no page, so it is told and not counted.
    """
    said = answers()
    healthy = all(answer.ok for answer in said if answer.name != "broker")
    body = {answer.name: "ok" if answer.ok else "away" for answer in said}
    return JsonResponse(body, status=200 if healthy else 503)
