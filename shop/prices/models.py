"""What products cost, from when on. Rows are only ever added, and stay when a product goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max

from shop.catalog.pricing import Price, Sale, price_at


class PriceRecordQuerySet(models.QuerySet["PriceRecord"]):
    def of(self, product: str) -> PriceRecordQuerySet:
        """The records of a product (its id), the latest first."""
        return self.filter(product=product)

    def histories_of(self, products: Iterable[str]) -> Mapping[str, list[PriceRecord]]:
        """All records of each of these products, the oldest first."""
        found: defaultdict[str, list[PriceRecord]] = defaultdict(list)
        for record in self.filter(product__in=products).order_by("pk"):
            found[record.product].append(record)
        return found

    def last_of(self, products: Iterable[str]) -> dict[str, PriceRecord]:
        """The latest record of each of these products that has any."""
        grouped = self.filter(product__in=products).order_by().values("product")
        latest = self.filter(pk__in=grouped.annotate(latest=Max("pk")).values("latest"))
        return {record.product: record for record in latest}


class PriceRecord(models.Model):
    """All that decides what the pieces of a product cost, from a moment until its next record."""

    product = models.CharField(max_length=24, help_text="Its id in the catalogue.")
    since = models.DateTimeField()
    price_cents = models.PositiveIntegerField()
    sale_price_cents = models.PositiveIntegerField(null=True)
    sale_from = models.DateTimeField(null=True)
    sale_until = models.DateTimeField(null=True)
    # What the pieces with a price of their own usually cost, in cents, by SKU.
    own = models.JSONField(default=dict)
    # Whether anybody could buy it: what a draft says that it costs, nobody was asked for.
    offered = models.BooleanField(default=True)

    objects = PriceRecordQuerySet.as_manager()

    class Meta:
        # No record is older than one with a smaller key.
        ordering = ("-pk",)
        indexes = [models.Index(fields=["product", "since"], name="price_since")]

    def __str__(self) -> str:
        return f"{self.product} since {self.since:%Y-%m-%d %H:%M}"

    @property
    def sale(self) -> Sale | None:
        if self.sale_price_cents is None:
            return None
        return Sale(self.sale_price_cents, self.sale_from, self.sale_until)

    def usual_cents(self, sku: str) -> int:
        """What the piece costs without a sale."""
        return int(self.own.get(sku, self.price_cents))

    def price_of(self, sku: str, at: datetime) -> Price:
        """What the piece costs at a moment at which this record counts."""
        return price_at(self.usual_cents(sku), self.sale, at)

    def says(self) -> dict[str, Any]:
        """Everything but whose it is and since when."""
        names = ("price_cents", "sale_price_cents", "sale_from", "sale_until", "own", "offered")
        return {name: getattr(self, name) for name in names}
