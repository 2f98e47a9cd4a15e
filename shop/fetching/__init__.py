"""Fetching what an address names, from the open internet alone. Knows nothing of the catalogue."""

from shop.fetching.client import Fetched, Later, Validators, fetch
from shop.fetching.guard import Refused

__all__ = ["Fetched", "Later", "Refused", "Validators", "fetch"]
