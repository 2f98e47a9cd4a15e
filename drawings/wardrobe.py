"""What the demo shop sells, read from `ranges/`: one file for each part of the wardrobe."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from drawings.drawers import DRAWERS
from drawings.reading import BadTable, choice, listed, read, table
from drawings.styles import Category, Group, Style

FOLDER = Path(__file__).with_name("ranges")
# In the order of the shop's shelves.
RANGES = (
    "tops",
    "dresses",
    "bottoms",
    "outerwear",
    "shoes",
    "bags",
    "accessories",
    "jewellery",
)


@lru_cache
def categories() -> tuple[Category, ...]:
    """Every shelf with its styles, read when they are first asked for."""
    return tuple(shelf for name in RANGES for shelf in read_range(FOLDER / f"{name}.toml"))


def read_range(path: Path) -> tuple[Category, ...]:
    """The shelves in one file; `BadTable` if it says anything that is not understood."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise BadTable(f"{path.name}: {fault}") from fault
    cuts = table(content.pop("cuts", {}), f"{path.name}, cuts")
    shelves = listed(content.pop("category", []), f"{path.name}, category")
    group = _group(content.pop("group", None), path.name)
    for name in content:
        raise BadTable(f"{path.name}: there is no table {name}")
    return tuple(_category(shelf, group, cuts, path.name) for shelf in shelves)


def _group(given: Any, file: str) -> Group | None:
    return None if given is None else read(Group, given, f"{file}, group")


def _category(given: Any, group: Group | None, cuts: dict[str, Any], file: str) -> Category:
    fields = dict(table(given, f"{file}, category"))
    where = f"{file}, category {fields.get('code')}"
    every = table(fields.pop("every", {}), f"{where}, every")
    styles = listed(fields.pop("style", []), f"{where}, style")
    made = tuple(_style(every | table(each, f"{where}, style"), cuts, file) for each in styles)
    return read(Category, fields, where, styles=made, group=group)


def _style(fields: dict[str, Any], cuts: dict[str, Any], file: str) -> Style:
    where = f"{file}, style {fields.get('code')}"
    drawer = DRAWERS[choice(fields.get("drawer"), DRAWERS, f"{where}, drawer")]
    parts = table(fields.pop("garment", {}), f"{where}, garment")
    cut = {name: _cut(part, cuts, f"{where}, garment, {name}") for name, part in parts.items()}
    return read(Style, fields, where, garment=read(drawer.garment, cut, f"{where}, garment"))


def _cut(part: Any, cuts: dict[str, Any], where: str) -> Any:
    """A part of a garment with the measurements of the cut that it names."""
    if not isinstance(part, dict) or "cut" not in part:
        return part
    own = dict(part)
    name = choice(own.pop("cut"), cuts, f"{where}, cut")
    return table(cuts[name], f"{where}, cut {name}") | own
