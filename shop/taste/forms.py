"""What browsers send along: what was looked at in their window."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shop.events.models import Kind
from shop.taste.known import MOST, MOST_SEARCHES, Known, searched

MARKS = {"v": Kind.VIEW, "w": Kind.WISH, "b": Kind.BAG}
LONGEST = 26 * MOST
LONGEST_WORDS = 80


def sent_in(fields: Mapping[str, str]) -> list[Known]:
    """What a browser says of its window, the latest first; whatever it cannot mean is passed over.

    `seen` holds ids of products, each behind its mark and a comma between two; `searched` what was
    searched for, each on a line.
    """
    marked = re.findall(r"\b([vwb])([0-9a-f]{24})\b", fields.get("seen", "")[:LONGEST])
    known = [Known(id, MARKS[mark]) for mark, id in marked]
    lines = fields.get("searched", "").replace("\0", " ").splitlines()[:MOST_SEARCHES]
    return known + [one for line in lines for one in searched(line.strip()[:LONGEST_WORDS])]
