"""How the shop is served, wherever gunicorn runs it; the address comes from the command line."""

import os

from shop.config.loading import insist_on_production, load

wsgi_app = "shop.config.wsgi"
worker_class = "gthread"
workers = 2
threads = 8
# A page waits a few seconds at most; only a large upload over a slow line takes longer.
timeout = 60
graceful_timeout = 5
keepalive = 5
# Heartbeats in memory: on a busy disk they would stall a worker.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# Its socket would lie in the home folder, shared by every shop of this user.
control_socket_disable = True
accesslog = None


def when_ready(server: object) -> None:
    """Loads the shop before the workers are forked: once for all, into memory that they share.

    The server listens by then, so that whoever comes meanwhile waits and is not refused.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.config.settings")
    insist_on_production()
    load("shop.config.urls")
