"""Celery's way through the broker."""
