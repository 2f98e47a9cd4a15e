"""An import settles, whatever happens, and its report is the same however often it was stopped."""

from __future__ import annotations

import errno
import time
from typing import Any

import bson
import pytest
from django.core.files.storage import default_storage
from django.test import Client

from claims.leases import ATTEMPTS
from shop.catalog.imports import import_rows, jobs, rows
from shop.catalog.imports.rows import Report
from shop.catalog.models import Category, ImportJob, Product
from shop.catalog.tasks import run_import
from tests.shop.catalog.catalogues import HEADER, zip_bytes
from tests.shop.catalog.shelves import jpeg
from tests.shop.catalog.test_admin_imports import (
    ADD,
    catalogue,
    file,
    held,
    let_the_lease_run_out,
    loose,
)

pytestmark = pytest.mark.django_db

COLOURS = ("red", "navy", "teal", "gold", "pink")
# Two are created, one twice and in a new category, one has no price, one is changed, one is as it
# was.
TABLE = f"""{HEADER}
A0,Shirt,Shirts,10
A1,Shirt,Hats > Caps,10
A1,Shirt,Shirts,12
A2,Shirt,Shirts,cheap
A3,Changed,Shirts,10
A4,Shirt,Shirts,10
"""
BEFORE = f"{HEADER}\nA3,Shirt,Shirts,10\nA4,Shirt,Shirts,10\n"


class Killed(BaseException):
    """As good as SIGKILL: nothing in the shop catches it."""


def upload(client: Client, table: str) -> ImportJob:
    pictures = {f"A{number}.jpg": jpeg(colour) for number, colour in enumerate(COLOURS)}
    data = catalogue(file("list.csv", table.encode()), file("photos.zip", zip_bytes(pictures)))
    assert client.post(ADD, data).status_code == 302
    job = ImportJob.objects.first()
    assert job
    return job


def run(job: ImportJob) -> ImportJob:
    run_import(str(job.pk))
    job.refresh_from_db()
    return job


