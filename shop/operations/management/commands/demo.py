"""`manage.py demo`: the whole shop on this machine, until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from claims import locks
from recommender import search
from shop.catalog.imports import ImportRefused, open_source
from shop.catalog.management.commands.import_catalog import REFUSED
from shop.catalog.models import Product
from shop.config.kept_secrets import kept_secret
from shop.config.routers import CATALOG_DATABASE
from shop.demo.terms import prepare_terms
from shop.embedded import release, revive
from shop.embedded.places import LOOPBACK, run_folder
from shop.embedded.restarts import Restarts
from shop.operations.children import Child, Children, end_groups, told_end, with_parent

ADMIN_NAME = "admin"
PASSWORD_BYTES = 9
PORTS = range(1, 2**16)
WATCH_SECONDS = 0.5
START_SECONDS = 60.0
# States of a photograph that a worker still has to deal with.
UNDONE_STATES = ("waiting", "working")
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = (
        "Run the whole shop on this machine: servers, worker, beat and web server, with a demo "
        "catalogue or your own. Ctrl-C ends everything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--data",
            type=Path,
            metavar="PATH",
            help="a catalogue to import, as import_catalog takes it, instead of the demo's own",
        )
        parser.add_argument("--limit", type=int, help="with --data: import only the first N rows")
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")

    def handle(self, *, data: Path | None, limit: int | None, port: int, **options: Any) -> None:
        console = Console()
        _refuse_what_cannot_be(data, limit, port)
        try:
            logs = run_folder(settings.VAR_DIR)
            with (
                _ended_by_signals(),
                Children(settings.BASE_DIR, logs, console.print) as children,
            ):
                _run(children, console, port, _filling(data, limit))
        finally:
            release()


def _refuse_what_cannot_be(data: Path | None, limit: int | None, port: int) -> None:
    """Before anything is started."""
    if port not in PORTS:
        raise CommandError(f"--port must be a number from {PORTS[0]} to {PORTS[-1]}.")
    if limit is not None and data is None:
        raise CommandError("--limit goes with --data.")
    if limit is not None and limit < 1:
        raise CommandError("--limit must be at least 1.")
    if data:
        try:
            with open_source(data, None):
                pass
        except ImportRefused as refused:
            raise CommandError(str(refused)) from refused
    _require_free(port)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Ctrl-C, a service manager's SIGTERM and a closed terminal end the block, and nothing more."""
    for number in ENDING_SIGNALS:
        # `nohup` has the shop outlive its terminal. Ctrl-C counts even where it is ignored, as
        # shells have it for what runs in their background.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        yield


def _run(children: Children, console: Console, port: int, filling: list[str]) -> None:
    try:
        _serve(children, console, port)
        _fill(children, console, filling)
        _embed(children, console)
        while True:
            _look(children)
    finally:
        # An impatient second Ctrl-C must not leave children behind.
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        console.print("\nEnding the shop ...")


def _look(children: Children) -> None:
    """Brings back what ended, then waits a moment."""
    # A disk without room, a process that is not to be had: the next look may do better.
    with suppress(OSError):
        children.tend()
        revive()
    time.sleep(WATCH_SECONDS)


# The servers


def _serve(children: Children, console: Console, port: int) -> None:
    with console.status("Preparing the databases ..."):
        _prepare()
    with console.status("Starting the shop ..."):
        web = children.start("web", _python("-m", "gunicorn", f"--bind={LOOPBACK}:{port}"))
        children.start("worker", _python("-m", "celery", "-A", "celery_app", "worker"))
        children.start("beat", _python("-m", "celery", "-A", "celery_app", "beat"))
        _wait_until_served(web, port)
    _welcome(console, port)


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _require_free(port: int) -> None:
    try:
        with socket.create_server((LOOPBACK, port)):
            pass
    except OSError as fault:
        raise CommandError(
            f"Port {port} cannot be had ({fault.strerror}): is the shop running already? "
            "Choose another one with --port."
        ) from fault


