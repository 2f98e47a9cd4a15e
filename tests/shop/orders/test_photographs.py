"""The pictures of an order outlive those of its products."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from recommender import large_pictures
from shop.catalog import pictures
from shop.catalog.models import Product
from shop.orders.models import DeliveryMethod, Order, OrderLine
from shop.orders.tasks import keep_photographs
from tests.shop.catalog.shelves import jpeg
from tests.shop.orders.shopping import order_of


@pytest.fixture
def pictured(coat: Product, delivery: DeliveryMethod) -> Order:
    coat.photographs = [pictures.read_photograph(jpeg("navy", (800, 1000))).store()]
    coat.save()
    return order_of(coat, {"COAT-S": 1}, delivery)


def test_a_small_copy_is_kept_once(pictured: Order, coat: Product) -> None:
    keep_photographs()
    own = pictured.lines.get().photograph
    assert own is not None
    assert (own.width, own.height) == (256, 320)
    assert own.name != coat.photographs[0].name
    keep_photographs()
    again = pictured.lines.get().photograph
    assert again is not None
    assert again.name == own.name
    coat.delete()
    assert default_storage.exists(own.name)


def test_a_picture_that_was_gone_too_soon_is_let_go(pictured: Order, coat: Product) -> None:
    coat.delete()
    keep_photographs()
    assert pictured.lines.get().photograph is None
    assert not OrderLine.objects.filter(photo_kept=False).exists()


def test_a_line_without_a_picture_waits_for_none(order: Order) -> None:
    keep_photographs()
    line = order.lines.get()
    assert (line.photo, line.photo_kept) == (None, True)


def test_a_picture_that_cannot_be_read_now_holds_up_no_other(
    pictured: Order, coat: Product, delivery: DeliveryMethod
) -> None:
    file = Path(settings.MEDIA_ROOT) / coat.photographs[0].name
    content = file.read_bytes()
    file.unlink()
    file.mkdir()
    coat.photographs = [pictures.read_photograph(jpeg("maroon", (800, 1000))).store()]
    coat.save()
    behind = order_of(coat, {"COAT-S": 1}, delivery)
    keep_photographs()
    assert [line.photo_kept for line in OrderLine.objects.all()] == [False, True]
    assert behind.lines.get().photograph != coat.photographs[0]
    file.rmdir()
    file.write_bytes(content)
    keep_photographs()
    assert pictured.lines.get().photo_kept


def test_a_picture_waits_while_others_are_being_read(pictured: Order, coat: Product) -> None:
    file = Path(settings.MEDIA_ROOT) / coat.photographs[0].name
    Image.new("RGB", (800, 1000), "navy").save(file, "AVIF")
    taken = 0
    while large_pictures._places.acquire(blocking=False):
        taken += 1
    try:
        keep_photographs()
    finally:
        large_pictures._places.release(taken)
    assert not pictured.lines.get().photo_kept
    keep_photographs()
    assert pictured.lines.get().photograph is not None
