"""A connection to the catalogue does not look for a library for maps."""

import subprocess
import sys

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


def test_no_process_searches_for_libraries_to_reach_the_catalogue():
    done = subprocess.run([sys.executable, "-c", LOOKS], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