def facts(job: ImportJob) -> tuple[Any, ...]:
    counts = (job.created_count, job.updated_count, job.unchanged_count, job.bad_count)
    made = (job.category_count, job.categories)
    return (job.state, job.error, job.done, counts, made, job.bad, job.notes)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("it hurts"), "by a fault of the shop's own (RuntimeError: it hurts)."),
        (ValueError("9" * 5_000), "by a fault of the shop's own (ValueError: 9999"),
        # A real lack of memory would take the tests' own processes with it.
        (MemoryError(), "There was not enough memory for it."),
    ],
)
def test_every_error_counts_as_one_of_three_attempts(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    job = upload(admin_client, TABLE)
    monkeypatch.setattr(jobs, "import_rows", fail)
    for attempt in range(1, ATTEMPTS + 1):
        with pytest.raises(type(error)):
            run(job)
        job.refresh_from_db()
        assert job.state == ("failed" if attempt == ATTEMPTS else "waiting")
        assert sentence in job.error
        assert len(job.error) < 400
        assert jobs.unattended() == []
        let_the_lease_run_out()
    assert jobs.unattended() == []


def test_an_error_that_passes_leaves_no_word(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    job = upload(admin_client, TABLE)
    with monkeypatch.context() as faulty:
        faulty.setattr(jobs, "import_rows", fail)
        with pytest.raises(RuntimeError):
            run(job)
    let_the_lease_run_out()
    assert facts(run(job))[:2] == ("done", "")


def test_an_import_that_failed_counts_what_it_did(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the last row it stops, in every attempt, long before it tells how far it is."""
    save = Product.save_with_photographs

    def saved(product: Product, photographs: Any) -> None:
        if product.sku == "A4":
            raise RuntimeError
        save(product, photographs)

    job = upload(admin_client, TABLE)
    monkeypatch.setattr(Product, "save_with_photographs", saved)
    while not job.settled:
        with pytest.raises(RuntimeError):
            run(job)
        job.refresh_from_db()
        let_the_lease_run_out()
    assert job.state == "failed"
    assert (job.done, job.created_count, job.bad_count) == (5, 3, 2)


def test_rows_that_are_passed_over_tell_that_it_gets_on() -> None:
    told: list[int] = []
    report = Report(unchanged=3)
    some = [rows.BadRow(number, "bad") for number in range(5)]
    import_rows(some, report=report, progress=lambda report: told.append(report.done))
    assert told == [3, 3, 3, 4, 5]


@pytest.mark.slow
@pytest.mark.parametrize("where", ["before a row", "once it is stored", "once it is told"])
@pytest.mark.parametrize("kept", [rows.MOST_BAD_ROWS, 1])
def test_the_report_is_the_same_however_often_it_was_stopped(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, where: str, kept: int
) -> None:
    monkeypatch.setattr(rows, "MOST_BAD_ROWS", kept)
    run(upload(admin_client, BEFORE))
    job = upload(admin_client, TABLE)
    stops = 0
    while not job.settled:
        with monkeypatch.context() as dying:
            tell_of_every_row(dying)
            _die(dying, where)
            try:
                run(job)
            except Killed:
                stops += 1
            job.refresh_from_db()
            let_the_lease_run_out()
            # What is stopped at the same place again and again is given up: see the test above.
            ImportJob.objects.update(attempts=0)
        assert stops < 20
    assert stops
    assert facts(job) == (
        "done",
        "",
        6,
        (2, 1, 1, 2),
        (2, ["Hats", "Hats > Caps"]),
        [
            [4, "The SKU A1 is already used in line 3."],
            [5, "The price 'cheap' is not a number such as 49.90."],
        ][:kept],
        [],
    )
    assert Product.objects.get(sku="A1").price_cents == 1000


def tell_of_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs._Pace, "is_time_to_tell", lambda pace: True)


def test_telling_takes_a_small_part_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = jobs._Pace()
    assert not pace.is_time_to_tell()
    now += jobs.PROGRESS_EVERY_S
    assert pace.is_time_to_tell()
    with pace.telling():
        now += 1.0
    now += 19.0
    assert not pace.is_time_to_tell()
    now += 1.0
    assert pace.is_time_to_tell()


def _die(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Let the worker be killed at such a place, as soon as it got on at all."""
    passed = where == "once it is stored"

    def count() -> None:
        nonlocal passed
        if passed:
            raise Killed
        passed = True

    save, tell = Product.save_with_photographs, jobs._write_down

    def saved(product: Product, photographs: Any) -> None:
        if where == "before a row":
            count()
        save(product, photographs)
        if where == "once it is stored":
            count()

    def told(job: ImportJob, report: Report) -> None:
        tell(job, report)
        if where == "once it is told":
            count()

    monkeypatch.setattr(Product, "save_with_photographs", saved)
    monkeypatch.setattr(jobs, "_write_down", told)


def test_a_resumed_import_says_created_of_what_it_created_and_was_sold_since(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(admin_client, TABLE)
    with monkeypatch.context() as dying:
        _die(dying, "once it is stored")
        with pytest.raises(Killed):
            run(job)
    Product.objects.filter(sku="A1").update(name="Typed by the merchant")
    let_the_lease_run_out()
    assert run(job).created_count == 4
    another = run(upload(admin_client, TABLE))
    assert (another.created_count, another.unchanged_count) == (0, 4)


def test_an_import_that_is_deleted_while_it_runs_stops_and_stays_deleted(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(admin_client, TABLE)
    save = Product.save_with_photographs

    def saved(product: Product, photographs: Any) -> None:
        save(product, photographs)
        admin_client.post(f"/admin/catalog/importjob/{job.pk}/delete/", {"post": "yes"})

    tell_of_every_row(monkeypatch)
    monkeypatch.setattr(Product, "save_with_photographs", saved)
    run_import(str(job.pk))
    assert ImportJob.objects.count() == 0
    assert [product.sku for product in Product.objects.all()] == ["A0"]


def test_an_import_that_is_deleted_before_it_is_read_is_no_error(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(admin_client, TABLE)
    inner = jobs._run

    def late(*arguments: Any) -> None:
        ImportJob.objects.all().delete()
        inner(*arguments)

    monkeypatch.setattr(jobs, "_run", late)
    run_import(str(job.pk))
    assert ImportJob.objects.count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("error", [None, RuntimeError(), OSError(errno.ENOSPC, "No space")])
def test_a_stalled_worker_changes_nothing_of_what_another_wrote(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    """However it ends once it wakes: with success, a fault of its own, or on a full disk."""
    job = upload(admin_client, TABLE)
    import_rows = jobs.import_rows

    def stall(*arguments: Any, **named: Any) -> None:
        monkeypatch.setattr(jobs, "import_rows", import_rows)
        let_the_lease_run_out()
        settled.append(facts(run(job)))
        if error:
            raise error

    settled: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "import_rows", stall)
    if isinstance(error, RuntimeError):
        with pytest.raises(RuntimeError):
            run_import(str(job.pk))
    else:
        run_import(str(job.pk))
    job.refresh_from_db()
    assert settled == [facts(job)]
    assert job.state == "done"


def test_a_worker_that_hangs_loses_its_job(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    pace = jobs._Pace()
    assert pace.gets_on()
    monkeypatch.setattr(jobs, "LONGEST_ROW_S", 0.0)
    assert not pace.gets_on()
    job = held()
    with jobs.LEASES.kept(str(job.owner), job.pk, jobs.LEASE_S, gets_on=pace.gets_on):
        let_the_lease_run_out()
        assert jobs.unattended() == [str(job.pk)]


@pytest.mark.slow
def test_a_report_fits_into_a_document_however_long_what_it_names(admin_client: Client) -> None:
    long = "\N{DRESS}" * 3_000
    report = Report()
    for number in range(rows.MOST_BAD_ROWS + 10):
        report.leave_out(rows.BadRow(f"{number}{long}", f"The name {long!r} will not do."))
    job = ImportJob.objects.create(title="x", state="running", owner="me")
    jobs._write_down(job, report)
    stored = jobs._documents().find_one({"_id": job.pk})
    assert stored
    assert stored["bad_count"] == rows.MOST_BAD_ROWS + 10
    assert len(bson.encode(stored)) < 3 * 1024**2
    html = admin_client.get(f"/admin/catalog/importjob/{job.pk}/change/").content.decode()
    assert "Download the first 1000 of 1010 as a CSV file" in html


def test_a_small_report_offers_all_of_it(admin_client: Client) -> None:
    html = admin_client.get(
        f"/admin/catalog/importjob/{run(upload(admin_client, TABLE)).pk}/change/"
    )
    assert "Download all 2 as a CSV file" in html.content.decode()


@pytest.mark.parametrize("broken", [b"", b"no picture", jpeg()[:400], None])
def test_one_broken_file_of_a_batch_leaves_the_good_ones(
    admin_client: Client, coats: Category, broken: bytes | None
) -> None:
    """None stands for one that is gone from the storage."""
    contents = {"a.jpg": jpeg("red"), "b.jpg": broken or b"", "c.jpg": jpeg("navy")}
    files = [file(name, content) for name, content in contents.items()]
    admin_client.post(ADD, loose(coats, *files))
    job = ImportJob.objects.get()
    if broken is None:
        default_storage.delete(job.uploads[1]["name"])
    run(job)
    assert facts(job)[0] == "done", job.error
    assert (job.created_count, job.bad_count) == (2, 1)
    assert job.bad[0][0] == "b.jpg"


@pytest.mark.parametrize("name", ["b.zip", "b.csv"])
def test_what_is_dropped_among_photographs_leaves_the_good_ones(
    admin_client: Client, coats: Category, name: str
) -> None:
    files = [file("a.jpg", jpeg("red")), file(name, b"no picture"), file("c.jpg", jpeg("navy"))]
    admin_client.post(ADD, loose(coats, *files))
    job = run(ImportJob.objects.get())
    assert (job.state, job.created_count, job.bad_count) == ("done", 2, 1)
    assert job.bad[0][0] == name


def test_an_archive_whose_file_is_gone_says_so(admin_client: Client) -> None:
    job = upload(admin_client, TABLE)
    jobs.discard_uploads(job)
    assert facts(run(job))[:2] == ("failed", "The uploaded files are gone: upload them again.")


@pytest.mark.parametrize("at", range(40, 4_000, 640))
def test_a_catalogue_with_damage_anywhere_settles(admin_client: Client, at: int) -> None:
    files = {"styles.txt": b"", "list.csv": TABLE.encode(), "A0.jpg": jpeg("red"), "A1.jpg": b"x"}
    content = bytearray(zip_bytes(files))
    content[at % len(content)] ^= 0xFF
    assert admin_client.post(ADD, catalogue(file("x.zip", bytes(content)))).status_code == 302
    job = run(ImportJob.objects.get())
    assert job.settled
    assert job.error or job.done


def test_names_and_cells_of_any_length_settle(admin_client: Client) -> None:
    nines, long = "9" * 5_000, "x" * 60_000
    table = f"""{HEADER},stock,photographs
{nines},A,C,1,,
A0,{long},C,1,,
A1,A,{long},1,,
A2,A,C,{nines},,
A3,A,C,1,{nines},
A4,A,C,1,,{long}
"""
    pictures = {f"A{number}.jpg": jpeg(colour) for number, colour in enumerate(COLOURS)}
    pictures |= {f"{'9' * 400}.jpg": jpeg(), f"{nines}.jpg": jpeg(), f"{'-' * 60_000}.jpg": jpeg()}
    data = catalogue(file("list.csv", table.encode()), file("photos.zip", zip_bytes(pictures)))
    assert admin_client.post(ADD, data).status_code == 302
    job = run(ImportJob.objects.get())
    assert (job.state, job.created_count, job.bad_count) == ("done", 0, 8)
    assert all(len(place) <= 200 and len(reason) <= 400 for place, reason in map(texts, job.bad))


def texts(row: list[Any]) -> tuple[str, str]:
    place, reason = row
    return str(place), reason
