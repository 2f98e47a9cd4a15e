"""Words that many merchants use alike, in the language of the page.

What a merchant types is shown as it is, but colours, seasons and uses are much the same in every
shop: where the words are among these, a page in another language can say them in its own.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from shop.catalog.colours import COLOURS

SEASONS = (_("spring"), _("summer"), _("autumn"), _("fall"), _("winter"))
USES = (
    *(_("casual"), _("smart casual"), _("formal"), _("party"), _("ethnic")),
    *(_("home"), _("sports"), _("travel")),
)
_KNOWN = {*COLOURS, *SEASONS, *USES}


def translated(word: str) -> str:
    """The word in the language of the page, if it is a known one, capitalised as it was."""
    known = word.strip().lower()
    if known not in _KNOWN:
        return word
    there = gettext(known)
    if there == known:
        return word
    return there[:1].upper() + there[1:] if word[:1].isupper() else there
