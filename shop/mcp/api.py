"""What is asked of the shop's API."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2
from mcp.server.mcpserver.exceptions import ToolError

TIMEOUT_SECONDS = 30.0


class API:
    """A shop's HTTP API at an address such as https://shop.example.

    Without a `token` it answers as often as anybody may ask. Texts are in a `language`, as
    Accept-Language has it. Everything raises ToolError, with a sentence for whoever asked.
    """

    def __init__(self, address: str, *, token: str = "", language: str = "en") -> None:
        self.address = address.rstrip("/")
        headers = {"Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx2.AsyncClient(headers=headers, timeout=TIMEOUT_SECONDS)

    async def get(self, *path: str, **parameters: Any) -> Any:
        """What is at the path, no part of which may lead elsewhere, whatever serves it."""
        for part in path:
            if "/" in part or part in ("", ".", ".."):
                raise ToolError(f'"{part}" cannot be asked for: name the product by its id.')
        return await self._ask("GET", path, parameters)

    async def search_by_photo(self, picture: bytes, **parameters: Any) -> Any:
        """What looks like the picture, which the shop does not keep."""
        return await self._ask("POST", ("photo-search",), parameters, files={"picture": picture})

    async def _ask(
        self, method: str, path: tuple[str, ...], parameters: dict[str, Any], **body: Any
    ) -> Any:
        place = "/".join(quote(part, safe="") for part in path)
        stated = {name: value for name, value in parameters.items() if value not in (None, "")}
        try:
            response = await self._client.request(
                method, f"{self.address}/api/v1/{place}", params=stated, **body
            )
        except httpx2.HTTPError as error:
            raise ToolError(f"{self.address} does not answer: {error}") from error
        if not response.is_success:
            raise ToolError(_refusal(response))
        return response.json()


def _refusal(response: httpx2.Response) -> str:
    """Why, as the shop says it; whatever stands before it may say something else."""
    if not response.headers.get("Content-Type", "").endswith("json"):
        return f"{response.url.host} answers {response.status_code} {response.reason_phrase}."
    problem = response.json()
    faults = [f"{fault['where']}: {fault['detail']}" for fault in problem.get("errors", ())]
    wait = response.headers.get("Retry-After")
    told = [problem["detail"], *faults, f"Try again in {wait} seconds." if wait else ""]
    return " ".join(filter(None, told))
