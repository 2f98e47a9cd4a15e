"""The figures, beside counting; a simple encoder stands before the evaluation as any other does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recommender.encoder.calibration import CLOSE_FROM, Calibration, Domain
from recommender.lab import alterations, evaluation, nonsense, sent
from recommender.lab.boxes import Shares, marked_boxes, overlap
from recommender.lab.datasets import (
    ATTRIBUTES,
    MISSING,
    Examples,
    Splits,
    read_originals,
    read_products,
    read_reference,
    subset,
)
from recommender.lab.evaluation import (
    DEPTHS,
    Encoded,
    Evaluation,
    Shop,
    Subject,
    encode,
    evaluate,
    first_styles,
)
from recommender.lab.figures import GOALS
from recommender.lab.kinds import kinds_of
from recommender.looking import Look
from tests.recommender.lab.labelled import product, write_products

# Each wants an evaluation, which takes seconds.
pytestmark = pytest.mark.slow


class Colours:
    """Sees four coloured quarters, each number rounded to a multiple of `step`; often mistaken."""

    size = (80, 60)
    decode_side = None

    def __init__(self, step: float = 0.0) -> None:
        self.step = step

    def encode(self, pictures: Iterable[Image.Image]) -> np.ndarray:
        boxes = [np.asarray(one.resize((2, 2), Image.Resampling.BOX)).ravel() for one in pictures]
        rows = np.array(boxes, np.float32) - 120.5
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        if self.step:
            rows = np.round(rows / self.step) * self.step
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


# All of a vector of `Colours` counts as its kinds, and bright pictures rather show something.
CALIBRATION = Calibration(
    (0, 12), closeness=1.2, agreement=0.4, offset=-4.2, domain=Domain((1.0,) * 12, 0.0)
)
MIDDLE: Shares = (0.2, 0.2, 0.8, 0.8)


def middle(picture: Image.Image) -> tuple[int, int, int, int]:
    width, height = picture.size
    return width // 5, height // 5, width * 4 // 5, height * 4 // 5


SUBJECT = Subject(Colours(step=0.05), Colours(), CALIBRATION, middle)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve styles, each in three colours and from two sides."""
    folder = tmp_path_factory.mktemp("drawn") / "demo"
    rows = [
        product(style + 3 * colour, id=f"{'SJC'[style % 3]}-{style}-0{colour}-{side}")
        for style in range(12)
        for colour in range(3)
        for side in ("front", "back")
    ]
    write_products(folder, rows)
    return folder


@pytest.fixture(scope="module")
def result(data: Path, drawn: Path, said: list[str]) -> Evaluation:
    return evaluate(SUBJECT, data, drawn=drawn, report=said.append)


@pytest.fixture(scope="module")
def chosen(data: Path) -> Evaluation:
    """By the photographs for choosing, of an encoder that has no calibration and no crop."""
    return evaluate(Subject(Colours(), Colours()), data, "validation", report=lambda line: None)


@pytest.fixture(scope="module")
def products(whole: Splits) -> Examples:
    return subset(whole.test, whole.test.studio)


def looked(examples: Examples, shop: np.ndarray) -> np.ndarray:
    return looked_at(map(Image.fromarray, examples.pictures), shop)


def looked_at(pictures: Iterable[Image.Image], shop: np.ndarray) -> np.ndarray:
    return np.stack([look.vector for look in SUBJECT.look(pictures, shop)])


def ranked(query: np.ndarray, gallery: np.ndarray) -> list[int]:
    return sorted(range(len(gallery)), key=lambda row: -float(query @ gallery[row]))


def ranked_by_score(query: np.ndarray, gallery: np.ndarray) -> list[int]:
    scores = CALIBRATION.scores(query, gallery)
    return sorted(range(len(gallery)), key=lambda row: -float(scores[row]))


