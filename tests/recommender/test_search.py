import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from PIL import ImageEnhance, ImageOps
from PIL.Image import Image
from pymongo.errors import ServerSelectionTimeoutError

from recommender import encoder, matching, search, switching, twins
from recommender.encoder import Calibration, source
from recommender.encoder.calibration import Domain
from recommender.search import SearchUnavailable
from recommender.serving.keeper import IndexKeeper
from recommender.store import reading
from recommender.store.database import work
from tests.recommender.conftest import Encoders

Put = Callable[[int], str]
Draw = Callable[[int], Image]


@pytest.fixture
def shop(photograph: Put, embed: Callable[[], None], index: IndexKeeper) -> dict[str, list[str]]:
    """Ten items with two photographs each, embedded and in the index."""
    photos = {f"item{n}": [photograph(2 * n), photograph(2 * n + 1)] for n in range(10)}
    for item, names in photos.items():
        search.track(item, names)
    embed()
    index.look()
    return photos


def items(matches: list[search.Match]) -> list[str]:
    return [match.item for match in matches]


def test_similar_items_come_nearest_first_without_the_item_itself(shop):
    matches = search.similar("item0", 5)
    similarities = [match.similarity for match in matches]
    assert len(set(items(matches))) == 5
    assert "item0" not in items(matches)
    assert similarities == sorted(similarities, reverse=True)
    assert all(match.photo in shop[match.item] for match in matches)


def test_an_item_has_one_entry_however_many_photographs_it_has(shop):
    assert sorted(items(search.similar("item0", 50))) == [f"item{n}" for n in range(1, 10)]


def test_a_photo_finds_the_item_it_shows(shop, picture: Draw):
    best = search.by_vector(search.vector_of(picture(6)), 3)[0]
    assert (best.item, best.photo) == ("item3", shop["item3"][0])
    assert best.similarity == pytest.approx(1.0)


def test_a_copy_is_found_within_borders_and_among_what_is_not_listed(shop, picture: Draw):
    letterboxed = ImageOps.expand(picture(6), 30, "black")
    query = search.vector_of(letterboxed)
    best, *_ = search.copies_of(letterboxed, query)
    assert (best.item, best.photo) == ("item3", shop["item3"][0])
    assert best.likeness >= search.COPY_FROM
    search.track("item3", shop["item3"], listed=False)
    among = search.copies_among(letterboxed, query, ["item2", "item3", "unknown"])
    assert [copy.item for copy in among] == ["item3", "item2"]
    assert among[0] == best
    assert search.copies_among(letterboxed, query, ["unknown"]) == []


def test_two_items_are_compared_by_the_photographs_that_are_the_most_alike(
    photograph: Put, embed: Callable[[], None], index: IndexKeeper
):
    for item, seeds in {"one": (1, 2, 3), "other": (4, 2), "alone": ()}.items():
        search.track(item, [photograph(seed) for seed in seeds])
    embed()
    index.look()
    found = search.why_similar("one", "other")
    assert found is not None
    one, other = found
    assert reading_of(one.photo) == reading_of(other.photo)
    assert one.parts is not None
    assert search.why_similar("one", "alone") is None
    assert search.why_similar("alone", "one") is None


def reading_of(photo: str) -> bytes:
    with default_storage.open(photo) as file:
        return file.read()


def test_a_picture_is_compared_with_the_photograph_that_is_the_most_like_it(
    shop, picture: Draw, encoders: Encoders
):
    query = search.vector_of(picture(7))
    found = search.why_like(picture(7), query, "item3")
    assert found is not None
    assert [shown.photo for shown in found] == ["", shop["item3"][1]]
    assert search.why_like(picture(7), query, "unknown") is None
    # What can no longer be read is compared by nothing, and is named all the same.
    default_storage.delete(shop["item3"][1])
    found = search.why_like(picture(7), query, "item3")
    assert found is not None
    photos = [(shown.photo, shown.parts) for shown in found]
    assert photos == [("", None), (shop["item3"][1], None)]
    # By what another encoder made nothing can be told.
    with pytest.raises(SearchUnavailable):
        search.why_like(picture(7), query._replace(encoder="1" * 16), "item3")
    encoders.clear()
    with pytest.raises(SearchUnavailable):
        search.why_like(picture(7), query, "item3")


def test_a_picture_that_shows_no_thing_is_close_to_nothing(
    shop, picture: Draw, monkeypatch: pytest.MonkeyPatch
):
    # Without its thumbnail: the very picture is close, whatever it shows.
    query = search.vector_of(picture(6))._replace(thumbnail=twins.NO_PICTURE)
    weights = tuple((-40 * query.vector).tolist())
    known = Calibration((0, 2), closeness=1.0, agreement=0.0, offset=0.0)
    for domain, close in ((None, True), (Domain(weights, 0.0), False)):
        calibration = replace(known, domain=domain)
        monkeypatch.setattr(search, "_calibration", lambda _, its=calibration: its)
        best = search.by_vector(query, 3)[0]
        assert best.item == "item3"
        assert (best.score > search.CLOSE_FROM) == close
        # Two products of the shop are things, whatever they look like.
        assert search.similar("item3", 1)[0].score > search.CLOSE_FROM


