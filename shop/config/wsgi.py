"""The entry of web servers: `gunicorn shop.config.wsgi`."""

import logging
import os

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
search.warm_up()


def _follow_the_catalogue() -> None:
    # Models can be imported once the application is there.
    from shop.catalog.live import keeper
    from shop.catalog.live.finding import keeper as words

    keeper.keeper().start()
    words.keeper().start()


_follow_the_catalogue()
