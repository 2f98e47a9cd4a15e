"""What the encoder takes a picture for, read from its vector."""

from __future__ import annotations

import json

import numpy as np
import pytest

from recommender.encoder import calibration_of
from recommender.encoder.opinions import WORDS, Opinion, Opinions, opinions, without_colour

BEFORE = 512
KINDS = (BEFORE, BEFORE + 105)


def vector(kind: str, colour: str) -> np.ndarray:
    """One that is three quarters sure of the kind and wholly of the colour, up to factors."""
    words = json.loads(WORDS.read_text())
    made = np.zeros(BEFORE + 105 + 46 + 20, np.float32)
    made[:BEFORE] = 0.5
    made[BEFORE + words["kind"].index(kind)] = 0.3 * 0.75**0.5
    made[BEFORE + words["kind"].index("Shirts")] = 0.3 * 0.25**0.5
    made[KINDS[1] + words["colour"].index(colour)] = 0.2
    made[-1] = 0.9
    return made


def test_the_likeliest_kind_and_colour_are_told() -> None:
    told = opinions(vector("Tshirts", "Navy Blue"), KINDS)
    assert told.kind == Opinion("Tshirts", pytest.approx(0.75))
    assert told.colour == Opinion("Navy Blue", pytest.approx(1.0))


def test_other_weights_say_nothing_in_words_that_are_not_theirs() -> None:
    assert opinions(np.ones(600, np.float32), (512, 520)) == Opinions()
    # Kinds, and no colours behind them.
    short = opinions(vector("Tshirts", "Navy Blue")[: KINDS[1] + 3], KINDS)
    assert short.kind
    assert short.colour is None


def test_without_colour_the_kind_is_left() -> None:
    left = without_colour(vector("Tshirts", "Navy Blue"), KINDS)
    told = opinions(left, KINDS)
    assert told == Opinions(Opinion("Tshirts", pytest.approx(0.75)), None)
    assert np.linalg.norm(left) == pytest.approx(1)
    unknown = np.ones(600, np.float32)
    assert without_colour(unknown, (512, 520)) is unknown


@pytest.mark.parametrize("encoder", ["fashion", "fashion-resnet50"])
def test_the_words_are_those_of_the_shipped_weights(encoder: str) -> None:
    calibration = calibration_of(encoder)
    assert calibration
    start, end = calibration.kinds
    assert end - start == len(json.loads(WORDS.read_text())["kind"])
