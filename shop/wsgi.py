"""The entry of web servers: `gunicorn shop.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from recommender import search
from shop.embedded import ensure_running

ensure_running()
application = get_wsgi_application()
search.warm_up()
