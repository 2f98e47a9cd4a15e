"""The entry of web servers: `gunicorn shop.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

from shop.embedded import ensure_running

ensure_running()
application = get_wsgi_application()
