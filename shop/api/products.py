"""The catalogue, and what in it looks alike. Anybody may read it."""

from functools import partial

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import File, P, Query, Router, UploadedFile
from ninja.pagination import paginate
from ninja.params import QueryEx

from recommender import search
from recommender.images import open_picture
from shop.api import rates
from shop.api.callers import TOKEN_IS_OPTIONAL, token_or_nobody
from shop.api.paging import Pages
from shop.api.problems import refusals
from shop.api.schemas import Alike, Category, Filters, Listing, Panel, Product
from shop.beside import panels
from shop.catalog import alike, finding, models
from shop.catalog.browsing import usual_sort
from shop.catalog.composed import compose
from shop.catalog.context import shelves
from shop.catalog.listing import PUBLISHED
from shop.catalog.listing import Listing as Found
from shop.catalog.named import product_named

MOST_ALIKE = 50
DIVERSITY = (
    "How much products are kept apart that look like each other, from 0, not at all, to 1. "
    "Without it the first of a longer list are the shorter one."
)

# The web server's own answer to an address that too many filters made too long.
TOO_LONG = {414: None}

router = Router(auth=token_or_nobody)


@router.get(
    "/categories",
    response={200: list[Category], **refusals(401, 503)},
    openapi_extra=TOKEN_IS_OPTIONAL,
)
def list_categories(request: HttpRequest) -> list[models.Category]:
    """Every category in its order of display."""
    return shelves()


@router.get(
    "/products",
    response={200: list[Product], **refusals(401, 503), **TOO_LONG},
    openapi_extra=TOKEN_IS_OPTIONAL,
)
@paginate(Pages)
def list_products(request: HttpRequest, listing: Query[Listing]) -> Found:
    """The products that fit the words and the filters.

    Words are understood as on the shop's pages, prices ("under 50") included: where no product has
    all of them, those are listed that have most. What the merchant pins for these words comes first
    where they are ordered by the best match, and what is blocked for them is neither listed nor
    counted.
    """
    answer = finding.answer(listing.q)
    among, keys = (answer.among, answer.keys) if answer else (PUBLISHED, None)
    sort = listing.sort or usual_sort(listing.q)
    return Found(among, listing.choices().narrowing(), sort, keys)


@router.get(
    "/products/{product_id}",
    response={200: Product, **refusals(401, 404, 503)},
    openapi_extra=TOKEN_IS_OPTIONAL,
)
def show_product(request: HttpRequest, product_id: str) -> models.Product:
    """One product, by its id, a SKU, its slug or the handle that it came with."""
    return product_by(product_id)


@router.get(
    "/products/{product_id}/similar",
    response={200: list[Alike], **refusals(401, 404, 503), **TOO_LONG},
    openapi_extra=TOKEN_IS_OPTIONAL,
)
def list_similar(
    request: HttpRequest,
    product_id: str,
    filters: Query[Filters],
    most: QueryEx[int, P(ge=1, le=MOST_ALIKE)] = alike.WIDE_K,
    diversity: QueryEx[float, P(ge=0, le=1, description=DIVERSITY)] = 0,
) -> list[alike.Alike]:
    """The products that look most like this one, by falling score; of a style only the first.

    What the merchant pins stands in its place whatever its score is, what is boosted comes before
    what scores more, and what is blocked beside this product is left out. Scores stay what they
    are.

    The list ends where nothing is close any more. Words are understood as on the shop's pages ("but
    in leather", "under 80"): where nothing that looks alike has all of them, the least important
    are left out.
    """
    find = partial(alike.similar_products, product_by(product_id), most, diversity=diversity)
    return compose(find, filters.q, filters.choices().narrowing()).alike


@router.get(
    "/products/{product_id}/beside",
    response={200: list[Panel], **refusals(401, 404, 503)},
    openapi_extra=TOKEN_IS_OPTIONAL,
)
def list_beside(request: HttpRequest, product_id: str) -> list[panels.Panel]:
    """What goes with this product, as its page shows it: pieces that complete a look, what is
    bought together with it, what else its visitors look at.

    A panel is left out where there is too little for it. No product is in two of them.
    """
    return panels.panels_of(product_by(product_id))


@router.post(
    "/photo-search",
    response={200: list[Alike], **refusals(400, 401, 503), **TOO_LONG},
    openapi_extra=TOKEN_IS_OPTIONAL,
    throttle=[rates.EVERYTHING, rates.PHOTOS],
)
def search_by_photo(
    request: HttpRequest,
    picture: File[UploadedFile],
    filters: Query[Filters],
    most: QueryEx[int, P(ge=1, le=MOST_ALIKE)] = alike.WIDE_K,
    diversity: QueryEx[float, P(ge=0, le=1, description=DIVERSITY)] = 0,
) -> list[alike.Alike]:
    """The products that look most like a picture, by falling score. The picture is not kept.

    A product that shows this very picture, as it is or altered, comes first, as a `twin`. Where
    nothing is close, which scores below 0.1 say, those are listed that are least far.

    Words narrow them as they narrow what looks like a product.

    Bars, frames and what surrounds the picture on a screenshot are left out of account, and a
    picture that lies on its side is turned, where something in the shop looks more like it then.

    JPEG, PNG, WebP, GIF, HEIC, AVIF, BMP or TIFF; a file that is no picture is refused (422).
    """
    look = search.look_at(open_picture(picture, for_side=search.LOOK_SIDE))
    find = partial(alike.products_like, look.query, most, diversity=diversity)
    return compose(find, filters.q, filters.choices().narrowing()).alike


def product_by(product_id: str) -> models.Product:
    """The product that may be bought, if by its link alone, and is named so. Raises Http404."""
    found = product_named(product_id)
    if found is None:
        raise Http404(_("There is no such product."))
    return found
