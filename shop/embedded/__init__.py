"""The servers that a fresh machine lacks: MongoDB (or its stand-in) and the broker.

They are for trying the shop out and for its tests; docs/operations.md says how to run it for real.
"""

from shop.embedded.use import EmbeddedServerFailed, ensure_running, release, revive

__all__ = ["EmbeddedServerFailed", "ensure_running", "release", "revive"]
