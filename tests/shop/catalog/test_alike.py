"""What looks alike, narrowed and one of each style, compared with looking at every product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL.Image import Image

from recommender import matching, search
from recommender.index.live import LiveIndex
from recommender.serving.keeper import View
from recommender.switching import EncoderRef
from shop.catalog import alike
from shop.catalog.alike import WIDE_K, similar_products
from shop.catalog.models import Category, Product, Status
from shop.catalog.views import PHOTO_RESULTS
from tests.shop.catalog.shelves import jpeg, make_product

D = 8
PRODUCTS = 150
ENCODER = EncoderRef("drawn", "f")
Test = Callable[[Product], bool]


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


class Photo:
    """An encoder for which every picture is the same vector."""

    fingerprint = ENCODER.fingerprint
    decode_side = None

    def __init__(self, vector: np.ndarray) -> None:
        self.vector = vector

    def encode(self, pictures: list[Image]) -> np.ndarray:
        return np.stack([self.vector for _ in pictures])


class Shop:
    """Products with two photographs each, and the vectors of those."""

    def __init__(self) -> None:
        random = np.random.default_rng(7)
        shelves = [Category.objects.create(name=n, slug=n.lower()) for n in ("Coats", "Bags")]

        def product(number: int) -> Product:
            style = random.integers(60)
            return Product(
                sku=f"S-{number}",
                slug=f"piece-{number}",
                name=f"Piece {number}",
                category=shelves[random.integers(2)],
                kind=("Parka", "Jacket", "Tote")[random.integers(3)],
                colours=[("Navy", "Rust", "Sage", "Ecru")[random.integers(4)]],
                gender=("women", "men")[random.integers(2)],
                price_cents=int(random.integers(10, 100)) * 100,
                style=f"Style {style}" if style < 40 else "",
                status=Status.PUBLISHED if random.random() < 0.95 else Status.DRAFT,
            )

        Product.objects.bulk_create([product(number) for number in range(PRODUCTS)])
        self.products = list(Product.objects.select_related("category"))
        self.vectors = {
            str(product.pk): unit(random.standard_normal((2, D))) for product in self.products
        }
        self.photo = unit(random.standard_normal(D))

    def index(self) -> LiveIndex:
        index = LiveIndex()
        ids = [f"{item}|{photo}|f" for item in self.vectors for photo in ("front", "back")]
        index.add(ids, np.concatenate(list(self.vectors.values())))
        return index

    def score(
        self, product: Product, query: np.ndarray, beside: Product | None
    ) -> tuple[float, float]:
        """By the picture and, beside a product, by what the catalogue knows; then by the cosine."""
        cosine = float((self.vectors[str(product.pk)] @ query).max())
        chance = max(0.0, cosine)
        if beside is None:
            return chance, cosine
        same_shelf = product.category_id == beside.category_id
        known = 2.0 if product.kind == beside.kind else 0.0 if same_shelf else -2.0
        return chance * np.exp(known) / (1 - chance + chance * np.exp(known)), cosine

    def nearest(
        self, query: np.ndarray, test: Test, beside: Product | None = None, least: float = 0.0
    ) -> list[str]:
        """The names of all that pass, by falling score, the first of each style."""
        scores = {product: self.score(product, query, beside) for product in self.products}
        found: dict[str, str] = {}
        if beside and beside.style:
            found[beside.style] = ""
        for product in sorted(self.products, key=lambda product: scores[product], reverse=True):
            may_be_shown = product.is_published and product != beside and test(product)
            if may_be_shown and scores[product][0] >= least:
                found.setdefault(product.style or product.sku, product.name)
        return [name for name in found.values() if name]


@pytest.fixture
def shop(db: None, no_memory: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Shop:
    settings.DIVERSITY = 0.0
    shop = Shop()
    index = shop.index()
    monkeypatch.setattr(search, "_view", lambda: View(ENCODER, index, version=len(index)))
    monkeypatch.setattr(search, "load_encoder", lambda name: Photo(shop.photo))
    return shop


TESTS: dict[str, Test] = {
    "": lambda product: True,
    "colour=Navy": lambda product: product.colour == "Navy",
    "colour=Navy&colour=Rust&kind=Tote": lambda product: (
        product.colour in ("Navy", "Rust") and product.kind == "Tote"
    ),
    "category=bags": lambda product: product.category.slug == "bags",
    "category=bags&gender=men&kind=Parka&colour=Sage&price_max=40": lambda product: (
        (product.category.slug, product.gender, product.kind, product.colour)
        == ("bags", "men", "Parka", "Sage")
        and product.price_cents <= 4000
    ),
    "price_min=30&price_max=32": lambda product: 3000 <= product.price_cents <= 3200,
    "gender=women&gender=men&price_min=0": lambda product: True,
    "colour=Unheard": lambda product: False,
    "category=unheard": lambda product: False,
}


def names_at(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    return [match.product.name for match in response.context["alike"]]


@pytest.mark.slow
@pytest.mark.parametrize("few", [0, 10, 2000])
def test_a_page_shows_the_true_first_of_what_fits(
    client: Client, shop: Shop, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the catalogue names all that fits or is asked about what was found."""
    monkeypatch.setattr(matching, "FEW", few)
    # What is ranked is what is nearest by cosine: here, everything.
    monkeypatch.setattr(matching, "FIRST_TAKE", 3 * PRODUCTS)
    picture = SimpleUploadedFile("coat.jpg", jpeg())
    photo_page = client.post("/photo/", {"picture": picture})["Location"]
    product = next(product for product in shop.products if product.is_published and product.style)
    query = unit(shop.vectors[str(product.pk)].mean(axis=0))
    for choices, test in TESTS.items():
        # What nobody narrowed ends where nothing is close any more.
        least = 0.0 if choices else search.CLOSE_FROM
        expected = shop.nearest(shop.photo, test, least=least)[:PHOTO_RESULTS]
        assert names_at(client, f"{photo_page}?{choices}") == expected, choices
        expected = shop.nearest(query, test, product, least)[:WIDE_K]
        assert names_at(client, f"/p/{product.slug}/similar/?{choices}") == expected, choices


