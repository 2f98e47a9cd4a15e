"""The entry of web servers: `gunicorn shop.wsgi`."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from recommender import search
from shop.embedded import EmbeddedServerFailed, ensure_running

application = get_wsgi_application()
try:
    ensure_running()
except EmbeddedServerFailed as failed:
    # It is tried again and again, and pages that need nothing of it can be served.
    logging.getLogger(__name__).error("%s", failed)
search.warm_up()
