"""What a crowd's processes do to the registry."""

from __future__ import annotations

from collections.abc import Iterable

from shop.skus import registry
from shop.skus.models import Registration


def take(owner: str, baskets: Iterable[list[str]]) -> list[bool]:
    """Whether the owner got each of these lists of SKUs."""
    return [_got(owner, skus) for skus in baskets]


def _got(owner: str, skus: list[str]) -> bool:
    try:
        registry.take(owner, skus)
    except registry.Taken:
        return False
    return True


def owners() -> dict[str, str]:
    return dict(Registration.objects.values_list("key", "owner"))
