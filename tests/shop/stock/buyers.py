"""A process full of buyers: `python -m tests.shop.stock.buyers NAME BUYERS TROUBLE`.

It says "ready", waits for a line, lets all of them buy at once and prints what became of each as
JSON. With TROUBLE above 0 so many of a hundred dither, are refused by their bank or come late.
"""

from __future__ import annotations

import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django
from django.db import connection

PIECES = {"COAT-M": 1, "SCARF": 1}


def main(name: str, buyers: int, trouble: int) -> None:
    django.setup()
    start = Barrier(buyers)
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(buyers) as pool:
        outcomes = pool.map(
            lambda number: _outcome(f"{name}-{number}", start, trouble), range(buyers)
        )
        print(json.dumps(dict(outcomes)))


def _outcome(key: str, start: Barrier, trouble: int) -> tuple[str, str]:
    chance = random.Random(key)
    connection.ensure_connection()
    start.wait()
    try:
        return key, _buy(key, chance, trouble)
    except Exception as error:
        return key, repr(error)
    finally:
        connection.close()


def _buy(key: str, chance: random.Random, trouble: int) -> str:
    from shop.stock import reserving

    # Everybody names the pieces in another order, as baskets do.
    wants = dict(chance.sample(sorted(PIECES.items()), len(PIECES)))
    mishap = (
        chance.choice(("dithers", "refused", "late")) if chance.random() * 100 < trouble else ""
    )
    try:
        reserving.reserve(key, wants, seconds=0 if mishap == "late" else 600)
        if mishap == "dithers":
            reserving.reserve(key, {"SCARF": 2}, seconds=600)
            reserving.reserve(key, wants, seconds=600)
        if mishap == "refused":
            reserving.release(key)
            return "refused"
        reserving.commit(key)
    except reserving.SoldOut:
        reserving.release(key)
        return "sold out"
    return "bought"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
