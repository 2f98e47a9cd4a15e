"""What is configured, what answers and what is missing, as findings in plain words."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError

from celery_app import app as celery
from recommender import search
from recommender.search import Clock
from shop.catalog import registering
from shop.catalog.imports import in_step
from shop.catalog.models import Product
from shop.catalog.remember import DATABASE_ERRORS
from shop.config.environment import NOWHERE
from shop.config.routers import CATALOG_DATABASE
from shop.embedded import places
from shop.embedded.servers import broker_program
from shop.feeds import checking
from shop.feeds.feeds import Feed, published
from shop.operations import health
from shop.orders.models import DeliveryMethod
from shop.pages.models import Wording
from shop.stock import mending

WORKER_PATIENCE_SECONDS = 2
WAKE_LOOKS = 4
WAKE_PAUSE_SECONDS = 1.0
SKUS_NAMED = 5
FAULTS_NAMED = 5
CLOCK_TOLERANCE_SECONDS = 2.0
# What differs only because it is being changed is equal at one of these looks.
INDEX_LOOKS = 4
INDEX_PAUSE_SECONDS = 1.0


class State(StrEnum):
    """FAULT keeps the shop from working; NOTE is worth knowing and breaks nothing."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` says what to do, where there is something to do."""

    state: State
    subject: str
    detail: str
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """Everything that can be told, one by one as it is found; a fault never ends the round."""
    yield configuration()
    yield from check_messages()
    yield from mails()
    said = {answer.name: answer for answer in health.answers()}
    yield sql(said["sql"])
    yield mongodb(said["mongodb"])
    yield broker(said["broker"])
    if said["broker"].ok:
        yield workers()
    if said["sql"].ok and said["mongodb"].ok:
        yield tables()
        yield catalogue()
        yield from skus()
        yield from stock()
        yield delivery()
        yield pages()
        yield feeds()
        yield from sources()
        yield from recommender()
    yield collected_files()


def configuration() -> Finding:
    mode = "HTTPS" if settings.HTTPS else "plain HTTP, for trying out"
    debug = ", DEBUG on" if settings.DEBUG else ""
    return Finding(State.OK, "settings", f"{mode}{debug}; files in {settings.VAR_DIR}")


def check_messages() -> Iterator[Finding]:
    """The system checks' errors and warnings."""
    for message in checks.run_checks():
        state = State.FAULT if message.is_serious() else State.NOTE
        yield Finding(state, message.id or "check", message.msg, message.hint or "")


def mails() -> Iterator[Finding]:
    """Whether mails reach their readers, and say who wrote them."""
    if not settings.MAIL:
        detail = f"none is sent: they are kept in {settings.EMAIL_FILE_PATH}"
        yield Finding(_worth_a_note(), "mails", detail, "Set EMAIL_URL to a mail server.")
    missing = {
        "VITRINE_SELLER": settings.SELLER == ["Vitrine"] and "they do not say who sells",
        "VITRINE_ORIGIN": not settings.ORIGIN and "they lead to the host that a shopper used",
        "VITRINE_EMAIL_FROM": NOWHERE in settings.DEFAULT_FROM_EMAIL
        and f"they come from {settings.DEFAULT_FROM_EMAIL}, to whom nobody can answer",
    }
    for name, words in missing.items():
        if words and settings.HTTPS:
            yield Finding(State.NOTE, "mails", words, f"Set {name}; docs/operations.md says how.")
    if settings.MAIL and not any(missing.values()):
        yield Finding(State.OK, "mails", f"from {settings.DEFAULT_FROM_EMAIL}")


def _worth_a_note() -> State:
    """For what is as it should be only while nobody but the merchant sees the shop."""
    return State.NOTE if settings.HTTPS else State.OK


def sql(answer: health.Answer) -> Finding:
    if answer.ok:
        return Finding(State.OK, "SQL database", answer.detail)
    return Finding(State.FAULT, "SQL database", answer.detail, "Look at DATABASE_URL.")


def _look_at(server: str, setting: str) -> str:
    if server in settings.EMBEDDED_SERVERS:
        return f"{places.log_file(settings.VAR_DIR, server)} says why; it is tried again."
    return f"Look at {setting}"


def mongodb(answer: health.Answer) -> Finding:
    if not answer.ok:
        remedy = _look_at("mongo", "MONGODB_URI, or unset it to use the embedded server.")
        return Finding(State.FAULT, "MongoDB", answer.detail, remedy)
    if "mongo" not in settings.EMBEDDED_SERVERS:
        return Finding(State.OK, "MongoDB", answer.detail)
    if shutil.which("mongod"):
        return Finding(State.OK, "MongoDB", f"{answer.detail}, the mongod of this machine")
    remedy = "For real use install MongoDB 8 and set MONGODB_URI."
    detail = f"a stand-in that speaks {answer.detail}, good for some 44,000 products"
    return Finding(State.NOTE, "MongoDB", detail, remedy)


