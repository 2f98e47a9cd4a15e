"""What other shops' columns are read as, and that the docs tell the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.shop.catalog.exchange.cases import Format, Lost, Shown, said
from tests.shop.catalog.exchange.formats import FORMATS
from tests.shop.catalog.exchange.vendure import QUERY
from tests.shop.catalog.foreign_files import listed

SHOWN = [
    pytest.param(each, shown, id=f"{each.name}: {line[:40]} {number}")
    for each in FORMATS
    for line, cases in (
        *((column.names, column.shown) for column in each.columns),
        *((lost.what, lost.shown) for lost in each.lost),
    )
    for number, shown in enumerate(cases, 1)
]
LOST = [
    pytest.param(each, lost, id=f"{each.name}: {lost.what[:40]}")
    for each in FORMATS
    for lost in each.lost
    if lost.cells
]


@pytest.mark.parametrize(("format_", "shown"), SHOWN)
def test_what_is_read(format_: Format, shown: Shown) -> None:
    product = said(listed(format_.file(shown))[0])
    assert {name: product[name] for name in shown.said} == shown.said


@pytest.mark.parametrize(("format_", "lost"), LOST)
def test_what_is_lost(format_: Format, lost: Lost) -> None:
    with_it = listed(format_.write({**format_.row, **lost.cells}))
    assert with_it == listed(format_.write(format_.row))


@pytest.mark.parametrize("format_", FORMATS, ids=lambda each: each.name)
def test_the_docs_show_the_same(format_: Format) -> None:
    """How to print the tables anew says cases.py."""
    assert str(format_) in Path(settings.BASE_DIR, "docs", "exchange.md").read_text()


@pytest.mark.parametrize("format_", FORMATS, ids=lambda each: each.name)
def test_every_column_that_is_understood_is_told(format_: Format) -> None:
    told = str(format_).lower()
    assert [name for name in format_.understood if f"`{name.lower()}`" not in told] == []


def test_the_docs_show_what_to_ask_vendure() -> None:
    assert QUERY in Path(settings.BASE_DIR, "docs", "exchange.md").read_text()
