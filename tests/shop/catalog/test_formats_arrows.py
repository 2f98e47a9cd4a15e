"""What the readers of other shops' files may use, and who uses them."""

from __future__ import annotations

from graphlib import TopologicalSorter

from tests.recommender.test_arrows import imported, modules, used, users, within

FORMATS = "shop.catalog.imports.formats"
# Of the importer: cells, rows and tables, and neither files nor what writes products.
MAY_USE = {
    f"shop.catalog.imports.{name}"
    for name in (
        *("categories", "cells", "json_file", "kinds", "markup", "rows", "tables", "variants"),
    )
}


def test_only_those_who_open_files_and_find_photographs_use_formats() -> None:
    assert users((FORMATS,), "shop", but=(FORMATS,)) == {
        "shop.catalog.imports.foreign",
        "shop.catalog.imports.sources",
        "shop.catalog.imports.supply",
    }


def test_formats_know_neither_files_nor_what_writes_products() -> None:
    names = {n for path in modules("shop/catalog/imports/formats").values() for n in imported(path)}
    importers = {name for name in names if within(name, "shop.catalog.imports")}
    assert {name for name in importers if not within(name, FORMATS, *MAY_USE)} == set()


def test_formats_form_no_circle() -> None:
    known = modules("shop/catalog/imports/formats")
    graph = {module: used(module, known) for module in known}
    assert len(list(TopologicalSorter(graph).static_order())) == len(known)