@pytest.mark.parametrize("k", [1, 3])
def test_an_altered_picture_of_the_shop_comes_first_and_is_told_as_such(
    shop, picture: Draw, k: int, monkeypatch: pytest.MonkeyPatch
):
    """Whatever the vector of the altered picture is nearest to."""
    dark = ImageEnhance.Brightness(picture(6)).enhance(0.5)
    nearer = search.vector_of(picture(8))
    mixed = nearer.vector + 0.9 * search.vector_of(picture(6)).vector
    query = search.vector_of(dark)._replace(vector=mixed / np.linalg.norm(mixed))
    monkeypatch.setattr(twins, "NEAR", 0.1)
    first, *others = search.by_vector(query, k)
    assert (first.item, first.photo, first.twin) == ("item3", shop["item3"][0], True)
    assert first.score == 1
    assert not any(match.twin for match in others)
    strange = query._replace(thumbnail=twins.thumbnail(picture(99)))
    assert [match.twin for match in search.by_vector(strange, 3)] == [False] * 3
    assert not any(match.twin for match in search.similar("item3", 3))


def test_the_search_widens_until_enough_are_accepted(shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matching, "FIRST_TAKE", 2)
    asked: list[str] = []
    farthest = items(search.similar("item0", 50))[-2:]

    def accept(candidates: list[str]) -> dict[str, str]:
        asked.extend(candidates)
        return {item: item for item in candidates if item in farthest}

    assert items(search.similar("item0", 1, accept)) == farthest[:1]
    del asked[:]
    assert items(search.similar("item0", 5, accept)) == farthest
    assert len(asked) == len(set(asked)) == 9


def test_an_unknown_item_and_one_without_a_vector_have_nothing_similar(shop, photograph: Put):
    search.track("new", [photograph(99)])
    assert search.similar("new") == search.similar("never heard of") == []


def test_an_empty_shop_finds_nothing(index: IndexKeeper, picture: Draw):
    index.look()
    assert search.by_vector(search.vector_of(picture(1))) == []
    assert search.similar("item0") == []


def test_an_unlisted_item_is_left_out_and_comes_back(shop, index: IndexKeeper, picture: Draw):
    search.track("item3", shop["item3"], listed=False)
    index.look()
    assert "item3" not in items(search.by_vector(search.vector_of(picture(6)), 50))
    assert search.similar("item3") == []
    search.track("item3", shop["item3"])
    index.look()
    assert items(search.by_vector(search.vector_of(picture(6)), 1)) == ["item3"]


def test_a_forgotten_item_is_gone(shop, index: IndexKeeper, picture: Draw):
    search.forget("item3")
    index.look()
    assert "item3" not in items(search.by_vector(search.vector_of(picture(6)), 50))
    assert search.status("item3") == []


def test_tracking_wakes_a_worker_once_and_only_when_there_is_work(
    photograph: Put, index: IndexKeeper, wakes: list[None]
):
    names = [photograph(1), photograph(2)]
    search.track("item", names)
    search.track("item", names)
    assert len(wakes) == 1


def test_a_bulk_import_wakes_a_worker_at_its_end_and_waits_behind_people(
    photograph: Put, index: IndexKeeper, wakes: list[None]
):
    with search.bulk():
        search.track("import", [photograph(1)])
        assert wakes == []
    search.track("person", [photograph(2)])
    assert len(wakes) == 2
    assert {found["item"]: found["bulk"] for found in work().find()} == {
        "import": True,
        "person": False,
    }


def test_an_item_id_with_a_bar_is_refused(index: IndexKeeper):
    with pytest.raises(ValueError, match="must not contain"):
        search.track("a|b", [])


def test_tells_the_state_of_each_photograph(
    photograph: Put, embed: Callable[[], None], index: IndexKeeper
):
    good = photograph(1)
    search.track("item", [good, "photographs/lost.jpg"])
    assert [found.state for found in search.status("item")] == ["waiting", "waiting"]
    embed()
    found = {status.photo: status for status in search.statuses(["item", "other"])["item"]}
    assert (found[good].state, found[good].error) == ("ready", None)
    assert found[good].seconds >= 0
    lost = found["photographs/lost.jpg"]
    assert (lost.state, lost.seconds) == ("failed", None)
    assert lost.error == "The photograph's file is not in the storage any more."
    assert search.statuses(["other"]) == {"other": []}


def test_tells_which_items_have_a_photograph_that_failed(
    photograph: Put, embed: Callable[[], None], index: IndexKeeper
):
    search.track("good", [photograph(1)])
    for item in ("bad", "worse"):
        search.track(item, ["photographs/lost.jpg", "photographs/gone.jpg", photograph(2)])
    assert search.failed(5) == []
    embed()
    assert sorted(search.failed(5)) == ["bad", "worse"]
    assert len(search.failed(1)) == 1


