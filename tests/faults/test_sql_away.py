"""PostgreSQL goes away and comes back: the catalogue goes on, for strangers and for the known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import drawn
from tests.faults.test_servers_away import PATHS
from tests.postgres import Postgres, program_folder
from tests.running_shop import RunningShop

NEED_SQL = ["/basket/", "/checkout/", "/account/", "/wishlist/", "/orders/", "/admin/"]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    programs = program_folder()
    if programs is None:
        pytest.skip("no PostgreSQL (Debian: apt install postgresql)")
    server = Postgres(programs)
    server.start()
    yield server
    server.stop()


@pytest.mark.slow
def test_postgresql_dies_and_comes_back(postgres: Postgres, tmp_path: Path) -> None:
    shop = RunningShop(
        tmp_path, DATABASE_URL=postgres.new_database("shop"), VITRINE_ENCODER="untrained"
    )
    try:
        shop.open(worker=False)
        shop.manage("import_catalog", str(drawn.write_catalogue(tmp_path / "delivery")))
        visitor, merchant, stranger = shop.visitor(), shop.merchant(), shop.visitor()
        page = visitor.get("/p/navy-bag-01/").text
        fields = dict(re.findall(r'name="(product|sku)" value="([^"]*)"', page))
        assert visitor.post("/basket/add/", fields).address == "/basket/"

        postgres.kill()
        for who in (visitor, merchant, stranger):
            assert {path: who.get(path).status for path in PATHS} == dict.fromkeys(PATHS, 200)
            assert who.post("/basket/add/", fields).status == 503
        for who in (visitor, merchant):
            for path in NEED_SQL:
                answer = who.get(path)
                assert (answer.status, answer.address) == (503, path)
                assert "Back in a moment" in answer.text
        assert "Traceback" not in shop.web.log.read_text()

        postgres.resume()
        assert "Navy bag 01" in visitor.get("/basket/").text
        assert merchant.get("/admin/").status == 200
    finally:
        shop.close()