def broker(answer: health.Answer) -> Finding:
    if not answer.ok:
        remedy = _look_at("broker", "REDIS_URL.")
        remedy += " Until then new photographs wait, and pages are served."
        return Finding(State.FAULT, "broker", answer.detail, remedy)
    if "broker" not in settings.EMBEDDED_SERVERS:
        return Finding(State.OK, "broker", answer.detail)
    return Finding(State.OK, "broker", f"{answer.detail}, by {broker_program()}")


def workers() -> Finding:
    answering = celery.control.ping(timeout=WORKER_PATIENCE_SECONDS)
    if not answering:
        remedy = "Start one: celery -A celery_app worker"
        return Finding(State.NOTE, "workers", "none answers, so photographs wait", remedy)
    detail = f"{len(answering)} answering"
    if untaken := _untaken():
        remedy = "If they have no long work, their log may say why; a new start helps."
        return Finding(
            State.NOTE, "workers", f"{detail}, but none takes from {_some(untaken)}", remedy
        )
    return Finding(State.OK, "workers", detail)


def _untaken() -> set[str]:
    """The queues in which a wake waits at every look, though an idle worker takes one at once."""
    waiting = set(settings.CELERY_TASK_ROUTES)
    with celery.connection_or_acquire() as connection:
        declare = connection.default_channel.queue_declare
        for _ in range(WAKE_LOOKS):
            waiting = {queue for queue in waiting if declare(queue).message_count}
            if not waiting:
                break
            time.sleep(WAKE_PAUSE_SECONDS)
    return waiting


def tables() -> Finding:
    missing = sum(_missing_migrations(alias) for alias in (DEFAULT_DB_ALIAS, CATALOG_DATABASE))
    if not missing:
        return Finding(State.OK, "tables", "up to date")
    remedy = f"manage.py migrate; manage.py migrate --database {CATALOG_DATABASE}"
    return Finding(State.FAULT, "tables", f"{missing} migrations are not applied", remedy)


def _missing_migrations(alias: str) -> int:
    executor = MigrationExecutor(connections[alias])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def catalogue() -> Finding:
    try:
        count = Product.objects.count()
    except DatabaseError as fault:
        return Finding(State.FAULT, "catalogue", str(fault))
    if count:
        return Finding(State.OK, "catalogue", f"{count} products")
    remedy = "manage.py seed_demo draws one, manage.py import_catalog brings yours in."
    return Finding(State.NOTE, "catalogue", "empty", remedy)


def skus() -> Iterator[Finding]:
    """SKUs that two products have, or that no one is registered for."""
    try:
        found = registering.differences()
    except DATABASE_ERRORS as fault:
        yield Finding(State.FAULT, "SKUs", str(fault))
        return
    if found.missing:
        names = [sku for some in found.missing.values() for sku in some]
        detail = f"not registered, so that others could take them: {len(names)} ({_some(names)})"
        yield Finding(State.NOTE, "SKUs", detail, "manage.py reconcile_skus registers them.")
    for product, sentence in found.clashes[:SKUS_NAMED]:
        detail = f"{product.name} ({product.sku}): {sentence}"
        yield Finding(State.NOTE, "SKUs", detail, "Give one of the two another SKU in the admin.")


def stock() -> Iterator[Finding]:
    """Sizes whose count is lost, counts without a product."""
    try:
        found = mending.differences()
    except DATABASE_ERRORS as fault:
        yield Finding(State.FAULT, "stock", str(fault))
        return
    what = {
        "sizes whose count is lost, which are sold for as long as they show as available": (
            found.lost
        ),
        "counts under a product that does not have their SKU": found.moved,
        "counts without a product": found.orphans,
    }
    remedy = "manage.py reconcile_stock mends it; with --dry-run it only says what it would do."
    for words, skus in what.items():
        if skus:
            yield Finding(State.NOTE, "stock", f"{words}: {len(skus)} ({_some(skus)})", remedy)


def delivery() -> Finding:
    if count := DeliveryMethod.objects.filter(active=True).count():
        return Finding(State.OK, "delivery", f"{count} ways")
    remedy = "Add one in the admin, under Delivery methods."
    return Finding(State.FAULT, "delivery", "none is offered, so nobody can order", remedy)


def pages() -> Finding:
    """Which of the pages that a shop must have nobody has written, in which language."""
    missing = [f"{page} ({language})" for page, language in Wording.objects.unwritten()]
    if not missing:
        return Finding(State.OK, "pages", "all are written")
    remedy = "Write them in the admin, under Pages."
    return Finding(_worth_a_note(), "pages", f"not written yet: {', '.join(missing)}", remedy)


