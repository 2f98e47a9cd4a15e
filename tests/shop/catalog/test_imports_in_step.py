"""Sources: files that are imported again and again, and what is gone from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shop.catalog.imports import gone, in_step, jobs, supply
from shop.catalog.models import Category, Every, ImportJob, ImportSource, Product
from shop.catalog.tasks import archive_gone, keep_in_step, run_import
from shop.operations import doctor
from tests.shop.catalog.catalogues import HEADER, zip_bytes
from tests.shop.catalog.foreign_files import OLD, written
from tests.shop.catalog.shelves import jpeg
from tests.site import Answer, Site

pytestmark = pytest.mark.django_db

NAMES = tuple(f"P{number}" for number in range(12))


class Killed(BaseException):
    """As good as SIGKILL: nothing in the shop catches it."""


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.SOURCES_DIR = tmp_path
    return tmp_path


@pytest.fixture
def source(folder: Path) -> ImportSource:
    put(folder, *NAMES)
    return ImportSource.objects.create(name="Supplier", file="list.csv", every=Every.DAY)


def put(folder: Path, *skus: str, more: str = "", **prices: str) -> None:
    """A file of these products, with headings alone if there are none."""
    shirt = {"Title": "Shirt", "Type": "Shirts", "Published": "true", "Status": "draft"}
    rows = [shirt | {"Handle": sku, "Variant Price": prices.get(sku, "10")} for sku in skus]
    content = written(OLD, *rows) if rows else (",".join(OLD) + "\n").encode()
    (folder / "list.csv").write_bytes(content + more.encode())


def run(source: ImportSource, **how: Any) -> ImportJob:
    """Run it as a worker would."""
    job = in_step.begin(ImportSource.objects.get(pk=source.pk), **{"author": "anna"} | how)
    assert job
    run_import(str(job.pk))
    job.refresh_from_db()
    return job


def archived() -> set[str]:
    return {product.sku for product in Product.objects.filter(status="archived")}


def counts(job: ImportJob) -> tuple[Any, ...]:
    numbers = (job.created_count, job.updated_count, job.unchanged_count, job.archived_count)
    return job.state, *numbers, job.held


def test_what_is_new_changed_and_gone(source: ImportSource, folder: Path) -> None:
    assert counts(run(source)) == ("done", 12, 0, 0, 0, "")
    put(folder, *NAMES[1:], "NEW", P1="12")
    assert counts(run(source)) == ("done", 1, 1, 10, 1, "")
    assert archived() == {"P0"}
    put(folder, *NAMES, "NEW", P1="12")
    assert counts(run(source)) == ("done", 0, 1, 12, 0, "")
    assert (archived(), Product.objects.get(sku="P0").gone_from) == (set(), "")


def test_what_comes_back_is_what_it_was(folder: Path) -> None:
    """Where its file does not say what it is."""
    pictures = {f"{sku}.jpg": jpeg() for sku in NAMES}
    rows = [f"{sku},Shirt,Shirts,10" for sku in NAMES]
    source = ImportSource.objects.create(name="Supplier", file="list.zip")

    def put_zip(rows: list[str]) -> None:
        table = "\n".join([HEADER, *rows]).encode()
        (folder / "list.zip").write_bytes(zip_bytes({"list.csv": table, **pictures}))

    put_zip(rows)
    run(source)
    Product.objects.filter(sku="P0").update(status="link")
    hers = Product.objects.get(sku="P1")
    hers.status = "archived"
    hers.save()
    put_zip(rows[1:])
    assert run(source).archived_count == 1
    put_zip(rows[2:])
    assert run(source).archived_count == 0
    assert archived() == {"P0", "P1"}
    put_zip(rows)
    run(source)
    assert (Product.objects.get(sku="P0").status, archived()) == ("link", {"P1"})


def test_what_the_merchant_shows_again_and_then_archives_stays_so(
    source: ImportSource, folder: Path
) -> None:
    run(source)
    put(folder, *NAMES[1:])
    run(source)
    product = Product.objects.get(sku="P0")
    for status in ("draft", "archived"):
        product.status = status
        product.save()
    assert product.gone_from == ""


def test_only_what_came_from_a_source_is_archived_by_it(
    source: ImportSource, folder: Path, coats: Category
) -> None:
    Product.objects.create(sku="OWN", name="Own", category=coats, price_cents=100)
    run(source)
    other = ImportSource.objects.create(name="Other", file="list.csv")
    put(folder, *NAMES[:11])
    run(other)
    # Both name most of them; the last that did has them.
    assert {p.source for p in Product.objects.filter(sku__in=NAMES[:11])} == {str(other.pk)}
    assert archived() == set()
    put(folder, *NAMES[1:11])
    assert run(source).archived_count == 1
    assert archived() == {"P11"}
    assert Product.objects.get(sku="OWN").status == "published"


@pytest.mark.parametrize("left", [0, 10])
def test_more_than_a_tenth_is_held_back(
    source: ImportSource, folder: Path, admin_client: Client, left: int
) -> None:
    run(source)
    put(folder, *NAMES[12 - left :])
    job = run(source)
    assert (job.archived_count, job.held, len(job.gone)) == (0, "many", 12 - left)
    assert archived() == set()
    page = f"/admin/catalog/importjob/{job.pk}"
    html = admin_client.get(f"{page}/change/").content.decode()
    assert f"{12 - left} products are not in the file any more." in html
    assert "Archive them anyway" in html
    admin_client.post(f"{page}/archive/")
    archive_gone(str(job.pk))
    job.refresh_from_db()
    assert (job.archived_count, job.held, job.gone) == (12 - left, "", [])
    assert archived() == set(NAMES[: 12 - left])
    assert "Archive them anyway" not in admin_client.get(f"{page}/change/").content.decode()


def test_a_later_run_takes_the_question_back(
    source: ImportSource, folder: Path, admin_client: Client
) -> None:
    run(source)
    put(folder, *NAMES[6:])
    job = run(source)
    put(folder, *NAMES)
    run(source)
    page = f"/admin/catalog/importjob/{job.pk}"
    assert "A later run has looked again." in admin_client.get(f"{page}/change/").content.decode()
    admin_client.post(f"{page}/archive/")
    archive_gone(str(job.pk))
    assert archived() == set()


def test_a_product_in_a_bad_row_is_not_gone(source: ImportSource, folder: Path) -> None:
    run(source)
    put(folder, *NAMES, P0="dear")
    job = run(source)
    assert (job.bad_count, job.archived_count, job.held, archived()) == (1, 0, "", set())
    # Of this one nobody can tell what it was.
    put(folder, *NAMES[1:], "NEW", more="too,few\n")
    job = run(source)
    assert (job.bad_count, job.archived_count, job.held, archived()) == (2, 0, "unread", set())


def test_a_broken_file_changes_nothing(source: ImportSource, folder: Path) -> None:
    run(source)
    for content in (b"", b"\0" * 100, b"<html>Sorry</html>", b"a,b\n1,2\n", b"PK\x03\x04broken"):
        (folder / "list.csv").write_bytes(content)
        job = run(source)
        assert (job.state, bool(job.error)) == ("failed", True)
    (folder / "list.csv").unlink()
    assert "not in the folder" in run(source).error
    assert archived() == set()
    assert [found.detail for found in doctor.sources()] == [
        "Supplier failed 3 times, one after the other: list.csv is not in the folder of sources."
    ]
    put(folder, *NAMES)
    run(source)
    assert list(doctor.sources()) == []


def test_it_is_imported_when_it_is_due_and_has_changed(source: ImportSource, folder: Path) -> None:
    def come() -> list[str]:
        ImportSource.objects.update(due=timezone.now() - timedelta(seconds=1))
        before = {job.pk for job in ImportJob.objects.all()}
        keep_in_step()
        for job_id in jobs.unattended():
            run_import(job_id)
        return [job.state for job in ImportJob.objects.exclude(pk__in=before)]

    keep_in_step()
    assert ImportJob.objects.count() == 0, "it was not due"
    assert come() == ["done"]
    source.refresh_from_db()
    assert source.due
    assert source.due > timezone.now() + timedelta(hours=23)
    assert (come(), source.looked) == ([], None)
    source.refresh_from_db()
    assert source.looked
    put(folder, *NAMES, P0="12")
    assert come() == ["done"]
    assert Product.objects.get(sku="P0").price_cents == 1200
    # What failed is read again, though it is what it was.
    (folder / "list.csv").write_bytes(b"broken")
    assert come() == come() == ["failed"]


def test_one_run_at_a_time(source: ImportSource) -> None:
    stale = ImportSource.objects.get(pk=source.pk)
    job = in_step.begin(source)
    assert job
    assert in_step.begin(ImportSource.objects.get(pk=source.pk)) is None
    assert in_step.begin(stale) is None
    assert jobs.unattended() == [str(job.pk)]
    run_import(str(job.pk))
    assert in_step.begin(ImportSource.objects.get(pk=source.pk))


@pytest.mark.parametrize("where", ["keep_upload", "_import", "_follow", "_settle"])
def test_a_run_that_was_killed_goes_on(
    source: ImportSource, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    run(source)
    put(folder, *NAMES[1:], "NEW")
    done = getattr(jobs, where)

    def killed(*facts: Any) -> None:
        done(*facts)
        monkeypatch.setattr(jobs, where, done)
        raise Killed

    if where == "_settle":
        monkeypatch.setattr(jobs, where, _raising(monkeypatch, where, done))
    else:
        monkeypatch.setattr(jobs, where, killed)
    job = in_step.begin(ImportSource.objects.get(pk=source.pk), author="anna")
    assert job
    with pytest.raises(Killed):
        run_import(str(job.pk))
    # Nothing else begins meanwhile, whatever becomes of the file.
    assert in_step.begin(ImportSource.objects.get(pk=source.pk)) is None
    ImportJob.objects.filter(pk=job.pk).update(lease=0.0)
    run_import(str(job.pk))
    job.refresh_from_db()
    assert counts(job) == ("done", 1, 0, 11, 1, "")
    assert archived() == {"P0"}
    assert not any(default_storage.exists(upload["name"]) for upload in job.uploads)


def _raising(
    monkeypatch: pytest.MonkeyPatch, where: str, done: Callable[..., None]
) -> Callable[..., None]:
    def killed(*_facts: Any) -> None:
        monkeypatch.setattr(jobs, where, done)
        raise Killed

    return killed


def test_archiving_goes_on_where_it_was_stopped(
    source: ImportSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(source)
    put(folder, *NAMES[6:])
    job = run(source)
    assert in_step.agree(job)
    assert not in_step.agree(job)
    save = Product.save

    def saved(product: Product, **options: Any) -> None:
        if len(archived()) == 3:
            monkeypatch.setattr(Product, "save", save)
            raise Killed
        save(product, **options)

    monkeypatch.setattr(Product, "save", saved)
    with pytest.raises(Killed):
        archive_gone(str(job.pk))
    assert in_step.agreed() == [str(job.pk)]
    archive_gone(str(job.pk))
    job.refresh_from_db()
    assert (job.archived_count, len(archived()), in_step.agreed()) == (6, 6, [])


def test_a_preview_changes_nothing(
    source: ImportSource, folder: Path, admin_client: Client
) -> None:
    run(source)
    put(folder, *NAMES[1:], "NEW")
    response = admin_client.post(f"/admin/catalog/importsource/{source.pk}/run/", {"preview": ""})
    job = ImportJob.objects.first()
    assert job
    assert response["Location"] == f"/admin/catalog/importjob/{job.pk}/change/"
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, archived(), Product.objects.count()) == ("previewed", set(), 12)
    assert job.notes[-1].startswith("1 product came from this source and is not in it any more")
    admin_client.post(f"/admin/catalog/importjob/{job.pk}/import/")
    run_import(str(job.pk))
    job.refresh_from_db()
    assert counts(job) == ("done", 1, 0, 11, 1, "")


def test_what_was_looked_at_before_a_later_run_is_not_imported(
    source: ImportSource, folder: Path
) -> None:
    job = run(source, preview=True)
    put(folder, *NAMES[1:])
    run(source)
    assert jobs.go_on(job)
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, Product.objects.count()) == ("failed", 11)


def test_old_reports_are_forgotten(source: ImportSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_step, "KEPT_RUNS", 2)
    last = [run(source).pk for _run in range(3)]
    assert [job.pk for job in ImportJob.objects.all()] == last[:0:-1]


def test_a_source_that_is_deleted_meanwhile(source: ImportSource) -> None:
    job = in_step.begin(source)
    assert job
    source.delete()
    run_import(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error == "Its source is gone, or another run of it has begun."


# ------------------------------------------------------------------------------ by address


@pytest.fixture
def site(settings: Settings, folder: Path) -> Iterator[Site]:
    with Site() as site:
        settings.FETCH, settings.FETCH_ALLOWED = True, [site.origin]
        put(folder, *NAMES)
        site.answers["/feed?key=1"] = Answer((folder / "list.csv").read_bytes(), etag='"1"')
        yield site


@pytest.fixture
def feed(site: Site) -> ImportSource:
    address = f"{site.origin}/feed?key=1"
    return ImportSource.objects.create(name="Feed", address=address, every=Every.HOUR)


def test_a_file_that_has_not_changed_costs_nothing(
    feed: ImportSource, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(feed, author="").created_count == 12
    job = in_step.begin(ImportSource.objects.get(pk=feed.pk))
    assert job
    monkeypatch.setattr(jobs, "keep_upload", None)
    run_import(str(job.pk))
    assert [headers["If-None-Match"] for _path, headers in site.asked] == [None, '"1"']
    assert ImportJob.objects.count() == 1
    feed.refresh_from_db()
    assert feed.looked


def test_a_server_that_is_away_is_asked_again_soon(feed: ImportSource, site: Site) -> None:
    site.answers["/feed?key=1"] = Answer(status=503, headers={"Retry-After": "600"})
    job = run(feed, author="")
    assert job.state == "failed"
    assert job.error == f"{feed.address} could not be fetched. Its server answers 503."
    feed.refresh_from_db()
    assert feed.due
    assert feed.due < timezone.now() + timedelta(minutes=11)


def test_another_address_is_another_file(feed: ImportSource, site: Site) -> None:
    run(feed, author="")
    site.answers["/other"] = site.answers["/feed?key=1"]
    ImportSource.objects.filter(pk=feed.pk).update(address=f"{site.origin}/other")
    assert counts(run(feed, author="")) == ("done", 0, 0, 12, 0, "")
    assert site.asked[1][1]["If-None-Match"] is None


def test_nothing_is_fetched_unless_a_setting_allows_it(
    feed: ImportSource, site: Site, settings: Settings
) -> None:
    settings.FETCH = False
    assert "VITRINE_FETCH=on" in run(feed).error
    settings.FETCH, settings.FETCH_ALLOWED = True, []
    assert "could not be fetched" in run(feed).error
    assert site.asked == []


def test_a_zip_is_told_by_what_it_holds(feed: ImportSource, site: Site) -> None:
    table = f"{HEADER}\nZ1,Shirt,Shirts,10\n".encode()
    packed = zip_bytes({"list.csv": table, "Z1.jpg": jpeg()})
    site.answers["/feed?key=1"] = Answer(packed)
    job = run(feed)
    assert (job.state, job.created_count, job.uploads[0]["title"]) == ("done", 1, "feed.zip")


# ------------------------------------------------------------------------------ the admin


def test_a_source_has_one_place(admin_client: Client, folder: Path) -> None:
    put(folder, *NAMES)
    add = "/admin/catalog/importsource/add/"
    facts = {"name": "Supplier", "every": "24"}
    both = {"address": "https://shop.example/feed.xml", "file": "list.csv"}
    for wrong in ({}, both, {"address": "ftp://shop.example/"}, {"file": "../secret"}):
        assert admin_client.post(add, facts | wrong).status_code == 200
    assert ImportSource.objects.count() == 0
    response = admin_client.post(add, facts | {"file": "list.csv"})
    source = ImportSource.objects.get()
    assert response["Location"] == f"/admin/catalog/importsource/{source.pk}/change/"
    assert source.due
    page = f"/admin/catalog/importsource/{source.pk}/change/"
    assert "It has not been imported yet." in admin_client.get(page).content.decode()
    run(source)
    html = admin_client.get(page).content.decode()
    assert "12 created" in html
    assert "12 created" in admin_client.get("/admin/catalog/importsource/").content.decode()
    in_step.begin(ImportSource.objects.get())
    response = admin_client.post(f"/admin/catalog/importsource/{source.pk}/run/", follow=True)
    assert "It is being imported already." in response.content.decode()


def test_only_who_may_change_sources_runs_them(client: Client, source: ImportSource) -> None:
    response = client.post(f"/admin/catalog/importsource/{source.pk}/run/")
    assert response.status_code == 302
    assert ImportJob.objects.count() == 0


def test_one_in_ten_is_no_accident() -> None:
    assert [gone._why_held(n, known, False) for n, known in ((1, 10), (2, 10), (0, 0))] == [
        None,
        "many",
        None,
    ]
    assert supply.AGAIN_AFTER_S <= Every.HOUR * 3600
