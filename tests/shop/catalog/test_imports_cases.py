"""What imports accept and refuse, and that the docs tell the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from shop.catalog.imports import open_source
from tests.shop.catalog.catalogues import write_shop, write_zip
from tests.shop.catalog.import_cases import CASES, Case, table


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_accepted_and_refused(tmp_path: Path, case: Case) -> None:
    if case.text:
        path = write_shop(tmp_path, case.text, case.files)
    else:
        path = write_zip(tmp_path / "photographs.zip", case.files)
    with open_source(path) as source:
        assert case.tell(list(source)) == case.becomes


def test_the_docs_show_these_cases() -> None:
    """How to print the table anew says import_cases.py."""
    docs = Path(settings.BASE_DIR, "docs", "importing.md").read_text()
    assert table() in docs
