"""The registry of SKUs is made to fit the catalogue."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from shop.catalog.models import Category, Product
from shop.catalog.parts import Variant
from shop.catalog.skus import BEING_SAVED
from shop.catalog.tasks import register_skus
from shop.operations import doctor
from shop.skus import registry
from shop.skus.models import Registration
from tests.shop.catalog.shelves import make_product

pytestmark = pytest.mark.django_db


def made(coats: Category, sku: str, *skus: str) -> Product:
    """A product as from before there was a registry."""
    variants = [Variant(size=f"{n}", sku=f"{sku} {n}") for n in range(len(skus))]
    product = make_product(coats, 0, sku=sku, name=f"Coat {sku}", variants=variants)
    for variant, own in zip(product.variants, skus, strict=True):
        variant.sku = own
    Product.objects.filter(pk=product.pk).update(variants=product.variants)
    registry.let_go(str(product.pk))
    return product


def held() -> dict[str, str]:
    return dict(Registration.objects.values_list("sku", "owner"))


def reconcile(**options: bool) -> list[str]:
    said = StringIO()
    call_command("reconcile_skus", stdout=said, **options)
    return said.getvalue().splitlines()


def doctors_words() -> list[str]:
    return [finding.detail for finding in doctor.skus()]


def test_what_products_have_is_registered_for_them(coats: Category) -> None:
    one, other = made(coats, "A", "one", "A"), made(coats, "B")
    assert (
        doctors_words() == ["not registered, so that others could take them: 4 (A, A, B, one)"]
        or doctors_words()
    )
    assert reconcile(dry_run=True) == ["3 SKUs would be registered for their products."]
    assert held() == {}
    assert reconcile() == ["3 SKUs are registered for their products."]
    assert held() == {"A": str(one.pk), "one": str(one.pk), "B": str(other.pk)}
    assert reconcile() == ["Every product has its SKUs, and no two have one."]
    assert doctors_words() == []


def test_what_no_product_has_is_free_once_it_is_old(coats: Category) -> None:
    product = make_product(coats, 0, sku="A", variants=[])
    registry.take("f" * 24, ["never came"])
    registry.take(str(product.pk), ["A", "had once"])
    register_skus()
    assert set(held()) == {"A", "never came", "had once"}
    Registration.objects.update(since=F("since") - BEING_SAVED)
    assert reconcile() == ["2 SKUs that no product has are free."]
    assert set(held()) == {"A"}


def test_a_clash_is_told_and_nothing_is_changed(coats: Category, admin_client: Client) -> None:
    first, second = made(coats, "A", "LO-1"), made(coats, "B", "lo-1", "own")
    third = made(coats, "C", "x", "X")
    register_skus()
    assert held() == {
        **{"A": str(first.pk), "LO-1": str(first.pk)},
        **{"B": str(second.pk), "own": str(second.pk)},
        **{"C": str(third.pk), "x": str(third.pk)},
    }
    taken = "The SKU lo-1 is taken: Coat A (A) has LO-1, which differs in its letters' case or"
    told = doctors_words()
    assert told[0].startswith(f"Coat B (B): {taken}")
    assert told[1:] == ["Coat C (C): The SKU X is there twice."]
    assert reconcile() == told
    shelf = reverse("admin:catalog_product_changelist")
    html = admin_client.get(shelf).content.decode()
    assert "One SKU, several products" in html
    assert "The SKU X is there twice." in html

    for product in (second, third):
        product.refresh_from_db()
        product.variants[-1 if product.sku == "C" else 0].sku = f"new {product.sku}"
        product.save()
    assert "One SKU, several products" not in admin_client.get(shelf).content.decode()
    assert reconcile() == ["Every product has its SKUs, and no two have one."]


def test_a_product_that_clashes_does_not_lose_its_other_skus(coats: Category) -> None:
    made(coats, "A", "one")
    made(coats, "B", "ONE", "two")
    register_skus()
    assert set(held()) == {"A", "one", "B", "two"}
