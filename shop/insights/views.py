"""What pages tell the insights."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shop.insights import panels
from shop.web.origins import from_own_pages


@from_own_pages
@require_POST
@never_cache
def seen(request: HttpRequest) -> HttpResponse:
    """Which panels came into sight on a page that is left; browsers send it as they leave."""
    named = dict.fromkeys(request.POST.getlist("panel")[: panels.MOST])
    panels.note_seen(request, [name for name in named if re.fullmatch("[a-z-]{1,16}", name)])
    return HttpResponse(status=204)
