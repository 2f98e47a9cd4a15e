"""The forms of the merchant's pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.safestring import SafeString
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from recommender.images import BadImage
from shop.catalog.admin.attributes import AttributeFormSet
from shop.catalog.admin.choosing import CategoryField
from shop.catalog.admin.texts import TextsForm
from shop.catalog.admin.variants import VariantFormSet, initial_of
from shop.catalog.gtin import check_gtin
from shop.catalog.imports import csv_zip
from shop.catalog.imports.archives import FEED_ENDINGS, PAGE_ENDINGS, PICTURE_ENDINGS, TABLE_ENDING
from shop.catalog.models import Category, Gender, Product, Status
from shop.catalog.money import AmountField, UnitsField, cents
from shop.catalog.parts import Photograph
from shop.catalog.pictures import MAX_PHOTOGRAPHS, Incoming, read_photograph, store_all
from shop.catalog.skus import uses_by_others
from shop.skus.keys import key_of

TABLES = (TABLE_ENDING, *sorted(FEED_ENDINGS | PAGE_ENDINGS))
PICTURES = ",".join(("image/*", *sorted(PICTURE_ENDINGS)))


# Who sees a product, told where it is chosen.
STATUSES = {
    Status.DRAFT: _("Draft: only staff see it."),
    Status.PUBLISHED: _("Published: shoppers find it and can buy it."),
    Status.LINK: _("By its link alone: who has the address can buy it, and no list shows it."),
    Status.ARCHIVED: _("Archived: it is no longer sold, and its page says so."),
}


def price_field() -> UnitsField:
    return UnitsField(
        label=format_lazy(_("Price in {currency}"), currency=settings.CURRENCY),
        max_digits=9,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=UnfoldAdminDecimalFieldWidget,
    )


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several files at once and shows as a place to drop them."""

    allow_multiple_selected = True
    template_name = "admin/catalog/files_input.html"

    def __init__(self, accept: str, prompt: str | Promise) -> None:
        super().__init__({"accept": accept})
        self.prompt = prompt

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        # By the project's own templates; the form renderer knows only those inside apps.
        context = self.get_context(name, value, attrs) | {"prompt": self.prompt}
        return render_to_string(self.template_name, context)


class FilesField(forms.FileField):
    """Cleans to a list of uploaded files, which may be empty."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in data or () if file]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return self.check_all(files)

    def check_all(self, files: Sequence[UploadedFile]) -> list[Any]:
        """Check each file; every bad one is named with its own error."""
        checked, errors = [], []
        for file in files:
            try:
                checked.append(self.check_one(file))
            except (BadImage, ValidationError) as error:
                reason = error.message if isinstance(error, ValidationError) else error
                errors.append(f"{file.name}: {reason}")
        if errors:
            raise ValidationError(errors)
        return checked

    def check_one(self, file: UploadedFile) -> Any:
        """What the field cleans one file to; raises BadImage or ValidationError."""
        return file


class PicturesField(FilesField):
    """Cleans to a list of Incoming pictures, looked at and not stored yet."""

    def check_one(self, file: UploadedFile) -> Incoming:
        return read_photograph(file)


class PhotographForm(forms.Form):
    name = forms.CharField(widget=forms.HiddenInput)
    order = forms.IntegerField(
        label=pgettext_lazy("sequence", "Order"),
        min_value=1,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    alt = forms.CharField(
        label=_("Alternative text"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget({"placeholder": _("What it shows, in a few words")}),
    )


class BasePhotographs(forms.BaseFormSet):  # type: ignore[type-arg]
    """The photographs that a product has, to be ordered, described and deleted."""

    deletion_widget = UnfoldBooleanWidget

    def kept(self, photographs: Iterable[Photograph]) -> list[Photograph]:
        """Of these photographs those that stay, described and ordered as the form says.

        One that the form does not know, because it came meanwhile, stays at the end.
        """
        facts = {form.cleaned_data["name"]: form.cleaned_data for form in self.forms}
        staying: list[tuple[int, Photograph]] = []
        for photograph in photographs:
            fact = facts.get(photograph.name)
            if fact is None:
                staying.append((MAX_PHOTOGRAPHS + 1, photograph))
            elif not fact["DELETE"]:
                photograph.alt = fact["alt"]
                staying.append((fact["order"] or MAX_PHOTOGRAPHS, photograph))
        return [photograph for _, photograph in sorted(staying, key=lambda pair: pair[0])]


PhotographFormSet = cast(
    type[BasePhotographs],
    forms.formset_factory(PhotographForm, BasePhotographs, extra=0, can_delete=True),
)


class GtinField(forms.CharField):
    """Takes the number as it stands under a barcode, with spaces or hyphens."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s-]", "", super().to_python(value) or "")


