"""A shop of django-oscar is filled, brought over through its API, and compared piece by piece."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.judges.pieces import differences, pieces
from tests.judges.programs import has_answered, output, virtual_environment
from tests.processes import Process, free_port

pytestmark = [pytest.mark.judge, pytest.mark.django_db]

HERE = Path(__file__).parent / "oscar"


class Oscar:
    """A filled shop in a folder of its own."""

    def __init__(self, folder: Path, currency: str) -> None:
        self.folder = folder
        self.python = virtual_environment(folder / "venv", HERE / "requirements.txt")
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(HERE),
            "DJANGO_SETTINGS_MODULE": "oscar_settings",
            "JUDGE_DIR": str(folder),
            "JUDGE_CURRENCY": currency,
        }
        output([self.python, "-m", "django", "migrate", "-v0"], self.environment)
        printed = output([self.python, "-W", "ignore", HERE / "fill.py"], self.environment)
        self.truth: list[dict[str, Any]] = json.loads(printed)

    @contextmanager
    def served(self, *, tells_public: bool) -> Iterator[str]:
        """Where it is served meanwhile."""
        address = f"127.0.0.1:{free_port()}"
        server = Process(
            [self.python, "-m", "django", "runserver", "--noreload", address],
            self.folder / "server.log",
            lambda: has_answered(f"http://{address}/api/products/"),
            self.environment | {"JUDGE_TELLS_PUBLIC": "yes" if tells_public else ""},
        )
        try:
            server.start()
            yield f"http://{address}"
        finally:
            server.stop()


@pytest.fixture(scope="module")
def oscar(tmp_path_factory: pytest.TempPathFactory, currency: str) -> Oscar:
    return Oscar(tmp_path_factory.mktemp("oscar"), currency)


@pytest.mark.parametrize("tells_public", [True, False], ids=["tells what is public", "as it comes"])
def test_every_piece_is_as_it_was(
    oscar: Oscar, settings: Settings, tmp_path: Path, tells_public: bool
) -> None:
    path = tmp_path / "oscar.json"
    with oscar.served(tells_public=tells_public) as origin:
        settings.FETCH, settings.FETCH_ALLOWED = True, [origin]
        call_command("save_oscar", f"{origin}/api/", path)
        call_command("import_catalog", path)
    wanted = [{**p, "is_public": p["is_public"] and tells_public} for p in oscar.truth]
    assert differences(wanted) == []
    before = list(pieces())
    call_command("import_catalog", path)
    assert list(pieces()) == before
