"""The disk under the shop fills up and gets room again: pages go on, and nothing is lost."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests import drawn
from tests.faults.test_servers_away import ADMIN_PATHS
from tests.processes import PROJECT, python, wait_until
from tests.running_shop import RunningShop
from tests.small_disk import fill, make_room, mounted
from tests.visitor import File, Visitor

PRODUCT = "/p/rust-full-000/"
PATHS = ["/", "/c/bags/", PRODUCT, f"{PRODUCT}similar/", "/search/?q=rust", "/photo/", "/basket/"]
PATHS += ["/wishlist/", "/account/", "/de/", "/api/v1/products"]
PICTURE = ("bag.jpg", drawn.jpeg("Bag", "Navy"))
PRODUCTS = 4
MEGABYTES = 96


def writes(shop: RunningShop, visitor: Visitor, merchant: Visitor) -> list[int]:
    """The statuses of what wants to be kept: a search's photo, a bag, a wish, a product."""
    fields = dict(re.findall(r'name="(product|sku)" value="([^"]*)"', visitor.get(PRODUCT).text))
    answers = [
        visitor.post("/photo/", files=[File("picture", *PICTURE)]),
        visitor.post("/basket/add/", fields),
        visitor.post("/wishlist/hearts/", {"keep": fields["product"]}),
        shop.upload_product(merchant, "LATE", [PICTURE, PICTURE]),
    ]
    return [answer.status for answer in answers]


@pytest.mark.slow
def test_a_disk_that_fills_up_and_gets_room_again(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", megabytes=MEGABYTES) as disk:
        shop = RunningShop(disk, VITRINE_ENCODER="untrained", VITRINE_LEASE_SECONDS="5")
        # Beside the disk, to tell what happens while it is full.
        for process in (shop.web, shop.worker, shop.beat):
            process.log = tmp_path / process.log.name
        # Redis that cannot write ends the worker, whom whoever runs it starts again.
        (tmp_path / "redis").mkdir()
        (disk / "redis").symlink_to(tmp_path / "redis")
        try:
            shop.open()
            merchant = shop.merchant()
            shop.worker.freeze()
            shop.manage("import_catalog", str(drawn.write_delivery(tmp_path, "FULL", PRODUCTS)))
            visitor = shop.visitor()
            # Each web process remembers the categories for a while.
            wait_until(lambda: [visitor.get("/c/bags/").status for _ in range(8)] == [200] * 8)
            fill(disk)
            shop.worker.thaw()

            for path in PATHS:
                assert (path, visitor.get(path).status) == (path, 200)
            for path in ADMIN_PATHS:
                assert (path, merchant.get(path).status) == (path, 200)
            picture = re.findall(r"(/pictures/\d+/[^\s\"]+\.webp)", visitor.get(PRODUCT).text)[-1]
            assert visitor.get(picture).status == 200
            assert writes(shop, visitor, merchant) == [507] * 4
            # SQLite may have room in its files, so that some photographs are done all the same.
            wait_until(lambda: re.search("No space|disk is full", shop.worker.log.read_text()))
            assert not shop.states()["failed"]
            for log in (shop.web.log, shop.worker.log):
                assert "Traceback" not in log.read_text()

            make_room(disk)
            wait_until(shop.is_healthy)
            assert writes(shop, visitor, merchant) == [200] * 4
            shop.wait_until_settled(photographs=2 * PRODUCTS + 2)
            assert shop.states() == {"ready": 2 * PRODUCTS + 2}
            assert shop.vector_ids() == shop.ready_ids()
        finally:
            shop.close()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["demo", "doctor", "check"])
def test_a_first_start_on_a_full_disk_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    with mounted(tmp_path / "disk", megabytes=0.1) as disk:
        fill(disk)
        done = subprocess.run(
            python("manage.py", command),
            cwd=PROJECT,
            env=os.environ | {"VITRINE_VAR": str(disk)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "There is no room on the disk" in done.stderr
        assert "Traceback" not in done.stderr
        assert not list(disk.glob("*.partial"))
