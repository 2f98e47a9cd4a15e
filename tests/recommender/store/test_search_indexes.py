"""Search indexes in MongoDB: who makes them, when, and what is said where they are missing."""

from collections.abc import Callable

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recommender import search, switching, tasks
from recommender.index import snapshot
from recommender.serving import building
from recommender.serving import keeper as keepers
from recommender.serving.keeper import EncoderKeeper, IndexKeeper
from recommender.store import database, reading, search_indexes
from shop.operations import doctor
from shop.operations.doctor import State
from tests.recommender.search_node import SearchNode

A, B = "0" * 16, "1" * 16

DEFINITION = {
    "name": "vectors_12",
    "type": "vectorSearch",
    "definition": {
        "fields": [
            {"type": "vector", "path": "vector", "numDimensions": 12, "similarity": "cosine"},
            {"type": "filter", "path": "encoder"},
            {"type": "filter", "path": "listed"},
            {"type": "filter", "path": "item"},
        ]
    },
}

pytestmark = pytest.mark.usefixtures("search_node", "wakes")


@pytest.fixture
def photographs(encoders, photograph, embed) -> None:
    """Two items with a vector each."""
    search.track("a", [photograph(1)])
    search.track("b", [photograph(2)])
    embed()


@pytest.mark.usefixtures("photographs")
def test_one_definition_for_all_vectors_of_a_length(search_node: SearchNode):
    search_indexes.prepare([A])
    assert search_node.indexes == {"vectors_12": DEFINITION}
    search_indexes.prepare([A])
    created = [request for request in search_node.requests if "createSearchIndexes" in request]
    assert [request["createSearchIndexes"] for request in created] == ["embedding_vectors"]


@pytest.mark.usefixtures("encoders")
def test_without_a_vector_there_is_nothing_to_index(search_node: SearchNode):
    search_indexes.prepare([A])
    assert search_node.indexes == {}
    assert search_indexes.trouble(A) is None


@pytest.mark.usefixtures("photographs")
def test_what_no_encoder_needs_is_dropped_and_nothing_else(search_node: SearchNode):
    search_node.indexes = {name: {"name": name} for name in ("vectors_2048", "somebody's")}
    search_indexes.prepare([A])
    assert search_node.indexes.keys() == {"vectors_12", "somebody's"}


@pytest.mark.usefixtures("photographs")
def test_memory_needs_no_search_index(settings):
    settings.INDEX = "memory"
    assert search_indexes.trouble(A) is None


# Building


@pytest.mark.usefixtures("photographs")
def test_build_index_has_mongodb_build(search_node: SearchNode, capsys, settings):
    call_command("build_index")
    assert "The index holds 2 vectors." in capsys.readouterr().out
    assert search_node.indexes.keys() == {"vectors_12"}
    assert snapshot.latest(settings.INDEX_DIR, A) is None


@pytest.mark.usefixtures("photographs")
def test_build_index_sends_back_what_has_lost_its_vector():
    database.stored().delete_many({"item": "b"})
    assert building.build(always=True) == 1
    assert database.work().find_one({"item": "b"})["state"] == "waiting"


@pytest.mark.usefixtures("photographs")
def test_without_search_nodes_build_index_says_what_to_do(
    settings, stand_in: str, remake_clients: Callable[[], None], caplog
):
    settings.MONGODB_URI = stand_in
    remake_clients()
    with pytest.raises(CommandError, match="needs Atlas or search nodes"):
        call_command("build_index")
    tasks.rebuild_snapshot()
    assert "No index is built: MongoDB's Vector Search refuses" in caplog.text


# Keeping


def test_the_setting_chooses_who_keeps_the_index(settings):
    for choice, kind in (("mongodb", EncoderKeeper), ("memory", IndexKeeper)):
        settings.INDEX = choice
        keepers._keepers.clear()
        assert type(keepers.keeper()) is kind
    keepers._keepers.clear()


@pytest.mark.usefixtures("photographs")
def test_nothing_is_loaded(keeper, monkeypatch: pytest.MonkeyPatch):
    read: list[object] = []
    monkeypatch.setattr(reading, "load", lambda *seen: read.append(seen))
    monkeypatch.setattr(reading, "changes", lambda *seen: read.append(seen))
    keeper.look()
    keeper.look()
    assert read == []
    assert keeper.age is not None
    assert len(keeper.view().index) == 2


# Changing the encoder


@pytest.mark.usefixtures("photographs")
def test_the_next_encoder_serves_once_mongodb_can_search_its_vectors(
    search_node: SearchNode, encoders, embed, keeper, monkeypatch: pytest.MonkeyPatch
):
    building.build(always=False)
    keeper.look()
    make_wider(encoders["other"], monkeypatch)
    search.switch_encoder("other")
    tasks.sweep()
    embed()
    tasks.sweep()
    assert switching.current().serving.fingerprint == A
    search_node.building = True
    tasks.rebuild_snapshot()
    tasks.sweep()
    assert switching.current().serving.fingerprint == A
    search_node.building = False
    tasks.sweep()
    assert switching.current().serving.fingerprint == B
    keeper.look()
    assert [match.item for match in search.similar("a")] == ["b"]
    # Processes that have not moved over yet still find the old one's vectors.
    tasks.rebuild_snapshot()
    assert search_node.indexes.keys() == {"vectors_12", "vectors_24"}


@pytest.mark.usefixtures("photographs")
def test_a_retired_encoder_takes_its_search_index_along(
    search_node: SearchNode, encoders, embed, monkeypatch: pytest.MonkeyPatch
):
    make_wider(encoders["other"], monkeypatch)
    search.switch_encoder("other")
    tasks.sweep()
    embed()
    tasks.rebuild_snapshot()
    tasks.sweep()
    monkeypatch.setattr(switching, "RETIRED_FOR", -switching.RETIRED_FOR)
    tasks.sweep()
    tasks.rebuild_snapshot()
    assert search_node.indexes.keys() == {"vectors_24"}


def make_wider(encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let its vectors be twice as long as those of the serving one."""
    row = encoder._row
    monkeypatch.setattr(encoder, "_row", lambda picture: np.tile(row(picture), 2) / np.sqrt(2))


# Telling


@pytest.mark.usefixtures("photographs")
def test_doctor_tells_what_keeps_mongodb_from_searching(
    search_node: SearchNode, keeper, monkeypatch: pytest.MonkeyPatch
):
    keeper.look()
    *_, finding = doctor.recommender()
    assert finding.state is State.FAULT
    assert "no search index vectors_12 yet" in finding.remedy
    building.build(always=False)
    *_, finding = doctor.recommender()
    assert (finding.state, finding.remedy) == (State.OK, "")
    search_node.building = True
    *_, finding = doctor.recommender()
    assert "not ready yet (status: BUILDING)" in finding.remedy
