"""A web application that loads its index before the server forks: run by a test, with gunicorn."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from recommender.serving.keeper import keeper

settings.INDEX_DIR = Path(os.environ["TESTED_INDEX_DIR"])
keeper().view()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say who answers, with what: the nearest of all to what is nearest to the first."""
    index = keeper().view().index
    ids = index.ids_under("")
    nearest, _ = index.search(index.vectors_of(ids[:1]), len(ids))
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"pid": os.getpid(), "found": nearest[0].tolist()}).encode()]
