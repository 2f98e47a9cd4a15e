"""What search engines and shared links read of a page.

A page is indexed only if it says, by `indexed`, at which address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from shop.catalog import pictures
from shop.catalog.audience import GENDERS
from shop.catalog.models import Category, Product
from shop.catalog.money import price, units
from shop.catalog.parts import Photograph
from shop.catalog.pricing import Price, Span
from shop.catalog.templatetags.storefront import largest
from shop.web.languages import versions

register = template.Library()

ABOUT_LENGTH = 120
# Characters that could end the script element early, as Django's json_script escapes them.
_SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def slogan() -> str:
    """What the shop is, in a sentence or two."""
    return _(
        "Clothes, shoes and bags, and the way to find what looks like them: show %(shop)s a "
        "picture."
    ) % {"shop": settings.SHOP_NAME}


@register.filter
def summary(found: Product | Category) -> str:
    """A product or a category in the words that a list of search results shows."""
    about = Truncator(found.about).chars(ABOUT_LENGTH)
    if isinstance(found, Category):
        return about or _("%(name)s at %(shop)s, each with what looks like it.") % {
            "name": found.title,
            "shop": settings.SHOP_NAME,
        }
    return f"{found.title}, {_span_in_words(found.span())}. {about}".strip()


def _span_in_words(span: Span) -> str:
    lowest = price(span.lowest.cents)
    return _("from %(price)s") % {"price": lowest} if span.differs else lowest


@register.inclusion_tag("catalog/_indexed.html", takes_context=True)
def indexed(
    context: dict[str, Any],
    title: str,
    description: str,
    *,
    photograph: Photograph | None = None,
    product: Product | None = None,
    number: int = 1,
) -> dict[str, Any]:
    """The page's one address and what a shared link shows of it, as Open Graph has it.

    `product` is what the page sells, if it is about one thing; `number` is that of a page of a
    list.
    """
    request = context["request"]
    photograph = product.cover if product else photograph
    address = request.build_absolute_uri(request.path)
    if number > 1:
        address = f"{address}?page={number}"
    return {
        "address": address,
        "versions": versions(address),
        "site": settings.SHOP_NAME,
        "title": title,
        "description": description,
        "picture": _shared_picture(request, photograph) if photograph else None,
        "product": product,
        "price": units(product.span().lowest.cents) if product else None,
        "currency": settings.CURRENCY,
    }


def _shared_picture(request: Any, photograph: Photograph) -> dict[str, Any]:
    width = min(photograph.width, pictures.widths_for(photograph.width)[-1])
    return {
        "url": request.build_absolute_uri(largest(photograph)),
        "width": width,
        "height": round(photograph.height * width / photograph.width),
    }


@register.simple_tag(takes_context=True)
def shop_data(context: dict[str, Any]) -> SafeString:
    """The shop's name, which search engines show above its pages."""
    home = context["request"].build_absolute_uri(reverse("home"))
    return _json_ld({"@type": "WebSite", "name": settings.SHOP_NAME, "url": home})


@register.simple_tag(takes_context=True)
def breadcrumb_data(
    context: dict[str, Any], trail: Iterable[Category], product: Product | None = None
) -> SafeString:
    """The way from the front page to this one, as JSON-LD: categories, then what lies in them."""
    request = context["request"]
    steps = [(_("Home"), reverse("home"))]
    steps += [(step.title, step.get_absolute_url()) for step in trail]
    if product:
        steps.append((product.title, product.get_absolute_url()))
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": name,
            "item": request.build_absolute_uri(address),
        }
        for position, (name, address) in enumerate(steps, start=1)
    ]
    return _json_ld({"@type": "BreadcrumbList", "itemListElement": items})


@register.simple_tag(takes_context=True)
def product_data(
    context: dict[str, Any],
    product: Product,
    trail: Iterable[Category] = (),
    rating: tuple[float, int] | None = None,
) -> SafeString:
    """What search engines read of a product: schema.org's Product, as JSON-LD.

    `trail` are the categories that it lies in, from the top down; `rating` is how many stars it has
    on average, 1 to 5, and by how many buyers.
    """
    request = context["request"]
    data: dict[str, Any] = {
        "@type": "Product",
        "name": product.title,
        "sku": product.sku,
        "url": request.build_absolute_uri(product.get_absolute_url()),
        "image": [
            request.build_absolute_uri(largest(photograph)) for photograph in product.photographs
        ],
        "description": product.about,
        "brand": {"@type": "Brand", "name": product.brand} if product.brand else None,
        "color": "/".join(product.colours),
        "material": product.material,
        "gtin": product.gtin,
        "mpn": product.mpn,
        "category": " > ".join(step.title for step in trail),
        "size": list(dict.fromkeys(v.size for v in product.variants if v.size)),
        "inProductGroupWithID": product.style,
        "additionalProperty": [
            {"@type": "PropertyValue", "name": attribute.name, "value": attribute.value}
            for attribute in product.attributes
        ],
        "offers": _offers(request, product),
    }
    # Schema.org has no word for a thing that anybody wears.
    if gender := GENDERS.get(product.gender):
        data["audience"] = {"@type": "PeopleAudience", "suggestedGender": gender}
    if rating:
        stars, number = rating
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": stars,
            "ratingCount": number,
        }
    return _json_ld({name: value for name, value in data.items() if value})


def _offers(request: Any, product: Product) -> dict[str, Any] | list[dict[str, Any]]:
    """One offer for all pieces, or one for each where they do not cost the same."""
    offers = [(offer, product.price_of(offer)) for offer in product.offers()]
    prices = {price for _, price in offers}
    if len(prices) == 1:
        return _offer(request, product, prices.pop(), available=product.is_available)
    return [
        _offer(request, product, price, available=offer.available)
        | {"sku": offer.sku, "name": f"{product.title} ({offer})"}
        for offer, price in offers
    ]


def _offer(request: Any, product: Product, price: Price, *, available: bool) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@type": "Offer",
        "price": f"{units(price.cents):.2f}",
        "priceCurrency": settings.CURRENCY,
        "availability": f"https://schema.org/{'InStock' if available else 'OutOfStock'}",
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": settings.SELLER[0]},
        "url": request.build_absolute_uri(product.get_absolute_url()),
    }
    if price.ends:
        offer["priceValidUntil"] = price.ends.isoformat()
    if price.former_cents:
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/StrikethroughPrice",
            "price": f"{units(price.former_cents):.2f}",
            "priceCurrency": settings.CURRENCY,
        }
    return offer


def _json_ld(data: dict[str, Any]) -> SafeString:
    text = json.dumps({"@context": "https://schema.org"} | data, ensure_ascii=False)
    return mark_safe(
        f'<script type="application/ld+json">{text.translate(_SCRIPT_ESCAPES)}</script>'
    )
