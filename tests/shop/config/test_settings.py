"""The settings as a process sees them, started with one environment or another."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.processes import PROJECT, free_port, python
from tests.small_disk import make_read_only, mounted

pytestmark = pytest.mark.slow

PRODUCTION = {
    "VITRINE_HTTPS": "on",
    "SECRET_KEY": "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "shop.example",
    "CSRF_TRUSTED_ORIGINS": "https://shop.example",
    "DATABASE_URL": "postgresql://vitrine@db.example/vitrine",
    "MONGODB_URI": "mongodb://mongo.example/",
    "REDIS_URL": "redis://redis.example/0",
    "EMAIL_URL": "smtp+tls://shop:secret@mail.example",
    "VITRINE_STRIPE_SECRET_KEY": "sk_live_0",
    "VITRINE_STRIPE_WEBHOOK_SECRET": "whsec_0",
}


def manage(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs manage.py with these variables and none of the tests' own."""
    own = {"PATH": os.environ["PATH"], "VITRINE_VAR": str(var)}
    return subprocess.run(
        python("manage.py", *arguments),
        cwd=PROJECT,
        env=own | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level=WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_bare_checkout_passes_the_check(tmp_path: Path) -> None:
    assert manage(tmp_path, "check", "--fail-level=WARNING").returncode == 0


def test_bare_checkout_is_told_what_deployment_lacks(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy")
    assert "vitrine.W001" in done.stderr
    assert "vitrine.W002" in done.stderr
    assert "vitrine.W003" in done.stderr


@pytest.mark.parametrize(("command", "asked"), [("demo", "--help"), ("migrate", "-h")])
def test_who_asks_how_a_command_is_used_starts_no_server(
    tmp_path: Path, command: str, asked: str
) -> None:
    done = manage(tmp_path, command, asked)
    assert done.returncode == 0, done.stderr
    assert f"usage: manage.py {command}" in done.stdout
    assert not list(tmp_path.rglob("*.keeper"))


@pytest.mark.parametrize("command", ["check", "doctor", "migrate", "collectstatic"])
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, command: str) -> None:
    with mounted(tmp_path / "disk", megabytes=1) as disk:
        assert manage(disk, "check").returncode == 0
        make_read_only(disk)
        done = manage(disk, command)
        assert manage(disk, "help").returncode == 0
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"VITRINE_VAR={disk} is no folder that can be written (Read-only file system). Make it "
        "one, or set VITRINE_VAR to another.\n"
    )


def test_the_web_server_ends_with_the_same_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = subprocess.run(
        python("-m", "gunicorn", f"--bind=127.0.0.1:{free_port()}"),
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "VITRINE_VAR": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert f"VITRINE_VAR={file} is no folder that can be written (File exists)" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("folder", ["file", "file/var", "/proc/vitrine"])
def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    done = manage(tmp_path / folder, "check")
    assert done.returncode == 1
    assert done.stderr.startswith(f"VITRINE_VAR={tmp_path / folder} is no folder")
    assert len(done.stderr.splitlines()) == 1


def test_typo_ends_the_start(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", DEBUG="ture")
    assert done.returncode == 1
    assert "DEBUG=ture" in done.stderr


def test_unknown_variable_ends_the_start(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", VITRINE_HTPS="on")
    assert done.returncode == 1
    assert "Did you mean VITRINE_HTTPS?" in done.stderr


KEYLESS = PRODUCTION | {"SECRET_KEY": "", "DATABASE_URL": "", "MONGODB_URI": "", "REDIS_URL": ""}


@pytest.mark.parametrize("command", ["check", "doctor"])
def test_production_without_secret_key_is_told_so(tmp_path: Path, command: str) -> None:
    done = manage(tmp_path, command, **KEYLESS)
    assert done.returncode == 1
    assert "vitrine.E002" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_web_server_without_secret_key_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        python("-m", "gunicorn", "--bind=127.0.0.1:0"),
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "VITRINE_VAR": str(tmp_path)} | KEYLESS,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert "vitrine.E002: SECRET_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_fault_of_a_setting_is_one_sentence(tmp_path: Path) -> None:
    done = manage(tmp_path, "doctor", DEBUG="ture")
    assert len(done.stderr.splitlines()) == 1


def test_only_the_owner_reads_what_is_written(tmp_path: Path) -> None:
    # As versions from before left it.
    left = [tmp_path / "db.sqlite3", tmp_path / "run" / "web.log"]
    tmp_path.chmod(0o755)
    left[1].parent.mkdir()
    for path in left:
        path.touch(0o644)
    assert manage(tmp_path, "migrate", "--verbosity=0").returncode == 0
    mongo = tmp_path / "run" / "mongo.log"
    for path in (tmp_path, *left, mongo):
        assert path.stat().st_mode & 0o077 == 0, path


def settings_of(var: Path, *names: str, **environment: str) -> list[object]:
    code = (
        "import json; from django.conf import settings as s; "
        f"print(json.dumps([getattr(s, name) for name in {names!r}], default=str))"
    )
    done = subprocess.run(
        python("-c", code),
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "VITRINE_VAR": str(var)}
        | {"DJANGO_SETTINGS_MODULE": "shop.config.settings"}
        | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    values: list[object] = json.loads(done.stdout)
    return values


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "SECRET_KEY") == settings_of(tmp_path, "SECRET_KEY")
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_debug_is_off_by_default(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "DEBUG") == [False]


def test_named_servers_are_not_embedded(tmp_path: Path) -> None:
    names = ("EMBEDDED_SERVERS", "MONGODB_URI", "CELERY_BROKER_URL")
    assert settings_of(tmp_path, *names, **PRODUCTION) == [
        [],
        PRODUCTION["MONGODB_URI"],
        PRODUCTION["REDIS_URL"],
    ]


def test_https_makes_cookies_secure_and_redirects(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert settings_of(tmp_path, *names, **PRODUCTION) == [True, True, True]


@pytest.mark.parametrize("name", ["pickle", "yaml"])
def test_tasks_take_json_only(name: str) -> None:
    from celery_app import app

    assert name not in app.conf.accept_content


def test_a_stand_in_that_is_busy_is_not_taken_for_dead(tmp_path: Path) -> None:
    """pymongo cuts off all that it asks a server that says nothing for so long."""
    assert "MONGODB_CONNECT_MS = 20000 " in manage(tmp_path, "diffsettings").stdout
    real = manage(tmp_path, "diffsettings", MONGODB_URI="mongodb://mongo.example/").stdout
    assert "MONGODB_CONNECT_MS = 2000 " in real
