"""Tags and filters of the shop's templates."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import lru_cache, partial

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext

from shop.catalog import browsing, money, pictures
from shop.catalog.alike import Alike
from shop.catalog.colours import hex_of
from shop.catalog.live.view import Facets
from shop.catalog.models import Product
from shop.catalog.parts import Photograph
from shop.catalog.remember import Recent
from shop.catalog.vocabulary import translated

register = template.Library()
register.filter("known", translated)
register.filter(money.price)

LARGEST = pictures.WIDTHS[-1]
FALLBACK_WIDTH = 640
MOST_COLUMNS = 5
BARS_HEIGHT = 40
# Of the screen's height that a photograph of a product's page takes on a phone: see the style.
GALLERY_HEIGHT = 38


@register.filter
def units(cents: int | None) -> str:
    """Cents as the number that a price field holds; nothing for None."""
    return "" if cents is None else money.written_number(cents)


@register.simple_tag
def price_bars(facets: Facets, choices: browsing.Choices) -> SafeString | str:
    """A histogram of the prices that there are, those that were chosen in the accent."""
    if facets.lowest is None or facets.lowest == facets.highest:
        return ""
    most = max(facets.bars)
    step = ((facets.highest or 0) - facets.lowest) // len(facets.bars) + 1
    bars = []
    for place, count in enumerate(facets.bars):
        # By the root, so that a single piece is seen beside hundreds.
        height = round(BARS_HEIGHT * (count / most) ** 0.5)
        low = facets.lowest + place * step
        is_in = low + step > (choices.price_min or 0) and low <= (choices.price_max or low)
        name = "bars__bar" if is_in else "bars__bar bars__bar--out"
        bars.append(
            f'<rect class="{name}" x="{place}" y="{BARS_HEIGHT - height}" width="0.8"'
            f' height="{height}"/>'
        )
    box = f"0 0 {len(facets.bars)} {BARS_HEIGHT}"
    return mark_safe(
        f'<svg class="bars" viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(bars)}</svg>"
    )


@register.simple_tag
def page_query(choices: browsing.Choices, number: int) -> str:
    """The query string of another page of the same listing."""
    return choices.query(number)


@register.filter
def first_row(counter: int, eager: bool) -> bool:
    """Whether the picture at this place of a grid is seen at once, where its page says `eager`."""
    return bool(eager) and counter <= MOST_COLUMNS


@register.filter
def gallery_sizes(photograph: Photograph) -> str:
    """How wide a photograph is shown on its product's page.

    On a phone its height is bounded, and a tall one leaves the sides free.
    """
    width = math.ceil(GALLERY_HEIGHT * photograph.width / photograph.height)
    return f"(min-width: 64rem) 45vw, (min-width: 48rem) 100vw, min(100vw, {width}vh)"


@register.simple_tag
def picture(
    photograph: Photograph, sizes: str, alt: str = "", eager: bool = False, whole: bool = False
) -> SafeString:
    """A photograph in the sizes and formats that browsers choose from, its place kept free.

    `sizes` is the attribute of that name, `eager` loads it at once (the first row of a page),
    `whole` shows all of it where the others fill the frame.
    """
    return _picture(
        photograph.name,
        photograph.width,
        photograph.height,
        photograph.tint,
        sizes=sizes,
        alt=alt,
        eager=eager,
        whole=whole,
    )


@lru_cache(maxsize=4096)
def _picture(
    name: str,
    width: int,
    height: int,
    tint: str,
    *,
    sizes: str,
    alt: str,
    eager: bool,
    whole: bool,
) -> SafeString:
    widths = pictures.widths_for(width)
    sources = "".join(
        f'<source type="{pictures.FORMATS[extension].content_type}"'
        f' srcset="{_srcset(name, widths, width, extension)}" sizes="{escape(sizes)}">'
        for extension in ("avif", "webp")
    )
    fallback = min(FALLBACK_WIDTH, widths[-1])
    loading = ' fetchpriority="high"' if eager else ' loading="lazy"'
    # The tint is a presentation attribute of SVG, since the content security policy refuses
    # style attributes.
    return mark_safe(
        f'<span class="picture {"picture--whole" if whole else "picture--cover"}">'
        f'<svg class="picture__tint" color="{escape(tint)}" aria-hidden="true"></svg>'
        f'<picture>{sources}<img src="{picture_url(name, fallback, "jpg")}" alt="{escape(alt)}"'
        f' width="{width}" height="{height}"{loading}></picture></span>'
    )


def _srcset(name: str, widths: tuple[int, ...], real: int, extension: str) -> str:
    return ", ".join(f"{picture_url(name, step, extension)} {min(step, real)}w" for step in widths)


@register.simple_tag
def largest(photograph: Photograph) -> str:
    """The address of a photograph in its largest rendition."""
    return picture_url(photograph.name, pictures.widths_for(photograph.width)[-1], "jpg")


def picture_url(name: str, width: int, extension: str) -> str:
    """The address of a rendition. Reversed once, since a page asks for hundreds."""
    return _picture_pattern().format(width, name.rpartition(".")[0], extension)


@lru_cache(maxsize=1)
def _picture_pattern() -> str:
    sample = reverse("picture", kwargs={"width": 1, "stem": "STEM", "extension": "jpg"})
    return sample.replace("/1/STEM.jpg", "/{}/{}.{}")


@register.simple_tag
def frame_of(width: int, height: int) -> SafeString:
    """What a picture has of attributes that a frame is drawn in: its size, and room to grab it."""
    room = max(width, height) // 40
    return format_html(
        'viewBox="{} {} {} {}" data-frame-picture data-width="{}" data-height="{}"',
        *(-room, -room, width + 2 * room, height + 2 * room, width, height),
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of the sprite; whatever is around it says what it means."""
    return _icon(name)


