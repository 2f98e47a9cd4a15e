"""What of allauth's is the shop's own."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.connection import ConnectionProxy

from shop.limits import address_of


class Adapter(DefaultAccountAdapter):
    """Counts callers as the rest of the shop does."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)


def count_for_all_processes() -> None:
    """Let allauth count in the shared cache; it has no setting for another than the default one."""
    ratelimit.cache = ConnectionProxy(caches, "counters")  # type: ignore[attr-defined, assignment]
