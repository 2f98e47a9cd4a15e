from collections.abc import Callable

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from recommender import search, switching
from recommender.index import snapshot
from recommender.management.commands import switch_encoder
from recommender.serving import building, checking
from recommender.serving.keeper import IndexKeeper
from recommender.store import claiming, database, reading, tracking
from recommender.store.database import stored, work

A, B = "0" * 16, "1" * 16
Put = Callable[[int], str]

pytestmark = pytest.mark.usefixtures("index")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return lambda: " ".join(capsys.readouterr().out.split())


def test_embed_embeds_what_waits(photograph: Put, said):
    search.track("item", [photograph(1), photograph(2), "photographs/lost.jpg"])
    call_command("embed")
    assert "2 photographs ready, 1 failed." in said()
    call_command("embed")
    assert "Every photograph has its vector." in said()


@pytest.mark.parametrize("options", [{}, {"everything": True}])
def test_embed_brings_lost_embeddings_back(photograph: Put, said, settings, options):
    settings.TRACK_EVERYTHING = f"{__name__}.track_lost"
    lost.append(photograph(1))
    if options:
        search.track("other", [photograph(2)])
    call_command("embed", **options)
    assert f"{1 + len(options)} photograph" in said()
    lost.clear()


lost: list[str] = []


def track_lost() -> None:
    search.track("item", lost)


def test_embed_can_watch_the_workers(photograph: Put, embed, said, monkeypatch):
    search.track("item", [photograph(1)])
    monkeypatch.setattr("recommender.management.commands.embed.sleep", lambda _: embed())
    call_command("embed", "--watch")
    assert "1 photograph ready, 0 failed." in said()


def replace(photo: str, seed: int, picture: Callable[[int], Image.Image]) -> None:
    """Write another picture into a photograph's file."""
    with default_storage.open(photo, "wb") as file:
        picture(seed).save(file, "PNG")


def vector_of(item: str) -> np.ndarray:
    (_, row) = reading.load(reading.listed_of(item, A))
    return row


def test_embed_again_takes_what_was_changed_in_place(
    photograph: Put, picture, embed, index: IndexKeeper, said
):
    photo = photograph(1)
    search.track("item", [photo])
    search.track("other", [photograph(2)])
    embed()
    index.look()
    before, others = vector_of("item"), vector_of("other")
    replace(photo, 3, picture)
    call_command("embed", "--again", "item")
    assert "2 photographs ready, 0 failed." in said()
    assert not np.allclose(vector_of("item"), before)
    np.testing.assert_array_equal(vector_of("other"), others)
    np.testing.assert_array_equal(
        index.look().index.vectors_of([f"item|{photo}|{A}"]), vector_of("item")
    )


def test_until_then_the_old_vector_serves(photograph: Put, index: IndexKeeper, embed):
    search.track("item", [photograph(1)])
    embed()
    tracking.requeue_item("item", [A])
    assert search.status("item")[0].state == "waiting"
    assert len(index.look().index) == 1
    assert building.build(always=True) == 1
    assert len(IndexKeeper().look().index) == 1
    assert search.index_report().belonging == 1
    assert claiming.claim(A, limit=1, lease=60.0)
    database.bump()
    assert len(index.look().index) == 1
    work().update_many({}, {"$set": {"lease": 0.0}})
    search.forget("item")
    assert len(index.look().index) == 0


def test_what_cannot_be_read_again_keeps_its_vector_and_is_said_to_have_failed(
    photograph: Put, index: IndexKeeper, embed
):
    photo = photograph(1)
    search.track("item", [photo])
    embed()
    default_storage.delete(photo)
    call_command("embed", "--again", "item")
    assert search.status("item")[0].state == "failed"
    assert len(index.look().index) == 1
    assert search.retry("item", photo)
    assert len(index.look().index) == 1


