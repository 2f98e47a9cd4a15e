"""The processes of one web server show each other's pages, and none of them an old one."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.processes import Process, free_port, python, wait_until
from tests.running_shop import RunningShop

pytestmark = pytest.mark.slow

SHIRT, SHELF = "/p/rust-shirt-04/", "/c/shirts/"
AGAIN = 20
BLOCK = """
from shop.merchandising.models import Does, Rule, Where
Rule.objects.create(where=Where.PANELS, does=Does.BLOCK, product={id!r})
"""
UNBLOCK = """
from shop.merchandising.models import Rule
Rule.objects.all().delete()
"""


class Answer(NamedTuple):
    """Which process gave it, and which one rendered the page."""

    process: str
    rendered_by: str
    text: str


class Server:
    """A web server of two processes beside the shop's own, with the same configuration."""

    def __init__(self, shop: RunningShop, log: Path) -> None:
        self._address = f"127.0.0.1:{free_port()}"
        gunicorn = python("-m", "gunicorn", f"--bind={self._address}", "tests.shop.catalog.telling")
        self.running = Process(gunicorn, log, self._answers, shop.environment)

    def _answers(self) -> bool:
        try:
            self.ask(SHIRT)
        except OSError:
            return False
        return True

    def ask(self, path: str) -> Answer:
        with urllib.request.urlopen(f"http://{self._address}{path}") as response:
            text = unescape(response.read().decode())
            found = re.search(r"rendered by (\d+)", text)
            assert found, path
            return Answer(response.headers["X-Process"], found[1], text)

    def everywhere(self, path: str, is_right: Callable[[Answer], bool]) -> None:
        """Returns once each process gives a right answer, and fails if one gives a wrong one
        after that."""
        right: set[str] = set()

        def both() -> bool:
            answer = self.ask(path)
            right.update({answer.process} if is_right(answer) else ())
            return len(right) == 2

        wait_until(both)
        assert all(is_right(self.ask(path)) for _ in range(AGAIN))


@pytest.fixture(scope="module")
def server(running_shop: RunningShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(running_shop, tmp_path_factory.mktemp("server") / "log")
    server.running.start()
    yield server
    server.running.stop()


def test_a_page_is_rendered_by_one_of_them_and_by_no_server_of_before(server: Server) -> None:
    def is_the_others(path: str) -> bool:
        answer = server.ask(path)
        return answer.rendered_by != answer.process

    renderers = set[str]()
    for path in (SHIRT, SHELF, "/"):
        wait_until(partial(is_the_others, path))
        renderers.add(server.ask(path).rendered_by)
    server.running.stop()
    server.running.start()
    assert renderers.isdisjoint(server.ask(path).rendered_by for path in (SHIRT, SHELF, "/"))


@contextmanager
def written(shop: RunningShop, collection: str, slug: str, **facts: Any) -> Iterator[None]:
    """A document with other facts, as somebody wrote it, and as it was at the end."""
    documents = shop.database[collection]
    before = documents.find_one({"slug": slug}, dict.fromkeys(facts, 1))
    assert before is not None

    def write(facts: dict[str, Any]) -> None:
        change = {"$set": facts, "$currentDate": {"revision": True}}
        assert documents.update_one({"slug": slug}, change).modified_count

    write(facts)
    try:
        yield
    finally:
        write({name: before[name] for name in facts})


@pytest.mark.parametrize(
    ("collection", "slug", "path"),
    [
        ("catalog_product", "rust-shirt-04", SHIRT),
        ("catalog_category", "shirts", SHELF),
        ("catalog_category", "shirts", SHIRT),
    ],
)
def test_what_is_renamed_is_so_everywhere(
    running_shop: RunningShop, server: Server, collection: str, slug: str, path: str
) -> None:
    def is_renamed(answer: Answer) -> bool:
        return "Another name" in answer.text

    server.everywhere(path, lambda answer: not is_renamed(answer))
    with written(running_shop, collection, slug, name="Another name"):
        server.everywhere(path, is_renamed)
    server.everywhere(path, lambda answer: not is_renamed(answer))


def test_what_is_sold_out_is_so_everywhere(running_shop: RunningShop, server: Server) -> None:
    def is_sold_out(answer: Answer) -> bool:
        return "Sold out" in answer.text

    server.everywhere(SHIRT, lambda answer: not is_sold_out(answer))
    shirt = running_shop.database.catalog_product.find_one({"slug": "rust-shirt-04"})
    assert shirt is not None
    sizes = [size | {"available": False} for size in shirt["variants"] or ()]
    facts = {"available": False, "variants": sizes}
    with written(running_shop, "catalog_product", "rust-shirt-04", **facts):
        server.everywhere(SHIRT, is_sold_out)
    server.everywhere(SHIRT, lambda answer: not is_sold_out(answer))


def test_what_is_blocked_is_gone_from_every_panel(
    running_shop: RunningShop, server: Server
) -> None:
    def beside(answer: Answer) -> list[str]:
        panel = answer.text.partition('data-panel="alike"')[2]
        return list(dict.fromkeys(re.findall(r'href="/p/([\w-]+)/"', panel)))

    found = beside(server.ask(SHIRT))
    server.everywhere(SHIRT, lambda answer: found[0] in beside(answer))
    blocked = running_shop.database.catalog_product.find_one({"slug": found[0]})
    try:
        rule = BLOCK.format(id=str(blocked["_id"]))
        running_shop.manage("shell", "--verbosity=0", "--command", rule)
        server.everywhere(SHIRT, lambda answer: found[0] not in beside(answer))
    finally:
        running_shop.manage("shell", "--verbosity=0", "--command", UNBLOCK)
    server.everywhere(SHIRT, lambda answer: found[0] in beside(answer))
