"""Photographs that a file names by their addresses, fetched from a server of the tests' own."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bson import ObjectId
from django.conf import settings as shop
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from claims.leases import ATTEMPTS
from shop.catalog import pictures
from shop.catalog.imports import Report, fetching, import_rows, open_source, previewing, wanted
from shop.catalog.models import FetchedPicture, ImportJob, Product, WantedPhotographs
from shop.catalog.tasks import fetch_photographs
from shop.fetching import resting
from shop.limits.shared_redis import redis
from tests.shop.catalog.catalogues import HEADER
from tests.shop.catalog.foreign_files import OLD, written
from tests.shop.catalog.shelves import jpeg
from tests.site import Answer, Site

pytestmark = pytest.mark.django_db

NEVER_FRESH = -1.0


@pytest.fixture
def site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server with three pictures, that lets itself be asked without a pause."""
    monkeypatch.setattr(resting, "BETWEEN_S", 0.001)
    with Site() as site:
        settings.FETCH, settings.FETCH_ALLOWED = True, [site.origin]
        for name in ("red", "navy", "teal"):
            site.answers[f"/{name}.jpg"] = Answer(jpeg(name), etag=f'"{name}"')
        yield site
    shutil.rmtree(Path(shop.MEDIA_ROOT, fetching.FOLDER), ignore_errors=True)


@pytest.fixture
def job() -> ImportJob:
    return ImportJob.objects.create(title="products.csv", state=ImportJob.State.DONE)


def export(folder: Path, site: Site, **pictures: list[str]) -> Path:
    """A file of another shop: a product of each name, with pictures at these paths."""
    rows = []
    for handle, names in pictures.items():
        first, *others = [f"{site.origin}/{name}" for name in names]
        shirt = {"Handle": handle, "Title": handle.title(), "Type": "Shirts", "Published": "true"}
        rows.append(shirt | {"Status": "active", "Variant Price": "49.90", "Image Src": first})
        rows += [{"Handle": handle, "Image Src": other} for other in others]
    path = folder / "products.csv"
    path.write_bytes(written(OLD, *rows))
    return path


def imported(path: Path, job: ImportJob | None = None) -> Report:
    with open_source(path) as source:
        mark = str(job.pk if job else ObjectId())
        return import_rows(source, report=Report(notes=source.notes), mark=mark)


def come_again() -> None:
    """Let what waits for later be done now."""
    for key in redis().scan_iter("fetching:*"):
        if b"failures" not in key:
            redis().delete(key)
    WantedPhotographs.objects.update(lease=0.0)
    fetch_photographs()


def shown(sku: str) -> list[str]:
    return [photograph.digest for photograph in Product.objects.get(sku=sku).photographs]


def digests(*colours: str) -> list[str]:
    return [pictures.digest(jpeg(colour)) for colour in colours]


def kept_files() -> list[Path]:
    folder = Path(shop.MEDIA_ROOT, fetching.FOLDER)
    return list(folder.glob("*")) if folder.exists() else []


def test_nothing_is_fetched_unless_a_setting_allows_it(
    tmp_path: Path, site: Site, settings: Settings
) -> None:
    settings.FETCH = False
    report = imported(export(tmp_path, site, lido=["red.jpg"]))
    assert "none is fetched" in report.notes[0]
    fetch_photographs()
    assert (site.asked, WantedPhotographs.objects.count()) == ([], 0)


def test_a_draft_is_published_once_its_photographs_are_there(tmp_path: Path, site: Site) -> None:
    path = export(tmp_path, site, lido=["red.jpg", "navy.jpg", "red.jpg?again"])
    site.answers["/red.jpg?again"] = site.answers["/red.jpg"]
    with open_source(path) as source:
        told = previewing.told(previewing.preview(source)[0])
    assert (told["photographs"], told["status"]) == (3, "Draft")
    report = imported(path)
    assert "fetched from their addresses" in report.notes[0]
    assert Product.objects.get().status == "draft"
    fetch_photographs()
    product = Product.objects.get()
    assert (product.status, shown("LIDO")) == ("published", digests("red", "navy"))
    assert all(default_storage.exists(name) for name in product.photo_names())
    assert kept_files() == []
    assert imported(path).unchanged == 1
    fetch_photographs()
    assert len(site.asked) == 3, "what was fetched lately is not asked for again"


def test_what_has_not_changed_is_not_sent_again(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path, site, lido=["red.jpg", "navy.jpg"])
    imported(path)
    fetch_photographs()
    names = Product.objects.get().photo_names()
    for module in (wanted, fetching):
        monkeypatch.setattr(module, "FRESH_S", NEVER_FRESH)
    site.answers["/navy.jpg"] = Answer(jpeg("teal"), etag='"other"')
    imported(path)
    fetch_photographs()
    assert [headers["If-None-Match"] for _path, headers in site.asked[2:]] == ['"red"', '"navy"']
    assert shown("LIDO") == digests("red", "teal")
    assert Product.objects.get().photo_names()[0] == names[0]
    assert not default_storage.exists(names[1])


