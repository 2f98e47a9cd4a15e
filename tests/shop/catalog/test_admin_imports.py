"""Uploading many products at once, and the job that follows."""

from __future__ import annotations

import csv
import errno
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from claims.leases import ATTEMPTS
from shop.catalog.imports import jobs
from shop.catalog.models import Category, ImportJob, Product, Status
from shop.catalog.tasks import resume_imports, run_import
from shop.stock import counting
from shop.stock.models import Stock
from tests.shop.catalog.catalogues import HEADER, zip_bytes
from tests.shop.catalog.shelves import jpeg

pytestmark = pytest.mark.django_db

ADD = "/admin/catalog/importjob/add/"


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def loose(category: Category, *files: SimpleUploadedFile, **facts: Any) -> dict[str, Any]:
    data = {"category": str(category.pk), "gender": "women", "kind": "Coat", "price": "80"}
    data |= {"published": "on"} | facts
    prefixed = {f"photographs-{name}": value for name, value in data.items()}
    return prefixed | {"what": "photographs", "photographs-files": list(files)}


def catalogue(*files: SimpleUploadedFile) -> dict[str, Any]:
    return {"what": "catalogue", "catalogue-files": list(files)}


def uploaded(client: Client, data: dict[str, Any]) -> ImportJob:
    """Upload, and run the job as a worker would."""
    response = client.post(ADD, data)
    assert response.status_code == 302, response.content.decode()
    job = ImportJob.objects.get()
    assert response["Location"] == f"/admin/catalog/importjob/{job.pk}/change/"
    run_import(str(job.pk))
    job.refresh_from_db()
    return job


def test_each_photograph_becomes_a_product(admin_client: Client, coats: Category) -> None:
    files = [file(f"{name}.jpg", jpeg(name)) for name in ("red", "navy", "teal")]
    job = uploaded(admin_client, loose(coats, *files))
    assert (job.state, job.created_count, job.author) == ("done", 3, "admin")
    products = Product.objects.order_by("pk")
    assert [product.name for product in products] == ["Red", "Navy", "Teal"]
    assert {(p.price_cents, p.category_id, p.gender) for p in products} == {
        (8000, coats.pk, "women")
    }
    assert not any(default_storage.exists(upload["name"]) for upload in job.uploads)


def test_category_that_was_chosen_is_meant_whatever_its_name(admin_client: Client) -> None:
    category = Category.objects.create(name="ワンピース", slug="dresses")
    Category.objects.create(name="Dresses")
    job = uploaded(admin_client, loose(category, file("red.jpg", jpeg("red"))))
    assert (job.created_count, job.bad) == (1, [])
    assert Product.objects.get().category == category


def test_files_whose_names_differ_by_a_number_are_one_product(
    admin_client: Client, coats: Category
) -> None:
    names = ("wool-coat-10", "wool-coat-2", "wool-coat-1", "cape", "IMG_4711", "IMG_4712")
    colours = ("red", "navy", "teal", "gold", "pink", "plum")
    files = [file(f"{name}.jpg", jpeg(c)) for name, c in zip(names, colours, strict=True)]
    uploaded(admin_client, loose(coats, *files, grouped="on", published=""))
    coat = Product.objects.get(name="Wool coat")
    from shop.catalog.pictures import digest

    assert [p.digest for p in coat.photographs] == [
        digest(jpeg(c)) for c in ("teal", "navy", "red")
    ]
    assert coat.status == Status.DRAFT
    # What a camera counts is a name.
    others = Product.objects.exclude(pk=coat.pk).order_by("name")
    assert [product.name for product in others] == ["Cape", "Img 4711", "Img 4712"]


def test_the_same_photograph_twice_is_found_again(admin_client: Client, coats: Category) -> None:
    uploaded(admin_client, loose(coats, file("IMG_1.jpg", jpeg())))
    ImportJob.objects.all().delete()
    job = uploaded(admin_client, loose(coats, file("IMG_1.jpg", jpeg())))
    assert job.unchanged_count == 1
    ImportJob.objects.all().delete()
    job = uploaded(admin_client, loose(coats, file("IMG_1.jpg", jpeg("red"))))
    assert job.created_count == 1, "a camera's name is no SKU"


