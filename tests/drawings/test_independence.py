"""The drawings need Pillow and NumPy, and nothing of the shop or of Django."""

from __future__ import annotations

import subprocess
import sys

_IMPORTED = """
import pkgutil, sys
before = set(sys.modules)
import drawings
for module in pkgutil.walk_packages(drawings.__path__, "drawings."):
    __import__(module.name)
files = {name for name, module in sys.modules.items() if getattr(module, "__file__", None)}
tops = {name.partition(".")[0] for name in files - before}
print(*sorted(tops - sys.stdlib_module_names))
"""


def test_they_import_nothing_but_what_they_draw_with() -> None:
    here = subprocess.run(
        [sys.executable, "-c", _IMPORTED], capture_output=True, text=True, check=True
    )
    assert here.stdout.split() == ["PIL", "drawings", "numpy"]
