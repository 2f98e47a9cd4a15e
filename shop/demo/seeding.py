"""From drawn products to the rows of an import, the pictures drawn ahead by other processes."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from hashlib import sha256
from itertools import batched

from shop.catalog.imports import ImportRow
from shop.catalog.imports.rows import ReadPicture
from shop.catalog.models import Category, Product
from shop.demo.catalogue import DemoProduct
from shop.demo.ranges import CATEGORIES
from shop.stock.counting import count
from shop.stock.models import Stock

# Products whose pictures may be waiting for the import: enough to keep the drawers busy.
AHEAD = 8
# As many as one query of the catalogue's stand-in takes.
CHUNK = 200


def prepare_categories() -> None:
    """Make the demo's categories that are missing, in their order, each with its line."""
    for position, shelf in enumerate(CATEGORIES):
        Category.objects.get_or_create(
            slug=shelf.slug,
            defaults={"name": shelf.name, "position": position, "description": shelf.line},
        )


def rows_of(products: Iterable[DemoProduct], drawers: int) -> Iterator[ImportRow]:
    """Import rows in the products' order.

    `drawers` processes draw the next products while one is being stored; with 0 each picture is
    drawn here, when it is read.
    """
    if not drawers:
        yield from (_row(product, product.pictures) for product in products)
        return
    # Fresh interpreters: a fork would share the open connections to the databases. Django is not
    # set up in them, so nothing that they are given may come from a module that needs it.
    pool = ProcessPoolExecutor(
        drawers,
        multiprocessing.get_context("spawn"),
        # A Ctrl-C is the parent's to handle.
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        yield from _drawn_ahead(products, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def stock_shelves(products: Iterable[DemoProduct]) -> None:
    """Count the pieces of the products that nobody has counted yet, some sizes sold out."""
    for chunk in batched((product.sku for product in products), CHUNK, strict=False):
        for product in Product.objects.filter(sku__in=chunk):
            if not Stock.objects.filter(product=str(product.pk)).exists():
                pieces = {offer.sku: pieces_of(offer.sku) for offer in product.offers()}
                count(str(product.pk), pieces, key="demo")


def pieces_of(sku: str) -> int:
    """How many pieces the demo has of a SKU: none of one in twelve, few of some."""
    # Two bytes of a hash that treats neighbouring SKUs as strangers, which a checksum does not.
    first, second = sha256(sku.encode()).digest()[:2]
    if first % 12 == 0:
        return 0
    return 1 + second % 3 if first % 12 < 3 else 4 + second % 17


def _drawn_ahead(products: Iterable[DemoProduct], pool: ProcessPoolExecutor) -> Iterator[ImportRow]:
    begun: deque[tuple[DemoProduct, list[Future[bytes]]]] = deque()
    for product in products:
        begun.append((product, [pool.submit(picture) for picture in product.pictures]))
        if len(begun) > AHEAD:
            yield _finished(*begun.popleft())
    while begun:
        yield _finished(*begun.popleft())


def _finished(product: DemoProduct, drawings: Iterable[Future[bytes]]) -> ImportRow:
    return _row(product, [drawing.result for drawing in drawings])


def _row(product: DemoProduct, photographs: Iterable[ReadPicture]) -> ImportRow:
    return ImportRow(
        sku=product.sku,
        name=product.name,
        category=product.category,
        gender=product.gender,
        kind=product.kind,
        colour=product.colour,
        season=product.season,
        usage=product.usage,
        price_cents=product.price_cents,
        description=product.description,
        sizes=product.sizes,
        photographs=tuple(photographs),
        line=product.sku,
        style=product.style,
    )
