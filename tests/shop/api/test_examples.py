"""The examples of docs/api.md do what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import drawn
from tests.processes import PROJECT
from tests.running_shop import RunningShop

EXAMPLE = re.compile(r"```sh\n(.+?)```\n```json\n(.+?)```", re.DOTALL)


@pytest.fixture
def environment(running_shop: RunningShop, shopper_token: str) -> dict[str, str]:
    """What the page says that `$SHOP`, `$TOKEN`, `$PRODUCT` and `$SKU` are."""
    product = running_shop.database.catalog_product.find_one({"slug": "rust-shirt-04"})
    assert product is not None
    return dict(os.environ) | {
        "SHOP": running_shop.address,
        "TOKEN": shopper_token,
        "PRODUCT": str(product["_id"]),
        "SKU": "SHIRT-04-M",
    }


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl (Debian: apt install curl)")
def test_every_example_answers_as_shown(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(drawn.jpeg("Bag", "Sage"))
    text = (PROJECT / "docs" / "api.md").read_text()
    examples = EXAMPLE.findall(text)
    assert len(examples) == text.count("```sh\n")
    for command, shown in examples:
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        differs = difference(json.loads(shown), json.loads(done.stdout), "answer")
        assert differs == "", f"{command}{done.stdout}"


def difference(shown: Any, answered: Any, where: str) -> str:
    """Where the form of an answer is not as shown, which need not name every key; or nothing."""
    if type(shown) is not type(answered):
        return f"{where} is {answered!r}"
    if isinstance(shown, dict):
        missing = shown.keys() - answered.keys()
        if missing:
            return f"{where} has no {missing}"
        found = (difference(shown[key], answered[key], f"{where}.{key}") for key in shown)
        return next(filter(None, found), "")
    if isinstance(shown, list) and shown:
        return difference(shown[0], answered[0], f"{where}[0]") if answered else f"{where} is empty"
    return ""
