"""What is done for shoppers in the background."""

from __future__ import annotations

from celery import shared_task

from shop.shoppers import ratings


@shared_task
def reconcile_ratings() -> None:
    """Tell the catalogue anew what products are rated, which a document written meanwhile undid."""
    ratings.reconcile()
