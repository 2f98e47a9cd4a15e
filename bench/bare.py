"""A bare Django page behind the shop's own middleware and template engine: the floor of a page."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
TEMPLATE = engines["django"].from_string(
    "<!doctype html><html lang=en><title>{{ title }}</title><h1>{{ title }}</h1></html>"
)


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEMPLATE.render({"title": "Bare"}, request))


urlpatterns = [path("", bare)]