def test_what_a_merchant_makes_of_them_stays(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path, site, lido=["red.jpg", "navy.jpg"])
    imported(path)
    fetch_photographs()
    product = Product.objects.get()
    product.save_with_photographs(product.photographs[1:])
    for module in (wanted, fetching):
        monkeypatch.setattr(module, "FRESH_S", NEVER_FRESH)
    imported(path)
    fetch_photographs()
    assert len(site.asked) == 4
    assert shown("LIDO") == digests("navy")


def test_products_that_share_an_address_ask_once(tmp_path: Path, site: Site) -> None:
    imported(export(tmp_path, site, lido=["red.jpg"], coat=["red.jpg", "navy.jpg"]))
    fetch_photographs()
    assert sorted(site.paths) == ["/navy.jpg", "/red.jpg"]
    assert (shown("LIDO"), shown("COAT")) == (digests("red"), digests("red", "navy"))
    names = [name for product in Product.objects.all() for name in product.photo_names()]
    assert len(set(names)) == 3
    assert kept_files() == []


def test_the_report_tells_by_line_what_could_not_be_fetched(
    tmp_path: Path, site: Site, job: ImportJob, admin_client: Client
) -> None:
    site.answers["/text.jpg"] = Answer(b"<html>Not here</html>")
    names = ["gone.jpg", "red.jpg", "text.jpg"]
    path = export(tmp_path, site, lido=names, coat=["gone.jpg"])
    imported(path, job)
    assert wanted.waiting(str(job.pk)) == 2
    page = f"/admin/catalog/importjob/{job.pk}/change/"
    assert "2 products are still to be fetched" in admin_client.get(page).content.decode()
    fetch_photographs()
    job.refresh_from_db()
    by_line = sorted(job.picture_faults)
    assert [line for line, _text in by_line] == [2, 2, 5]
    assert by_line[0][1] == f"{site.origin}/gone.jpg: Its server answers 404."
    assert by_line[1][1].startswith(f"{site.origin}/text.jpg: ")
    html = admin_client.get(page).content.decode()
    assert "<td>line 5</td>" in html
    assert "still to be fetched" not in html
    saved = admin_client.get(f"/admin/catalog/importjob/{job.pk}/unfetched.csv").content.decode()
    assert f"5,{site.origin}/gone.jpg: Its server answers 404." in saved
    assert (shown("LIDO"), Product.objects.get(sku="COAT").status) == (digests("red"), "draft")
    # What failed is tried again by the next import, and told once.
    imported(path, job)
    fetch_photographs()
    job.refresh_from_db()
    assert sorted(job.picture_faults) == by_line
    assert site.paths.count("/red.jpg") == 1


def test_a_busy_server_is_left_alone_for_as_long_as_it_says(tmp_path: Path, site: Site) -> None:
    site.answers["/busy.jpg"] = Answer(status=429, headers={"Retry-After": "300"})
    imported(export(tmp_path, site, lido=["red.jpg", "busy.jpg"], coat=["navy.jpg"]))
    fetch_photographs()
    fetch_photographs()
    assert site.paths.count("/busy.jpg") == 1
    assert 290 < resting.left(f"{site.origin}/any.jpg") <= 300
    site.answers["/busy.jpg"] = Answer(jpeg("teal"))
    come_again()
    assert shown("LIDO") == digests("red", "teal")
    assert shown("COAT") == digests("navy")
    assert sorted(set(site.paths)) == ["/busy.jpg", "/navy.jpg", "/red.jpg"]
    assert site.paths.count("/red.jpg") == site.paths.count("/navy.jpg") == 1


def test_who_never_answers_is_given_up(tmp_path: Path, site: Site, job: ImportJob) -> None:
    site.answers["/away.jpg"] = Answer(status=503)
    imported(export(tmp_path, site, lido=["away.jpg"]), job)
    fetch_photographs()
    for _round in fetching.AGAIN_AFTER_S:
        come_again()
    job.refresh_from_db()
    assert site.paths == ["/away.jpg"] * (len(fetching.AGAIN_AFTER_S) + 1)
    assert job.picture_faults == [[2, f"{site.origin}/away.jpg: Its server answers 503."]]
    assert WantedPhotographs.objects.get().state == "done"
    imported(export(tmp_path, site, coat=["red.jpg"]))
    come_again()
    assert shown("COAT") == digests("red"), "one address says nothing of the others"


def test_a_host_that_answers_at_no_address_is_given_up(
    tmp_path: Path, site: Site, job: ImportJob
) -> None:
    away = ["/red.jpg", "/navy.jpg", "/teal.jpg"]
    site.answers |= dict.fromkeys(away, Answer(status=503))
    imported(export(tmp_path, site, lido=["red.jpg"]))
    fetch_photographs()
    for _round in fetching.AGAIN_AFTER_S:
        come_again()
    imported(export(tmp_path, site, coat=["navy.jpg", "teal.jpg"]), job)
    for _round in range(2):
        come_again()
    job.refresh_from_db()
    assert site.paths == ["/red.jpg"] * (len(fetching.AGAIN_AFTER_S) + 1) + ["/navy.jpg"]
    assert [reason.split(": ")[1] for _line, reason in job.picture_faults] == [
        "Its server did not answer several times."
    ] * 2