def test_files_of_the_same_name_are_kept_apart(admin_client: Client, coats: Category) -> None:
    files = [file("a.jpg", jpeg("red")), file("a.jpg", jpeg("navy"))]
    assert uploaded(admin_client, loose(coats, *files)).created_count == 2


def test_a_csv_and_a_zip(admin_client: Client) -> None:
    table = f"{HEADER}\nA1,Shirt,Shirts,10\nA2,Shirt,Shirts,cheap\n=A3,Shirt,Shirts,5\n"
    photographs = zip_bytes({"A1.jpg": jpeg(), "../A2.jpg": jpeg()})
    job = uploaded(
        admin_client,
        catalogue(file("list.csv", table.encode()), file("photos.zip", photographs)),
    )
    assert (job.state, job.created_count, job.bad_count, job.total) == ("done", 1, 3, 4)
    assert job.title == "list.csv and photos.zip"
    html = admin_client.get(f"/admin/catalog/importjob/{job.pk}/change/").content.decode()
    assert "<td>line 3</td><td>The price &#x27;cheap&#x27; is not a number" in html
    assert "/progress/" not in html, "nothing asks again once the job is settled"
    report = admin_client.get(f"/admin/catalog/importjob/{job.pk}/bad-rows.csv")
    rows = list(csv.reader(io.StringIO(report.content.decode())))
    assert rows[0] == ["where", "reason"]
    assert ["3", "The price 'cheap' is not a number such as 49.90."] in rows


def test_a_csv_alone_changes_what_is_there(admin_client: Client) -> None:
    table = f"{HEADER}\nA1,Shirt,Shirts,10\n"
    photographs = file("photos.zip", zip_bytes({"A1.jpg": jpeg()}))
    uploaded(admin_client, catalogue(file("list.csv", table.encode()), photographs))
    names = Product.objects.get().photo_names()
    ImportJob.objects.all().delete()
    dearer = table.replace("10", "12") + "A2,Shirt,Shirts,10\n"
    job = uploaded(admin_client, catalogue(file("list.csv", dearer.encode())))
    assert (job.updated_count, job.bad_count) == (1, 1)
    assert job.bad[0][1] == "There is no photograph for A2 in list.csv."
    product = Product.objects.get()
    assert (product.price_cents, product.photo_names()) == (1200, names)


def test_formulas_in_the_report_are_defused(admin_client: Client) -> None:
    job = ImportJob.objects.create(title="x", bad=[["=HYPERLINK(1)", "+1"]], bad_count=1)
    report = admin_client.get(f"/admin/catalog/importjob/{job.pk}/bad-rows.csv")
    assert b"'=HYPERLINK(1),'+1" in report.content


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photos.zip", b"no zip", "photos.zip is not a zip file that can be read."),
        ("photos.zip", zip_bytes({"a.txt": b"x"}), "holds no CSV file, no photographs"),
        ("photos.zip", zip_bytes({"a.csv": b"sku,name\n"}), "a.csv lacks the columns"),
    ],
)
def test_a_catalogue_that_is_none_fails_with_one_sentence(
    admin_client: Client, name: str, content: bytes, sentence: str
) -> None:
    job = uploaded(admin_client, catalogue(file(name, content)))
    assert job.state == "failed"
    assert sentence in job.error
    html = admin_client.get(f"/admin/catalog/importjob/{job.pk}/change/").content.decode()
    assert 'role="alert"' in html


@pytest.mark.parametrize(
    "names", [("a.csv", "b.xml"), ("a.jpg",), ("a.zip", "b.zip"), ("a.csv", "b.zip", "c.zip"), ()]
)
def test_other_files_are_refused_at_once(admin_client: Client, names: tuple[str, ...]) -> None:
    response = admin_client.post(ADD, catalogue(*(file(name, b"x") for name in names)))
    assert response.status_code == 200
    html = response.content.decode()
    assert "Upload one file of products" in html or "required" in html
    assert ImportJob.objects.count() == 0


