"""The score is fitted so that what it says is how often it is true."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from recommender.encoder import weights
from recommender.encoder.calibration import AtHome, Calibration, read
from recommender.encoder.source import FASHION_RESNET50
from recommender.lab.colours import FAMILIES, same_colour, told_colours
from recommender.lab.datasets import ARTICLES_OF_GARMENT, MISSING, Examples, Splits, subset
from recommender.lab.kinds import same_kind
from recommender.lab.retrieval import nearest

# Keras's own, when it reads a variable under NumPy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

KINDS, LOOKS, COUNT = 4, 12, 600


def photographs(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of which the looks say much about the kind, and the opinion something; the kinds."""
    kinds = random.integers(0, KINDS, COUNT)
    looks = random.standard_normal((COUNT, LOOKS)) + 3 * np.eye(KINDS, LOOKS)[kinds]
    looks /= np.linalg.norm(looks, axis=1, keepdims=True)
    odds = random.standard_normal((COUNT, KINDS)) + np.eye(KINDS)[kinds]
    opinions = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    rows = np.concatenate([looks, np.sqrt(opinions)], axis=1)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), kinds


def test_a_score_is_how_often_two_are_of_one_kind(keras: ModuleType) -> None:
    from recommender.lab.calibration import fit

    columns = LOOKS, LOOKS + KINDS
    calibration = fit(*photographs(np.random.default_rng(1)), altered=[], columns=columns)

    rows, kinds = photographs(np.random.default_rng(2))
    scores = np.concatenate([calibration.scores(row, rows[:place]) for place, row in rows_of(rows)])
    same = np.concatenate([kinds[:place] == kinds[place] for place, _ in rows_of(rows)])
    for low in (0.1, 0.3, 0.5, 0.7):
        within = (scores >= low) & (scores < low + 0.2)
        assert within.sum() > 1000
        assert abs(same[within].mean() - scores[within].mean()) < 0.1


def rows_of(rows: np.ndarray) -> list[tuple[int, np.ndarray]]:
    return list(enumerate(rows))[1:]


def test_altered_copies_are_of_one_kind_with_what_they_are_copies_of(keras: ModuleType) -> None:
    from recommender.lab.calibration import fit

    random = np.random.default_rng(3)
    rows, kinds = photographs(random)
    copies = rows + 0.2 * random.standard_normal(rows.shape).astype(np.float32)
    copies /= np.linalg.norm(copies, axis=1, keepdims=True)
    columns = LOOKS, LOOKS + KINDS
    without = fit(rows, kinds, altered=[], columns=columns)
    with_copies = fit(rows, kinds, altered=[copies], columns=columns)
    pairs = list(zip(rows, copies[:, np.newaxis], strict=True))
    scores = [np.mean([one.scores(*pair) for pair in pairs]) for one in (without, with_copies)]
    assert scores[0] < scores[1]


def test_pictures_without_a_thing_are_told_from_both_sorts_of_photographs(
    keras: ModuleType,
) -> None:
    from recommender.lab.calibration import fit_domain

    random = np.random.default_rng(4)
    rows, _ = photographs(random)
    nonsense = random.standard_normal((200, LOOKS + KINDS)).astype(np.float32) - 0.4
    nonsense /= np.linalg.norm(nonsense, axis=1, keepdims=True)
    domain = fit_domain(rows, np.arange(COUNT) >= 30, nonsense[:100])
    others, _ = photographs(random)
    assert np.mean([domain.chance(row) > 0.5 for row in others]) > 0.95
    assert np.mean([domain.chance(row) < 0.5 for row in nonsense[100:]]) > 0.95


def shop_and_phones(seed: int) -> tuple[np.ndarray, Examples]:
    """Photographs at home whose colour was told, of which the vectors say nothing, and products."""
    random = np.random.default_rng(seed)
    rows, kinds = photographs(random)
    told = list(told_colours())
    studio = np.arange(COUNT) >= len(told)
    rows = np.concatenate([rows, np.where(studio, 0.1, 1.0)[:, np.newaxis]], axis=1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    garments, colours = list(ARTICLES_OF_GARMENT)[:KINDS], [some[0] for some in FAMILIES.values()]
    labels = {
        "articleType": np.where(studio, kinds, MISSING).astype(np.int32),
        "garment": np.where(studio, MISSING, kinds).astype(np.int32),
        # Two, of which every photograph shows one.
        "baseColour": random.integers(0, 2, COUNT).astype(np.int32),
    }
    articles = [ARTICLES_OF_GARMENT[name][0] for name in garments]
    classes = {"articleType": articles, "garment": garments, "baseColour": colours}
    ids = [*told, *(str(number) for number in range(COUNT - len(told)))]
    blank = [np.zeros((1, 1, 3), np.uint8)] * COUNT
    return rows.astype(np.float32), Examples(ids, blank, labels, classes, studio)


def test_at_home_a_score_is_how_often_what_is_near_is_of_the_kind_and_the_colour(
    keras: ModuleType,
) -> None:
    from recommender.lab.calibration import fit_at_home

    columns = LOOKS, LOOKS + KINDS
    unfitted = AtHome(1.0, 0.0, ((*columns, 0.5, 0.0),), LOOKS, LOOKS + KINDS, 0.1)
    at_home = fit_at_home(unfitted, *shop_and_phones(5))
    assert at_home is not None
    calibration = Calibration(columns, 1.0, 0.0, 0.0, at_home=at_home)

    rows, examples = shop_and_phones(6)
    studio = examples.studio
    phones, products = subset(examples, ~studio), subset(examples, studio)
    found = nearest(rows[~studio], rows[studio], 24)
    pairs = zip(rows[~studio], found, strict=True)
    scores = np.stack([calibration.scores(query, rows[studio][near]) for query, near in pairs])
    kind = same_kind(phones, products, found)
    right = kind & same_colour(phones, products, found)
    assert 0.05 < right.mean() < 0.5
    assert abs(right.mean() - scores.mean()) < 0.05
    assert scores[kind].mean() > scores[~kind].mean()


def test_without_a_colour_that_was_told_there_is_no_score_of_its_own_at_home(
    keras: ModuleType,
) -> None:
    from recommender.lab.calibration import fit_at_home

    rows, examples = shop_and_phones(5)
    unfitted = AtHome(1.0, 0.0, (), LOOKS, LOOKS + KINDS, 0.1)
    assert fit_at_home(unfitted, rows[examples.studio], subset(examples, examples.studio)) is None


def test_the_exported_file_says_what_its_similarities_mean(
    keras: ModuleType, weights_file: Path, many: Splits, tmp_path: Path
) -> None:
    from recommender.lab.calibration import calibrate

    file = tmp_path / "fashion.npz"
    shutil.copy(weights_file, file)
    calibration = calibrate(file, FASHION_RESNET50, many.train)
    assert read(file, FASHION_RESNET50) == calibration
    head = weights.load(file, FASHION_RESNET50).head
    assert head is not None
    start, end = calibration.kinds
    assert start == head.layers[-1].matrix.shape[1]
    assert end - start == len(many.train.classes["articleType"])
