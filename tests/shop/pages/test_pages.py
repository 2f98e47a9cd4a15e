"""Pages that merchants write: safe, in each language, linked everywhere."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from shop.demo.terms import prepare_pages
from shop.operations import doctor
from shop.operations.doctor import State
from shop.pages.markdown import as_html
from shop.pages.models import Page, Wording

pytestmark = pytest.mark.django_db


def write(page: str, language: str, text: str) -> Wording:
    Wording.objects.complete()
    Wording.objects.filter(page=page, language=language).update(text=text)
    return Wording.objects.get(page=page, language=language)


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("page", Page)
def test_every_page_is_there_before_it_is_written(client: Client, page: Page) -> None:
    html = shown(client, f"/info/{page}/")
    assert "Nothing is written here yet." in html
    assert '<meta name="robots" content="noindex">' in html


def test_a_page_that_is_none_of_them(client: Client) -> None:
    assert client.get("/info/nothing/").status_code == 404


def test_a_page_says_what_the_merchant_wrote_in_the_language_of_the_page(client: Client) -> None:
    write(Page.TERMS, "en", "## Prices\n\nAll *included*.")
    assert "<h2>Prices</h2>\n<p>All <em>included</em>.</p>" in shown(client, "/info/terms/")
    # What nobody has translated is better than nothing, and says which language it is in.
    assert '<div class="told__text" lang="en">' in shown(client, "/de/info/terms/")
    write(Page.TERMS, "de", "Alles inbegriffen.")
    html = shown(client, "/de/info/terms/")
    assert "<p>Alles inbegriffen.</p>" in html
    assert "<h1>AGB</h1>" in html
    assert 'rel="canonical"' in html


def test_every_footer_links_them_in_its_language(client: Client) -> None:
    for prefix in ("", "/de"):
        html = shown(client, f"{prefix}/info/imprint/")
        for page in Page:
            assert f'<a href="{prefix}/info/{page}/">' in html
    with override("de"):
        assert str(Page.IMPRINT.label) == "Impressum"


def test_the_privacy_page_tells_of_cookies(client: Client) -> None:
    html = shown(client, "/info/privacy/")
    for name in ("sessionid", "csrftoken", "viewed"):
        assert f"<td>{name}</td>" in html
    assert "sessionid" not in shown(client, "/info/terms/")


def test_who_reads_gets_no_cookie(client: Client) -> None:
    prepare_pages()
    for page in Page:
        assert not client.get(f"/info/{page}/").cookies


# What is written is safe


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "[here](data:text/html;base64,PHNjcmlwdD4=)",
        "![seen](https://elsewhere.example/pixel.gif)",
        '[here](https://shop.example "\\"><script>")',
        '<a href="https://shop.example" onclick="alert(1)">here</a>',
    ],
)
def test_nothing_that_runs_or_is_loaded_comes_through(text: str) -> None:
    html = as_html(text)
    tags = re.findall(r"<(\w+)([^>]*)>", html)
    assert {name for name, _ in tags} <= {"p", "a"}
    assert not re.search(r"<[^>]+ (on\w+|src|style)=", html)
    assert not re.search(r'href="(?!https://)', html)


def test_headings_follow_the_one_of_the_page() -> None:
    html = as_html("### Who\n\n#### How\n\n###### Why")
    assert re.findall(r"<h\d", html) == ["<h2", "<h3", "<h5"]


def test_a_link_and_a_table_come_through() -> None:
    html = as_html("[us](https://shop.example)\n\n|a|b|\n|---|---:|\n|1|2|")
    assert '<a href="https://shop.example">us</a>' in html
    assert '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>' in html
    assert '<td class="to-right">2</td>' in html
    assert html.endswith("</table>\n</div>\n")


# Writing them


def test_a_merchant_finds_every_text_and_writes_one(admin_client: Client) -> None:
    listed = shown(admin_client, "/admin/pages/wording/")
    assert listed.count(">not written<") == 12
    wording = Wording.objects.get(page=Page.IMPRINT, language="de")
    there = f"/admin/pages/wording/{wording.pk}/change/"
    assert admin_client.post(there, {"text": "Ada Lovelace KG"}).status_code == 302
    assert shown(admin_client, "/admin/pages/wording/").count(">written<") == 1
    assert "Ada Lovelace KG" in shown(admin_client, wording.get_absolute_url())
    assert wording.get_absolute_url() == "/de/info/imprint/"
    assert admin_client.get("/admin/pages/wording/add/").status_code == 403
    assert admin_client.get(f"/admin/pages/wording/{wording.pk}/delete/").status_code == 403


def test_the_demo_says_that_it_has_placeholders(
    admin_client: Client, client: Client, settings: Settings
) -> None:
    mine = write(Page.TERMS, "en", "My terms.")
    prepare_pages()
    prepare_pages()
    mine.refresh_from_db()
    assert (mine.text, mine.is_placeholder) == ("My terms.", False)
    for address in ("/info/imprint/", "/info/sizes/"):
        html = shown(client, address)
        assert "<strong>This is a placeholder.</strong>" in html
        assert '<meta name="robots" content="noindex">' in html
    assert "Dies ist ein Platzhalter." in shown(client, "/de/info/withdrawal-policy/")
    assert len(Wording.objects.unwritten()) == 11
    imprint = Wording.objects.get(page=Page.IMPRINT, language="en")
    there = f"/admin/pages/wording/{imprint.pk}/change/"
    admin_client.post(there, {"text": imprint.text + "\n\nAda"})
    assert (Page.IMPRINT, "en") not in Wording.objects.unwritten()


def test_the_doctor_names_what_is_unwritten(settings: Settings) -> None:
    prepare_pages()
    Wording.objects.exclude(page=Page.IMPRINT).update(is_placeholder=False)
    assert doctor.pages().state is State.OK
    settings.HTTPS = True
    finding = doctor.pages()
    assert (finding.state, finding.detail) == (
        State.NOTE,
        "not written yet: imprint (en), imprint (de)",
    )
    Wording.objects.update(is_placeholder=False)
    assert doctor.pages().detail == "all are written"
