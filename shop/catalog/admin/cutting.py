"""The page where a photograph is turned and cropped."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from shop.catalog import cutting, pictures
from shop.catalog.cutting import MIN_SIDE, TURNS, Box, Cut
from shop.catalog.models import Product
from shop.catalog.parts import Photograph


def _pixels(label: Any, least: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, widget=UnfoldAdminIntegerFieldWidget)


class CutForm(forms.Form):
    """A part of the turned photograph, in its pixels."""

    turn = forms.TypedChoiceField(
        choices=[(turn, turn) for turn in TURNS], coerce=int, widget=forms.HiddenInput
    )
    left = _pixels(_("From the left"), 0)
    top = _pixels(_("From the top"), 0)
    width = _pixels(pgettext_lazy("measure", "Width"), 1)
    height = _pixels(pgettext_lazy("measure", "Height"), 1)

    def __init__(self, *args: Any, shown: Cut, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown = shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        cut = self.cut()
        (width, height), box = cut.whole, cut.box
        if box.left + box.width > width or box.top + box.height > height:
            raise ValidationError(
                gettext("The photograph is %(width)d pixels wide and %(height)d high.")
                % {"width": width, "height": height}
            )
        if box.width < min(MIN_SIDE, width) or box.height < min(MIN_SIDE, height):
            raise ValidationError(
                gettext("At least %(least)d pixels must be left of each side.")
                % {"least": MIN_SIDE}
            )
        return cleaned

    def cut(self) -> Cut:
        """What was asked for."""
        turn = self.cleaned_data["turn"]
        whole = self._shown.turned((turn - self._shown.turn) % 360).whole
        sides = [self.cleaned_data[name] for name in ("left", "top", "width", "height")]
        return Cut(turn, Box(*sides), whole)


def _initial(cut: Cut) -> dict[str, int]:
    return {"turn": cut.turn, **vars(cut.box)}


class CutAdmin(ModelAdmin):
    """What the page of a product can do with one of its photographs."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.cut_view)
        route = "<path:object_id>/photograph/<slug:key>/"
        return [path(route, view, name="catalog_product_photograph"), *super().get_urls()]

    def cut_view(self, request: HttpRequest, object_id: str, key: str) -> HttpResponse:
        """Shows all of what came in, with a frame; turning it saves nothing yet."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        product, photograph = _found(object_id, key)
        shown = _cut_of(photograph)
        form = CutForm(request.POST or None, shown=shown, initial=_initial(shown))
        if "original" in request.POST:
            return self._cut(request, product, photograph, _uncut(shown))
        if not form.is_valid():
            # What was typed is about the picture that was turned so.
            return self._cut_page(request, product, photograph, form, _typed(form, shown))
        if "by" in request.POST:
            turned = form.cut().turned(90 if request.POST["by"] == "90" else 270)
            again = CutForm(shown=shown, initial=_initial(turned))
            return self._cut_page(request, product, photograph, again, turned)
        return self._cut(request, product, photograph, form.cut())

    def _cut(
        self, request: HttpRequest, product: Product, photograph: Photograph, wanted: Cut
    ) -> HttpResponse:
        try:
            cutting.cut(product, photograph.name, wanted)
        except pictures.NoSuchPicture as gone:
            raise Http404("The file of the photograph is gone.") from gone
        self.log_change(request, product, gettext("Turned or cropped a photograph."))
        messages.success(request, gettext("The photograph is shown so from now on."))
        return redirect("admin:catalog_product_change", product.pk)

    def _cut_page(
        self,
        request: HttpRequest,
        product: Product,
        photograph: Photograph,
        form: CutForm,
        cut: Cut,
    ) -> HttpResponse:
        whole = cut.turned(-cut.turn % 360).whole
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": product,
            "title": gettext("Turn or crop a photograph"),
            "photograph": photograph,
            "form": form,
            "fields": [form[name] for name in ("left", "top", "width", "height")],
            "cut": cut,
            "size": whole,
        }
        return render(request, "admin/catalog/product/photograph.html", context)


def _found(object_id: str, key: str) -> tuple[Product, Photograph]:
    """The product and its photograph. Raises Http404."""
    for product in Product.objects.with_ids([object_id]):
        for photograph in product.photographs:
            if photograph.key == key:
                return product, photograph
    raise Http404("The product has no such photograph.")


def _cut_of(photograph: Photograph) -> Cut:
    try:
        return Cut.of(photograph)
    except pictures.NoSuchPicture as gone:
        raise Http404("The file of the photograph is gone.") from gone


def _uncut(cut: Cut) -> Cut:
    whole = cut.turned(-cut.turn % 360).whole
    return Cut(0, Box(0, 0, *whole), whole)


def _typed(form: CutForm, shown: Cut) -> Cut:
    """How the picture is turned where the numbers beside it cannot be meant."""
    turn = getattr(form, "cleaned_data", {}).get("turn", shown.turn)
    return shown.turned((turn - shown.turn) % 360)
