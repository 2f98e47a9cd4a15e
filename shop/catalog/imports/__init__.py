"""Bringing catalogues in: a source yields rows, `import_rows` makes products of them."""

from shop.catalog.imports.importing import import_rows
from shop.catalog.imports.previewing import Previewed
from shop.catalog.imports.rows import BadRow, ImportRefused, ImportRow, Report
from shop.catalog.imports.sources import Source, open_source

__all__ = [
    "BadRow",
    "ImportRefused",
    "ImportRow",
    "Previewed",
    "Report",
    "Source",
    "import_rows",
    "open_source",
]
