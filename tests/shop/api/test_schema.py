"""Schemathesis calls a running shop as its description allows, and as it does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.processes import python
from tests.running_shop import RunningShop

EXAMPLES_EACH = 10
# The web server refuses long addresses before the API sees them. That a file is a picture is more
# than a description can say. Ids that are made up would find nothing alike.
CONFIGURATION = """
[checks]
negative_data_rejection.expected-statuses = ["4xx"]
positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "414"]

[[operations]]
include-path = "/api/v1/products/{product_id}/similar"
parameters = { product_id = "PRODUCT" }

[[operations]]
include-path = "/api/v1/photo-search"
checks.positive_data_acceptance.expected-statuses = ["2xx", "414", "422"]
"""


@pytest.mark.slow
def test_schemathesis_finds_nothing(
    running_shop: RunningShop, shopper_token: str, tmp_path: Path
) -> None:
    product = running_shop.database.catalog_product.find_one({"slug": "rust-shirt-04"})
    assert product is not None
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.replace("PRODUCT", str(product["_id"])))
    done = subprocess.run(
        python(
            *("-m", "schemathesis.cli", f"--config-file={configuration}", "run"),
            f"{running_shop.address}/api/v1/openapi.json",
            f"--header=Authorization: Bearer {shopper_token}",
            f"--max-examples={EXAMPLES_EACH}",
            "--seed=7",
        ),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
