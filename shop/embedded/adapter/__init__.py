"""Mends the faults of mongoeco 4.11.0 that django-mongodb-backend and pymongo run into.

`answers` has what makes answers right, `speed` and `lookups` what makes them fast, `starting` what
makes a start so. The version is
pinned, since the patches reach into it. tests/shop/embedded shows each wrong answer with and
without its patch, so that a newer mongoeco tells when it needs it no more; `python -m bench
stand_in` does so for those of speed.
"""

from __future__ import annotations

from shop.embedded.adapter import answers, speed, starting

# The answers last, so that they are the first to see a request.
PATCHES = (*starting.PATCHES, *speed.PATCHES, *answers.PATCHES)


def apply() -> None:
    """Patches mongoeco in this process, which must happen before a server is made."""
    for patch in PATCHES:
        patch()
