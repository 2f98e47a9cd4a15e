"""A connection to the catalogue does not look for a library for maps."""

import subprocess

import pytest

from tests.processes import PROJECT, python

LOOKS = """
import ctypes.util
searched = []
find = ctypes.util.find_library
ctypes.util.find_library = lambda name: searched.append(name) or find(name)
import django
django.setup()
from django.db import connections
connections["catalog"].ops
print(searched)
"""


@pytest.mark.slow
def test_no_process_searches_for_libraries_to_reach_the_catalogue():
    done = subprocess.run(
        python("-c", LOOKS), cwd=PROJECT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
