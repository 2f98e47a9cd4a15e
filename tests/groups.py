"""How processes share the suite: which tests keep together, and which of them begin.

Each process has a folder, databases and servers of its own. What is dear to make is made in one of
them alone, to which every test goes that wants it. Otherwise a file keeps together, for what its
tests share.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from _pytest.fixtures import SubRequest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Fixtures that are dear to make, and the groups of those who want them: the first one counts. Both
# the browser's tests and others want a running shop, which is made twice, as they take half of all.
DEAR = {
    "browser": "browser",
    "running_shop": "running shop",
    "postgres": "postgresql",
    "sql_environment": "postgresql",
    "keras": "keras",
}


# Those that take time of the processor for as long as they are there, even where nobody asks
# anything of them: a tenth of a core for a shop.
RESTLESS = ("browser", "running_shop")


class Groups(LoadScopeScheduling):
    """Hands out whole groups in the order of the collection; `record` says each test's group.

    xdist's own "loadgroup" writes the group into the test's id, where pytest 9.2 does not find it.
    """

    def __init__(self, config: pytest.Config, log: Producer, record: Path) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)
        self._record = record

    @cached_property
    def _groups(self) -> dict[str, str]:
        groups: dict[str, str] = json.loads(self._record.read_text())
        return groups

    def _split_scope(self, nodeid: str) -> str:
        return self._groups[nodeid]


def keep_together(items: list[pytest.Item], record: Path) -> None:
    """Sorts the tests by their groups, and writes those down.

    What is slow comes first: at the end it would keep one process busy and leave the others idle.
    """
    groups = {item.nodeid: _group_of(item) for item in items}
    slow = Counter(groups[item.nodeid] for item in items if item.get_closest_marker("slow"))
    tests = Counter(groups.values())

    def place(item: pytest.Item) -> tuple[int, int, str]:
        group = groups[item.nodeid]
        return -slow[group], -tests[group], group

    items.sort(key=place)
    record.write_text(json.dumps(groups))


def _group_of(item: pytest.Item) -> str:
    dear = wants_dear(item)
    return DEAR[dear[0]] if dear else item.nodeid.partition("::")[0]


def wants_dear(item: pytest.Item) -> list[str]:
    """The dear fixtures that a test wants."""
    wanted = getattr(item, "fixturenames", ())
    return [name for name in DEAR if name in wanted]


class Ends:
    """Ends the restless as soon as a process goes on to tests that want none of them."""

    def __init__(self) -> None:
        self._there: dict[str, tuple[pytest.FixtureDef[Any], SubRequest]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: SubRequest
    ) -> Iterator[None]:
        if fixturedef.argname in RESTLESS:
            self._there[fixturedef.argname] = fixturedef, request
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> Iterator[None]:
        ended = yield
        wanted = getattr(nextitem, "fixturenames", ())
        for name in self._there.keys() - set(wanted):
            fixture, request = self._there.pop(name)
            # Made anew, should another test want it later on.
            fixture.finish(request)
        return ended