def test_another_shops_file_is_told_by_its_content_and_needs_no_photographs(
    admin_client: Client,
) -> None:
    shopify = b"Handle,Title,Type,Variant Price\nlido,Lido,Shirts,49.90\n"
    job = uploaded(admin_client, catalogue(file("export.csv", shopify)))
    assert (job.state, job.created_count, job.title) == ("done", 1, "export.csv")
    ImportJob.objects.all().delete()
    item = b"<item><id>C</id><title>Coat</title><price>9</price></item>"
    feed = b"<rss><channel>" + item + b"</channel></rss>"
    photographs = zip_bytes({"c.jpg": jpeg()})
    job = uploaded(admin_client, catalogue(file("a.xml", feed), file("a.zip", photographs)))
    assert (job.created_count, Product.objects.get(sku="C").status) == (1, "draft")
    page = admin_client.get(f"/admin/catalog/importjob/{job.pk}/change/").text
    assert "1 product has no photograph among the files" in page
    assert "1 file was passed over: c.jpg." in page


def test_a_catalogue_is_looked_at_before_anything_is_written(admin_client: Client) -> None:
    shopify = b"Handle,Title,Type,Variant Price\nlido,Lido,Shirts,49.90\ncoat,,Coats,1\n"
    job = uploaded(
        admin_client, catalogue(file("export.csv", shopify)) | {"catalogue-preview": "on"}
    )
    assert (job.state, job.total, job.settled) == ("previewed", 2, True)
    assert not Product.objects.exists()
    page = admin_client.get(f"/admin/catalog/importjob/{job.pk}/change/").text
    assert "What becomes of the first products" in page
    assert "Draft, Shirts, €49.90, One size, 0 photographs" in page
    assert "photographs, description, colours, gender, stock" in page
    assert "The title is empty." in page
    jobs.discard_unclaimed(0)
    assert default_storage.exists(job.uploads[0]["name"])
    go_on = f"/admin/catalog/importjob/{job.pk}/import/"
    assert go_on in page
    assert admin_client.get(go_on).status_code == 403
    assert admin_client.post(go_on).status_code == 302
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.created_count, job.bad_count) == ("done", 1, 1)
    assert not default_storage.exists(job.uploads[0]["name"])
    # A second press, of a page that stood open, does nothing.
    assert admin_client.post(go_on).status_code == 302
    job.refresh_from_db()
    assert job.state == "done"


def test_a_form_with_an_error_keeps_what_was_typed(admin_client: Client, coats: Category) -> None:
    data = loose(coats, file("a.jpg", jpeg()), price="-1", kind="Parka")
    html = admin_client.post(ADD, data).content.decode()
    assert "greater than or equal to 0.01" in html
    assert 'value="Parka"' in html
    assert ImportJob.objects.count() == 0


def test_htmx_is_sent_on(admin_client: Client, coats: Category) -> None:
    data = loose(coats, file("a.jpg", jpeg()))
    response = admin_client.post(ADD, data, headers={"HX-Request": "true"})
    assert response["HX-Redirect"].endswith(f"{ImportJob.objects.get().pk}/change/")


