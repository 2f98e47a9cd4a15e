"""Fixtures of the whole suite: real servers in a fresh folder, both databases, a real browser.

Everything that a process of tests writes lies in one temporary folder, named before settings load.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from shop.embedded.servers import carried_valkey
from tests import prepared
from tests.drawn import BAGS, SHIRTS, write_catalogue
from tests.encoders import keep_encoders
from tests.groups import Ends, Groups, keep_together, wants_dear
from tests.running_shop import RunningShop
from tests.written import Written, empty

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pymongo.database import Database
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

VAR = Path(tempfile.mkdtemp(prefix="vitrine-test-"))
atexit.register(shutil.rmtree, VAR, ignore_errors=True)
# WhiteNoise warns about a folder that is not there, and a warning is an error here.
(VAR / "static").mkdir()

# Named here and not in pyproject.toml, from which pytest-django would load the settings too early.
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.config.settings"
os.environ["VITRINE_VAR"] = str(VAR)
os.environ.setdefault(prepared.SHARED, str(VAR))
# A MongoDB that is there already may serve several processes of tests.
os.environ["VITRINE_MONGODB_NAME"] = "_".join(
    ("test_vitrine", *filter(None, [os.environ.get("PYTEST_XDIST_WORKER")]))
)
os.environ["DATABASE_URL"] = f"sqlite:///{VAR}/test.sqlite3"
for name in ("DEBUG", "VITRINE_HTTPS", "ALLOWED_HOSTS", "SECRET_KEY"):
    os.environ.pop(name, None)

# What a fresh machine gets, even where redis-server is installed.
(VAR / "bin").mkdir()
(VAR / "bin" / "redis-server").symlink_to(str(carried_valkey()))
os.environ["PATH"] = os.pathsep.join((str(VAR / "bin"), os.environ["PATH"]))

# No test asserts a time: a machine may be busy.
hypothesis.settings.register_profile("vitrine", deadline=None)
hypothesis.settings.load_profile("vitrine")

LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost", None)


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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--soak",
        type=float,
        metavar="SECONDS",
        help="have tests/faults/test_stays_up.py trouble a real demo for so long",
    )
    parser.addoption(
        "--import-plans",
        type=int,
        default=12,
        metavar="NUMBER",
        help="have tests/shop/catalog/test_imports_property.py try so many plans",
    )


def pytest_configure(config: pytest.Config) -> None:
    socket.socket.connect = _guarded(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded(socket.socket.connect_ex)  # type: ignore[method-assign]

    from django.conf import settings

    # A busy machine may hold the broker up for longer than a page would wait to be counted.
    for patience in (settings.COUNTERS_PATIENCE, settings.CACHES["counters"]["OPTIONS"]):
        patience.update(dict.fromkeys(settings.COUNTERS_PATIENCE, 30.0))

    # Templates in this process name static files as they are; the web server's are collected.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    # As slow as a shop's must be, it takes longer than the rest of most tests that need a user.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    keep_encoders(config)
    # In one process the tests that want a shop lie among others.
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Ends())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded by the end stays, and is not looked through for garbage again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _let_use_both_databases(items)
    for item in filter(wants_dear, items):
        item.add_marker(pytest.mark.slow)
    if hasattr(config, "workerinput"):
        keep_together(items, Path(config.workerinput["groups"]))


def _let_use_both_databases(items: list[pytest.Item]) -> None:
    """A test that uses a database may use both, without saying so."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if marker and "databases" not in marker.kwargs:
            options = marker.kwargs | {"databases": "__all__"}
            item.add_marker(pytest.mark.django_db(*marker.args, **options), append=False)
        elif fixtures & {"db", "transactional_db"}:
            item.add_marker(pytest.mark.django_db(databases="__all__"))


# ------------------------------------------------------------------------------ processes

GROUPS = VAR / "groups"


def pytest_xdist_setupnodes() -> None:
    """A process of tests inherits this one's environment, and must not load its settings by it."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput["groups"] = str(GROUPS.with_suffix(f".{node.gateway.id}"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    return Groups(config, log, GROUPS.with_suffix(".gw0"))


# ------------------------------------------------------------------------------ servers


@pytest.fixture(scope="session")
def written() -> Written:
    """What this process writes to."""
    return Written()


@pytest.fixture(scope="session")
def embedded_servers(written: Written) -> Iterator[None]:
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
def empty_mongodb(request: pytest.FixtureRequest, written: Written) -> Iterator[None]:
    """Empties MongoDB's collections after each test that may have written to them."""
    if "_django_db_helper" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("_django_db_helper")
    yield
    from django.db import connections

    from recommender.serving import keeper
    from shop.catalog.live import keeper as live
    from shop.catalog.live.finding import keeper as words

    # A thread would go on writing what it misses, into the next test's store.
    keeper.keeper().stop()
    keeper._keepers.clear()
    words.keeper().stop()
    words._keepers.clear()
    live.keeper().stop()
    live._keepers.clear()
    shutil.rmtree(VAR / "live", ignore_errors=True)

    database = connections["catalog"].database
    names = written.take()
    # A program that it started notes nothing here.
    if request.node.get_closest_marker("slow"):
        names |= _filled(database)
    for name in names - {"django_migrations"}:
        empty(database[name])


def _filled(database: Database[Any]) -> set[str]:
    """The collections with documents, found by one question instead of one each."""
    first, *others = database.list_collection_names()
    pipeline = _naming(first)
    for name in others:
        pipeline.append({"$unionWith": {"coll": name, "pipeline": _naming(name)}})
    return {found["name"] for found in database[first].aggregate(pipeline)}


def _naming(collection: str) -> list[dict[str, Any]]:
    return [{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": collection}}}]


@pytest.fixture(autouse=True)
def pages_show_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a second they would by themselves; a test need not wait for that."""
    from shop.catalog.live.keeper import Keeper

    monkeypatch.setattr(Keeper, "view", Keeper.fresh_view)


@pytest.fixture(autouse=True)
def nobody_was_here(request: pytest.FixtureRequest) -> None:
    """Every test comes from one address, which limits must not count from one test to the next."""
    if "_django_db_helper" in request.fixturenames:
        request.getfixturevalue("embedded_servers")
        from shop.limits.counting import counts

        counts().forget_all()


@pytest.fixture(scope="session")
def running_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A whole shop with the catalogue of tests/drawn.py, every photograph of it ready.

    It lies in a folder of its own, so that what its worker does reaches no other test. A test may
    kill and break any part of it, and leaves it whole.
    """
    shop = RunningShop(
        tmp_path_factory.mktemp("shop"),
        VITRINE_ENCODER="untrained",
        VITRINE_LEASE_SECONDS="5",
        # A test that calls the API by the thousand tests something else than how often it may.
        VITRINE_API_TOKEN_RATE="100000",
        VITRINE_API_PHOTO_RATE="100000",
    )
    try:
        shop.open()
        shop.manage("import_catalog", str(write_catalogue(shop.var / "delivery")))
        shop.wait_until_settled(photographs=2 * (SHIRTS + BAGS))
        yield shop
    finally:
        shop.close()


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
