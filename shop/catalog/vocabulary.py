"""Words that many merchants use alike, in the language of the page.

What a merchant types is shown as it is, but kinds, colours, sizes, seasons and uses are much the
same in every shop: where the words are among these, a page in another language can say them in its
own.
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
KINDS = (
    *(_("backpacks"), _("bangle"), _("belts"), _("blazer"), _("blazers"), _("blouse")),
    *(_("booties"), _("boots"), _("bra"), _("bracelet"), _("briefs"), _("brooch"), _("capris")),
    *(_("caps"), _("cardigan"), _("casual shoes"), _("clutches"), _("coat"), _("dress")),
    *(_("dresses"), _("duffel bag"), _("earrings"), _("flats"), _("flip flops")),
    *(_("formal shoes"), _("gloves"), _("handbags"), _("hat"), _("heels"), _("hoodie")),
    *(_("jacket"), _("jackets"), _("jeans"), _("jumper"), _("jumpsuit"), _("laptop bag")),
    *(_("leggings"), _("loafers"), _("longsleeve"), _("messenger bag"), _("mufflers")),
    *(_("necklace and chains"), _("night suits"), _("nightdress"), _("outwear"), _("pants")),
    *(_("pendant"), _("rain jacket"), _("ring"), _("sandals"), _("scarves"), _("shirt")),
    *(_("shirts"), _("shoes"), _("shorts"), _("skirt"), _("skirts"), _("sneakers"), _("socks")),
    *(_("sports shoes"), _("stockings"), _("stoles"), _("sunglasses"), _("sweater")),
    *(_("sweaters"), _("sweatshirt"), _("sweatshirts"), _("swimwear"), _("t-shirt"), _("ties")),
    *(_("tights"), _("tops"), _("track pants"), _("tracksuits"), _("trousers"), _("tshirts")),
    *(_("tunics"), _("waistcoat"), _("wallets"), _("watches")),
)
# Other sizes are the same in both languages.
SIZES = (_("one size"),)
_KNOWN = {*COLOURS, *KINDS, *SIZES, *SEASONS, *USES}


def translated(word: str) -> str:
    """The word in the language of the page, if it is a known one, capitalised as it was."""
    known = word.strip().lower()
    if known not in _KNOWN:
        return word
    there = gettext(known)
    if there == known:
        return word
    return there[:1].upper() + there[1:] if word[:1].isupper() else there
