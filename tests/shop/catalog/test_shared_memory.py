"""What processes share by memory: right or not there, whoever writes, reads and dies meanwhile."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.shared_memory import KEY_BYTES, MOST_BYTES, SLOTS_OF_A_KEY, SharedMemory
from tests.shop.catalog import forked

keys = st.integers(0, 30).map(lambda number: bytes([number]) * KEY_BYTES)


def key(number: int) -> bytes:
    return number.to_bytes(KEY_BYTES)


@given(st.lists(st.tuples(keys, st.binary(max_size=40)), max_size=60))
def test_what_was_put_last_is_there_or_nothing(puts: list[tuple[bytes, bytes]]) -> None:
    memory, told = SharedMemory(4 * SLOTS_OF_A_KEY), dict[bytes, bytes]()
    for put in puts:
        memory.put(*put)
        told |= [put]
        assert memory.get(put[0]) == put[1]
    assert all(memory.get(key) in (content, None) for key, content in told.items())


def test_the_oldest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = SharedMemory(SLOTS_OF_A_KEY)
    for number in (1, 2, 3, 4, 1, 5):
        memory.put(key(number), f"content {number}".encode())
    found = [memory.get(key(number)) for number in (1, 2, 3, 4, 5)]
    assert found == [b"content 1", None, b"content 3", b"content 4", b"content 5"]


def test_what_is_too_large_is_not_kept_and_harms_nothing() -> None:
    memory = SharedMemory(2 * SLOTS_OF_A_KEY)
    largest = {key(number): os.urandom(MOST_BYTES) for number in range(SLOTS_OF_A_KEY)}
    for one, content in largest.items():
        memory.put(one, content)
    memory.put(key(99), bytes(MOST_BYTES + 1))
    assert memory.get(key(99)) is None
    assert {one: memory.get(one) for one in largest} == largest


def test_begun_anew_it_is_empty() -> None:
    memory = SharedMemory(SLOTS_OF_A_KEY)
    memory.put(key(1), b"content")
    memory.forget()
    assert memory.get(key(1)) is None
    memory.put(key(1), b"other")
    assert memory.get(key(1)) == b"other"


@pytest.mark.slow
def test_processes_that_were_forked_see_what_the_others_put() -> None:
    forked.start(forked.put, b"from one").join()
    here, there = forked.CONTEXT.Pipe()
    forked.start(forked.tell, there)
    assert here.recv() == b"from one"
    # This process is none of them.
    assert forked.MEMORY.get(forked.KEY) is None


@pytest.mark.slow
def test_what_is_written_and_read_at_once_is_whole_or_not_there() -> None:
    begun = [forked.CONTEXT.Event() for _ in range(2)]
    writers = [
        forked.start(forked.put_again_and_again, sign, one)
        for sign, one in zip((b"a", b"b"), begun, strict=True)
    ]
    here, there = forked.CONTEXT.Pipe()
    try:
        assert all(one.wait(60) for one in begun)
        forked.start(forked.read_again_and_again, 2000, there)
        seen = here.recv()
    finally:
        for writer in writers:
            writer.kill()
    assert seen
    assert seen.keys() <= {sign * forked.BYTES for sign in (b"a", b"b")}
    # Whoever dies in the middle of writing leaves nothing that others stumble over.
    forked.start(forked.put, b"after them").join()
    forked.start(forked.tell, there)
    assert here.recv() == b"after them"