def test_variants_of_what_was_asked_about_are_no_answer(shop: Shop) -> None:
    product = next(product for product in shop.products if product.is_published and product.style)
    found = [match.product for match in similar_products(product, PRODUCTS)]
    assert product.style not in {found.style for found in found}
    styles = [found.style for found in found if found.style]
    assert len(set(styles)) == len(styles)
    assert sum(not found.style for found in found) > 1


def test_what_has_no_style_is_no_variant_of_what_has_none(
    coats: Category, alike_by_order: None
) -> None:
    products = [make_product(coats, number) for number in range(3)]
    assert len(similar_products(products[0], 5)) == 2


@pytest.mark.parametrize(
    ("kind", "shelf", "known"),
    [
        ("Tote", "1", alike.SAME_KIND),
        ("Tote", "2", alike.SAME_KIND),
        ("Parka", "1", alike.SAME_CATEGORY),
        ("Parka", "2", alike.ELSEWHERE),
        # That a kind was never filled in says nothing against it.
        ("", "1", alike.SAME_KIND),
        ("", "2", alike.ELSEWHERE),
    ],
)
def test_what_the_catalogue_knows_beside_a_tote(kind: str, shelf: str, known: float) -> None:
    product = Product(kind="Tote", category_id="1")
    assert alike._kinship(product, (kind,) if kind else (), (shelf,)) == known


def test_the_lists_of_the_api_keep_one_order(client: Client, shop: Shop) -> None:
    """Of every product: the first of many are the first of few, and scores fall."""
    for product in shop.products[:12]:
        if not product.is_published:
            continue
        address = f"/api/v1/products/{product.pk}/similar"
        many = client.get(f"{address}?most=10").json()
        scores = [match["score"] for match in many]
        assert scores == sorted(scores, reverse=True)
        assert all(score >= search.CLOSE_FROM for score in scores)
        assert client.get(f"{address}?most=3").json() == many[:3]


def test_diversity_is_asked_for(client: Client, shop: Shop) -> None:
    """As different as can be: other products, and still by falling score."""
    product = next(product for product in shop.products if product.is_published)
    address = f"/api/v1/products/{product.pk}/similar?most=5"
    plain, various = (client.get(f"{address}{more}").json() for more in ("", "&diversity=0.9"))
    assert plain != various
    scores = [match["score"] for match in various]
    assert scores == sorted(scores, reverse=True)
    assert client.get(f"{address}&diversity=2").status_code == 422


def test_percentages_on_a_page_never_rise(client: Client, shop: Shop) -> None:
    for product in shop.products[:12]:
        if product.is_published:
            shown = client.get(f"/p/{product.slug}/similar/").context["alike"]
            percents = [match.percent for match in shown]
            assert percents == sorted(percents, reverse=True)


def test_a_panel_is_ranked_once_until_something_changes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranked: list[str] = []
    rank = search.similar
    monkeypatch.setattr(
        search, "similar", lambda item, **wanted: ranked.append(item) or rank(item, **wanted)
    )
    product = next(product for product in shop.products if product.is_published)
    first, *others = similar_products(product, 5)
    assert similar_products(product, 5) == [first, *others]
    assert len(ranked) == 1
    index = search._view().index
    assert isinstance(index, LiveIndex)
    index.remove([f"{first.product.pk}|{photo}|f" for photo in ("front", "back")])
    assert first.product not in [match.product for match in similar_products(product, 5)]
    second = others[0].product
    second.status = Status.ARCHIVED
    second.save()
    assert second not in [match.product for match in similar_products(product, 5)]
    assert len(ranked) == 3
