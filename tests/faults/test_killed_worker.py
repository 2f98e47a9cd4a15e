"""The real worker, killed in the middle of a batch: nothing undone, nothing twice."""

from __future__ import annotations

import pytest

from tests import drawn
from tests.processes import wait_until
from tests.running_shop import RunningShop

# Some seconds of work.
PHOTOGRAPHS = 160


@pytest.mark.slow
def test_worker_killed_in_the_middle_of_a_batch(running_shop: RunningShop) -> None:
    shop = running_shop
    before = shop.states()
    shop.worker.kill()
    shop.manage("import_catalog", str(drawn.write_delivery(shop.var, "KILLED", PHOTOGRAPHS // 2)))
    new = list(shop.database.embedding_work.find({"state": "waiting"}, sort=[("created", 1)]))
    assert len(new) == PHOTOGRAPHS
    # Two files come to grief before a worker gets to them.
    broken, lost = (shop.var / "media" / found["photo"] for found in new[-2:])
    broken.write_bytes(b"overwritten by accident")
    lost.unlink()

    # It begins with the list before it answers.
    shop.worker.launch()
    wait_until(lambda: (now := shop.states())["working"] and now["ready"] > before["ready"])
    shop.worker.kill()
    left = shop.states()
    assert left["ready"] < before["ready"] + PHOTOGRAPHS - 2
    shop.worker.start()
    shop.wait_until_settled()

    after = shop.states()
    assert after["ready"] == before["ready"] + PHOTOGRAPHS - 2
    failed = shop.database.embedding_work.find(
        {"_id": {"$in": [found["_id"] for found in new]}, "state": "failed"}
    )
    reasons = {shop.var / "media" / found["photo"]: found["error"] for found in failed}
    assert reasons == {
        broken: "This is not a picture: send a JPEG, PNG, WebP, GIF, HEIC, AVIF, BMP or TIFF file.",
        lost: "The photograph's file is not in the storage any more.",
    }
    assert shop.vector_ids() == shop.ready_ids()
