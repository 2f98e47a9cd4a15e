#!/bin/sh
# feedparser 6.0.14: elements within an item's elements become the item's own, and of several the
# last one stays.
#
# A supplemental feed for Google has an id and what it adds, such as what delivery costs. Its item
# gets a price: that of its delivery. An item that has a price keeps it, so a full feed shows nothing
# of this, except that of two countries one is left, without what delivery costs there, and that of
# several additional pictures one is left. Whoever reads merchants' feeds looks at an item's direct
# children by an XML parser, and takes all of a name.
# Source: feedparser/mixin.py, pop: an element is kept under its prefixed name in the entry that is
# open, each time anew, unless one of that name lay less deep.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "feedparser==6.0.14"

cat >"$folder/ask.py" <<'PYTHON'
import feedparser

HEAD = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
    "<title>Coats</title><link>https://shop.example/</link><description>Coats</description>"
)


def shipping(country, price):
    return f"<g:shipping><g:country>{country}</g:country><g:price>{price}</g:price></g:shipping>"


def item(*elements):
    return f"<item><g:id>coat</g:id>{''.join(elements)}</item>"


pictures = [
    f"<g:additional_image_link>https://shop.example/{number}.jpg</g:additional_image_link>"
    for number in (1, 2, 3)
]
price = "<g:price>29.00 EUR</g:price>"
supplemental = item(shipping("DE", "4.90 EUR"))
full = item(price, shipping("DE", "4.90 EUR"), shipping("AT", "9.90 EUR"), *pictures)
feed = feedparser.parse(f"{HEAD}{supplemental}{full}</channel></rss>")
assert not feed.bozo
for entry in feed.entries:
    print({name: value for name, value in entry.items() if name.startswith("g_")})

first, second = feed.entries
assert first["g_price"] == "4.90 EUR", "delivery's price is no longer the item's"
assert second["g_price"] == "29.00 EUR"
assert second["g_country"] == "AT"
assert second["g_shipping"] == ""
assert second["g_additional_image_link"] == "https://shop.example/3.jpg", "several are kept now"
PYTHON

"$folder/venv/bin/python" "$folder/ask.py"
