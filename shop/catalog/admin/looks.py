"""What a photograph tells as it is chosen, and beside its product: hints, and never in the way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from PIL.Image import Image
from unfold.admin import ModelAdmin

from recommender.images import BadImage, open_picture
from recommender.search import SearchUnavailable
from shop.catalog import pictures
from shop.catalog.admin.choosing import way_of
from shop.catalog.looks import Looks, looks_of
from shop.catalog.models import Category, Product, Tree
from shop.catalog.skus import SkuTaken

# The long side of a picture that is not stored yet, beside the one that is.
SHOWN = 320


class LooksAdmin(ModelAdmin):
    """What the pages of products say of photographs."""

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("look/", self.look_view, "look"),
            ("<path:object_id>/looks/", self.looks_view, "looks"),
            ("<path:object_id>/colourway/", self.colourway_view, "colourway"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"catalog_product_{name}")
            for route, view, name in own
        ] + super().get_urls()

    def look_view(self, request: HttpRequest) -> HttpResponse:
        """What a photograph tells that was chosen and not saved, `without` its own product."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        file = request.FILES.get("picture")
        if file is None:
            raise Http404("There is no picture.")
        try:
            picture = open_picture(file, for_side=pictures.LONG_SIDE)
        except BadImage as bad:
            return render(request, "admin/catalog/product/_looks.html", {"bad": str(bad)})
        return self._looks(request, picture, request.POST.get("without", ""), _inline(picture))

    def looks_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a product's cover tells; `brief` in a row of a table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        product = next(iter(Product.objects.with_ids([object_id])), None)
        if product is None:
            raise Http404("No such product.")
        if product.cover is None:
            return HttpResponse()
        try:
            with default_storage.open(product.cover.name) as file:
                picture = open_picture(file.read(), for_side=pictures.LONG_SIDE)
        except (OSError, BadImage):
            # Its state says so already.
            return HttpResponse()
        return self._looks(request, picture, object_id, "", product)

    def colourway_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Have a product share its style with another one, whose form is told it."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        product = next(iter(Product.objects.with_ids([object_id])), None)
        if product is None:
            raise Http404("No such product.")
        if not product.style:
            product.style = product.sku
            try:
                product.save()
            except SkuTaken as taken:
                return HttpResponse(str(taken))
            self.log_change(request, product, [{"changed": {"fields": ["style"]}}])
        response = render(request, "admin/catalog/product/_shares.html", {"product": product})
        response["HX-Trigger"] = json.dumps({"fill": {"field": "style", "value": product.style}})
        return response

    def _looks(
        self,
        request: HttpRequest,
        picture: Image,
        without: str,
        inline: str,
        product: Product | None = None,
    ) -> HttpResponse:
        brief = "_brief" if "brief" in request.GET else ""
        context: dict[str, Any] = {"inline": inline, "product": product}
        try:
            looks = looks_of(picture, without)
        except SearchUnavailable as away:
            context["bad"] = str(away)
        else:
            context |= {"looks": looks, "suggestions": _suggestions(looks)}
        return render(request, f"admin/catalog/product/_looks{brief}.html", context)


def _inline(picture: Image) -> str:
    """A small one as an address of its own: nothing of what is not saved is stored."""
    small = pictures.jpeg(pictures.shrink(picture, SHOWN)).read()
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"


def _suggestions(looks: Looks) -> list[tuple[str, str, str]]:
    """What could be filled in: the field, its value, and that in words."""
    found = [("kind", looks.kind, looks.kind), ("colours", looks.colour, looks.colour)]
    tree = Tree(Category.objects.in_order())
    shelf = next((each for each in tree if str(each.pk) == looks.category), None)
    if shelf:
        found.append(("category", looks.category, way_of(tree, shelf)))
    return [each for each in found if each[1]]
