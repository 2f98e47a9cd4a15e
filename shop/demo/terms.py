"""How the demo delivers, what tax its prices hold, a voucher to try, and what its pages say."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from shop.orders.models import DeliveryMethod, TaxRate, Voucher
from shop.pages.models import Wording

# What pages say until a merchant writes them: a file for each language and page.
PAGES = Path(__file__).parent / "pages"

# Standard rates of value added tax, in per cent, of countries that the demo delivers to.
RATES = {
    "AT": "20",
    "BE": "21",
    "CH": "8.1",
    "DE": "19",
    "DK": "25",
    "ES": "21",
    "FR": "20",
    "GB": "20",
    "IE": "23",
    "IT": "22",
    "LU": "17",
    "NL": "21",
    "PL": "23",
    "SE": "25",
}
METHODS = (
    {
        "name": "Standard",
        "description": "In 2 to 4 working days",
        "price_cents": 490,
        "free_from_cents": 10000,
        "countries": sorted(RATES),
    },
    {
        "name": "Express",
        "description": "On the next working day",
        "price_cents": 1290,
        "countries": ["AT", "DE"],
        "position": 1,
    },
)
VOUCHER = {"code": "WELCOME10", "percent": 10, "minimum_cents": 5000}


def prepare_terms() -> None:
    """Make the demo's delivery methods, tax rates and voucher, where there are none yet."""
    if not DeliveryMethod.objects.exists():
        for method in METHODS:
            DeliveryMethod.objects.create(**method)
    for country, percent in RATES.items():
        TaxRate.objects.get_or_create(country=country, defaults={"percent": Decimal(percent)})
    Voucher.objects.get_or_create(code=VOUCHER["code"], defaults=VOUCHER)
    prepare_pages()


def prepare_pages() -> None:
    """Have every page that nobody has written say that it is a placeholder, in every language."""
    Wording.objects.complete()
    for wording in Wording.objects.filter(text=""):
        placeholder = PAGES / wording.language / f"{wording.page}.md"
        Wording.objects.filter(pk=wording.pk, text="").update(
            text=placeholder.read_text(encoding="utf-8"), is_placeholder=True
        )
