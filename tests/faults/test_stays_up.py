"""The demo while people browse and upload, and each of its processes is killed in turn.

For half a minute, with a small catalogue. `script/test tests/faults/test_stays_up.py --soak 7200`
does the same to a whole demo for two hours, with an upload a minute and a death every five.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count, cycle
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from claims import locks
from shop.embedded import places
from tests import drawn
from tests.processes import wait_until
from tests.running_demo import Demo
from tests.visitor import File, Visitor, add_product, log_in

SECONDS = 30.0
# Each of the eight processes dies twice, and more often where that takes long.
DEATHS = 16
MOST_SECONDS_BETWEEN_DEATHS = 300.0
CLIENTS = 4
# A shopper reads what was found; a soak leaves the machine some air.
BREATH_SECONDS = 0.25
MOST_SECONDS_BETWEEN_UPLOADS = 60.0
PATHS = ("/", "/search/?q=black", "/basket/", "/photo/", "/healthz", "/offline/")
CALM = {200, 503}


class People:
    """Shoppers who browse and search by photo, and a merchant who uploads, until they leave.

    `statuses` counts the answers; one that never came, since the web server had just been killed,
    counts as 0. `uploaded` are the products that the shop said it had taken.
    """

    def __init__(self, demo: Demo, seconds_between_uploads: float) -> None:
        self.statuses: Counter[int] = Counter()
        self.uploaded: list[str] = []
        self._demo = demo
        self._pause = seconds_between_uploads
        self._leaving = threading.Event()
        works = [self._browse] * CLIENTS + [self._upload]
        self._threads = [threading.Thread(target=work) for work in works]

    def __enter__(self) -> People:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def _browse(self) -> None:
        shopper = Visitor(self._demo.address)
        picture = File("picture", "bag.jpg", drawn.jpeg("Bag", "Navy"))
        for path in cycle(PATHS):
            if self._leaving.wait(BREATH_SECONDS):
                return
            try:
                answer = shopper.get(path)
                if path == "/photo/":
                    answer = shopper.post(path, files=[picture])
                self.statuses[answer.status] += 1
            except OSError:
                self.statuses[0] += 1

    def _upload(self) -> None:
        password = (self._demo.var / "admin_password").read_text()
        for number in count():
            files = [(f"{number}.jpg", drawn.jpeg("Shirt", "Sage", shift=number))]
            while not self._leaving.is_set():
                # Whatever is away just now: pressed again, as a merchant would, logged in anew.
                with suppress(OSError, AssertionError):
                    merchant = log_in(Visitor(self._demo.address), "admin", password)
                    category = first_category(self._demo)
                    answer = add_product(merchant, f"SOAK-{number}", category, files)
                    if answer.address.endswith("/change/") or "already" in answer.text:
                        self.uploaded.append(f"SOAK-{number}")
                        break
                self._leaving.wait(1.0)
            if self._leaving.wait(self._pause):
                return


@contextmanager
def database(demo: Demo) -> Iterator[Database[Any]]:
    with MongoClient(places.mongo_uri(demo.var), timeoutMS=10_000) as client:
        yield client["vitrine"]


def first_category(demo: Demo) -> object:
    try:
        with database(demo) as found:
            return found.catalog_category.find_one({})["_id"]
    except (PyMongoError, TypeError) as away:
        raise OSError("no category is to be had now") from away


def victims(demo: Demo) -> dict[str, Callable[[], int]]:
    """How to find each process that the demo stands on, but for the demo itself."""

    def child(*words: str) -> Callable[[], int]:
        def found() -> int:
            for process in psutil.Process(demo.process.pid).children():
                with suppress(psutil.Error):
                    if all(word in process.cmdline() for word in words):
                        return process.pid
            return 0

        return found

    def noted(path: Path) -> Callable[[], int]:
        return lambda: int((locks.read_note(path) or "0").split()[0])

    def web_worker() -> int:
        with suppress(psutil.Error):
            workers = psutil.Process(child("gunicorn")()).children()
            return workers[0].pid if workers else 0
        return 0

    kept = ("mongo", "broker")
    return {
        "worker": child("celery", "worker"),
        "beat": child("celery", "beat"),
        "web": child("gunicorn"),
        "web's worker": web_worker,
        **{name: noted(places.server_lock(demo.var, name)) for name in kept},
        **{f"{name}'s keeper": noted(places.keeper_lock(demo.var, name)) for name in kept},
    }


def is_well(demo: Demo, processes: dict[str, Callable[[], int]]) -> bool:
    try:
        healthy = demo.get("/healthz") == 200
    except OSError:
        return False
    return healthy and all(psutil.pid_exists(find()) for find in processes.values())


def all_ready(demo: Demo) -> bool:
    with database(demo) as found:
        return not found.embedding_work.count_documents({"state": {"$ne": "ready"}})


@pytest.fixture
def demo(tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[Demo]:
    # More people than one address may be.
    settings = {"VITRINE_API_PHOTO_RATE": "100000"}
    if pytestconfig.getoption("--soak") is None:
        settings["VITRINE_ENCODER"] = "untrained"
    demo = Demo(tmp_path, **settings)
    yield demo
    demo.kill()


@pytest.mark.slow
def test_nothing_ends_the_shop_and_no_photograph_is_lost(
    demo: Demo, pytestconfig: pytest.Config
) -> None:
    soak = pytestconfig.getoption("--soak")
    seconds = soak or SECONDS
    spell = min(seconds / DEATHS, MOST_SECONDS_BETWEEN_DEATHS)
    demo.start(*([] if soak else ["--data", str(drawn.write_catalogue(demo.var / "delivery"))]))
    demo.wait_for("Every photograph can be found.")
    processes = victims(demo)
    pause = min(spell, MOST_SECONDS_BETWEEN_UPLOADS)
    began = time.monotonic()
    with People(demo, pause) as people:
        for number, name in zip(range(int(seconds / spell)), cycle(processes), strict=False):
            due = began + number * spell
            wait_until(lambda due=due: time.monotonic() >= due, seconds)
            killed = processes[name]()
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda name=name, killed=killed: processes[name]() not in (0, killed))
            wait_until(lambda: is_well(demo, processes))
    assert demo.process.poll() is None, demo.said()
    assert set(people.statuses) <= CALM | {0}, people.statuses
    assert people.statuses[200] > people.statuses[503] + people.statuses[0], people.statuses
    assert people.uploaded
    print(f"{people.statuses}; {len(people.uploaded)} uploads in {seconds:.0f} s")

    wait_until(lambda: all_ready(demo), 120)
    with database(demo) as found:
        products = list(found.catalog_product.find({}))
        work = list(found.embedding_work.find({}))
        vectors = {vector["_id"] for vector in found.embedding_vectors.find({}, {"_id": 1})}
    assert set(people.uploaded) <= {product["sku"] for product in products}
    assert {str(product["_id"]) for product in products} == {one["item"] for one in work}
    assert vectors == {one["_id"] for one in work}
    assert demo.end() == 0
    assert "Traceback" not in demo.said()
