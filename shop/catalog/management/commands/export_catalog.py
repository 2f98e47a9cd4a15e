"""`manage.py export_catalog PATH`: write all products into a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.catalog import exports
from shop.catalog.exports.writing import put
from shop.catalog.models import Product


class Command(BaseCommand):
    help = (
        "Write all products into a CSV file: in the shop's own columns, which import again to the "
        "same, or as Shopify or WooCommerce read them (docs/exchange.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file to write")
        parser.add_argument("--shape", choices=exports.SHAPES, default="own")
        parser.add_argument(
            "--origin",
            default=settings.ORIGIN,
            help="the shop's scheme and host, as https://shop.example; else VITRINE_ORIGIN",
        )

    def handle(self, *, path: Path, shape: str, origin: str, **options: Any) -> None:
        if shape != "own" and not origin:
            raise CommandError(
                "Photographs are named by their addresses, so where is the shop? Set "
                "VITRINE_ORIGIN, or name an --origin."
            )
        products = Product.objects.all()
        put(exports.text(exports.SHAPES[shape], products, origin.rstrip("/")), path)
        self.stdout.write(f"{path} is written.")
