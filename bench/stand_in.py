"""What each patch that makes MongoDB's stand-in fast is worth, by what the shop does.

For each patch there are two stand-ins with the same catalogue, one of them without the patch, and a
process of the shop for each. Both do the same, in turns. What counts is the processor's time in the
stand-in, which a busy machine changes least. A patch is judged by what it is there for; beside it
stands the sum of all that is timed.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import Figure

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from shop.catalog.models import Category

PRODUCTS = 1000
CATEGORIES = 10
DIMENSION = 964
ROUNDS = 7
# As many as a page shows, a worker claims and an index reads at once.
PAGE, BATCH, READ = 30, 16, 250
FILLED_AT_ONCE = 50
START_SECONDS = 60.0

# By what each patch is judged.
JUDGED_BY = {
    "read_by_find": "category_page",
    "insert_without_full_scans": "products_made_at_once",
    "look_up_by_index": "vectors_stored",
    "plan_without_full_scans": "vectors_stored",
    "sort_without_full_scans": "category_page",
    "commit_by_command": "vectors_stored",
    "run_at_once": "vectors_read",
    "read_by_one_connection": "product_saved",
    "decode_at_once": "vectors_read",
}
WORTH_HAVING = 1.1

spawning = multiprocessing.get_context("spawn")


def run(folder: Path) -> dict[str, Figure]:
    """How many times as long it takes without each patch."""
    with _shop(folder / "filled") as shop:
        shop.do("fill")
    figures: dict[str, Figure] = {}
    for patch, judged_by in JUDGED_BY.items():
        times = _compared(folder, patch)
        figures[patch] = _figure(judged_by, *times[judged_by], f">= {WORTH_HAVING}")
        with_it, without = map(_sums, zip(*times.values(), strict=True))
        figures[f"{patch}_in_all"] = _figure("everything timed", with_it, without)
    return figures


def _sums(times: Iterable[list[float]]) -> list[float]:
    """Of the seconds of each thing, round by round, those of everything."""
    return [sum(seconds) for seconds in zip(*times, strict=True)]


def _figure(what: str, with_it: list[float], without: list[float], goal: str = "") -> Figure:
    ratio = median(slow / fast for fast, slow in zip(with_it, without, strict=True))
    before, after = median(without) * 1000, median(with_it) * 1000
    against = f"{what} {before:.3g} -> {after:.3g} ms, {PRODUCTS} products"
    return Figure(ratio, "times", goal, against)


def _compared(folder: Path, patch: str) -> dict[str, tuple[list[float], list[float]]]:
    """Seconds of each thing the shop does, with the patch and without it, round by round."""
    for name in ("with", "without"):
        shutil.copytree(folder / "filled", folder / name)
    times: dict[str, tuple[list[float], list[float]]] = {}
    with _shop(folder / "with") as complete, _shop(folder / "without", left_out=patch) as lacking:
        for number in range(ROUNDS + 1):
            for name in OPERATIONS:
                seconds = complete.do(name, number), lacking.do(name, number)
                # The first time, both get to know their catalogue.
                if number:
                    for place, taken in zip(times.setdefault(name, ([], [])), seconds, strict=True):
                        place.append(taken)
    for name in ("with", "without"):
        shutil.rmtree(folder / name)
    return times


# The processes


class Shop:
    """A process of the shop that does what it is told, and its stand-in."""

    def __init__(self, told: Connection, stand_in: SpawnProcess) -> None:
        self._told = told
        assert stand_in.pid is not None
        # The clock of another process's time on the processor: see clock_getcpuclockid(3).
        self._clock = (~stand_in.pid << 3) | 2

    def do(self, name: str, number: int = 0) -> float:
        """The stand-in's seconds for one of OPERATIONS. Raises EOFError where that fails."""
        start = time.clock_gettime(self._clock)
        self._told.send((name, number))
        self._told.recv()
        return time.clock_gettime(self._clock) - start


@contextmanager
def _shop(folder: Path, left_out: str = "") -> Iterator[Shop]:
    """A shop on a stand-in over the folder that lacks a patch."""
    port = _free_port()
    told, tells = spawning.Pipe()
    with _process(_serve, port, folder, left_out) as stand_in, _process(_obey, port, tells):
        tells.close()
        yield Shop(told, stand_in)
        told.close()


