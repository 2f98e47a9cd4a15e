"""What documents of the catalogue hold inside themselves: photographs, variants, texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.validators import (
    MinValueValidator,
    ProhibitNullCharactersValidator,
    RegexValidator,
)
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ArrayField, EmbeddedModelArrayField
from django_mongodb_backend.models import EmbeddedModel

TINT = r"^#[0-9a-f]{6}$"
SKU_LENGTH = 80


class Photograph(EmbeddedModel):
    """A picture of a product. The first of a product is its cover, the second shows on hover."""

    name = models.CharField(max_length=120, help_text="Its name in Django's default storage.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    tint = models.CharField(
        max_length=7,
        validators=[RegexValidator(TINT)],
        help_text="Its mean colour, shown while it loads.",
    )
    alt = models.CharField(_("alternative text"), max_length=200, blank=True)
    # SHA-256 of the bytes as they came in, so that an import knows what it already has.
    digest = models.CharField(max_length=64)
    # Where it was turned or cropped: the name of what it was made of, clockwise degrees, and then
    # left, top, width and height in pixels.
    original = models.CharField(max_length=120, blank=True, default="")
    turn = models.PositiveSmallIntegerField(default=0)
    crop = ArrayField(models.PositiveIntegerField(), default=list, blank=True)

    def __str__(self) -> str:
        return self.alt or self.name

    @property
    def stem(self) -> str:
        """Its name without the ending, as the addresses of renditions have it."""
        return self.name.rpartition(".")[0]

    @property
    def key(self) -> str:
        """What no other photograph's name ends with."""
        return self.stem.rpartition("/")[2]

    @property
    def source(self) -> str:
        """The name of what came in, which it may be itself."""
        return self.original or self.name

    @property
    def source_stem(self) -> str:
        return self.source.rpartition(".")[0]


class Variant(EmbeddedModel):
    """What can be bought of a product: one size, of one colour where it comes in several."""

    size = models.CharField(_("size"), max_length=20, blank=True)
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    # A product's sizes without one are given one when it is saved.
    sku = models.CharField(
        "SKU", max_length=SKU_LENGTH, blank=True, validators=[ProhibitNullCharactersValidator()]
    )
    # None where it costs what the product costs.
    price_cents = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    # Names of those of the product's photographs that show this one; none where all do.
    photographs = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    available = models.BooleanField(_("available"), default=True)

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.colour, self.size)))


class Text(EmbeddedModel):
    """What a product or a category is called in one more language than the shop's own."""

    language = models.CharField(max_length=10)
    name = models.CharField(_("name"), max_length=160, blank=True)
    description = models.TextField(_("description"), blank=True)

    def __str__(self) -> str:
        return self.name


class FormerPrice(EmbeddedModel):
    """What a piece cost before the sale that its product has."""

    sku = models.CharField(max_length=SKU_LENGTH)
    cents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.sku}: {self.cents}"


class Attribute(EmbeddedModel):
    """One more fact, such as its neckline, that no field of a product has."""

    name = models.CharField(_("name"), max_length=60)
    value = models.CharField(_("value"), max_length=300)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class PartsField(EmbeddedModelArrayField):
    """A list of such parts, read several times as fast as by the field that it is.

    The backend's own looks up how every value of every part is converted, again for each document.
    Parts hold nothing that BSON and Python tell apart, so that a field's `to_python` is enough.
    """

    def __init__(self, embedded_model: type[EmbeddedModel], **options: Any) -> None:
        super().__init__(embedded_model, **options)  # type: ignore[no-untyped-call]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        # The database holds the same, so migrations need not know the one from the other.
        name, _path, args, options = super().deconstruct()  # type: ignore[no-untyped-call]
        return name, "django_mongodb_backend.fields.EmbeddedModelArrayField", args, options

    def parts_of(self, documents: Iterable[dict[str, Any]]) -> list[EmbeddedModel]:
        """The parts that a document of MongoDB's holds."""
        return [self._part(document) for document in documents]

    def _from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.parts_of(value)

    def _part(self, document: dict[str, Any]) -> EmbeddedModel:
        # By their places, for which Django has a way that is twice as short.
        part: EmbeddedModel = self.embedded_model(
            *(
                read(document[column]) if column in document else default()
                for column, read, default in self._columns
            )
        )
        part._state.adding = False
        return part

    @cached_property
    def _columns(self) -> list[tuple[str, Callable[[Any], Any], Callable[[], Any]]]:
        fields = self.embedded_model._meta.fields
        return [(field.column, field.to_python, field.get_default) for field in fields]


def in_this_language(field: str, own: str, texts: Iterable[Text]) -> str:
    """That field of the text in the language of the page, where it has any; else the shop's own."""
    language = get_language()
    for text in texts:
        if text.language == language and (there := getattr(text, field)):
            return str(there)
    return own
