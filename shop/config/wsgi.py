"""The entry of web servers: `gunicorn shop.config.wsgi`."""

import logging
import os
import threading
from contextlib import suppress

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.config.settings")

from recommender import search
from shop.config.loading import insist_on_production
from shop.embedded import EmbeddedServerFailed, ensure_running

insist_on_production()
application = get_wsgi_application()
try:
    ensure_running()
except EmbeddedServerFailed as failed:
    # It is tried again and again, and pages that need nothing of it can be served.
    logging.getLogger(__name__).error("%s", failed)


def _warm_up() -> None:
    """Loads what pages need in the background, before the first visitor asks.

    One after the other, what most of them need first: together all of it would come late.
    """
    # Models can be imported once the application is there.
    from shop.catalog.live import keeper
    from shop.catalog.live.finding import keeper as words

    for one in (keeper.keeper(), words.keeper()):
        # Said by itself, and tried again.
        with suppress(keeper.NotLoaded):
            one.view()
    search.warm_up()


threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
