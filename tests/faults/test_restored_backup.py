"""The commands of docs/operations.md that copy a shop with embedded servers and bring it back."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import PROJECT, wait_until
from tests.running_shop import RunningShop

PRODUCT = "/p/rust-shirt-04/"
TERMS = "from shop.demo.terms import prepare_terms; prepare_terms()"
USERS = "from django.contrib.auth.models import User"
COUNT_USERS = f"{USERS}; print(User.objects.count(), 'users')"
ADD_USER = f"{USERS}; User.objects.create_user('stranger')"


def documented(beginning: str) -> str:
    """The block of commands that follows the words, with this Python."""
    chapter = (PROJECT / "docs/operations.md").read_text().partition(beginning)[2]
    (commands,) = re.findall(r"^```\n(.*?)^```", chapter, re.DOTALL | re.MULTILINE)[:1]
    return commands.replace(".venv/bin/python", sys.executable)


def follow(commands: str, folder: Path, shop: RunningShop) -> None:
    done = subprocess.run(
        ["sh", "-ec", commands],
        cwd=folder,
        env=shop.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def has_panel(shop: RunningShop) -> bool:
    answer = shop.visitor().get(PRODUCT)
    return answer.status == 200 and "data-rail-track" in answer.text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mongod") is not None, reason="the commands are the stand-in's")
def test_shop_is_right_again_after_its_backup_came_back(
    running_shop: RunningShop, tmp_path: Path
) -> None:
    shop = running_shop
    # The doctor finds a fault where nothing can be ordered.
    shop.manage("shell", "-c", TERMS)
    (tmp_path / "var").symlink_to(shop.var)
    (tmp_path / "manage.py").symlink_to(PROJECT / "manage.py")
    follow(documented("With the embedded servers, in the project's folder"), tmp_path, shop)
    ready, users = shop.ready_ids(), shop.manage("shell", "-c", COUNT_USERS)

    shop.database.catalog_product.delete_one({"slug": "rust-shirt-04"})
    shop.database.embedding_vectors.delete_many({})
    shop.manage("shell", "-c", ADD_USER)
    shutil.rmtree(shop.var / "media")
    wait_until(lambda: shop.visitor().get(PRODUCT).status == 404)

    shop.beat.stop()
    shop.worker.stop()
    shop.web.stop()
    shop.wait_until_ended()
    try:
        follow(documented("after Ctrl-C has ended the demo"), tmp_path, shop)
    finally:
        shop.web.start()
        shop.worker.start()
        shop.beat.start()

    assert shop.ready_ids() == shop.vector_ids() == ready
    assert shop.manage("shell", "-c", COUNT_USERS) == users
    wait_until(lambda: has_panel(shop))
    (picture,) = re.findall(r'src="(/pictures/[^"]+)"', shop.visitor().get(PRODUCT).text)[:1]
    assert shop.visitor().get(picture).status == 200
