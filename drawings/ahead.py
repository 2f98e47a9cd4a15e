"""Products with their pictures, drawn by other processes before they are asked for."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from drawings.catalogue import DemoProduct

# Products whose pictures may be waiting for whoever stores them: enough to keep the drawers busy.
AHEAD = 8

# A picture's JPEG bytes once somebody wants them.
ReadPicture = Callable[[], bytes]
Drawn = tuple[DemoProduct, Sequence[ReadPicture]]


def drawn_ahead(products: Iterable[DemoProduct], drawers: int) -> Iterator[Drawn]:
    """The products in their order, each with its pictures.

    `drawers` processes draw the next products while one is being used; with 0 each picture is
    drawn here, when it is read.
    """
    if not drawers:
        yield from ((product, product.pictures) for product in products)
        return
    # Fresh interpreters: a fork would share what is open here, connections to databases say. What
    # is set up here is not set up in them, so nothing that they are given may need it.
    pool = ProcessPoolExecutor(
        drawers,
        multiprocessing.get_context("spawn"),
        # A Ctrl-C is the parent's to handle.
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    is_through = False
    try:
        yield from _drawn_by(pool, products)
        is_through = True
    finally:
        # Whoever took several products together has yet to read the pictures of the last.
        pool.shutdown(cancel_futures=not is_through)


def _drawn_by(pool: ProcessPoolExecutor, products: Iterable[DemoProduct]) -> Iterator[Drawn]:
    begun: deque[tuple[DemoProduct, list[Future[bytes]]]] = deque()
    for product in products:
        begun.append((product, [pool.submit(picture) for picture in product.pictures]))
        if len(begun) > AHEAD:
            yield _finished(*begun.popleft())
    while begun:
        yield _finished(*begun.popleft())


def _finished(product: DemoProduct, drawings: Iterable[Future[bytes]]) -> Drawn:
    return product, [drawing.result for drawing in drawings]
