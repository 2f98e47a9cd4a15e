"""The page where a photograph is turned and cropped."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from unfold.admin import ModelAdmin
from unfold.widgets import INPUT_CLASSES

from shop.catalog import cutting, pictures
from shop.catalog.cutting import TURNS, Cut
from shop.catalog.frames import Box, FrameForm, Size
from shop.catalog.models import Product
from shop.catalog.parts import Photograph


class CutForm(FrameForm):
    """A part of the turned photograph."""

    turn = forms.TypedChoiceField(
        choices=[(turn, turn) for turn in TURNS], coerce=int, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, shown: Cut, **kwargs: Any) -> None:
        super().__init__(*args, of=shown.whole, **kwargs)
        self._shown = shown
        for side in self.sides():
            side.field.widget.attrs["class"] = " ".join(INPUT_CLASSES)

    def size(self) -> Size:
        return self._shown.turned((self.cleaned_data["turn"] - self._shown.turn) % 360).whole

    def cut(self) -> Cut:
        """What was asked for."""
        return Cut(self.cleaned_data["turn"], self.box(), self.size())


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
