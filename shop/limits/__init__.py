"""How often somebody may do what costs the shop much, or what could be guessed.

A limit is counted once for all processes. Whoever meets it gets one answer everywhere: status 429,
a sentence, and when to try again.
"""

from shop.limits.addresses import address_of
from shop.limits.counting import Attempts, TooOften, take

__all__ = ["EXPLANATION", "PHOTO_SEARCH", "Attempts", "TooOften", "address_of", "take"]

# Counted together, whether a page or the API was asked.
PHOTO_SEARCH = "photo search"
# As dear as one, but whoever asks why may go on searching.
EXPLANATION = "explanation"
