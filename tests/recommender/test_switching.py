import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from recommender import search, switching
from recommender.serving.keeper import IndexKeeper
from recommender.store import two_encoders
from recommender.store.database import state, stored, work
from recommender.switching import EncoderRef

A, B = "0" * 16, "1" * 16
Put = Callable[[int], str]
Embed = Callable[[], None]


@pytest.fixture(autouse=True)
def shop(photograph: Put, embed: Embed, index: IndexKeeper) -> None:
    for n in range(3):
        search.track(f"item{n}", [photograph(n)])
    embed()
    index.look()


def want(name: str) -> None:
    """Asks for an encoder and lets a worker take it up."""
    switching.want(name)
    switching.advance()


def photographs(encoder: str) -> dict[str, str]:
    return {found["item"]: found["state"] for found in work().find({"encoder": encoder})}


def retire_now() -> None:
    """Lets the time that old vectors are kept run out."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    for entry in state().find_one({"_id": "encoder"})["retired"]:
        state().update_one({"_id": "encoder"}, {"$pull": {"retired": entry}})
        state().update_one({"_id": "encoder"}, {"$push": {"retired": entry | {"at": past}}})


def test_the_configured_encoder_serves_at_first():
    now = switching.current()
    assert now.serving == EncoderRef("tiny", A)
    assert (now.target, now.fingerprints) == (None, (A,))


def test_the_old_encoder_serves_until_the_new_one_is_complete(embed: Embed):
    want("other")
    assert switching.current().fingerprints == (A, B)
    assert set(photographs(B).values()) == {"waiting"}
    assert switching.advance().serving.fingerprint == A
    embed()
    assert switching.advance().serving == EncoderRef("other", B)


def test_a_photograph_that_fails_does_not_hold_up_the_switch(embed: Embed):
    search.track("lost", ["photographs/lost.png"])
    embed()
    want("other")
    embed()
    assert switching.advance().serving.fingerprint == B


def test_what_is_uploaded_meanwhile_is_embedded_for_both(photograph: Put, embed: Embed):
    want("other")
    search.track("new", [photograph(9)])
    assert photographs(A)["new"] == photographs(B)["new"] == "waiting"
    assert switching.advance().serving.fingerprint == A
    embed()
    assert search.status("new")[0].state == "ready"


def test_what_is_deleted_meanwhile_stays_deleted(embed: Embed, index: IndexKeeper):
    want("other")
    search.forget("item1")
    embed()
    switching.advance()
    index.look()
    assert index.view().index.ids() == [
        f"item0|photographs/0.png|{B}",
        f"item2|photographs/2.png|{B}",
    ]


def test_the_vectors_of_the_old_one_are_deleted_once_every_reader_moved_on(embed: Embed):
    want("other")
    embed()
    switching.advance()
    assert photographs(A)
    retire_now()
    switching.advance()
    assert photographs(A) == {}
    assert {found["encoder"] for found in stored().find()} == {B}
    assert switching.current().retired == ()


def test_an_interrupted_copying_is_made_up_for(monkeypatch: pytest.MonkeyPatch, embed: Embed):
    with monkeypatch.context() as patch:
        patch.setattr(two_encoders, "copy_work", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            want("other")
    assert photographs(B) == {}
    assert switching.advance().serving.fingerprint == A
    assert len(photographs(B)) == 3
    embed()
    assert switching.advance().serving.fingerprint == B


def test_what_another_process_has_just_listed_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    copy_work = two_encoders.copy_work

    def listed_by_another_first(source: str, target: str) -> int:
        copy_work(source, target)
        return copy_work(source, target)

    monkeypatch.setattr(two_encoders, "copy_work", listed_by_another_first)
    want("other")
    assert switching.advance().serving.fingerprint == A


def test_a_switch_given_up_deletes_what_it_made(embed: Embed):
    want("other")
    embed()
    want("tiny")
    assert switching.current().target is None
    retire_now()
    switching.advance()
    assert photographs(B) == {}
    assert len(photographs(A)) == 3


def test_a_switch_there_and_back_keeps_what_it_can(embed: Embed, encoders):
    want("other")
    embed()
    switching.advance()
    before = encoders["tiny"].encoded
    want("tiny")
    retire_now()
    switching.advance()
    assert switching.current().serving.fingerprint == A
    assert (encoders["tiny"].encoded, len(photographs(A))) == (before, 3)


def test_a_changed_setting_starts_a_switch(settings):
    settings.ENCODER = "other"
    assert switching.advance().target == EncoderRef("other", B)


def test_what_a_person_asked_for_outlives_the_setting_that_stays():
    want("other")
    assert switching.advance().target == EncoderRef("other", B)


def test_changed_weights_start_a_switch(encoders):
    encoders["tiny"].fingerprint = "e" * 16
    assert switching.advance().target == EncoderRef("tiny", "e" * 16)


def test_an_encoder_that_is_not_to_be_had_changes_nothing(settings):
    settings.ENCODER = "missing"
    now = switching.advance()
    assert (now.serving, now.target) == (EncoderRef("tiny", A), None)


def test_no_answer_mixes_the_vectors_of_two_encoders(embed: Embed, index: IndexKeeper, encoders):
    """The two have vectors of different lengths: a mixture would not even compute."""

    def longer(pictures) -> np.ndarray:
        rows = np.eye(len(list(pictures)), 30, dtype=np.float32) + 0.5
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encoders["other"].encode = longer
    want("other")
    for step in (index.look, embed, index.look, switching.advance, index.look):
        step()
        assert len(search.similar("item0")) == 2
    assert index.view().encoder.fingerprint == B