class Killed(BaseException):
    """As good as SIGKILL: nothing in the shop catches it."""


@pytest.mark.parametrize("where", ["_asked", "_give", "_settle", "_let_go"])
def test_whoever_goes_on_after_a_kill_fetches_the_rest(
    tmp_path: Path, site: Site, job: ImportJob, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Before each of these for the second time."""
    done = getattr(fetching, where)
    calls: list[object] = []

    def killed(*facts: object) -> object:
        calls.append(facts)
        if len(calls) == 2:
            raise Killed
        return done(*facts)

    imported(export(tmp_path, site, lido=["red.jpg", "gone.jpg"], coat=["navy.jpg"]), job)
    monkeypatch.setattr(fetching, where, killed)
    with pytest.raises(Killed):
        fetch_photographs()
    come_again()
    assert (shown("LIDO"), shown("COAT")) == (digests("red"), digests("navy"))
    assert {product.status for product in Product.objects.all()} == {"published"}
    assert site.paths.count("/red.jpg") == site.paths.count("/navy.jpg") == 1
    job.refresh_from_db()
    assert job.picture_faults == [[2, f"{site.origin}/gone.jpg: Its server answers 404."]]
    assert all(len(product.photographs) == 1 for product in Product.objects.all())
    assert kept_files() == []


def test_a_full_disk_is_waited_for(
    tmp_path: Path, site: Site, job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    imported(export(tmp_path, site, lido=["red.jpg"]), job)
    with monkeypatch.context() as disk:
        disk.setattr(pictures, "save", full)
        for _time in range(ATTEMPTS + 1):
            come_again()
    come_again()
    job.refresh_from_db()
    assert (shown("LIDO"), job.picture_faults) == (digests("red"), [])


def test_what_stops_its_workers_again_and_again_is_told(
    tmp_path: Path, site: Site, job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    imported(export(tmp_path, site, lido=["red.jpg"]), job)
    monkeypatch.setattr(fetching, "_give", killed)
    for _time in range(ATTEMPTS):
        with pytest.raises(Killed):
            come_again()
    come_again()
    job.refresh_from_db()
    said = f"{site.origin}/red.jpg: The worker stopped 3 times at it."
    assert (job.picture_faults, wanted.waiting(str(job.pk))) == ([[2, said]], 0)


def test_two_workers_are_not_at_it_at_once(tmp_path: Path, site: Site) -> None:
    imported(export(tmp_path, site, lido=["red.jpg"]))
    with redis().lock(fetching.LOCK, timeout=5):
        fetch_photographs()
        assert site.asked == []
    fetch_photographs()
    assert site.paths == ["/red.jpg"]


def test_a_product_that_is_deleted_wants_nothing(tmp_path: Path, site: Site) -> None:
    imported(export(tmp_path, site, lido=["red.jpg"]))
    Product.objects.get().delete()
    fetch_photographs()
    assert (site.asked, WantedPhotographs.objects.count()) == ([], 0)


def test_what_an_import_says_meanwhile_holds(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    give = fetching._give

    def given(*facts: object) -> None:
        monkeypatch.setattr(fetching, "_give", give)
        imported(export(tmp_path, site, lido=["navy.jpg"]))
        give(*facts)  # type: ignore[arg-type]

    imported(export(tmp_path, site, lido=["red.jpg"]))
    monkeypatch.setattr(fetching, "_give", given)
    fetch_photographs()
    assert shown("LIDO") == digests("navy")


def test_what_no_product_took_is_deleted_in_the_end(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(export(tmp_path, site, lido=["red.jpg", "busy.jpg"]))
    site.answers["/busy.jpg"] = Answer(status=503)
    fetch_photographs()
    assert len(kept_files()) == 1
    fetching.discard_unused()
    assert len(kept_files()) == 1
    monkeypatch.setattr(fetching, "KEPT", -fetching.KEPT)
    fetching.discard_unused()
    assert kept_files() == []
    site.answers["/busy.jpg"] = Answer(jpeg("teal"))
    come_again()
    assert shown("LIDO") == digests("red", "teal")
    assert FetchedPicture.objects.exclude(file="").count() == 0


def test_ones_own_file_may_name_addresses(tmp_path: Path, site: Site, settings: Settings) -> None:
    path = tmp_path / "own.csv"
    named = f"{site.origin}/red.jpg|{site.origin}/navy.jpg"
    path.write_text(f"{HEADER},photographs\nA1,Shirt,Shirts,10,{named}\n")
    assert imported(path).bad == []
    fetch_photographs()
    assert (shown("A1"), Product.objects.get().status) == (digests("red", "navy"), "published")
    settings.FETCH = False
    assert "is not in" in imported(path).bad[0].reason


def test_the_command_fetches_them_too(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_catalog", str(export(tmp_path, site, lido=["red.jpg", "gone.jpg"])))
    assert "line 2: " in (told := capsys.readouterr().out)
    assert "gone.jpg: Its server answers 404." in told
    assert shown("LIDO") == digests("red")
