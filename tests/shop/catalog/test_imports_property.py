"""Whatever is imported, sold between and broken off, the shop is as a plain model of it.

`pytest --import-plans 500` tries more plans.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.shop.catalog.import_model import Plan, differences, empty_shop
from tests.shop.catalog.import_plans import plans


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_shop_is_as_the_model(request: pytest.FixtureRequest) -> None:
    @settings(
        max_examples=request.config.getoption("--import-plans"),
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(plans())
    def hold(plan: Plan) -> None:
        empty_shop()
        with tempfile.TemporaryDirectory() as folder:
            assert differences(plan, Path(folder)) == [], plan

    hold()