def test_a_failed_photograph_can_be_tried_again(
    photograph: Put, embed: Callable[[], None], index: IndexKeeper, wakes: list[None]
):
    search.track("item", ["photographs/1.png"])
    embed()
    photograph(1)
    del wakes[:]
    assert search.retry("item", "photographs/1.png")
    assert len(wakes) == 1
    embed()
    assert search.status("item")[0].state == "ready"
    assert not search.retry("item", "photographs/1.png")


def test_overview_counts_photographs_by_state(shop, photograph: Put, index: IndexKeeper):
    search.track("new", [photograph(99)])
    overview = search.overview()
    assert overview.encoder == "tiny"
    assert overview.states == {"waiting": 1, "working": 0, "ready": 20, "failed": 0}
    assert overview.size == 20
    assert overview.age >= 0
    assert overview.switching is None


def test_overview_shows_how_far_a_switch_is(shop, embed: Callable[[], None]):
    switching.want("other")
    switching.advance()
    assert search.overview().switching == ("other", 0, 20, None)
    embed()
    assert search.switching_progress() == ("other", 20, 20, None)


def test_warming_up_loads_the_index_and_the_encoder(
    shop, index: IndexKeeper, monkeypatch: pytest.MonkeyPatch
):
    loaded, started = threading.Event(), threading.Event()
    monkeypatch.setattr(index, "start", started.set)
    monkeypatch.setattr(search, "load_encoder", lambda name: loaded.set())
    search.warm_up()
    assert started.is_set()
    assert loaded.wait(10)


# When something is away


def away(*args: object, **kwargs: object) -> None:
    raise ServerSelectionTimeoutError("no server")


def test_what_is_in_memory_answers_while_the_store_is_away(
    shop, index: IndexKeeper, monkeypatch: pytest.MonkeyPatch
):
    before = search.similar("item0")
    monkeypatch.setattr(switching, "current", away)
    with pytest.raises(ServerSelectionTimeoutError):
        index.look()
    assert search.similar("item0") == before
    for call in (search.overview, lambda: search.track("new", ["x"]), lambda: search.status("a")):
        with pytest.raises(SearchUnavailable):
            call()


def test_with_nothing_in_memory_the_search_is_unavailable(index: IndexKeeper, picture: Draw):
    with pytest.raises(SearchUnavailable):
        search.similar("item0")
    with pytest.raises(SearchUnavailable):
        search.by_vector(search.vector_of(picture(1)))


def test_what_is_searched_again_is_not_encoded_again(shop, encoders, picture: Draw):
    query = search.vector_of(picture(6))
    encoded = encoders["tiny"].encoded
    assert (query.encoder, query.vector.dtype) == ("0" * 16, np.float32)
    assert search.is_current(query)
    assert items(search.by_vector(query, 3)) == items(search.by_vector(query, 3))
    assert items(search.by_vector(query, 1)) == ["item3"]
    assert encoders["tiny"].encoded == encoded


def test_a_vector_of_another_encoder_finds_nothing(shop, picture: Draw):
    old = search.vector_of(picture(6))._replace(encoder="1" * 16)
    assert not search.is_current(old)
    with pytest.raises(SearchUnavailable):
        search.by_vector(old)


def test_a_photo_search_is_unavailable_when_the_serving_encoder_is_gone(
    shop, encoders, picture: Draw
):
    encoders["tiny"].fingerprint = "f" * 16
    with pytest.raises(SearchUnavailable):
        search.by_vector(search.vector_of(picture(1)))
    del encoders["tiny"]
    with pytest.raises(SearchUnavailable):
        search.by_vector(search.vector_of(picture(1)))


def test_without_a_broker_tracking_succeeds(
    photograph: Put, index: IndexKeeper, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()

    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("recommender.tasks.embed_waiting.apply_async", refuse)
    search.embed_now()
    assert reading.unfinished("0" * 16) == 0


def test_a_damaged_calibration_is_read_again_a_minute_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    weights = tmp_path / "fashion.npz"
    weights.symlink_to(source.FASHION_FILE)
    whole = source.FASHION_FILE.with_suffix(".json").read_text()
    weights.with_suffix(".json").write_text(whole[:-20])
    monkeypatch.setattr(source, "FASHION_FILE", weights)
    serving = switching.EncoderRef("fashion", encoder.fingerprint_of("fashion"))
    # Another test may have asked for the whole one just now.
    search._calibration.cache.clear()
    assert search._calibration(serving) is None

    weights.with_suffix(".json").write_text(whole)
    search._calibration.cache.expire(time.monotonic() + search.CALIBRATION_LIFE_S)
    assert search._calibration(serving) == encoder.calibration_of("fashion") is not None


def test_a_photo_is_looked_at_without_its_bars(shop, picture: Draw):
    whole = picture(6).resize((120, 160))
    look = search.look_at(ImageOps.expand(whole, (90, 0), "black"))
    assert abs(look.picture.width - 120) <= 4
    assert items(search.by_vector(look.query, 1)) == ["item3"]
    assert search.look_at(whole).picture is whole


def test_nothing_is_looked_at_without_an_index_or_the_serving_encoder(
    shop, encoders, picture: Draw
):
    encoders["tiny"].fingerprint = "f" * 16
    with pytest.raises(SearchUnavailable):
        search.look_at(picture(1))
