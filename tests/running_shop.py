"""A whole shop of its own: a folder, its servers, a web server and a worker, all as processes.

Tests reach it as people do, and look into its folder and its MongoDB for what must hold there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from celery import Celery
from pymongo import MongoClient
from pymongo.database import Database
from redis import Redis

from claims import locks
from shop.embedded import places
from tests import prepared
from tests.encoders import lend_encoders
from tests.processes import PROJECT, Process, free_port, python, wait_until
from tests.visitor import Answer, Visitor, add_product, log_in

ADMIN_NAME = "merchant"
ADMIN_PASSWORD = "a long walk by the sea"
# Each in one process, as one takes seconds to begin.
PREPARE = f"""
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
call_command("createsuperuser", interactive=False, verbosity=0, username={ADMIN_NAME!r})
"""
PREPARE_ALL = f"""{PREPARE}
call_command("migrate", interactive=False, verbosity=0, database="catalog")
call_command("collectstatic", interactive=False, verbosity=0)
"""
# The first photograph waits for the encoder's conversion, on a machine that does other things too.
SETTLE_SECONDS = 180.0


class RunningShop:
    """`settings` are environment variables over those of a fresh checkout."""

    def __init__(self, var: Path, **settings: str) -> None:
        self.var = var
        lend_encoders(var)
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        own = ("VITRINE_", "DJANGO_", "DATABASE_URL", "MONGODB_URI", "REDIS_URL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        self.environment = kept | {"VITRINE_VAR": str(var)} | settings
        gunicorn = python("-m", "gunicorn", f"--bind=127.0.0.1:{port}")
        celery = python("-m", "celery", "-A", "celery_app")
        self.web = self._process("web", gunicorn, self.is_healthy)
        self.worker = self._process("worker", [*celery, "worker"], self._worker_answers)
        self.beat = self._process("beat", [*celery, "beat"], lambda: True)

    def _process(self, name: str, command: list[str], answers: Callable[[], bool]) -> Process:
        return Process(command, self.var / f"{name}.log", answers, self.environment)

    def manage(self, *arguments: str) -> str:
        """Runs a command of manage.py; returns what it printed."""
        done = subprocess.run(
            python("manage.py", *arguments),
            cwd=PROJECT,
            env=self.environment
            | {
                "DJANGO_SUPERUSER_PASSWORD": ADMIN_PASSWORD,
                "DJANGO_SUPERUSER_EMAIL": "m@x.example",
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def open(self, *, worker: bool = True) -> None:
        """Starts everything on an empty folder, with a worker or none, and a merchant."""
        prepared.copy(self.var, prepare)
        if "DATABASE_URL" in self.environment:
            self.manage("shell", "--verbosity=0", "--command", PREPARE)
        self.web.start()
        if worker:
            self.worker.start()
            self.beat.start()

    def close(self) -> None:
        """Ends everything, the embedded servers included."""
        self.beat.stop()
        self.worker.stop()
        self.web.stop()
        self.database.client.close()
        self.broker.close()
        self.wait_until_ended()

    def wait_until_ended(self) -> None:
        """Returns once nobody keeps the embedded servers any more."""
        keepers = [places.keeper_lock(self.var, name) for name in ("mongo", "broker")]
        wait_until(lambda: not any(map(locks.is_held, keepers)))

    def is_healthy(self) -> bool:
        try:
            return Visitor(self.address).get("/healthz").status == 200
        except OSError:
            return False

    def visitor(self) -> Visitor:
        return Visitor(self.address)

    def merchant(self) -> Visitor:
        """A visitor who is logged in to the admin."""
        return log_in(self.visitor(), ADMIN_NAME, ADMIN_PASSWORD)

    def forget_limits(self) -> None:
        """Lets everybody begin anew who met a limit; all visitors have one address."""
        for key in self.broker.scan_iter("counters:*"):
            self.broker.delete(key)

    def upload_product(
        self, merchant: Visitor, sku: str, files: Iterable[tuple[str, bytes]]
    ) -> Answer:
        """Sends the admin's form of a new product with these photographs (name, content)."""
        category = self.database.catalog_category.find_one({"slug": "bags"})
        return add_product(merchant, sku, category["_id"], files)

    def _worker_answers(self) -> bool:
        # Not one of the pool's connections, which may be to a broker that a test has killed.
        with (
            # Not the current one, by which the tasks of this process would be sent.
            Celery("tests", broker=places.broker_url(self.var), set_as_current=False) as app,
            app.connection() as connection,
        ):
            return bool(app.control.ping(timeout=2, limit=1, connection=connection))

    # The embedded servers

    @contextmanager
    def server_away(self, name: str) -> Iterator[None]:
        """Kills an embedded server ("mongo" or "broker") and brings it back at the end."""
        keeper = int(locks.read_note(places.keeper_lock(self.var, name)).split()[0])
        os.kill(keeper, signal.SIGSTOP)
        try:
            self.kill_server(name)
            yield
        finally:
            os.kill(keeper, signal.SIGCONT)

    def kill_server(self, name: str) -> None:
        """Kills an embedded server as a crash would; its keeper starts it again."""
        os.kill(int(self.server_process(name)), signal.SIGKILL)

    def server_process(self, name: str) -> str:
        """An embedded server's process id; empty for a moment while it is started again."""
        return locks.read_note(places.server_lock(self.var, name))

    # What must hold inside

    def mails(self) -> list[str]:
        """Every mail that was sent, as the files hold them that stand in for a mail server."""
        return [path.read_text() for path in sorted((self.var / "mails").glob("*.eml"))]

    @cached_property
    def database(self) -> Database[Any]:
        client: MongoClient[Any] = MongoClient(places.mongo_uri(self.var), timeoutMS=30_000)
        return client["vitrine"]

    @cached_property
    def broker(self) -> Redis:
        return Redis(unix_socket_path=str(places.broker_socket(self.var)))

    def states(self) -> Counter[str]:
        """How many photographs are in each state."""
        return Counter(found["state"] for found in self.database.embedding_work.find())

    def ready_ids(self) -> list[str]:
        """The photographs that the work list calls ready."""
        return sorted(
            found["_id"] for found in self.database.embedding_work.find({"state": "ready"})
        )

    def vector_ids(self) -> list[str]:
        """The photographs that have a vector; one with two would be there twice."""
        return sorted(
            found["_id"] for found in self.database.embedding_vectors.find({}, {"_id": 1})
        )

    def wait_until_settled(self, photographs: int | None = None) -> None:
        """Returns once every photograph (at least so many) is ready or has failed."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while unsettled := self._unsettled(photographs or 1):
            assert time.monotonic() < deadline, f"{unsettled}; see {self.worker.log}"
            time.sleep(0.1)

    def _unsettled(self, photographs: int) -> str:
        states = self.states()
        settled = states["ready"] + states["failed"] + states["removed"] == states.total()
        enough = states["ready"] + states["failed"] >= photographs
        return "" if settled and enough else f"still {dict(states)} of {photographs}"


def prepare(var: Path) -> None:
    """Does in an empty folder what a shop's first start does, and leaves it unused."""
    shop = RunningShop(var)
    shop.manage("shell", "--verbosity=0", "--command", PREPARE_ALL)
    shop.wait_until_ended()