class ProductForm(TextsForm):
    """A product with what its document holds: photographs, variants, attributes."""

    instance: Product
    price = price_field()
    status = forms.ChoiceField(
        label=capfirst(_("status")),
        choices=list(STATUSES.items()),
        initial=Status.PUBLISHED,
        widget=UnfoldAdminRadioSelectWidget,
    )
    sale_price_cents = AmountField(
        label=format_lazy(_("Sale price in {currency}"), currency=settings.CURRENCY),
        min_value=Decimal("0.01"),
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    gtin = GtinField(
        label="GTIN",
        required=False,
        validators=[check_gtin],
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The number under its barcode (EAN, UPC)."),
    )
    new_photographs = PicturesField(
        required=False,
        label=_("Add photographs"),
        widget=FilesInput(PICTURES, _("Choose photographs, or drop them here")),
        help_text=_("Several at once; JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP or TIFF."),
    )

    class Meta:
        model = Product
        fields = (
            *("sku", "name", "slug", "description", "category", "gender", "kind", "colours"),
            *("style", "season", "usage", "position", "status", "brand", "material", "gtin"),
            *("mpn", "sale_price_cents", "sale_from", "sale_until"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Product = self.instance
        if product.price_cents:
            self.initial.setdefault("price", product.price)
        data = self.data if self.is_bound else None
        self.photographs = PhotographFormSet(
            data,
            prefix="photographs",
            initial=[
                {"name": photograph.name, "order": number, "alt": photograph.alt}
                for number, photograph in enumerate(product.photographs, 1)
            ],
        )
        self.variants = VariantFormSet(
            data,
            prefix="variants",
            initial=[initial_of(variant) for variant in product.variants],
            form_kwargs={"photographs": product.photo_names()},
        )
        self.attributes = AttributeFormSet(
            data,
            prefix="attributes",
            initial=[{"name": fact.name, "value": fact.value} for fact in product.attributes],
        )

    @property
    def changed_data(self) -> list[str]:
        changed = list(super().changed_data)
        formsets = {
            "photographs": self.photographs,
            "variants": self.variants,
            "attributes": self.attributes,
        }
        return changed + [name for name, formset in formsets.items() if formset.has_changed()]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.photographs.is_valid():
            self.add_error(None, gettext("The photographs below need a correction."))
        if not (self.variants.is_valid() and self._skus_are_free()):
            self.add_error(None, gettext("The sizes below need a correction."))
        if not self.attributes.is_valid():
            self.add_error(None, gettext("The further facts below need a correction."))
        new = self.cleaned_data.get("new_photographs", ())
        if len(new) + len(self.instance.photographs) > MAX_PHOTOGRAPHS:
            self.add_error(
                "new_photographs",
                gettext("A product has at most %(most)d photographs.") % {"most": MAX_PHOTOGRAPHS},
            )
        return cleaned

    def _skus_are_free(self) -> bool:
        """Name the product that has a SKU beside the SKU; whether no size's has one."""
        said: list[forms.BaseForm] = [self, *self.variants.filled()]
        stated = [(form, form.cleaned_data.get("sku", "")) for form in said]
        uses = uses_by_others(
            self.instance, (sku for _, sku in stated if sku), Product.objects.with_ids
        )
        for form, sku in stated:
            if use := uses.get(key_of(sku)):
                form.add_error("sku", str(use.refusal(sku)))
        return self.variants.is_valid()

    def _post_clean(self) -> None:
        # Before the model is validated, which wants a price.
        if "price" in self.cleaned_data:
            self.instance.price_cents = cents(self.cleaned_data["price"])
        super()._post_clean()
        for field, reason in self.instance.sale_faults().items():
            if field not in self.errors:
                self.add_error(field, reason)

    def save(self, commit: bool = True) -> Product:
        product: Product = super().save(commit=commit)
        product.variants = self.variants.variants()
        product.attributes = self.attributes.attributes()
        return product

    def wanted_photographs(self) -> list[Photograph]:
        """The photographs that the product shall have. Stores the new ones."""
        kept = self.photographs.kept(self.instance.photographs)
        return kept + store_all(self.cleaned_data["new_photographs"])


class LoosePhotographsForm(forms.Form):
    """Many photographs, a product each, and what is true of all of them."""

    # The metaclass takes it out of the class, where `files` is what was uploaded.
    files = FilesField(  # type: ignore[assignment]
        label=_("Photographs"),
        widget=FilesInput(PICTURES, _("Drop photographs here, or choose them")),
        help_text=format_lazy(
            _("Up to {most} at once."),
            most=lazy(number_format, str)(
                settings.DATA_UPLOAD_MAX_NUMBER_FILES, force_grouping=True
            ),
        ),
    )
    category = CategoryField(
        Category.objects.in_order(), label=_("Category"), widget=UnfoldAdminSelectWidget
    )
    gender = forms.ChoiceField(
        label=pgettext_lazy("whom", "Gender"),
        choices=Gender.choices,
        initial=Gender.UNISEX,
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.CharField(
        label=_("Kind"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Such as Shirt or Sandals; the sizes follow from it."),
    )
    price = price_field()
    grouped = forms.BooleanField(
        label=_("Files whose names differ only by a number belong to one product"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("linen-shirt-1.jpg and linen-shirt-2.jpg become one product, Linen shirt."),
    )
    published = forms.BooleanField(
        label=_("Show them in the shop at once"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("Else they are drafts, whose names can be edited together first."),
    )

    def options(self) -> dict[str, Any]:
        """The facts as imports.dropped.Facts takes them."""
        cleaned = self.cleaned_data
        return {
            "category": cleaned["category"].name,
            "category_id": str(cleaned["category"].pk),
            "gender": cleaned["gender"],
            "kind": cleaned["kind"],
            "price_cents": cents(cleaned["price"]),
            "grouped": cleaned["grouped"],
            "published": cleaned["published"],
        }

    def clean_files(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["files"]
        return files


class CatalogueForm(forms.Form):
    """A file of products, with a zip of photographs where products are new, or a zip alone."""

    # The metaclass takes it out of the class, where `files` is what was uploaded.
    files = FilesField(  # type: ignore[assignment]
        label=_("A file of products, and a zip of photographs"),
        widget=FilesInput(
            ",".join((*TABLES, ".zip", "text/csv", "text/xml", "application/zip")),
            _("Drop a file of products and a zip here"),
        ),
        help_text=format_lazy(
            _(
                "A CSV file with the columns {required}; if you like also {optional} (several "
                "values apart by |). Without a zip, products that are there are changed and keep "
                "their photographs. Also what other shops write: the CSV files of Shopify, "
                "WooCommerce, Magento and PrestaShop (its two files in a zip), and feeds for "
                "Google and Meta (XML, CSV, TSV), and saved product pages. Kaggle's styles.csv "
                "and a zip of folders by class are understood as well."
            ),
            required=", ".join(csv_zip.REQUIRED),
            optional=", ".join(csv_zip.optional()),
        ),
    )

    preview = forms.BooleanField(
        label=_("Show me first what becomes of it"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("The first ten products, and what is missing. Nothing is written before that."),
    )

    def clean_files(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["files"]
        endings = [PurePosixPath(file.name or "").suffix.lower() for file in files]
        tables = [ending for ending in endings if ending in TABLES]
        zips = [ending for ending in endings if ending == ".zip"]
        if len(tables) > 1 or len(zips) > 1 or len(tables) + len(zips) < len(files):
            raise ValidationError(
                gettext("Upload one file of products, one zip file, or one of each.")
            )
        return files

    def options(self) -> dict[str, Any]:
        return {}
