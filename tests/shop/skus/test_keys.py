"""What counts as one SKU, or one size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.skus.keys import KEY_LENGTH, key_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LO-1", "lo-1"),
        ("\uff2c\uff2f\uff0d\uff11", "LO-1"),
        ("LO\u200b-1\ufeff", "LO-1"),
        ("STRASSE", "straße"),
        ("\u00e9", "e\u0301"),
        ("½", "1\u20442"),
        ("ΣΑΣ", "σας"),
        ("ﬁt", "FIT"),
        ("İ", "i̇"),
    ],
)
def test_case_width_and_composition_make_no_difference(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"), [("O", "0"), ("A", "\u0410"), ("38", "38+"), ("3/6", "36")]
)
def test_other_letters_and_signs_do(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@given(st.text(max_size=100))
def test_a_key_is_its_own_key_and_fits(text: str) -> None:
    key = key_of(text)
    assert len(key) <= KEY_LENGTH
    assert key_of(key) == key


def test_what_folds_to_much_fits_and_is_told_apart() -> None:
    long = "ﷺ" * 80
    assert len(key_of(long)) == KEY_LENGTH
    assert key_of(long) != key_of(long[:-1])
