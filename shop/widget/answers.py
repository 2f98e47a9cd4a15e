"""What the widget asks for: what looks like a product, and like a picture."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, NinjaAPI, P, Query, UploadedFile
from ninja.params import QueryEx

from recommender import search
from recommender.images import open_picture
from shop.api import problems, rates
from shop.api.schemas import Text
from shop.catalog import alike
from shop.catalog.named import product_named
from shop.widget.cards import Card
from shop.widget.pages import PageWithKey, ThroughKey

MOST = 24
# For who goes back and forth between pages.
KEPT_SECONDS = 60

Most = QueryEx[int, P(ge=1, le=MOST)]

answers = NinjaAPI(
    title="Vitrine's widget",
    urls_namespace="widget",
    docs_url=None,
    openapi_url=None,
    auth=PageWithKey(),
    throttle=[rates.EVERYTHING, ThroughKey("widget", most="WIDGET_RATE")],
)
problems.handle(answers)


@answers.get("/similar", response=list[Card])
def similar(
    request: HttpRequest, response: HttpResponse, product: Query[Text], most: Most = alike.WIDE_K
) -> list[alike.Alike]:
    """The products that look most like the one of that id, SKU, slug or handle."""
    found = product_named(product)
    if found is None:
        raise Http404(_("There is no such product."))
    response["Cache-Control"] = f"max-age={KEPT_SECONDS}"
    return alike.similar_products(found, most)


@answers.post(
    "/photo-search",
    response=list[Card],
    throttle=[
        *(rates.EVERYTHING, rates.PHOTOS),
        ThroughKey("widget photo", most="WIDGET_PHOTO_RATE"),
    ],
)
def photo_search(
    request: HttpRequest, picture: File[UploadedFile], most: Most = alike.WIDE_K
) -> list[alike.Alike]:
    """The products that look most like a picture, which is not kept."""
    look = search.look_at(open_picture(picture, for_side=search.LOOK_SIDE))
    return alike.products_like(look.query, most)
