"""From cosines to scores that mean the same from item to item."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommender.encoder.calibration import AtHome, Calibration, Domain, read, write
from recommender.encoder.files import digest

CALIBRATION = Calibration(kinds=(3, 5), closeness=1.2, agreement=1.0, offset=-1.4)


def vector(look: list[float], kinds: list[float]) -> np.ndarray:
    """Three numbers of looks, and the roots of how likely it is of either kind."""
    row = np.concatenate([look / np.linalg.norm(look), np.sqrt(kinds)]).astype(np.float32)
    return row / np.linalg.norm(row)


SHIRT = vector([1, 0, 0], [0.95, 0.05])
LIKE_IT = vector([1, 0.1, 0], [0.9, 0.1])
UNSURE = vector([1, 0.1, 0], [0.5, 0.5])
UNLIKE_IT = vector([0, 1, 0], [0.9, 0.1])
SHOE = vector([0, 0, 1], [0.02, 0.98])


def test_a_score_grows_with_closeness_and_with_agreement():
    scores = CALIBRATION.scores(SHIRT, np.stack([SHIRT, LIKE_IT, UNSURE, SHOE]))
    assert scores.dtype == np.float32
    assert (np.diff(scores) < 0).all()
    assert scores[0] > 0.95
    assert scores[-1] < 0.05
    closer, farther = CALIBRATION.scores(SHIRT, np.stack([LIKE_IT, UNLIKE_IT]))
    assert closer > farther


def test_the_same_picture_is_close_however_unsure_its_kind_is():
    assert CALIBRATION.scores(UNSURE, UNSURE[np.newaxis])[0] > 0.9


def test_a_score_does_not_depend_on_which_of_the_two_was_asked_about():
    there = CALIBRATION.scores(SHIRT, SHOE[np.newaxis])
    back = CALIBRATION.scores(SHOE, SHIRT[np.newaxis])
    np.testing.assert_allclose(there, back, rtol=1e-5)


def test_rounding_beyond_one_is_a_cosine_of_one():
    longer = SHIRT * np.float32(1.00001)
    assert np.isfinite(CALIBRATION.scores(longer, longer[np.newaxis])).all()


def test_no_rows_have_no_scores():
    assert CALIBRATION.scores(SHIRT, np.empty((0, 5), np.float32)).shape == (0,)


AT_HOME = replace(
    CALIBRATION,
    at_home=AtHome(
        closeness=1.2,
        offset=0.0,
        opinions=((3, 5, 0.2, 0.0), (5, 7, 0.8, -2.0)),
        learned=3,
        beside=7,
        white=0.1,
    ),
)


def coloured(look: list[float], kinds: list[float], colours: list[float], home: float):
    """The same with two colours, and a number beside that is long at home."""
    row = np.concatenate(
        [look / np.linalg.norm(look), np.sqrt(kinds), np.sqrt(colours), [0.1 + 0.9 * home]]
    ).astype(np.float32)
    return row / np.linalg.norm(row)


RED = coloured([1, 0.8, 0], [0.9, 0.1], [0.9, 0.1], 0)
NEARER_BLUE = coloured([1, 0, 0], [0.9, 0.1], [0.1, 0.9], 0)
RATHER_RED = [0.7, 0.3]


def shirt(home: float, colours: list[float]) -> np.ndarray:
    return coloured([1, 0, 0], [0.9, 0.1], colours, home)


def test_of_a_photograph_at_home_the_colour_counts_more():
    shop = np.stack([NEARER_BLUE, RED])
    studio, home = (AT_HOME.scores(shirt(share, RATHER_RED), shop) for share in (0, 1))
    assert studio[0] > studio[1]
    assert home[1] > home[0]
    np.testing.assert_allclose(studio, CALIBRATION.scores(shirt(0, RATHER_RED), shop), rtol=1e-5)


def test_between_the_two_a_score_is_between():
    assert AT_HOME.at_home
    half, shop = shirt(0.5, RATHER_RED)[np.newaxis], RED[np.newaxis]
    np.testing.assert_allclose(AT_HOME.at_home.shares(half), [0.5], rtol=1e-5)
    studio, home = CALIBRATION.logits(half, shop), AT_HOME.at_home.logits(half, shop)
    np.testing.assert_allclose(AT_HOME.logits(half, shop), (studio + home) / 2, rtol=1e-5)


def test_a_picture_that_says_nothing_of_colours_is_judged_by_the_rest_as_is_usual():
    grey = shirt(1, RATHER_RED)
    grey[5:7] = 0
    grey /= np.linalg.norm(grey)
    red, blue = (coloured([1, 0.3, 0], [0.9, 0.1], colours, 0) for colours in ([1, 0], [0, 1]))
    scores = AT_HOME.scores(grey, np.stack([red, blue]))
    assert scores[0] == pytest.approx(scores[1])
    assert AT_HOME.at_home
    known = replace(AT_HOME.at_home, opinions=AT_HOME.at_home.opinions[:1])
    by_the_rest = known.logits(grey[np.newaxis], red[np.newaxis])
    np.testing.assert_allclose(
        AT_HOME.logits(grey[np.newaxis], red[np.newaxis]), by_the_rest - 2 * 0.8, rtol=1e-5
    )


def test_a_row_of_nothing_is_no_photograph_at_home():
    nothing = np.zeros((1, 8), np.float32)
    assert np.isfinite(AT_HOME.scores(nothing[0], np.stack([RED, NEARER_BLUE]))).all()


def test_what_shows_no_such_thing_is_told_by_its_vector():
    domain = replace(CALIBRATION, domain=Domain((4.0, 0.0, -4.0, 0.0, 0.0), 0.0))
    assert domain.chance_of_a_thing(SHIRT) > 0.9
    assert domain.chance_of_a_thing(SHOE) < 0.1
    assert CALIBRATION.chance_of_a_thing(SHOE) == 1


def test_it_lies_beside_the_weights_that_it_was_measured_with(tmp_path: Path):
    weights = tmp_path / "a.npz"
    weights.write_bytes(b"weights")
    assert read(weights, "one") is None
    write(CALIBRATION, weights, "one")
    other = replace(AT_HOME, offset=0.5, domain=Domain((0.25, -1.5), 2.0))
    write(other, weights, "other")
    assert read(weights, "one") == CALIBRATION
    assert read(weights, "other") == other
    weights.write_bytes(b"other weights")
    assert read(weights, "one") is None
    write(CALIBRATION, weights, "one")
    assert read(weights, "other") is None


@pytest.mark.parametrize(
    "content",
    ["", "[1]", "{", '{"a": null}', '{"a": 5}', '{"a": {"sha256": "DIGEST", "kinds": [0, 1]}}'],
)
def test_a_damaged_one_is_refused(tmp_path: Path, content: str):
    weights = tmp_path / "a.npz"
    weights.write_bytes(b"weights")
    (tmp_path / "a.json").write_text(content.replace("DIGEST", digest(weights)))
    with pytest.raises((ValueError, TypeError, KeyError)):
        read(weights, "a")
