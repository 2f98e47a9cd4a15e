"""The files that `bench imports` measures, made small: none takes much more than it is."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from bench.import_memory import SHAPES
from shop.catalog.imports import ImportRefused, import_rows, open_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SMALL = 0.002


@pytest.mark.parametrize("name", SHAPES)
def test_what_asks_for_much_gets_little(name: str, tmp_path: Path) -> None:
    SHAPES[name](tmp_path, SMALL)
    tracemalloc.start()
    with suppress(ImportRefused), open_source(min(tmp_path.iterdir())) as source:
        assert import_rows(source).done == source.total
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
