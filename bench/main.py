"""What a person waits for, beside what it could not be faster than, in one run.

The shop runs as ``script/demo`` runs it, in a folder of its own: embedded servers, a Celery worker,
gunicorn, the drawn catalogue.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from functools import partial
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

from PIL import Image

from bench import Figure, large_pictures
from bench.browser import Browser
from bench.serving import (
    get_well,
    photographs,
    product_slugs,
    search_by_photo,
    shop_and_bare_page,
)

UPLOADS, PAGES, PHOTOS, WARM_UP = 50, 200, 50, 20
SEARCHABLE_SECONDS = 30
POLL_SECONDS = 0.02


def run(folder: Path) -> dict[str, Figure]:
    """Figures of uploads, product pages and photo searches; see the issue of each goal."""
    with shop_and_bare_page(folder) as (shop, bare):
        slugs = product_slugs(Browser(shop))
        pages, floor = _pages(shop, bare, slugs)
        photos, forward = _photo_searches(shop, folder)
        uploads = _uploads(shop, folder, slugs)
        large = large_pictures.figures(shop, folder)
    return _figures(uploads, pages, floor, photos, forward) | large


def _figures(
    uploads: list[float],
    pages: list[float],
    floor: list[float],
    photos: list[float],
    forward: list[float],
) -> dict[str, Figure]:
    bare, one_pass = median(floor) * 1000, median(forward) * 1000
    beside_bare = f"a bare page of the same server: p50 {bare:.2f} ms"
    beside_pass = f"one forward pass of the encoder: p50 {one_pass:.2f} ms"
    return {
        "upload_to_searchable_p50_s": Figure(median(uploads), "s"),
        "upload_to_searchable_p95_s": Figure(_p95(uploads), "s", "<= 2"),
        "product_page_p50_ms": Figure(median(pages) * 1000, "ms", against=beside_bare),
        "product_page_p50_over_bare_page": Figure(
            median(pages) / median(floor), "times", "<= 6", beside_bare
        ),
        "product_page_p95_ms": Figure(_p95(pages) * 1000, "ms", against=beside_bare),
        "photo_search_p50_ms": Figure(median(photos) * 1000, "ms", against=beside_pass),
        "photo_pages_p50_over_forward": Figure(
            median(photos) / median(forward), "times", "<= 3", beside_pass
        ),
        "photo_search_p95_ms": Figure(_p95(photos) * 1000, "ms", against=beside_pass),
    }


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


# What is timed


def _timed(request: Callable[[], object]) -> float:
    start = time.perf_counter()
    request()
    return time.perf_counter() - start


def _pages(shop: str, bare: str, slugs: list[str]) -> tuple[list[float], list[float]]:
    """Seconds of product pages and of bare pages, taken in turns."""
    in_shop, in_bare = Browser(shop), Browser(bare)
    taken: list[tuple[float, float]] = []
    for number in range(WARM_UP + PAGES):
        path = f"/p/{slugs[number % len(slugs)]}/"
        taken.append(
            (_timed(partial(get_well, in_shop, path)), _timed(partial(get_well, in_bare, "/")))
        )
    pages, floor = zip(*taken[WARM_UP:], strict=True)
    return list(pages), list(floor)


def _photo_searches(shop: str, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of photo searches, and of a forward pass alone in a process like the shop's."""
    import django

    django.setup()
    from recommender.encoder import load_encoder

    encoder = load_encoder()
    ready = Image.new("RGB", encoder.size[::-1], "tan")
    browser = Browser(shop)
    taken: list[tuple[float, float]] = []
    for photograph in photographs(folder, WARM_UP + PHOTOS):
        search = partial(search_by_photo, browser, photograph)
        taken.append((_timed(search), _timed(partial(encoder.encode, [ready]))))
    photos, forward = zip(*taken[WARM_UP:], strict=True)
    return list(photos), list(forward)


def _uploads(shop: str, folder: Path, slugs: list[str]) -> list[float]:
    """Seconds from pressing save on a new product until a like product's panel shows it."""
    browser = Browser(shop)
    browser.log_in("admin", (folder / "admin_password").read_text())
    form = browser.get("/admin/catalog/product/add/").text
    categories = _categories(browser, form)
    browser.get(f"/p/{slugs[0]}/")
    return [
        _upload(browser, categories[slug], slug, _cover(browser, slug, folder))
        for slug in slugs[:UPLOADS]
    ]


def _categories(browser: Browser, form: str) -> dict[str, str]:
    """Of each product, by its slug, what the admin's form calls its category.

    What is filed elsewhere looks less alike.
    """
    select = re.search(r'<select name="category".*?</select>', form, re.DOTALL)
    if select is None:
        raise RuntimeError("The admin's form for a product has no categories.")
    options = re.findall(r'<option value="(\w+)"[^>]*>([^<]+)<', select[0])
    # The form names the way to it, "Tops > T-shirts".
    values = {unescape(label).rpartition(" > ")[2].strip(): value for value, label in options}
    found: dict[str, str] = {}
    for shelf in json.loads(browser.get("/api/v1/categories").text):
        address = f"/api/v1/products?category={shelf['slug']}&page_size=100"
        listed = json.loads(browser.get(address).text)["items"]
        # A category lists what lies in those below it, too.
        own = [product["slug"] for product in listed if product["category"] == shelf["slug"]]
        found |= dict.fromkeys(own, values[shelf["name"]])
    return found


def _upload(browser: Browser, category: str, like: str, content: bytes) -> float:
    slug = f"bench-{uuid4().hex[:8]}"
    file = io.BytesIO(content)
    file.name = "photograph.jpg"
    fields = {
        **{"sku": slug, "slug": slug, "name": slug, "category": category, "gender": "unisex"},
        **{"kind": "", "colours": "", "season": "", "usage": "", "description": ""},
        **{"position": "0", "status": "published", "price": "10.00", "new_photographs": file},
        **{"photographs-TOTAL_FORMS": "0", "photographs-INITIAL_FORMS": "0"},
        **{"variants-TOTAL_FORMS": "0", "variants-INITIAL_FORMS": "0"},
        **{"attributes-TOTAL_FORMS": "0", "attributes-INITIAL_FORMS": "0"},
    }
    start = time.perf_counter()
    saved = browser.post("/admin/catalog/product/add/", fields)
    if saved.location is None:
        raise RuntimeError(f"The upload was refused ({saved.status}).")
    while f"/p/{slug}/" not in browser.get(f"/p/{like}/").text:
        if time.perf_counter() - start > SEARCHABLE_SECONDS:
            raise RuntimeError(f"{slug} is not searchable after {SEARCHABLE_SECONDS} s.")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - start


def _cover(browser: Browser, slug: str, folder: Path) -> bytes:
    """The stored picture that the product page shows first."""
    page = browser.get(f"/p/{slug}/").text
    stem = re.search(r"/pictures/\d+/(photographs/[0-9a-f/]+)\.", page)
    if stem is None:
        raise RuntimeError(f"/p/{slug}/ shows no picture.")
    return (folder / "media" / f"{stem[1]}.jpg").read_bytes()
