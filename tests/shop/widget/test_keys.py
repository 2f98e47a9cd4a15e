"""Keys in the admin: their sites, and the snippet."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from shop.widget.models import WidgetKey
from shop.widget.origins import origin_of_page, origins_in

KEYS = "/admin/widget/widgetkey/"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example/some/page?x=1", "https://shop.example"),
        ("https://shop.example:443/", "https://shop.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://café.example", "https://xn--caf-dma.example"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_an_origin_is_spelled_as_browsers_do(address: str, origin: str) -> None:
    assert origin_of_page(address) == origin


@pytest.mark.parametrize(
    "address",
    ["shop.example", "*", "https://", "ftp://shop.example", "https://a:b", "https://[", "null"],
)
def test_what_is_no_site_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="is no address of a site"):
        origin_of_page(address)


def test_sites_are_named_once() -> None:
    text = " https://a.example/x \n\nhttps://a.example\r\nhttps://b.example"
    assert origins_in(text) == ["https://a.example", "https://b.example"]


def test_a_merchant_makes_changes_and_revokes_a_key(admin_client: Client) -> None:
    facts = {"name": "Old shop", "origins": "https://Old.example/"}
    made = admin_client.post(f"{KEYS}add/", facts)
    key = WidgetKey.objects.get()
    assert made["Location"] == f"{KEYS}{key.pk}/change/"
    assert key.origins == "https://old.example"

    shown = unescape(admin_client.get(made["Location"]).content.decode())
    assert f'src="http://testserver/widget/v1.js" data-key="{key.public}" async' in shown

    admin_client.post(made["Location"], facts | {"origins": "https://new.example"})
    changed = WidgetKey.objects.get()
    assert changed.is_for("https://new.example")
    assert not changed.is_for("https://old.example")
    assert WidgetKey.objects.opened_by(key.public) == changed

    admin_client.post(f"{KEYS}{key.pk}/delete/", {"post": "yes"})
    assert WidgetKey.objects.opened_by(key.public) is None


def test_a_key_without_a_site_is_refused(admin_client: Client) -> None:
    refused = admin_client.post(f"{KEYS}add/", {"name": "Old shop", "origins": "somewhere"})
    assert "is no address of a site" in refused.content.decode()
    assert not WidgetKey.objects.exists()
