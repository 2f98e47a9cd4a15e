#!/bin/sh
# extruct 0.18.0, which reads structured data out of web pages: one empty JSON-LD block hides all
# the others of its page.
#
# Shops' themes write a block for each plugin, and leave one empty where a plugin has nothing to
# say. Such a block is no JSON-LD, but the blocks of a page stand for themselves: told to ignore or
# to log errors one would expect what the others say. The page then has no JSON-LD at all.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "extruct==0.18.0"

cat >"$folder/read.py" <<'PYTHON'
import logging

import extruct

logging.disable()
PRODUCT = """<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Product", "name": "Linen shirt"}
</script>"""
EMPTY = '<script type="application/ld+json"></script>'


def names(blocks: str, errors: str) -> object:
    page = f"<html><head>{blocks}</head><body></body></html>"
    try:
        found = extruct.extract(page, syntaxes=["json-ld"], errors=errors)
    except ValueError as error:
        return type(error).__name__
    return [item["name"] for item in found.get("json-ld", [])]


for errors in ("strict", "log", "ignore"):
    print(errors, names(PRODUCT, errors), names(PRODUCT + EMPTY, errors))
PYTHON

"$folder/venv/bin/python" "$folder/read.py" | tee "$folder/seen"
cat >"$folder/expected" <<'SEEN'
strict ['Linen shirt'] JSONDecodeError
log ['Linen shirt'] []
ignore ['Linen shirt'] []
SEEN
diff "$folder/expected" "$folder/seen"
