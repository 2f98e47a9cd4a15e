"""`manage.py demo`: the whole shop on this machine, until Ctrl-C."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
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

from recommender import search
from shop.catalog.models import Product
from shop.children import ChildDied, Children
from shop.embedded import ensure_running, release
from shop.embedded.places import LOOPBACK, run_folder
from shop.kept_secrets import kept_secret
from shop.routers import CATALOG_DATABASE

ADMIN_NAME = "admin"
PASSWORD_BYTES = 9
WATCH_SECONDS = 0.5
START_SECONDS = 60.0
# States of a photograph that a worker still has to deal with.
UNDONE_STATES = ("waiting", "working")


class Command(BaseCommand):
    help = (
        "Run the whole shop on this machine: servers, worker and web server, with a demo catalogue "
        "or your own. Ctrl-C ends everything."
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
        _require_free(port)
        # A service manager's SIGTERM and a closed terminal end the demo as Ctrl-C does.
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        try:
            with Children(settings.BASE_DIR, run_folder(settings.VAR_DIR)) as children:
                _run_until_interrupted(children, console, port, lambda: _fill(data, limit))
        except ChildDied as death:
            raise CommandError(str(death)) from death
        finally:
            # This process's index still looks at the store, and would report its end as a fault.
            logging.disable(logging.WARNING)
            release()


def _run_until_interrupted(
    children: Children, console: Console, port: int, fill: Callable[[], None]
) -> None:
    try:
        _run(children, console, port, fill)
    except KeyboardInterrupt:
        # An impatient second Ctrl-C must not leave children behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        console.print("\nEnding the shop ...")


def _run(children: Children, console: Console, port: int, fill: Callable[[], None]) -> None:
    with console.status("Preparing the databases ..."):
        _prepare()
    children.start("worker", _python("-m", "celery", "-A", "celery_app", "worker", "--beat"))
    fill()
    _wait_for_embeddings(children, console)
    with console.status("Starting the web server ..."):
        children.start("web", _python("-m", "gunicorn", f"--bind={LOOPBACK}:{port}"))
        _wait_until_served(children, port)
    _welcome(console, port)
    while True:
        children.check()
        # Brings back a server's keeper, should somebody have killed it.
        ensure_running()
        time.sleep(WATCH_SECONDS)


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


def _admin_password() -> str:
    return kept_secret(settings.VAR_DIR / "admin_password", length=PASSWORD_BYTES)


def _fill(data: Path | None, limit: int | None) -> None:
    if data:
        call_command("import_catalog", str(data), limit=limit)
        return
    # Tells a demo catalogue that was broken off from one that is complete.
    unfinished = run_folder(settings.VAR_DIR) / "seeding"
    if unfinished.exists() or not Product.objects.exists():
        unfinished.touch()
        call_command("seed_demo")
        unfinished.unlink()


def _wait_for_embeddings(children: Children, console: Console) -> None:
    """Shows a bar until every photograph is ready or has failed."""
    columns = (TextColumn("embeddings"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("embeddings", total=None)
        while True:
            states = _overview(children).states
            total = sum(states.values())
            undone = sum(states[state] for state in UNDONE_STATES)
            bar.update(task, total=total, completed=total - undone)
            if not undone:
                break
            children.check()
            time.sleep(WATCH_SECONDS)
    if notice := _overview(children).notice:
        console.print(f"[yellow]{escape(notice)}")
    if failed := states["failed"]:
        console.print(f"[yellow]{failed} photographs could not be embedded: the admin says why.")


def _overview(children: Children) -> search.Overview:
    """Asked again while the index is still being loaded."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return search.overview()
        except search.SearchUnavailable as away:
            children.check()
            if time.monotonic() > deadline:
                raise CommandError(f"{away} {children.log('worker')} may say why.") from away
            time.sleep(WATCH_SECONDS)


def _wait_until_served(children: Children, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _serves(port):
        children.check()
        if time.monotonic() > deadline:
            log = children.log("web")
            raise CommandError(f"The web server does not answer; {log} says why.")
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
        f"  password    {password}\n\n"
        "Ctrl-C ends it."
    )
    console.print(Panel(text, title="Vitrine", expand=False, padding=(1, 3)))