@lru_cache(maxsize=64)
def _icon(name: str) -> SafeString:
    href = f"{static('icons.svg')}#{escape(name)}"
    return mark_safe(f'<svg class="icon" aria-hidden="true"><use href="{href}"></use></svg>')


@register.simple_tag
def card(product: Product, sizes: str, eager: bool = False, hover: bool = False) -> SafeString:
    """What a grid or a rail shows of a product: rendered once for all pages that show the same.

    `sizes` is that of its pictures, `eager` loads them at once, `hover` shows the second one.
    """
    shown = {"sizes": sizes, "eager": eager, "hover": hover}
    key = (
        get_language(),
        product.pk,
        product.revision,
        product.is_on_sale,
        product.shown_colours,
        *shown.values(),
    )
    render = partial(_rendered, "catalog/_card.html", product=product, **shown)
    return _cards.get_or_set(key, render)


_cards: Recent[Hashable, SafeString] = Recent(seconds=300, most=5000)


def _rendered(template: str, **facts: object) -> SafeString:
    return mark_safe(get_template(template).render(facts))


@register.simple_tag
def closeness(match: Alike, asked: Product | str, query: str = "") -> SafeString:
    """How much what was found looks like what was `asked` for, a product or the key of a picture:
    in words, and on request the number and why.

    `query` is that of the page, which the way back keeps.
    """
    if match.is_chosen:
        return format_html('<p class="closeness">{}</p>', match.closeness)
    slug = match.product.slug
    if isinstance(asked, str):
        why = _why_pattern("why_like", get_language()).format(asked, slug)
    else:
        why = _why_pattern("why_similar", get_language()).format(asked.slug, slug)
    return format_html(
        '<details class="closeness"><summary>{}</summary><p>{} <a class="link" href="{}"'
        ' rel="nofollow">{}<span class="unseen"> {}</span></a></p></details>',
        match.closeness,
        gettext("Similarity %(percent)s %%") % {"percent": match.percent},
        f"{why}?{query}" if query else why,
        gettext("Why?"),
        match.product.title,
    )


@lru_cache(maxsize=64)
def _why_pattern(view: str, language: str) -> str:
    """The address of such a page with two places to fill in. Reversed once, since results ask for
    dozens."""
    key, slug = "0" * 32, "SLUG"
    return reverse(view, args=[key, slug]).replace(key, "{}").replace(slug, "{}")


@register.simple_tag
def similar_button(product: Product) -> SafeString:
    """The link that opens the panel of what looks like a product, under the row of its card."""
    return _similar_button(get_language(), product.slug, product.title)


@lru_cache(maxsize=4096)
def _similar_button(language: str, slug: str, name: str) -> SafeString:
    """The link in the language of the page, which `language` names."""
    address = reverse("similar", args=[slug])
    return format_html(
        '<a class="alike" href="{0}" aria-expanded="false" hx-get="{0}" hx-target="closest li"'
        ' hx-swap="afterend">{1}<span class="alike__word">{2}<span class="unseen"> {3}</span>'
        "</span></a>",
        address,
        icon("alike"),
        gettext("Similar"),
        gettext("to %(name)s") % {"name": name},
    )


@register.simple_tag
def dot(colour: str) -> SafeString | str:
    """A dot in a named colour, and nothing for a name that has no colour of its own."""
    if slugify(colour).startswith("multi"):
        return mark_safe('<svg class="dot dot--many" aria-hidden="true"></svg>')
    value = hex_of(colour)
    if value is None:
        return ""
    return mark_safe(f'<svg class="dot" color="{value}" aria-hidden="true"></svg>')
