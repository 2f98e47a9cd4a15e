"""The tools as a program has them: the package's client, a process, and a running shop."""

from __future__ import annotations

import base64
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from tests import drawn
from tests.processes import PROJECT, free_port
from tests.recommender.test_arrows import imported, modules, within
from tests.running_shop import RunningShop
from tests.shop.api.conftest import shopper_token

if TYPE_CHECKING:
    from mcp_types import CallToolResult

__all__ = ["shopper_token"]

pytestmark = pytest.mark.slow

type Session = Callable[[Client], Awaitable[None]]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with a picture in it, and one that only a link leads to."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "shirt.jpg").write_bytes(drawn.jpeg("Shirt", "Sage"))
    (tmp_path / "private.jpg").write_bytes(drawn.jpeg("Shirt", "Navy"))
    (folder / "link.jpg").symlink_to(tmp_path / "private.jpg")
    return folder


@pytest.fixture
def program(running_shop: RunningShop, shopper_token: str) -> Callable[..., None]:
    """Runs what a program does with the tools, in one process of theirs."""

    def run(
        session: Session,
        *arguments: str,
        shop: str = running_shop.address,
        token: str = shopper_token,
    ) -> None:
        command = ["-m", "shop.mcp", shop, *arguments]
        server = StdioServerParameters(
            command=sys.executable, args=command, env={"SHOP_TOKEN": token}, cwd=PROJECT
        )

        async def within_a_minute() -> None:
            with anyio.fail_after(60):
                async with Client(server) as client:
                    await session(client)

        anyio.run(within_a_minute)

    return run


async def called(client: Client, tool: str, **arguments: Any) -> Any:
    """What a tool answers."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, said(answer)
    assert answer.structured_content is not None
    return answer.structured_content.get("result", answer.structured_content)


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """Why a tool does not answer."""
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return said(answer)


def said(answer: CallToolResult) -> str:
    return " ".join(getattr(part, "text", "") for part in answer.content)


def test_what_a_program_finds(program: Callable[..., None]) -> None:
    async def session(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {
            *("search", "similar", "search_by_picture"),
            *("product", "stock", "categories"),
        }
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)

        slugs = {each["slug"] for each in await called(client, "categories")}
        assert {"shirts", "bags"} <= slugs

        found = await called(client, "search", words="navy", category="bags", price_max=40, most=3)
        assert found["count"] >= len(found["products"]) > 0
        for product in found["products"]:
            assert product["colours"] == ["Navy"]
            amount, currency = product["price"].split()
            assert (float(amount) <= 40, currency) == (True, "EUR")

        first = found["products"][0]
        whole = await called(client, "product", product=first["sku"])
        assert (whole["id"], whole["url"]) == (first["id"], first["url"])

        pieces = await called(client, "stock", product=first["id"])
        there = [piece["size"] for piece in pieces if piece["available"]]
        assert there == first["sizes"]

        alike = await called(client, "similar", product=first["sku"], most=4)
        scores = [product["score"] for product in alike]
        assert 0 < len(scores) <= 4
        assert scores == sorted(scores, reverse=True)
        assert first["id"] not in {product["id"] for product in alike}

        sage = base64.b64encode(drawn.jpeg("Shirt", "Sage")).decode()
        for picture in (sage, f"data:image/jpeg;base64,{sage}"):
            like = await called(client, "search_by_picture", picture=picture, most=1)
            assert like[0]["colours"] == ["Sage"]

    program(session)


def test_only_pictures_of_the_folder_are_read(program: Callable[..., None], pictures: Path) -> None:
    async def session(client: Client) -> None:
        for file in ("shirt.jpg", str(pictures / "shirt.jpg")):
            found = await called(client, "search_by_file", file=file, words="under 1000", most=1)
            assert found[0]["colours"] == ["Sage"]
        for file in ("../private.jpg", "link.jpg", str(pictures.parent / "private.jpg"), "", "no"):
            assert "There is no file" in await refused(client, "search_by_file", file=file)

    program(session, "--pictures", str(pictures))


def test_refusals_are_sentences_for_who_asked(program: Callable[..., None]) -> None:
    async def session(client: Client) -> None:
        for tool in ("product", "stock", "similar"):
            for name in ("nothing", "?x=1"):
                assert "gibt es nicht" in await refused(client, tool, product=name)
            for name in ("../basket", "..", ""):
                assert "cannot be asked for" in await refused(client, tool, product=name)
        told = await refused(client, "search_by_picture", picture="no base64!")
        assert "not in Base64" in told
        picture = base64.b64encode(b"no picture").decode()
        assert "kein Bild" in await refused(client, "search_by_picture", picture=picture)
        assert "price_max" in await refused(client, "search", price_max=1e12)
        assert "page" in await refused(client, "search", page=0)

    program(session, "--language", "de")


def test_it_may_no_more_than_the_api_allows(
    program: Callable[..., None], running_shop: RunningShop
) -> None:
    running_shop.forget_limits()

    async def without_a_token(client: Client) -> None:
        for _ in range(120):
            await called(client, "categories")
        told = await refused(client, "categories")
        assert "Too many requests: wait a little. Try again in " in told

    program(without_a_token, token="")
    running_shop.forget_limits()

    async def with_a_wrong_token(client: Client) -> None:
        assert "This token is unknown" in await refused(client, "categories")

    program(with_a_wrong_token, token="vitrine_wrong")


def test_a_shop_that_is_away(program: Callable[..., None]) -> None:
    async def session(client: Client) -> None:
        assert "does not answer" in await refused(client, "categories")

    program(session, shop=f"http://127.0.0.1:{free_port()}")


def test_it_knows_nothing_of_the_shop() -> None:
    used = {name for path in modules("shop/mcp").values() for name in imported(path)}
    ours = {name for name in used if within(name, "shop", "recommender", "django")}
    assert {name for name in ours if not within(name, "shop.mcp")} == set()