def counted_precision(vectors: np.ndarray, labels: np.ndarray, k: int) -> float:
    shares = []
    for query, label in enumerate(labels):
        others = [row for row in ranked(vectors[query], vectors) if row != query]
        if label != MISSING:
            shares.append(np.mean([labels[row] == label for row in others[:k]]))
    return float(np.mean(shares))


def test_every_attribute_is_measured_at_every_depth(result: Evaluation):
    for name in ("fashion-products", "reference"):
        for attribute in ATTRIBUTES:
            for k in DEPTHS:
                for measure in ("precision", "recall"):
                    figure = result.figures[f"{name}.{attribute}.{measure}_at_{k}"]
                    assert 0 <= figure.low <= figure.value <= figure.high <= 1
    assert set(GOALS) <= set(result.figures)


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_products_are_searched_among_the_test_products(
    result: Evaluation, products: Examples, attribute: str
):
    vectors = encode(Colours(step=0.05), products)
    for k in (1, 5, 10):
        figure = result.figures[f"fashion-products.{attribute}.precision_at_{k}"]
        expected = counted_precision(vectors, products.labels[attribute], k)
        # Of equal likeness either may come first.
        assert figure.value == pytest.approx(expected, abs=0.02)
        assert figure.queries == (products.labels[attribute] != MISSING).sum()


def test_recall_grows_with_depth(result: Evaluation):
    for attribute in ATTRIBUTES:
        found = [
            result.figures[f"fashion-products.{attribute}.recall_at_{k}"].value for k in DEPTHS
        ]
        assert found == sorted(found)
        assert found[0] < found[-1]


def test_phone_photographs_are_searched_among_the_training_ones(result: Evaluation, whole: Splits):
    encoder = Colours(step=0.05)
    gallery, queries = (subset(part, ~part.studio) for part in (whole.train, whole.test))
    rows = encode(encoder, gallery)
    agree = np.array(
        [
            [
                gallery.labels["garment"][row] == queries.labels["garment"][query]
                for row in ranked(vector, rows)
            ]
            for query, vector in enumerate(encode(encoder, queries))
        ]
    )
    for k in DEPTHS:
        figure = result.figures[f"clothing-cc0.garment.precision_at_{k}"]
        # Of equal likeness either may come first.
        assert figure.value == pytest.approx(agree[:, :k].mean(), abs=0.1 if k == 1 else 0.04)
        assert figure.queries == len(queries)


def test_phone_photographs_are_searched_among_the_products(
    result: Evaluation, whole: Splits, products: Examples
):
    encoder, phones = Colours(step=0.05), subset(whole.test, ~whole.test.studio)
    rows, kind_of = encode(encoder, products), {"hat": "Caps", "pants": "Jeans", "shirt": "Shirts"}
    kinds = kinds_of(products)
    asked = list(zip(kinds_of(phones), looked(phones, rows), strict=True))
    by_score = [
        [kinds[row] == kind_of[kind] for row in ranked_by_score(vector, rows)[:5]]
        for kind, vector in asked
    ]
    figure = result.figures["phone-to-studio.kind.precision_at_5"]
    # Of equal likeness either may come first.
    assert figure.value == pytest.approx(np.mean(by_score), abs=0.05)
    by_cosine = [kinds[ranked(vector, rows)[0]] == kind_of[kind] for kind, vector in asked]
    figure = result.figures["phone-to-studio.kind.by_cosine"]
    assert figure.value == pytest.approx(np.mean(by_cosine), abs=0.1)
    first = result.figures["phone-to-studio.kind.precision_at_1"]
    assert (first.queries, first.goal) == (
        len(phones),
        GOALS["phone-to-studio.kind.precision_at_1"],
    )


