"""Photographs that imports name by their addresses: which are wanted, and which were fetched."""

from __future__ import annotations

from django.db import models
from django_mongodb_backend.fields import ArrayField

from shop.catalog.models.products import Product, Status

# An address that is longer is fetched by nobody.
LONGEST_ADDRESS = 2_000


class WantedPhotographs(models.Model):
    """What a product is to show: a list of addresses, known by the product's id (text).

    It is work that is claimed (`claims.leases`), and stays as what an import last said.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        DONE = "done"
        FAILED = "failed"

    product = models.CharField(max_length=24, primary_key=True, db_column="_id")
    addresses = ArrayField(models.CharField(max_length=LONGEST_ADDRESS), default=list)
    # Host and port of the first of them.
    host = models.CharField(max_length=300)
    # What becomes of a draft that had to wait for them.
    status = models.CharField(max_length=10, choices=Status)
    # Which import named them, and where they stand in its file.
    job = models.CharField(max_length=24, blank=True)
    line: models.Field[int | str, int | str] = models.JSONField(default=int)
    # The addresses of which nothing came, each with the reason.
    faults = models.JSONField(default=list)
    # What the product was given the last time, by their digests: what is made of that in the admin
    # stays until something else lies at the addresses.
    given = ArrayField(models.CharField(max_length=64), default=list)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # How often something was to be tried again later.
    rounds = models.PositiveIntegerField(default=0)
    settled = models.FloatField(default=0.0)
    error = models.TextField(blank=True)
    owner = models.CharField(max_length=32, null=True)
    lease = models.FloatField(default=0.0)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["state", "lease"], name="wanted"),
            models.Index(fields=["job"], name="wanted_by"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.state}"


class FetchedPicture(models.Model):
    """What lay at an address when it was last asked for."""

    address = models.CharField(max_length=LONGEST_ADDRESS, primary_key=True, db_column="_id")
    etag = models.TextField(blank=True)
    modified = models.TextField(blank=True)
    # When the address was asked, in seconds since 1970.
    asked = models.FloatField()
    # Of the file that came, as photographs have it.
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    tint = models.CharField(max_length=7)
    # What is to be a photograph, in the storage, while products wait that want it.
    file = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.address

    def is_shown_by(self, product: Product) -> bool:
        """Whether it is one of the product's photographs."""
        return any(photograph.digest == self.digest for photograph in product.photographs)
