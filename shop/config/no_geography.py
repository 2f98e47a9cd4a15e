"""Keeps Django's MongoDB backend from looking for GDAL, a library for maps, at every start.

The shop stores no places. But the first connection to the catalogue asks for it three times over,
and where it is not installed each time runs a compiler and a linker a dozen times: a third of a
second of every process and every command.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

from django.core.exceptions import ImproperlyConfigured


class _NotThere(MetaPathFinder):
    """Answers as Django's own module does where there is no such library."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if fullname == "django.contrib.gis.gdal.libgdal":
            raise ImproperlyConfigured("The shop has nothing to do with maps, and no use for GDAL.")


def forgo_gdal() -> None:
    """To be called before there is a connection."""
    sys.meta_path.insert(0, _NotThere())
