"""The recommender in a Django project of somebody else's, as docs/recommender.md says."""

import os
import subprocess
import tomllib
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pymongo import MongoClient

from tests.processes import PROJECT

INSTALLED = Path(numpy.__file__).parents[1]

SETTINGS = """
from recommender import schedule

INSTALLED_APPS += ["recommender"]
MEDIA_ROOT = BASE_DIR / "media"
MONGODB_URI = {uri!r}
MONGODB_NAME = {name!r}
ENCODER = "untrained"
CELERY_BROKER_URL = "memory://"
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE
"""
CELERY = """
import os
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.settings")
app = Celery("gallery")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""
INIT = "from gallery.celery import app as celery_app\n"

# Five red shirts and five blue bags, of a sort.
PICTURES = """
import io
from importlib.util import find_spec
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from PIL import Image, ImageDraw
from recommender import search
from recommender.images import BadImage, open_picture

assert find_spec("shop") is None

def drawn(number):
    picture = Image.new("RGB", (90, 120), "white")
    pen = ImageDraw.Draw(picture)
    if number < 5:
        pen.rectangle((15, 10 + number, 75, 110), fill=(200 + 5 * number, 20, 20))
    else:
        pen.ellipse((10, 50 - number, 80, 115), fill=(20, 20, 180 + 5 * number))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
"""
TRACK = """
for number in range(10):
    photo = default_storage.save(f"{number}.png", ContentFile(drawn(number)))
    search.track(f"item {number}", [photo])
from gallery.celery import app
with app.connection_for_write() as connection:
    print(connection.default_channel.queue_declare("celery").message_count, "wakes")
"""
FIND = """
print(sorted(match.item for match in search.similar("item 7", 4)))
print(search.by_vector(search.vector_of(open_picture(drawn(2))), 1)[0].item)
with translation.override("de"):
    try:
        open_picture(b"")
    except BadImage as error:
        print(error)
"""

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the Python of an environment in which the recommender was installed by pip."""
    venv.create(tmp_path / "environment", symlinks=True)
    (packages,) = tmp_path.glob("environment/lib/python*/site-packages")
    (packages / "installed.pth").write_text(f"{INSTALLED}\n")
    python = tmp_path / "environment" / "bin" / "python"
    own = ("VITRINE_", "DJANGO_", "PYTHON", "PIP_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    (tmp_path / "project").mkdir()

    def run(*arguments: str, **more: str) -> str:
        done = subprocess.run(
            [str(python), *arguments],
            cwd=tmp_path / "project",
            env=environment | more,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    here = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    run("-m", "pip", "install", "--quiet", *here, str(PROJECT / "recommender"))
    return run


@pytest.fixture
def project(run: Run, embedded_servers: None, settings, tmp_path: Path) -> Iterator[Path]:
    """What `startproject` makes, and what docs/recommender.md adds to it."""
    run("-m", "django", "startproject", "gallery", ".")
    folder, name = tmp_path / "project" / "gallery", f"{settings.MONGODB_NAME}_alone"
    with (folder / "settings.py").open("a") as file:
        file.write(SETTINGS.format(uri=settings.MONGODB_URI, name=name))
    (folder / "celery.py").write_text(CELERY)
    (folder / "__init__.py").write_text(INIT)
    yield tmp_path / "project"
    with MongoClient(settings.MONGODB_URI) as client:
        client.drop_database(name)


@pytest.mark.slow
def test_pip_installs_it_into_an_empty_project_that_finds_what_looks_alike(
    run: Run, project: Path
) -> None:
    def said(script: str) -> list[str]:
        return run("-c", PICTURES + script, DJANGO_SETTINGS_MODULE="gallery.settings").splitlines()

    assert "no issues" in run("manage.py", "check")
    assert "/environment/" in run("-c", "import recommender; print(recommender.__file__)")
    assert said(TRACK) == ["10 wakes"]
    assert "10 photographs ready, 0 failed" in run("manage.py", "embed")
    assert "The index holds 10 vectors" in run("manage.py", "build_index")
    assert said(FIND) == [
        "['item 5', 'item 6', 'item 8', 'item 9']",
        "item 2",
        "Die Datei ist leer.",
    ]
    assert {path.name for path in (project / "var").iterdir()} >= {"index", "encoders"}


def test_what_it_asks_for_is_what_the_shop_pins():
    described = tomllib.loads((PROJECT / "recommender" / "pyproject.toml").read_text())
    asked = described["project"]["dependencies"]
    asked += described["project"]["optional-dependencies"]["lab"]
    pinned = {}
    for file in ("requirements-shop.txt", "requirements.txt"):
        for line in (PROJECT / file).read_text().splitlines():
            name, exactly, version = line.partition("==")
            if exactly:
                pinned[canonicalize_name(name)] = version
    for each in map(Requirement, asked):
        assert pinned[canonicalize_name(each.name)] in each.specifier
