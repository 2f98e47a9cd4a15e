"""What the next snapshot is made of."""

import dataclasses

import numpy as np
import pytest

from recommender.index import snapshot
from recommender.index.rows import Rows
from recommender.index.snapshot import Manifest
from recommender.serving import building
from recommender.store import reading
from tests.recommender.serving.stocking import ENCODER, add, names, remove

pytestmark = pytest.mark.usefixtures("encoders")


def published(settings) -> Rows:
    found = snapshot.open_latest(settings.INDEX_DIR, ENCODER)
    assert found is not None
    return found.index.as_rows()


@pytest.mark.slow
def test_what_few_bits_lose_is_lost_once(settings):
    """Each build has another range of numbers: vectors must not be rounded from one to the next."""
    settings.INDEX_SCAN_BELOW = 1
    add(*names(40), seed=1)
    for seed in range(2, 6):
        add(f"passing{seed}", seed=seed)
        building.build(always=True)
        remove(f"passing{seed}")
    assert building.build(always=True) == 40
    ids, stored = reading.load(sorted(reading.listed(ENCODER)))
    whole = Rows.of(ids, stored)
    kept = published(settings)
    np.testing.assert_array_equal(kept.ids, whole.ids)
    np.testing.assert_array_equal(kept.vectors, building.searchable(whole).as_rows().vectors)
    np.testing.assert_allclose(kept.vectors, whole.vectors, atol=5e-3)


def test_what_serves_a_large_catalogue_suits_its_vectors(settings):
    settings.INDEX_SCAN_BELOW = 1
    add(*names(3))
    building.build(always=True)
    description = snapshot.described_latest(settings.INDEX_DIR, ENCODER)
    assert description is not None
    assert description.factory == "PCA128,HNSW32_SQ8,Refine(SQ8)"
    settings.INDEX_FACTORY = "HNSW8_SQ8,Refine(SQ6)"
    building.build(always=True)
    description = snapshot.described_latest(settings.INDEX_DIR, ENCODER)
    assert description is not None
    assert description.factory == "HNSW8_SQ8,Refine(SQ6)"


def test_a_snapshot_of_an_older_format_is_made_anew_although_nothing_changed(settings):
    add(*names(3))
    building.build(always=True)
    assert building.build(always=False) == 0
    old = settings.INDEX_DIR / snapshot.latest(settings.INDEX_DIR, ENCODER)
    dataclasses.replace(Manifest.read(old), format=snapshot.FORMAT - 1).write(old)
    assert building.build(always=False) == 3
    assert [path.name for path in settings.INDEX_DIR.glob(f"{ENCODER}-*")] != [old.name]
    assert len(published(settings).ids) == 3
