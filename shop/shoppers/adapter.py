"""What of allauth's is the shop's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from allauth.core.internal import ratelimit
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.connection import ConnectionProxy

from shop.limits import address_of
from shop.web.identity import origin_of


class Adapter(DefaultAccountAdapter):
    """Counts callers as the rest of the shop does, and signs mails as the shop."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = context | {"origin": origin_of(self.request)}
        super().send_mail(template_prefix, email, context)

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        return _public(request, super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _public(self.request, super().get_reset_password_from_key_url(key))


def _public(request: HttpRequest, url: str) -> str:
    """The same page under the shop's public address."""
    return urljoin(origin_of(request), urlsplit(url).path)


def count_for_all_processes() -> None:
    """Let allauth count in the shared cache; it has no setting for another than the default one."""
    ratelimit.cache = ConnectionProxy(caches, "counters")  # type: ignore[attr-defined, assignment]
