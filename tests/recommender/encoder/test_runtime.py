from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recommender.encoder.cache import converted
from recommender.encoder.runtime import IN_FLIGHT, Network, Views
from recommender.encoder.source import find


@pytest.fixture(scope="module")
def model() -> Path:
    return converted(find("untrained"))


@pytest.fixture
def network(model: Path) -> Network:
    return Network(model, threads=1, precision="f32")


def batch(seed: int) -> Views:
    return [np.random.default_rng(seed).integers(0, 256, (4, 80, 64, 3), np.uint8)]


def two_and_a_fault() -> Iterator[Views]:
    yield batch(1)
    yield batch(2)
    raise ValueError("The third cannot be made.")


@pytest.mark.slow
def test_what_is_computed_while_the_next_batch_fails_is_ended_and_used_again(network: Network):
    expected = list(network.run([batch(1), batch(2)]))
    for _ in range(3):
        with pytest.raises(ValueError, match="The third"):
            list(network.run(two_and_a_fault()))
    assert len(network._idle) == IN_FLIGHT
    # Waits for nothing: 0 ms.
    assert all(request.wait_for(0) for request in network._idle)
    for one, other in zip(network.run([batch(1), batch(2)]), expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_so_is_what_nobody_takes(network: Network):
    answers = network.run([batch(1), batch(2), batch(3)])
    next(answers)
    answers.close()
    assert len(network._idle) == IN_FLIGHT
