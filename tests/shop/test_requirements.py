"""What requirements-shop.txt brings is all that the shop needs to serve."""

from __future__ import annotations

import os
import subprocess
import venv
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import numpy
import pytest
from packaging.requirements import Requirement

from tests.processes import PROJECT

pytestmark = pytest.mark.slow

INSTALLED = Path(numpy.__file__).parents[1]

Run = Callable[..., subprocess.CompletedProcess[str]]


def _named(file: str) -> Iterator[Requirement]:
    for line in (PROJECT / file).read_text().splitlines():
        if line and not line.startswith(("#", "-")):
            yield Requirement(line)


def _brought(requirements: list[Requirement]) -> set[str]:
    """The packages that these bring, themselves among them, by what the installed ones say."""
    brought: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    while requirements:
        requirement = requirements.pop()
        asked = requirement.name, frozenset(requirement.extras)
        if asked not in seen:
            seen.add(asked)
            brought.add(requirement.name)
            requirements += _needed(requirement)
    return brought


def _needed(requirement: Requirement) -> Iterator[Requirement]:
    for line in distribution(requirement.name).requires or []:
        needed = Requirement(line)
        extras = requirement.extras or {""}
        if not needed.marker or any(needed.marker.evaluate({"extra": name}) for name in extras):
            yield needed


def _link(package: str, folder: Path) -> None:
    for name in {file.parts[0] for file in distribution(package).files or []} - {
        "..",
        "__pycache__",
    }:
        if not (folder / name).exists():
            (folder / name).symlink_to(INSTALLED / name)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python in an environment with the shop's packages and no other."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for package in _brought(list(_named("requirements-shop.txt"))):
        _link(package, packages)
    return folder / "bin" / "python"


@pytest.fixture
def run(python: Path, tmp_path: Path) -> Run:
    """Runs that Python with Django's settings and a folder of its own."""
    own = ("VITRINE_", "DJANGO_", "DATABASE_URL", "MONGODB_URI", "REDIS_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    environment = kept | {
        "VITRINE_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "shop.config.settings",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(python), *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True
        )

    return run


def test_the_environment_lacks_what_only_the_whole_list_names(run: Run):
    done = run("-c", "import numpy, django, tensorflow")
    assert "No module named 'tensorflow'" in done.stderr


def test_every_page_task_and_command_can_be_imported(run: Run):
    done = run("-c", """
import shop.config.wsgi, celery_app
from django.core.management import get_commands, load_command_class
from django.urls import get_resolver
celery_app.app.loader.import_default_modules()
get_resolver().url_patterns
for name, app in get_commands().items():
    load_command_class(app, name)
print(*celery_app.app.tasks, *get_commands())
""")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {"recommender.tasks.sweep", "seed_demo", "train_encoder"} <= set(done.stdout.split())


def test_the_demo_s_products_are_drawn_embedded_and_found(run: Run):
    """By the weights in the box, which are converted on the way."""
    done = run("-c", """
import django
django.setup()
from django.core.management import call_command
from PIL import Image
from recommender import search
from shop.embedded import ensure_running
ensure_running()
for database in ("default", "catalog"):
    call_command("migrate", database=database, verbosity=0)
call_command("seed_demo", count=2, drawers=0)
call_command("embed")
call_command("build_index")
query = search.vector_of(Image.new("RGB", (60, 80), "navy"))
print(len(search.by_vector(query)), "found")
""")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "photographs ready, 0 failed" in done.stdout
    assert done.stdout.split()[-2:] == ["2", "found"]


@pytest.mark.parametrize("command", ["train_encoder", "evaluate"])
def test_a_command_that_needs_more_says_how_to_get_it(run: Run, command: str):
    done = run("-m", "django", command)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "-m pip install -r requirements.txt" in done.stderr


def test_an_encoder_that_needs_more_says_how_to_get_it(run: Run):
    done = run("-c", """
import django
django.setup()
from recommender.encoder import EncoderUnavailable, load_encoder
try:
    load_encoder("imagenet")
except EncoderUnavailable as error:
    print(error)
""")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "'imagenet' is read by Keras. This needs tensorflow:" in done.stdout
    assert "-m pip install -r requirements.txt" in done.stdout
