"""A frame around a part of a picture, as merchants crop and shoppers search by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# Pixels that a side of a picture keeps at least.
MIN_SIDE = 16

type Size = tuple[int, int]
"""Width and height, in pixels."""


@dataclass(frozen=True)
class Box:
    """A part of a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom, as `Image.crop` takes them."""
        return self.left, self.top, self.left + self.width, self.top + self.height


def all_of(size: Size) -> Box:
    """All of a picture of that size."""
    return Box(0, 0, *size)


class FrameForm(forms.Form):
    """A part of a picture, in its pixels; `of` is what it measures."""

    left = forms.IntegerField(label=_("From the left"), min_value=0)
    top = forms.IntegerField(label=_("From the top"), min_value=0)
    width = forms.IntegerField(label=pgettext_lazy("measure", "Width"), min_value=1)
    height = forms.IntegerField(label=pgettext_lazy("measure", "Height"), min_value=1)

    def __init__(self, *args: Any, of: Size, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self._of = of

    def size(self) -> Size:
        """What the picture measures that was framed."""
        return self._of

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        (width, height), box = self.size(), self.box()
        if box.left >= width or box.top >= height:
            raise ValidationError(
                gettext("The picture is %(width)d pixels wide and %(height)d high.")
                % {"width": width, "height": height}
            )
        # What lies beyond the picture is cut off.
        cleaned["width"] = min(box.width, width - box.left)
        cleaned["height"] = min(box.height, height - box.top)
        box = self.box()
        if box.width < min(MIN_SIDE, width) or box.height < min(MIN_SIDE, height):
            raise ValidationError(
                gettext("At least %(least)d pixels must be left of each side.")
                % {"least": MIN_SIDE}
            )
        return cleaned

    def box(self) -> Box:
        """What was asked for."""
        return Box(*(self.cleaned_data[name] for name in ("left", "top", "width", "height")))

    def sides(self) -> Iterable[forms.BoundField]:
        """The fields of the frame itself."""
        return [self[name] for name in ("left", "top", "width", "height")]
