"""Which part of the recommender may use which other: the arrows of docs/architecture.md."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
DJANGO = ("django", "pymongo", "bson", "celery", "kombu")


def modules(*folders: str) -> dict[str, Path]:
    found = {}
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The names that a file imports anywhere in it, each with the module that it is from."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{name.name}" for name in node.names)


def within(name: str, *rooms: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def users(of: tuple[str, ...], *folders: str, but: tuple[str, ...] = ()) -> set[str]:
    """The modules of the folders that import one of these."""
    return {
        module
        for module, path in modules(*folders).items()
        if not within(module, *but) and any(within(name, *of) for name in imported(path))
    }


def recommenders(module: str) -> set[str]:
    """The modules of the recommender that one of them uses."""
    return used(module, modules("recommender"))


def used(module: str, known: dict[str, Path]) -> set[str]:
    """Those of the known modules that one of them uses."""
    names = (name if name in known else name.rpartition(".")[0] for name in imported(known[module]))
    return {name for name in names if name in known}


def test_the_index_is_pure():
    assert users(DJANGO, "recommender/index") == set()
    for module in modules("recommender/index"):
        assert [n for n in recommenders(module) if not within(n, "recommender.index")] == []


def test_what_people_do_is_pure_arithmetic():
    assert users(DJANGO, "recommender/behaviour") == set()
    for module in modules("recommender/behaviour"):
        assert [n for n in recommenders(module) if not within(n, "recommender.behaviour")] == []


def test_the_store_knows_nothing_of_what_is_made_of_it():
    below = ("recommender.store", "recommender.conf")
    for module in modules("recommender/store"):
        assert [n for n in recommenders(module) if not within(n, *below)] == []
    assert recommenders("recommender.conf") == set()


def test_the_recommender_knows_nothing_of_the_shop():
    around = ("shop", "drawings", "celery_app", "bench", "tests")
    assert users(around, "recommender") == set()


def test_nothing_uses_the_lab_but_its_own_commands():
    commands = "recommender.management.commands"
    assert users(("recommender.lab",), "recommender", "shop", but=("recommender.lab",)) == {
        f"{commands}.compare_models",
        f"{commands}.evaluate",
        f"{commands}.fuse_towers",
        f"{commands}.prepare",
        f"{commands}.recommend",
        f"{commands}.train",
        f"{commands}.train_encoder",
        f"{commands}.tune_tower",
    }


@pytest.mark.parametrize("face", ["recommender.index", "recommender.store", "recommender.serving"])
def test_the_shop_knows_no_more_than_the_face(face: str):
    assert users((face,), "shop") == set()


@pytest.mark.parametrize("below", ["claims", "publishing"])
def test_what_lies_below_both_rooms_knows_neither(below: str):
    assert users(("shop", "recommender", "drawings", "celery_app"), below) == set()


@pytest.mark.parametrize(
    ("room", "above"),
    [
        ("skus", ("catalog", "stock", "prices", "basket", "orders")),
        ("catalog", ("stock", "prices", "basket", "orders", "shoppers", "api")),
        ("stock", ("prices", "basket", "orders", "shoppers", "api")),
        ("prices", ("stock", "basket", "orders", "shoppers", "api")),
        ("events", ("catalog", "basket", "orders", "shoppers", "taste", "api")),
        ("taste", ("basket", "checkout", "shoppers", "api")),
    ],
)
def test_what_is_sold_knows_nothing_of_who_sells_it(room: str, above: tuple[str, ...]):
    assert users(tuple(f"shop.{name}" for name in above), f"shop/{room}") == set()


def test_nothing_is_imported_in_a_circle():
    known = modules("claims", "drawings", "publishing", "recommender", "shop")
    arrows = {module: used(module, known) - {module} for module in known}
    assert len(list(TopologicalSorter(arrows).static_order())) == len(arrows)