def test_kinds_that_were_left_out_are_searched_in_the_whole_part(result: Evaluation, whole: Splits):
    vectors, kinds = encode(Colours(step=0.05), whole.test), kinds_of(whole.test)
    shares = []
    for query in np.flatnonzero(kinds == "hat"):
        others = [row for row in ranked(vectors[query], vectors) if row != query][:5]
        shares.append(np.isin(kinds[others], ["hat", "Caps"]).mean())
    figure = result.figures["unseen.hat.precision_at_5"]
    assert figure.value == pytest.approx(np.mean(shares), abs=0.05)
    assert figure.queries == len(shares)
    # No other kind of the list is in the folder.
    assert result.figures["unseen.kind.precision_at_5"].value == pytest.approx(figure.value)


@pytest.mark.slow
def test_a_shop_is_asked_for_clothes_that_it_has_and_for_what_shows_none(
    result: Evaluation, whole: Splits, products: Examples
):
    encoder = Colours(step=0.05)
    phones = subset(whole.test, ~whole.test.studio)
    known = encode(encoder, subset(whole.train, ~whole.train.studio))
    shop = np.concatenate([encode(encoder, products), known])
    pictures, sorts = nonsense.pictures(phones.pictures, evaluation.NONSENSE)

    def close(queries: np.ndarray) -> np.ndarray:
        nearest = [shop[ranked(query, shop)[:24]] for query in queries]
        best = [CALIBRATION.scores(q, rows).max() for q, rows in zip(queries, nearest, strict=True)]
        chances = [CALIBRATION.chance_of_a_thing(query) for query in queries]
        return np.multiply(best, chances) >= CLOSE_FROM

    clothes, other = close(looked(phones, shop)), close(looked_at(pictures, shop))
    alarms = result.figures["nothing-close.false_alarms"]
    assert alarms.value == pytest.approx(1 - clothes.mean(), abs=0.01)
    missed = result.figures["nothing-close.missed_nonsense"]
    assert (missed.queries, missed.goal) == (evaluation.NONSENSE, ("<=", 0.2))
    assert missed.value == pytest.approx(other.mean(), abs=0.01)
    assert 0 < missed.value < 1
    for sort in nonsense.SORTS:
        figure = result.figures[f"nothing-close.missed_nonsense.{sort}"]
        assert figure.value == pytest.approx(other[sorts == sort].mean(), abs=0.03)


def test_without_a_calibration_the_cosine_is_the_score(chosen: Evaluation):
    # Four shaded quarters are never far from four others.
    assert chosen.figures["nothing-close.false_alarms"].value == 0


def test_pictures_as_people_send_them_are_looked_for_among_all_products(
    result: Evaluation, products: Examples
):
    encoder = Colours(step=0.05)
    vectors = encode(encoder, products)
    for name in ("grey", "small", "turned_180"):
        pictures = [
            sent.send(name, Image.fromarray(picture), identifier)
            for identifier, picture in zip(products.ids, products.pictures, strict=True)
        ]
        firsts = [ranked(query, vectors)[0] for query in looked_at(pictures, vectors)]
        figure = result.figures[f"sent.{name}.by_cosine"]
        assert figure.value == pytest.approx(np.mean(firsts == np.arange(len(products))), abs=0.1)
        assert figure.queries == len(products)


def test_a_picture_is_looked_at_as_the_shop_does():
    """Bars are cut off before it is looked for."""
    random = np.random.default_rng(0)
    quarters = random.integers(0, 256, (12, 2, 2, 3)).repeat(40, axis=1).repeat(30, axis=2)
    busy = np.clip(quarters + random.integers(-40, 41, quarters.shape), 1, 254).astype(np.uint8)
    pictures = [Image.fromarray(one) for one in busy]
    vectors = SUBJECT.encoder.encode(pictures)
    barred = [sent.send("letterboxed_black", one, str(n)) for n, one in enumerate(pictures)]
    seen, whole = looked_at(barred, vectors), SUBJECT.encoder.encode(barred)
    assert (seen * vectors).sum(axis=1).min() > 0.98 > (whole * vectors).sum(axis=1).min()


