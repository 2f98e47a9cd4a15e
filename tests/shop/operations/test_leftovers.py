"""What a killed process left is deleted; what somebody is at, or will ask for, is not."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from shop.catalog.imports import jobs
from shop.catalog.models import ImportJob
from shop.config.kept_secrets import kept_secret
from shop.operations.tasks import sweep_leftovers

pytestmark = pytest.mark.django_db

PLACES = (
    "uploads/tmp1234.upload.jpg",
    "secret_key.x1y2z3.partial",
    "mails/00001-a.partial",
    "encoders/fashion-0.partial/model.xml",
    "media/renditions/160/photographs/ab/cd.avif.0123.partial",
    "media/renditions/320/queries/cd.webp.0123.partial",
)


def put(place: str, seconds_ago: float) -> Path:
    path = settings.VAR_DIR / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    then = time.time() - seconds_ago
    for touched in (path, path.parent):
        os.utime(touched, (then, then))
    return path


@pytest.mark.parametrize("place", PLACES)
def test_what_nobody_writes_to_any_more_goes(place: str) -> None:
    left = put(place, 3700)
    sweep_leftovers()
    assert not left.exists()


@pytest.mark.parametrize("place", PLACES)
def test_what_somebody_is_at_stays(place: str) -> None:
    busy = put(place, 3500)
    sweep_leftovers()
    assert busy.exists()
    put(place, 3700)
    sweep_leftovers()


def test_mails_are_kept_for_a_month() -> None:
    days = 24 * 3600
    old, recent = put("mails/1-a.eml", 31 * days), put("mails/2-b.eml", 29 * days)
    sweep_leftovers()
    assert not old.exists()
    assert recent.exists()
    recent.unlink()


def test_what_is_finished_stays() -> None:
    finished = put("media/renditions/160/photographs/ab/cd.avif", 10**6)
    sweep_leftovers()
    assert finished.exists()
    finished.unlink()


def test_a_secret_is_drafted_where_the_sweep_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", killed)
    with pytest.raises(KeyboardInterrupt):
        kept_secret(tmp_path / "secret_key")
    assert [path.suffix for path in tmp_path.iterdir()] == [".partial"]


def uploaded(seconds_ago: float) -> str:
    name = jobs.keep_upload(SimpleUploadedFile("catalogue.csv", b"sku"))
    then = time.time() - seconds_ago
    os.utime(default_storage.path(name), (then, then))
    return name


def test_uploads_without_a_job_go() -> None:
    unclaimed, fresh = uploaded(3700), uploaded(3500)
    sweep_leftovers()
    assert not default_storage.exists(unclaimed)
    assert default_storage.exists(fresh)


@pytest.mark.parametrize("state", ImportJob.State.values)
def test_uploads_stay_until_their_job_is_settled(state: str) -> None:
    name = uploaded(3700)
    ImportJob.objects.create(title="A delivery", state=state, uploads=[{"name": name}])
    sweep_leftovers()
    assert default_storage.exists(name) == (state in ("waiting", "running", "previewed"))


def test_uploads_that_were_only_looked_at_go_after_a_week() -> None:
    name = uploaded(3700)
    job = ImportJob.objects.create(title="x", state="previewed", uploads=[{"name": name}])
    ImportJob.objects.update(created=job.created - timedelta(days=8))
    sweep_leftovers()
    assert not default_storage.exists(name)


def test_other_files_in_the_storage_stay() -> None:
    name = default_storage.save("photographs/ab/old.jpg", ContentFile(b"old"))
    os.utime(default_storage.path(name), (0, 0))
    sweep_leftovers()
    assert default_storage.exists(name)
    default_storage.delete(name)
