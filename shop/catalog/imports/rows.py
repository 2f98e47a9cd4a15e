"""What an import reads (rows) and what it says afterwards (a report)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.models import Status
from shop.catalog.signals import Counted

# The heading of a column for one more fact is this and the fact's name.
ATTRIBUTE = "attr:"

# Far more than clothes come in.
MAX_SIZES, MAX_COLOURS = 100, 50

# Where a row stands: its line in a CSV file, or the name of a file.
Place = int | str
ReadPicture = Callable[[], bytes]

# A report is part of one MongoDB document, which may have 16 MB and is written again and again. It
# names the first bad rows and counts all of them; of a stranger's text, and of what is said in all,
# it repeats so many characters.
MOST_BAD_ROWS = 1_000
MOST_QUOTED = 200
MOST_SAID = 400
# Of files, categories and the like that are counted so many are named.
NAMED = 5


class ImportRefused(Exception):
    """Nothing of this source can be imported. Its text is one sentence for a person."""


class RowRefused(Exception):
    """One row cannot be imported. Its text is one sentence for a person."""


def quoted(text: str, most: int = MOST_QUOTED) -> str:
    """As much of somebody's text as a sentence about it repeats."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def named(names: Sequence[str], number: int) -> str:
    """The first of some names, one after the other, and how many more there are of `number`."""
    first = ", ".join(map(quoted, names[:NAMED]))
    more = number - len(names[:NAMED])
    if more <= 0:
        return first
    return _("%(names)s and %(more)s more") % {"names": first, "more": counted(more)}


def counted(number: int) -> str:
    """A number as a sentence has it."""
    return number_format(number, force_grouping=True)


@dataclass(frozen=True)
class ImportRow:
    """One product as a source describes it.

    `category` is the name of a category, or the way to it such as `Women > Shoes`, made if there
    is none; `category_id` is the primary key (text) of one that was chosen instead. None means that
    the source does not say: of a product that is there it stays as it is. Empty `sizes` are a
    single one; where a size is there several times, in a colour each, `skus` tell which are meant.
    `status` is a new product's. `formerly` are SKUs that older versions would have given it: a
    product of one of them that shows one of its photographs is it. `made_up` tells that the source
    does not name the SKU.

    `facts` are further fields of the product by their names, `texts` are name and description by
    the code of a language other than the shop's own, `attributes` extra facts by their names, ""
    where there is none. `stock` is how many pieces there are of each size, in their order, or empty
    where the source does not say; `skus` and `prices` (in cents) likewise say by what each is
    sold, "" where it keeps what it has or is given one, and for how much. `available` says of each
    whether it can be had, where nobody counts it.

    `photographs` are read one by one and only when they are needed; each call returns the bytes of
    an image file or raises RowRefused. Where there are none a product that is there keeps its own,
    and `lacking` says why there can be no new one; with `may_lack_photographs` there can, which is
    not shown. `addresses` are those from which they may be fetched later, where the shop does that.
    """

    sku: str
    name: str
    category: str
    gender: str | None
    kind: str | None
    colours: Sequence[str] | None
    season: str | None
    usage: str | None
    price_cents: int | None
    description: str | None
    sizes: Sequence[str] | None
    photographs: Sequence[ReadPicture]
    line: Place
    lacking: str = ""
    status: Status = Status.PUBLISHED
    stock: Sequence[int] = ()
    available: Sequence[bool] = ()
    skus: Sequence[str] = ()
    prices: Sequence[int] = ()
    style: str | None = None
    category_id: str = ""
    formerly: Sequence[str] = ()
    made_up: bool = False
    may_lack_photographs: bool = False
    addresses: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many characters it has, about."""
        texts = (text or "" for told in self.texts.values() for text in told)
        said = (self.name, self.description or "", *self.skus, *self.attributes.values(), *texts)
        return sum(map(len, filter(None, said)))


class Outcome(Enum):
    """What became of a row's product, as a report counts it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def place_of(line: Place) -> str:
    """Where a row stands, for a person."""
    return _("line %(number)d") % {"number": line} if isinstance(line, int) else line


@dataclass(frozen=True)
class BadRow:
    """A row that was left out: where it stands, what is wrong with it, and by which SKU the product
    is known that it tells of, where that can be told."""

    line: Place
    reason: str
    sku: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """Where it stands, for a person."""
        return place_of(self.line)

    def shortened(self) -> BadRow:
        """The same in so few words that many of them fit into a report."""
        line = quoted(self.line) if isinstance(self.line, str) else self.line
        return BadRow(line, quoted(self.reason, MOST_SAID))


@dataclass
class Report:
    """How an import went so far. `bad` are the first of the `bad_count` rows that were left out."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    # Sizes whose stock was set to what the source says.
    stock_set: int = 0
    # Sizes of which something else is on hand than the source says, since it says what it said at
    # the import before.
    stock_left: int = 0
    # How many categories the import made, and the first of them.
    category_count: int = 0
    categories: list[str] = field(default_factory=list)
    bad_count: int = 0
    bad: list[BadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, outcome: Outcome, stock: Counted) -> None:
        """Count a row that was taken."""
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)
        self.stock_set += stock.taken
        self.stock_left += stock.left

    @property
    def done(self) -> int:
        """The number of rows dealt with, the bad ones included."""
        return self.created + self.updated + self.unchanged + self.bad_count

    def leave_out(self, row: BadRow) -> None:
        """Count a bad row, and name it while there is room."""
        self.bad_count += 1
        if len(self.bad) < MOST_BAD_ROWS:
            self.bad.append(row.shortened())

    @property
    def remarks(self) -> list[str]:
        """What else there is to say, each in one sentence for a person."""
        return [*self.notes, *filter(None, (self._made(), self._set(), self._left()))]

    def _made(self) -> str:
        text = ngettext(
            "%(number)s category was made: %(names)s.",
            "%(number)s categories were made: %(names)s.",
            self.category_count,
        )
        return _counting(
            self.category_count, text, names=named(self.categories, self.category_count)
        )

    def _set(self) -> str:
        text = ngettext(
            "The stock of %(number)s size was set to what the file says.",
            "The stock of %(number)s sizes was set to what the file says.",
            self.stock_set,
        )
        return _counting(self.stock_set, text)

    def _left(self) -> str:
        text = ngettext(
            "The stock of %(number)s size is unchanged in the file: left as it is.",
            "The stock of %(number)s sizes is unchanged in the file: left as it is.",
            self.stock_left,
        )
        return _counting(self.stock_left, text)

    def __str__(self) -> str:
        counts = {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "left out": self.bad_count,
        }
        return ", ".join(f"{n} {what}" for what, n in counts.items() if n) or "nothing to import"


def _counting(number: int, text: str, **facts: str) -> str:
    """A sentence about so many; empty where there are none."""
    return text % {"number": counted(number), **facts} if number else ""
