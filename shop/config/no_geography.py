"""Keeps Django's MongoDB backend from looking for GDAL, a library for maps, at every start.

The shop stores no places. But the first connection to the catalogue asks for it three times over,
and where it is not installed each time runs a compiler and a linker a dozen times: a third of a
second of every process and every command.
"""

from __future__ import annotations

import sys
from types import ModuleType

from django.core.exceptions import ImproperlyConfigured


class _NotThere(ModuleType):
    """Answers as Django's own module does where there is no such library."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImproperlyConfigured("The shop has nothing to do with maps, and no use for GDAL.")


def forgo_gdal() -> None:
    """To be called before there is a connection."""
    name = "django.contrib.gis.gdal.libgdal"
    sys.modules.setdefault(name, _NotThere(name))
