#!/bin/sh
# django-mongodb-backend 5.2.4 with Django 5.2.19: the first connection looks for GDAL, three times.
#
# A project without `django.contrib.gis` would be expected to never ask for a library for maps. But
# the backend tries to import its GIS half in several modules, each of which imports Django's, and a
# module that failed to import is tried anew. Where GDAL is not installed, `ctypes.util.find_library`
# is asked for each of twelve names, three times over; on Linux it runs ldconfig, a compiler and a
# linker for every name, so a process pays tenths of a second before its first query.
# Source: the backend's features.py, operations.py and gis/lookups.py, Django's gis/gdal/libgdal.py.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "django==5.2.19" "django-mongodb-backend==5.2.4"

cat >"$folder/ask.py" <<'PYTHON'
import ctypes.util
from collections import Counter

from django.conf import settings

searched = Counter()


def not_there(name: str) -> None:
    """As on a machine without GDAL, whatever this one has."""
    searched[name] += 1


ctypes.util.find_library = not_there
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django_mongodb_backend",
            "HOST": "mongodb://127.0.0.1",
            "NAME": "shop",
        }
    }
)
import django

django.setup()
print("after setup:", searched.total())
from django.db import connections

connections["default"]
print("with a connection object, before any query:", searched.total(), "searches")
print("of", len(searched), "names, each", set(searched.values()), "times")
PYTHON

"$folder/venv/bin/python" "$folder/ask.py" | tee "$folder/said"
cat >"$folder/expected" <<'TEXT'
after setup: 0
with a connection object, before any query: 36 searches
of 12 names, each {3} times
TEXT
diff "$folder/expected" "$folder/said"
