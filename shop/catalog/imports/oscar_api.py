"""What the API of a shop of django-oscar tells of its products, from its many addresses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from shop.catalog.imports.json_file import MAX_BYTES, Node, is_node, nodes, parsed, text
from shop.fetching import Later, fetch

# A product that children are of is listed once, and they within it.
STRUCTURES = ("standalone", "parent")
TIMES, PAUSE_S, LONGEST_PAUSE_S = 4, 1.0, 60.0
# For one answer; the first has all products.
ANSWER_S = 120.0
_ADDRESSES = ("price", "availability")


def products(api: str) -> Iterator[Node]:
    """Each product, with what its price and availability are in place of their addresses.

    `api` is as `https://shop.example/api/`. Raises Refused or Later (shop.fetching), and
    ImportRefused where an answer is no JSON.
    """
    for structure in STRUCTURES:
        for link in nodes(_answer(f"{api.rstrip('/')}/products/?structure={structure}")):
            product = _answer(text(link.get("url")))
            if is_node(product):
                yield _whole(product)


def _whole(product: Node) -> Node:
    children = [_whole(child) for child in nodes(product.get("children"))]
    answers = {name: _answer(text(product.get(name))) for name in _ADDRESSES}
    return {**product, **answers, "children": children}


def _answer(address: str) -> Any:
    """What lies at an address, asked for again where it may be there in a while."""
    for again in range(TIMES):
        try:
            fetched = fetch(address, most_bytes=MAX_BYTES, seconds=ANSWER_S)
        except Later as later:
            if again + 1 == TIMES:
                raise
            time.sleep(min(later.seconds or PAUSE_S, LONGEST_PAUSE_S))
        else:
            return parsed(fetched.content, address) if fetched else None
    return None
