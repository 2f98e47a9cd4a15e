"""What views are handed: requests that have been through the middleware. For annotations alone."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """A request for a page or for a part of one."""

    htmx: HtmxDetails


class ShopperRequest(PageRequest):
    """A request of somebody who is known: behind `login_required`, or with a token."""

    user: User