def _prepare() -> None:
    for database in ("default", CATALOG_DATABASE):
        call_command("migrate", database=database, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not User.objects.filter(username=ADMIN_NAME).exists():
        User.objects.create_superuser(ADMIN_NAME, password=_admin_password())
    prepare_terms()


def _admin_password() -> str:
    return kept_secret(settings.VAR_DIR / "admin_password", length=PASSWORD_BYTES)


def _wait_until_served(web: Child, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _serves(port):
        if web.process is None or web.process.poll() is not None:
            raise CommandError(f"The web server ended:\n{web.last_words()}")
        if time.monotonic() > deadline:
            raise CommandError(f"The web server does not answer; {web.log} says why.")
        time.sleep(0.1)


def _serves(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _welcome(console: Console, port: int) -> None:
    address = f"http://{LOOPBACK}:{port}"
    ours = User.objects.get(username=ADMIN_NAME).check_password(_admin_password())
    password = _admin_password() if ours else "the one you gave it"
    text = (
        f"[bold]The shop[/]      {address}/\n"
        f"[bold]Its admin[/]     {address}/admin/\n"
        f"  name        {ADMIN_NAME}\n"
        f"  password    {password}\n"
        f"[bold]Its mails[/]     {settings.EMAIL_HOST or f'{address}/admin/mails/'}\n\n"
        "Ctrl-C ends it."
    )
    console.print(Panel(text, title="Vitrine", expand=False, padding=(1, 3)))


# The catalogue


def _filling(data: Path | None, limit: int | None) -> list[str]:
    """The command that fills the catalogue."""
    if data is None:
        return ["seed_demo"]
    return ["import_catalog", str(data), *([f"--limit={limit}"] if limit else [])]


def _fill(children: Children, console: Console, filling: list[str]) -> None:
    """Fills the catalogue while the shop serves, by a process that shows how far it is."""
    # Tells a catalogue that was broken off from one that is complete.
    unfinished = run_folder(settings.VAR_DIR) / f"{filling[0]}.unfinished"
    if filling == ["seed_demo"] and Product.objects.exists() and not unfinished.exists():
        return
    with locks.open_lock(unfinished) as lock:
        if not locks.try_exclusive(lock):
            console.print("Another demo of this folder is filling the catalogue.")
            return
        restarts = Restarts()
        # What was away comes back, and each attempt goes on where the last one was.
        while (status := _filled(children, filling)) not in (0, REFUSED):
            pause = restarts.ended()
            console.print(f"{filling[0]} {told_end(status)} and goes on in {pause:.1f} s.")
            _look_for(children, pause)
            restarts.begun()
    if status:
        console.print("[yellow]The catalogue is not complete. The shop goes on without the rest.")
    else:
        unfinished.unlink()


def _look_for(children: Children, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _look(children)


def _filled(children: Children, filling: list[str]) -> int:
    """The status with which the command ended."""
    process = subprocess.Popen(
        with_parent(_python("manage.py", *filling)),
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while process.poll() is None:
            _look(children)
    finally:
        # It has processes of its own, which draw.
        end_groups([process])
    return process.returncode


def _embed(children: Children, console: Console) -> None:
    """Shows a bar until every photograph is ready or has failed."""
    columns = (TextColumn("embeddings"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("embeddings", total=None)
        while (states := _states()) is None or _undone(states):
            if states is not None:
                total = sum(states.values())
                bar.update(task, total=total, completed=total - _undone(states))
            _look(children)
        bar.update(task, total=sum(states.values()), completed=sum(states.values()))
    if notice := search.encoder_notice():
        console.print(f"[yellow]{escape(notice)}")
    if failed := states["failed"]:
        console.print(f"[yellow]{failed} photographs could not be embedded: the admin says why.")
    total = states["ready"]
    console.print("Every photograph can be found." if total else "There is no photograph yet.")


def _states() -> dict[str, int] | None:
    """How many photographs are in each state; None while nobody can tell."""
    try:
        return search.index_report().states
    except search.SearchUnavailable:
        return None


def _undone(states: dict[str, int]) -> int:
    return sum(states[state] for state in UNDONE_STATES)
