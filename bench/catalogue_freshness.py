"""From a saved product, and a sold piece, to its showing in four web processes' listings.

A writer changes prices and what can be had of products, one after the other; each reader has the
catalogue in memory as a web process does, and looks all the time for what it was told of.
"""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.queues import Queue
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench import Figure

if TYPE_CHECKING:
    from shop.catalog.live.view import View

READERS = 4
PRODUCTS = 200
SECONDS = 30
CHANGES_PER_SECOND = 10
GRACE_S = 10.0
LOOK_EVERY_S = 0.02


class Change(NamedTuple):
    """A product has that price, or can be had or not, since `at`, in monotonic seconds."""

    id: str
    price: int | None
    stock: str
    at: float


def figures() -> dict[str, Figure]:
    """Waiting times over all readers, and what never showed. The servers run already."""
    waits, lost = _measured()
    against = f"{READERS} processes, {CHANGES_PER_SECOND} changes/s of prices and stock"
    return {
        "products_visible_p50_s": Figure(float(np.median(waits)), "s", "", against),
        "products_visible_p99_s": Figure(float(np.quantile(waits, 0.99)), "s", "<= 1.0", against),
        "products_lost": Figure(lost, "changes", "<= 0", against),
    }


def _measured() -> tuple[list[float], int]:
    context = multiprocessing.get_context("spawn")
    changes: list[Queue[Change | None]] = [context.Queue() for _ in range(READERS)]
    results: Queue[tuple[list[float], int]] = context.Queue()
    ready = context.Semaphore(0)
    ids = _made()
    readers = [
        context.Process(target=_read, args=(queue, results, ready), daemon=True)
        for queue in changes
    ]
    for reader in readers:
        reader.start()
    for _ in readers:
        ready.acquire()
    start = time.monotonic()
    for number in range(SECONDS * CHANGES_PER_SECOND):
        time.sleep(max(0.0, start + number / CHANGES_PER_SECOND - time.monotonic()))
        change = _write(ids[number % PRODUCTS], number)
        for queue in changes:
            queue.put(change)
    for queue in changes:
        queue.put(None)
    seen = [results.get() for _ in readers]
    for reader in readers:
        reader.join()
    return [wait for waits, _ in seen for wait in waits], sum(lost for _, lost in seen)


def _made() -> list[str]:
    from django.core.management import call_command

    from shop.catalog.models import Category, Product

    call_command("migrate", "--noinput", "--verbosity=0")
    call_command("migrate", "--noinput", "--verbosity=0", "--database=catalog")
    shelf = Category.objects.get_or_make("Fresh", None)
    products = [
        Product(sku=f"F{number}", name=f"Fresh {number}", category=shelf, price_cents=1)
        for number in range(PRODUCTS)
    ]
    for product in products:
        product.save()
    return [str(product.pk) for product in products]


def _write(id: str, number: int) -> Change:
    """Save another price, or sell the last piece or bring it back, in turns."""
    from shop.catalog.availability import show_available
    from shop.catalog.live.facts import IN_STOCK, SOLD_OUT
    from shop.catalog.models import Product

    product = Product.objects.get(pk=id)
    if number % 2 == 0:
        product.price_cents = 1000 + number
        product.save()
        return Change(id, product.price_cents, "", time.monotonic())
    available = not product.available
    show_available(id, {product.sku: available})
    return Change(id, None, IN_STOCK if available else SOLD_OUT, time.monotonic())


def _read(
    changes: Queue[Change | None], results: Queue[tuple[list[float], int]], ready: object
) -> None:
    import django

    django.setup()
    from shop.catalog.live.keeper import keeper

    while not _is_loaded():
        time.sleep(LOOK_EVERY_S)
    ready.release()  # type: ignore[attr-defined]
    waits: list[float] = []
    # Of each product, and of its stock, only the last change can still be seen.
    awaited: dict[tuple[str, bool], Change] = {}
    lost, end = 0, float("inf")
    while time.monotonic() < end and (awaited or end == float("inf")):
        while not changes.empty():
            change = changes.get()
            if change is None:
                end = time.monotonic() + GRACE_S
            else:
                lost += (change.id, bool(change.stock)) in awaited
                awaited[change.id, bool(change.stock)] = change
        view, now = keeper().view(), time.monotonic()
        for key, change in list(awaited.items()):
            if _shows(view, change):
                waits.append(now - change.at)
                del awaited[key]
        time.sleep(LOOK_EVERY_S)
    results.put((waits, lost + len(awaited)))
    keeper().stop()


def _is_loaded() -> bool:
    from shop.catalog.live.keeper import NotLoaded, keeper

    try:
        keeper().view()
    except NotLoaded:
        return False
    return True


def _shows(view: View, change: Change) -> bool:
    from shop.catalog.live.view import EVERYTHING, Narrowing

    stock = {"stock": {change.stock}} if change.stock else {}
    wanted = Narrowing.to(stock, lowest=change.price, highest=change.price)
    return change.id in view.select(EVERYTHING, wanted).among([change.id])
