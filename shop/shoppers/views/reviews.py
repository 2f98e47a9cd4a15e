"""What buyers think of a product, and the form to say so."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.catalog.models import Product
from shop.shoppers import reviews
from shop.shoppers.forms import ReviewForm
from shop.shoppers.models import Review
from shop.shoppers.reviews import NotBought

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: HttpRequest, slug: str) -> HttpResponse:
    product = get_object_or_404(Product.objects.published(), slug=slug)
    form = _form(request, product)
    if form is not None and form.is_valid():
        try:
            reviews.write(request.user, product, **form.cleaned_data)
        except NotBought as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you. It is shown here as soon as we have read it."))
            return redirect("reviews", product.slug)
    shown = Paginator(Review.objects.shown_of(str(product.pk)), PER_PAGE)
    context = {"product": product, "form": form, "page": shown.get_page(request.GET.get("page"))}
    return render(request, "shoppers/reviews.html", context)


def _form(request: HttpRequest, product: Product) -> ReviewForm | None:
    """The form with what the shopper wrote before; none for who has not bought the product."""
    key = str(product.pk)
    if not (request.user.is_authenticated and reviews.has_bought(request.user, key)):
        return None
    review = reviews.review_of(request.user, key)
    before = {"stars": review.stars, "text": review.text, "fit": review.fit} if review else None
    form = ReviewForm(request.POST or None, initial=before)
    if not any(variant.size for variant in product.variants):
        # A bag fits as it is.
        del form.fields["fit"]
    return form
