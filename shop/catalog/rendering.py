"""Renditions made by a worker, ahead of the first visitor."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import shared_task

from claims.messages import send
from shop.catalog import pictures

logger = logging.getLogger(__name__)

# Behind everything else in the queue: a vector is awaited, a rendition can be made on demand.
LOWEST_PRIORITY = 9


def prepare(names: Iterable[str]) -> None:
    """Ask a worker for the renditions of these photographs.

    Without a broker nothing is lost: the first request for a rendition makes it.
    """
    for name in names:
        if not send(render_photograph, name, priority=LOWEST_PRIORITY):
            break


@shared_task(name="shop.catalog.tasks.render_photograph")
def render_photograph(name: str) -> None:
    """Make the renditions that most browsers ask for; a photograph that is gone needs none."""
    try:
        pictures.render(name)
    except pictures.NoSuchPicture:
        logger.info("%s was deleted before it was rendered.", name)
    except OSError as full:
        logger.warning("The renditions of %s will be made when they are asked for: %s", name, full)
