"""What requirements.txt lists beyond requirements-shop.txt: serving does without it."""

import sys
from importlib.util import find_spec

from django.core.management.base import CommandError


def missing(*modules: str) -> str | None:
    """How to get those of the modules that are not installed; None where all are."""
    absent = [module for module in modules if find_spec(module) is None]
    if not absent:
        return None
    return f"This needs {', '.join(absent)}: {sys.executable} -m pip install -r requirements.txt"


def require(*modules: str) -> None:
    """Raises CommandError where one of the modules is not installed."""
    if sentence := missing(*modules):
        raise CommandError(sentence)
