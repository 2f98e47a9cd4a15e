"""The shop is loaded once, before the web server's workers are forked from the process that did."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.processes import PROJECT, python

START = """
import gc, json, os, runpy, sys
runpy.run_path("gunicorn.conf.py")["when_ready"](None)
open_files = [os.readlink(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")
              if os.path.exists(f"/proc/self/fd/{number}")]
print(json.dumps({
    "loaded": sorted(sys.modules),
    "threads": len(os.listdir("/proc/self/task")),
    "connections": [file for file in open_files if file.startswith("socket:")],
    "kept": gc.get_freeze_count(),
    "searched": gc.isenabled(),
}))
"""


@pytest.mark.slow
def test_what_is_loaded_before_the_fork_leaves_no_thread_and_no_connection(tmp_path: Path) -> None:
    done = subprocess.run(
        python("-c", START),
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "VITRINE_VAR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    # Pages, and through them models and the recommender.
    assert {"shop.config.urls", "shop.catalog.views", "recommender.search"} <= set(told["loaded"])
    # What crosses a fork badly is left to the workers.
    assert not {"faiss", "openvino"} & set(told["loaded"])
    assert (told["threads"], told["connections"]) == (1, [])
    assert told["searched"]
    assert told["kept"] > 100_000
