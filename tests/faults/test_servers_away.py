"""The broker and MongoDB go away and come back: pages stay calm, and nothing is lost."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests import drawn
from tests.processes import wait_until
from tests.running_shop import RunningShop
from tests.visitor import File

PRODUCT = "/p/rust-shirt-04/"
PATHS = ["/", "/c/shirts/", "/c/bags/?sort=price", PRODUCT, f"{PRODUCT}similar/", "/search/?q=navy"]
PATHS += ["/photo/", "/offline/"]
ADMIN_PATHS = ["/admin/", "/admin/catalog/product/", "/admin/catalog/importjob/"]
CALM = {200, 503}
DEATHS = 3
PRODUCTS = 20


@contextmanager
def visitors(shop: RunningShop, seen: list[tuple[str, int]]) -> Iterator[None]:
    """People who browse meanwhile; `seen` receives each page with its status."""
    leaving = threading.Event()

    def browse(paths: list[str], merchant: bool) -> None:
        visitor = shop.merchant() if merchant else shop.visitor()
        while not leaving.is_set():
            for path in paths:
                seen.append((path, visitor.get(path).status))

    threads = [threading.Thread(target=browse, args=(PATHS, False)) for _ in range(2)]
    threads.append(threading.Thread(target=browse, args=(ADMIN_PATHS, True)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        leaving.set()
        for thread in threads:
            thread.join()


def has_panel(shop: RunningShop) -> bool:
    answer = shop.visitor().get(PRODUCT)
    return answer.status == 200 and "data-rail-track" in answer.text


@pytest.mark.slow
def test_mongodb_dies_while_people_browse_and_photographs_are_embedded(
    running_shop: RunningShop,
) -> None:
    shop = running_shop
    before = shop.states()
    products = shop.database.catalog_product.count_documents({})
    shop.worker.freeze()
    try:
        shop.manage("import_catalog", str(drawn.write_delivery(shop.var, "MONGO", PRODUCTS)))
    finally:
        shop.worker.thaw()

    seen: list[tuple[str, int]] = []
    with visitors(shop, seen):
        for _ in range(DEATHS):
            enough = len(seen) + len(PATHS)
            wait_until(lambda enough=enough: len(seen) > enough)
            killed = shop.server_process("mongo")
            shop.kill_server("mongo")
            wait_until(lambda killed=killed: shop.server_process("mongo") != killed)
            wait_until(shop.is_healthy)
    assert {status for _, status in seen} <= CALM, seen
    assert {path for path, status in seen if status == 200} >= {"/", PRODUCT}

    wait_until(lambda: has_panel(shop))
    shop.wait_until_settled()
    after = shop.states()
    assert after["ready"] == before["ready"] + 2 * PRODUCTS
    assert after["failed"] == before["failed"]
    assert shop.database.catalog_product.count_documents({}) == products + PRODUCTS
    assert shop.vector_ids() == shop.ready_ids()


@pytest.mark.slow
def test_while_mongodb_is_away_every_page_stays_calm(running_shop: RunningShop) -> None:
    shop = running_shop
    visitor, merchant = shop.visitor(), shop.merchant()
    picture = File("picture", "bag.jpg", drawn.jpeg("Bag", "Navy"))
    results = visitor.post("/photo/", files=[picture]).address
    assert re.fullmatch("/photo/[0-9a-f]{32}/", results)

    with shop.server_away("mongo"), ThreadPoolExecutor(8) as people:
        pages = dict(zip(PATHS, people.map(visitor.get, PATHS), strict=True))
        admin_pages = list(people.map(merchant.get, ADMIN_PATHS))
        assert {page.status for page in (*pages.values(), *admin_pages)} <= CALM
        assert pages["/photo/"].status == 200
        unseen = visitor.get("/p/never-shown/")
        assert unseen.status == 503
        assert "Back in a moment" in unseen.text
        assert visitor.get(results).status in CALM
        assert visitor.post("/photo/", files=[picture]).status in CALM
        assert not shop.is_healthy()
    # Pages that are in memory say nothing of MongoDB.
    wait_until(shop.is_healthy)
    assert visitor.get(results).status == 200


BUILD = """
from shop.catalog.live import building
from shop.catalog.live.finding import building as words

building.build(always=True)
words.build(always=True)
"""
VISIT = """
import json
from django.test import Client

browser = Client(headers={{"host": "localhost"}})
answers = [browser.get(path) for path in {paths}]
print(json.dumps([[answer.status_code, answer.content.decode()] for answer in answers]))
"""


def ran(shop: RunningShop, program: str) -> str:
    """What a new process of the shop prints."""
    return shop.manage("shell", "--verbosity=0", "--command", program)


@pytest.mark.slow
def test_a_process_that_starts_while_mongodb_is_away_lists_from_its_snapshot(
    running_shop: RunningShop,
) -> None:
    shop = running_shop
    ran(shop, BUILD)
    listings = ["/c/shirts/", "/c/shirts/?colour=Navy", "/search/?q=navy", "/de/search/?q=Hemd"]
    with shop.server_away("mongo"):
        answers = json.loads(ran(shop, VISIT.format(paths=[*listings, PRODUCT])))
    pages = dict(zip([*listings, PRODUCT], answers, strict=True))
    assert {path: pages[path][0] for path in listings} == dict.fromkeys(listings, 200)
    for path in listings:
        html = pages[path][1]
        assert 'href="/c/bags/"' in html or 'href="/de/c/bags/"' in html
        assert 'id="choice-price"' in html
        assert "cannot be shown at the moment" in html or "im Moment nicht" in html
    assert "<h1>Shirts</h1>" in pages["/c/shirts/"][1]
    assert pages[PRODUCT][0] == 503


def test_an_upload_while_the_broker_is_away_is_embedded_later(running_shop: RunningShop) -> None:
    shop = running_shop
    merchant = shop.merchant()
    with shop.server_away("broker"):
        began = time.monotonic()
        answer = shop.upload_product(
            merchant,
            "BROKER-1",
            [("a.jpg", drawn.jpeg("Bag", "Rust")), ("b.jpg", drawn.jpeg("Bag", "Sage"))],
        )
        assert answer.address.endswith("/change/")
        assert time.monotonic() - began < 10
        assert "state--waiting" in answer.text
        assert has_panel(shop)
    shop.wait_until_settled()
    assert "state--waiting" not in (page := merchant.get(answer.address).text)
    assert page.count("state--ready") == 2


@pytest.mark.slow
def test_the_broker_dies_under_a_busy_worker(running_shop: RunningShop) -> None:
    shop = running_shop
    before = shop.states()
    shop.worker.freeze()
    try:
        shop.manage("import_catalog", str(drawn.write_delivery(shop.var, "BUSY", PRODUCTS)))
    finally:
        shop.worker.thaw()
    wait_until(lambda: shop.states()["working"])
    shop.kill_server("broker")
    shop.wait_until_settled()
    assert shop.states()["ready"] == before["ready"] + 2 * PRODUCTS
    wait_until(shop.worker.answers)