def test_the_list_has_a_mean_and_a_worst(result: Evaluation):
    values = {name: result.figures[f"sent.{name}.recall_at_1"].value for name in sent.EVERY}
    mean, worst = (result.figures[f"sent.{key}.recall_at_1"] for key in ("mean", "worst"))
    assert mean.value == pytest.approx(np.mean(list(values.values())))
    assert worst.value == min(values.values()) == values[worst.against]
    for key, names in (("taught", sent.TAUGHT), ("kept_out", sent.KEPT_OUT)):
        expected = np.mean([values[name] for name in names])
        assert result.figures[f"sent.{key}.recall_at_1"].value == pytest.approx(expected)


def test_what_is_shown_of_the_list_was_not_found(result: Evaluation, products: Examples):
    (shown,) = (finds for name, finds in result.finds.items() if name.startswith("Sent"))
    assert not shown.agree[:, 0].any()
    assert len(set(shown.captions)) == len(shown.captions) == len(shown.pictures)
    for name in shown.captions:
        assert result.figures[f"sent.{name}.recall_at_1"].value < 1
    assert shown.gallery is not None
    assert shown.gallery.ids == products.ids


def test_originals_are_searched_in_a_drawn_shop_by_style(
    result: Evaluation, data: Path, drawn: Path
):
    encoder = Colours(step=0.05)
    photographs = read_originals(data / "clothing-cc0" / "originals-100.zip")
    shop = read_products(drawn)
    vectors, hits = encode(encoder, shop), []
    for kind, query in zip(kinds_of(photographs), looked(photographs, vectors), strict=True):
        styles: dict[str, str] = {}
        for row in ranked(query, vectors):
            styles.setdefault(shop.ids[row].rsplit("-", 2)[0], kinds_of(shop)[row])
        firsts = list(styles.values())[:5]
        right = {"hat": "Caps", "pants": "Jeans", "shirt": "Shirts"}[kind]
        hits.append([first == right for first in firsts])
    figure = result.figures["originals.drawn.kind_among_5"]
    assert figure.queries == len(photographs) == 6
    assert figure.value == pytest.approx(np.any(hits, axis=1).mean())
    share = result.figures["originals.drawn.precision_at_5"]
    assert share.value == pytest.approx(np.mean(hits))


def test_a_page_of_styles_shows_each_once():
    ids = ["A-B-01-front", "A-B-02-front", "A-C-01-front", "D-B-01-back", "D-B-01-front"]
    found = np.array([[1, 0, 4, 3, 2], [3, 2, 4, 1, 0]])
    assert first_styles(found, ids, 2).tolist() == [[1, 4], [3, 2]]
    assert first_styles(found, ids, 5).tolist() == [[1, 4, 2], [3, 2, 1]]


def test_a_proposed_crop_is_beside_the_marked_box(result: Evaluation, data: Path):
    names = read_originals(data / "clothing-cc0" / "originals-100.zip").ids
    expected = np.mean([overlap(MIDDLE, marked_boxes()[name]) for name in names])
    assert result.figures["originals.crop.overlap"].value == pytest.approx(expected)


def test_validation_is_for_choosing(chosen: Evaluation, whole: Splits):
    measured = {identifier for shown, _ in chosen.galleries.values() for identifier in shown.ids}
    assert measured == set(subset(whole.validation, whole.validation.studio).ids)
    assert not [name for name in chosen.figures if name.startswith(("reference", "originals"))]
    phones = (~whole.validation.studio).sum()
    assert chosen.figures["phone-to-studio.kind.precision_at_1"].queries == phones


