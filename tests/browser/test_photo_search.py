"""Every way in which a picture reaches the search by photo."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import expect

from tests import drawn
from tests.running_shop import RunningShop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BAG = drawn.jpeg("Bag", "Black", 2)
AS_FILE = {"name": "bag.jpg", "mimeType": "image/jpeg", "buffer": BAG}


def expect_bags(page: Page) -> None:
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}/$"))
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Black bag"))
    # The picture itself is shown beside what it found.
    query = page.get_by_alt_text("The picture you searched with")
    assert query.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize("field", ["#picture", "#snapshot"])
def test_chosen_or_taken(page: Page, field: str) -> None:
    page.goto("/photo/")
    page.locator(field).set_input_files(AS_FILE)
    expect_bags(page)


@pytest.mark.parametrize("start", ["/", "/photo/"])
def test_dropped(page: Page, drop: Callable[..., None], tmp_path: Path, start: str) -> None:
    (tmp_path / "bag.jpg").write_bytes(BAG)
    page.goto(start)
    drop(page, page.locator("main"), [tmp_path / "bag.jpg"])
    expect_bags(page)


def test_pasted(page: Page) -> None:
    page.goto("/c/shirts/")
    page.evaluate(
        """(content) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const copied = new DataTransfer();
            copied.items.add(new File([bytes], "image.jpg", { type: "image/jpeg" }));
            const paste = new ClipboardEvent("paste", { clipboardData: copied, bubbles: true });
            document.body.dispatchEvent(paste);
        }""",
        base64.b64encode(BAG).decode(),
    )
    expect_bags(page)


def test_a_result_can_be_shared(page: Page) -> None:
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE)
    expect_bags(page)
    address = page.url
    page.goto("/")
    page.goto(address)
    expect_bags(page)


def upload(page: Page) -> None:
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE)
    page.wait_for_url(re.compile("/photo/[0-9a-f]{32}/$"))


def names(page: Page) -> list[str]:
    return page.locator(".grid .card__name").all_inner_texts()


def test_results_are_narrowed_in_place(page: Page) -> None:
    upload(page)
    page.evaluate("window.stayed = true")
    page.locator("summary", has_text="Category").click()
    page.get_by_label("Shirts").check()
    expect(page).to_have_url(re.compile("category=shirts$"))
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("shirt"))
    assert all("shirt" in name for name in names(page))
    expect(page.get_by_label("Shirts")).to_be_focused()

    page.locator("summary", has_text="Colour").click()
    page.get_by_label("green").check()
    expect(page.locator(".chip", has_text="green")).to_be_visible()
    narrowed = names(page)
    count = len([row for row in drawn.rows() if (row["kind"], row["colour"]) == ("Shirt", "Sage")])
    assert len(narrowed) == count
    assert all(name.startswith("Sage shirt") for name in narrowed)
    assert page.evaluate("window.stayed")

    page.goto(page.url)
    assert names(page) == narrowed
    page.locator(".chip", has_text="Shirts").click()
    expect(page.locator(".grid .card__name", has_text="Sage bag").first).to_be_visible()
    page.locator(".chip", has_text="Clear all").click()
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Black bag"))


def test_words_in_the_same_box_narrow_what_looks_like_the_picture(page: Page) -> None:
    upload(page)
    address = page.url
    page.get_by_role("combobox", name="What looks like it").fill("this, but a rust shirt")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}/[?]q=this"))
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Rust shirt"))
    assert all("Rust shirt" in name for name in names(page))
    page.locator("summary", has_text="Price").click()
    page.get_by_label("From").fill("1")
    page.get_by_label("From").press("Tab")
    expect(page).to_have_url(re.compile("q=this.*price_min=1"))
    assert all("Rust shirt" in name for name in names(page))
    # Other words keep to what was chosen meanwhile.
    page.get_by_role("combobox", name="What looks like it").fill("sage shirt")
    page.keyboard.press("Enter")
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Sage shirt"))
    expect(page).to_have_url(re.compile("price_min=1"))
    page.locator(".chip", has_text="sage shirt").click()
    expect(page).to_have_url(re.compile(rf"{address}[?]price_min=1"))
    expect(page.get_by_role("combobox", name="What looks like it")).to_have_value("")
    page.go_back()
    page.get_by_role("link", name="Search without the picture").click()
    expect(page).to_have_url(re.compile("/search/[?]q=sage"))


def draw_frame(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """Press at one place of the picture and let go at another, in shares of it."""
    page.evaluate("scrollTo(0, 0)")
    picture = page.locator("[data-frame-picture] image").bounding_box()
    assert picture
    places = [
        (picture["x"] + x * picture["width"], picture["y"] + y * picture["height"])
        for x, y in ((left, top), (right, bottom))
    ]
    # Not before the page is what the pointer meets.
    page.wait_for_function(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('[data-frame-picture]')",
        arg=places[0],
    )
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def sides(page: Page) -> list[int]:
    values = page.locator(".part__sides input").evaluate_all("all => all.map(one => one.value)")
    return [int(value) for value in values]


def drawn_frame(page: Page) -> list[int]:
    edge = page.locator(".frame__edge")
    return [int(edge.get_attribute(side) or 0) for side in ("x", "y", "width", "height")]


def test_a_frame_is_drawn_around_what_is_meant(page: Page) -> None:
    """Of a shirt and a bag beside one another."""
    both = Image.new("RGB", (1200, 750), "white")
    for place, kind, colour in ((0, "Shirt", "Rust"), (600, "Bag", "Black")):
        both.paste(drawn.picture(kind, colour, 2).resize((600, 750)), (place, 0))
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE | {"buffer": drawn.encoded(both)})
    page.wait_for_url(re.compile("/photo/[0-9a-f]{32}/$"))
    page.get_by_role("link", name="A part of it").click()
    # Out of the way, so that another can be drawn.
    page.locator("summary", has_text="By numbers").click()
    for kind, left, other in (("shirt", 0.01, 0.7), ("bag", 0.51, 0.05)):
        width = page.locator("[data-frame-picture]").get_attribute("data-width")
        page.get_by_label("From the left").fill(str(round(other * int(width or 0))))
        for side, value in (("From the top", "20"), ("Width", "40"), ("Height", "40")):
            page.get_by_label(side).fill(value)
        draw_frame(page, left, 0.01, left + 0.48, 0.99)
        page.get_by_role("button", name="Find what is alike").click()
        expect(page.locator(".grid .card__name").first).to_have_text(re.compile(kind))
        page.get_by_role("link", name="A part of it").click()
        page.locator("summary", has_text="By numbers").click()
    page.get_by_role("link", name="All of the picture").click()
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}-whole/$"))


def test_what_the_numbers_say_is_what_is_drawn(page: Page) -> None:
    upload(page)
    page.get_by_role("link", name="A part of it").click()
    page.locator("summary", has_text="By numbers").click()
    proposed = sides(page)
    assert drawn_frame(page) == proposed
    for side, value in (("From the left", 60), ("From the top", 100), ("Width", 120)):
        page.get_by_label(side).fill(str(value))
    page.get_by_label("Height").fill("150")
    assert drawn_frame(page) == [60, 100, 120, 150]
    width, height = (
        int(page.locator("[data-frame-picture]").get_attribute(f"data-{side}") or 0)
        for side in ("width", "height")
    )
    # By its right edge, as wide as the picture from there.
    draw_frame(page, 180 / width, 175 / height, 1, 175 / height)
    assert sides(page) == [60, 100, width - 60, 150]
    # A slip beside it draws no other.
    draw_frame(page, 0.02, 0.95, 0.03, 0.955)
    assert sides(page) == [60, 100, width - 60, 150]
    # Who comes back finds both as they were left.
    page.get_by_role("link", name="All of the picture").click()
    page.wait_for_url(re.compile("/photo/[0-9a-f]{32}/$"))
    page.go_back()
    page.get_by_role("button", name="Reset the frame").wait_for()
    assert drawn_frame(page) == sides(page)
    page.get_by_role("button", name="Reset the frame").click()
    page.wait_for_function(
        "x => document.querySelector('.frame__edge').getAttribute('x') === String(x)",
        arg=proposed[0],
    )
    assert (sides(page), drawn_frame(page)) == (proposed, proposed)


def test_what_was_narrowed_in_place_goes_with_the_part(page: Page) -> None:
    upload(page)
    page.locator("summary", has_text="Category").click()
    page.get_by_label("Shirts").check()
    expect(page).to_have_url(re.compile("category=shirts$"))
    page.get_by_role("link", name="A part of it").click()
    expect(page).to_have_url(re.compile("/part/[?]category=shirts$"))
    page.locator("summary", has_text="By numbers").click()
    page.get_by_label("Width").fill("200")
    page.get_by_role("button", name="Find what is alike").click()
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}/[?]category=shirts$"))
    page.locator(".chip", has_text="Shirts").click()
    expect(page.locator(".grid .card__name", has_text="bag").first).to_be_visible()
    page.get_by_role("link", name="Look at it as it came").click()
    expect(page).to_have_url(re.compile("-whole/$"))


def test_a_part_is_searched_by_without_scripts(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE)
    page.get_by_role("button", name="Find what is alike").click()
    page.get_by_role("link", name="A part of it").click()
    page.get_by_role("button", name="Find what is alike").click()
    expect_bags(page)


def test_a_suggestion_beside_a_picture_stays_with_it(page: Page) -> None:
    upload(page)
    page.get_by_role("combobox", name="What looks like it").press_sequentially("shir")
    page.get_by_role("option", name="shirt").first.click()
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}/[?]q=shirt"))


def test_words_that_stand_in_the_box_go_with_a_pasted_picture(page: Page) -> None:
    page.goto("/search/?q=rust+shirt")
    page.get_by_role("link", name="Search by photo").first.click()
    expect(page.get_by_label("What should be different")).to_have_value("rust shirt")
    page.locator("#picture").set_input_files(AS_FILE)
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}/[?]q=rust"))
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Rust shirt"))


def test_words_narrow_without_scripts_on_a_phone(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto("/photo/")
    page.get_by_label("What should be different").fill("aber keine Tasche, but in rust")
    page.locator("#picture").set_input_files(AS_FILE)
    page.get_by_role("button", name="Find what is alike").click()
    page.locator("#find-words").fill("sage shirt")
    page.locator("#find-words").press("Enter")
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Sage shirt"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_leaves_nothing_says_what_to_do(page: Page) -> None:
    upload(page)
    page.locator("summary", has_text="Price").click()
    page.get_by_label("From").fill("900")
    page.get_by_label("From").press("Tab")
    expect(page.locator("h2", has_text="Nothing in the shop fits")).to_be_visible()
    page.get_by_role("link", name="Clear all filters").click()
    expect(page.locator(".grid .card__name").first).to_have_text(re.compile("Black bag"))


def test_results_are_narrowed_without_scripts(window: Callable[..., Page]) -> None:
    page = window(java_script_enabled=False)
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE)
    page.get_by_role("button", name="Find what is alike").click()
    page.locator("summary", has_text="For").click()
    page.get_by_label("Women").check()
    page.get_by_role("button", name="Apply").click()
    women = {row["name"] for row in drawn.rows() if row["gender"] == "women"}
    assert names(page)
    assert set(names(page)) <= women


def test_a_picture_that_went_while_its_results_were_looked_at(
    page: Page, running_shop: RunningShop
) -> None:
    page.context.watch.expected.add(404)  # type: ignore[attr-defined]
    upload(page)
    key = page.url.split("/")[-2]
    (running_shop.var / "media" / "queries" / f"{key}.jpg").unlink()
    page.locator("summary", has_text="Colour").click()
    # Not `check`, which would look for the box on the page that it leads to.
    page.get_by_label("green").click()
    expect(page.locator("h1")).to_have_text("This picture is gone.")


def test_a_bad_file_is_refused_in_words(page: Page) -> None:
    page.context.watch.expected.add(400)  # type: ignore[attr-defined]
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE | {"buffer": b"no picture at all"})
    expect(page.get_by_role("alert")).to_contain_text("This is not a picture")
    page.locator("#picture").set_input_files(AS_FILE)
    expect_bags(page)


def test_bars_are_left_out_and_all_of_the_picture_can_be_looked_at(page: Page) -> None:
    bars = drawn.encoded(ImageOps.expand(drawn.picture("Bag", "Black", 2), (0, 200), "black"))
    page.goto("/photo/")
    page.locator("#picture").set_input_files(AS_FILE | {"buffer": bars})
    expect_bags(page)
    assert shown_shape(page) == pytest.approx(drawn.SIZE[1] / drawn.SIZE[0], abs=0.05)
    part = page.url
    page.get_by_role("link", name="Look at it as it came").click()
    expect(page).to_have_url(re.compile("/photo/[0-9a-f]{32}-whole/$"))
    assert shown_shape(page) == pytest.approx(700 / 240, abs=0.05)
    page.get_by_role("link", name="Look at what we picked of it").click()
    expect(page).to_have_url(part)
    expect_bags(page)


def shown_shape(page: Page) -> float:
    """How high the picture that was searched with is shown, by its width."""
    query = page.get_by_alt_text("The picture you searched with")
    shape: float = query.evaluate(
        "image => image.decode().then(() => image.naturalHeight / image.naturalWidth)"
    )
    return shape