def feeds() -> Finding:
    """Whether the feeds keep their readers' rules, by some of the products where there are many."""
    try:
        ids = published()
        some = checking.sample(ids)
        # Where the shop is reached makes no difference to the rules.
        origin = settings.ORIGIN or "https://shop.example"
        wrong = [fault for feed in Feed.every() for fault in checking.faults_of(feed, origin, some)]
    except DATABASE_ERRORS as fault:
        return Finding(State.FAULT, "feeds", str(fault))
    looked = f"{len(some)} of {len(ids)} products" if len(some) < len(ids) else "all products"
    if not wrong:
        return Finding(State.OK, "feeds", f"keep the rules, by a look at {looked}")
    detail = f"of {looked}: {'; '.join(sorted({str(each) for each in wrong})[:FAULTS_NAMED])}"
    remedy = "Change these products in the admin; docs/exchange.md says what the rules are."
    return Finding(State.NOTE, "feeds", f"break rules, {len(wrong)} times, {detail}", remedy)


def sources() -> Iterator[Finding]:
    """Whether the files that the shop is kept in step with can be read."""
    try:
        failing = in_step.failing()
    except DATABASE_ERRORS as fault:
        yield Finding(State.FAULT, "sources", str(fault))
        return
    for source, error in failing:
        detail = f"{source.name} failed {in_step.FAILING} times, one after the other: {error}"
        remedy = "Look at its runs in the admin, under Sources."
        yield Finding(State.NOTE, "sources", detail, remedy)


def _some(skus: Collection[str]) -> str:
    first = ", ".join(sorted(skus)[:SKUS_NAMED])
    return first if len(skus) <= SKUS_NAMED else f"{first} ..."


def recommender() -> Iterator[Finding]:
    """The encoder, the work list and the index."""
    try:
        overview = search.overview()
        yield from clocks(search.index_report().clocks)
        yield from _recommender(overview)
    except search.SearchUnavailable as fault:
        yield Finding(State.FAULT, "index", str(fault))


def _recommender(overview: search.Overview) -> Iterator[Finding]:
    yield encoder(overview)
    if (switching := overview.switching) and switching.trouble:
        yield Finding(State.FAULT, "encoder", f"{switching.name} is waited for", switching.trouble)
    yield embeddings(overview.states)
    if overview.trouble:
        yield Finding(State.FAULT, "index", f"{overview.size} photographs", overview.trouble)
        return
    yield (own := index())
    if own.state is State.FAULT:
        # Then every process has it.
        return
    remedy = "It mends itself within two minutes, else start it anew; manage.py check_index checks."
    for words in search.astray():
        yield Finding(State.FAULT, "index", words, remedy)


def encoder(overview: search.Overview) -> Finding:
    detail = f"{overview.encoder} {overview.fingerprint}"
    try:
        lacking = search.missing_for(overview.encoder)
    except search.EncoderUnavailable as unavailable:
        lacking = str(unavailable)
    if lacking:
        return Finding(State.FAULT, "encoder", detail, lacking)
    return Finding(
        State.NOTE if overview.notice else State.OK, "encoder", detail, overview.notice or ""
    )


def index() -> Finding:
    """Whether what this process loads is as large as it should be."""
    for _ in range(INDEX_LOOKS):
        found, belong = search.overview().size, search.index_report().belonging
        if found == belong:
            return Finding(State.OK, "index", f"{found} photographs")
        time.sleep(INDEX_PAUSE_SECONDS)
    remedy = "manage.py check_index says what differs, manage.py build_index builds it anew."
    return Finding(State.FAULT, "index", f"{found} photographs, but {belong} belong in it", remedy)


def clocks(told: Iterable[Clock]) -> Iterator[Finding]:
    """Those that do not tell MongoDB's time."""
    remedy = "Have NTP (chrony, systemd-timesyncd) set the clock there, and where MongoDB runs."
    for clock in told:
        if abs(clock.ahead) > CLOCK_TOLERANCE_SECONDS:
            way = "ahead of" if clock.ahead > 0 else "behind"
            detail = (
                f"{clock.program} on {clock.host} (process {clock.pid}) is "
                f"{abs(clock.ahead):.1f} s {way} MongoDB's clock"
            )
            yield Finding(State.NOTE, "clock", detail, remedy)


def embeddings(states: dict[str, int]) -> Finding:
    detail = ", ".join(f"{count} {state}" for state, count in states.items() if count) or "none"
    if states.get("failed"):
        remedy = "The product's admin page gives each one's reason and a retry button."
        return Finding(State.NOTE, "embeddings", detail, remedy)
    return Finding(State.OK, "embeddings", detail)


def collected_files() -> Finding:
    if settings.DEBUG or (settings.STATIC_ROOT / "staticfiles.json").exists():
        return Finding(State.OK, "static files", "in place")
    remedy = "manage.py collectstatic --noinput"
    return Finding(State.FAULT, "static files", "not collected, so no page can be shown", remedy)
