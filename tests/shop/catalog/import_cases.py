"""What imports accept and refuse, case by case: the tests run them, docs/importing.md shows them.

`manage.py shell -c "from tests.shop.catalog.import_cases import table; print(table())"` prints the
table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from shop.catalog.imports import BadRow, ImportRow, kinds

HEADER = "sku,name,category,price"
Found = list[ImportRow | BadRow]


@dataclass(frozen=True)
class Case:
    """`written` is for the docs, `text` the CSV file, if there is one, `becomes` what it tells."""

    about: str
    written: str
    becomes: str
    text: str = ""
    files: Mapping[str, bytes] = field(default_factory=lambda: {"A1.jpg": b"picture"})
    tell: Callable[[Found], str] = field(default=lambda found: "")

    def __str__(self) -> str:
        return f"{self.about}: {self.written}"


def _reasons(found: Found) -> str:
    return " ".join(row.reason for row in found if isinstance(row, BadRow))


def _cell(column: str, written: str, becomes: str, also: str = "") -> Case:
    """One cell of a file that has nothing else to be refused."""
    columns = ["sku", "name", "category", "price"]
    values = {"sku": "A1", "name": "Shirt", "category": "Shirts", "price": "49.90"}
    values[column] = written
    heading = ";".join([*columns, *(name for name in values if name not in columns)])
    row = ";".join('"' + value.replace('"', '""') + '"' for value in values.values())
    return Case(column, _code(written), becomes, f"{heading}\n{row}\n{also}", tell=_teller(column))


def _teller(column: str) -> Callable[[Found], str]:
    def tell(found: Found) -> str:
        row = found[0]
        return row.reason if isinstance(row, BadRow) else _VALUES[column](row)

    return tell


def _joined(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, tuple) else str(values)


_VALUES: dict[str, Callable[[ImportRow], str]] = {
    "name": lambda row: row.name,
    "description": lambda row: " / ".join((row.description or "").split("\n\n")),
    "price": lambda row: f"{(row.price_cents or 0) / 100:.2f}",
    "sale_price": lambda row: f"{row.facts['sale_price_cents'] / 100:.2f}",
    "sale_until": lambda row: f"until {row.facts['sale_until']:%Y-%m-%d %H:%M}",
    "status": lambda row: row.facts["status"].value,
    "gtin": lambda row: str(row.facts["gtin"]),
    "gender": lambda row: str(row.gender),
    "colour": lambda row: _joined(row.colours),
    "sizes": lambda row: _joined(row.sizes or kinds.ONE_SIZE),
    "stock": lambda row: _joined(row.stock),
}


def _rows(written: str, becomes: str, text: str) -> Case:
    """Rows of a file: which SKUs are taken, and which lines are refused."""
    pictures = {f"A{number}.jpg": b"picture" for number in range(1, 5)}
    return Case("rows", written, becomes, text, pictures, _told_rows)


def _told_rows(found: Found) -> str:
    """As of products that are new."""
    whys = [row.reason if isinstance(row, BadRow) else row.lacking for row in found]
    refused = [f"line {row.line}: {why}" for row, why in zip(found, whys, strict=True) if why]
    taken = [row.sku for row in found if isinstance(row, ImportRow) and not row.lacking]
    return "; ".join([", ".join(taken), *refused] if taken else refused)


def _sizes(written: str, becomes: str, *ends: str) -> Case:
    """Rows of one style and colour that end in size and skus; "" is one that cannot be read."""
    lines = [
        f"A{number},A,C,1,T,Red,{end}" if end else f"A{number},A"
        for number, end in enumerate(ends, 1)
    ]
    text = "\n".join((f"{HEADER},style,colour,size,skus", *lines))
    return Case("size", written, becomes, text, tell=_told_sizes)


def _told_sizes(found: Found) -> str:
    return "; ".join(
        f"line {row.line}: {row.reason}"
        if isinstance(row, BadRow)
        else f"{row.sku} of {_joined(row.sizes)}"
        for row in found
    )


def _photographs(written: str, becomes: str, *files: str, named: str = "") -> Case:
    """Files beside a file with the products CO and CO-1."""
    columns = f"{HEADER},photographs"
    text = f"{columns}\nCO-1,Coat,Coats,1,{named}\nCO,Coat,Coats,1,{files[-1]}\n"
    return Case(
        "photographs", written, becomes, text, {name: name.encode() for name in files}, _told_files
    )


def _told_files(found: Found) -> str:
    row = found[0]
    if isinstance(row, BadRow):
        return row.reason
    return ", ".join(read().decode() for read in row.photographs)


def _folders(becomes: str, *files: str) -> Case:
    names = ", ".join(map(_code, files))
    contents = {name: name.encode() for name in files}
    return Case("folders", names, becomes, "", contents, _told_products)


def _told_products(found: Found) -> str:
    sizes = [len(row.photographs) for row in found if isinstance(row, ImportRow)]
    return f"{len(sizes)} products of {sizes[0]}" if len(sizes) > 1 else f"1 product of {sizes[0]}"


def _code(text: str) -> str:
    shown = text.replace("\n", "↵").replace("|", "\\|")
    return f"`{shown}`" if shown else "(empty)"


TWO = "can be read in two ways: put | between them."
THOUSANDS = "could be thousands or decimals: write it as 1300 or as 1.30."
SEVERAL = "The size '%' names several: give each a row."
PARTED = (
    "may be one number: put quotation marks around it, or leave out what is too much at the end of "
    "the row."
)
OWN_SKU = "Its SKU stands in the column sku: leave skus empty."
SCATTERED = "Its sizes stand in several places: sort the rows by style and colour."
UNCLOSED = "A quotation mark that opens here is not closed at the end of a cell."

CASES = (
    _cell("price", "49.90", "49.90"),
    _cell("price", "49,9", "49.90"),
    _cell("price", "1.234,50", "1234.50"),
    _cell("price", "1.300", f"The price '1.300' {THOUSANDS}"),
    Case(
        "price",
        "`1.300` where another price is `49,90`",
        "1300.00",
        "sku;name;category;price\nA1;A;C;1.300\nA2;B;C;49,90\n",
        tell=_teller("price"),
    ),
    _cell("price", "", "The price is empty."),
    _cell("price", "1e3", "The price '1e3' is not a number such as 49.90."),
    _cell("price", "1_3", "The price '1_3' is not a number such as 49.90."),
    _cell("price", "٤٩", "The price '٤٩' is not a number such as 49.90."),
    _cell("price", "nan", "The price 'nan' is not a number such as 49.90."),
    _cell("price", "€5", "The price '€5' names a currency: write the number alone."),
    _cell("price", "0.001", "The price '0.001' has more than two decimals."),
    _cell("price", "0", "The price '0' is not between 0.01 and 1,000,000."),
    _cell("price", "-5", "The price '-5' is not between 0.01 and 1,000,000."),
    _cell("sale_price", "39,90", "39.90"),
    _cell("sale_until", "2026-12-24", "until 2026-12-25 00:00"),
    _cell("sale_until", "2026-12-24 18:00", "until 2026-12-24 18:00"),
    _cell(
        "sale_until",
        "24.12.2026",
        "The sale_until '24.12.2026' is no day such as 2026-12-24 and no time.",
    ),
    _cell("status", "link", "link"),
    _cell("status", "gone", "The status 'gone' is none of draft, published, link, archived."),
    _cell("gtin", "4006381 333931", "4006381333931"),
    _cell(
        "gtin",
        "4.00638E+12",
        "The GTIN '4.00638E+12' will not do: A GTIN is a number of 8, 12, 13 or 14 digits.",
    ),
    _cell(
        "gtin",
        "4006381333932",
        "The GTIN '4006381333932' will not do: The last digit should be 1: look for a mistyped "
        "one.",
    ),
    _cell("gender", "Ladies'", "women"),
    _cell("gender", "", "unisex"),
    _cell("gender", "robots", "The gender 'robots' is none of women, men, unisex, girls, boys."),
    _cell("colour", "Navy|White", "Navy, White"),
    _cell("colour", "Navy, light", "Navy, light"),
    _cell("sizes", "S|M|L", "S, M, L"),
    _cell("sizes", "S; M; L", "S, M, L"),
    _cell("sizes", "S, M, L", "S, M, L"),
    _cell("sizes", "S/M", "S/M"),
    _cell("sizes", "38,5", "38,5"),
    _cell("sizes", "36,38,40", "36, 38, 40"),
    _cell("sizes", "37,38,5", f"The sizes '37,38,5' {TWO}"),
    _cell("sizes", "4,5", f"The sizes '4,5' {TWO}"),
    _cell("sizes", "", "One size"),
    _cell("stock", "4", "4"),
    _cell("stock", "many", "The stock 'many' is not a whole number up to 100,000."),
    _cell("stock", "-1", "The stock '-1' is not a whole number up to 100,000."),
    _cell("name", "Coat &amp; <b>scarf</b>", "Coat & scarf"),
    _cell("name", "Linen\nshirt", "Linen shirt"),
    _cell(
        "name",
        "Shirt;C;1\nA2;Hat;C;2",
        "The name holds the end of a row: is a quotation mark not closed?",
    ),
    _cell("description", "<p>Soft</p><p>Warm &lt;3</p>", "Soft / Warm <3"),
    _cell("description", "<style>p {}</style>Soft", "Soft"),
    _cell("description", "width < 5", "width < 5"),
    _rows(
        "a quotation mark that is not closed",
        f"A1, A3; line 3: {UNCLOSED}",
        f'{HEADER}\nA1,A,C,1\nA2,"B,C,2\nA3,C,C,3\n',
    ),
    _rows(
        "too few cells",
        "A2; line 2: It has 3 columns where 4 are expected.",
        f"{HEADER}\nA1,A,C\nA2,B,C,2\n",
    ),
    _rows(
        "a delimiter too many",
        "A2; line 2: It has 5 columns where 4 are expected.",
        f"{HEADER}\nA1,Shirt, blue,C,1\nA2,B,C,2\n",
    ),
    _rows(
        "a delimiter too many in a description that is last",
        "A1",
        f"{HEADER},description\nA1,A,C,1,Soft, light\n",
    ),
    _rows(
        "a price with a comma that nobody quoted",
        f"A2; line 2: 49,90 {PARTED}",
        "sku,price,category,name\nA1,49,90,C,A\nA2,2,C,B\n",
    ),
    _rows(
        "thousands with a comma that nobody quoted, `1,300,`",
        f"A2; line 2: 1,300 {PARTED}",
        f"{HEADER},material\nA1,A,C,1,300,\nA2,B,C,2,Wool\n",
    ),
    _rows("empty columns at the end, `price,,` and `1,,,`", "A1", f"{HEADER},,\nA1,A,C,1,,,\n"),
    _rows("the first line `sep=;`", "A1", f"sep=;\n{HEADER}\nA1,A,C,1\n".replace(",", ";")),
    _rows("a carriage return in a row", "A1, A2", f"{HEADER}\nA1,A\rB,C,1\nA2,B,C,2\n"),
    _rows(
        "a carriage return where the others end in line feeds, before a row",
        "A3; line 2: The description holds a row, 'A2,B,C,2,Warm': is a quotation mark not closed?",
        f"{HEADER},description\nA1,A,C,1,Soft\rA2,B,C,2,Warm\nA3,C,C,3,\n",
    ),
    _rows(
        "a new SKU without its photograph",
        "A1; line 3: There is no photograph for B9 in products.zip.",
        f"{HEADER}\nA1,A,C,1\nB9,B,C,2\n",
    ),
    _sizes("a row for each size of one style and colour", "T-RED of S, M", "S,", "M,"),
    _sizes("`S, M, L`", f"line 2: Line 2: {SEVERAL.replace('%', 'S, M, L')}", '"S, M, L",'),
    _sizes("`38,5`", "T-RED of 38,5", '"38,5",'),
    _sizes("a SKU in `skus` too", f"line 2: Line 2: {OWN_SKU}", "S,4006"),
    _sizes(
        "a row between them that cannot be read",
        f"line 2: {SCATTERED}; line 3: It has 2 columns where 8 are expected.; line 4: {SCATTERED}",
        *("S,", "", "M,"),
    ),
    _sizes(
        "a row behind them that cannot be read",
        "line 2: The row at line 4 cannot be read, and may be one of its sizes.; line 4: It has 2 "
        "columns where 8 are expected.",
        *("S,", "M,", ""),
    ),
    _photographs(
        "`CO-1.jpg`, `CO-1 (2).jpg`, `CO-1 copy.jpg`, `CO-1-back.jpg`, `CO.jpg` of `CO-1`",
        "CO-1.jpg, CO-1 (2).jpg, CO-1 copy.jpg, CO-1-back.jpg",
        *("CO-1.jpg", "CO-1 (2).jpg", "CO-1 copy.jpg", "CO-1-back.jpg", "CO.jpg"),
    ),
    _photographs(
        "`CO-1/a.jpg`, `CO-10.jpg`, `CO.jpg` of `CO-1`",
        "CO-1/a.jpg",
        *("CO-1/a.jpg", "CO-10.jpg", "CO.jpg"),
    ),
    _photographs(
        "`CO/CO-1.jpg` of `CO-1`",
        "The photograph 'CO/CO-1.jpg' fits CO as well: say in the column photographs whose it is.",
        *("CO/CO-1.jpg", "CO.jpg"),
    ),
    _photographs(
        "`1.jpg` where there are `a/1.jpg` and `b/1.jpg`",
        "The photograph '1.jpg' could be a/1.jpg or b/1.jpg: write its path.",
        *("a/1.jpg", "b/1.jpg"),
        named="1.jpg",
    ),
    _photographs(
        "`1.jpg` where it is in four folders",
        "The photograph '1.jpg' could be a/1.jpg, b/1.jpg and 2 more: write its path.",
        *("a/1.jpg", "b/1.jpg", "c/1.jpg", "d/1.jpg"),
        named="1.jpg",
    ),
    _photographs(
        "`b/1.jpg` where there are `a/1.jpg` and `b/1.jpg`",
        "b/1.jpg",
        *("a/1.jpg", "b/1.jpg"),
        named="b/1.jpg",
    ),
    _photographs("`b\\1.jpg` where there is `b/1.jpg`", "b/1.jpg", "b/1.jpg", named="b\\1.jpg"),
    _photographs(
        "`2.jpg` where there is none",
        "The photograph '2.jpg' is not in products.zip.",
        "a/1.jpg",
        named="2.jpg",
    ),
    _folders("2 products of 1", "train/hat/0.jpg", "test/hat/0.jpg"),
    _folders("1 product of 2", "id_00000002/01_1_front.jpg", "id_00000002/01_2_side.jpg"),
)


def table() -> str:
    """The cases as docs/importing.md shows them."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "| what | in the file | is read as, or refused |"
    yield "|---|---|---|"
    for about, cases in groupby(CASES, key=lambda case: case.about):
        for number, case in enumerate(cases):
            becomes = case.becomes.replace("|", "\\|").replace("<", "&lt;")
            yield f"| {'' if number else about} | {case.written} | {becomes} |"