def test_without_a_broker_the_job_waits_and_is_taken_up_later(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("no broker")

    with monkeypatch.context() as away:
        away.setattr(run_import, "apply_async", refuse)
        response = admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
        assert response.status_code == 302
    assert ImportJob.objects.get().state == "waiting"
    monkeypatch.setattr(run_import, "apply_async", lambda args, **_: run_import(*args))
    resume_imports()
    assert ImportJob.objects.get().state == "done"


def held(**facts: Any) -> ImportJob:
    """The one job, as a worker has claimed it."""
    job = ImportJob.objects.get()
    assert jobs.LEASES.claim([job.pk], jobs.LEASE_S).documents
    ImportJob.objects.update(**facts)
    return job


def let_the_lease_run_out() -> None:
    ImportJob.objects.update(lease=0.0)


def test_a_job_is_run_by_one_worker(admin_client: Client, coats: Category) -> None:
    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    run_import(str(held().pk))
    assert Product.objects.count() == 0
    assert jobs.unattended() == []


def test_a_job_from_before_there_were_leases_is_taken_up(
    admin_client: Client, coats: Category
) -> None:
    job = uploaded_from_before_leases(admin_client, loose(coats, file("a.jpg", jpeg())))
    assert jobs.unattended() == [str(job.pk)]
    run_import(str(job.pk))
    assert ImportJob.objects.get().state == "done"


def uploaded_from_before_leases(client: Client, data: dict[str, Any]) -> ImportJob:
    """As an older web server stores it, which serves until an update is through."""
    client.post(ADD, data)
    job = ImportJob.objects.get()
    unleased = {"lease": "", "attempts": "", "owner": ""}
    jobs._documents().update_one({"_id": job.pk}, {"$unset": unleased})
    return job


@pytest.mark.parametrize(("worker", "other"), [(-10, 0), (0, 10)])
def test_nobody_takes_a_job_from_a_worker_whose_clock_differs(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch, worker: int, other: int
) -> None:
    """`worker` and `other` are by how many minutes their clocks are wrong."""
    now, taken = timezone.now, []

    def have_clock(minutes: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(minutes=minutes))

    def meanwhile(*args: Any, **named: Any) -> None:
        have_clock(other)
        taken.extend(jobs.unattended())

    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    monkeypatch.setattr(jobs, "import_rows", meanwhile)
    have_clock(worker)
    run_import(str(ImportJob.objects.get().pk))
    assert taken == []
    assert ImportJob.objects.get().state == "done"


def test_a_job_whose_worker_died_is_taken_up_where_it_stopped(
    admin_client: Client, coats: Category
) -> None:
    files = [file(f"{name}.jpg", jpeg(name)) for name in ("red", "navy", "teal")]
    admin_client.post(ADD, loose(coats, *files))
    job = held(done=1, created_count=1)
    assert jobs.unattended() == []
    let_the_lease_run_out()
    assert jobs.unattended() == [str(job.pk)]
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.created_count, job.unchanged_count) == ("done", 3, 0)
    assert [product.name for product in Product.objects.order_by("pk")] == ["Navy", "Teal"]


def killed(*args: Any, **named: Any) -> None:
    raise KeyboardInterrupt


def test_a_job_that_stops_its_workers_is_given_up(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    job = ImportJob.objects.get()
    monkeypatch.setattr(jobs, "import_rows", killed)
    for _ in range(ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            run_import(str(job.pk))
        let_the_lease_run_out()
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.settled) == ("failed", True)
    assert job.error == "The worker stopped 3 times while it was at it."
    assert jobs.unattended() == []


def test_a_job_that_gets_on_is_never_given_up(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        file(f"{number}.jpg", jpeg(f"#{40 * number:02x}0000")) for number in range(2 * ATTEMPTS)
    ]
    admin_client.post(ADD, loose(coats, *files))
    job = ImportJob.objects.get()
    write_down = jobs._write_down

    def once(*args: Any) -> None:
        write_down(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "PROGRESS_EVERY_S", 0.0)
    with monkeypatch.context() as dying:
        dying.setattr(jobs, "_write_down", once)
        for _ in files[1:]:
            with pytest.raises(KeyboardInterrupt):
                run_import(str(job.pk))
            let_the_lease_run_out()
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.created_count) == ("done", len(files))