def test_a_worker_that_read_the_old_file_does_not_have_the_last_word(photograph: Put, index, embed):
    search.track("item", [photograph(1)])
    early = claiming.claim(A, limit=1, lease=60.0)
    assert early
    assert tracking.requeue_item("item", [A]) == 1
    claiming.store(early, [early.jobs[0].id], np.eye(1, 12, dtype=np.float32))
    assert search.status("item")[0].state == "waiting"
    embed()
    assert not np.allclose(vector_of("item"), np.eye(1, 12))


def test_embed_again_says_that_it_does_not_know_an_item():
    with pytest.raises(CommandError, match="item nobody was ever listed"):
        call_command("embed", "--again", "nobody")


def test_build_index_publishes_a_snapshot(settings, photograph: Put, embed, said):
    call_command("build_index")
    assert "There is no vector yet" in said()
    search.track("item", [photograph(1)])
    embed()
    call_command("build_index")
    assert "The index holds 1 vector." in said()
    assert snapshot.open_latest(settings.INDEX_DIR, A) is not None


def test_build_index_says_when_another_one_is_at_it():
    with building._alone(), pytest.raises(CommandError, match="Another process"):
        call_command("build_index")


@pytest.mark.slow
def test_check_index_says_that_it_is_sound_and_keeps_that(photograph: Put, embed, said):
    for seed in range(12):
        search.track(f"item {seed}", [photograph(seed)])
    embed()
    call_command("check_index")
    assert "finds 100.0% of the nearest" in said()
    assert search.index_report().found.rows == 12


def test_check_index_fails_where_something_is_amiss(photograph: Put, embed, monkeypatch):
    monkeypatch.setattr(checking, "PAUSE_S", 0.0)
    search.track("item", [photograph(1)])
    embed()
    stored().delete_many({})
    with pytest.raises(CommandError, match=r"lacks: 1; .* Rebuild it"):
        call_command("check_index")
    assert search.index_report().found.missing == 1


@pytest.fixture
def other(encoders, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(search, "ENCODERS", tuple(encoders))
    monkeypatch.setattr(switch_encoder, "fingerprint_of", encoders.fingerprint)
    return "other"


def test_switch_encoder_waits_until_the_new_one_serves(
    photograph: Put, embed, other: str, said, monkeypatch
):
    search.track("item", [photograph(1)])
    embed()
    monkeypatch.setattr("recommender.management.commands.switch_encoder.sleep", lambda _: embed())
    call_command("switch_encoder", other)
    assert "other serves." in said()
    assert switching.current().serving.fingerprint == B


def test_switch_encoder_can_come_back_at_once(photograph: Put, embed, other: str, wakes, said):
    search.track("item", [photograph(1)])
    embed()
    del wakes[:]
    call_command("switch_encoder", other, "--no-wait")
    assert switching.current().target == ("other", B)
    assert len(wakes) == 1


def test_switch_encoder_says_why_it_cannot_go_on(
    photograph: Put, embed, encoders, other: str, monkeypatch
):
    search.track("item", [photograph(1)])
    embed()
    fingerprint = encoders.pop(other).fingerprint
    monkeypatch.setattr(switching.encoders, "fingerprint_of", lambda name: fingerprint)
    monkeypatch.setattr(search, "missing_for", lambda name: None)
    monkeypatch.setattr(switch_encoder, "fingerprint_of", lambda name: fingerprint)
    monkeypatch.setattr("recommender.management.commands.switch_encoder.sleep", lambda _: embed())
    with pytest.raises(CommandError, match="other Until it is mended"):
        call_command("switch_encoder", other)


def test_switch_encoder_refuses_what_this_machine_cannot_load(encoders, monkeypatch):
    monkeypatch.setattr(search, "missing_for", lambda name: "This needs tensorflow: ...")
    with pytest.raises(CommandError, match="This needs tensorflow"):
        call_command("switch_encoder", "imagenet")
    assert switching.current().target is None


def test_switch_encoder_refuses_a_name_it_does_not_know():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("switch_encoder", "resnet9000")
