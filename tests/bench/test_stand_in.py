from bench.stand_in import JUDGED_BY, OPERATIONS
from shop.embedded.adapter import speed


def test_every_patch_of_speed_is_judged_by_something_that_is_timed():
    assert set(JUDGED_BY) == {patch.__name__ for patch in speed.PATCHES}
    assert set(JUDGED_BY.values()) <= set(OPERATIONS)
