"""By what texts that people write are compared: whatever case, width or script they chose."""

from __future__ import annotations

import hashlib
import unicodedata

KEY_LENGTH = 120


def key_of(text: str) -> str:
    """What `lo-1`, `LO-1` and the full-width form of it have in common, at most KEY_LENGTH long.

    Compatibility caseless matching: The Unicode Standard, section 3.13, definition D146, composed,
    and without signs that are never seen, such as the zero-width space of a copied table.
    """
    if text.isascii() and len(text) <= KEY_LENGTH:
        # Most are, and the rest of this is for the others.
        return text.lower()
    folded = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    for form in ("NFD", "NFKC", "NFKC"):
        folded = unicodedata.normalize(form, folded).casefold()
    folded = unicodedata.normalize("NFKC", folded)
    if len(folded) <= KEY_LENGTH:
        return folded
    # One character may become eighteen, and what is indexed has to end somewhere.
    digest = hashlib.sha256(folded.encode()).hexdigest()
    return folded[: KEY_LENGTH - len(digest)] + digest
