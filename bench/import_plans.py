"""Whether imports lose or spoil anything: the shop beside a plain model of it.

The plans are those of tests/shop/catalog/test_imports_property.py: made-up files of names in
several scripts and cases, imports that break off and go on, sales between them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings

from bench import Figure

if TYPE_CHECKING:
    from tests.shop.catalog.import_model import Plan

PLANS = 200


def figures(folder: Path) -> dict[str, Figure]:
    """How often the shop, which is emptied, differs from the model."""
    wrong = wrong_or_lost(folder, PLANS)
    against = f"differences from a plain model, over {PLANS} plans of imports"
    return {"wrong_or_lost": Figure(wrong, "", "<= 0", against)}


def wrong_or_lost(folder: Path, number: int) -> int:
    """The differences after so many plans. Django is set up, and the shop's servers run."""
    from tests.shop.catalog.import_model import differences, empty_shop
    from tests.shop.catalog.import_plans import plans

    found: list[str] = []

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(plans())
    def carry_out(plan: Plan) -> None:
        empty_shop()
        with tempfile.TemporaryDirectory(dir=folder) as own:
            found.extend(differences(plan, Path(own)))

    carry_out()
    return len(found)
