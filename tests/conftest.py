"""Fixtures of the whole suite: real servers in a fresh folder, both databases, a real browser.

Everything that a test run writes lies in one temporary folder, named before settings load.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROJECT = Path(__file__).parents[1]
VAR = Path(tempfile.mkdtemp(prefix="vitrine-test-"))
atexit.register(shutil.rmtree, VAR, ignore_errors=True)

# Named here and not in pyproject.toml, from which pytest-django would load the settings too early.
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
# The test processes, the worker and the web server of the tests all share these.
os.environ["VITRINE_VAR"] = str(VAR)
os.environ["VITRINE_MONGODB_NAME"] = "test_vitrine"
os.environ["DATABASE_URL"] = f"sqlite:///{VAR}/test.sqlite3"
for name in ("DEBUG", "VITRINE_HTTPS", "ALLOWED_HOSTS", "SECRET_KEY"):
    os.environ.pop(name, None)

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost", None)
START_SECONDS = 60.0


class OutsideConnection(RuntimeError):
    """A test tried to reach another machine."""


def _refuse_the_outside(arguments: tuple[Any, ...]) -> None:
    _, address = arguments
    if isinstance(address, tuple) and address[0] not in LOOPBACK_HOSTS:
        raise OutsideConnection(f"a test tried to connect to {address}")


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guard(*arguments: Any) -> Any:
        _refuse_the_outside(arguments)
        return connect(*arguments)

    return guard


def pytest_configure(config: pytest.Config) -> None:
    socket.socket.connect = _guarded(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded(socket.socket.connect_ex)  # type: ignore[method-assign]

    from django.conf import settings

    # Templates in this process name static files as they are; the web server's are collected.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses a database may use both, without saying so."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if marker and "databases" not in marker.kwargs:
            options = marker.kwargs | {"databases": "__all__"}
            item.add_marker(pytest.mark.django_db(*marker.args, **options), append=False)
        elif fixtures & {"db", "transactional_db"}:
            item.add_marker(pytest.mark.django_db(databases="__all__"))


# ------------------------------------------------------------------------------ servers


@pytest.fixture(scope="session")
def embedded_servers() -> Iterator[None]:
    """MongoDB (or its stand-in) and the broker, started once for the whole run."""
    from shop.embedded import ensure_running, release

    ensure_running()
    yield
    release()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(embedded_servers: None) -> None:
    """The test databases keep the names that the environment gives to every process."""
    from django.db import connections

    for alias in connections:
        test_settings = connections[alias].settings_dict["TEST"]
        test_settings["NAME"] = connections[alias].settings_dict["NAME"]
    # Django empties every database after a test if one of them has no transactions, which takes
    # a second. On MongoDB its transactions do nothing, so claiming them costs nothing: SQL is
    # rolled back, and `empty_mongodb` does the rest.
    connections["catalog"].features.supports_transactions = True


@pytest.fixture(autouse=True)
def empty_mongodb(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empties MongoDB's collections after each test that may have written to them."""
    if "_django_db_helper" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("_django_db_helper")
    yield
    from django.db import connections

    database = connections["catalog"].database
    for collection in database.list_collection_names():
        if collection != "django_migrations":
            database[collection].delete_many({})


def wait_until(condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
    """Returns once the condition is true; fails the test when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {condition}")
        time.sleep(0.05)


def start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=output)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Worker:
    """A real Celery worker with its beat, as a process that a test may kill and start again."""

    def __init__(self) -> None:
        self.log = VAR / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "celery_app", "worker", "--beat"]
        command += ["--pool=threads", "--concurrency=2", "--loglevel=INFO"]
        self.process = start(command, self.log)
        wait_until(self.answers)

    def answers(self) -> bool:
        from celery_app import app

        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text(errors="replace")[-3000:]
        return bool(app.control.ping(timeout=0.5))

    def kill(self) -> None:
        """Ends it as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)


@pytest.fixture(scope="session")
def worker(django_db_setup: None) -> Iterator[Worker]:
    """A running worker.

    Tests that use it need `transactional_db`, or it does not see their rows.
    """
    worker = Worker()
    worker.start()
    yield worker
    worker.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def shop_server(django_db_setup: None) -> Iterator[str]:
    """The shop under gunicorn as `script/demo` serves it; the value is its address.

    Tests that use it need `transactional_db`, or it does not see their rows.
    """
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=PROJECT, check=True)
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "gunicorn", "shop.wsgi", "--worker-class=gthread"]
    command += ["--workers=2", "--threads=4", f"--bind=127.0.0.1:{port}"]
    log = VAR / "web.log"
    process = start(command, log)

    def serves() -> bool:
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        try:
            return bool(urllib.request.urlopen(f"{address}/healthz").status == 200)  # noqa: S310
        except (urllib.error.URLError, ConnectionError):
            return False

    wait_until(serves)
    yield address
    stop(process)


# ------------------------------------------------------------------------------ browser

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on the PATH (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop running in this thread, where Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, shop_server: str) -> Iterator[Page]:
    """A fresh page whose relative addresses belong to `shop_server`."""
    context = browser.new_context(base_url=shop_server)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
