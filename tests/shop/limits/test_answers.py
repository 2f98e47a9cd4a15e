"""What those are told who met a limit."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from shop.limits.answers import again_in, read_to_the_end


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (1, "Try it again in 1 second."),
        (99, "Try it again in 99 seconds."),
        (100, "Try it again in 2 minutes."),
        (300, "Try it again in 5 minutes."),
        (301, "Try it again in 6 minutes."),
    ],
)
def test_when_is_never_said_too_early(seconds: int, sentence: str) -> None:
    assert again_in(seconds) == sentence


@pytest.mark.parametrize(("most", "left"), [(300_000, 0), (100_000, 68_928)])
def test_an_upload_is_read_up_to_the_largest_that_is_taken(
    settings: Settings, most: int, left: int
) -> None:
    settings.MAX_UPLOAD_BYTES = most
    request = RequestFactory().post("/photo/", b"x" * 200_000, content_type="image/jpeg")
    read_to_the_end(request)
    assert len(request.read()) == left