def test_an_altered_photograph_is_looked_for_among_all(result: Evaluation, products: Examples):
    encoder = Colours(step=0.05)
    vectors = encode(encoder, products)
    each = []
    for name, alteration in alterations.EACH.items():
        random = np.random.default_rng(0)
        hits = [
            ranked(encoder.encode([alteration(Image.fromarray(picture), random)])[0], vectors)[0]
            == row
            for row, picture in enumerate(products.pictures)
        ]
        figure = result.figures[f"altered.{name}.by_cosine"]
        assert figure.value == pytest.approx(np.mean(hits), abs=0.1)
        assert figure.queries == len(products)
        each.append(figure.value)
    whole = result.figures["altered.photograph.by_cosine"]
    assert whole.value == pytest.approx(np.mean(each))
    assert whole.queries == len(alterations.EACH) * len(products)
    assert result.figures["altered.all.by_cosine"].value <= max(each)


def test_in_the_shop_the_very_picture_comes_first(products: Examples):
    """Whatever its vector is nearest to, as long as its own product is near."""
    vectors = encode(SUBJECT.encoder, products)
    shop = Shop(Encoded(products, vectors), None)
    pictures = list(map(Image.fromarray, products.pictures))
    nearest = [row for row in ranked(vectors[0], vectors)[:3] if vectors[0] @ vectors[row] > 0.8]
    looks = [Look(pictures[row], vectors[0]) for row in nearest]
    as_the_shop, by_cosine = shop.finds(looks)
    assert len(nearest) > 1
    assert as_the_shop[:, 0].tolist() == nearest
    assert by_cosine[:, 0].tolist() == [by_cosine[0, 0]] * len(nearest)
    np.testing.assert_array_equal(np.sort(as_the_shop), np.sort(by_cosine))
    strange = pictures[0].transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    (not_there, there), _ = shop.finds(
        [Look(picture, vectors[0]) for picture in (strange, pictures[0])]
    )
    assert not_there.tolist() == by_cosine[0].tolist()
    assert there[0] == 0


def test_the_reference_is_beside_what_its_own_vectors_reach(result: Evaluation, data: Path):
    examples, vectors = read_reference(data / "resnet50-imagenet-reference")
    for attribute in ATTRIBUTES:
        usual = counted_precision(vectors, examples.labels[attribute], 5)
        figure = result.figures[f"reference.{attribute}.precision_at_5"]
        assert f"{usual:.3f}" in figure.against
        gain = result.figures[f"reference.{attribute}.precision_at_5_gain"]
        assert gain.value == pytest.approx(figure.value - usual, abs=1e-6)
        assert gain.goal == ("surely >", 0)
        # Query by query, the difference is surer than either.
        assert gain.high - gain.low < 2 * (figure.high - figure.low)


def test_rounding_is_measured_against_the_same_network(result: Evaluation, products: Examples):
    rounded, exact = (encode(encoder, products) for encoder in (Colours(step=0.05), Colours()))
    cosines = np.sum(rounded * exact, axis=1)
    figure = result.figures["rounding.least_cosine"]
    assert figure.value == pytest.approx(cosines.min(), abs=1e-6)
    assert (figure.goal, figure.queries) == ((">=", 0.99), len(products))
    assert figure.value < 1
    for attribute in ATTRIBUTES:
        labels = products.labels[attribute]
        change = counted_precision(rounded, labels, 5) - counted_precision(exact, labels, 5)
        found = result.figures[f"rounding.{attribute}.precision_at_5_change"]
        assert found.value == pytest.approx(change, abs=0.02)


def test_nothing_that_was_trained_on_is_shown(result: Evaluation, whole: Splits):
    trained = {*whole.train.ids, *whole.validation.ids}
    for examples, found in result.galleries.values():
        assert not trained & set(examples.ids)
        assert found.shape == (len(examples), min(max(DEPTHS), len(examples) - 1))
    assert set(result.galleries) == {"fashion-products", "reference"}


def test_it_says_what_it_is_at(result: Evaluation, said: list[str], products: Examples):
    assert said[0] == f"fashion-products: {len(products)} products"
    assert [line.split(":")[0] for line in said] == [
        "fashion-products", "kinds", "altered", "sent", "reference", "originals", "crop",
        "rounding",
    ]  # fmt: skip