def test_what_is_away_counts_as_no_attempt(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    job = ImportJob.objects.get()

    def full(*args: Any, **named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(jobs, "import_rows", full)
        for _ in range(ATTEMPTS + 1):
            run_import(str(job.pk))
            assert jobs.unattended() == []
            let_the_lease_run_out()
    assert jobs.unattended() == [str(job.pk)]
    run_import(str(job.pk))
    assert ImportJob.objects.get().state == "done"


def test_whoever_lost_a_job_changes_nothing(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    job = ImportJob.objects.get()
    import_rows = jobs.import_rows

    def overtaken(*args: Any, **named: Any) -> None:
        monkeypatch.setattr(jobs, "import_rows", import_rows)
        let_the_lease_run_out()
        run_import(str(job.pk))

    monkeypatch.setattr(jobs, "import_rows", overtaken)
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.created_count) == ("done", 1)


def test_whoever_lost_a_job_before_reading_it_leaves_it_to_its_new_owner(
    admin_client: Client, coats: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    job = ImportJob.objects.get()
    run = jobs._run

    def paused(*args: Any) -> None:
        let_the_lease_run_out()
        held()
        run(*args)

    monkeypatch.setattr(jobs, "_run", paused)
    run_import(str(job.pk))
    job.refresh_from_db()
    assert job.state == "running"


def test_deleting_a_job_deletes_its_uploads(admin_client: Client, coats: Category) -> None:
    admin_client.post(ADD, loose(coats, file("a.jpg", jpeg())))
    job = ImportJob.objects.get()
    admin_client.post(f"/admin/catalog/importjob/{job.pk}/delete/", {"post": "yes"})
    assert ImportJob.objects.count() == 0
    assert not any(default_storage.exists(upload["name"]) for upload in job.uploads)


def test_progress_is_asked_for_until_the_job_is_settled(admin_client: Client) -> None:
    job = ImportJob.objects.create(title="x", state="running", total=10, done=4)
    address = f"/admin/catalog/importjob/{job.pk}/progress/"
    html = admin_client.get(address).content.decode()
    assert f'hx-get="{address}"' in html
    assert "4 of 10" in html
    ImportJob.objects.update(state="done")
    assert "hx-get" not in admin_client.get(address).content.decode()
    assert admin_client.get("/admin/catalog/importjob/").status_code == 200


def test_a_report_says_what_was_made_and_set_apart_from_what_went_wrong(
    admin_client: Client,
) -> None:
    table = "".join(f"A{n},S,Women > C{n},1,4\n" for n in range(6))
    photographs = zip_bytes({f"A{n}.jpg": jpeg(f"#{40 * n:02x}0000") for n in range(6)})
    files = (file("a.csv", f"{HEADER},stock\n{table}".encode()), file("a.zip", photographs))
    job = uploaded(admin_client, catalogue(*files))
    page = admin_client.get(f"/admin/catalog/importjob/{job.pk}/change/").text
    made = "Women, Women &gt; C0, Women &gt; C1, Women &gt; C2, Women &gt; C3 and 2 more"
    assert f"<li>7 categories were made: {made}.</li>" in page
    assert "<li>The stock of 6 sizes was set to what the file says.</li>" in page
    assert 'class="notice' not in page


def test_a_report_says_that_stock_was_left_as_it_is(admin_client: Client) -> None:
    files = (file("a.csv", f"{HEADER},stock\nA1,S,C,1,4\n".encode()),)
    photographs = zip_bytes({"A1.jpg": jpeg()})
    uploaded(admin_client, catalogue(*files, file("a.zip", photographs)))
    ImportJob.objects.all().delete()
    counting.count(str(Product.objects.get().pk), {"A1-ONE-SIZE": 3}, key="merchant")
    files = (file("a.csv", f"{HEADER},stock\nA1,S,C,1,4\n".encode()),)
    job = uploaded(admin_client, catalogue(*files, file("a.zip", photographs)))
    page = admin_client.get(f"/admin/catalog/importjob/{job.pk}/change/").text
    assert "category was made" not in page
    assert "The stock of 1 size is unchanged in the file: left as it is." in page
    assert Stock.objects.get().on_hand == 3
