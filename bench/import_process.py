"""A worker's process that imports what is in some files: prints how it ended, and its peak.

Usage: python -m bench.import_process FILE...
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import django


def peak_mb() -> float:
    """The most memory that this process ever had, in MB (10^6 bytes).

    By what the kernel notes of this program: ru_maxrss counts what its parent had as it began, too.
    """
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def main(paths: list[Path]) -> None:
    django.setup()
    from django.core.files import File

    from shop.catalog.imports import jobs
    from shop.catalog.models import ImportJob

    job = ImportJob(title="bench")
    for path in paths:
        with path.open("rb") as file:
            name = jobs.keep_upload(File(file, path.name))
        job.uploads.append({"name": name, "title": path.name})
    job.save()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    counts = {"done": job.done, "created": job.created_count}
    print(json.dumps({"peak_mb": peak_mb(), "state": job.state, "error": job.error, **counts}))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
