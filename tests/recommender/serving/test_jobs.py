import threading
from collections.abc import Callable

import pytest

from claims import leases
from claims.leases import ATTEMPTS
from recommender import tasks
from recommender.serving import building, jobs
from recommender.serving.jobs import Job, Standing, State
from recommender.store.database import Document, state
from recommender.store.reading import Progress
from tests.processes import wait_until

pytestmark = pytest.mark.usefixtures("store")


def standing(job: Job = Job.CHECK) -> Standing:
    return jobs.standings()[job]


def nothing(progress: Progress) -> Document:
    return {"found": "nothing"}


def never(progress: Progress) -> Document:
    pytest.fail("It was not to be done.")


def let_the_lease_run_out() -> None:
    state().update_one({"_id": Job.CHECK}, {"$set": {"lease": 0.0}})


def test_nothing_was_asked_yet():
    assert standing() == Standing(State.IDLE, 0, 0, None, None, None)
    assert not jobs.is_any_free()
    jobs.run(Job.CHECK, never)


def test_what_was_asked_is_done_once_and_its_result_kept():
    jobs.ask(Job.CHECK)
    assert standing().state == State.WAITING
    assert jobs.is_any_free()
    jobs.run(Job.CHECK, nothing)
    jobs.run(Job.CHECK, never)
    done = standing()
    assert (done.state, done.result) == (State.DONE, {"found": "nothing"})
    assert done.finished is not None
    assert standing(Job.REBUILD).state == State.IDLE


def test_asking_twice_is_asking_once():
    def again(progress: Progress) -> Document:
        jobs.ask(Job.CHECK)
        assert standing().state == State.RUNNING
        return {}

    jobs.ask(Job.CHECK)
    jobs.ask(Job.CHECK)
    jobs.run(Job.CHECK, again)
    jobs.run(Job.CHECK, never)


def test_the_last_result_is_kept_until_there_is_another():
    jobs.record(Job.CHECK, {"number": 1})
    jobs.ask(Job.CHECK)
    assert standing().result == {"number": 1}
    jobs.run(Job.CHECK, lambda progress: {"number": 2})
    assert standing().result == {"number": 2}


def test_nobody_takes_what_another_one_is_at():
    def meanwhile(progress: Progress) -> Document:
        assert not jobs.is_any_free()
        jobs.run(Job.CHECK, never)
        return {}

    jobs.ask(Job.CHECK)
    jobs.run(Job.CHECK, meanwhile)
    assert standing().state == State.DONE


def test_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leases, "RENEW_S", 0.01)

    def half(progress: Progress) -> Document:
        progress(5, 10)
        wait_until(lambda: standing().done == 5)
        assert standing().total == 10
        return {}

    jobs.ask(Job.CHECK)
    jobs.run(Job.CHECK, half)
    assert (standing().done, standing().total) == (0, 0)


def test_a_lease_lasts_as_long_as_the_work(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leases, "RENEW_S", 0.01)

    def long(progress: Progress) -> Document:
        let_the_lease_run_out()
        wait_until(lambda: not jobs.is_any_free())
        return {}

    jobs.ask(Job.CHECK)
    jobs.run(Job.CHECK, long)
    assert standing().state == State.DONE


def killed(progress: Progress) -> Document:
    raise KeyboardInterrupt


def test_what_a_dead_worker_held_goes_to_the_next():
    jobs.ask(Job.CHECK)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(Job.CHECK, killed)
    jobs.run(Job.CHECK, never)
    let_the_lease_run_out()
    jobs.run(Job.CHECK, nothing)
    assert standing().state == State.DONE


def test_what_kills_its_workers_is_given_up():
    jobs.ask(Job.CHECK)
    for _ in range(ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            jobs.run(Job.CHECK, killed)
        let_the_lease_run_out()
    jobs.run(Job.CHECK, never)
    assert standing().state == State.FAILED
    assert "stopped 3 times" in str(standing().error)
    jobs.ask(Job.CHECK)
    jobs.run(Job.CHECK, nothing)
    assert (standing().state, standing().error) == (State.DONE, None)


def test_whoever_lost_the_claim_changes_nothing():
    def overtaken(progress: Progress) -> Document:
        let_the_lease_run_out()
        jobs.run(Job.CHECK, lambda progress: {"by": "the next"})
        return {"by": "the first"}

    jobs.ask(Job.CHECK)
    jobs.run(Job.CHECK, overtaken)
    assert standing().result == {"by": "the next"}


def test_an_error_is_told_and_the_last_result_stays():
    def broken(progress: Progress) -> Document:
        raise OSError("The disk is full.")

    jobs.record(Job.CHECK, {"number": 1})
    jobs.ask(Job.CHECK)
    jobs.run(Job.CHECK, broken)
    assert (standing().state, standing().error) == (State.FAILED, "The disk is full.")
    assert standing().result == {"number": 1}
    assert not jobs.is_any_free()


# In the worker


@pytest.fixture
def calls(encoders, wakes, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    sent: list[None] = []
    monkeypatch.setattr(tasks, "call_to_index", lambda: sent.append(None))
    return sent


def test_the_sweep_finds_what_no_message_told_of(calls: list[None]):
    tasks.sweep()
    assert calls == []
    jobs.ask(Job.REBUILD)
    tasks.sweep()
    assert calls == [None]


def test_a_rebuild_waits_for_the_one_under_way(calls: list[None]):
    jobs.ask(Job.REBUILD)
    with building._alone():
        tasks.tend_index()
    assert standing(Job.REBUILD).state == State.WAITING
    state().update_one({"_id": Job.REBUILD}, {"$set": {"lease": 0.0}})
    tasks.tend_index()
    assert standing(Job.REBUILD).result == {"rows": 0}


def test_two_workers_share_what_is_asked(calls: list[None], monkeypatch: pytest.MonkeyPatch):
    done: list[str] = []
    beside = threading.Barrier(2, timeout=10)

    def work(name: str) -> Callable[[Progress], Document]:
        def run(progress: Progress) -> Document:
            beside.wait()
            done.append(name)
            return {}

        return run

    monkeypatch.setattr(tasks, "_rebuild", work("rebuild"))
    monkeypatch.setattr(tasks, "_check", work("check"))
    jobs.ask(Job.REBUILD)
    jobs.ask(Job.CHECK)
    workers = [threading.Thread(target=tasks.tend_index) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == ["check", "rebuild"]