@contextmanager
def _process(target: Callable[..., None], *arguments: object) -> Iterator[SpawnProcess]:
    process = spawning.Process(target=target, args=arguments, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _serve(port: int, folder: Path, left_out: str) -> None:
    from shop.embedded import adapter, stand_in

    folder.mkdir(exist_ok=True)
    for patch in adapter.PATCHES:
        if patch.__name__ != left_out:
            patch()
    asyncio.run(stand_in.serve(port, folder))


def _obey(port: int, orders: Connection) -> None:
    os.environ["MONGODB_URI"] = f"mongodb://127.0.0.1:{port}/"
    _await(port)
    import django

    django.setup()
    from recommender import search

    # Nobody waits for a worker.
    with search.bulk():
        while True:
            try:
                name, number = orders.recv()
            except EOFError:
                return
            do = fill if name == "fill" else OPERATIONS[name]
            do(number)
            orders.send(name)


def _await(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


# What the shop does


def fill(_: int) -> None:
    """A catalogue with its vectors."""
    import numpy as np
    from django.core.management import call_command

    from recommender.store import claiming
    from shop.catalog.models import Category, Product

    for database in ("default", "catalog"):
        call_command("migrate", database=database, verbosity=0)
    shelves = [Category.objects.create(name=f"Shelf {n}", slug=f"shelf-{n}") for n in range(10)]
    products = [_product(number, shelves[number % CATEGORIES]) for number in range(PRODUCTS)]
    Product.objects.bulk_create(products, batch_size=FILLED_AT_ONCE)
    for product in products:
        product.track()
    random = np.random.default_rng(0)
    while batch := claiming.claim(_encoder(), limit=FILLED_AT_ONCE, lease=3600):
        rows = random.standard_normal((len(batch.jobs), DIMENSION), np.float32)
        claiming.store(batch, [job.id for job in batch.jobs], rows)


def _product(number: int, category: Category) -> Any:
    from shop.catalog.models import Product
    from shop.catalog.parts import Photograph, Variant

    photograph = Photograph(name=f"{number}.jpg", width=600, height=800, tint="#c0a080", digest="")
    return Product(
        sku=f"SKU-{number}",
        slug=f"piece-{number}",
        name=f"Piece {number}",
        description="Soft and warm, cut from one cloth, and made to be worn for years. " * 4,
        category=category,
        gender="women" if number % 2 else "men",
        kind=f"Kind {number % 40}",
        colours=[f"Colour {number % 15}"],
        style=f"style-{number // 3}",
        price_cents=1000 + number * 7 % 9000,
        position=number,
        photographs=[photograph],
        variants=[Variant(size=size, sku=f"SKU-{number}-{size}") for size in "SML"],
    )


def _encoder() -> str:
    from recommender import switching

    return switching.current().serving.fingerprint


def _ids(number: int, count: int) -> list[str]:
    """Keys of products from all over the catalogue."""
    from shop.catalog.models import Product

    if not _KEYS:
        _KEYS.extend(
            str(key) for key in Product.objects.order_by("pk").values_list("pk", flat=True)
        )
    return [_KEYS[(number + place * PRODUCTS // count) % PRODUCTS] for place in range(count)]


_KEYS: list[str] = []


def product_added(number: int) -> None:
    from shop.catalog.models import Category

    _product(PRODUCTS + number, Category.objects.get(slug="shelf-3")).save()


def products_made_at_once(number: int) -> None:
    from shop.catalog.models import Category, Product

    shelf = Category.objects.get(slug="shelf-4")
    start = 2 * PRODUCTS + BATCH * number
    Product.objects.bulk_create(_product(start + place, shelf) for place in range(BATCH))


def product_saved(number: int) -> None:
    from shop.catalog.models import Product

    product = Product.objects.get(slug=f"piece-{number * 31}")
    product.price_cents += 1
    product.save()


def products_by_id(number: int) -> None:
    from shop.catalog.models import Product

    assert len(Product.objects.by_ids(_ids(number, PAGE))) == PAGE


def products_of_many_ids(number: int) -> None:
    from shop.catalog.models import Product

    assert len(Product.objects.published().with_ids(_ids(number, READ)).ids()) == READ


def category_page(number: int) -> None:
    from shop.catalog.models import Category, Product

    shelf = Category.objects.get(slug=f"shelf-{number}")
    products = Product.objects.published().filter(category=shelf).order_by("-created", "-pk")
    assert len(products[PAGE : 2 * PAGE]) == PAGE


def admin_list(number: int) -> None:
    from recommender.store import reading
    from shop.catalog.models import Product

    assert Product.objects.count() >= PRODUCTS
    page = list(Product.objects.order_by("position", "-pk")[25 * number : 25 * (number + 1)])
    assert len(reading.statuses([str(product.pk) for product in page], _encoder())) == 25


def admin_search(number: int) -> None:
    from shop.catalog.models import Product

    assert Product.objects.filter(name__icontains=f"ece {number + 1}")[:25]


def work_listed(number: int) -> None:
    from recommender.store import tracking

    photos = [f"new-{number}-{place}.jpg" for place in range(BATCH)]
    tracking.match_wanted(f"new-{number}", photos, listed=True, encoders=[_encoder()])


def work_claimed(_: int) -> None:
    from recommender.store import claiming

    batch = claiming.claim(_encoder(), limit=BATCH, lease=3600)
    assert batch is not None
    _CLAIMED.append(batch)


_CLAIMED: list[Any] = []


def vectors_stored(_: int) -> None:
    import numpy as np

    from recommender.store import claiming

    batch = _CLAIMED.pop()
    rows = np.ones((len(batch.jobs), DIMENSION), np.float32)
    claiming.store(batch, [job.id for job in batch.jobs], rows)


def changes_read(_: int) -> None:
    import datetime as dt

    from recommender.store import database, reading

    assert reading.changes(_encoder(), database.now() - dt.timedelta(seconds=5))


def vectors_read(number: int) -> None:
    from recommender.store import reading

    if not _VECTORS:
        _VECTORS.extend(reading.listed(_encoder()))
    start = number * READ % (PRODUCTS - READ)
    assert len(reading.load(_VECTORS[start : start + READ])[0]) == READ


_VECTORS: list[str] = []


def vectors_counted(_: int) -> None:
    from recommender.store import reading

    assert reading.count_listed(_encoder()) >= PRODUCTS


OPERATIONS: dict[str, Callable[[int], None]] = {
    operation.__name__: operation
    for operation in (
        product_added,
        products_made_at_once,
        product_saved,
        products_by_id,
        products_of_many_ids,
        category_page,
        admin_list,
        admin_search,
        work_listed,
        work_claimed,
        vectors_stored,
        changes_read,
        vectors_read,
        vectors_counted,
    )
}
