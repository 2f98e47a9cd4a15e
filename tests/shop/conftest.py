"""What tests of several parts of the shop need: SQL databases that processes share, what is away.

Models are imported where they are used: this file is read before Django is set up.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from claims import locks
from tests.drawn import LargePicture
from tests.postgres import Postgres, program_folder
from tests.processes import PROJECT, python


@pytest.fixture
def redis_away(settings: Settings) -> Iterator[None]:
    """The Redis in which limits are counted cannot be reached."""
    from shop.limits.counting import counts

    settings.COUNTERS_URL = "unix:///nowhere/redis.sock?db=0"
    counters = settings.CACHES["counters"] | {"LOCATION": settings.COUNTERS_URL}
    settings.CACHES = settings.CACHES | {"counters": counters}
    counts.cache_clear()
    yield
    counts.cache_clear()


@pytest.fixture
def rules_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merchants' rules are asked for once, not once a second, which a page may take here."""
    from shop.merchandising import running

    monkeypatch.setattr(running, "LOOK_S", 3600)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programs = program_folder()
    if programs is None:
        pytest.skip("no PostgreSQL (Debian: apt install postgresql)")
    server = Postgres(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, embedded_servers: None) -> Path:
    """A SQLite database with every table, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "shop.sqlite3"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres, embedded_servers: None) -> str:
    """The same as a database of PostgreSQL; the value is its name."""
    _migrate(postgres.new_database("migrated"))
    return "migrated"


def _migrate(address: str) -> None:
    subprocess.run(
        python("manage.py", "migrate", "--noinput", "--verbosity=0"),
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": address},
        check=True,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def sql_environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of processes that share a fresh SQL database, once of each kind."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path)
        return os.environ | {"DATABASE_URL": f"sqlite:///{file}"}
    migrated = request.getfixturevalue("migrated_postgres")
    server: Postgres = request.getfixturevalue("postgres")
    name = tmp_path.name.replace("-", "_").lower()
    # Hundreds connect at once, which takes a busy machine longer than a shop has patience.
    address = f"{server.new_database(name, like=migrated)}&connect_timeout=60"
    return os.environ | {"DATABASE_URL": address}


@pytest.fixture
def large_pictures_wait(monkeypatch: pytest.MonkeyPatch) -> Iterator[LargePicture]:
    """A large picture, while another one is decoded and nobody has patience."""
    from django.conf import settings

    from recommender import large_pictures

    monkeypatch.setattr(large_pictures, "PATIENCE_SECONDS", 0)
    file = io.BytesIO()
    Image.new("RGBA", (6000, 4500)).save(file, "PNG")
    with locks.open_lock(Path(settings.VAR_DIR, "large_pictures.lock")) as lock:
        locks.take(lock)
        yield LargePicture(file.getvalue(), lock.close)
