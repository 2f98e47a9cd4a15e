"""The basket's page, and the forms that fill and change it.

Each form works by itself and leads to a page; by htmx it gets the part of the page that changed.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.basket import basket
from shop.basket.basket import Refused
from shop.basket.checking import checked
from shop.basket.forms import PiecesForm, QuantityForm
from shop.basket.models import Line
from shop.catalog.models import Product
from shop.events.models import Kind
from shop.events.recording import record
from shop.web.origins import from_own_pages
from shop.web.requests import PageRequest

UNPROCESSABLE = 422
# The line that was just taken out, until the basket is shown.
REMOVED_KEY = "basket_removed"


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    removed = request.session.pop(REMOVED_KEY, None) if REMOVED_KEY in request.session else None
    return _shown(request, "basket/basket.html", removed)


@from_own_pages
@require_POST
def add(request: PageRequest) -> HttpResponse:
    """From a product's page, where htmx shows a short confirmation."""
    form = PiecesForm(request.POST)
    product = _product(form)
    try:
        line = _add(request, form, product)
    except Refused as refused:
        return _refused(request, product, refused)
    record(request, Kind.BAG, line.product)
    if request.htmx:
        return render(request, "basket/_added.html", {"line": line})
    return redirect("basket")


@require_POST
def put_back(request: PageRequest) -> HttpResponse:
    """From the basket's page: what was just taken out."""
    form = PiecesForm(request.POST)
    try:
        _add(request, form, _product(form))
    except Refused as refused:
        messages.error(request, str(refused))
    return _changed(request)


@require_POST
def set_quantity(request: PageRequest, line_id: int) -> HttpResponse:
    form = QuantityForm(request.POST)
    if form.is_valid():
        basket.set_quantity(basket.basket_of(request), line_id, form.cleaned_data["quantity"])
    return _changed(request)


@require_POST
def remove(request: PageRequest, line_id: int) -> HttpResponse:
    return _changed(request, basket.remove(basket.basket_of(request), line_id))


def _product(form: PiecesForm) -> Product:
    if not form.is_valid():
        raise Http404("No such product.")
    found = Product.objects.sold().with_ids([form.cleaned_data["product"]]).first()
    if found is None:
        raise Http404("No such product.")
    return found


def _add(request: HttpRequest, form: PiecesForm, product: Product) -> Line:
    sku, quantity = form.cleaned_data["sku"], form.cleaned_data["quantity"] or 1
    return basket.add(basket.stored_basket_of(request), product, sku, quantity)


def _refused(request: PageRequest, product: Product, refused: Refused) -> HttpResponse:
    if request.htmx:
        context = {"refused": refused}
        return render(request, "basket/_added.html", context, status=UNPROCESSABLE)
    messages.error(request, str(refused))
    return redirect(product)


def _changed(request: PageRequest, removed: Line | None = None) -> HttpResponse:
    """The basket after a change, with a way to put back what was taken out."""
    undo = _undo(removed) if removed else None
    if request.htmx:
        return _shown(request, "basket/_basket.html", undo)
    if undo:
        request.session[REMOVED_KEY] = undo
    return redirect("basket")


def _undo(line: Line) -> dict[str, object]:
    return {
        "title": str(line),
        "product": line.product,
        "sku": line.sku,
        "quantity": line.quantity,
    }


def _shown(request: HttpRequest, template: str, removed: dict[str, object] | None) -> HttpResponse:
    found = checked(basket.basket_of(request))
    # In place of the header's own count, which would be asked for once more.
    context = {"checked": found, "removed": removed, "bag_count": found.pieces}
    return render(request, template, context)
