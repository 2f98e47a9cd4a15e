"""The tools, each with the names and the words that a model reads."""

import base64
import binascii
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from shop.mcp.api import API

INSTRUCTIONS = """\
A fashion shop. `search` finds products by words and filters, `similar` what looks like one of them,
`search_by_picture` what looks like a picture. `product` says all about one, `stock` which of its
sizes can be had. Nothing here buys: give people a product's `url`.
"""
READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=True)

LARGEST_PICTURE_BYTES = 25 * 1024**2

Name = Annotated[str, Field(description="The product's id, SKU or slug.")]
Words = Annotated[
    str,
    Field(description="Narrows what is found, such as `in leather`, `navy, under 80`."),
]
Most = Annotated[int, Field(ge=1, le=50)]
Amount = Annotated[float | None, Field(ge=0, description="In the shop's currency.")]


class Found(TypedDict):
    """A product of a list. `price` is the lowest of what can be had, such as `38.90 EUR`."""

    id: str
    sku: str
    name: str
    kind: str
    colours: list[str]
    sizes: Annotated[list[str], Field(description="Those that can be had.")]
    price: str
    former_price: NotRequired[str]
    available: bool
    url: str
    picture: NotRequired[str]
    score: NotRequired[Annotated[float, Field(description="How much it looks alike, 0 to 1.")]]


class Listed(TypedDict):
    products: list[Found]
    count: Annotated[int, Field(description="How many there are on all pages.")]
    page: int
    pages: int


class Piece(TypedDict):
    """What can be bought of a product: one size, in one colour."""

    sku: str
    colour: str
    size: str
    price: str
    available: bool


class Tools:
    """Over the API of one shop; `pictures` is the folder whose pictures may be searched by."""

    def __init__(self, api: API, pictures: Path | None = None) -> None:
        self._api = api
        self._pictures = pictures

    async def categories(self) -> list[dict[str, Any]]:
        """The shop's categories: their slugs, which `search` takes, and names."""
        found: list[dict[str, Any]] = await self._api.get("categories")
        return found

    async def search(
        self,
        words: Annotated[
            str, Field(description="As people type them: `linen shirt under 50`.")
        ] = "",
        category: Annotated[str, Field(description="The slug of one.")] = "",
        gender: Literal["", "women", "men", "unisex", "girls", "boys"] = "",
        colour: Annotated[str, Field(description="A colour or a family such as blue.")] = "",
        size: Annotated[str, Field(description="A size that can be had.")] = "",
        price_min: Amount = None,
        price_max: Amount = None,
        sort: Literal["", "featured", "newest", "price", "-price", "name"] = "",
        page: Annotated[int, Field(ge=1)] = 1,
        most: Annotated[int, Field(ge=1, le=100, description="On a page.")] = 12,
    ) -> Listed:
        """Find products by words and filters; without any, all of them. The best match is first."""
        found = await self._api.get(
            "products",
            q=words,
            category=category,
            gender=gender,
            colour=colour,
            size=size,
            price_min=_cents(price_min),
            price_max=_cents(price_max),
            sort=sort,
            page=page,
            page_size=most,
        )
        products = [_product(each) for each in found["items"]]
        return Listed(
            products=products, count=found["count"], page=found["page"], pages=found["pages"]
        )

    async def similar(self, product: Name, words: Words = "", most: Most = 10) -> list[Found]:
        """Find what looks like a product, the most alike first."""
        return _alike(await self._api.get("products", product, "similar", q=words, most=most))

    async def search_by_picture(
        self,
        picture: Annotated[
            str, Field(description="A JPEG, PNG, WebP, GIF, HEIC or AVIF file in Base64.")
        ],
        words: Words = "",
        most: Most = 10,
    ) -> list[Found]:
        """Find what looks like a picture, the most alike first. The shop does not keep it."""
        try:
            content = base64.b64decode(picture.rpartition(",")[2], validate=True)
        except binascii.Error as error:
            raise ToolError(f"The picture is not in Base64: {error}.") from error
        return _alike(await self._api.search_by_photo(content, q=words, most=most))

    async def search_by_file(
        self,
        file: Annotated[str, Field(description="Its path, in the folder of pictures or whole.")],
        words: Words = "",
        most: Most = 10,
    ) -> list[Found]:
        """Find what looks like the picture in a file on this machine, the most alike first."""
        content = self._read(file)
        return _alike(await self._api.search_by_photo(content, q=words, most=most))

    async def product(self, product: Name) -> dict[str, Any]:
        """All that the shop says of a product. Amounts are in whole cents."""
        found: dict[str, Any] = await self._api.get("products", product)
        return found

    async def stock(self, product: Name) -> list[Piece]:
        """Which sizes and colours of a product can be had now, and what each costs."""
        found = await self._api.get("products", product)
        return [
            Piece(
                sku=offer["sku"],
                colour=offer["colour"],
                size=offer["size"],
                price=_price(offer["price"]),
                available=offer["available"],
            )
            for offer in found["offers"]
        ]

    def _read(self, file: str) -> bytes:
        """The content of a file, which lies in the folder even where links are followed."""
        folder = (self._pictures or Path()).resolve()
        path = (folder / file).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise ToolError(f"There is no file {file} in {folder}.")
        if path.stat().st_size > LARGEST_PICTURE_BYTES:
            raise ToolError(f"{file} is larger than 25 MB.")
        return path.read_bytes()


def serve(api: API, pictures: Path | None = None) -> MCPServer:
    """A server of the tools; that of files where there is a folder of pictures."""
    server = MCPServer("vitrine", instructions=INSTRUCTIONS, log_level="WARNING")
    tools = Tools(api, pictures)
    for tool in (
        *(tools.search, tools.similar, tools.search_by_picture),
        *(tools.product, tools.stock, tools.categories),
        *((tools.search_by_file,) if pictures else ()),
    ):
        server.add_tool(tool, annotations=READS)
    return server


def _alike(found: list[dict[str, Any]]) -> list[Found]:
    return [_product(each["product"], each["score"]) for each in found]


def _product(found: dict[str, Any], score: float | None = None) -> Found:
    product = Found(
        id=found["id"],
        sku=found["sku"],
        name=found["name"],
        kind=found["kind"],
        colours=found["colours"],
        sizes=list(dict.fromkeys(o["size"] for o in found["offers"] if o["available"])),
        price=_price(found["price"]),
        available=found["available"],
        url=found["url"],
    )
    if found["sale"]:
        product["former_price"] = _price(found["sale"]["former_price"])
    if found["photographs"]:
        product["picture"] = found["photographs"][0]["url"]
    if score is not None:
        product["score"] = score
    return product


def _price(money: dict[str, Any]) -> str:
    return f"{money['cents'] / 100:.2f} {money['currency']}"


def _cents(amount: float | None) -> int | None:
    return None if amount is None else round(amount * 100)
