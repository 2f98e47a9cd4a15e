"""The drawn shoppers: what the generator's own text says of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.shoppers import KINDS, NOISES, Crowd, Habits, crowd

FEW = Habits(products=600, shoppers=1500, styles=30, breadth=40)
DIMENSION = 32


@pytest.fixture(scope="module")
def drawn() -> Crowd:
    return crowd(FEW, DIMENSION)


def top_share(drawn: Crowd, count: int) -> float:
    seen = np.sort(np.bincount(drawn.item, minlength=FEW.products))[::-1]
    return float(seen[:count].sum() / len(drawn))


def within_style(drawn: Crowd) -> float:
    """The mean cosine of what was looked at one after the other within a visit."""
    same = drawn.visit[1:] == drawn.visit[:-1]
    rows = drawn.vectors - drawn.vectors.mean(axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = (rows[drawn.item[1:]] * rows[drawn.item[:-1]]).sum(axis=1)
    return float(cosines[same].mean())


def in_order(drawn: Crowd) -> Crowd:
    order = np.lexsort((drawn.at, drawn.visit))
    fields = ("visit", "shopper", "item", "kind", "at")
    return replace(drawn, **{name: getattr(drawn, name)[order] for name in fields})


def test_the_same_habits_draw_the_same(drawn: Crowd) -> None:
    again = crowd(FEW, DIMENSION)
    assert np.array_equal(drawn.item, again.item)
    assert np.array_equal(drawn.at, again.at)
    assert not np.array_equal(drawn.item, crowd(replace(FEW, seed=1), DIMENSION).item)


def test_events_come_in_time_and_none_before_its_product(drawn: Crowd) -> None:
    assert (np.diff(drawn.at) >= 0).all()
    assert (drawn.at >= drawn.launched[drawn.item]).all()
    assert (drawn.launched > 0).sum() == round(FEW.cold * FEW.products)


def test_a_visit_is_of_one_shopper_and_shows_a_thing_once(drawn: Crowd) -> None:
    pairs = np.unique(np.stack([drawn.visit, drawn.item]), axis=1)
    assert pairs.shape[1] == len(drawn)
    owners = np.unique(np.stack([drawn.visit, drawn.shopper]), axis=1)
    assert owners.shape[1] == len(np.unique(drawn.visit))


def test_numbers_are_near_those_that_were_asked_for(drawn: Crowd) -> None:
    visits = len(np.unique(drawn.visit)) / len(np.unique(drawn.shopper))
    assert visits == pytest.approx(FEW.visits, rel=0.1)
    shares = np.bincount(drawn.kind) / len(drawn)
    assert shares == pytest.approx(KINDS, abs=0.02)


def test_with_noise_alone_a_visit_has_no_style(drawn: Crowd) -> None:
    noise = crowd(replace(FEW, noise=1.0), DIMENSION)
    assert within_style(in_order(drawn)) > within_style(in_order(noise)) + 0.05
    assert abs(within_style(in_order(noise))) < 0.05


def test_popularity_is_as_steep_as_its_exponent() -> None:
    steep = crowd(replace(FEW, noise=1.0, popularity=1.2), DIMENSION)
    flat = crowd(replace(FEW, noise=1.0, popularity=0.0), DIMENSION)
    assert top_share(steep, 10) > 0.4
    assert top_share(flat, 10) < 0.03


def test_the_sweep_has_the_usual_noise_in_its_middle() -> None:
    assert NOISES[len(NOISES) // 2] == Habits().noise
