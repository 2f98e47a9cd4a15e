"""How a process that goes on for a while, or is forked, loads the shop."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured

# With any other status gunicorn would start one worker after another.
CANNOT_BE_LOADED = 4


def load(*modules: str) -> None:
    """Loads the shop and these modules of it, and leaves both out of the search for garbage.

    They stay to the end: to look through them takes a third of the time of a short command, most
    of it when the process ends, and in forked processes it would copy the memory that they share.
    """
    gc.disable()
    django.setup()
    for module in modules:
        import_module(module)
    gc.freeze()
    gc.enable()


def insist_on_production() -> None:
    """Ends a web server with a sentence where strangers would reach a shop not fit for them."""
    from shop.config import checks

    try:
        checks.insist_on_production()
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        sys.exit(CANNOT_BE_LOADED)
