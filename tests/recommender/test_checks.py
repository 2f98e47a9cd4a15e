from pathlib import Path

import pytest
from django.core.checks import CheckMessage

from recommender.checks import check_data, check_encoder, check_index


def found() -> list[CheckMessage]:
    return [
        message for check in (check_encoder, check_index, check_data) for message in check(None)
    ]


def test_the_settings_of_the_tests_are_accepted():
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "id"),
    [
        ("ENCODER", "nonsense", "recommender.E001"),
        ("ENCODER_WEIGHTS", Path("weights.h5"), "recommender.E002"),
        ("INDEX", "redis", "recommender.E003"),
        ("DIVERSITY", 15, "recommender.E004"),
        ("DATA_DIR", Path(__file__), "recommender.E005"),
    ],
)
def test_each_fault_has_an_id_and_a_hint(settings, name: str, value: object, id: str):
    setattr(settings, name, value)
    (message,) = found()
    assert message.id == id
    assert message.hint


def test_imagenet_may_have_weights(settings):
    settings.ENCODER, settings.ENCODER_WEIGHTS = "imagenet", Path("weights.h5")
    assert found() == []
